/**
 * log, log2, log10 and log1p.
 *
 * All write the argument as 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)) and add e log(2) to log(1 + f). Zero,
 * negative numbers, subnormals, infinity and NaN leave the straight path by one test for a whole vector; the path
 * they take computes every lane anew by the same formula, so that a lane's result does not depend on its
 * neighbours.
 *
 * Coefficients: tools/minimax.py; the f64 form and the split constants: fdlibm e_log.c and FreeBSD e_log2.c,
 * e_log10.c (Sun Microsystems 1993, B. D. Steele 2009).
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { bitsOf, VectorCode } from "./vector_code.ts";

/** The base of a logarithm. */
export type LogBase = "e" | "2" | "10";

/** f32: log_b(1 + f) = f * high + (f * low + f^2 * P(f)); log_b(2) = twoHigh + twoLow, e * twoHigh exact */
interface BaseF32 {
  readonly high: number;
  readonly low: number;
  readonly twoHigh: number;
  readonly twoLow: number;
  readonly terms: readonly number[];
}

/** relative errors 2^-27.8, 2^-30.2, 2^-29.9 */
const F32: Readonly<Record<LogBase, BaseF32>> = {
  "e": {
    high: 1,
    low: 0,
    twoHigh: 0.693359375,
    twoLow: -2.12194440e-4,
    terms: [
      -0.49999988079071045,
      0.33333325386047363,
      -0.2500160038471222,
      0.20001959800720215,
      -0.16608713567256927,
      0.1418236494064331,
      -0.13246549665927887,
      0.12900565564632416,
      -0.07607317715883255,
    ],
  },
  "2": {
    high: 1.4426950216293335,
    low: 1.925963033500011e-08,
    twoHigh: 1,
    twoLow: 0,
    terms: [
      -0.7213475108146667,
      0.48089805245399475,
      -0.3606747090816498,
      0.28856968879699707,
      -0.24044522643089294,
      0.20512834191322327,
      -0.179249569773674,
      0.17184191942214966,
      -0.16727417707443237,
      0.09543418139219284,
    ],
  },
  "10": {
    high: 0.4342944920063019,
    low: -1.0103049952192578e-08,
    twoHigh: 0.30078125,
    twoLow: 2.48745663981195e-4,
    terms: [
      -0.21714724600315094,
      0.1447647660970688,
      -0.10857328772544861,
      0.0868663340806961,
      -0.07239611446857452,
      0.061789777129888535,
      -0.05382131040096283,
      0.05137056112289429,
      -0.05077438801527023,
      0.029803970828652382,
    ],
  },
};

/** f64: log(1 + f) = f - f^2/2 + s (f^2/2 + z R(z)), s = f / (2 + f), z = s^2; relative error 2^-59.5 */
const R_F64 = [
  0.6666666666666734,
  0.3999999999941688,
  0.2857142874195581,
  0.2222219861297627,
  0.18183562452408852,
  0.15314094176386103,
  0.14795551804702364,
];

/** f64: 1 / ln(b) and log_b(2), the high parts with zeros at their ends so that products with them are exact */
const F64: Readonly<
  Record<
    LogBase,
    { readonly high: number; readonly low: number; readonly twoHigh: number; readonly twoLow: number }
  >
> = {
  "e": { high: 1, low: 0, twoHigh: 6.93147180369123816490e-01, twoLow: 1.90821492927058770002e-10 },
  "2": { high: 1.44269504072144627571e+00, low: 1.67517131648865118353e-10, twoHigh: 1, twoLow: 0 },
  "10": {
    high: 4.34294481878168880939e-01,
    low: 2.50829467116452752298e-11,
    twoHigh: 3.01029995663611771306e-01,
    twoLow: 3.69423907715893078616e-13,
  },
};

/** The exponent as a float, and the significand minus one. */
interface Split {
  readonly e: Local;
  readonly f: Local;
}

/** e and 1 + f of positive normal numbers */
function splitBits(v: VectorCode, x: Vector): { e: Local; significand: Vector } {
  const held = v.let(x);
  if (v.shape === "f32x4") {
    const rootHalf = v.bits(0x3f3504f3n);
    const exponent = v.let(v.shrS(v.isub(held, rootHalf), 23));
    const e = v.let(v.op("f32x4.convert_i32x4_s", exponent));
    return { e, significand: v.isub(held, v.shl(exponent, 23)) };
  }
  const rootHalf = 0x3fe6a09e667f3bcdn, one = 0x3ff0000000000000n;
  const moved = v.let(v.iadd(held, v.bits(one - rootHalf)));
  // the biased exponent in the low bits of 2^52, less that and the bias
  const e = v.let(v.sub(v.or(v.shrU(moved, 52), v.c(2 ** 52)), v.c(2 ** 52 + 1023)));
  return { e, significand: v.iadd(v.and(moved, v.bits((1n << 52n) - 1n)), v.bits(rootHalf)) };
}

function split(v: VectorCode, x: Vector): Split {
  const { e, significand } = splitBits(v, x);
  return { e, f: v.let(v.sub(significand, v.c(1))) };
}

