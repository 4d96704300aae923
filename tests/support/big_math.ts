/**
 * The functions of src/kernel/math in arbitrary precision, as the truth of the tests: fixed-point BigInt, Taylor
 * and atanh series, nothing in common with the code under test. Results are good to 2^-150 of themselves.
 * `bigMath` is longer than other functions: one switch, as long as the list of functions.
 *
 * @module
 */
import type { MathOp } from "../../src/kernel/math/mod.ts";

/** The functions that are not exact. */
export type RealOp =
  | Exclude<MathOp, "spacing" | "frexpMantissa" | "frexpExponent" | "nextafter" | "ldexp">
  | "deg2rad"
  | "rad2deg";

/** m * 2^e */
export interface BigFloat {
  readonly m: bigint;
  readonly e: number;
}

const GOOD_BITS = 160;
const word = new DataView(new ArrayBuffer(8));

/** a finite double, exactly */
function exactly(x: number): BigFloat {
  word.setFloat64(0, x);
  const bits = word.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const m = biased === 0 ? fraction : fraction | (1n << 52n);
  return { m: bits >> 63n === 1n ? -m : m, e: Math.max(biased, 1) - 1075 };
}

function numBits(m: bigint): number {
  return (m < 0n ? -m : m).toString(2).length;
}

/** the exponent of the leading bit */
function exponentOf({ m, e }: BigFloat): number {
  return numBits(m) - 1 + e;
}

function shift(m: bigint, count: number): bigint {
  return count >= 0 ? m << BigInt(count) : m >> BigInt(-count);
}

/** x * 2^bits, rounded down */
const fixed = (x: BigFloat, bits: number): bigint => shift(x.m, x.e + bits);

/** atanh(num / den) * 2^bits, for |num / den| <= 1/2 */
function atanh(num: bigint, den: bigint, bits: number): bigint {
  const s = (num << BigInt(bits)) / den;
  const square = (s * s) >> BigInt(bits);
  let term = s, sum = s;
  for (let k = 3n; term !== 0n && term !== -1n; k += 2n) {
    term = (term * square) >> BigInt(bits);
    sum += term / k;
  }
  return sum;
}

function cached(compute: (bits: number) => bigint): (bits: number) => bigint {
  const known = new Map<number, bigint>();
  return (bits) => {
    let value = known.get(bits);
    if (value === undefined) known.set(bits, value = compute(bits + 32) >> 32n);
    return value;
  };
}

/** ln 2 = 2 atanh(1/3) */
const ln2 = cached((bits) => 2n * atanh(1n, 3n, bits));
/** ln 10 = 3 ln 2 + 2 atanh(1/9) */
const ln10 = cached((bits) => 6n * atanh(1n, 3n, bits) + 2n * atanh(1n, 9n, bits));
/** pi = 16 arctan(1/5) - 4 arctan(1/239) (J. Machin, 1706) */
const pi = cached((bits) => {
  const arctan = (n: bigint): bigint => {
    let term = (1n << BigInt(bits)) / n, sum = term, sign = -1n;
    for (let k = 3n; term !== 0n; k += 2n, sign = -sign) {
      term /= n * n;
      sum += sign * (term / k);
    }
    return sum;
  };
  return 16n * arctan(5n) - 4n * arctan(239n);
});

/** e^(a / 2^bits) as a float with `bits` good bits */
function exp(a: bigint, bits: number): BigFloat {
  const inner = bits + 48, halvings = 12n;
  const log2 = ln2(inner);
  const scaled = a << 48n;
  const n = (scaled + (log2 >> 1n)) / log2 - (scaled + (log2 >> 1n) < 0n ? 1n : 0n);
  const r = (scaled - n * log2) >> halvings;
  let term = 1n << BigInt(inner), sum = term;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * r) >> BigInt(inner)) / k;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = (sum * sum) >> BigInt(inner);
  return { m: sum >> 16n, e: Number(n) - inner + 16 };
}

/** e^x - 1 with `bits` fraction bits, for x that is not large */
function expm1Fixed(x: bigint, bits: number): bigint {
  return fixed(exp(x, bits), bits) - (1n << BigInt(bits));
}

