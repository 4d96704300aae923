/**
 * Random numbers of distributions, each with NumPy's very values for the same bits.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import { NDArray } from "../array.ts";
import { arrayKernels } from "../array_module.ts";
import { arange } from "../creation/arange.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { broadcastShapes } from "../functions.ts";
import { computed } from "../storage/computed.ts";
import { integerOf, integersOf } from "../storage/integer_lists.ts";
import { scope } from "../storage/lifetime.ts";
import { refuseArgument, withArrays } from "../storage/rows.ts";
import { addressOf } from "../storage/strided.ts";
import { type ChoiceOptions, choose } from "./choice.ts";
import { emptyOf, NUMBERS_OF_A_CALL, type Size, zigguratTables } from "./draws.ts";
import { Philox } from "./philox.ts";
import type { Seed, SeedSequence } from "./seed_sequence.ts";
import { shuffleAxis } from "./shuffle.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** The dtype of uniform, normal and exponential numbers; default "f64". */
export interface FloatOption {
  readonly dtype?: "f32" | "f64" | undefined;
}

/** The shape of the result; default that of the parameters. */
export interface SizeOption {
  readonly size?: Size;
}

/** Options of `integers`. */
export interface IntegersOptions extends SizeOption {
  /** default "i64" */
  readonly dtype?: DType;
  /** whether `high` is among the numbers; default false */
  readonly endpoint?: boolean;
}

type Fill = "fillUniform" | "fillNormal" | "fillExponential";

/**
 * Draws random numbers from a bit generator. The same seed and the same calls give the same numbers, which are those of
 * NumPy's `Generator(Philox(seed))`.
 *
 * @example
 * ```ts
 * import { random } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * const rng = random.defaultRng(42);
 * deepStrictEqual(rng.integers(0, 10, { size: 5 }).toList(), [9, 0, 1, 1, 4]);
 * strictEqual(rng.standardNormal([2, 3]).shape.join(), "2,3");
 * ```
 */
export class Generator {
  readonly bitGenerator: Philox;

  constructor(bitGenerator: Philox) {
    this.bitGenerator = bitGenerator;
  }

