/**
 * The largest error of a function of src/kernel/math over many arguments, in ULP.
 *
 * f64 is measured against `big_math.ts`. f32 is measured against JavaScript's Math in f64, whose own error is below
 * 2^-28 ULP of f32 (`math_test.ts` holds Math against `big_math.ts`), which allows to test every f32.
 *
 * @module
 */
import type { MathOp } from "../../src/kernel/math/mod.ts";
import type { Numerics } from "../../src/kernel/numerics.ts";
import { bigMath, ulpError } from "./big_math.ts";
import { compileMath } from "./math_function.ts";

/** What was found. */
export interface UlpReport {
  readonly maxUlp: number;
  /** the argument, for pow both */
  readonly at: readonly number[];
  readonly numTested: number;
}

/** JavaScript's function of the same meaning; its pow differs from C's (and NumPy's) where the result is 1 */
export function jsMath(op: MathOp): (x: number, y: number) => number {
  if (op === "sigmoid") return (x) => 1 / (1 + Math.exp(-x));
  if (op === "pow") return (x, y) => x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
  return Math[op];
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

const CRITICAL: Readonly<Record<MathOp, readonly (readonly [number, number])[]>> = {
  exp: [[-746, 710], [-1, 1], [-746, -708], [709, 709.9]],
  expm1: [[-40, 710], [-1, 1], [-0.4, 0.4], [709, 709.9]],
  sigmoid: [[-746, 40], [-5, 5], [-40, -30], [-746, -708]],
  tanh: [[-22, 22], [-1.5, 1.5], [0.5, 0.7]],
  log: [[0, 10], [0.6, 1.5], [0.99, 1.01]],
  log2: [[0, 10], [0.6, 1.5], [0.99, 1.01]],
  log10: [[0, 10], [0.6, 1.5], [0.99, 1.01]],
  log1p: [[-1, 3], [-0.5, 0.5], [-0.01, 0.01]],
  sin: [[-10, 10], [-1.7, 1.7], [-1e6, 1e6], [2 ** 19, 2 ** 21]],
  cos: [[-10, 10], [-1.7, 1.7], [-1e6, 1e6], [2 ** 19, 2 ** 21]],
  pow: [],
};

const inDomain = (op: MathOp, x: number): boolean =>
  op === "log1p" ? x > -1 : op.startsWith("log") || op === "pow" ? x > 0 : true;

/** arguments that count for f64: critical ranges, every magnitude, neighbours of multiples of pi/2 */
function sampleDouble(op: MathOp, random: () => number): [number, number] {
  const unit = () => (random() + random() / 2 ** 32) / 2 ** 32;
  const words = new Uint32Array(2), double = new Float64Array(words.buffer);
  for (;;) {
    words[0] = random();
    words[1] = random();
    let x = double[0]!;
    if (op === "pow") {
      const kind = random() % 4;
      x = Math.abs(x);
      if (kind === 1) x = 0.5 + 1.5 * unit();
      if (kind === 2) x = 1 + (unit() - 0.5) * 2 ** -(random() % 45);
      if (!(x > 0 && x < Infinity)) continue;
      const exponent = (unit() - 0.5) * 2200 * (kind === 3 ? 2 ** -(random() % 12) : 1);
      const y = x === 1 ? exponent : exponent / Math.log2(x);
      if (Math.abs(y) < Infinity) return [x, y];
      continue;
    }
    const ranges = CRITICAL[op], pick = random() % (ranges.length + 2);
    if (pick < ranges.length) x = ranges[pick]![0] + (ranges[pick]![1] - ranges[pick]![0]) * unit();
    else if (pick === ranges.length) {
      x = (op === "sin" || op === "cos")
        ? Math.round(unit() * 2 ** (random() % 40)) * Math.PI / 2
        : 2 ** (random() % 24 - 20) * (unit() - 0.5);
    }
    if (Math.abs(x) < Infinity && inDomain(op, x)) return [x, 0];
  }
}

function measureDouble(op: MathOp, numerics: Numerics, numSamples: number, seed: number): UlpReport {
  const compiled = compileMath(op, "f64", numerics, numSamples + 1);
  const random = randomBits(seed);
  for (let i = 0; i < numSamples; i++) [compiled.x[i], compiled.y[i]] = sampleDouble(op, random);
  compiled.run(numSamples);
  let maxUlp = 0, at = 0;
  for (let i = 0; i < numSamples; i++) {
    const [x, y, out] = [compiled.x[i]!, compiled.y[i]!, compiled.out[i]!];
    const truth = bigMath(op, x, y);
    const beyond = op === "pow" ? y * Math.log2(x) > 0 : x > 0;
    const error = truth !== null
      ? ulpError(out, truth, "f64")
      : Object.is(out, beyond ? Infinity : 0)
      ? 0
      : Infinity;
    if (error > maxUlp) [maxUlp, at] = [error, i];
  }
  const args = op === "pow" ? [compiled.x[at]!, compiled.y[at]!] : [compiled.x[at]!];
  return { maxUlp, at: args, numTested: numSamples };
}

/** units in the last place of f32, by the exponent bits of the truth as f64 */
const UNIT_F32 = Float64Array.from(
  { length: 2048 },
  (_, biased) => 2 ** (Math.max(biased - 1023, -126) - 23),
);
/** from here on f32 is infinite: the largest number and half a unit */
const OVERFLOW_F32 = 2 ** 128 - 2 ** 103;

function measureSingle(op: MathOp, numerics: Numerics, numSamples: number, seed: number): UlpReport {
  const capacity = 1 << 14;
  const compiled = compileMath(op, "f32", numerics, capacity);
  const bits = new Uint32Array(compiled.x.buffer, compiled.x.byteOffset, capacity);
  const truthOf = jsMath(op), random = randomBits(seed);
  const truth = new Float64Array(1), words = new Uint32Array(truth.buffer);
  const step = 2 ** 32 / numSamples;
  let maxUlp = 0, at: readonly number[] = [], numTested = 0;
  for (let base = 0; base < numSamples; base += capacity) {
    // an even walk over all bit patterns; with fewer samples than patterns, at a random place of each step
    for (let i = 0; i < capacity; i++) bits[i] = (base + i) * step + (step > 1 ? random() % step : 0);
    if (op === "pow") {
      for (let i = 0; i < capacity; i++) {
        const exponent = (random() / 2 ** 31 - 1) * 160;
        bits[i] = bits[i]! & 0x7fffffff;
        if (random() % 2 === 0) compiled.x[i] = 0.5 + random() / 2 ** 32;
        compiled.y[i] = exponent / Math.log2(compiled.x[i]!);
      }
    }
    compiled.run(capacity);
    for (let i = 0; i < capacity; i++) {
      const x = compiled.x[i]!, y = compiled.y[i]!, out = compiled.out[i]!;
      const exact = truthOf(x, y);
      truth[0] = exact;
      let error: number;
      if (exact !== exact) error = out !== out ? 0 : Infinity;
      else if (Math.abs(exact) >= OVERFLOW_F32) {
        error = out === (exact > 0 ? Infinity : -Infinity) ? 0 : Infinity;
      } else if (exact === 0) error = Object.is(out, exact) ? 0 : Infinity;
      else error = Math.abs(out - exact) / UNIT_F32[(words[1]! >>> 20) & 2047]!;
      if (!(error <= maxUlp)) {
        [maxUlp, at] = [Number.isNaN(error) ? Infinity : error, op === "pow" ? [x, y] : [x]];
      }
    }
    numTested += capacity;
  }
  return { maxUlp, at, numTested };
}

/** Measures one function. f32 with 2^32 samples tests every argument (not for pow, which has two). */
export function measureUlp(
  op: MathOp,
  dtype: "f32" | "f64",
  options: { readonly numerics: Numerics; readonly numSamples: number; readonly seed?: number },
): UlpReport {
  const { numerics, numSamples, seed = 1 } = options;
  return (dtype === "f32" ? measureSingle : measureDouble)(op, numerics, numSamples, seed);
}
