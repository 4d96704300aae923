/**
 * The functions of the reals in plain JavaScript doubles, as the oracle of tests: `Math` where it has the function. Those of
 * a float's bits are exact in the dtype, the others good to a few units in the last place of f64.
 *
 * @module
 */
import type { MathOp } from "../../math/mod.ts";

type FloatDType = "f32" | "f64";

/** one float further from zero or nearer to it, by the order of the bits; not of zero */
function step(x: number, dtype: FloatDType, by: 1 | -1): number {
  if (dtype === "f32") {
    const bits = new Int32Array(new Float32Array([x]).buffer);
    bits[0]! += by;
    return new Float32Array(bits.buffer)[0]!;
  }
  const bits = new BigInt64Array(new Float64Array([x]).buffer);
  bits[0]! += BigInt(by);
  return new Float64Array(bits.buffer)[0]!;
}

function nextafter(x: number, y: number, dtype: FloatDType): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (x === y) return y;
  const smallest = dtype === "f32" ? 2 ** -149 : Number.MIN_VALUE;
  if (x === 0) return y > 0 ? smallest : -smallest;
  return step(x, dtype, (y > x) === (x > 0) ? 1 : -1);
}

/** mantissa and exponent, by dividing by two */
function frexp(x: number): readonly [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let [mantissa, exponent] = [x, 0];
  for (; Math.abs(mantissa) >= 1; exponent++) mantissa /= 2;
  for (; Math.abs(mantissa) < 0.5; exponent--) mantissa *= 2;
  return [mantissa, exponent];
}

/** x 2^n rounded once: the bits of the significand that the dtype has room for, by exact arithmetic */
function ldexp(x: number, n: number, dtype: FloatDType): number {
  const [mantissa, exponent] = frexp(x);
  const sum = exponent + Math.trunc(n);
  if (mantissa === 0 || !Number.isFinite(mantissa) || Number.isNaN(n)) return mantissa * (n === n ? 1 : NaN);
  const [digits, smallest, largest] = dtype === "f32" ? [24, -149, 128] : [53, -1074, 1024];
  if (sum > largest) return Math.sign(x) * Infinity;
  const room = Math.min(digits, sum - smallest);
  if (room < 0) return Math.sign(x) * 0;
  // room bits before the point, halves to even
  const shifted = Math.abs(mantissa) * 2 ** room, floor = Math.floor(shifted), rest = shifted - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  const power = sum - room;
  return Math.sign(x) * rounded * 2 ** Math.max(power, -1000) * 2 ** Math.min(power + 1000, 0);
}

/** Maclaurin's series below 1, above by the continued fraction of erfc (Abramowitz and Stegun, 7.1.5 and 7.1.14) */
function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 7)) return Number.isNaN(x) ? NaN : Math.sign(x);
  if (a < 1) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-19 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
  let fraction = a;
  for (let n = 300; n > 0; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction);
}

type JsFunction = (x: number, y: number, dtype: FloatDType) => number;

/** C's, which differs from JavaScript's where the result is 1 */
const pow: JsFunction = (x, y) => x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;

/** The functions whose every result is exact. */
export const EXACT_FUNCTIONS: ReadonlySet<string> = new Set<MathOp>(
  ["spacing", "frexpMantissa", "frexpExponent", "nextafter", "ldexp"],
);

/** Each function; the dtype matters to the exact ones alone. */
export const JS_FUNCTIONS: Readonly<Record<MathOp, JsFunction>> = {
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  erf,
  spacing: (x, _, dtype) => {
    if (!Number.isFinite(x)) return NaN;
    const gap = nextafter(Math.abs(x), Infinity, dtype) - Math.abs(x);
    return x < 0 ? -gap : gap;
  },
  frexpMantissa: (x) => frexp(x)[0],
  frexpExponent: (x) => frexp(x)[1],
  pow,
  atan2: Math.atan2,
  hypot: (x, y) => Math.hypot(x, y),
  nextafter,
  ldexp,
};
