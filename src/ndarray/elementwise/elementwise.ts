/**
 * The elementwise primitives as free functions; the first operand may be a number. Each computes what its row of the
 * table says (`ELEMENTWISE`), and what the method of the same name computes.
 *
 * @module
 */
import { type BinaryUfunc, binaryUfunc, type UnaryUfunc, unaryUfunc } from "./ufunc.ts";

/** -x; unsigned integers wrap */
export const neg: UnaryUfunc = unaryUfunc("neg");
/** |x|; the smallest signed integer stays itself */
export const abs: UnaryUfunc = unaryUfunc("abs");
/** -1, 0 or 1; NaN gives NaN */
export const sign: UnaryUfunc = unaryUfunc("sign");
/** x * x */
export const square: UnaryUfunc = unaryUfunc("square");
/** square root; NaN below zero */
export const sqrt: UnaryUfunc = unaryUfunc("sqrt");
/** e to the power of x */
export const exp: UnaryUfunc = unaryUfunc("exp");
/** 2 to the power of x */
export const exp2: UnaryUfunc = unaryUfunc("exp2");
/** exp(x) - 1, exact near zero */
export const expm1: UnaryUfunc = unaryUfunc("expm1");
/** natural logarithm; NaN below zero, -inf at zero */
export const log: UnaryUfunc = unaryUfunc("log");
/** log(1 + x), exact near zero */
export const log1p: UnaryUfunc = unaryUfunc("log1p");
/** logarithm to base 2 */
export const log2: UnaryUfunc = unaryUfunc("log2");
/** logarithm to base 10 */
export const log10: UnaryUfunc = unaryUfunc("log10");
/** sine of an angle in radians; NaN for an infinity */
export const sin: UnaryUfunc = unaryUfunc("sin");
/** cosine of an angle in radians; NaN for an infinity */
export const cos: UnaryUfunc = unaryUfunc("cos");
/** tangent of an angle in radians; NaN for an infinity */
export const tan: UnaryUfunc = unaryUfunc("tan");
/** the angle in [-pi/2, pi/2] whose sine is x; NaN beyond 1 */
export const asin: UnaryUfunc = unaryUfunc("asin");
/** the angle in [0, pi] whose cosine is x; NaN beyond 1 */
export const acos: UnaryUfunc = unaryUfunc("acos");
/** the angle in [-pi/2, pi/2] whose tangent is x */
export const atan: UnaryUfunc = unaryUfunc("atan");
/** hyperbolic sine */
export const sinh: UnaryUfunc = unaryUfunc("sinh");
/** hyperbolic cosine */
export const cosh: UnaryUfunc = unaryUfunc("cosh");
/** hyperbolic tangent */
export const tanh: UnaryUfunc = unaryUfunc("tanh");
/** the number whose hyperbolic sine is x */
export const asinh: UnaryUfunc = unaryUfunc("asinh");
/** the number not below 0 whose hyperbolic cosine is x; NaN below 1 */
export const acosh: UnaryUfunc = unaryUfunc("acosh");
/** the number whose hyperbolic tangent is x; NaN beyond 1 */
export const atanh: UnaryUfunc = unaryUfunc("atanh");
/** cube root, also of negative numbers */
export const cbrt: UnaryUfunc = unaryUfunc("cbrt");
/** the error function: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x */
export const erf: UnaryUfunc = unaryUfunc("erf");
/** 1 / (1 + exp(-x)) */
export const sigmoid: UnaryUfunc = unaryUfunc("sigmoid");
/** the largest integer not above x; integers stay */
export const floor: UnaryUfunc = unaryUfunc("floor");
/** the smallest integer not below x; integers stay */
export const ceil: UnaryUfunc = unaryUfunc("ceil");
/** x without its fraction; integers stay */
export const trunc: UnaryUfunc = unaryUfunc("trunc");
/** the nearest integer, halves to even; integers become floats, where `round` keeps them */
export const rint: UnaryUfunc = unaryUfunc("round", { isReal: true });
/** whether x is NaN */
export const isNan: UnaryUfunc = unaryUfunc("isNan");
/** whether x is neither NaN nor infinite */
export const isFinite: UnaryUfunc = unaryUfunc("isFinite");
/** whether x is zero (or false) */
export const logicalNot: UnaryUfunc = unaryUfunc("logicalNot");
/** a + b; integers wrap; bool: a or b */
export const add: BinaryUfunc = binaryUfunc("add");
/** a - b; integers wrap */
export const sub: BinaryUfunc = binaryUfunc("sub");
/** a * b; integers wrap; bool: a and b */
export const mul: BinaryUfunc = binaryUfunc("mul");
/** a / b, always in floating point */
export const div: BinaryUfunc = binaryUfunc("div");
/** floor(a / b) as NumPy; an integer divided by zero gives 0 */
export const floorDivide: BinaryUfunc = binaryUfunc("floorDivide");
/** a - floorDivide(a, b) * b: the sign of b; an integer modulo zero gives 0 */
export const mod: BinaryUfunc = binaryUfunc("mod");
/** a to the power of b; integers wrap */
export const pow: BinaryUfunc = binaryUfunc("pow");
/** the angle in [-pi, pi] of the point (b, a) */
export const atan2: BinaryUfunc = binaryUfunc("atan2");
/** sqrt(a^2 + b^2), which overflows only where the result does */
export const hypot: BinaryUfunc = binaryUfunc("hypot");
/** the next float after a in the direction of b */
export const nextafter: BinaryUfunc = binaryUfunc("nextafter");
/** a times 2 to the power of b, a whole number, in the floating point of a */
export const ldexp: BinaryUfunc = binaryUfunc("ldexp");
/** the smaller; NaN if either is NaN */
export const minimum: BinaryUfunc = binaryUfunc("minimum");
/** the larger; NaN if either is NaN */
export const maximum: BinaryUfunc = binaryUfunc("maximum");
/** a == b */
export const eq: BinaryUfunc = binaryUfunc("eq");
/** a != b */
export const ne: BinaryUfunc = binaryUfunc("ne");
/** a < b */
export const lt: BinaryUfunc = binaryUfunc("lt");
/** a <= b */
export const le: BinaryUfunc = binaryUfunc("le");
/** a > b */
export const gt: BinaryUfunc = binaryUfunc("gt");
/** a >= b */
export const ge: BinaryUfunc = binaryUfunc("ge");
/** both are not zero */
export const logicalAnd: BinaryUfunc = binaryUfunc("logicalAnd");
/** either is not zero */
export const logicalOr: BinaryUfunc = binaryUfunc("logicalOr");
/** exactly one is not zero */
export const logicalXor: BinaryUfunc = binaryUfunc("logicalXor");
/** every bit inverted: -x - 1 of signed integers; bool: not x */
export const invert: UnaryUfunc = unaryUfunc("invert");
/** 1 / x, always in floating point */
export const reciprocal: UnaryUfunc = unaryUfunc("reciprocal");
/** degrees as radians: x times pi / 180 */
export const deg2rad: UnaryUfunc = unaryUfunc("deg2rad");
/** radians as degrees: x times 180 / pi */
export const rad2deg: UnaryUfunc = unaryUfunc("rad2deg");
/** the distance to the next float away from zero, with the sign of x */
export const spacing: UnaryUfunc = unaryUfunc("spacing");
/** whether x is infinite */
export const isInf: UnaryUfunc = unaryUfunc("isInf");
/** whether x is below zero or is -0; false of a NaN, whichever its sign */
export const signbit: UnaryUfunc = unaryUfunc("signbit");
/** the smaller; where one is NaN, the other */
export const fmin: BinaryUfunc = binaryUfunc("fmin");
/** the larger; where one is NaN, the other */
export const fmax: BinaryUfunc = binaryUfunc("fmax");
/** what division towards zero leaves: the sign of a; an integer by zero gives 0 */
export const fmod: BinaryUfunc = binaryUfunc("fmod");
/** the magnitude of a with the sign of b; a NaN has none */
export const copysign: BinaryUfunc = binaryUfunc("copysign");
/** 0 where a is below zero, 1 above, b at zero; NaN where a is NaN */
export const heaviside: BinaryUfunc = binaryUfunc("heaviside");
/** the bits that both have */
export const bitwiseAnd: BinaryUfunc = binaryUfunc("bitwiseAnd");
/** the bits that either has */
export const bitwiseOr: BinaryUfunc = binaryUfunc("bitwiseOr");
/** the bits that exactly one has */
export const bitwiseXor: BinaryUfunc = binaryUfunc("bitwiseXor");
/** a times 2 to the power of b, wrapping; 0 where b is no position of a bit */
export const leftShift: BinaryUfunc = binaryUfunc("leftShift");
/** floor(a / 2 to the power of b); where b is no position of a bit, -1 of what is below zero, else 0 */
export const rightShift: BinaryUfunc = binaryUfunc("rightShift");
/** the greatest common divisor, not below zero */
export const gcd: BinaryUfunc = binaryUfunc("gcd");
/** the least common multiple, not below zero; wraps; 0 where one is 0 */
export const lcm: BinaryUfunc = binaryUfunc("lcm");