/** ln(x) * 2^bits for an exact x > 0 */
function log(x: BigFloat, bits: number): bigint {
  // x = 2^n * m / 2^length with the quotient in [2/3, 4/3)
  let length = numBits(x.m) - 1;
  if (3n * x.m > 4n << BigInt(length)) length++;
  const one = 1n << BigInt(length);
  return BigInt(x.e + length) * ln2(bits) + 2n * atanh(x.m - one, x.m + one, bits);
}

/** sin of an exact angle, a quarter turn on for cos */
function sinCos(x: BigFloat, isCos: boolean): BigFloat {
  const exponent = exponentOf(x);
  const bits = GOOD_BITS + 80 + Math.max(0, -exponent);
  const extra = Math.max(0, exponent) + 8;
  const halfTurn = pi(bits + extra) >> 1n;
  const angle = fixed(x, bits + extra);
  const n = (2n * angle + halfTurn) / (2n * halfTurn) - (2n * angle + halfTurn < 0n ? 1n : 0n);
  const y = (angle - n * halfTurn) >> BigInt(extra);
  const quadrant = ((n % 4n) + 4n + (isCos ? 1n : 0n)) % 4n;
  const even = quadrant % 2n === 1n;
  const square = (y * y) >> BigInt(bits);
  let term = even ? 1n << BigInt(bits) : y, sum = term;
  for (let k = even ? 2n : 3n; term !== 0n && term !== -1n; k += 2n) {
    term = -((term * square) >> BigInt(bits)) / ((k - 1n) * k);
    sum += term;
  }
  return { m: quadrant >= 2n ? -sum : sum, e: -bits };
}

/** num / den times 2^e with GOOD_BITS good bits at least */
function quotient(num: bigint, den: bigint, e = 0): BigFloat {
  const bits = GOOD_BITS + Math.max(0, numBits(den) - numBits(num));
  return { m: (num << BigInt(bits)) / den, e: e - bits };
}

/** floor(sqrt(n)) or floor(cbrt(n)), by Newton's method from above */
function integerRoot(n: bigint, degree: 2n | 3n): bigint {
  if (n === 0n) return 0n;
  let root = 1n << (BigInt(numBits(n)) / degree + 1n);
  for (;;) {
    const next = ((degree - 1n) * root + n / root ** (degree - 1n)) / degree;
    if (next >= root) return root;
    root = next;
  }
}

/** sqrt(square / 2^(2 bits)) * 2^bits */
const sqrtFixed = (square: bigint): bigint => integerRoot(square, 2n);

/** atan(num / den) * 2^bits for numbers not below 0 */
function arctan(num: bigint, den: bigint, bits: number): bigint {
  if (num > den) return (pi(bits) >> 1n) - arctan(den, num, bits);
  if (num === 0n) return 0n;
  const inner = bits + 40, one = 1n << BigInt(inner), halvings = 4n;
  let t = (num << BigInt(inner)) / den;
  // atan t = 2 atan(t / (1 + sqrt(1 + t^2)))
  for (let i = 0n; i < halvings; i++) t = (t << BigInt(inner)) / (one + sqrtFixed(one * one + t * t));
  const square = (t * t) >> BigInt(inner);
  let term = t, sum = t;
  for (let k = 3n; term !== 0n && term !== -1n; k += 2n) {
    term = -(term * square) >> BigInt(inner);
    sum += term / k;
  }
  return sum >> (40n - halvings);
}

/** (2 / sqrt(pi)) times the series of erf, whose terms grow to e^(x^2) before they fall */
function erfSeries(x: BigFloat): BigFloat {
  const bits = GOOD_BITS + 120 + Math.max(0, -exponentOf(x));
  const a = fixed(x, bits), square = (a * a) >> BigInt(bits);
  let term = a, sum = a;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = -((term * square) >> BigInt(bits)) / n;
    sum += term / (2n * n + 1n);
  }
  return { m: ((2n * sum) << BigInt(bits)) / sqrtFixed(pi(bits) << BigInt(bits)), e: -bits };
}

/** asin and acos as angles of points of the circle */
function inverseSine(op: "asin" | "acos", x: BigFloat, bits: number): BigFloat {
  const a = fixed(x, bits), magnitude = a < 0n ? -a : a;
  const other = sqrtFixed((1n << BigInt(2 * bits)) - a * a);
  if (op === "asin") {
    const angle = arctan(magnitude, other, bits);
    return { m: a < 0n ? -angle : angle, e: -bits };
  }
  const angle = arctan(other, magnitude, bits);
  return { m: a < 0n ? pi(bits) - angle : angle, e: -bits };
}

