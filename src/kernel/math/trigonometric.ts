/**
 * sin, cos and tan: x = n pi/2 + y with |y| <= pi/4, then an even or an odd polynomial in y by the quadrant n;
 * tan is their quotient, of which f64 carries what either lost and f32 computes in f64.
 *
 * Below 2^20 the multiple is taken away in parts of pi/2 whose products with n are exact, above by
 * `payne_hanek.ts`, lane by lane. f32 reduces in f64, two halves of a vector one after the other.
 * Coefficients: tools/minimax.py; the form of the f64 kernels: fdlibm k_sin.c and k_cos.c.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { lowHalvesOfLanes } from "../wasm/shuffles.ts";
import { addReduceHuge } from "./payne_hanek.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

/** from here on the slow reduction */
const HUGE = 2 ** 20;
const MAGIC = 1.5 * 2 ** 52;

/** pi/2 in three parts of 33 bits and one of 53 */
const HALF_PI = [
  1.5707963267341256,
  6.077100506303966e-11,
  2.0222662487111665e-21,
  8.4784276603689e-32,
] as const;
/** pi/2 in a part of 25 bits and one of 53 */
const HALF_PI_SHORT = [1.5707963109016418, 1.5893254773528196e-08] as const;

/** sin(y) = y + y z P(z), z = y^2; relative errors 2^-27 and 2^-57 */
const SIN = {
  f32: [-0.16666655242443085, 0.008332189172506332, -0.0001951828016899526],
  f64: [
    -0.1666666666666663,
    0.008333333333321912,
    -0.00019841269829450634,
    2.7557313579125563e-06,
    -2.5050741792729196e-08,
    1.5895911699892093e-10,
  ],
};

/** cos(y) = 1 - z/2 + z^2 P(z); relative errors 2^-32 and 2^-63 */
const COS = {
  f32: [0.04166664555668831, -0.0013887310633435845, 2.4432561986031942e-05],
  f64: [
    0.041666666666666595,
    -0.0013888888888873342,
    2.480158728900113e-05,
    -2.75573142164031e-07,
    2.0875705257830363e-09,
    -1.135873945357023e-11,
  ],
};

/** y in two parts, and the quadrant in the lowest two bits of every 64-bit lane */
interface Angle {
  readonly head: Local;
  readonly tail: Local;
  readonly quadrant: Local;
}

/** a - b and what it lost (D. Knuth's TwoSum) */
function twoDifference(v: VectorCode, a: Local, b: Local): readonly [Local, Vector] {
  const difference = v.let(v.sub(a, b));
  const back = v.let(v.sub(difference, a));
  return [difference, v.sub(v.sub(a, v.sub(difference, back)), v.add(b, back))];
}

/** lanes of at least 2^20 are taken over by the slow reduction; infinities and NaN are NaN already */
function replaceHuge(v: VectorCode, x: Local, { head, tail, quadrant }: Angle): void {
  const { f } = v;
  const slow = addReduceHuge(v.context.module);
  v.chooseMagnitude(x, HUGE, () => {
    const absolute = v.let(v.abs(x));
    const isHuge = v.let(
      v.and(v.compare("ge", absolute, v.c(HUGE)), v.compare("lt", absolute, v.c(Infinity))),
    );
    const [y0, y1, n] = [f.local("f64"), f.local("f64"), f.local("i64")];
    for (const lane of [0, 1]) {
      f.get(isHuge).op("i64x2.extract_lane", lane).op("i64.eqz").op("i32.eqz").if(() => {
        f.get(x).op("f64x2.extract_lane", lane).call(slow).set(n).set(y1).set(y0);
        f.get(head).get(y0).op("f64x2.replace_lane", lane).set(head);
        f.get(tail).get(y1).op("f64x2.replace_lane", lane).set(tail);
        f.get(quadrant).get(n).op("i64x2.replace_lane", lane).set(quadrant);
      });
    }
    for (const local of [y0, y1, n]) f.release(local);
    v.leaf(head, tail, quadrant);
  });
}

