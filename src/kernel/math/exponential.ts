/**
 * exp, exp2, expm1, sigmoid and tanh.
 *
 * All but exp2 reduce x = n ln2 + r with |r| <= ln2/2 and evaluate a polynomial in r. Rounding to the integer n adds and
 * takes away 1.5 * 2^(mantissa bits): the sum's low bits then are n, ready to be shifted into an exponent.
 * Coefficients: tools/minimax.py.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

/** What differs between f32 and f64. */
export interface Format {
  readonly mantissaBits: 23 | 52;
  readonly bias: 127 | 1023;
  /** 1.5 * 2^mantissaBits: adding it rounds to an integer */
  readonly magic: number;
  /** ln 2 in two parts; n * ln2High is exact for every n that occurs, so `strict` needs no fused operation */
  readonly ln2High: number;
  readonly ln2Low: number;
}

export const FORMAT: Readonly<Record<VectorShape, Format>> = {
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

/** exp(r) = 1 + r * P(r), relative error 2^-28 (f32) and 2^-57 (f64) */
export const EXP: Readonly<Record<VectorShape, readonly number[]>> = {
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

/** 2^f = 1 + f * P(f), |f| <= 1/2, relative error 2^-28 and 2^-58 */
const EXP2: Readonly<Record<VectorShape, readonly number[]>> = {
  "f32x4": [
    0.6931471824645996,
    0.24022647738456726,
    0.05550359562039375,
    0.009618500247597694,
    0.0013390975072979927,
    0.00015328892914112657,
  ],
  "f64x2": [
    0.6931471805599453,
    0.2402265069591011,
    0.05550410866482175,
    0.009618129107600636,
    0.0013333558146536545,
    0.00015403530450127748,
    1.5252733645048011e-05,
    1.3215438339832092e-06,
    1.0178155008400838e-07,
    7.073311905596089e-09,
    4.4396620971396057e-10,
  ],
};

/** expm1(r) = r + r^2 * P(r), relative error 2^-26 (f32) and 2^-61 (f64) */
const EXPM1: Readonly<Record<VectorShape, readonly number[]>> = {
  "f32x4": [
    0.4999999701976776,
    0.1666654348373413,
    0.04166753962635994,
    0.008366533555090427,
    0.0013861075276508927,
  ],
  "f64x2": [
    0.5,
    0.16666666666666677,
    0.04166666666666664,
    0.008333333333321468,
    0.0013888888888907828,
    0.00019841269886462646,
    2.480158726945828e-05,
    2.7557243923222593e-06,
    2.7557326144419726e-07,
    2.5109123235732733e-08,
    2.089752728657924e-09,
  ],
};

/** tanh(a) = a + a z P(z) with z = a^2 on |a| < 0.56, relative error 2^-29 */
const TANH_F32 = [
  -0.3333331346511841,
  0.13332447409629822,
  -0.05383757874369621,
  0.021010028198361397,
  -0.006185539998114109,
];

/** tanh(a) = a + a z P(z) / Q(z) on |a| < 0.625, relative error 2^-57. Source: S. L. Moshier, Cephes, tanh.c */
const TANH_F64 = {
  p: [-1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1],
  q: [4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1],
};

/** The reduced argument and the rounded quotient, the latter still carrying the magic number. */
export interface Reduced {
  /** x - n ln2 */
  readonly r: Local;
  /** magic + offset + n, as a float; its low bits are the integer offset + n */
  readonly shifted: Local;
}

/** `offset` is an integer that is added to n in `shifted` */
export function reduce(v: VectorCode, x: Vector, offset: number): Reduced {
  const { magic, ln2High, ln2Low } = FORMAT[v.shape];
  const held = v.let(x);
  const shifted = v.let(v.fma(held, v.c(Math.LOG2E), v.c(magic + offset)));
  const n = v.let(v.sub(shifted, v.c(magic + offset)));
  const r = v.let(v.fnma(n, v.c(ln2Low), v.fnma(n, v.c(ln2High), held)));
  v.free(n, held);
  return { r, shifted };
}

/** The same, but for the sign of n in `shifted`: its low bits are offset - n, those of a factor of exp(-x). */
function reduceNegated(v: VectorCode, x: Local, offset: number): Reduced {
  const { magic, ln2High, ln2Low } = FORMAT[v.shape];
  const shifted = v.let(v.fnma(x, v.c(Math.LOG2E), v.c(magic + offset)));
  const minusN = v.let(v.sub(shifted, v.c(magic + offset)));
  const r = v.let(v.fma(minusN, v.c(ln2Low), v.fma(minusN, v.c(ln2High), x)));
  v.free(minusN);
  return { r, shifted };
}

/** The largest magnitudes of arguments whose exp, exp2 are sure to be normal numbers. */
const NORMAL_RESULTS = {
  "f32x4": { exp: 87, exp2: 125 },
  "f64x2": { exp: 708, exp2: 1021 },
} as const;

/**
 * What `within` gives where the magnitudes of all lanes are below `limit`, else what `beyond` gives. Lanes that are
 * within the limit must get the same bits from both: who stands beside them decides which it is.
 */
function byMagnitude(
  v: VectorCode,
  x: Local,
  { limit, within, beyond }: { limit: number; within: () => Vector; beyond: () => Vector },
): Local {
  const result = v.f.local("v128");
  v.chooseMagnitude(
    x,
    limit,
    () => v.assign(result, beyond()),
    () => v.assign(result, within()),
  );
  v.releaseAll();
  return result;
}

/** p · 2^n with 1/2 < p < 2 where the product is a normal number: n is added to the exponent of p */
function scaledNormal(v: VectorCode, p: Vector, shifted: Local): Vector {
  return v.iadd(p, v.shl(shifted, FORMAT[v.shape].mantissaBits));
}

/**
 * p · 2^n for every n. The scale is split in two, 2^floor(n/2) and the rest, so that results which are subnormal or
 * overflow come out of the last multiplication rounded once. `shifted` has the offset 2 * bias: halving the bits of
 * n + 2 * bias gives floor(n/2) + bias, a biased exponent.
 */
function scaledAny(v: VectorCode, p: Vector, shifted: Local): Vector {
  const { mantissaBits } = FORMAT[v.shape];
  const half = v.let(v.shl(v.shrU(shifted, 1), mantissaBits));
  return v.mul(v.mul(p, half), v.isub(v.shl(shifted, mantissaBits), half));
}

/** exp; what is subnormal or overflows is scaled in two steps, and only then is the argument clamped */
export function emitExp(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const [low, high] = shape === "f32x4" ? [-104, 89] : [-746, 710];
  const curve = (r: Local) => v.fma(v.poly(r, EXP[shape]), r, v.c(1));
  return byMagnitude(v, x, {
    limit: NORMAL_RESULTS[shape].exp,
    within: () => {
      const { r, shifted } = reduce(v, x, 0);
      return scaledNormal(v, curve(r), shifted);
    },
    beyond: () => {
      const { r, shifted } = reduce(v, v.clamp(x, low, high), 2 * FORMAT[shape].bias);
      return scaledAny(v, curve(r), shifted);
    },
  });
}

/** exp2, scaled as exp is; n and f are exact */
export function emitExp2(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { bias, magic } = FORMAT[shape];
  const [low, high] = shape === "f32x4" ? [-151, 129] : [-1076, 1025];
  const scaled = (argument: Local, offset: number, scale: typeof scaledAny) => {
    const shifted = v.let(v.add(argument, v.c(magic + offset)));
    const f = v.let(v.sub(argument, v.sub(shifted, v.c(magic + offset))));
    return scale(v, v.fma(v.poly(f, EXP2[shape]), f, v.c(1)), shifted);
  };
  return byMagnitude(v, x, {
    limit: NORMAL_RESULTS[shape].exp2,
    within: () => scaled(x, 0, scaledNormal),
    beyond: () => scaled(v.let(v.clamp(x, low, high)), 2 * bias, scaledAny),
  });
}

/** expm1 = 2^n * expm1(r) + (2^n - 1), at half the scale so that n = 128 (f64: 1024) does not overflow early. */
export function emitExpm1(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias } = FORMAT[shape];
  // below `low` the result rounds to -1
  const [low, high, tiny] = shape === "f32x4" ? [-18, 89, 2 ** -26] : [-38, 710, 2 ** -55];
  const { r, shifted } = reduce(v, v.clamp(x, low, high), bias - 1);
  const curve = v.let(v.mul(v.poly(r, EXPM1[shape]), v.mul(r, r)));
  const scale = v.let(v.shl(shifted, mantissaBits));
  // scale * r is exact, and so is its sum with scale - 1/2 where the two cancel (n = 1)
  const line = v.fma(scale, r, v.sub(scale, v.c(0.5)));
  const half = v.let(v.fma(scale, curve, line));
  // expm1(x) = x for tiny x, of which half the scale would lose the last bit and the sign of zero
  return v.finish(v.select(v.compare("lt", v.abs(x), v.c(tiny)), x, v.add(half, half)));
}

/** a + b exp(-r) for `emitSigmoid`, where curve = (1 - exp(-r)) / r and scaled = b r. */
function sigmoidDenominator(v: VectorCode, a: Local, b: Local, { curve, scaled }: {
  readonly curve: Vector;
  readonly scaled: Vector;
}): Vector {
  // f32: b (exp(-r) - 1) joins a first, and b is added last, so that exp(-r) itself is never rounded: 2.3 ULP would be
  // reached without, 1.9974 is what all arguments reach
  if (v.shape === "f32x4") return v.add(v.fnma(curve, scaled, a), b);
  // f64, of which not every argument can be tried: also the sum of a and b with what it lost
  const sum = v.let(v.add(a, b));
  return v.add(sum, v.fnma(curve, scaled, v.add(v.sub(a, sum), b)));
}

/**
 * sigmoid = 1 / (1 + 2^-m exp(-r)) with x = m ln2 + r. Where 2^-m or the result may be no normal number, a = 2^(floor(m/2)
 * + 1) and b = a 2^-m make it a / (a + b exp(-r)): neither side overflows, and the one division rounds results that are
 * subnormal.
 */
export function emitSigmoid(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias } = FORMAT[shape];
  const limit = shape === "f32x4" ? 104 : 746;
  const terms = EXP[shape].map((c, k) => (k % 2 === 0 ? c : -c));
  const quotient = (a: Local, b: Local, r: Local) =>
    v.div(a, sigmoidDenominator(v, a, b, { curve: v.poly(r, terms), scaled: v.mul(r, b) }));
  return byMagnitude(v, x, {
    limit: NORMAL_RESULTS[shape].exp,
    within: () => {
      // a = 2: the offset is even, so that n is rounded as it is beyond the limit
      const { r, shifted } = reduceNegated(v, x, bias + 1);
      return quotient(v.c(2), v.let(v.shl(shifted, mantissaBits)), r);
    },
    beyond: () => {
      const { r, shifted } = reduce(v, v.clamp(x, -limit, limit), 2 * (bias + 1));
      // offset 2 (bias + 1): halving the bits of m + offset gives floor(m/2) + 1 + bias, a's biased exponent; the shift
      // into the exponent pushes one bit out at the top and leaves one in the sign, which the subtraction takes away
      const a = v.let(v.shl(v.shrU(shifted, 1), mantissaBits));
      const minusB = v.isub(a, v.shl(shifted, mantissaBits));
      return quotient(a, v.let(v.xor(minusB, v.signBit())), r);
    },
  });
}

