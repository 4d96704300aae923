/**
 * The scalar meaning of every elementwise primitive and of casts: slow, plain, and read as the definition.
 *
 * A value is a number, or a bigint for i64 and u64; a bool is 0 or 1. Integers are computed as bigints without
 * bounds and then wrapped to their dtype. Floats are computed in f64; an f32 result is rounded once, which is
 * correct rounding for + - * / and the square root (2 · 24 + 2 <= 53 bits).
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../expr/primitives.ts";
import { erf, frexp, ldexp, nextafter, spacing } from "./real_functions.ts";

/** A number of some dtype; bigint for i64 and u64 alone. */
export type Value = number | bigint;

/** The nearest float of the dtype. */
type Round = (x: number) => number;

/** What a primitive means for floats, and for integers and bools; null where its dtype rule lets none come. */
interface Meaning {
  readonly float: ((a: number, b: number, round: Round, dtype: DType) => number) | null;
  readonly integer: ((a: bigint, b: bigint) => bigint) | null;
}

const realOnly = (float: (a: number, b: number) => number): Meaning => ({ float, integer: null });
const bits = (holds: boolean): bigint => holds ? 1n : 0n;

/** a test that reads the same for numbers and bigints */
const test = (holds: (a: Value, b: Value) => boolean): Meaning => ({
  float: (a, b) => Number(holds(a, b)),
  integer: (a, b) => bits(holds(a, b)),
});
const logical = (holds: (a: boolean, b: boolean) => boolean): Meaning => ({
  float: null,
  integer: (a, b) => bits(holds(a !== 0n, b !== 0n)),
});
const rounding = (float: (x: number) => number): Meaning => ({ float, integer: (a) => a });

/** The nearest integer, halves to even; the sign of a zero is x's. */
function roundHalfEven(x: number): number {
  if (!Number.isFinite(x)) return x;
  const floor = Math.floor(x), rest = x - floor;
  const isUp = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return copySign(isUp ? floor + 1 : floor, x);
}

function copySign(magnitude: number, sign: number): number {
  return sign < 0 || Object.is(sign, -0) ? -Math.abs(magnitude) : Math.abs(magnitude);
}

/** NumPy's npy_divmod (numpy/_core/src/npymath/npy_math_internal.h.src), every operation rounded. */
function divideFloats(
  a: number,
  b: number,
  round: Round,
): { readonly quotient: number; readonly modulus: number } {
  let modulus = a % b;
  if (b === 0) return { quotient: round(a / b), modulus };
  let quotient = round(round(a - modulus) / b);
  if (modulus === 0) modulus = copySign(0, b);
  else if ((b < 0) !== (modulus < 0)) {
    modulus = round(modulus + b);
    quotient = round(quotient - 1);
  }
  if (quotient === 0) return { quotient: copySign(0, round(a / b)), modulus };
  const floor = Math.floor(quotient);
  return { quotient: round(quotient - floor) > 0.5 ? round(floor + 1) : floor, modulus };
}

/** Division by zero gives 0 and leaves 0. */
function divideIntegers(a: bigint, b: bigint): { readonly quotient: bigint; readonly modulus: bigint } {
  if (b === 0n) return { quotient: 0n, modulus: 0n };
  const rest = a % b;
  const isBelow = rest !== 0n && (rest < 0n) !== (b < 0n);
  return isBelow ? { quotient: a / b - 1n, modulus: rest + b } : { quotient: a / b, modulus: rest };
}

