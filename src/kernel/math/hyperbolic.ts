/**
 * sinh and cosh, asinh, acosh and atanh.
 *
 * With x = n ln2 + r, sinh x = sinh(n ln2) cosh r + cosh(n ln2) sinh r, of which only two short polynomials in r^2 are
 * not powers of two: no division, and nothing that cancels. The inverse functions are logarithms, log w = k ln2 +
 * 2 atanh(s) with s = (w - 2^k) / (w + 2^k) and 2^k <= w < 2^(k+1); the differences are taken of what is exact, so that
 * w itself is never rounded. Coefficients: tools/minimax.py.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { FORMAT, reduce } from "./exponential.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

type Terms = Readonly<Record<VectorShape, readonly number[]>>;

/** sinh(r) = r + r z P(z), z = r^2, |r| <= ln2/2; relative errors 2^-34 and 2^-65 */
const SINH: Terms = {
  "f32x4": [0.1666666716337204, 0.008333176374435425, 0.00019973120652139187],
  "f64x2": [
    0.16666666666666666,
    0.008333333333334421,
    0.00019841269837114848,
    2.7557326163076312e-06,
    2.5046834323879756e-08,
    1.7562389075194825e-10,
  ],
};

/** cosh(r) = 1 + z P(z); relative errors 2^-33 and 2^-70 */
const COSH: Terms = {
  "f32x4": [0.5, 0.041666459292173386, 0.0013935419265180826],
  "f64x2": [
    0.5,
    0.041666666666666685,
    0.0013888888888873327,
    2.480158734903837e-05,
    2.7557252016503924e-07,
    2.09216938894128e-09,
  ],
};

/** atanh(s) = s + s z P(z), z = s^2 <= 1/4; relative errors 2^-29 and 2^-57 */
const ATANH: Terms = {
  "f32x4": [
    0.33333298563957214,
    0.20002591609954834,
    0.14221563935279846,
    0.11832544207572937,
    0.05105668306350708,
    0.1770821511745453,
  ],
  "f64x2": [
    0.33333333333334,
    0.1999999999979293,
    0.1428571430825343,
    0.11111109877619077,
    0.09090948809051944,
    0.07691488705377746,
    0.06678019589131913,
    0.05773758903984115,
    0.05986094588766252,
    0.014421059411813862,
    0.14528783371143159,
    -0.15341813667466234,
    0.22511237786605692,
  ],
};

/** the same for z <= 1/9; relative errors 2^-28 and 2^-59 */
const LOG_RATIO: Terms = {
  "f32x4": [0.3333320915699005, 0.20010724663734436, 0.14001335203647614, 0.14004600048065186],
  "f64x2": [
    0.33333333333333154,
    0.20000000000078005,
    0.14285714273994898,
    0.11111111981192437,
    0.09090872073980674,
    0.07693277941075896,
    0.0665050895642594,
    0.060529001971895896,
    0.04170542092919772,
    0.08508609895776263,
  ],
};

/** acosh(1 + t) = sqrt(2t) (1 + t P(t)), t <= 1/4; relative errors 2^-30 and 2^-57 */
const ACOSH: Terms = {
  "f32x4": [-0.08333318680524826, 0.018744157627224922, -0.0055075278505682945, 0.001532561844214797],
  "f64x2": [
    -0.08333333333332868,
    0.018749999999246352,
    -0.0055803571007842605,
    0.0018988703739529116,
    -0.000699112011035666,
    0.0002709671257822453,
    -0.00010810093154926115,
    4.150525209194321e-05,
    -1.1441234976311776e-05,
  ],
};

/** sinh or cosh: at half the scale, so that what is just representable does not overflow early */
export function emitSinhCosh(
  context: MathContext,
  shape: VectorShape,
  name: "sinh" | "cosh",
  x: Local,
): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias } = FORMAT[shape];
  // from `limit` on, where n does not grow further, the result is infinite; below `tiny` sinh x is x
  const [limit, tiny] = shape === "f32x4" ? [89.6, 2 ** -13] : [710.6, 2 ** -28];
  const a = v.let(v.op(`${shape}.pmin`, v.abs(x), v.c(limit)));
  const { r, shifted } = reduce(v, a, bias - 2);
  // 2^(n - 2) and 2^(-n - 2), the latter 0 where it no longer counts
  const up = v.let(v.shl(shifted, mantissaBits));
  const reflected = v.isub(v.bits(BigInt(2 * (bias - 2)) << BigInt(mantissaBits)), up);
  const down = v.let(v.and(reflected, v.compare("lt", a, v.c(40))));
  const difference = v.let(v.sub(up, down)), sum = v.let(v.add(up, down));
  const [main, cross] = name === "sinh" ? [difference, sum] : [sum, difference];
  const z = v.let(v.mul(r, r));
  const curve = v.mul(cross, v.mul(r, v.poly(z, SINH[shape])));
  const small = v.mul(z, v.fma(main, v.poly(z, COSH[shape]), curve));
  const half = v.let(v.add(main, v.fma(cross, r, small)));
  const whole = v.add(half, half);
  if (name === "cosh") return v.finish(whole);
  return v.finish(v.withSignOf(x, v.select(v.compare("lt", a, v.c(tiny)), a, whole)));
}

/** A positive number's exponent k as a float, and 2^k. */
interface Exponent {
  readonly k: Vector;
  readonly power: Local;
}

/** of numbers from 1 on: the exponent's bits alone are 2^k */
function exponentOf(v: VectorCode, w: Local): Exponent {
  const { mantissaBits, bias } = FORMAT[v.shape];
  const power = v.let(v.and(w, v.c(Infinity)));
  const field = v.or(v.shrU(power, mantissaBits), v.c(2 ** mantissaBits));
  return { k: v.sub(field, v.c(2 ** mantissaBits + bias)), power };
}

