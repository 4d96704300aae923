/**
 * What a number beside a tensor is taken as, and which dtypes a primitive takes. `dtype_types.ts` has the same
 * rules as types, with the same sentences.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, promoteTypes } from "../dtype/mod.ts";
import { refuse, type Rule } from "../shape/mod.ts";
import { elementwiseDTypes, type ElementwiseOp } from "./primitives.ts";
import type { ScalarValue } from "./graph.ts";

const [I64_MIN, I64_MAX] = DTYPE.i64.range!;

/**
 * The dtype in which a plain number joins a tensor, by NumPy 2: a weak scalar takes the tensor's dtype, but a
 * fraction beside integers or bool is f64, and an integer beside bool is i64. Refused: DTY002, an integer that
 * the dtype does not hold.
 *
 * @example
 * ```ts
 * import { scalarDType } from "./operand_dtypes.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([scalarDType("u8", 3), scalarDType("u8", 0.5), scalarDType("bool", 1)], ["u8", "f64", "i64"]);
 * ```
 */
export function scalarDType(tensor: DType, value: ScalarValue): Rule<DType> {
  const { kind, range } = DTYPE[tensor];
  if (typeof value === "boolean" || kind === "f") return tensor;
  if (typeof value === "number" && !Number.isInteger(value)) return "f64";
  const integer = BigInt(value);
  const [low, high] = range ?? [I64_MIN, I64_MAX];
  if (integer >= low && integer <= high) return kind === "b" ? "i64" : tensor;
  const dtype = kind === "b" ? "i64" : tensor;
  const wider = integer >= I64_MIN && integer <= I64_MAX ? "i64" : "f64";
  return refuse(
    "DTY002",
    `${value} does not fit ${dtype}, which holds ${low} to ${high}`,
    `cast the tensor first: .astype('${wider}')`,
  );
}

/** What a floating-point dtype holds, as refusals say it. */
export const FLOAT_RANGE: Readonly<Record<"f32" | "f64", string>> = {
  f32: "-3.4028235e+38 to 3.4028235e+38",
  f64: "-1.7976931348623157e+308 to 1.7976931348623157e+308",
};

/**
 * A number as it is, if it stays finite in the dtype. NumPy's f32 has 1e300 as infinity, with a warning; a bound or a
 * sentinel that is meant as infinity is written as that. Refused: DTY002.
 *
 * @example
 * ```ts
 * import { finiteScalar } from "./operand_dtypes.ts";
 * import { isRefusal } from "../shape/mod.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const isHeld = (dtype: "f32" | "f64", value: number) => !isRefusal(finiteScalar(dtype, value));
 * deepStrictEqual([isHeld("f32", 1e38), isHeld("f32", Infinity), isHeld("f32", 1e39)], [true, true, false]);
 * ```
 */
export function finiteScalar(dtype: DType, value: ScalarValue): Rule<ScalarValue> {
  if ((dtype !== "f32" && dtype !== "f64") || isHeldFinite(dtype, value)) return value;
  const digits = String(value), text = digits.length > 40 ? `${digits.slice(0, 21)}…` : digits;
  const infinity = Number(value) < 0 ? "-Infinity" : "Infinity";
  const isWider = dtype === "f32" && isHeldFinite("f64", value);
  return refuse(
    "DTY002",
    `${text} does not fit ${dtype}, which holds ${FLOAT_RANGE[dtype]}`,
    `write ${infinity}${isWider ? ", or cast the tensor first: .astype('f64')" : ""}`,
  );
}

/** Whether the number is finite in the dtype, or was not finite before. */
export function isHeldFinite(dtype: "f32" | "f64", value: ScalarValue): boolean {
  if (typeof value === "number" && !Number.isFinite(value)) return true;
  return Number.isFinite(dtype === "f32" ? Math.fround(Number(value)) : Number(value));
}

/** The dtypes that there are, or the one that was meant by NumPy's name: f32 by "float32". */
export function dtypeHelp(given: unknown): string {
  const text = typeof given === "string" ? given : "";
  const short = text.toLowerCase().replace(/^float/, "f").replace(/^uint/, "u").replace(/^int/, "i");
  const meant = DTYPES.find((dtype) => dtype === short);
  return meant === undefined ? `one of ${DTYPES.join(", ")}` : `write '${meant}'`;
}

/** As `elementwiseDTypes`, but a dtype for which it is not defined is a refusal: DTY001. */
export function elementwiseRule(
  op: ElementwiseOp,
  operands: readonly DType[],
): Rule<{ readonly compute: DType; readonly result: DType }> {
  const dtypes = elementwiseDTypes(op, operands);
  if (dtypes !== null) return dtypes;
  const promoted = operands.reduce(promoteTypes), fitting = promoted === "bool" ? "i8" : "i64";
  return refuse("DTY001", `${op} is not defined for ${promoted}`, `cast it first: .astype('${fitting}')`);
}
