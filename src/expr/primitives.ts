/**
 * The elementwise primitives: one row each. The checker, the planner, the reference interpreter, the emitter and
 * the documentation read this table; the scalar meaning of each row is in `reference/scalar.ts` and its SIMD
 * emission in `kernel/compile/elementwise.ts`, both records over `ElementwiseOp` that the type checker keeps
 * complete.
 *
 * @module
 */
import { type DType, floatOf, isFloat, promoteTypes } from "../dtype/mod.ts";

/**
 * How a primitive's dtypes follow from its operands' promoted dtype.
 * - `same`: computes and returns the promoted dtype; bool is allowed
 * - `numeric`: as `same`, but bool is refused, as NumPy refuses it
 * - `widenBool`: as `same`, but bool computes as i8, as NumPy does
 * - `bits`: as `same`, for integers and bool; floats are refused
 * - `integer`: as `widenBool`, for integers and bool; floats are refused
 * - `float`: computes and returns the promoted dtype of `floatOf` each operand
 * - `scale`: computes and returns `floatOf` the first operand's dtype; the second is cast to it
 * - `quotient`: computes and returns the promoted dtype where it is floating point, else f64
 * - `compare`: computes in the promoted dtype, returns bool
 * - `logical`: computes in bool (an operand is true where it is not zero), returns bool
 */
export type DTypeRule =
  | "same"
  | "numeric"
  | "widenBool"
  | "bits"
  | "integer"
  | "float"
  | "quotient"
  | "scale"
  | "compare"
  | "logical";

/** One row. */
export interface ElementwiseRow {
  readonly arity: 1 | 2;
  readonly rule: DTypeRule;
  /** the largest error in units in the last place, for f32 and f64; 0 is exact (correctly rounded) */
  readonly ulp: number;
  /** rough cost in simple vector operations: decides between computing twice and keeping the value */
  readonly cost: number;
  /** what it computes, for the documentation */
  readonly doc: string;
}

const row = (arity: 1 | 2, rule: DTypeRule, ulp: number, cost: number, doc: string): ElementwiseRow =>
  Object.freeze({ arity, rule, ulp, cost, doc });

