/**
 * Counts by bins.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import type { NDArray } from "../array.ts";
import { arrayKernels } from "../array_module.ts";
import { array, type ArrayLike, asarray, zeros } from "../creation/creation.ts";
import { binsBetween } from "../sorting/searching.ts";
import { searchsorted } from "../sorting/sort.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { integerOf, isAlone } from "../storage/integer_lists.ts";
import { scope } from "../storage/lifetime.ts";
import {
  arrayOf,
  elementsAs,
  given,
  numbersOf,
  over,
  refuseArgument,
  refuseAxes,
  withArrays,
} from "../storage/rows.ts";
import { guard } from "../storage/storage.ts";
import { addressOf, type Strided } from "../storage/strided.ts";
import { type BinRule, numBinsBy } from "./bin_rules.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** Options of `histogram`. */
export interface HistogramOptions {
  /** the number of bins of equal width (default 10), a rule that settles it, or their edges, ascending */
  readonly bins?: number | BinRule | ArrayLike | undefined;
  /** the outer edges of bins of equal width; default: the smallest and the largest element */
  readonly range?: readonly [number, number] | undefined;
  /** divide so that the integral is 1 */
  readonly density?: boolean | undefined;
  /** what each element counts; default 1 */
  readonly weights?: ArrayLike | undefined;
}

interface Counted {
  /** i64; with weights their dtype; f64 as a density */
  readonly counts: NDArray;
  /** one more than bins */
  readonly edges: NDArray;
}

/** What `histogram` gives; it unpacks in this order. */
export type Histogram = NamedTuple<Counted, ["counts", "edges"]>;

/**
 * The edges of `histogram`'s bins. Refused: ARR002 for bins that do not ascend, a range that is not finite, and data
 * that is not finite where there is no range.
 * By position, as in NumPy: `bins`, `range`, `weights`; then options. Weights count in no number of bins, and a rule
 * takes none.
 *
 * @example
 * ```ts
 * import { histogramBinEdges } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(histogramBinEdges([0, 1, 4], { bins: 4 }).toList(), [0, 1, 2, 3, 4]);
 * ```
 */
export function histogramBinEdges(
  a: ArrayLike,
  ...args: Positional<Omit<HistogramOptions, "density">, ["bins", "range", "weights"]>
): NDArray {
  const { bins: asked = 10, range, weights } = optionsOf<Omit<HistogramOptions, "density">>(
    "histogramBinEdges",
    args,
    ["bins", "range", "weights"],
  );
  const bins = numBinsOr("histogramBinEdges", asked);
  if (weights !== undefined) refuseOtherWeights(bins, [weights, a]);
  return over(a, (sample) => {
    if (typeof bins !== "number" && typeof bins !== "string") {
      const edges = array(bins);
      refuseAxes("histogram", edges);
      const elements = [...elementsAs(edges, edges.dtype)];
      if (elements.some((edge, i) => i > 0 && elements[i - 1]! > edge)) {
        refuseArgument("the edges of bins ascend");
      }
      return edges;
    }
    return equalEdges(sample, bins, { range, dtype: sample.dtype === "f32" ? "f32" : "f64" });
  });
}

/** Refuses weights of another shape, and any beside a rule. */
function refuseOtherWeights(
  bins: HistogramOptions["bins"],
  [weights, a]: readonly [ArrayLike, ArrayLike],
): void {
  if (typeof bins === "string") {
    refuseArgument("a rule settles the bins of elements that count alike", "give the number of bins");
  }
  over(a, (elements) =>
    over(weights, (by) => {
      if (by.shape.join() !== elements.shape.join()) refuseArgument("weights have the array's shape");
    }));
}

/** A number of bins where one number is given, in whatever holds it; anything else as it is. Refused: ARR002. */
export function numBinsOr<T>(callee: string, bins: T): T | number {
  return isAlone(bins) ? integerOf(callee, "bins", bins) : bins;
}