/** the full reduction: head + tail good to 2^-60 of itself, however near to zero it comes */
function reduceLong(v: VectorCode, x: Local): Angle {
  const quadrant = v.let(v.fma(x, v.c(2 / Math.PI), v.c(MAGIC)));
  const n = v.let(v.sub(quadrant, v.c(MAGIC)));
  const first = v.let(v.fnma(n, v.c(HALF_PI[0]), x));
  const [second, lost2] = twoDifference(v, first, v.let(v.mul(n, v.c(HALF_PI[1]))));
  const kept2 = v.let(lost2);
  const [third, lost3] = twoDifference(v, second, v.let(v.mul(n, v.c(HALF_PI[2]))));
  // taken away, not added: -0 - 0 stays -0
  const away = v.let(v.sub(v.mul(n, v.c(HALF_PI[3])), v.add(kept2, lost3)));
  const head = v.let(v.sub(third, away));
  const tail = v.let(v.sub(v.sub(third, head), away));
  return { head, tail, quadrant };
}

function isOddQuadrant(v: VectorCode, quadrant: Local): Vector {
  return v.op(`${v.int}.eq`, v.and(quadrant, v.bits(1n)), v.bits(1n));
}

/** chooses by the quadrant and sets the sign; cos(x) is sin's choice one quadrant on */
function byQuadrant(
  v: VectorCode,
  name: "sin" | "cos",
  quadrant: Local,
  sine: Vector,
  cosine: Vector,
): Vector {
  const turned = name === "sin" ? quadrant : v.let(v.iadd(quadrant, v.bits(1n)));
  const isOdd = isOddQuadrant(v, turned);
  const toSign = v.shape === "f32x4" ? 30 : 62;
  return v.xor(v.select(isOdd, cosine, sine), v.and(v.shl(turned, toSign), v.signBit()));
}

/** sin = y - sineLess and cos = w + cosineMore of a reduced angle */
function sineAndCosine(v: VectorCode, { head: y, tail }: Angle): {
  readonly sineLess: Vector;
  readonly w: Local;
  readonly cosineMore: Vector;
} {
  const z = v.let(v.mul(y, y));
  const cube = v.let(v.mul(z, y));
  const [s1, ...sinRest] = SIN.f64;
  const inner = v.fnma(cube, v.poly(z, sinRest), v.mul(v.c(0.5), tail));
  const sineLess = v.fnma(cube, v.c(s1!), v.sub(v.mul(z, inner), tail));
  const half = v.let(v.mul(v.c(0.5), z));
  const w = v.let(v.sub(v.c(1), half));
  const terms = v.fnma(y, tail, v.mul(v.mul(z, z), v.poly(z, COS.f64)));
  return { sineLess, w, cosineMore: v.add(v.sub(v.sub(v.c(1), w), half), terms) };
}

function emitDouble(context: MathContext, name: "sin" | "cos", x: Local): Local {
  const v = new VectorCode(context, "f64x2");
  const angle = reduceLong(v, x);
  replaceHuge(v, x, angle);
  const { sineLess, w, cosineMore } = sineAndCosine(v, angle);
  const sine = v.let(v.sub(angle.head, sineLess)), cosine = v.let(v.add(w, cosineMore));
  return v.finish(byQuadrant(v, name, angle.quadrant, sine, cosine));
}

/** sin / cos, or -cos / sin in odd quadrants, less what the rounding of both made it too large */
function emitTanDouble(context: MathContext, x: Local): Local {
  const v = new VectorCode(context, "f64x2");
  const angle = reduceLong(v, x);
  replaceHuge(v, x, angle);
  const { head, quadrant } = angle;
  const parts = sineAndCosine(v, angle);
  const sineLess = v.let(parts.sineLess), cosineMore = v.let(parts.cosineMore);
  const sine = v.let(v.sub(head, sineLess)), cosine = v.let(v.add(parts.w, cosineMore));
  const sineLow = v.let(v.sub(v.sub(head, sine), sineLess));
  const cosineLow = v.let(v.add(v.sub(parts.w, cosine), cosineMore));
  const isOdd = v.let(isOddQuadrant(v, quadrant));
  const denominator = v.let(v.select(isOdd, sine, cosine));
  const quotient = v.let(v.div(v.select(isOdd, cosine, sine), denominator));
  const excess = v.fnma(quotient, v.select(isOdd, sineLow, cosineLow), v.select(isOdd, cosineLow, sineLow));
  const result = v.xor(v.add(quotient, v.div(excess, denominator)), v.and(isOdd, v.signBit()));
  return v.finish(v.select(v.compare("eq", x, v.c(0)), x, result));
}