/** e log_b(2) + log_b(1 + f) */
function combine(v: VectorCode, base: LogBase, { e, f }: Split): Vector {
  if (v.shape === "f32x4") {
    const { high, low, twoHigh, twoLow, terms } = F32[base];
    let small = v.mul(v.mul(f, f), v.poly(f, terms));
    if (low !== 0) small = v.fma(f, v.c(low), small);
    if (twoLow !== 0) small = v.fma(e, v.c(twoLow), small);
    const y = high === 1 ? v.add(f, small) : v.fma(f, v.c(high), small);
    return twoHigh === 1 ? v.add(e, y) : v.fma(e, v.c(twoHigh), y);
  }
  const { high, low, twoHigh, twoLow } = F64[base];
  const s = v.let(v.div(f, v.add(f, v.c(2))));
  const z = v.let(v.mul(s, s));
  const halfSquare = v.let(v.mul(v.c(0.5), v.mul(f, f)));
  const rest = v.let(v.mul(s, v.fma(v.poly(z, R_F64), z, halfSquare)));
  if (base === "e") {
    const bracket = v.sub(v.sub(halfSquare, v.fma(e, v.c(twoLow), rest)), f);
    return v.sub(v.mul(e, v.c(twoHigh)), bracket);
  }
  // log(1 + f) = upper + lower, upper with 32 zeros at its end
  const upper = v.let(v.and(v.sub(f, halfSquare), v.bits(0xffffffff00000000n)));
  const lower = v.let(v.add(v.sub(v.sub(f, upper), halfSquare), rest));
  const product = v.let(v.mul(upper, v.c(high)));
  let small = v.fma(lower, v.c(high), v.mul(v.add(lower, upper), v.c(low)));
  if (twoLow !== 0) small = v.fma(e, v.c(twoLow), small);
  const scaled = twoHigh === 1 ? e : v.let(v.mul(e, v.c(twoHigh)));
  const sum = v.let(v.add(scaled, product));
  return v.add(v.add(small, v.add(v.sub(scaled, sum), product)), sum);
}

/** runs `then` where a lane, by its bits, is not in [smallest normal, limit); the limit is a power of two or infinity */
function ifOutside(v: VectorCode, x: Vector, limit: number, then: () => void): void {
  const isSingle = v.shape === "f32x4";
  const smallest = bitsOf(v.shape, isSingle ? 2 ** -126 : 2 ** -1022),
    sign = isSingle ? 1n << 31n : 1n << 63n;
  // an unsigned comparison, as a signed one of numbers that are moved by half the range
  v.chooseFrom(v.iadd(x, v.bits(sign - smallest)), bitsOf(v.shape, limit) - smallest - sign, then);
}

/** `result` with the values at and beyond the ends of the domain: -inf at 0, NaN below and for NaN, inf at inf */
function withEnds(v: VectorCode, x: Local, result: Vector): Vector {
  const atTop = v.select(v.compare("eq", x, v.c(Infinity)), x, result);
  const atZero = v.select(v.compare("eq", x, v.c(0)), v.c(-Infinity), atTop);
  return v.select(v.compare("ge", x, v.c(0)), atZero, v.c(NaN));
}

/** log, log2 and log10 */
export function emitLog(context: MathContext, shape: VectorShape, base: LogBase, x: Local): Local {
  const v = new VectorCode(context, shape);
  const result = v.let(combine(v, base, split(v, x)));
  ifOutside(v, x, Infinity, () => {
    const digits = shape === "f32x4" ? 23 : 52;
    const subnormal = v.let(v.compare("lt", x, v.c(shape === "f32x4" ? 2 ** -126 : 2 ** -1022)));
    const scaled = v.select(subnormal, v.mul(x, v.c(2 ** digits)), x);
    const { e, f } = split(v, scaled);
    v.assign(e, v.sub(e, v.and(subnormal, v.c(digits))));
    v.assign(result, withEnds(v, x, combine(v, base, { e, f })));
  });
  return v.finish(result);
}

/**
 * log1p. With 2^e the power of two near 1 + x, f = x 2^-e + (2^-e - 1) is rounded once, so nothing of a small x is
 * lost; from 2^60 on (where 2^-e nears its own limit) 1 + x is x.
 */
export function emitLog1p(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const [digits, bias] = shape === "f32x4" ? [23, 127n] as const : [52, 1023n] as const;
  const onePlus = v.let(v.add(x, v.c(1)));
  const { e, significand } = splitBits(v, onePlus);
  // 1 + x less its significand's bits is e as an exponent: 1's bits less that is 2^-e
  const exponentBits = v.isub(onePlus, v.let(significand));
  const scale = v.let(v.isub(v.bits(bias << BigInt(digits)), exponentBits));
  const f = v.let(v.fma(x, scale, v.sub(scale, v.c(1))));
  const result = v.let(v.withSignOf(x, combine(v, "e", { e, f })));
  ifOutside(v, onePlus, 2 ** 60, () => {
    const large = v.compare("ge", onePlus, v.c(2 ** 60));
    const parts = split(v, onePlus);
    v.assign(f, v.select(large, parts.f, f));
    v.assign(result, v.withSignOf(x, combine(v, "e", { e, f })));
    const isZero = v.compare("eq", onePlus, v.c(0));
    const atZero = v.select(isZero, v.c(-Infinity), v.select(v.compare("eq", x, v.c(Infinity)), x, result));
    v.assign(result, v.select(v.compare("ge", onePlus, v.c(0)), atZero, v.c(NaN)));
  });
  return v.finish(result);
}