/** the outer edges: the range, or the extremes; half of 1 to either side of the one value that there is */
function outerEdges(a: NDArray, given: readonly [number, number] | undefined): readonly [number, number] {
  const range: unknown = given === undefined || Array.isArray(given)
    ? given
    : over(given, (each) => each.toList());
  const extremes = () =>
    a.size === 0 ? [0, 1] as const : [Number(a.min().item()), Number(a.max().item())] as const;
  const isNumber = (each: unknown) => typeof each === "number" || typeof each === "bigint";
  if (range !== undefined && (!Array.isArray(range) || range.length !== 2 || !range.every(isNumber))) {
    refuseArgument("the range of a histogram is a pair of numbers", "give [first, last]");
  }
  const [first, last] = (range as typeof given ?? extremes()).map(Number) as [number, number];
  if (!(first <= last && first > -Infinity && last < Infinity)) {
    refuseArgument(`the range of a histogram is finite and ascends, not ${first} to ${last}`, "give a range");
  }
  return first === last ? [first - 0.5, last + 0.5] : [first, last];
}

/** how many bins a rule gives the elements within the outer edges */
function numBinsWithin(
  a: NDArray,
  rule: BinRule,
  [first, last]: readonly [number, number],
): number {
  return scope(() => {
    const values = a.dtype === "bool" ? a.astype("u8") : a;
    const elements = values.get(values.ge(first).logicalAnd(values.le(last)));
    const range = [first, last] as const;
    const counts = (bins: number) => numbersOf(countByBins(elements, { bins, range }).counts);
    return numBinsBy(rule, elements, { range, counts });
  });
}

/** Edges of bins of equal width, in a dtype. Refused: ARR002, MEM005. */
export function equalEdges(
  a: NDArray,
  bins: number | BinRule,
  { range, dtype }: { readonly range: readonly [number, number] | undefined; readonly dtype: "f32" | "f64" },
): NDArray {
  let [first, last] = outerEdges(a, range);
  const numBins = typeof bins === "string" ? numBinsWithin(a, bins, [first, last]) : bins;
  if (!Number.isInteger(numBins) || numBins < 1) {
    refuseArgument(`histogram takes a number of bins from 1, not ${numBins}`);
  }
  guard({ numBytes: 8 * (numBins + 1), sentence: `histogram makes ${numBins} bins`, operands: [] });
  // as NumPy, edges between elements of f32 are computed in it, those between plain numbers in f64
  const round = dtype === "f32" && range === undefined ? Math.fround : (x: number) => x;
  [first, last] = [round(first), round(last)];
  const width = round(last - first), step = round(width / numBins);
  if (width === Infinity) refuseArgument(`the range of a histogram is too wide: ${first} to ${last}`);
  const numbers = new Float64Array(numBins + 1);
  for (let i = 0; i <= numBins; i++) numbers[i] = round(round(i * step) + first);
  numbers[numBins] = last;
  if (dtype === "f32") numbers.set(new Float32Array(numbers));
  if (numbers.some((edge, i) => i > 0 && numbers[i - 1]! >= edge)) {
    refuseArgument(`${numBins} bins are too many for a range of ${first} to ${last}`);
  }
  return arrayOf(dtype === "f32" ? new Float32Array(numbers) : numbers, dtype, [numbers.length]);
}

/**
 * How many elements lie in each bin; a bin has its lower edge, the last also its upper one. NaN lies in none.
 * Refused: as `histogramBinEdges`, and ARR002 for weights of another shape.
 * By position, as in NumPy: `bins`, `range`, `density`, `weights`; then options.
 *
 * @example
 * ```ts
 * import { array, histogram } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { counts, edges } = histogram(array([1, 2, 1, 4]), { bins: [0, 1, 2, 4] });
 * deepStrictEqual([counts.toList(), edges.toList()], [[0, 2, 2], [0, 1, 2, 4]]);
 * ```
 */
