/**
 * The limits of dtypes: NumPy's finfo and iinfo.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { DTypeError } from "../../errors.ts";

/** Limits of a floating-point dtype. */
export interface FloatLimits {
  readonly dtype: DType;
  readonly bits: number;
  /** the largest finite number */
  readonly max: number;
  /** the smallest finite number: -max */
  readonly min: number;
  /** the distance from 1 to the next larger number */
  readonly eps: number;
  /** the distance from 1 to the next smaller number */
  readonly epsneg: number;
  /** the smallest positive normal number; also `tiny` */
  readonly smallestNormal: number;
  readonly tiny: number;
  /** the smallest positive number */
  readonly smallestSubnormal: number;
  /** decimal digits that survive */
  readonly precision: number;
  /** 10 ** -precision */
  readonly resolution: number;
  /** bits of the fraction, and of the exponent */
  readonly nmant: number;
  readonly nexp: number;
  readonly maxexp: number;
  readonly minexp: number;
}

function limits(
  dtype: "f32" | "f64",
  { nmant, nexp, precision }: { readonly nmant: number; readonly nexp: number; readonly precision: number },
): FloatLimits {
  const maxexp = 2 ** (nexp - 1), minexp = 2 - maxexp;
  const max = (2 - 2 ** -nmant) * 2 ** (maxexp - 1), smallestNormal = 2 ** minexp;
  const resolution = dtype === "f32" ? Math.fround(10 ** -precision) : 10 ** -precision;
  return Object.freeze({
    dtype,
    bits: DTYPE[dtype].itemsize * 8,
    max,
    min: -max,
    eps: 2 ** -nmant,
    epsneg: 2 ** -(nmant + 1),
    smallestNormal,
    tiny: smallestNormal,
    smallestSubnormal: 2 ** (minexp - nmant),
    precision,
    resolution,
    nmant,
    nexp,
    maxexp,
    minexp,
  });
}

const F32 = limits("f32", { nmant: 23, nexp: 8, precision: 6 });
const F64 = limits("f64", { nmant: 52, nexp: 11, precision: 15 });

/**
 * The limits of f32 or f64, by an array or its dtype. Refused: DTY001.
 *
 * @example
 * ```ts
 * import { finfo } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(finfo("f32").eps, 2 ** -23);
 * ```
 */
export function finfo(of: DType | { readonly dtype: DType }): FloatLimits {
  const dtype = typeof of === "string" ? of : of.dtype;
  if (dtype === "f32") return F32;
  if (dtype === "f64") return F64;
  throw new DTypeError("DTY001", `finfo takes f32 or f64, not ${dtype}`, { help: "use iinfo for integers" });
}

/** Limits of an integer dtype; bigints for i64 and u64. */
export interface IntegerLimits {
  readonly dtype: DType;
  readonly bits: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

/**
 * The limits of an integer dtype, by an array or its dtype. Refused: DTY001.
 *
 * @example
 * ```ts
 * import { finfo, iinfo } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([iinfo("i8").min, iinfo("u16").max, finfo("f64").eps], [-128, 65535, Number.EPSILON]);
 * ```
 */
export function iinfo(of: DType | { readonly dtype: DType }): IntegerLimits {
  const dtype = typeof of === "string" ? of : of.dtype, { range, isBigInt, itemsize } = DTYPE[dtype];
  if (range === null) {
    throw new DTypeError("DTY001", `iinfo takes an integer dtype, not ${dtype}`, {
      help: "use finfo for floats",
    });
  }
  const [min, max] = isBigInt ? range : [Number(range[0]), Number(range[1])];
  return { dtype, bits: itemsize * 8, min, max };
}