/** the angle of the point (x, y) */
function angleOf(y: BigFloat, x: BigFloat): BigFloat {
  const low = Math.min(y.e, x.e);
  const [num, den] = [shift(y.m, y.e - low), shift(x.m, x.e - low)];
  const positive = (m: bigint): bigint => m < 0n ? -m : m;
  const bits = GOOD_BITS + Math.max(0, numBits(den) - numBits(num));
  const angle = arctan(positive(num), positive(den), bits);
  const whole = den < 0n ? pi(bits) - angle : angle;
  return { m: num < 0n ? -whole : whole, e: -bits };
}

/** log(a + sqrt(a^2 + 1)), or with -1 */
function inverseHyperbolic(x: BigFloat, sign: 1n | -1n, bits: number): BigFloat {
  const a = fixed(x, bits), magnitude = a < 0n ? -a : a;
  const root = sqrtFixed(a * a + (sign << BigInt(2 * bits)));
  const value = log({ m: magnitude + root, e: -bits }, bits + 40) >> 40n;
  return { m: a < 0n ? -value : value, e: -bits };
}

/** (e^x + e^-x) / 2, or with - */
function hyperbolic(x: BigFloat, op: "sinh" | "cosh", value: number): BigFloat {
  const bits = GOOD_BITS + Math.max(0, -exponentOf(x)), a = fixed(x, bits), magnitude = a < 0n ? -a : a;
  const isNegative = op === "sinh" && a < 0n;
  if (Math.abs(value) > 100) {
    const { m, e } = exp(magnitude, bits);
    return { m: isNegative ? -m : m, e: e - 1 };
  }
  const t = expm1Fixed(magnitude, bits), one = 1n << BigInt(bits);
  const inverse = (one * one) / (one + t);
  const sum = op === "cosh" ? one + t + inverse : t + (t * inverse >> BigInt(bits));
  return { m: isNegative ? -sum : sum, e: -bits - 1 };
}

/**
 * The value of a function at finite arguments inside its domain (log of what is above 0, pow of a base above 0);
 * null where it is beyond 2^1100 or below 2^-1200: infinite or zero in every format.
 */
