/**
 * The elementwise primitives as free functions; the first operand may be a number. Each computes what its row of the
 * table says (`ELEMENTWISE`), and what the method of the same name computes.
 *
 * @module
 */
import { applyElementwise, type ElementwiseOptions, type NDArray, type Operand } from "./array.ts";

/** -x; unsigned integers wrap */
export function neg(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("neg", [x], options);
}
/** |x|; the smallest signed integer stays itself */
export function abs(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("abs", [x], options);
}
/** -1, 0 or 1; NaN gives NaN */
export function sign(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("sign", [x], options);
}
/** x * x */
export function square(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("square", [x], options);
}
/** square root; NaN below zero */
export function sqrt(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("sqrt", [x], options);
}
/** e to the power of x */
export function exp(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("exp", [x], options);
}
/** exp(x) - 1, exact near zero */
export function expm1(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("expm1", [x], options);
}
/** natural logarithm; NaN below zero, -inf at zero */
export function log(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("log", [x], options);
}
/** log(1 + x), exact near zero */
export function log1p(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("log1p", [x], options);
}
/** logarithm to base 2 */
export function log2(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("log2", [x], options);
}
/** logarithm to base 10 */
export function log10(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("log10", [x], options);
}
/** sine of an angle in radians; NaN for an infinity */
export function sin(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("sin", [x], options);
}
/** cosine of an angle in radians; NaN for an infinity */
export function cos(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("cos", [x], options);
}
/** hyperbolic tangent */
export function tanh(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("tanh", [x], options);
}
/** 1 / (1 + exp(-x)) */
export function sigmoid(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("sigmoid", [x], options);
}
/** the largest integer not above x; integers stay */
export function floor(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("floor", [x], options);
}
/** the smallest integer not below x; integers stay */
export function ceil(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("ceil", [x], options);
}
/** x without its fraction; integers stay */
export function trunc(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("trunc", [x], options);
}
/** the nearest integer, halves to even; integers stay */
export function round(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("round", [x], options);
}
/** whether x is NaN */
export function isNan(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("isNan", [x], options);
}
/** whether x is neither NaN nor infinite */
export function isFinite(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("isFinite", [x], options);
}
/** whether x is zero (or false) */
export function logicalNot(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("logicalNot", [x], options);
}
/** a + b; integers wrap; bool: a or b */
export function add(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("add", [a, b], options);
}
/** a - b; integers wrap */
export function sub(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("sub", [a, b], options);
}
/** a * b; integers wrap; bool: a and b */
export function mul(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("mul", [a, b], options);
}
/** a / b, always in floating point */
export function div(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("div", [a, b], options);
}
/** floor(a / b) as NumPy; an integer divided by zero gives 0 */
export function floorDivide(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("floorDivide", [a, b], options);
}
/** a - floorDivide(a, b) * b: the sign of b; an integer modulo zero gives 0 */
export function mod(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("mod", [a, b], options);
}
/** a to the power of b; integers wrap */
export function pow(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("pow", [a, b], options);
}
/** the smaller; NaN if either is NaN */
export function minimum(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("minimum", [a, b], options);
}
/** the larger; NaN if either is NaN */
export function maximum(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("maximum", [a, b], options);
}
/** a == b */
export function eq(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("eq", [a, b], options);
}
/** a != b */
export function ne(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("ne", [a, b], options);
}
/** a < b */
export function lt(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("lt", [a, b], options);
}
/** a <= b */
export function le(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("le", [a, b], options);
}
/** a > b */
export function gt(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("gt", [a, b], options);
}
/** a >= b */
export function ge(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("ge", [a, b], options);
}
/** both are not zero */
export function logicalAnd(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("logicalAnd", [a, b], options);
}
/** either is not zero */
export function logicalOr(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("logicalOr", [a, b], options);
}
/** exactly one is not zero */
export function logicalXor(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("logicalXor", [a, b], options);
}
/** every bit inverted: -x - 1 of signed integers; bool: not x */
export function invert(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("invert", [x], options);
}
/** 1 / x, always in floating point */
export function reciprocal(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("reciprocal", [x], options);
}
/** degrees as radians: x times pi / 180 */
export function deg2rad(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("deg2rad", [x], options);
}
/** radians as degrees: x times 180 / pi */
export function rad2deg(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("rad2deg", [x], options);
}
/** whether x is infinite */
export function isInf(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("isInf", [x], options);
}
/** whether x is below zero or is -0; false of a NaN, whichever its sign */
export function signbit(x: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("signbit", [x], options);
}
/** the smaller; where one is NaN, the other */
export function fmin(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("fmin", [a, b], options);
}
/** the larger; where one is NaN, the other */
export function fmax(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("fmax", [a, b], options);
}
/** what division towards zero leaves: the sign of a; an integer by zero gives 0 */
export function fmod(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("fmod", [a, b], options);
}
/** the magnitude of a with the sign of b; a NaN has none */
export function copysign(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("copysign", [a, b], options);
}
/** 0 where a is below zero, 1 above, b at zero; NaN where a is NaN */
export function heaviside(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("heaviside", [a, b], options);
}
/** the bits that both have */
export function bitwiseAnd(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("bitwiseAnd", [a, b], options);
}
/** the bits that either has */
export function bitwiseOr(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("bitwiseOr", [a, b], options);
}
/** the bits that exactly one has */
export function bitwiseXor(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("bitwiseXor", [a, b], options);
}
/** a times 2 to the power of b, wrapping; 0 where b is no position of a bit */
export function leftShift(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("leftShift", [a, b], options);
}
/** floor(a / 2 to the power of b); where b is no position of a bit, -1 of what is below zero, else 0 */
export function rightShift(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("rightShift", [a, b], options);
}
/** the greatest common divisor, not below zero */
export function gcd(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("gcd", [a, b], options);
}
/** the least common multiple, not below zero; wraps; 0 where one is 0 */
export function lcm(a: Operand, b: Operand, options?: ElementwiseOptions): NDArray {
  return applyElementwise("lcm", [a, b], options);
}
