/**
 * Choices at random.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import { arange } from "../creation/arange.ts";
import { type ArrayLike, asarray, fromTypedArray } from "../creation/creation.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { axisOf, numbersOf, refuseArgument } from "../storage/rows.ts";
import { addressOf } from "../storage/strided.ts";
import { emptyOf, type Size } from "./draws.ts";
import type { Philox } from "./philox.ts";

/** Options of `choice`. */
export interface ChoiceOptions {
  /** default: one choice, without axes */
  readonly size?: Size;
  /** whether a choice may come again; default true */
  readonly replace?: boolean;
  /** a probability for each, together 1; default all alike */
  readonly p?: ArrayLike | null;
  /** default 0 */
  readonly axis?: number;
  /** without repetition: whether the order is random too; default true */
  readonly shuffle?: boolean;
}

/** What a choice is drawn with. */
interface Source {
  readonly bitGenerator: Philox;
  random(size: Size): NDArray;
  integers(low: number, high: number, options: { readonly size: Size }): NDArray;
}

/** From so many on, and for more than a fiftieth (unshuffled a twentieth) of them, the whole list is shuffled. */
const LARGE_POPULATION = 10000;

/** The running sums of probabilities, the last of them 1. */
function cumulated(p: Float64Array): Float64Array {
  let sum = 0;
  const sums = p.map((value) => sum += value);
  return sums.map((value) => value / sum);
}

/** The first position whose running sum is above x. */
function positionOf(sums: Float64Array, x: number): number {
  let low = 0, high = sums.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function probabilitiesOf(p: ArrayLike, population: number): Float64Array {
  const { values, numAxes, tolerance } = scope(() => {
    const array = asarray(p);
    // half of the digits, as NumPy
    const epsilon = array.dtype === "f32" ? 2 ** -23 : 2 ** -52;
    return { values: numbersOf(array), numAxes: array.ndim, tolerance: Math.sqrt(epsilon) };
  });
  if (numAxes !== 1) refuseArgument(`choice takes a list of probabilities, not an array of ${numAxes} axes`);
  if (values.length !== population) {
    refuseArgument(`choice takes ${population} probabilities, not ${values.length}`);
  }
  if (!values.every((value) => value >= 0)) refuseArgument("choice takes probabilities from 0");
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!(Math.abs(total - 1) <= tolerance)) {
    refuseArgument(`choice takes probabilities of together 1, not ${total}`);
  }
  return values;
}

/** different positions by probabilities: draws again for those that came twice */
function weighted(generator: Source, p: Float64Array, count: number): BigInt64Array {
  if (p.filter((value) => value > 0).length < count) {
    return refuseArgument(`choice has fewer than ${count} probabilities above 0`);
  }
  const left = p.slice(), found: number[] = [];
  while (found.length < count) {
    using draws = generator.random(count - found.length);
    for (const position of found) left[position] = 0;
    const sums = cumulated(left);
    const positions = [...draws.toTypedArray() as Float64Array].map((x) => positionOf(sums, x));
    // one by one: a call takes no more than about 100,000 arguments
    for (const position of new Set(positions)) found.push(position);
  }
  return BigInt64Array.from(found, BigInt);
}

function shuffleNumbers(bits: Philox, numbers: NDArray, first: number): void {
  bits.draw((state) =>
    arrayKernels().shuffleItems(state, numbers.size, first, 0, 8, addressOf(numbers.view), 0)
  );
}

/** different positions, all alike */
function different(bits: Philox, population: number, { count, isShuffled }: {
  readonly count: number;
  readonly isShuffled: boolean;
}): NDArray {
  if (population > LARGE_POPULATION && count > Math.floor(population / (isShuffled ? 50 : 20))) {
    const all = arange(population);
    shuffleNumbers(bits, all, Math.max(population - count, 1));
    return all.slice([{ start: population - count }]).copy();
  }
  const numbers = emptyOf("choice", "i64", count), mask = maskOf(Math.floor(1.2 * count));
  {
    using table = new WorkSpace("choice", 8 * (mask + 1));
    bits.draw((state) =>
      arrayKernels().chooseDifferent(
        state,
        BigInt(population),
        count,
        addressOf(numbers.view),
        table.address,
        mask,
      )
    );
  }
  if (isShuffled) shuffleNumbers(bits, numbers, 1);
  return numbers;
}

/** The least number of ones in binary that is not below. */
function maskOf(most: number): number {
  return 2 ** (32 - Math.clz32(most)) - 1;
}

function positions(generator: Source, population: number, options: ChoiceOptions): NDArray {
  const { size = [], replace = true, p = null, shuffle = true } = options;
  const shape = integersOf("choice", "size", size), count = sizeOfShape(shape);
  if (population === 0 && count > 0) return refuseArgument("choice takes an array that is not empty");
  const chances = p === null ? null : probabilitiesOf(p, population);
  if (replace) {
    if (chances === null) return generator.integers(0, population, { size: shape });
    const sums = cumulated(chances), draws = generator.random(shape).toTypedArray() as Float64Array;
    return fromTypedArray(BigInt64Array.from(draws, (x) => BigInt(positionOf(sums, x))), { shape });
  }
  if (count > population) {
    return refuseArgument(`choice takes at most ${population} without repetition, not ${count}`);
  }
  const found = chances === null
    ? different(generator.bitGenerator, population, { count, isShuffled: shuffle })
    : fromTypedArray(weighted(generator, chances, count));
  return found.reshape(shape);
}

/** See `Generator.choice`. */
export function choose(generator: Source, a: ArrayLike, options: ChoiceOptions): NDArray {
  return scope(() => {
    if (typeof a === "number") {
      if (!Number.isInteger(a) || a < 0) return refuseArgument(`choice takes an integer from 0, not ${a}`);
      return positions(generator, a, options).copy();
    }
    const array = asarray(a);
    if (array.ndim === 0) return choose(generator, Number(array.item()), options);
    const axis = axisOf(array, options.axis ?? 0);
    return array.take(positions(generator, array.shape[axis]!, options), axis);
  });
}