/**
 * asinh: below w = 2, where log w would cancel, s = a / (1 + sqrt(a^2 + 1)), and 2s = a - a s^2 leaves a itself to be
 * added last.
 */
export function emitAsinh(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { ln2High, ln2Low } = FORMAT[shape];
  const { a, b, isBig, extra } = scaled(v, v.abs(x));
  const root = v.let(v.select(isBig, b, v.op(`${shape}.sqrt`, v.fma(b, b, v.c(1)))));
  const w = v.let(v.add(b, root));
  const { k, power } = exponentOf(v, w);
  const exponent = v.let(v.add(k, extra));
  const isNear = v.let(v.compare("lt", w, v.c(2)));
  const numerator = v.select(isNear, b, v.add(v.sub(b, power), root));
  const denominator = v.add(v.select(isNear, v.c(1), w), v.select(isNear, root, power));
  const s = v.let(v.div(numerator, denominator));
  const z = v.let(v.mul(s, s)), twice = v.let(v.add(s, s));
  const high = v.select(isNear, a, v.mul(exponent, v.c(ln2High)));
  const low = v.select(isNear, v.neg(v.mul(a, z)), v.fma(exponent, v.c(ln2Low), twice));
  const sum = v.let(v.add(high, v.fma(v.mul(twice, z), v.poly(z, LOG_RATIO[shape]), low)));
  return v.finish(v.withSignOf(x, v.select(v.compare("eq", a, v.c(Infinity)), a, sum)));
}

/** Numbers so large that their squares would overflow, divided by a power of two; a square and one is the square for them. */
function scaled(v: VectorCode, value: Vector): { a: Local; b: Local; isBig: Local; extra: Vector } {
  const [big, shift] = v.shape === "f32x4" ? [2 ** 40, 32] : [2 ** 500, 256];
  const a = v.let(value);
  const isBig = v.let(v.compare("ge", a, v.c(big)));
  const b = v.let(v.select(isBig, v.mul(a, v.c(2 ** -shift)), a));
  return { a, b, isBig, extra: v.and(isBig, v.c(shift)) };
}

/** acosh: near 1 a polynomial beside sqrt(2t), t = x - 1 */
export function emitAcosh(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { ln2High, ln2Low } = FORMAT[shape];
  const { a, b, isBig, extra } = scaled(v, x);
  const t = v.let(v.sub(b, v.c(1)));
  const isNear = v.let(v.compare("lt", a, v.c(1.25)));
  const square = v.mul(t, v.select(isNear, v.c(2), v.add(b, v.c(1))));
  const root = v.let(v.op(`${shape}.sqrt`, square));
  const near = v.let(v.fma(v.mul(root, t), v.poly(t, ACOSH[shape]), root));
  const second = v.let(v.select(isBig, b, root));
  const w = v.let(v.add(b, second));
  const { k, power } = exponentOf(v, w);
  const exponent = v.let(v.add(k, extra));
  const s = v.let(v.div(v.add(v.sub(b, power), second), v.add(w, power)));
  const z = v.let(v.mul(s, s)), twice = v.let(v.add(s, s));
  const low = v.fma(v.mul(twice, z), v.poly(z, LOG_RATIO[shape]), v.fma(exponent, v.c(ln2Low), twice));
  const far = v.add(v.mul(exponent, v.c(ln2High)), low);
  return v.finish(v.select(v.compare("eq", a, v.c(Infinity)), a, v.select(isNear, near, far)));
}

/**
 * atanh = k ln2/2 + atanh(s), s = ((1 + a) - 2^k (1 - a)) / ((1 + a) + 2^k (1 - a)), with 2^k (1 - a) in [2/3, 4/3): up to
 * 1/3 s is a itself.
 */
export function emitAtanh(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias, ln2High, ln2Low } = FORMAT[shape];
  const a = v.let(v.abs(x)), d = v.let(v.sub(v.c(1), a));
  const [one, twoThirds] = shape === "f32x4"
    ? [0x3f800000n, 0x3f2aaaabn]
    : [0x3ff0000000000000n, 0x3fe5555555555556n];
  const moved = v.let(v.and(v.iadd(d, v.bits(one - twoThirds)), v.c(Infinity)));
  const power = v.let(v.isub(v.bits(2n * one), moved));
  const field = v.or(v.shrU(moved, mantissaBits), v.c(2 ** mantissaBits));
  const k = v.let(v.sub(v.c(2 ** mantissaBits + bias), field));
  const sum = v.let(v.add(v.c(1), power)), difference = v.let(v.sub(v.c(1), power));
  // below 1/2 written with a, which is exact, above with d, which is exact there
  const isNear = v.let(v.compare("lt", a, v.c(0.5)));
  const factor = v.let(v.select(isNear, a, v.neg(d)));
  const numerator = v.fma(factor, sum, v.select(isNear, difference, v.c(2)));
  const denominator = v.fma(factor, difference, v.select(isNear, sum, v.c(2)));
  const s = v.let(v.div(numerator, denominator));
  const z = v.let(v.mul(s, s));
  const low = v.fma(v.mul(s, z), v.longPoly(z, ATANH[shape]), v.mul(k, v.c(ln2Low / 2)));
  const result = v.let(v.add(v.mul(k, v.c(ln2High / 2)), v.add(s, low)));
  const beyond = v.select(v.compare("eq", a, v.c(1)), v.c(Infinity), v.c(NaN));
  return v.finish(v.withSignOf(x, v.select(v.compare("lt", a, v.c(1)), result, beyond)));
}