/** tanh: near zero an odd polynomial, elsewhere 1 - 2 / (1 + exp(2|x|)). */
export function emitTanh(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias } = FORMAT[shape];
  const [border, limit] = shape === "f32x4" ? [0.56, 10] : [0.625, 20];
  const a = v.let(v.op(`${shape}.pmin`, v.abs(x), v.c(limit)));
  const isSmall = v.let(v.compare("lt", a, v.c(border)));
  const { r, shifted } = reduce(v, v.add(a, a), bias);
  const p = v.let(v.fma(v.poly(r, EXP[shape]), r, v.c(1)));
  const onePlusExp = v.let(v.fma(v.shl(shifted, mantissaBits), p, v.c(1)));
  const z = v.let(v.mul(a, a));
  if (shape === "f32x4") {
    const large = v.sub(v.c(1), v.div(v.c(2), onePlusExp));
    const small = v.fma(v.poly(z, TANH_F32), v.mul(a, z), a);
    return v.finish(v.withSignOf(x, v.select(isSmall, small, large)));
  }
  // one division serves both: small = a + a z P / Q, large = 1 + -2 / (1 + exp)
  const base = v.select(isSmall, a, v.c(1));
  const numerator = v.select(isSmall, v.mul(v.mul(a, z), v.poly(z, TANH_F64.p)), v.c(-2));
  const denominator = v.select(isSmall, v.poly(z, TANH_F64.q), onePlusExp);
  return v.finish(v.withSignOf(x, v.add(base, v.div(numerator, denominator))));
}
