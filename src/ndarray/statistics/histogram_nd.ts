/**
 * Counts by bins along several coordinates.
 *
 * @module
 */
import { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { stack } from "../functions.ts";
import { binsBetween } from "../sorting/searching.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { optionsOf, type Positional, withoutNulls } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { arrayOf, given, numbersOf, refuseArgument } from "../storage/rows.ts";
import { guard } from "../storage/storage.ts";
import { equalEdges, histogramBinEdges, numBinsOr } from "./histogram.ts";
import { type NamedTuple, Unpacked, unpacked } from "../storage/unpacked.ts";

/** Options of `histogramdd` and `histogram2d`. */
export interface HistogramNdOptions {
  /** for all coordinates or for each: how many bins of equal width (default 10), or their edges, ascending */
  readonly bins?: number | NDArray | readonly (number | NDArray | readonly number[])[];
  /** for each coordinate the outer edges, where its bins are of equal width; null: the extremes */
  readonly range?: readonly (readonly [number, number] | null)[];
  /** divide so that the integral is 1 */
  readonly density?: boolean;
  /** what each point counts; default 1 */
  readonly weights?: ArrayLike;
}

/** The counts of bins of several coordinates, and their edges. */
interface CountsNd {
  /** f64, an axis for each coordinate */
  readonly counts: NDArray;
  /** for each coordinate, one more than bins */
  readonly edges: readonly NDArray[];
}

/** What `histogramdd` gives; it unpacks in this order. */
export type HistogramNd = NamedTuple<CountsNd, ["counts", "edges"]>;

/** What `histogram2d` gives; it unpacks as the counts, the edges of x and those of y. */
export type Histogram2d = CountsNd & readonly [counts: NDArray, edgesOfX: NDArray, edgesOfY: NDArray];

/**
 * How many points lie in each bin. A `sample` that is an array has a row for each point and a column for each
 * coordinate; a list holds the coordinates one after the other, as in NumPy; an array of one axis is one coordinate. A
 * bin has its lower edge, the last also its upper one. Refused: ARR002, MEM005.
 * By position, as in NumPy: `bins`, `range`, `density`, `weights`; then options.
 *
 * @example
 * ```ts
 * import { array, histogramdd } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { counts, edges } = histogramdd(array([[0, 0], [1, 1], [1, 1]]), { bins: 2 });
 * deepStrictEqual(counts.toList(), [[1, 0], [0, 2]]);
 * deepStrictEqual(edges.map((each) => each.toList()), [[0, 0.5, 1], [0, 0.5, 1]]);
 * ```
 */
export function histogramdd(
  sample: ArrayLike | readonly ArrayLike[],
  ...args: Positional<HistogramNdOptions, ["bins", "range", "density", "weights"]>
): HistogramNd {
  const options = optionsOf<HistogramNdOptions>("histogramdd", args, ["bins", "range", "density", "weights"]);
  return scope(() => {
    const points = pointsOf(sample);
    if (points.ndim !== 2) refuseArgument(`histogramdd takes points in rows: 2 axes, not ${points.ndim}`);
    return unpacked(countPoints(points, options), "counts", "edges");
  });
}

/** points in rows */
function pointsOf(sample: ArrayLike | readonly ArrayLike[]): NDArray {
  if (!Array.isArray(sample)) {
    const points = given(sample as ArrayLike);
    return points.ndim === 1 ? points.expandDims(1) : points;
  }
  return sample.every((each) => typeof each === "number") ? given(sample).expandDims(1) : stack(sample, 1);
}

/** Options of `histogram2d`: `bins` may also be edges that both coordinates have. */
export interface Histogram2dOptions extends Omit<HistogramNdOptions, "bins"> {
  readonly bins?: HistogramNdOptions["bins"] | readonly number[];
}

/**
 * `histogramdd` of points of two coordinates: x is the first axis of the counts. `bins` of more than two items are the
 * edges of both. Refused: ARR002, MEM005.
 * By position, as in NumPy: `bins`, `range`, `density`, `weights`; then options.
 *
 * @example
 * ```ts
 * import { histogram2d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(histogram2d([0, 1, 1], [0, 1, 1], { bins: 2 }).counts.toList(), [[1, 0], [0, 2]]);
 * ```
 */
export function histogram2d(
  x: ArrayLike,
  y: ArrayLike,
  ...args: Positional<Histogram2dOptions, ["bins", "range", "density", "weights"]>
): Histogram2d {
  const options = optionsOf<Histogram2dOptions>("histogram2d", args, ["bins", "range", "density", "weights"]);
  const { bins = 10, ...rest } = options;
  const isShared = bins instanceof NDArray
    ? bins.ndim > 0 && bins.shape[0] !== 2
    : Array.isArray(bins) && bins.length > 2;
  const each = isShared ? [bins, bins] as readonly (NDArray | readonly number[])[] : bins;
  return scope(() => {
    const { counts, edges } = histogramdd(stack([given(x), given(y)], 1), {
      ...rest,
      bins: each as NonNullable<HistogramNdOptions["bins"]>,
    });
    return new Unpacked({ counts, edges }, [counts, ...edges]) as unknown as Histogram2d;
  });
}

function countPoints(points: NDArray, options: HistogramNdOptions): CountsNd {
  const { bins = 10, density = false, weights, range: outer } = withoutNulls(options);
  const range = outer instanceof NDArray ? outer.toList() as HistogramNdOptions["range"] : outer;
  const [numPoints, numAxes] = points.shape as [number, number];
  const one = numBinsOr("histogramdd", bins);
  const counted = typeof one === "number" ? new Array<number>(numAxes).fill(one) : [...one];
  if (counted.length !== numAxes || (range !== undefined && range.length !== numAxes)) {
    refuseArgument(`bins and range are given for each of ${numAxes} coordinates`);
  }
  const columns = counted.map((_, axis) => points.slice([":", axis]));
  const edges = columns.map((column, axis) => {
    const outer = range?.[axis] ?? undefined;
    const asked = counted[axis]!;
    if (typeof asked !== "number") return histogramBinEdges(column, { bins: asked as ArrayLike });
    // as NumPy, edges are f32 between elements of it alone
    const isSingle = column.dtype === "f32" && column.size > 0 && outer === undefined;
    return equalEdges(column, asked, { range: outer, dtype: isSingle ? "f32" : "f64" });
  });
  const shape = edges.map(({ size }) => size - 1);
  guard({
    numBytes: 8 * sizeOfShape(shape),
    sentence: `histogramdd gives f64 (${shape.join(", ")})`,
    operands: [],
  });
  const totals = new Float64Array(sizeOfShape(shape));
  const places = columns.map((column, axis) => binsBetween(edges[axis]!.view, column.view));
  const factors = weights === undefined ? null : numbersOf(given(weights));
  if (factors !== null && factors.length !== numPoints) refuseArgument("weights are as many as points");
  for (let i = 0; i < numPoints; i++) {
    let at = 0;
    for (let axis = 0; axis < numAxes && at >= 0; axis++) {
      const bin = places[axis]![i]!;
      at = bin < 0 ? -1 : at * shape[axis]! + bin;
    }
    if (at >= 0) totals[at]! += factors === null ? 1 : factors[i]!;
  }
  const counts = arrayOf(totals, "f64", shape);
  return { counts: density ? densityOf(counts, edges) : counts, edges };
}

function densityOf(counts: NDArray, edges: readonly NDArray[]): NDArray {
  const total = counts.sum();
  return edges.reduce((result, bounds, axis) => {
    const widths = bounds.slice("1:").sub(bounds.slice(":-1"));
    return result.div(widths.reshape(counts.shape.map((_, one) => one === axis ? -1 : 1)));
  }, counts).div(total);
}