export function bigMath(op: RealOp, x: number, y = 0): BigFloat | null {
  const exact = exactly(x);
  if (exact.m === 0n && op !== "acos" && op !== "pow" && op !== "atan2" && op !== "hypot") {
    const atZero = { exp: 1, exp2: 1, cos: 1, cosh: 1, sigmoid: 0.5 } as Partial<Record<RealOp, number>>;
    return exactly(atZero[op] ?? 0);
  }
  const bits = GOOD_BITS + Math.max(0, -exponentOf(exact));
  switch (op) {
    case "exp":
      return Math.abs(x) > 800 ? null : exp(fixed(exact, GOOD_BITS), GOOD_BITS);
    case "expm1":
      if (x > 800) return null;
      return x < -200 ? exactly(-1) : { m: expm1Fixed(fixed(exact, bits), bits), e: -bits };
    case "sigmoid": {
      if (x < -800) return null;
      if (x > 200) return exactly(1);
      const { m, e } = exp(fixed(exact, GOOD_BITS + 40) * -1n, GOOD_BITS + 40); // e^-x
      const one = 1n << BigInt(Math.max(0, -e));
      return quotient(one, one + shift(m, Math.max(0, e)));
    }
    case "tanh": {
      if (Math.abs(x) > 100) return exactly(Math.sign(x));
      const t = expm1Fixed(2n * fixed(exact, bits), bits);
      const { m, e } = quotient(t < 0n ? -t : t, t + (2n << BigInt(bits)));
      return { m: t < 0n ? -m : m, e };
    }
    case "log":
    case "log2":
    case "log10": {
      const value = log(exact, GOOD_BITS + 80);
      if (op === "log") return { m: value, e: -(GOOD_BITS + 80) };
      const base = op === "log2" ? ln2(GOOD_BITS + 80) : ln10(GOOD_BITS + 80);
      return { m: (value << BigInt(GOOD_BITS)) / base, e: -GOOD_BITS };
    }
    case "log1p": {
      const low = Math.min(0, exact.e);
      const sum = { m: shift(exact.m, exact.e - low) + (1n << BigInt(-low)), e: low };
      return { m: log(sum, bits + 80), e: -(bits + 80) };
    }
    case "sin":
    case "cos":
      return sinCos(exact, op === "cos");
    case "tan": {
      const { m: num } = sinCos(exact, false), { m: den } = sinCos(exact, true);
      return quotient(num, den);
    }
    case "exp2":
      if (Math.abs(x) > 1200) return null;
      return exp((fixed(exact, 300) * ln2(300)) >> BigInt(600 - GOOD_BITS - 40), GOOD_BITS + 40);
    case "sinh":
    case "cosh":
      return Math.abs(x) > 800 ? null : hyperbolic(exact, op, x);
    case "asin":
    case "acos":
      return inverseSine(op, exact, bits + 40);
    case "atan":
      return angleOf(exact, exactly(1));
    case "asinh":
      return inverseHyperbolic(exact, 1n, bits + 40);
    case "acosh":
      return inverseHyperbolic(exact, -1n, bits + 80);
    case "atanh": {
      if (Math.abs(x) <= 0.5) {
        return { m: atanh(fixed(exact, bits), 1n << BigInt(bits), bits + 40), e: -bits - 40 };
      }
      const one = 1n << BigInt(-exact.e);
      const [above, below] = [one + exact.m, one - exact.m].map((m) => log({ m, e: exact.e }, bits + 40));
      return { m: above! - below!, e: -bits - 41 };
    }
    case "cbrt": {
      const digits = 3 * GOOD_BITS + (((exact.e % 3) + 3) % 3);
      const root = integerRoot((exact.m < 0n ? -exact.m : exact.m) << BigInt(digits), 3n);
      return { m: exact.m < 0n ? -root : root, e: (exact.e - digits) / 3 };
    }
    case "deg2rad":
      return quotient(exact.m * pi(GOOD_BITS + 40), 180n << BigInt(GOOD_BITS + 40), exact.e);
    case "rad2deg":
      return quotient((exact.m * 180n) << BigInt(GOOD_BITS + 40), pi(GOOD_BITS + 40), exact.e);
    case "erf":
      return Math.abs(x) > 7 ? exactly(Math.sign(x)) : erfSeries(exact);
    case "atan2":
      return angleOf(exact, exactly(y));
    case "hypot": {
      const other = exactly(y), low = Math.min(exact.e, other.e);
      const [a, b] = [shift(exact.m, exact.e - low), shift(other.m, other.e - low)];
      return { m: integerRoot((a * a + b * b) << BigInt(2 * GOOD_BITS), 2n), e: low - GOOD_BITS };
    }
    case "pow": {
      const power = exactly(y);
      const product = shift(log(exact, 320) * power.m, power.e);
      if (numBits(product) > 320 + 10) return null;
      return exp(product >> BigInt(320 - GOOD_BITS - 40), GOOD_BITS + 40);
    }
    default:
      return op satisfies never;
  }
}

/** What an error in ULP needs to know of a format. */
const FORMATS = {
  f32: { digits: 24, minExponent: -126, max: 128 },
  f64: { digits: 53, minExponent: -1022, max: 1024 },
};

/**
 * The distance from the truth in units in the last place of the truth's binade (subnormal results: of the smallest
 * subnormal). An infinity where the truth rounds to a number, or the reverse, is infinitely far.
 */
export function ulpError(computed: number, truth: BigFloat, dtype: "f32" | "f64"): number {
  const { digits, minExponent, max } = FORMATS[dtype];
  const exponent = truth.m === 0n ? -Infinity : exponentOf(truth);
  const unit = Math.max(exponent, minExponent) - digits + 1;
  if (Number.isNaN(computed)) return Infinity;
  const overflow = { m: (1n << BigInt(digits + 1)) - 1n, e: max - digits - 1 };
  const scale = (value: BigFloat) => shift(value.m, value.e - unit + 64);
  const isBeyond = exponent >= max ||
    (exponent === max - 1 && (truth.m < 0n ? -scale(truth) : scale(truth)) >= scale(overflow));
  if (isBeyond || Math.abs(computed) === Infinity) {
    return isBeyond && Math.abs(computed) === Infinity && computed > 0 === truth.m > 0n ? 0 : Infinity;
  }
  const distance = scale(exactly(computed)) - scale(truth);
  return Number(distance < 0n ? -distance : distance) / 2 ** 64;
}
