/**
 * Scalars of every dtype in plain JavaScript: elements of a memory, the primitives and casts. Integers are computed as
 * bigint and wrapped, f32 in double and rounded (which is exact for the five basic operations). The oracle of the
 * emitter's tests: it shares nothing with the emitter but the table of primitives.
 *
 * `evaluateElementwise` is longer than other functions: one switch, as long as that table.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../../dtype/mod.ts";
import type { ElementwiseOp } from "../../../expr/primitives.ts";
import { JS_FUNCTIONS } from "./js_functions.ts";

/** A bool is a boolean, a float a number, every integer a bigint. */
export type Scalar = boolean | number | bigint;

/** Rounds or wraps to the dtype. */
export function toDType(dtype: DType, value: Scalar): Scalar {
  const { kind, itemsize } = DTYPE[dtype];
  if (kind === "b") return Boolean(value);
  if (dtype === "f64") return Number(value);
  if (dtype === "f32") return Math.fround(Number(value));
  return kind === "i"
    ? BigInt.asIntN(itemsize * 8, BigInt(value))
    : BigInt.asUintN(itemsize * 8, BigInt(value));
}

/** Reads one element. */
export function readElement(view: DataView, address: number, dtype: DType): Scalar {
  switch (dtype) {
    case "bool":
      return view.getUint8(address) !== 0;
    case "i8":
      return BigInt(view.getInt8(address));
    case "i16":
      return BigInt(view.getInt16(address, true));
    case "i32":
      return BigInt(view.getInt32(address, true));
    case "i64":
      return view.getBigInt64(address, true);
    case "u8":
      return BigInt(view.getUint8(address));
    case "u16":
      return BigInt(view.getUint16(address, true));
    case "u32":
      return BigInt(view.getUint32(address, true));
    case "u64":
      return view.getBigUint64(address, true);
    case "f32":
      return view.getFloat32(address, true);
    case "f64":
      return view.getFloat64(address, true);
    default:
      return dtype satisfies never;
  }
}

/** Writes one element. */
export function writeElement(view: DataView, address: number, dtype: DType, value: Scalar): void {
  if (dtype === "f32") view.setFloat32(address, Number(value), true);
  else if (dtype === "f64") view.setFloat64(address, Number(value), true);
  else {
    const bits = BigInt(value);
    for (let i = 0; i < DTYPE[dtype].itemsize; i++) {
      view.setUint8(address + i, Number((bits >> BigInt(8 * i)) & 0xffn));
    }
  }
}

const floorDiv = (a: bigint, b: bigint): bigint => {
  if (b === 0n) return 0n;
  const quotient = a / b;
  return a % b !== 0n && (a < 0n) !== (b < 0n) ? quotient - 1n : quotient;
};

/** NumPy's npy_divmod in doubles; each operation is rounded to the dtype. */
function floatDivmod(dtype: DType, a: number, b: number): { quotient: number; remainder: number } {
  const round = (value: number) => Number(toDType(dtype, value));
  if (b === 0) return { quotient: round(a / b), remainder: NaN };
  let remainder = a % b;
  let quotient = round(round(a - remainder) / b);
  if (remainder !== 0) {
    if ((b < 0) !== (remainder < 0)) {
      remainder = round(remainder + b);
      quotient = round(quotient - 1);
    }
  } else remainder = b < 0 || Object.is(b, -0) ? -0 : 0;
  if (quotient !== 0) {
    const floored = Math.floor(quotient);
    quotient = quotient - floored > 0.5 ? round(floored + 1) : floored;
  } else quotient = a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  return { quotient, remainder };
}

function integerPower(dtype: DType, a: bigint, b: bigint): bigint {
  if (b < 0n) return a === 1n ? 1n : a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n, base = a;
  for (let rest = b; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt(toDType(dtype, result * base));
    base = BigInt(toDType(dtype, base * base));
  }
  return result;
}

function roundHalfEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const floor = Math.floor(x), fraction = x - floor;
  const up = fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

const hasSign = (x: number): boolean =>
  !Number.isNaN(x) && new DataView(new Float64Array([x]).buffer).getInt8(7) < 0;