/** The table. Names are the array API's, shortened where a method reads better. */
export const ELEMENTWISE = Object.freeze({
  // one operand
  neg: row(1, "numeric", 0, 1, "-x; unsigned integers wrap"),
  abs: row(1, "same", 0, 1, "|x|; the smallest signed integer stays itself"),
  sign: row(1, "numeric", 0, 3, "-1, 0 or 1; NaN gives NaN"),
  square: row(1, "widenBool", 0, 1, "x * x"),
  sqrt: row(1, "float", 0, 4, "square root; NaN below zero"),
  exp: row(1, "float", 2, 16, "e to the power of x"),
  exp2: row(1, "float", 2, 14, "2 to the power of x"),
  expm1: row(1, "float", 2, 24, "exp(x) - 1, exact near zero"),
  log: row(1, "float", 2, 20, "natural logarithm; NaN below zero, -inf at zero"),
  log1p: row(1, "float", 2, 24, "log(1 + x), exact near zero"),
  log2: row(1, "float", 2, 20, "logarithm to base 2"),
  log10: row(1, "float", 2, 20, "logarithm to base 10"),
  sin: row(1, "float", 2, 24, "sine of an angle in radians; NaN for an infinity"),
  cos: row(1, "float", 2, 24, "cosine of an angle in radians; NaN for an infinity"),
  tan: row(1, "float", 2, 50, "tangent of an angle in radians; NaN for an infinity"),
  asin: row(1, "float", 2, 26, "the angle in [-pi/2, pi/2] whose sine is x; NaN beyond 1"),
  acos: row(1, "float", 2, 26, "the angle in [0, pi] whose cosine is x; NaN beyond 1"),
  atan: row(1, "float", 2, 28, "the angle in [-pi/2, pi/2] whose tangent is x"),
  sinh: row(1, "float", 2, 28, "hyperbolic sine"),
  cosh: row(1, "float", 2, 26, "hyperbolic cosine"),
  tanh: row(1, "float", 2, 28, "hyperbolic tangent"),
  asinh: row(1, "float", 2, 40, "the number whose hyperbolic sine is x"),
  acosh: row(1, "float", 2, 40, "the number not below 0 whose hyperbolic cosine is x; NaN below 1"),
  atanh: row(1, "float", 2, 32, "the number whose hyperbolic tangent is x; NaN beyond 1"),
  cbrt: row(1, "float", 2, 32, "cube root, also of negative numbers"),
  erf: row(1, "float", 2, 36, "the error function: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x"),
  sigmoid: row(1, "float", 2, 20, "1 / (1 + exp(-x))"),
  floor: row(1, "same", 0, 1, "the largest integer not above x; integers stay"),
  ceil: row(1, "same", 0, 1, "the smallest integer not below x; integers stay"),
  trunc: row(1, "same", 0, 1, "x without its fraction; integers stay"),
  round: row(1, "same", 0, 1, "the nearest integer, halves to even; integers stay"),
  invert: row(1, "bits", 0, 1, "every bit inverted: -x - 1 of signed integers; bool: not x"),
  reciprocal: row(1, "float", 0, 4, "1 / x, always in floating point"),
  deg2rad: row(1, "float", 2, 1, "degrees as radians: x times pi / 180"),
  rad2deg: row(1, "float", 2, 1, "radians as degrees: x times 180 / pi"),
  spacing: row(1, "float", 0, 3, "the distance to the next float away from zero, with the sign of x"),
  frexpMantissa: row(
    1,
    "float",
    0,
    12,
    "m of x = m times 2 to the power of e, 1/2 <= |m| < 1; 0, inf and NaN stay",
  ),
  frexpExponent: row(
    1,
    "float",
    0,
    12,
    "e of x = m times 2 to the power of e, 1/2 <= |m| < 1; 0 of 0, inf and NaN",
  ),
  isNan: row(1, "compare", 0, 1, "whether x is NaN"),
  isFinite: row(1, "compare", 0, 2, "whether x is neither NaN nor infinite"),
  isInf: row(1, "compare", 0, 2, "whether x is infinite"),
  signbit: row(1, "compare", 0, 1, "whether x is below zero or is -0; false of a NaN, whichever its sign"),
  logicalNot: row(1, "logical", 0, 1, "whether x is zero (or false)"),
  // two operands
  add: row(2, "same", 0, 1, "a + b; integers wrap; bool: a or b"),
  sub: row(2, "numeric", 0, 1, "a - b; integers wrap"),
  mul: row(2, "same", 0, 1, "a * b; integers wrap; bool: a and b"),
  div: row(2, "quotient", 0, 4, "a / b, always in floating point"),
  floorDivide: row(2, "widenBool", 0, 8, "floor(a / b) as NumPy; an integer divided by zero gives 0"),
  mod: row(2, "widenBool", 0, 8, "a - floorDivide(a, b) * b: the sign of b; an integer modulo zero gives 0"),
  pow: row(2, "widenBool", 2, 60, "a to the power of b; integers wrap"),
  atan2: row(2, "float", 2, 36, "the angle in [-pi, pi] of the point (b, a)"),
  hypot: row(2, "float", 2, 20, "sqrt(a^2 + b^2), which overflows only where the result does"),
  nextafter: row(2, "float", 0, 10, "the next float after a in the direction of b"),
  ldexp: row(
    2,
    "scale",
    0,
    20,
    "a times 2 to the power of b, a whole number (of a fraction, what is left of the point)",
  ),
  minimum: row(2, "same", 0, 2, "the smaller; NaN if either is NaN"),
  maximum: row(2, "same", 0, 2, "the larger; NaN if either is NaN"),
  fmin: row(2, "same", 0, 3, "the smaller; where one is NaN, the other"),
  fmax: row(2, "same", 0, 3, "the larger; where one is NaN, the other"),
  fmod: row(
    2,
    "widenBool",
    0,
    8,
    "what division towards zero leaves: the sign of a; an integer by zero gives 0",
  ),
  copysign: row(2, "float", 0, 1, "the magnitude of a with the sign of b; a NaN has none"),
  heaviside: row(2, "float", 0, 4, "0 where a is below zero, 1 above, b at zero; NaN where a is NaN"),
  bitwiseAnd: row(2, "bits", 0, 1, "the bits that both have"),
  bitwiseOr: row(2, "bits", 0, 1, "the bits that either has"),
  bitwiseXor: row(2, "bits", 0, 1, "the bits that exactly one has"),
  leftShift: row(
    2,
    "integer",
    0,
    8,
    "a times 2 to the power of b, wrapping; 0 where b is no position of a bit",
  ),
  rightShift: row(
    2,
    "integer",
    0,
    8,
    "floor(a / 2 to the power of b); where b is no position of a bit, -1 of what is below zero, else 0",
  ),
  gcd: row(2, "integer", 0, 60, "the greatest common divisor, not below zero"),
  lcm: row(2, "integer", 0, 60, "the least common multiple, not below zero; wraps; 0 where one is 0"),
  eq: row(2, "compare", 0, 1, "a == b"),
  ne: row(2, "compare", 0, 1, "a != b"),
  lt: row(2, "compare", 0, 1, "a < b"),
  le: row(2, "compare", 0, 1, "a <= b"),
  gt: row(2, "compare", 0, 1, "a > b"),
  ge: row(2, "compare", 0, 1, "a >= b"),
  logicalAnd: row(2, "logical", 0, 1, "both are not zero"),
  logicalOr: row(2, "logical", 0, 1, "either is not zero"),
  logicalXor: row(2, "logical", 0, 1, "exactly one is not zero"),
});