/** both halves in f64, with the polynomials of f32: their quotient is rounded once */
function emitTanSingle(context: MathContext, x: Local): Local {
  const wide = new VectorCode(context, "f64x2");
  const [low, high] = reduceHalves(context, wide, x, { isJoined: true });
  const tangent = ({ head: y, quadrant }: Angle): Local => {
    const z = wide.let(wide.mul(y, y));
    const sine = wide.let(wide.fma(wide.mul(y, z), wide.poly(z, SIN.f32), y));
    const cosine = wide.let(
      wide.fma(wide.mul(z, z), wide.poly(z, COS.f32), wide.fnma(z, wide.c(0.5), wide.c(1))),
    );
    const isOdd = wide.let(isOddQuadrant(wide, quadrant));
    const quotient = wide.div(wide.select(isOdd, cosine, sine), wide.select(isOdd, sine, cosine));
    return wide.let(wide.xor(quotient, wide.and(isOdd, wide.signBit())));
  };
  const v = new VectorCode(context, "f32x4");
  const result = v.letDemoted(tangent(low), tangent(high));
  wide.releaseAll();
  return v.finish(v.select(v.compare("eq", x, v.c(0)), x, result));
}

/** the short reduction of one half of an f32 vector, in f64; the head alone is good enough for f32 */
function reduceHalf(v: VectorCode, x: Local): Angle {
  const quadrant = v.let(v.fma(x, v.c(2 / Math.PI), v.c(MAGIC)));
  const n = v.let(v.sub(quadrant, v.c(MAGIC)));
  const head = v.let(v.fnma(n, v.c(HALF_PI_SHORT[1]), v.fnma(n, v.c(HALF_PI_SHORT[0]), x)));
  return { head, tail: n, quadrant };
}

/**
 * Both halves of an f32 vector, reduced; what they bind is `wide`'s. `isJoined`: where registers are in pairs, V8 may
 * join the reduction, which gains only where as much follows in f64.
 */
function reduceHalves(
  context: MathContext,
  wide: VectorCode,
  x: Local,
  { isJoined }: { readonly isJoined: boolean },
): readonly [Angle, Angle] {
  const v = new VectorCode(context, "f32x4");
  const halves = [wide.let(wide.promoteLow(x)), wide.let(wide.promoteHigh(x))];
  if (isJoined) wide.leaf(...halves);
  const [low, high] = halves.map((half) => reduceHalf(wide, half)) as [Angle, Angle];
  v.chooseMagnitude(x, HUGE, () => {
    replaceHuge(wide, halves[0]!, low);
    replaceHuge(wide, halves[1]!, high);
  });
  v.releaseAll();
  return [low, high];
}

function emitSingle(context: MathContext, name: "sin" | "cos", x: Local): Local {
  const v = new VectorCode(context, "f32x4"), wide = new VectorCode(context, "f64x2");
  const [low, high] = reduceHalves(context, wide, x, { isJoined: false });
  const y = v.let(wide.demote(low.head, high.head));
  const quadrant = v.let(() => {
    v.f.get(low.quadrant).get(high.quadrant);
    v.f.op("i8x16.shuffle", ...lowHalvesOfLanes(8));
  });
  wide.releaseAll();
  v.leaf(y, quadrant);
  const z = v.let(v.mul(y, y));
  const sine = v.withSignOf(y, v.fma(v.mul(y, z), v.poly(z, SIN.f32), y));
  const cosine = v.fma(v.mul(z, z), v.poly(z, COS.f32), v.fnma(z, v.c(0.5), v.c(1)));
  return v.finish(byQuadrant(v, name, quadrant, v.let(sine), v.let(cosine)));
}

/** sin or cos */
export function emitSinCos(context: MathContext, shape: VectorShape, name: "sin" | "cos", x: Local): Local {
  return shape === "f32x4" ? emitSingle(context, name, x) : emitDouble(context, name, x);
}

/** tan */
export function emitTan(context: MathContext, shape: VectorShape, x: Local): Local {
  return shape === "f32x4" ? emitTanSingle(context, x) : emitTanDouble(context, x);
}
