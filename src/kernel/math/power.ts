/**
 * pow(x, y) = 2^(y log2 |x|) with the cases of C99 (annex F.9.4.4), which are NumPy's.
 *
 * f32 computes in f64, two halves of a vector one after the other. f64 carries log2 in two f64s, good to 2^-64 of
 * itself: an exponent up to 1075 then is good to 2^-54. Zeros, infinities, NaN and negative bases are mended behind
 * one test for a whole vector. Coefficients: tools/minimax.py.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { fastTwoSum, type Pair, twoProduct } from "./double_double.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

const MAGIC = 1.5 * 2 ** 52;
const BIAS = 1023;

/** log2((1 + s) / (1 - s)) = s P(z), z = s^2, relative error 2^-37.8: times an exponent of 150, 2^-31 */
const LOG2_SHORT = [
  2.8853900817900926,
  0.9617966733346334,
  0.5770835864085825,
  0.41167262657504883,
  0.34073192333989366,
];

/** 2^f, |f| <= 1/2, relative error 2^-29 */
const EXP2_SHORT = [
  1.0000000005553304,
  0.6931472057634416,
  0.2402264688064631,
  0.05550328717744332,
  0.009618489904434663,
  0.0013399955639815408,
  0.0001534559771796437,
];

/** log2((1 + s) / (1 - s)) = s (2/ln2 + z (2/3/ln2 + z P(z))), relative error 2^-66 */
const LOG2_TAIL = [
  0.5770780163556178,
  0.41219858309199037,
  0.3205989022650526,
  0.26230770183076,
  0.22198396695517786,
  0.19125584179593189,
  0.19037942319061596,
];
const TWO_BY_LN2 = [2.8853900817779268, 4.0710547481862066e-17] as const;
const TWO_THIRDS_BY_LN2 = [0.9617966939259756, 5.0577616648125907e-17] as const;
const LN2 = [0.6931471805599453, 2.3190468138462996e-17] as const;

/** 2^f = 1 + f ln2 + f^2 P(f), relative error 2^-63 */
const EXP2_TAIL = [
  0.24022650695910072,
  0.055504108664821604,
  0.00961812910762805,
  0.001333355814641158,
  0.0001540353039406196,
  1.5252733837279679e-05,
  1.3215486299156562e-06,
  1.0178058631112891e-07,
  7.0550725548613985e-09,
  4.455615480190647e-10,
  2.5501301485011785e-11,
];

/** e and m of positive normal numbers: x = 2^e m, m in [sqrt(1/2), sqrt(2)) */
function splitExponent(v: VectorCode, x: Local): { readonly e: Vector; readonly m: Vector } {
  const rootHalf = 0x3fe6a09e667f3bcdn, one = 0x3ff0000000000000n;
  const moved = v.let(v.iadd(x, v.bits(one - rootHalf)));
  return {
    e: v.sub(v.or(v.shrU(moved, 52), v.c(2 ** 52)), v.c(2 ** 52 + BIAS)),
    m: v.iadd(v.and(moved, v.bits((1n << 52n) - 1n)), v.bits(rootHalf)),
  };
}

/** |x|^y of f32 numbers held in f64; right where x is finite and not 0, and y finite */
function emitShort(v: VectorCode, x: Local, y: Local): Vector {
  const { e, m } = splitExponent(v, v.let(v.abs(x)));
  const significand = v.let(m);
  const s = v.let(v.div(v.sub(significand, v.c(1)), v.add(significand, v.c(1))));
  const log2 = v.fma(s, v.poly(v.let(v.mul(s, s)), LOG2_SHORT), e);
  const exponent = v.let(v.clamp(v.mul(y, log2), -200, 200));
  const shifted = v.let(v.add(exponent, v.c(MAGIC)));
  const f = v.let(v.sub(exponent, v.sub(shifted, v.c(MAGIC))));
  // the scale is within f64's range; rounding to f32 makes subnormals and infinities
  return v.iadd(v.poly(f, EXP2_SHORT), v.shl(shifted, 52));
}

/** log2 of positive numbers, subnormals included */
function emitLog2Pair(v: VectorCode, x: Local): Pair {
  const isSubnormal = v.let(v.compare("lt", x, v.c(2 ** -1022)));
  const { e, m } = splitExponent(v, v.let(v.select(isSubnormal, v.mul(x, v.c(2 ** 54)), x)));
  const exponent = v.let(v.sub(e, v.and(isSubnormal, v.c(54))));
  const f = v.let(v.sub(m, v.c(1)));
  // s = f / (2 + f) in two parts, the lower from the remainder, which is exact
  const below = fastTwoSum(v, v.c(2), f);
  const inverse = v.let(v.div(v.c(1), below.high));
  const s = v.let(v.mul(f, inverse));
  const back = twoProduct(v, s, below.high);
  const remainder = v.sub(v.sub(v.sub(f, back.high), back.low), v.mul(s, below.low));
  const sLow = v.let(v.mul(remainder, inverse));
  // z = s^2
  const z = twoProduct(v, s, s);
  const zLow = v.let(v.fma(v.add(s, s), sLow, z.low));
  // c = 2/3/ln2 + z P(z), w = z c, t = 2/ln2 + w, log2(m) = s t
  const inner = v.mul(z.high, v.poly(z.high, LOG2_TAIL));
  const c = fastTwoSum(v, v.c(TWO_THIRDS_BY_LN2[0]), inner, v.c(TWO_THIRDS_BY_LN2[1]));
  const w = twoProduct(v, z.high, c.high);
  const wLow = v.add(w.low, v.fma(z.high, c.low, v.mul(zLow, c.high)));
  const t = fastTwoSum(v, v.c(TWO_BY_LN2[0]), w.high, v.add(wLow, v.c(TWO_BY_LN2[1])));
  const log2 = twoProduct(v, s, t.high);
  const logLow = v.add(log2.low, v.fma(s, t.low, v.mul(sLow, t.high)));
  const sum = fastTwoSum(v, exponent, log2.high, logLow);
  return fastTwoSum(v, sum.high, sum.low);
}