  #fill(operation: string, kernel: Fill, size: Size, { dtype = "f64" }: FloatOption): NDArray {
    if (dtype !== "f32" && dtype !== "f64") {
      return refuseArgument(`${operation} gives f32 or f64, not ${String(dtype)}`);
    }
    const result = emptyOf(operation, dtype, size), tables = zigguratTables();
    const fill = arrayKernels()[dtype === "f32" ? `${kernel}Single` as const : kernel]!;
    this.bitGenerator.draw((state) => {
      for (let at = 0; at < result.size; at += NUMBERS_OF_A_CALL) {
        const count = Math.min(NUMBERS_OF_A_CALL, result.size - at);
        fill(state, count, addressOf(result.view) + at * result.itemsize, tables);
      }
    });
    return result;
  }

  /** a standard distribution, scaled and moved by parameters that broadcast */
  #scaled(
    operation: string,
    [kernel, scale, location]: readonly [Fill, ArrayLike, ArrayLike | null],
    size: Size | undefined,
  ): NDArray {
    return computed(location === null ? [scale] : [scale, location], (factor, offset) => {
      const own = broadcastShapes(factor!.shape, ...(offset === undefined ? [] : [offset.shape]));
      const shape = size === undefined ? own : integersOf(operation, "size", size);
      if (broadcastShapes(own, shape).join() !== shape.join()) {
        refuseArgument(`${operation} cannot give (${shape}) from parameters of shape (${own})`);
      }
      const scaled = this.#fill(operation, kernel, shape, {}).mul(factor!, { broadcast: "numpy" });
      return offset === undefined ? scaled : scaled.add(offset, { broadcast: "numpy" });
    });
  }

  /**
   * Uniform numbers in [0, 1). Refused: ARR002, MEM005.
   * By position, as in NumPy: `size`, `dtype`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(random.defaultRng(42).random(2).toList(), [0.08607763073528474, 0.14155732377913233]);
   * ```
   */
  random(...args: Positional<SizeOption & FloatOption, ["size", "dtype"]>): NDArray {
    const { size = [], dtype } = optionsOf<SizeOption & FloatOption>("random", args, ["size", "dtype"]);
    return this.#fill("random", "fillUniform", size, { dtype });
  }

  /**
   * Uniform numbers in [low, high). Refused: ARR002, SHP001, MEM005.
   * By position, as in NumPy: `size`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { ok } from "node:assert/strict";
   * ok(random.defaultRng(1).uniform(-1, 1, { size: 100 }).abs().le(1).all().item());
   * ```
   */
  uniform(low: ArrayLike = 0, high: ArrayLike = 1, ...args: Positional<SizeOption, ["size"]>): NDArray {
    const { size } = optionsOf<SizeOption>("uniform", args, ["size"]);
    return withArrays([low, high], (from, to) => {
      const range = to!.astype("f64").sub(from!.astype("f64"));
      if (!range.isFinite().all().item()) refuseArgument("uniform takes a range that is finite");
      if (range.signbit().any().item()) refuseArgument("uniform takes a low that is not above the high");
      return this.#scaled("uniform", ["fillUniform", range, from!.astype("f64")], size);
    });
  }

  /**
   * Normal numbers of mean 0 and standard deviation 1. Refused: ARR002, MEM005.
   * By position, as in NumPy: `size`, `dtype`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(random.defaultRng(1).standardNormal([2, 3], { dtype: "f32" }).dtype, "f32");
   * ```
   */
  standardNormal(...args: Positional<SizeOption & FloatOption, ["size", "dtype"]>): NDArray {
    const { size = [], dtype } = optionsOf<SizeOption & FloatOption>("standardNormal", args, [
      "size",
      "dtype",
    ]);
    return this.#fill("standardNormal", "fillNormal", size, { dtype });
  }

  /**
   * Normal numbers of a mean and a standard deviation from 0. Refused: ARR002, SHP001, MEM005.
   * By position, as in NumPy: `size`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(random.defaultRng(1).normal([0, 100], [[1], [2]]).shape, [2, 2]);
   * ```
   */
  normal(loc: ArrayLike = 0, scale: ArrayLike = 1, ...args: Positional<SizeOption, ["size"]>): NDArray {
    const { size } = optionsOf<SizeOption>("normal", args, ["size"]);
    refuseNegative("normal", scale);
    return withArrays(
      [loc, scale],
      (mean, deviation) =>
        this.#scaled("normal", ["fillNormal", deviation!.astype("f64"), mean!.astype("f64")], size),
    );
  }

  /**
   * Exponential numbers of mean 1. Refused: ARR002, MEM005.
   * By position, as in NumPy: `size`, `dtype`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { ok } from "node:assert/strict";
   * ok(random.defaultRng(1).standardExponential(100).ge(0).all().item());
   * ```
   */
  standardExponential(...args: Positional<SizeOption & FloatOption, ["size", "dtype"]>): NDArray {
    const { size = [], dtype } = optionsOf<SizeOption & FloatOption>("standardExponential", args, [
      "size",
      "dtype",
    ]);
    return this.#fill("standardExponential", "fillExponential", size, { dtype });
  }

  /**
   * Exponential numbers of a mean (`scale`, from 0). Refused: ARR002, SHP001, MEM005.
   * By position, as in NumPy: `size`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(random.defaultRng(1).exponential(0, { size: 2 }).toList(), [0, 0]);
   * ```
   */
  exponential(scale: ArrayLike = 1, ...args: Positional<SizeOption, ["size"]>): NDArray {
    const { size } = optionsOf<SizeOption>("exponential", args, ["size"]);
    refuseNegative("exponential", scale);
    return withArrays(
      [scale],
      (mean) => this.#scaled("exponential", ["fillExponential", mean!.astype("f64"), null], size),
    );
  }

  /**
   * Integers from `low` up to `high`, which is not among them; from 0 up to `low` where `high` is null. Bounds of
   * several elements broadcast. Refused: ARR002 for an empty range or one that the dtype does not hold, SHP001, MEM005.
   * By position, as in NumPy: `size`, `dtype`, `endpoint`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * const dice = random.defaultRng(42).integers(1, 6, { size: 4, endpoint: true, dtype: "u8" });
   * deepStrictEqual([dice.dtype, dice.size], ["u8", 4]);
   * ```
   */
  integers(
    low: ArrayLike | bigint,
    high: ArrayLike | bigint | null = null,
    ...args: Positional<IntegersOptions, ["size", "dtype", "endpoint"]>
  ): NDArray {
    const names = ["size", "dtype", "endpoint"] as const;
    const { dtype = "i64", endpoint = false, size } = optionsOf<IntegersOptions>("integers", args, names);
    if (isFloat(dtype)) return refuseArgument(`integers gives integers or bools, not ${dtype}`);
    const [from, to] = high === null ? [0, low] : [low, high];
    return withArrays([from, to] as ArrayLike[], (first, last) => {
      const isWhole = (bound: NDArray) =>
        !isFloat(bound.dtype) || bound.isFinite().logicalAnd(bound.eq(bound.floor())).all().item();
      if (![first!, last!].every(isWhole)) return refuseArgument("integers takes bounds that are integers");
      const own = broadcastShapes(first!.shape, last!.shape), shape = size ?? own;
      const result = emptyOf("integers", dtype, shape);
      if (result.size === 0) return result;
      const bounds = [first!, last!].map((bound) => bigintsOf(bound, result.shape));
      const numBits = dtype === "bool" ? 1 : 8 * DTYPE[dtype].itemsize;
      const isSingle = bounds.every((list) => list.length === 1), { fillIntegers } = arrayKernels();
      const ranges = Array.from({ length: isSingle ? 1 : result.size }, (_, i) => {
        const [a, b] = bounds.map((list) => list[list.length === 1 ? 0 : i]!) as [bigint, bigint];
        return rangeOf(a, endpoint ? b : b - 1n, dtype);
      });
      const step = isSingle ? NUMBERS_OF_A_CALL : 1;
      this.bitGenerator.draw((state) => {
        for (let at = 0; at < result.size; at += step) {
          const [start, range] = ranges[isSingle ? 0 : at]!, count = Math.min(step, result.size - at);
          const target = addressOf(result.view) + at * result.itemsize;
          fillIntegers(state, numBits, count, target, start, range, at === 0 ? 1 : 0);
        }
      });
      return result;
    });
  }

  /**
   * The numbers below x in random order, or the slices of an array along an axis: a copy. Refused: ARR002, SHP004,
   * MEM005.
   * By position, as in NumPy: `axis`; then options.
   *
   * @example
   * ```ts
   * import { random, sort } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(sort(random.defaultRng(1).permutation(4)).toList(), [0, 1, 2, 3]);
   * ```
   */
  permutation(x: ArrayLike, ...args: Positional<{ readonly axis?: number }, ["axis"]>): NDArray {
    const { axis = 0 } = optionsOf<{ readonly axis?: number }>("permutation", args, ["axis"]);
    if (typeof x === "number") {
      if (!Number.isInteger(x)) return refuseArgument(`permutation takes an integer or an array, not ${x}`);
      const numbers = arange(x);
      shuffleAxis(this.bitGenerator, numbers, 0);
      return numbers;
    }
    return scope(() => {
      const copy = asarray(x).copy();
      if (copy.ndim === 0) return refuseArgument("permutation takes an integer or an array with axes");
      shuffleAxis(this.bitGenerator, copy, axis);
      return copy;
    });
  }

  /**
   * Puts the slices along an axis in random order, in place. Refused: ARR001, ARR002, SHP004, MEM005.
   * By position, as in NumPy: `axis`; then options.
   *
   * @example
   * ```ts
   * import { arange, random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * const a = arange(4);
   * random.defaultRng(1).shuffle(a);
   * deepStrictEqual(a.sum().item(), 6);
   * ```
   */
  shuffle(x: NDArray, ...args: Positional<{ readonly axis?: number }, ["axis"]>): void {
    const { axis = 0 } = optionsOf<{ readonly axis?: number }>("shuffle", args, ["axis"]);
    if (x.ndim === 0) refuseArgument("shuffle takes an array with axes");
    shuffleAxis(this.bitGenerator, x, axis);
  }

  /**
   * Slices of an array along an axis (default 0), or numbers below an integer, chosen at random: with repetition
   * (`replace`, the default) or without, with probabilities `p` or all alike. Refused: ARR002, SHP004, MEM005.
   * By position, as in NumPy: `size`, `replace`, `p`, `axis`; then options.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(random.defaultRng(1).choice([10, 20], { size: 3, p: [0, 1] }).toList(), [20, 20, 20]);
   * ```
   */
  choice(a: ArrayLike, ...args: Positional<ChoiceOptions, ["size", "replace", "p", "axis"]>): NDArray {
    const options = optionsOf<ChoiceOptions>("choice", args, ["size", "replace", "p", "axis"]);
    return choose(this, a, options);
  }

  /**
   * So many generators whose streams do not meet this one's. Refused: ARR002 of a generator made of a key.
   *
   * @example
   * ```ts
   * import { random } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * deepStrictEqual(random.defaultRng(1).spawn(2).length, 2);
   * ```
   */
  spawn(count: number): Generator[] {
    const { seedSequence } = this.bitGenerator;
    if (seedSequence === null) return refuseArgument("spawn takes a generator that was made of a seed");
    return seedSequence.spawn(integerOf("spawn", "count", count)).map((child) =>
      new Generator(new Philox(child))
    );
  }
}

