/**
 * The elementwise primitives as free functions; the first operand may be a number. Each computes what its row of the
 * table says (`ELEMENTWISE`), and what the method of the same name computes. The example of one shows its family.
 *
 * @module
 */
import { type BinaryUfunc, binaryUfunc, type UnaryUfunc, unaryUfunc } from "./ufunc.ts";

/**
 * -x; unsigned integers wrap
 *
 * @example
 * ```ts
 * import { abs, neg, sign } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(neg([1, -2]).toList(), [-1, 2]);
 * deepStrictEqual(abs([1, -2]).toList(), [1, 2]);
 * deepStrictEqual(sign([1.5, -2, NaN]).toList(), [1, -1, NaN]);
 * ```
 */
export const neg: UnaryUfunc = unaryUfunc("neg");
/** |x|; the smallest signed integer stays itself */
export const abs: UnaryUfunc = unaryUfunc("abs");
/** -1, 0 or 1; NaN gives NaN */
export const sign: UnaryUfunc = unaryUfunc("sign");
/**
 * x * x
 *
 * @example
 * ```ts
 * import { cbrt, sqrt, square } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(square([1, -3]).toList(), [1, 9]);
 * deepStrictEqual(sqrt([4, 9]).toList(), [2, 3]);
 * deepStrictEqual(cbrt([8, -27]).toList(), [2, -3]);
 * ```
 */
export const square: UnaryUfunc = unaryUfunc("square");
/** square root; NaN below zero */
export const sqrt: UnaryUfunc = unaryUfunc("sqrt");
/**
 * e to the power of x
 *
 * @example
 * ```ts
 * import { exp, exp2, expm1 } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * deepStrictEqual(exp([0, -Infinity]).toList(), [1, 0]);
 * deepStrictEqual(exp2([3, 10]).toList(), [8, 1024]);
 * strictEqual(expm1(1e-20).item(), 1e-20);
 * ```
 */
export const exp: UnaryUfunc = unaryUfunc("exp");
/** 2 to the power of x */
export const exp2: UnaryUfunc = unaryUfunc("exp2");
/** exp(x) - 1, exact near zero */
export const expm1: UnaryUfunc = unaryUfunc("expm1");
/**
 * natural logarithm; NaN below zero, -inf at zero
 *
 * @example
 * ```ts
 * import { log, log10, log1p, log2 } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * deepStrictEqual(log([1, 0]).toList(), [0, -Infinity]);
 * deepStrictEqual(log2([8, 1024]).toList(), [3, 10]);
 * deepStrictEqual(log10([10, 1000]).toList(), [1, 3]);
 * strictEqual(log1p(1e-20).item(), 1e-20);
 * ```
 */
export const log: UnaryUfunc = unaryUfunc("log");
/** log(1 + x), exact near zero */
export const log1p: UnaryUfunc = unaryUfunc("log1p");
/** logarithm to base 2 */
export const log2: UnaryUfunc = unaryUfunc("log2");
/** logarithm to base 10 */
export const log10: UnaryUfunc = unaryUfunc("log10");
/**
 * sine of an angle in radians; NaN for an infinity
 *
 * @example
 * ```ts
 * import { cos, sin, tan } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(sin(0).item(), 0);
 * deepStrictEqual(cos([0, Infinity]).toList(), [1, NaN]);
 * strictEqual(tan(0).item(), 0);
 * ```
 */
export const sin: UnaryUfunc = unaryUfunc("sin");
/** cosine of an angle in radians; NaN for an infinity */
export const cos: UnaryUfunc = unaryUfunc("cos");
/** tangent of an angle in radians; NaN for an infinity */
export const tan: UnaryUfunc = unaryUfunc("tan");
/**
 * the angle in [-pi/2, pi/2] whose sine is x; NaN beyond 1
 *
 * @example
 * ```ts
 * import { acos, asin, atan } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(asin(1).item(), Math.PI / 2);
 * deepStrictEqual(acos([1, 2]).toList(), [0, NaN]);
 * deepStrictEqual(atan([Infinity, -Infinity]).toList(), [Math.PI / 2, -Math.PI / 2]);
 * ```
 */
export const asin: UnaryUfunc = unaryUfunc("asin");
/** the angle in [0, pi] whose cosine is x; NaN beyond 1 */
export const acos: UnaryUfunc = unaryUfunc("acos");
/** the angle in [-pi/2, pi/2] whose tangent is x */
export const atan: UnaryUfunc = unaryUfunc("atan");
/**
 * hyperbolic sine
 *
 * @example
 * ```ts
 * import { atanh, cosh, sinh, tanh } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(sinh(0).item(), 0);
 * strictEqual(cosh(0).item(), 1);
 * deepStrictEqual(tanh([Infinity, -Infinity]).toList(), [1, -1]);
 * deepStrictEqual(atanh([0, 2]).toList(), [0, NaN]);
 * ```
 */
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
/**
 * the error function: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x
 *
 * @example
 * ```ts
 * import { erf, sigmoid } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(erf([0, Infinity]).toList(), [0, 1]);
 * deepStrictEqual(sigmoid([0, Infinity]).toList(), [0.5, 1]);
 * ```
 */