/** C's pow, which differs from JavaScript's: 1 to any power and -1 to an infinite one are 1. */
function powerOfFloats(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

/** A negative exponent, which NumPy refuses, gives the power's integer part: 0 but for the bases 1 and -1. */
function powerOfIntegers(a: bigint, b: bigint): bigint {
  if (b < 0n) return a === 1n ? 1n : a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n, base = a;
  for (let rest = b; rest > 0n; rest >>= 1n) {
    if (rest % 2n === 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

/** 1 / (1 + exp(-x)) without overflow, so that small results keep their precision. */
function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** Whether a number has a sign, as also a zero may; a NaN has none, because which one it gets is up to the machine. */
function isNegative(x: Value): boolean {
  if (typeof x === "bigint") return x < 0n;
  return x < 0 || Object.is(x, -0);
}

const magnitude = (x: bigint): bigint => x < 0n ? -x : x;
/** Euclid's. */
const commonDivisor = (a: bigint, b: bigint): bigint => b === 0n ? magnitude(a) : commonDivisor(b, a % b);

/** Towards zero; by zero 0. */
const remainder = (a: bigint, b: bigint): bigint => b === 0n ? 0n : a % b;

/** A count that is no position of a bit moves all bits out: no dtype has more than 64. */
function shift(a: bigint, b: bigint, isLeft: boolean): bigint {
  if (b < 0n || b > 64n) return isLeft || a >= 0n ? 0n : -1n;
  return isLeft ? a << b : a >> b;
}

const sign = (x: number): number => x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : x;
const signOfInteger = (x: bigint): bigint => x > 0n ? 1n : x < 0n ? -1n : 0n;

/** One meaning a primitive. */
const MEANING: Readonly<Record<ElementwiseOp, Meaning>> = {
  neg: { float: (a) => -a, integer: (a) => -a },
  abs: { float: Math.abs, integer: (a) => a < 0n ? -a : a },
  sign: { float: sign, integer: signOfInteger },
  square: { float: (a) => a * a, integer: (a) => a * a },
  sqrt: realOnly(Math.sqrt),
  exp: realOnly(Math.exp),
  exp2: realOnly((a) => 2 ** a),
  expm1: realOnly(Math.expm1),
  log: realOnly(Math.log),
  log1p: realOnly(Math.log1p),
  log2: realOnly(Math.log2),
  log10: realOnly(Math.log10),
  sin: realOnly(Math.sin),
  cos: realOnly(Math.cos),
  tan: realOnly(Math.tan),
  asin: realOnly(Math.asin),
  acos: realOnly(Math.acos),
  atan: realOnly(Math.atan),
  sinh: realOnly(Math.sinh),
  cosh: realOnly(Math.cosh),
  tanh: realOnly(Math.tanh),
  asinh: realOnly(Math.asinh),
  acosh: realOnly(Math.acosh),
  atanh: realOnly(Math.atanh),
  cbrt: realOnly(Math.cbrt),
  erf: realOnly(erf),
  sigmoid: realOnly(sigmoid),
  floor: rounding(Math.floor),
  ceil: rounding(Math.ceil),
  trunc: rounding(Math.trunc),
  round: rounding(roundHalfEven),
  invert: { float: null, integer: (a) => ~a },
  reciprocal: realOnly((a) => 1 / a),
  deg2rad: { float: (a, _, round) => a * round(Math.PI / 180), integer: null },
  rad2deg: { float: (a, _, round) => a * round(180 / Math.PI), integer: null },
  spacing: { float: (a, _b, _round, dtype) => spacing(a, dtype), integer: null },
  frexpMantissa: realOnly((a) => frexp(a).mantissa),
  frexpExponent: realOnly((a) => frexp(a).exponent),
  isInf: test((a) => a === Infinity || a === -Infinity),
  signbit: test(isNegative),
  isNan: test((a) => a !== a),
  isFinite: test((a) => typeof a === "bigint" || Number.isFinite(a)),
  logicalNot: logical((a) => !a),
  add: { float: (a, b) => a + b, integer: (a, b) => a + b },
  sub: { float: (a, b) => a - b, integer: (a, b) => a - b },
  mul: { float: (a, b) => a * b, integer: (a, b) => a * b },
  div: realOnly((a, b) => a / b),
  floorDivide: {
    float: (a, b, round) => divideFloats(a, b, round).quotient,
    integer: (a, b) => divideIntegers(a, b).quotient,
  },
  mod: {
    float: (a, b, round) => divideFloats(a, b, round).modulus,
    integer: (a, b) => divideIntegers(a, b).modulus,
  },
  pow: { float: powerOfFloats, integer: powerOfIntegers },
  atan2: realOnly(Math.atan2),
  hypot: realOnly((a, b) => Math.hypot(a, b)),
  nextafter: { float: (a, b, _round, dtype) => nextafter(a, b, dtype), integer: null },
  ldexp: realOnly(ldexp),
  // of two equal values, which only zeros of both signs tell apart, the first
  minimum: { float: (a, b) => a <= b || a !== a ? a : b, integer: (a, b) => a <= b ? a : b },
  maximum: { float: (a, b) => a >= b || a !== a ? a : b, integer: (a, b) => a >= b ? a : b },
  fmin: { float: (a, b) => a <= b || b !== b ? a : b, integer: (a, b) => a <= b ? a : b },
  fmax: { float: (a, b) => a >= b || b !== b ? a : b, integer: (a, b) => a >= b ? a : b },
  fmod: { float: (a, b) => a % b, integer: remainder },
  copysign: realOnly((a, b) => isNegative(b) ? -Math.abs(a) : Math.abs(a)),
  heaviside: realOnly((a, b) => a !== a ? a : a === 0 ? b : a < 0 ? 0 : 1),
  bitwiseAnd: { float: null, integer: (a, b) => a & b },
  bitwiseOr: { float: null, integer: (a, b) => a | b },
  bitwiseXor: { float: null, integer: (a, b) => a ^ b },
  leftShift: { float: null, integer: (a, b) => shift(a, b, true) },
  rightShift: { float: null, integer: (a, b) => shift(a, b, false) },
  gcd: { float: null, integer: commonDivisor },
  lcm: { float: null, integer: (a, b) => a === 0n || b === 0n ? 0n : magnitude(a * b) / commonDivisor(a, b) },
  eq: test((a, b) => a === b),
  ne: test((a, b) => a !== b),
  lt: test((a, b) => a < b),
  le: test((a, b) => a <= b),
  gt: test((a, b) => a > b),
  ge: test((a, b) => a >= b),
  logicalAnd: logical((a, b) => a && b),
  logicalOr: logical((a, b) => a || b),
  logicalXor: logical((a, b) => a !== b),
};

/** The bigint as a value of an integer dtype or bool: integers wrap, a bool is whether it is not zero. */
export function wrapInteger(value: bigint, dtype: DType): Value {
  const { kind, itemsize, isBigInt } = DTYPE[dtype];
  if (kind === "b") return value === 0n ? 0 : 1;
  const wrapped = kind === "u" ? BigInt.asUintN(itemsize * 8, value) : BigInt.asIntN(itemsize * 8, value);
  return isBigInt ? wrapped : Number(wrapped);
}

/** The nearest float of the dtype to a number. */
export function roundFloat(value: number, dtype: DType): number {
  return dtype === "f32" ? Math.fround(value) : value;
}

/**
 * A primitive of values that have the dtype `compute`; the result has the dtype that the primitive's row gives.
 *
 * @example
 * ```ts
 * import { evaluate } from "./scalar.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(evaluate("mod", "i8", [-7, 3]), 2);
 * strictEqual(evaluate("add", "u64", [2n ** 64n - 1n, 2n]), 1n);
 * ```
 */
export function evaluate(op: ElementwiseOp, compute: DType, args: readonly Value[]): Value {
  const { rule, arity } = ELEMENTWISE[op], { float, integer } = MEANING[op];
  if (args.length !== arity) throw new Error(`${op} takes ${arity} operands, not ${args.length}`);
  const result = rule === "compare" || rule === "logical" ? "bool" : compute;
  if (isFloat(compute)) {
    if (float === null) throw new Error(`${op} is not computed in ${compute}`);
    const value = float(Number(args[0]), Number(args[1] ?? 0), (x) => roundFloat(x, compute), compute);
    return result === "bool" ? value : roundFloat(value, compute);
  }
  if (integer === null) throw new Error(`${op} is not computed in ${compute}`);
  const value = integer(BigInt(args[0]!), BigInt(args[1] ?? 0));
  // a bool has one bit, which inverting leaves alone
  return wrapInteger(op === "invert" && compute === "bool" ? value & 1n : value, result);
}

/** The float nearest to an integer, rounded once. */
function floatOfInteger(value: bigint, dtype: DType): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n || dtype === "f64") return roundFloat(Number(value), dtype);
  // eleven bits less fit a double; the last bit left says whether any of them was set, so that f32 rounds once
  const kept = magnitude >> 11n;
  const odd = (magnitude & 0x7ffn) === 0n ? kept : kept | 1n;
  return Math.fround(Number(value < 0n ? -odd : odd) * 2 ** 11);
}

/** The truncated float within the range of the dtype; NaN gives 0. */
function saturate(value: number, dtype: DType): bigint {
  if (Number.isNaN(value)) return 0n;
  const [low, high] = DTYPE[dtype].range!;
  if (value <= Number(low)) return low;
  if (value >= Number(high)) return high;
  return BigInt(Math.trunc(value));
}

/**
 * NumPy's `astype`. Integers wrap. A float to 32 and 64 bits truncates and saturates, NaN gives 0 (NumPy leaves
 * both undefined); to 8 and 16 bits it does so as i32 and then wraps, as NumPy does on x86. To bool: whether the
 * value is not zero.
 */
export function cast(value: Value, from: DType, to: DType): Value {
  if (from === to) return value;
  if (to === "bool") return Number(value) === 0 ? 0 : 1;
  if (isFloat(to)) return isFloat(from) ? roundFloat(Number(value), to) : floatOfInteger(BigInt(value), to);
  if (!isFloat(from)) return wrapInteger(BigInt(value), to);
  return wrapInteger(saturate(Number(value), DTYPE[to].itemsize < 4 ? "i32" : to), to);
}
