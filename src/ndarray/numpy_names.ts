/**
 * NumPy's names of what is called otherwise here: the primitives have the array API's short names, which read better as
 * methods (`a.sub(b)`).
 *
 * @module
 */
export {
  abs as absolute,
  acos as arccos,
  acosh as arccosh,
  asin as arcsin,
  asinh as arcsinh,
  atan as arctan,
  atan2 as arctan2,
  atanh as arctanh,
  deg2rad as radians,
  div as divide,
  div as trueDivide,
  eq as equal,
  ge as greaterEqual,
  gt as greater,
  invert as bitwiseInvert,
  invert as bitwiseNot,
  isFinite as isfinite,
  isInf as isinf,
  isNan as isnan,
  le as lessEqual,
  leftShift as bitwiseLeftShift,
  lt as less,
  mod as remainder,
  mul as multiply,
  ne as notEqual,
  neg as negative,
  pow as power,
  rad2deg as degrees,
  rightShift as bitwiseRightShift,
  sub as subtract,
} from "./elementwise/elementwise.ts";
export { concatenate as concat } from "./functions.ts";
export { deleteAt as delete } from "./movement/joining.ts";
export { around as round } from "./elementwise/derived.ts";
export { max as amax, min as amin } from "./reductions/reduce_functions.ts";

import { slidingWindowView } from "./movement/rearranging.ts";

/** NumPy's `lib`. */
export const lib: { readonly strideTricks: { readonly slidingWindowView: typeof slidingWindowView } } = {
  strideTricks: { slidingWindowView },
};