export const erf: UnaryUfunc = unaryUfunc("erf");
/** 1 / (1 + exp(-x)) */
export const sigmoid: UnaryUfunc = unaryUfunc("sigmoid");
/**
 * the largest integer not above x; integers stay
 *
 * @example
 * ```ts
 * import { ceil, floor, rint, trunc } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(floor([1.5, -1.5]).toList(), [1, -2]);
 * deepStrictEqual(ceil([1.5, -1.5]).toList(), [2, -1]);
 * deepStrictEqual(trunc([1.5, -1.5]).toList(), [1, -1]);
 * deepStrictEqual(rint([0.5, 1.5]).toList(), [0, 2]);
 * ```
 */
export const floor: UnaryUfunc = unaryUfunc("floor");
/** the smallest integer not below x; integers stay */
export const ceil: UnaryUfunc = unaryUfunc("ceil");
/** x without its fraction; integers stay */
export const trunc: UnaryUfunc = unaryUfunc("trunc");
/** the nearest integer, halves to even; integers become floats, where `round` keeps them */
export const rint: UnaryUfunc = unaryUfunc("round", { isReal: true });
/**
 * whether x is NaN
 *
 * @example
 * ```ts
 * import { isFinite, isInf, isNan, signbit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = [1, NaN, -Infinity];
 * deepStrictEqual(isNan(a).toList(), [false, true, false]);
 * deepStrictEqual(isFinite(a).toList(), [true, false, false]);
 * deepStrictEqual(isInf(a).toList(), [false, false, true]);
 * deepStrictEqual(signbit(a).toList(), [false, false, true]);
 * ```
 */
export const isNan: UnaryUfunc = unaryUfunc("isNan");
/** whether x is neither NaN nor infinite */
export const isFinite: UnaryUfunc = unaryUfunc("isFinite");
/** whether x is zero (or false) */
export const logicalNot: UnaryUfunc = unaryUfunc("logicalNot");
/**
 * a + b; integers wrap; bool: a or b
 *
 * @example
 * ```ts
 * import { add, div, mul, sub } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(add([1, 2], [10, 20]).toList(), [11, 22]);
 * deepStrictEqual(sub([1, 2], 1).toList(), [0, 1]);
 * deepStrictEqual(mul([1, 2], [[1], [10]]).toList(), [[1, 2], [10, 20]]);
 * deepStrictEqual(div([1, 2], 2).toList(), [0.5, 1]);
 * deepStrictEqual(add.reduce([[1, 2], [3, 4]]).toList(), [4, 6]);
 * deepStrictEqual(mul.outer([1, 2], [3, 4]).toList(), [[3, 4], [6, 8]]);
 * ```
 */
export const add: BinaryUfunc = binaryUfunc("add");
/** a - b; integers wrap */
export const sub: BinaryUfunc = binaryUfunc("sub");
/** a * b; integers wrap; bool: a and b */
export const mul: BinaryUfunc = binaryUfunc("mul");
/** a / b, always in floating point */
export const div: BinaryUfunc = binaryUfunc("div");
/**
 * floor(a / b) as NumPy; an integer divided by zero gives 0
 *
 * @example
 * ```ts
 * import { floorDivide, fmod, mod } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(floorDivide([7, -7], 2).toList(), [3, -4]);
 * deepStrictEqual(mod([7, -7], 2).toList(), [1, 1]);
 * deepStrictEqual(fmod([7, -7], 2).toList(), [1, -1]);
 * ```
 */
export const floorDivide: BinaryUfunc = binaryUfunc("floorDivide");
/** a - floorDivide(a, b) * b: the sign of b; an integer modulo zero gives 0 */
export const mod: BinaryUfunc = binaryUfunc("mod");
/**
 * a to the power of b; integers wrap
 *
 * @example
 * ```ts
 * import { pow, reciprocal } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(pow([2, 3], [3, 2]).toList(), [8, 9]);
 * deepStrictEqual(reciprocal([2, 4]).toList(), [0.5, 0.25]);
 * ```
 */
export const pow: BinaryUfunc = binaryUfunc("pow");
/**
 * the angle in [-pi, pi] of the point (b, a)
 *
 * @example
 * ```ts
 * import { atan2, deg2rad, hypot, rad2deg } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * deepStrictEqual(atan2([1, -1], 0).toList(), [Math.PI / 2, -Math.PI / 2]);
 * deepStrictEqual(hypot([3, 5], [4, 12]).toList(), [5, 13]);
 * strictEqual(deg2rad(180).item(), Math.PI);
 * strictEqual(rad2deg(Math.PI).item(), 180);
 * ```
 */
