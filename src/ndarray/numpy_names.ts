/**
 * NumPy's names of what is called otherwise here: the primitives have the array API's short names, which read better as
 * methods (`a.sub(b)`). Each is the very function that its documentation names.
 *
 * @module
 */
import { asStrided } from "./movement/as_strided.ts";
import { around } from "./elementwise/derived.ts";
import * as primitives from "./elementwise/elementwise.ts";
import type { BinaryUfunc, UnaryUfunc } from "./elementwise/ufunc.ts";
import { concatenate } from "./functions.ts";
import { deleteAt } from "./movement/inserting.ts";
import { slidingWindowView } from "./movement/sliding_windows.ts";
import { max, min } from "./reductions/reduce_functions.ts";

/** NumPy's name of `abs`: |x|. */
export const absolute: UnaryUfunc = primitives.abs;
/** NumPy's name of `acos`: the angle whose cosine is x. */
export const arccos: UnaryUfunc = primitives.acos;
/** NumPy's name of `acosh`: the number not below 0 whose hyperbolic cosine is x. */
export const arccosh: UnaryUfunc = primitives.acosh;
/** NumPy's name of `asin`: the angle whose sine is x. */
export const arcsin: UnaryUfunc = primitives.asin;
/** NumPy's name of `asinh`: the number whose hyperbolic sine is x. */
export const arcsinh: UnaryUfunc = primitives.asinh;
/** NumPy's name of `atan`: the angle whose tangent is x. */
export const arctan: UnaryUfunc = primitives.atan;
/** NumPy's name of `atan2`: the angle of the point (b, a). */
export const arctan2: BinaryUfunc = primitives.atan2;
/** NumPy's name of `atanh`: the number whose hyperbolic tangent is x. */
export const arctanh: UnaryUfunc = primitives.atanh;
/** NumPy's name of `invert`: every bit inverted. */
export const bitwiseInvert: UnaryUfunc = primitives.invert;
/** NumPy's name of `leftShift`: a times 2 to the power of b. */
export const bitwiseLeftShift: BinaryUfunc = primitives.leftShift;
/** NumPy's name of `invert`: every bit inverted. */
export const bitwiseNot: UnaryUfunc = primitives.invert;
/** NumPy's name of `rightShift`: floor(a / 2 to the power of b). */
export const bitwiseRightShift: BinaryUfunc = primitives.rightShift;
/** NumPy's name of `rad2deg`: radians as degrees. */
export const degrees: UnaryUfunc = primitives.rad2deg;
/** NumPy's name of `div`: a / b, always in floating point. */
export const divide: BinaryUfunc = primitives.div;
/** NumPy's name of `eq`: a == b. */
export const equal: BinaryUfunc = primitives.eq;
/** NumPy's name of `gt`: a > b. */
export const greater: BinaryUfunc = primitives.gt;
/** NumPy's name of `ge`: a >= b. */
export const greaterEqual: BinaryUfunc = primitives.ge;
/** NumPy's name of `isFinite`: whether x is neither NaN nor infinite. */
export const isfinite: UnaryUfunc = primitives.isFinite;
/** NumPy's name of `isInf`: whether x is infinite. */
export const isinf: UnaryUfunc = primitives.isInf;
/** NumPy's name of `isNan`: whether x is NaN. */
export const isnan: UnaryUfunc = primitives.isNan;
/** NumPy's name of `lt`: a < b. */
export const less: BinaryUfunc = primitives.lt;
/** NumPy's name of `le`: a <= b. */
export const lessEqual: BinaryUfunc = primitives.le;
/** NumPy's name of `mul`: a * b. */
export const multiply: BinaryUfunc = primitives.mul;
/** NumPy's name of `neg`: -x. */
export const negative: UnaryUfunc = primitives.neg;
/** NumPy's name of `ne`: a != b. */
export const notEqual: BinaryUfunc = primitives.ne;
/** NumPy's name of `pow`: a to the power of b. */
export const power: BinaryUfunc = primitives.pow;
/** NumPy's name of `deg2rad`: degrees as radians. */
export const radians: UnaryUfunc = primitives.deg2rad;
/** NumPy's name of `mod`: what `floorDivide` leaves, with the sign of b. */
export const remainder: BinaryUfunc = primitives.mod;
/** NumPy's name of `sub`: a - b. */
export const subtract: BinaryUfunc = primitives.sub;
/** NumPy's name of `div`: a / b, always in floating point. */
export const trueDivide: BinaryUfunc = primitives.div;

/** The array API's name of `concatenate`: arrays one behind the other along an axis. */
export const concat: typeof concatenate = concatenate;
/** NumPy's name of `around`: rounded to so many decimals, halves to even. */
export const round: typeof around = around;
/** NumPy's other name of `max`: the largest element. */
export const amax: typeof max = max;
/** NumPy's other name of `min`: the smallest element. */
export const amin: typeof min = min;

/** NumPy's name of `deleteAt`, for `nd.delete(…)`: without places of an axis. */
const deletion: typeof deleteAt = deleteAt;
export { deletion as delete };

/**
 * NumPy's `lib`.
 *
 * @example
 * ```ts
 * import { lib } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(lib.strideTricks.slidingWindowView([1, 2, 3], 2).toList(), [[1, 2], [2, 3]]);
 * ```
 */
export const lib: {
  readonly strideTricks: {
    readonly slidingWindowView: typeof slidingWindowView;
    readonly asStrided: typeof asStrided;
  };
} = {
  strideTricks: { slidingWindowView, asStrided },
};