/** |x|^y; right where x is finite and not 0, and y finite */
function emitLong(v: VectorCode, x: Local, y: Local): Vector {
  const log2 = emitLog2Pair(v, v.let(v.abs(x)));
  // |log2 x| is 0 or above 2^-53: beyond 2^64 every y overflows or underflows
  const held = v.let(v.clamp(y, -(2 ** 64), 2 ** 64));
  const product = twoProduct(v, held, log2.high);
  const exponent = v.let(v.clamp(product.high, -1100, 1100));
  const exponentLow = v.clamp(v.fma(held, log2.low, product.low), -1, 1);
  const shifted = v.let(v.add(exponent, v.c(MAGIC + 2 * BIAS)));
  const n = v.sub(shifted, v.c(MAGIC + 2 * BIAS));
  const part = fastTwoSum(v, v.let(v.sub(exponent, n)), exponentLow);
  const f = part.high;
  const square = v.mul(f, f);
  const small = v.fma(square, v.poly(f, EXP2_TAIL), v.fma(part.low, v.c(LN2[0]), v.mul(f, v.c(LN2[1]))));
  const power = v.add(v.fma(f, v.c(LN2[0]), small), v.c(1));
  // 2^n in two factors: the last multiplication rounds subnormals and overflows once
  const half = v.let(v.shl(v.shrU(shifted, 1), 52));
  return v.mul(v.mul(power, half), v.isub(v.shl(shifted, 52), half));
}

/** the special cases, on `result` = |x|^y where that is an ordinary number */
function withCases(v: VectorCode, x: Local, y: Local, result: Local): Vector {
  const { shape } = v;
  const nearest = (a: Vector) => v.op(`${shape}.nearest`, a);
  const absolute = v.let(v.abs(x));
  const isInfiniteY = v.let(v.compare("eq", v.abs(y), v.c(Infinity)));
  const half = v.let(v.mul(y, v.c(0.5)));
  const isWhole = v.let(v.compare("eq", y, nearest(y)));
  const isOdd = v.and(isWhole, v.compare("ne", half, nearest(half)));
  const xInfinite = v.let(v.compare("eq", absolute, v.c(Infinity)));
  // 0, inf and y = +-inf: 0 or inf, by the sides of 1 and 0 on which |x| and y are
  const opposite = v.xor(v.compare("gt", absolute, v.c(1)), v.compare("gt", y, v.c(0)));
  const atLimit = v.op("v128.andnot", v.c(Infinity), opposite);
  const isLimit = v.or(v.or(v.compare("eq", x, v.c(0)), xInfinite), isInfiniteY);
  const magnitude = v.select(isLimit, atLimit, result);
  const signed = v.xor(magnitude, v.and(v.and(x, v.signBit()), isOdd));
  const isUndefined = v.op(
    "v128.andnot",
    v.op("v128.andnot", v.compare("lt", x, v.c(0)), isWhole),
    xInfinite,
  );
  const hasNaN = v.or(v.compare("ne", x, x), v.compare("ne", y, y));
  const defined = v.select(v.or(isUndefined, hasNaN), v.c(NaN), signed);
  const plusMinusOne = v.and(v.compare("eq", absolute, v.c(1)), isInfiniteY);
  const isOne = v.or(v.or(v.compare("eq", y, v.c(0)), v.compare("eq", x, v.c(1))), plusMinusOne);
  return v.select(isOne, v.c(1), defined);
}

function emitBothHalves(context: MathContext, x: Local, y: Local): Local {
  const v = new VectorCode(context, "f64x2");
  const half = (promote: (a: Local) => Vector) => {
    const a = v.let(promote(x)), b = v.let(promote(y));
    v.leaf(a, b);
    return emitShort(v, a, b);
  };
  const low = v.let(half((a) => v.promoteLow(a)));
  const result = new VectorCode(context, "f32x4").letDemoted(low, half((a) => v.promoteHigh(a)));
  v.releaseAll();
  return result;
}

/** pow */
export function emitPow(context: MathContext, shape: VectorShape, x: Local, y: Local): Local {
  const v = new VectorCode(context, shape);
  const result = shape === "f64x2" ? v.let(emitLong(v, x, y)) : v.own(emitBothHalves(context, x, y));
  const ordinary = v.and(
    v.and(v.compare("gt", x, v.c(0)), v.compare("lt", x, v.c(Infinity))),
    v.compare("lt", v.abs(y), v.c(Infinity)),
  );
  v.unlessAll(ordinary, () => {
    v.assign(result, withCases(v, x, y, result));
    v.leaf(result);
  });
  return v.finish(result);
}
