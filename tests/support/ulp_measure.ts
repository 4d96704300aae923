/**
 * The largest error of a primitive of floats over many arguments, in ULP.
 *
 * f64 is measured against `big_math.ts`. f32 is measured against JavaScript's Math in f64, whose own error is below
 * 2^-28 ULP of f32 (`math_test.ts` holds Math against `big_math.ts`), which allows to test every f32. Primitives
 * whose results are exact, which have a bound of 0, are compared bit for bit.
 *
 * @module
 */
import { ELEMENTWISE, type ElementwiseOp } from "../../src/expr/primitives.ts";
import { JS_FUNCTIONS } from "../../src/kernel/compile/testing/js_functions.ts";
import { evaluateElementwise, toDType } from "../../src/kernel/compile/testing/naive_scalars.ts";
import { MATH_OPS, type MathOp } from "../../src/kernel/math/mod.ts";
import type { Numerics } from "../../src/kernel/numerics.ts";
import { bigMath, type RealOp, ulpError } from "./big_math.ts";
import { compileMath } from "./math_function.ts";

/** What was found. */
export interface UlpReport {
  readonly maxUlp: number;
  /** the argument, or both */
  readonly at: readonly number[];
  readonly numTested: number;
}

/** a small generator with a fixed seed (G. Marsaglia, "Xorshift RNGs", 2003): failures repeat */
export function randomBits(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

type Ranges = readonly (readonly [number, number])[];
const UNIT: Ranges = [[-1, 1], [-0.6, 0.6], [0.4, 0.6], [0.99, 1]];
const POSITIVE: Ranges = [[0, 10], [0.6, 1.5], [0.99, 1.01]];
const ANGLES: Ranges = [[-10, 10], [-1.7, 1.7], [-1e6, 1e6], [2 ** 19, 2 ** 21]];
const CRITICAL: Partial<Readonly<Record<ElementwiseOp, Ranges>>> = {
  exp: [[-746, 710], [-1, 1], [-746, -708], [709, 709.9]],
  exp2: [[-1076, 1025], [-1, 1], [-1075, -1020], [1023, 1024.1]],
  expm1: [[-40, 710], [-1, 1], [-0.4, 0.4], [709, 709.9]],
  sigmoid: [[-746, 40], [-5, 5], [-40, -30], [-746, -708]],
  tanh: [[-22, 22], [-1.5, 1.5], [0.5, 0.7]],
  sinh: [[-711, 711], [-3, 3], [0.3, 1.1], [710, 710.6]],
  cosh: [[-711, 711], [-3, 3], [0.3, 1.1], [710, 710.6]],
  log: POSITIVE,
  log2: POSITIVE,
  log10: POSITIVE,
  log1p: [[-1, 3], [-0.5, 0.5], [-0.01, 0.01]],
  sin: ANGLES,
  cos: ANGLES,
  tan: ANGLES,
  asin: UNIT,
  acos: UNIT,
  atan: [[-3, 3], [0.9, 1.1], [-20, 20]],
  asinh: [[-3, 3], [0.6, 1.2], [-1000, 1000]],
  acosh: [[1, 1.3], [1.2, 3], [1, 1000]],
  atanh: [...UNIT, [0.3, 0.7]],
  cbrt: [[-8, 8], [1, 8]],
  erf: [[-1.5, 1.5], [0.9, 1], [-6, 6]],
};

function inDomain(op: ElementwiseOp, x: number): boolean {
  switch (op) {
    case "log1p":
      return x > -1;
    case "log":
    case "log2":
    case "log10":
      return x > 0;
    case "asin":
    case "acos":
      return Math.abs(x) <= 1;
    case "atanh":
      return Math.abs(x) < 1;
    case "acosh":
      return x >= 1;
    default:
      return true;
  }
}

/** Random numbers between 0 and 1, and of every magnitude and sign. */
interface Sampler {
  readonly bits: () => number;
  readonly unit: () => number;
  readonly double: () => number;
}

function samplerOf(bits: () => number): Sampler {
  const words = new Uint32Array(2), double = new Float64Array(words.buffer);
  return {
    bits,
    unit: () => (bits() + bits() / 2 ** 32) / 2 ** 32,
    double: () => {
      do {
        words[0] = bits();
        words[1] = bits();
      } while (!(Math.abs(double[0]!) < Infinity));
      return double[0]!;
    },
  };
}

/** bases of every magnitude and near 1, with exponents whose powers are numbers */
function samplePower({ bits, unit, double }: Sampler): [number, number] {
  for (;;) {
    const kind = bits() % 4;
    let x = Math.abs(double());
    if (kind === 1) x = 0.5 + 1.5 * unit();
    if (kind === 2) x = 1 + (unit() - 0.5) * 2 ** -(bits() % 45);
    if (x === 0) continue;
    const exponent = (unit() - 0.5) * 2200 * (kind === 3 ? 2 ** -(bits() % 12) : 1);
    const y = x === 1 ? exponent : exponent / Math.log2(x);
    if (Math.abs(y) < Infinity) return [x, y];
  }
}

/** arguments that count for f64: critical ranges, every magnitude, neighbours of multiples of pi/2 */
function sampleDouble(op: ElementwiseOp, sampler: Sampler): [number, number] {
  const { bits, unit, double } = sampler;
  if (op === "pow") return samplePower(sampler);
  if (ELEMENTWISE[op].arity === 2) {
    const x = double();
    if (op === "ldexp") return [x, Math.round((unit() - 0.5) * 4400)];
    // half of them near each other, where neither alone decides
    const near = x * (unit() - 0.5) * 2 ** (bits() % 8);
    return [x, bits() % 2 === 0 || Math.abs(near) === Infinity ? double() : near];
  }
  const ranges = CRITICAL[op] ?? [];
  for (;;) {
    const pick = bits() % (ranges.length + 2);
    let x = double();
    if (pick < ranges.length) x = ranges[pick]![0] + (ranges[pick]![1] - ranges[pick]![0]) * unit();
    else if (pick === ranges.length) {
      x = ranges === ANGLES
        ? Math.round(unit() * 2 ** (bits() % 40)) * Math.PI / 2
        : 2 ** (bits() % 24 - 20) * (unit() - 0.5);
    }
    if (inDomain(op, x)) return [x, 0];
  }
}

/** the result where it is beyond all numbers or below them */
function limitOf(op: ElementwiseOp, x: number, y: number): number {
  if (op === "sinh") return x > 0 ? Infinity : -Infinity;
  if (op === "cosh") return Infinity;
  return (op === "pow" ? y * Math.log2(x) > 0 : x > 0) ? Infinity : 0;
}

function measureDouble(op: ElementwiseOp, numerics: Numerics, numSamples: number, seed: number): UlpReport {
  const compiled = compileMath(op, "f64", numerics, numSamples + 1);
  const sampler = samplerOf(randomBits(seed));
  for (let i = 0; i < numSamples; i++) [compiled.x[i], compiled.y[i]] = sampleDouble(op, sampler);
  compiled.run(numSamples);
  let maxUlp = 0, at = 0;
  for (let i = 0; i < numSamples; i++) {
    const [x, y, out] = [compiled.x[i]!, compiled.y[i]!, compiled.out[i]!];
    const error = errorInDouble(op, [x, y], out);
    if (error > maxUlp) [maxUlp, at] = [error, i];
  }
  const args = [compiled.x[at]!, compiled.y[at]!].slice(0, ELEMENTWISE[op].arity);
  return { maxUlp, at: args, numTested: numSamples };
}

function errorInDouble(op: ElementwiseOp, [x, y]: readonly [number, number], out: number): number {
  if (isExact(op)) return Object.is(out, exactOf(op, "f64", [x, y])) ? 0 : Infinity;
  const truth = bigMath(op as RealOp, x, y);
  if (truth !== null) return ulpError(out, truth, "f64");
  return Object.is(out, limitOf(op, x, y)) ? 0 : Infinity;
}

const isExact = (op: ElementwiseOp): boolean => ELEMENTWISE[op].ulp === 0;

/** the result where it is exact */
function exactOf(op: ElementwiseOp, dtype: "f32" | "f64", args: readonly [number, number]): number {
  return Number(toDType(dtype, evaluateElementwise(op, dtype, args)));
}

/** JavaScript's function of the same meaning, in doubles */
function truthInDouble(op: ElementwiseOp): (x: number, y: number) => number {
  if (op === "deg2rad") return (x) => x * (Math.PI / 180);
  if (op === "rad2deg") return (x) => x * (180 / Math.PI);
  if (!(MATH_OPS as readonly ElementwiseOp[]).includes(op)) throw new Error(`${op} has no truth`);
  const of = JS_FUNCTIONS[op as MathOp];
  return (x, y) => of(x, y, "f64");
}

/** units in the last place of f32, by the exponent bits of the truth as f64 */
const UNIT_F32 = Float64Array.from(
  { length: 2048 },
  (_, biased) => 2 ** (Math.max(biased - 1023, -126) - 23),
);
/** from here on f32 is infinite: the largest number and half a unit */
const OVERFLOW_F32 = 2 ** 128 - 2 ** 103;

/** f32: zeros, infinities, NaN, ones, a half, the ends of the normal and of the subnormal numbers */
const SPECIAL_BITS = [0, 0x7f800000, 0x3f800000, 0x3f000000, 1, 0x007fffff, 0x00800000, 0x7f7fffff]
  .flatMap((bits) => [bits, (bits | 0x80000000) >>> 0]).concat(0x7fc00000);

function measureSingle(op: ElementwiseOp, numerics: Numerics, numSamples: number, seed: number): UlpReport {
  const capacity = 1 << 14;
  const compiled = compileMath(op, "f32", numerics, capacity);
  const bits = new Uint32Array(compiled.x.buffer, compiled.x.byteOffset, capacity);
  const exact = isExact(op), truthOf = exact ? null : truthInDouble(op), random = randomBits(seed);
  const truth = new Float64Array(1), words = new Uint32Array(truth.buffer);
  const step = 2 ** 32 / numSamples;
  let maxUlp = 0, at: readonly number[] = [], numTested = 0;
  for (let base = 0; base < numSamples; base += capacity) {
    // an even walk over all bit patterns; with fewer samples than patterns, at a random place of each step
    for (let i = 0; i < capacity; i++) bits[i] = (base + i) * step + (step > 1 ? random() % step : 0);
    if (base === 0) bits.set(SPECIAL_BITS.flatMap((special) => SPECIAL_BITS.map(() => special)));
    if (op === "ldexp") {
      for (let i = 0; i < capacity; i++) compiled.y[i] = random() % 700 - 350;
    } else if (op !== "pow" && ELEMENTWISE[op].arity === 2) {
      const others = new Uint32Array(compiled.y.buffer, compiled.y.byteOffset, capacity);
      for (let i = 0; i < capacity; i++) {
        if (random() % 2 === 0) others[i] = random();
        else compiled.y[i] = compiled.x[i]! * (random() / 2 ** 31 - 1) * 2 ** (random() % 8);
      }
    } else if (op === "pow") {
      for (let i = 0; i < capacity; i++) {
        const exponent = (random() / 2 ** 31 - 1) * 160;
        bits[i] = bits[i]! & 0x7fffffff;
        if (random() % 2 === 0) compiled.x[i] = 0.5 + random() / 2 ** 32;
        compiled.y[i] = exponent / Math.log2(compiled.x[i]!);
      }
    }
    if (base === 0 && ELEMENTWISE[op].arity === 2 && op !== "ldexp") {
      const others = new Uint32Array(compiled.y.buffer, compiled.y.byteOffset, capacity);
      others.set(SPECIAL_BITS.flatMap(() => SPECIAL_BITS));
    }
    compiled.run(capacity);
    for (let i = 0; i < capacity; i++) {
      const x = compiled.x[i]!, y = compiled.y[i]!, out = compiled.out[i]!;
      const real = truthOf === null ? exactOf(op, "f32", [x, y]) : truthOf(x, y);
      truth[0] = real;
      let error: number;
      if (exact) error = Object.is(out, real) ? 0 : Infinity;
      else if (real !== real) error = out !== out ? 0 : Infinity;
      else if (Math.abs(real) >= OVERFLOW_F32) {
        error = out === (real > 0 ? Infinity : -Infinity) ? 0 : Infinity;
      } else if (real === 0) error = Object.is(out, real) ? 0 : Infinity;
      else error = Math.abs(out - real) / UNIT_F32[(words[1]! >>> 20) & 2047]!;
      if (!(error <= maxUlp)) {
        [maxUlp, at] = [Number.isNaN(error) ? Infinity : error, [x, y].slice(0, ELEMENTWISE[op].arity)];
      }
    }
    numTested += capacity;
  }
  return { maxUlp, at, numTested };
}

/** Measures one function. f32 with 2^32 samples tests every argument (of one: not every pair). */
export function measureUlp(
  op: ElementwiseOp,
  dtype: "f32" | "f64",
  options: { readonly numerics: Numerics; readonly numSamples: number; readonly seed?: number },
): UlpReport {
  const { numerics, numSamples, seed = 1 } = options;
  return (dtype === "f32" ? measureSingle : measureDouble)(op, numerics, numSamples, seed);
}