/** The primitive on scalars of `dtype`, before the result is rounded or wrapped. */
export function evaluateElementwise(op: ElementwiseOp, dtype: DType, args: readonly Scalar[]): Scalar {
  const [x, y] = args as [Scalar, Scalar];
  const float = isFloat(dtype);
  const a = Number(x), b = Number(y ?? 0);
  const i = float ? 0n : BigInt(x), j = float ? 0n : BigInt(y ?? 0n);
  const bool = dtype === "bool";
  const identityOrFloat = (f: (x: number) => number) => float ? f(a) : x;
  switch (op) {
    case "neg":
      return float ? -a : -i;
    case "abs":
      return bool ? x : float ? Math.abs(a) : i < 0n ? -i : i;
    case "sign":
      return float ? (Number.isNaN(a) ? NaN : a > 0 ? 1 : a < 0 ? -1 : 0) : i > 0n ? 1n : i < 0n ? -1n : 0n;
    case "square":
      return float ? a * a : i * i;
    case "sqrt":
      return Math.sqrt(a);
    case "floor":
      return identityOrFloat(Math.floor);
    case "ceil":
      return identityOrFloat(Math.ceil);
    case "trunc":
      return identityOrFloat(Math.trunc);
    case "round":
      return identityOrFloat(roundHalfEven);
    case "isNan":
      return float && Number.isNaN(a);
    case "invert":
      return bool ? !x : ~i;
    case "reciprocal":
      return 1 / a;
    case "deg2rad":
      return a * Number(toDType(dtype, Math.PI / 180));
    case "rad2deg":
      return a * Number(toDType(dtype, 180 / Math.PI));
    case "isInf":
      return float && !Number.isNaN(a) && !Number.isFinite(a);
    case "signbit":
      return float ? hasSign(a) : i < 0n;
    case "fmin":
      return float ? (Number.isNaN(a) || b < a ? b : a) : j < i ? y : x;
    case "fmax":
      return float ? (Number.isNaN(a) || b > a ? b : a) : j > i ? y : x;
    case "fmod":
      return float ? a % b : j === 0n ? 0n : i % j;
    case "copysign":
      return hasSign(a) === hasSign(b) ? a : -a;
    case "heaviside":
      return Number.isNaN(a) ? a : a > 0 ? 1 : a < 0 ? 0 : b;
    case "bitwiseAnd":
      return bool ? Boolean(x) && Boolean(y) : i & j;
    case "bitwiseOr":
      return bool ? Boolean(x) || Boolean(y) : i | j;
    case "bitwiseXor":
      return bool ? Boolean(x) !== Boolean(y) : i ^ j;
    case "gcd":
    case "lcm": {
      let [m, n] = [i < 0n ? -i : i, j < 0n ? -j : j];
      while (n !== 0n) [m, n] = [n, m % n];
      if (op === "gcd" || m === 0n) return m;
      return (i < 0n ? -i : i) / m * (j < 0n ? -j : j);
    }
    case "leftShift":
      return j < 0n || j >= BigInt(8 * DTYPE[dtype].itemsize) ? 0n : i << j;
    case "rightShift":
      return j < 0n || j >= BigInt(8 * DTYPE[dtype].itemsize) ? (i < 0n ? -1n : 0n) : i >> j;
    case "isFinite":
      return !float || Number.isFinite(a);
    case "logicalNot":
      return !x;
    case "add":
      return bool ? Boolean(x) || Boolean(y) : float ? a + b : i + j;
    case "sub":
      return float ? a - b : i - j;
    case "mul":
      return bool ? Boolean(x) && Boolean(y) : float ? a * b : i * j;
    case "div":
      return a / b;
    case "floorDivide":
      return float ? floatDivmod(dtype, a, b).quotient : floorDiv(i, j);
    case "mod":
      return float ? floatDivmod(dtype, a, b).remainder : j === 0n ? 0n : i - floorDiv(i, j) * j;
    case "pow":
      return float ? a ** b : integerPower(dtype, i, j);
    case "minimum":
      return float ? (a <= b || Number.isNaN(a) ? a : b) : x <= y ? x : y;
    case "maximum":
      return float ? (a >= b || Number.isNaN(a) ? a : b) : x >= y ? x : y;
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
    case "lt":
      return x < y;
    case "le":
      return x <= y;
    case "gt":
      return x > y;
    case "ge":
      return x >= y;
    case "logicalAnd":
      return Boolean(x) && Boolean(y);
    case "logicalOr":
      return Boolean(x) || Boolean(y);
    case "logicalXor":
      return Boolean(x) !== Boolean(y);
    default:
      return JS_FUNCTIONS[op](a, b, dtype === "f32" ? "f32" : "f64");
  }
}

/** NumPy's astype, as the contract of `cast` states it. */
export function evaluateCast(from: DType, to: DType, value: Scalar): Scalar {
  if (!isFloat(from) || isFloat(to) || to === "bool") {
    if (to === "bool") return isFloat(from) ? value !== 0 : Boolean(value);
    // Number(bigint) and fround of it would round twice
    if (to === "f32" && typeof value === "bigint") return roundToF32(value);
    return toDType(to, value);
  }
  const x = Number(value);
  const target = DTYPE[to].itemsize < 4 ? "i32" : to;
  const [smallest, largest] = DTYPE[target].range!;
  if (Number.isNaN(x)) return 0n;
  const integer = x <= Number(smallest) ? smallest : x >= Number(largest) ? largest : BigInt(Math.trunc(x));
  return toDType(to, integer < smallest ? smallest : integer > largest ? largest : integer);
}

/** the nearest f32 to an integer, halves to even */
function roundToF32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const excess = magnitude.toString(2).length - 24;
  if (excess <= 0) return Number(value);
  const unit = 1n << BigInt(excess), rest = magnitude % unit, down = magnitude - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n === 1n);
  const rounded = Number(up ? down + unit : down);
  return value < 0n ? -rounded : rounded;
}
