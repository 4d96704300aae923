/**
 * Functions of floats that JavaScript's Math has not, for the interpreter: the error function, and what is told by a
 * float's bits.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";

/**
 * The error function: its series below 1, above by the continued fraction of its complement.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.5 and 7.1.14.
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (!(a >= 1)) {
    // sum of (-1)^n x^(2n + 1) / (n! (2n + 1)), the smallest terms first
    const terms = [x];
    for (let n = 1, power = x; n < 25; n++) {
      power *= -(x * x) / n;
      terms.push(power / (2 * n + 1));
    }
    const sum = terms.reduceRight((rest, term) => rest + term, 0);
    return x === 0 ? x : (2 / Math.sqrt(Math.PI)) * sum;
  }
  let denominator = a;
  for (let n = 300; n > 0; n--) denominator = a + n / 2 / denominator;
  return Math.sign(x) * (1 - Math.exp(-(a * a)) / (Math.sqrt(Math.PI) * denominator));
}

/** The float of the dtype whose bits, as an integer, are `by` away: the order of the bits is that of magnitudes. */
function moveBits(x: number, dtype: DType, by: 1 | -1): number {
  const view = new DataView(new ArrayBuffer(8));
  if (dtype === "f32") {
    view.setFloat32(0, x);
    view.setInt32(0, view.getInt32(0) + by);
    return view.getFloat32(0);
  }
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(by));
  return view.getFloat64(0);
}

/** The next float of the dtype after x in the direction of y. */
export function nextafter(x: number, y: number, dtype: DType): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return moveBits(y < 0 ? -0 : 0, dtype, 1);
  return moveBits(x, dtype, x < y === x > 0 ? 1 : -1);
}

/** The distance from x to the next float away from zero, with the sign of x. */
export function spacing(x: number, dtype: DType): number {
  if (!Number.isFinite(x)) return NaN;
  return moveBits(x === 0 ? 0 : x, dtype, 1) - x;
}

/** x as m 2^e with 1/2 <= |m| < 1; zeros, infinities and NaN are m, with e 0. */
export function frexp(x: number): { readonly mantissa: number; readonly exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { mantissa: x, exponent: 0 };
  const view = new DataView(new ArrayBuffer(8));
  // times 2^54 a subnormal is a normal number
  const isTiny = Math.abs(x) < 2 ** -1022;
  view.setFloat64(0, isTiny ? x * 2 ** 54 : x);
  const biased = (view.getUint16(0) >> 4) & 0x7ff;
  view.setUint16(0, (view.getUint16(0) & 0x800f) | (1022 << 4));
  return { mantissa: view.getFloat64(0), exponent: biased - 1022 - (isTiny ? 54 : 0) };
}

/** x 2^n, rounded once where f64 rounds; n is cut off at the point. */
export function ldexp(x: number, n: number): number {
  if (n !== n) return NaN;
  const { mantissa, exponent } = frexp(x);
  const sum = Math.max(-1100, Math.min(1100, exponent + Math.trunc(n))), half = Math.trunc(sum / 2);
  // the first product is a normal number, or what has no bits to lose
  return mantissa * 2 ** half * 2 ** (sum - half);
}