export function histogram(
  a: ArrayLike,
  ...args: Positional<HistogramOptions, ["bins", "range", "density", "weights"]>
): Histogram {
  const options = optionsOf<HistogramOptions>("histogram", args, ["bins", "range", "density", "weights"]);
  return over(a, (array) => scope(() => countByBins(array, options)));
}

function countByBins(a: NDArray, options: HistogramOptions): Histogram {
  const { density = false, weights, range } = options, asked = numBinsOr("histogram", options.bins);
  const edges = histogramBinEdges(a, { bins: asked, range, weights }),
    bounds = numbersOf(edges),
    numBins = bounds.length - 1;
  const by = weights === undefined ? null : given(weights);
  const elements = numbersOf(a), factors = by === null ? null : numbersOf(by);
  const totals = new Float64Array(Math.max(0, numBins));
  const isEqual = asked === undefined || typeof asked !== "object";
  if (isEqual) countEqualBins(elements, { bounds, factors, totals });
  else {
    const bins = binsBetween(edges.view, a.view);
    for (let i = 0; i < elements.length; i++) {
      const bin = bins[i]!;
      if (bin >= 0) totals[bin]! += factors === null ? 1 : factors[i]!;
    }
  }
  // as NumPy, whose counts in bool are true from the first on
  if (by?.dtype === "bool") totals.forEach((count, bin) => totals[bin] = Math.min(1, count));
  const sum = totals.reduce((total, count) => total + count, 0);
  const width = (bin: number): number => {
    const exact = bounds[bin + 1]! - bounds[bin]!;
    return edges.dtype === "f32" ? Math.fround(exact) : exact;
  };
  if (density) totals.forEach((count, bin) => totals[bin] = count / width(bin) / sum);
  const counts = arrayOf(totals, "f64", [totals.length]);
  return unpacked(
    { counts: density ? counts : counts.astype(by?.dtype ?? "i64"), edges },
    "counts",
    "edges",
  );
}

/** What lies in each of the bins of one width: a loop of its own, which the engine optimises whatever else was counted. */
function countEqualBins(elements: Float64Array, { bounds, factors, totals }: {
  readonly bounds: Float64Array;
  readonly factors: Float64Array | null;
  readonly totals: Float64Array;
}): void {
  const numBins = totals.length, first = bounds[0]!, last = bounds[numBins]!, range = last - first;
  for (let i = 0; i < elements.length; i++) {
    const value = elements[i]!;
    if (!(value >= first && value <= last)) continue;
    let bin = Math.min(numBins - 1, Math.floor((value - first) / range * numBins));
    // the quotient may be off by one where a value is close to an edge
    if (value < bounds[bin]!) bin--;
    else if (value >= bounds[bin + 1]!) bin = Math.min(bin + 1, numBins - 1);
    if (bin >= 0) totals[bin]! += factors === null ? 1 : factors[i]!;
  }
}

/** Options of `bincount`. */
export interface BincountOptions {
  /** what each element counts; default 1 */
  readonly weights?: ArrayLike | undefined;
  /** counts at least; default 0 */
  readonly minlength?: number | undefined;
}

/**
 * How often each number from 0 occurs, or the sum of its weights (f64). Refused: ARR002 for negative ones and fractions,
 * MEM005.
 * By position, as in NumPy: `weights`, `minlength`; then options.
 *
 * @example
 * ```ts
 * import { bincount } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(bincount([0, 2, 2]).toList(), [1, 0, 2]);
 * deepStrictEqual(bincount([0, 2, 2], { weights: [0.5, 1, 1] }).toList(), [0.5, 0, 2]);
 * ```
 */