export const atan2: BinaryUfunc = binaryUfunc("atan2");
/** sqrt(a^2 + b^2), which overflows only where the result does */
export const hypot: BinaryUfunc = binaryUfunc("hypot");
/**
 * the next float after a in the direction of b
 *
 * @example
 * ```ts
 * import { copysign, ldexp, nextafter, spacing } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(nextafter(1, 2).item(), 1 + Number.EPSILON);
 * strictEqual(spacing(1).item(), Number.EPSILON);
 * deepStrictEqual(ldexp([1, 3], [4, 0]).toList(), [16, 3]);
 * deepStrictEqual(copysign([1, 2], [-1, 1]).toList(), [-1, 2]);
 * ```
 */
export const nextafter: BinaryUfunc = binaryUfunc("nextafter");
/** a times 2 to the power of b, a whole number, in the floating point of a */
export const ldexp: BinaryUfunc = binaryUfunc("ldexp");
/**
 * the smaller; NaN if either is NaN
 *
 * @example
 * ```ts
 * import { fmax, fmin, maximum, minimum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(minimum([1, NaN], [2, 2]).toList(), [1, NaN]);
 * deepStrictEqual(maximum([1, NaN], [2, 2]).toList(), [2, NaN]);
 * deepStrictEqual(fmin([1, NaN], [2, 2]).toList(), [1, 2]);
 * deepStrictEqual(fmax([1, NaN], [2, 2]).toList(), [2, 2]);
 * ```
 */
export const minimum: BinaryUfunc = binaryUfunc("minimum");
/** the larger; NaN if either is NaN */
export const maximum: BinaryUfunc = binaryUfunc("maximum");
/**
 * a == b
 *
 * @example
 * ```ts
 * import { eq, ge, gt, le, lt, ne } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = [1, 2, 3];
 * deepStrictEqual(eq(a, 2).toList(), [false, true, false]);
 * deepStrictEqual(ne(a, 2).toList(), [true, false, true]);
 * deepStrictEqual(lt(a, 2).toList(), [true, false, false]);
 * deepStrictEqual(le(a, 2).toList(), [true, true, false]);
 * deepStrictEqual(gt(a, 2).toList(), [false, false, true]);
 * deepStrictEqual(ge(a, 2).toList(), [false, true, true]);
 * ```
 */
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
/**
 * both are not zero
 *
 * @example
 * ```ts
 * import { logicalAnd, logicalNot, logicalOr, logicalXor } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = [0, 1, 2], b = [1, 0, 3];
 * deepStrictEqual(logicalAnd(a, b).toList(), [false, false, true]);
 * deepStrictEqual(logicalOr(a, b).toList(), [true, true, true]);
 * deepStrictEqual(logicalXor(a, b).toList(), [true, true, false]);
 * deepStrictEqual(logicalNot(a).toList(), [true, false, false]);
 * ```
 */
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
/**
 * the bits that both have
 *
 * @example
 * ```ts
 * import { bitwiseAnd, bitwiseOr, bitwiseXor, invert, leftShift, rightShift } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(bitwiseAnd([12, 10], 6).toList(), [4, 2]);
 * deepStrictEqual(bitwiseOr([12, 10], 6).toList(), [14, 14]);
 * deepStrictEqual(bitwiseXor([12, 10], 6).toList(), [10, 12]);
 * deepStrictEqual(invert([0, 1]).toList(), [-1, -2]);
 * deepStrictEqual(leftShift([1, 3], 2).toList(), [4, 12]);
 * deepStrictEqual(rightShift([12, -5], 1).toList(), [6, -3]);
 * ```
 */
export const bitwiseAnd: BinaryUfunc = binaryUfunc("bitwiseAnd");
/** the bits that either has */
export const bitwiseOr: BinaryUfunc = binaryUfunc("bitwiseOr");
/** the bits that exactly one has */
export const bitwiseXor: BinaryUfunc = binaryUfunc("bitwiseXor");
/** a times 2 to the power of b, wrapping; 0 where b is no position of a bit */
export const leftShift: BinaryUfunc = binaryUfunc("leftShift");
/** floor(a / 2 to the power of b); where b is no position of a bit, -1 of what is below zero, else 0 */
export const rightShift: BinaryUfunc = binaryUfunc("rightShift");
/**
 * the greatest common divisor, not below zero
 *
 * @example
 * ```ts
 * import { gcd, lcm } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(gcd([12, 18], 8).toList(), [4, 2]);
 * deepStrictEqual(lcm([4, 6], 10).toList(), [20, 30]);
 * ```
 */
export const gcd: BinaryUfunc = binaryUfunc("gcd");
/** the least common multiple, not below zero; wraps; 0 where one is 0 */
export const lcm: BinaryUfunc = binaryUfunc("lcm");