function refuseNegative(operation: string, scale: ArrayLike): void {
  scope(() => {
    const given = asarray(scale);
    if (given.signbit().any().item()) refuseArgument(`${operation} takes a scale from 0`);
  });
}

function bigintsOf(bound: NDArray, shape: readonly number[]): readonly bigint[] {
  const list = bound.size === 1 ? bound : bound.broadcastTo(shape);
  return Array.from(list.toTypedArray() as Iterable<number | bigint>, (value) => BigInt(value));
}

/** The start of a range and its width. */
function rangeOf(low: bigint, last: bigint, dtype: DType): readonly [bigint, bigint] {
  const [least, most] = dtype === "bool" ? [0n, 1n] : DTYPE[dtype].range!.map(BigInt) as [bigint, bigint];
  if (low < least || last > most) refuseArgument(`integers from ${low} to ${last} are out of ${dtype}`);
  if (low > last) refuseArgument(`integers takes a low below the high: there is none from ${low} to ${last}`);
  return [BigInt.asUintN(64, low), last - low];
}

/**
 * A generator of random numbers from a seed (none: from bits of the system), over Philox. NumPy's `default_rng` is over
 * PCG64, so its numbers are others; `numpy.random.Generator(numpy.random.Philox(seed))` gives these.
 * Refused: ARR002.
 *
 * @example
 * ```ts
 * import { random } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const first = random.defaultRng(1).random(3), again = random.defaultRng(1).random(3);
 * deepStrictEqual(first.toList(), again.toList());
 * ```
 */
export function defaultRng(seed: Seed | SeedSequence | Philox | Generator = null): Generator {
  if (seed instanceof Generator) return seed;
  return new Generator(seed instanceof Philox ? seed : new Philox(seed));
}