/** The name of an elementwise primitive. */
export type ElementwiseOp = keyof typeof ELEMENTWISE;

/** Whether the text names an elementwise primitive. */
export function isElementwiseOp(name: string): name is ElementwiseOp {
  return Object.hasOwn(ELEMENTWISE, name);
}

/** The dtypes of a primitive: what its operands are cast to, and what it returns; null: it is not defined for them. */
export function elementwiseDTypes(
  op: ElementwiseOp,
  operands: readonly DType[],
): { readonly compute: DType; readonly result: DType } | null {
  const promoted = operands.reduce((a, b) => promoteTypes(a, b));
  const { rule } = ELEMENTWISE[op];
  switch (rule) {
    case "same":
      return { compute: promoted, result: promoted };
    case "numeric":
      return promoted === "bool" ? null : { compute: promoted, result: promoted };
    case "bits":
      return isFloat(promoted) ? null : { compute: promoted, result: promoted };
    case "integer":
    case "widenBool": {
      if (rule === "integer" && isFloat(promoted)) return null;
      const dtype = promoted === "bool" ? "i8" : promoted;
      return { compute: dtype, result: dtype };
    }
    case "float": {
      // each by itself: i16 and u16 are f32, though together they are i32
      const dtype = operands.map(floatOf).reduce<DType>(promoteTypes, "f32");
      return { compute: dtype, result: dtype };
    }
    case "scale": {
      const dtype = isFloat(operands[0]!) ? operands[0]! : floatOf(operands[0]!);
      return { compute: dtype, result: dtype };
    }
    case "quotient": {
      const dtype = isFloat(promoted) ? promoted : "f64";
      return { compute: dtype, result: dtype };
    }
    case "compare":
      return { compute: promoted, result: "bool" };
    case "logical":
      return { compute: "bool", result: "bool" };
    default:
      return rule satisfies never;
  }
}

/**
 * The reductions. `sum` and `prod` accumulate in the dtype of their value (the tracer casts f32 to f64 before,
 * and back after); `min`, `max`, `argmin` and `argmax` give NaN (or the first NaN's index) where there is one;
 * `argmin` and `argmax` give i64 and the first of equals; `any` and `all` take bool.
 */
export const REDUCE_OPS = ["sum", "prod", "min", "max", "argmin", "argmax", "any", "all"] as const;

/** The name of a reduction. */
export type ReduceOp = (typeof REDUCE_OPS)[number];
