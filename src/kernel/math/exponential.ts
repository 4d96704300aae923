/**
 * exp, expm1, sigmoid and tanh.
 *
 * All reduce x = n ln2 + r with |r| <= ln2/2 and evaluate a polynomial in r. Rounding to the integer n adds and
 * takes away 1.5 * 2^(mantissa bits): the sum's low bits then are n, ready to be shifted into an exponent.
 * Coefficients: tools/minimax.py.
 *
 * @module
 */
import type { Local } from "../wasm/builder.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

/** What differs between f32 and f64. */
interface Format {
  readonly mantissaBits: 23 | 52;
  readonly bias: 127 | 1023;
  /** 1.5 * 2^mantissaBits: adding it rounds to an integer */
  readonly magic: number;
  /** ln 2 in two parts; n * ln2High is exact for every n that occurs, so `strict` needs no fused operation */
  readonly ln2High: number;
  readonly ln2Low: number;
}

const FORMAT: Readonly<Record<VectorShape, Format>> = {
  "f32x4": {
    mantissaBits: 23,
    bias: 127,
    magic: 1.5 * 2 ** 23,
    ln2High: 0.693359375,
    ln2Low: -2.12194440e-4,
  },
  "f64x2": {
    mantissaBits: 52,
    bias: 1023,
    magic: 1.5 * 2 ** 52,
    ln2High: 6.93147180369123816490e-01,
    ln2Low: 1.90821492927058770002e-10,
  },
};

/** exp(r) = 1 + r * P(r), relative error 2^-27 (f32) and 2^-58 (f64) */
const EXP: Readonly<Record<VectorShape, readonly number[]>> = {
  "f32x4": [
    1,
    0.4999999403953552,
    0.1666652113199234,
    0.04166826233267784,
    0.00836866907775402,
    0.0013820966705679893,
  ],
  "f64x2": [
    1,
    0.5000000000000011,
    0.16666666666666452,
    0.04166666666652716,
    0.008333333333471096,
    0.001388888894427166,
    0.00019841269554197403,
    2.4801492532462937e-05,
    2.755754584169834e-06,
    2.76304258112286e-07,
    2.5012395503518252e-08,
  ],
};

/** The reduced argument and the rounded quotient, the latter still carrying the magic number. */
interface Reduced {
  /** x - n ln2 */
  readonly r: Local;
  /** magic + offset + n, as a float; its low bits are the integer offset + n */
  readonly shifted: Local;
}

/** `offset` is an integer that is added to n in `shifted` */
function reduce(v: VectorCode, x: Vector, offset: number): Reduced {
  const { magic, ln2High, ln2Low } = FORMAT[v.shape];
  const held = v.let(x);
  const shifted = v.let(v.fma(held, v.c(Math.LOG2E), v.c(magic + offset)));
  const n = v.let(v.sub(shifted, v.c(magic + offset)));
  const r = v.let(v.fnma(n, v.c(ln2Low), v.fnma(n, v.c(ln2High), held)));
  v.free(n, held);
  return { r, shifted };
}

/**
 * exp. The scale 2^n is split in two, 2^floor(n/2) and the rest, so that results which are subnormal or overflow
 * come out of the last multiplication rounded once.
 */
export function emitExp(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias } = FORMAT[shape];
  const [low, high] = shape === "f32x4" ? [-104, 89] : [-746, 710];
  // offset 2 * bias: halving the bits of n + 2 * bias gives floor(n/2) + bias, a biased exponent
  const { r, shifted } = reduce(v, v.clamp(x, low, high), 2 * bias);
  const p = v.fma(v.poly(r, EXP[shape]), r, v.c(1));
  const half = v.let(v.shl(v.shrU(shifted, 1), mantissaBits));
  const rest = v.isub(v.shl(shifted, mantissaBits), half);
  return v.finish(v.mul(v.mul(p, half), rest));
}
