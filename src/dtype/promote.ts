/**
 * NumPy 2's promotion (NEP 50). Plain numbers are weak: they take the dtype of the array beside them.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES } from "./dtype.ts";

const SIGNED: Readonly<Record<number, DType>> = { 1: "i8", 2: "i16", 4: "i32", 8: "i64" };

function promotePair(a: DType, b: DType): DType {
  if (a === b) return a;
  const x = DTYPE[a], y = DTYPE[b];
  if (x.kind === "b") return b;
  if (y.kind === "b") return a;
  if (x.kind === y.kind) return x.itemsize >= y.itemsize ? a : b;
  if (x.kind === "f" || y.kind === "f") {
    const float = x.kind === "f" ? x : y, integer = x.kind === "f" ? y : x;
    // float32 holds every 16-bit integer; a wider one needs float64
    return float.name === "f64" || integer.itemsize > 2 ? "f64" : "f32";
  }
  const signed = x.kind === "i" ? x : y, unsigned = x.kind === "i" ? y : x;
  if (signed.itemsize > unsigned.itemsize) return signed.name;
  return unsigned.itemsize === 8 ? "f64" : SIGNED[unsigned.itemsize * 2]!;
}

const TABLE: Readonly<Record<DType, Readonly<Record<DType, DType>>>> = Object.freeze(
  Object.fromEntries(
    DTYPES.map((a) => [a, Object.freeze(Object.fromEntries(DTYPES.map((b) => [b, promotePair(a, b)])))]),
  ) as Record<DType, Record<DType, DType>>,
);

/**
 * The smallest dtype to which both cast safely, as NumPy 2's `promote_types`.
 *
 * @example
 * ```ts
 * import { promoteTypes } from "./promote.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(promoteTypes("u8", "f32"), "f32");
 * strictEqual(promoteTypes("i64", "u64"), "f64");
 * ```
 */
export function promoteTypes(a: DType, b: DType): DType {
  return TABLE[a][b];
}

/**
 * The smallest dtype to which all cast safely. Not `promoteTypes` of two and then a third: i16 and u16 beside f32 are
 * f32, though i32, in which both fit, is not.
 */
export function promoteAll(dtypes: readonly DType[]): DType {
  const isReal = dtypes.some((dtype) => DTYPE[dtype].kind === "f");
  return (isReal ? dtypes.map(floatOf) : dtypes).reduce(promoteTypes);
}

/**
 * The dtype in which a function over the reals (`exp`, `sqrt`, …) computes. NumPy gives float16 to bool and
 * 8-bit integers; there is no float16 here, so these give f32.
 */
export function floatOf(dtype: DType): "f32" | "f64" {
  const { kind, itemsize } = DTYPE[dtype];
  if (kind === "f") return dtype as "f32" | "f64";
  return itemsize <= 2 ? "f32" : "f64";
}

/** The dtype of `sum` and `prod`: integers narrower than 64 bits and bool widen to 64 bits, as in NumPy. */
export function sumOf(dtype: DType): DType {
  const { kind } = DTYPE[dtype];
  return kind === "f" ? dtype : kind === "u" ? "u64" : "i64";
}
