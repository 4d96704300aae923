/**
 * asin, acos, atan and atan2.
 *
 * asin and acos fold [1/2, 1] back by asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)), atan what is above 1 by
 * atan(x) = pi/2 - atan(1/x). The multiple of pi has two parts, of which the lower joins the polynomial.
 * Coefficients: tools/minimax.py.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

type Terms = Readonly<Record<VectorShape, readonly number[]>>;

/** pi/2 in two parts; pi is twice that */
const HALF_PI: Readonly<Record<VectorShape, { readonly high: number; readonly low: number }>> = {
  "f32x4": { high: 1.5707963705062866, low: -4.371139000186241e-08 },
  "f64x2": { high: 1.5707963267948966, low: 6.123233995736766e-17 },
};

/** asin(s) = s + s z P(z), z = s^2 <= 1/4; relative errors 2^-28 and 2^-56 */
const ASIN: Terms = {
  "f32x4": [
    0.16666752099990845,
    0.07495307922363281,
    0.0454695038497448,
    0.02418229542672634,
    0.042163655161857605,
  ],
  "f64x2": [
    0.16666666666665403,
    0.07500000000338476,
    0.04464285682708326,
    0.030381959190061546,
    0.022371756734756262,
    0.017359725235033308,
    0.013885027213624931,
    0.012170617351169845,
    0.006521735123965284,
    0.01954576816480414,
    -0.016252366761363397,
    0.031931971878905174,
  ],
};

/** atan(t) = t + t z P(z), z = t^2 <= 1; relative errors 2^-28 and 2^-57 */
const ATAN: Terms = {
  "f32x4": [
    -0.33333298563957214,
    0.1999853104352951,
    -0.14264051616191864,
    0.10951174050569534,
    -0.08400468528270721,
    0.057906318455934525,
    -0.031126635149121284,
    0.010887076146900654,
    -0.001787461806088686,
  ],
  "f64x2": [
    -0.33333333333333065,
    0.19999999999950985,
    -0.1428571428254918,
    0.11111111006293345,
    -0.09090906990382579,
    0.07692279694902729,
    -0.06666402893199191,
    0.05880520945919108,
    -0.05253488122353748,
    0.04722219123035866,
    -0.04218908749666119,
    0.03663639795495435,
    -0.029895093404921188,
    0.021974041650273626,
    -0.01389032617564858,
    0.007189215578091172,
    -0.0028811432119800083,
    0.0008299795263745374,
    -0.00015186803965797953,
    1.3195533780885738e-05,
  ],
};

/** asin or acos: (high - m) - (m z P(z) - low), with a multiple of pi/2 in two parts and m = +-s or +-2s */
export function emitAsinAcos(
  context: MathContext,
  shape: VectorShape,
  name: "asin" | "acos",
  x: Local,
): Local {
  const v = new VectorCode(context, shape), { high, low } = HALF_PI[shape];
  const a = v.let(v.abs(x));
  const isSmall = v.let(v.compare("lt", a, v.c(0.5)));
  const folded = v.let(v.mul(v.sub(v.c(1), a), v.c(0.5)));
  const z = v.let(v.select(isSmall, v.mul(a, a), folded));
  const root = v.let(v.op(`${shape}.sqrt`, folded));
  const twice = v.add(root, root);
  const curve = v.mul(z, v.longPoly(z, ASIN[shape]));
  if (name === "asin") {
    const m = v.let(v.select(isSmall, v.neg(a), twice));
    const start = v.let(v.op("v128.andnot", v.c(high), isSmall));
    const line = v.let(v.sub(start, m));
    // the line may round in a larger binade than the result's: what it lost joins the rest
    const lost = v.sub(v.sub(start, line), m);
    const rest = v.sub(v.fma(m, curve, v.op("v128.andnot", v.c(-low), isSmall)), lost);
    return v.finish(v.withSignOf(x, v.sub(line, rest)));
  }
  // above 1/2 no multiple of pi, below -1/2 pi
  const isNegative = v.let(v.compare("lt", x, v.c(0)));
  const m = v.let(v.select(isSmall, x, v.or(twice, v.op("v128.andnot", v.signBit(), x))));
  const multiple = (part: number): Vector => v.select(isSmall, v.c(part), v.and(isNegative, v.c(2 * part)));
  return v.finish(v.sub(v.sub(multiple(high), m), v.fma(m, curve, multiple(-low))));
}

/** high + (t + (t z P(z) + low)) */
function addArc(v: VectorCode, t: Local, high: Vector, low: Vector): Vector {
  const z = v.let(v.mul(t, t));
  return v.add(high, v.add(t, v.fma(v.mul(t, z), v.poly(z, ATAN[v.shape]), low)));
}

/** atan */
export function emitAtan(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape), { high, low } = HALF_PI[shape];
  const a = v.let(v.abs(x));
  const isLarge = v.let(v.compare("gt", a, v.c(1)));
  const numerator = v.op(`${shape}.pmin`, a, v.c(1)), denominator = v.op(`${shape}.pmax`, a, v.c(1));
  const quotient = v.div(numerator, denominator);
  const t = v.let(v.xor(quotient, v.and(isLarge, v.signBit())));
  return v.finish(v.withSignOf(x, addArc(v, t, v.and(isLarge, v.c(high)), v.and(isLarge, v.c(low)))));
}

/** atan2(y, x): the angle of the point (x, y), with the signs of zeros and the infinities of C99, annex F.9.1.4 */
export function emitAtan2(context: MathContext, shape: VectorShape, y: Local, x: Local): Local {
  const v = new VectorCode(context, shape), { high, low } = HALF_PI[shape];
  const [ay, ax] = [v.let(v.abs(y)), v.let(v.abs(x))];
  const isSteep = v.let(v.compare("gt", ay, ax));
  const isLeft = v.let(v.op(`${v.int}.lt_s`, x, v.bits(0n)));
  const numerator = v.let(v.op(`${shape}.pmin`, ay, ax)), denominator = v.let(v.op(`${shape}.pmax`, ay, ax));
  // of two infinities 1, of two zeros 0
  const isDiagonal = v.compare("eq", numerator, denominator);
  const quotient = v.select(isDiagonal, v.c(1), v.div(numerator, denominator));
  const ratio = v.op("v128.andnot", quotient, v.compare("eq", numerator, v.c(0)));
  const t = v.let(v.xor(ratio, v.and(v.xor(isSteep, isLeft), v.signBit())));
  const multiple = (part: number): Vector => v.select(isSteep, v.c(part), v.and(isLeft, v.c(2 * part)));
  const angle = v.withSignOf(y, addArc(v, t, multiple(high), multiple(low)));
  return v.finish(v.or(angle, v.compare("ne", x, x)));
}