export function bincount(
  x: ArrayLike,
  ...args: Positional<BincountOptions, ["weights", "minlength"]>
): NDArray {
  const { weights, minlength = 0 } = optionsOf<BincountOptions>("bincount", args, ["weights", "minlength"]);
  return over(x, (array) => {
    refuseAxes("bincount", array);
    if (isFloat(array.dtype) && array.size > 0) {
      refuseArgument(`bincount takes integers, not ${array.dtype}`, "cast them: .astype('i64')");
    }
    return scope(() => {
      if (!(Number.isInteger(minlength) && minlength >= 0)) {
        refuseArgument(`minlength is an integer from 0, not ${minlength}`);
      }
      // as NumPy, no elements are counted as integers, whatever they weigh
      if (array.size === 0) return zeros(minlength, "i64");
      const factors = weights === undefined ? null : asarray(weights).astype("f64", { order: "C" });
      if (factors !== null) refuseAxes("bincount", factors);
      if (factors !== null && factors.size !== array.size) refuseArgument("weights are as many as elements");
      const totals = zeros(Math.max(minlength, numCounts(array)), factors === null ? "i64" : "f64");
      addUp(array.astype("i64", { order: "C" }).view, factors?.view ?? null, totals.view);
      return totals;
    });
  });
}

/** one more than the largest of numbers from 0, of which there are some; refused: ARR002 for one below 0 */
function numCounts(a: NDArray): number {
  const least = Number(a.min().item());
  if (least < 0) refuseArgument(`bincount takes numbers from 0, not ${least}`);
  return Number(a.max().item()) + 1;
}

/** Places of one call: the engine's optimised code takes over at the next call only, so none may be long. */
const PLACES_PER_CALL = 16_384;

/** adds 1, or the weight, to the total at each place; all are neighbours in memory */
function addUp(places: Strided, weights: Strided | null, totals: Strided): void {
  const count = places.shape[0]!, { countPlaces, sumPlaces } = arrayKernels(), to = addressOf(totals);
  for (let first = 0; first < count; first += PLACES_PER_CALL) {
    const n = Math.min(PLACES_PER_CALL, count - first), at = addressOf(places) + 8 * first;
    if (weights === null) countPlaces(at, n, to);
    else sumPlaces(at, addressOf(weights) + 8 * first, n, to);
  }
}

/**
 * The bin of each element: i where edge i - 1 <= x < edge i (with `right`, edge i - 1 < x <= edge i), or, where the
 * edges descend, edge i - 1 > x >= edge i (with `right`, edge i - 1 >= x > edge i). Refused: ARR002.
 * By position, as in NumPy: `right`; then options.
 *
 * @example
 * ```ts
 * import { digitize } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(digitize([0.5, 1, 9], [1, 5]).toList(), [0, 1, 2]);
 * ```
 */
export function digitize(
  x: ArrayLike,
  bins: ArrayLike,
  ...args: Positional<{ readonly right?: boolean | undefined }, ["right"]>
): NDArray {
  const { right = false } = optionsOf<{ readonly right?: boolean | undefined }>("digitize", args, ["right"]);
  return over(x, (array) => {
    return withArrays([bins], (given) => {
      const edges = given!;
      refuseAxes("digitize", edges);
      const elements = [...elementsAs(edges, edges.dtype)], { length } = elements;
      // as NumPy, by the first two edges that differ; a NaN, which differs from itself, is out of no order
      const next = elements.findIndex((edge, i) => i > 0 && edge !== elements[i - 1]);
      const isRising = next < 0 || elements[next - 1]! < elements[next]!;
      const isOrdered = (sign: 1 | -1): boolean =>
        (sign === 1) === isRising &&
        elements.every((edge, i) =>
          i === 0 || !(isRising ? elements[i - 1]! > edge : elements[i - 1]! < edge)
        );
      const side = right ? "left" : "right";
      if (isOrdered(1)) return searchsorted(edges, array, { side });
      if (!isOrdered(-1)) return refuseArgument("the edges of bins ascend or descend");
      const positions = searchsorted(edges.flip(), array, { side });
      return positions.neg().add(length);
    });
  });
}
