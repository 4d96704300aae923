/**
 * Which casts lose what, by NumPy's rules.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, type Kind, promoteTypes as promote } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";

/** How much a cast may lose: nothing ("equiv" is "no", as there is one byte order); within a kind; anything. */
export type Casting = "no" | "equiv" | "safe" | "same_kind" | "unsafe";

/** NumPy's names of the dtypes that are called otherwise here. */
const DTYPE_OF_NUMPY = {
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  uint8: "u8",
  uint16: "u16",
  uint32: "u32",
  uint64: "u64",
  float32: "f32",
  float64: "f64",
  int: "i64",
  uint: "u64",
  float: "f64",
  double: "f64",
  single: "f32",
} as const satisfies Readonly<Record<string, DType>>;
type NumpyDType = keyof typeof DTYPE_OF_NUMPY;

/** A name that is a dtype's. Refused: ARR002. */
export function knownDType(dtype: DType): DType {
  if (Object.hasOwn(DTYPE, dtype)) return dtype;
  const here = Object.hasOwn(DTYPE_OF_NUMPY, dtype) ? DTYPE_OF_NUMPY[dtype as NumpyDType] : null;
  throw new NdpipeError("ARR002", `${String(dtype)} is no dtype`, {
    help: here === null ? `dtypes are ${DTYPES.join(", ")}` : `it is called "${here}" here`,
  });
}

/**
 * The smallest dtype to which both cast safely, as NumPy 2's `promote_types`. Refused: ARR002, what is no dtype.
 *
 * @example
 * ```ts
 * import { promoteTypes } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([promoteTypes("u8", "i8"), promoteTypes("i64", "f32")], ["i16", "f64"]);
 * ```
 */
export function promoteTypes(a: DType, b: DType): DType {
  return promote(knownDType(a), knownDType(b));
}

const RANK: Readonly<Record<Kind, number>> = { b: 0, u: 1, i: 2, f: 3 };

/**
 * Whether a dtype, or an array's, casts to another under a rule, as NumPy's `can_cast`. Refused: ARR002, what is no rule or no dtype.
 *
 * @example
 * ```ts
 * import { canCast } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([canCast("i32", "f64"), canCast("f64", "f32"), canCast("f64", "f32", "same_kind")], [true, false, true]);
 * ```
 */
export function canCast(
  given: DType | { readonly dtype: DType },
  to: DType,
  casting: Casting = "safe",
): boolean {
  const isArray = typeof given === "object" && given !== null, from = isArray ? given.dtype : given;
  knownDType(from);
  knownDType(to);
  switch (casting) {
    case "no":
    case "equiv":
      return from === to;
    case "safe":
      return promoteTypes(from, to) === to;
    case "same_kind":
      return canCast(from, to) || RANK[DTYPE[from].kind] <= RANK[DTYPE[to].kind];
    case "unsafe":
      return true;
    default:
      throw new NdpipeError("ARR002", `${String(casting satisfies never)} is no rule of casting`, {
        help: 'one of "no", "equiv", "safe", "same_kind", "unsafe"',
      });
  }
}
