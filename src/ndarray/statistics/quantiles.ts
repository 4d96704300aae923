/**
 * Quantiles, by thirteen methods and two ways of weighting.
 *
 * Sources: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996
 * (nine methods of `quantile`); NumPy's lib/_function_base_impl.py (the other four, and how gamma is rounded).
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteTypes, type TypedArray } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { type AxesThen, type KeepOptions, NDArray } from "../array.ts";
import { type ArrayLike, full } from "../creation/creation.ts";
import type { Axes } from "../reductions/reductions.ts";
import { argsortElements, insertionPoint, type OrderedRow, visitOrdered } from "../sorting/ordering.ts";
import { withoutNulls } from "../storage/arguments.ts";
import { sizeOfShape } from "../storage/layout.ts";
import {
  arrayOf,
  atAxis,
  axesOf,
  numbersOf,
  over,
  placedIn,
  reducedShape,
  refuseArgument,
  refuseLoss,
  rowsOf,
  withArrays,
} from "../storage/rows.ts";
import { freeRows, rowsToChange } from "../storage/stored_rows.ts";

/** How a quantile between two elements is found. */
export type QuantileMethod =
  | "inverted_cdf"
  | "averaged_inverted_cdf"
  | "closest_observation"
  | "interpolated_inverted_cdf"
  | "hazen"
  | "weibull"
  | "linear"
  | "median_unbiased"
  | "normal_unbiased"
  | "lower"
  | "higher"
  | "midpoint"
  | "nearest";

/** Options of `quantile` and `percentile`. */
export interface QuantileOptions extends KeepOptions {
  /** default "linear" */
  readonly method?: QuantileMethod;
  /** how often each element counts, of the array's shape or of its one axis; only with "inverted_cdf" */
  readonly weights?: ArrayLike;
  /** NumPy's leave to sort the array itself; a copy is sorted in any case */
  readonly overwriteInput?: boolean | undefined;
}

/** Rounds to the dtype in which NumPy computes. */
type Round = (x: number) => number;

/** Where a quantile lies among n sorted elements: between two, or (no gamma) at one. */
interface Place {
  readonly index: number;
  readonly gamma: number | null;
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x), rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** Hyndman and Fan's alpha and beta. */
const CONTINUOUS: Partial<Record<QuantileMethod, readonly [number, number]>> = {
  interpolated_inverted_cdf: [0, 1],
  hazen: [0.5, 0.5],
  weibull: [0, 0],
  median_unbiased: [1 / 3, 1 / 3],
  normal_unbiased: [3 / 8, 3 / 8],
};

/** The place of quantile q; `r` rounds every operation. */
function placeOf(method: QuantileMethod, n: number, [q, r]: readonly [number, Round]): Place {
  const atElement = (index: number): Place => ({ index: Math.max(0, index), gamma: null });
  const last = r((n - 1) * q);
  switch (method) {
    case "linear":
      return { index: last, gamma: r(last - Math.floor(last)) };
    case "lower":
      return atElement(Math.floor(last));
    case "higher":
      return atElement(Math.ceil(last));
    case "nearest":
      return atElement(roundHalfEven(last));
    case "midpoint": {
      const index = 0.5 * (Math.floor(last) + Math.ceil(last));
      return { index, gamma: index % 1 === 0 ? 0 : 0.5 };
    }
    case "inverted_cdf":
    case "closest_observation": {
      const index = r(r(n * q) - (method === "inverted_cdf" ? 1 : 1.5)), floor = Math.floor(index);
      const stays = index === floor && (method === "inverted_cdf" || Math.abs(floor % 2) === 1);
      return atElement(stays ? floor : floor + 1);
    }
    case "averaged_inverted_cdf": {
      const index = r(r(n * q) - 1);
      return { index, gamma: index === Math.floor(index) ? 0.5 : 1 };
    }
    default: {
      const constants = CONTINUOUS[method];
      if (constants === undefined) return refuseArgument(`quantile knows no method ${String(method)}`);
      const [alpha, beta] = constants;
      const index = r(r(r(n * q) + r(alpha + r(q * (1 - alpha - beta)))) - 1);
      return { index, gamma: r(index - Math.floor(index)) };
    }
  }
}

/** How results, shares and differences of elements are rounded. */
interface Rounds {
  readonly round: Round;
  readonly roundShare: Round;
  readonly roundElement: Round;
}

/** NumPy's _lerp: from the nearer end; the difference has the dtype of the elements. */
function interpolate(
  [a, b]: readonly [number, number],
  t: number,
  { round: r, roundShare, roundElement }: Rounds,
): number {
  const difference = roundElement(b - a);
  return t >= 0.5 ? r(b - r(difference * r(roundShare(1 - t)))) : r(a + r(difference * r(t)));
}

/** A function of quantiles: of an array, of `q` in a unit, over axes that stand third or among the options. */
export type QuantileFunction = (
  a: ArrayLike,
  q: ArrayLike,
  ...args: AxesThen<QuantileOptions, ["out", "overwriteInput", "method", "keepdims"]>
) => NDArray;

/** `share` is what q = 1 stands for. */
function quantileFunction(
  operation: string,
  traits: { readonly share: 1 | 100; readonly skipsNan: boolean },
): QuantileFunction {
  return (a, q, ...args) =>
    over(
      a,
      (array) =>
        quantileOf(operation, array, {
          q,
          ...traits,
          ...withoutNulls(atAxis<QuantileOptions>(operation, args)),
        }),
    );
}

/**
 * Quantiles: `q` from 0 to 1, one or several (whose axes are then the result's first). Over an axis, several, or (by
 * default) all. NaN where there is one. Methods that choose an element keep the dtype, the others give floats.
 *
 * Refused: ARR002 for a q outside 0 to 1 or an unknown method, ARR003 of no elements, SHP004, MEM005.
 *
 * @example
 * ```ts
 * import { array, quantile } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([[10, 7, 4], [3, 2, 1]]);
 * deepStrictEqual(quantile(a, 0.5).item(), 3.5);
 * deepStrictEqual(quantile(a, [0, 0.5], 1, { method: "lower" }).toList(), [[4, 1], [7, 2]]);
 * ```
 */
export const quantile: QuantileFunction = quantileFunction("quantile", { share: 1, skipsNan: false });

/**
 * As `quantile`, with percentages from 0 to 100.
 *
 * @example
 * ```ts
 * import { percentile } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(percentile([1, 2, 3, 4, 5], 25).item(), 2);
 * ```
 */
export const percentile: QuantileFunction = quantileFunction("percentile", { share: 100, skipsNan: false });

/**
 * As `quantile` of the elements that are not NaN; NaN where all are.
 *
 * @example
 * ```ts
 * import { nanquantile } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanquantile([1, NaN, 3], 0.5).item(), 2);
 * ```
 */
export const nanquantile: QuantileFunction = quantileFunction("nanquantile", { share: 1, skipsNan: true });

/**
 * As `percentile` of the elements that are not NaN; NaN where all are.
 *
 * @example
 * ```ts
 * import { nanpercentile } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanpercentile([1, NaN, 3], 50).item(), 2);
 * ```
 */
export const nanpercentile: QuantileFunction = quantileFunction("nanpercentile", {
  share: 100,
  skipsNan: true,
});

interface QuantileJob extends QuantileOptions {
  readonly q: ArrayLike;
  /** what q = 1 stands for */
  readonly share: 1 | 100;
  readonly axis: Axes;
  readonly skipsNan: boolean;
}

const CHOOSING: ReadonlySet<QuantileMethod> = new Set<QuantileMethod>([
  "inverted_cdf",
  "closest_observation",
  "lower",
  "higher",
  "nearest",
]);

function quantileOf(operation: string, a: NDArray, job: QuantileJob): NDArray {
  const { q, weights, out } = job;
  const result = withArrays(
    weights === undefined ? [q] : [q, weights],
    (shares, by) => quantileOfArrays(operation, a, { ...job, shares: shares!, by: by ?? null }),
  );
  // as NumPy, whose results without NaN are written by an operation, those with NaN by assignment
  if (out !== undefined && !job.skipsNan) refuseLoss(operation, a, [result.dtype, out]);
  return placedIn(result, out, isAlone(q) ? { core: 0 } : {});
}

/** whether there is one q, whose result repeats to a larger out, as in NumPy */
function isAlone(q: ArrayLike): boolean {
  return q instanceof NDArray ? q.ndim === 0 : !Array.isArray(q) && !ArrayBuffer.isView(q);
}

function quantileOfArrays(
  operation: string,
  a: NDArray,
  job: QuantileJob & { readonly shares: NDArray; readonly by: NDArray | null },
): NDArray {
  const { q, shares, share, axis, method = "linear", keepdims = false, by, skipsNan } = job;
  // a plain number is weak: places are found in f64, and the result has the array's dtype
  const isWeak = typeof q === "number";
  const numRows = sizeOfShape(reducedShape(a, axis, false)), { dtype } = a;
  const isOfNone = axesOf(a, axis).some((one) => a.shape[one] === 0);
  if (isOfNone && !skipsNan && shares.size > 0) {
    throw new NdpipeError("ARR003", `${operation} of no elements has no value`, { help: "test .size first" });
  }
  const isSingle = !isWeak && shares.dtype === "f32";
  const roundShare: Round = isSingle ? Math.fround : (x) => x;
  const quantiles = numbersOf(shares).map((value) => roundShare(roundShare(value) / share));
  if (!quantiles.every((value) => value >= 0 && value <= 1)) {
    refuseArgument(
      `${operation} takes quantiles from 0 to 1 (percentages to 100), not ${quantiles.join(", ")}`,
    );
  }
  if (by !== null && method !== "inverted_cdf") {
    refuseArgument(`${operation} takes weights with the method "inverted_cdf" only, not "${method}"`);
  }
  const shape = [...shares.shape, ...reducedShape(a, axis, keepdims)];
  // as NumPy: what has no elements but NaN is NaN, and so is what has none at all
  if (isOfNone && skipsNan) return full(shape, NaN, { dtype: isFloat(dtype) ? dtype : "f64" });
  // whole shares name the first element or the last, which nothing is computed of; arrays of them keep the dtype
  const isWhole = method === "linear" && share === 1 &&
    (isWeak ? Number.isInteger(q) : !isFloat(shares.dtype));
  const finding = isWhole ? "lower" : method, isChosen = CHOOSING.has(isWeak ? method : finding);
  const weak = isFloat(dtype) ? dtype : "f64", strong = promoteTypes(dtype, isSingle ? "f32" : "f64");
  const result = isChosen ? dtype : isWeak || dtype === "bool" ? weak : strong;
  const rounds: Rounds = {
    round: result === "f32" ? Math.fround : (x) => x,
    roundShare,
    roundElement: dtype === "f32" ? Math.fround : (x) => x,
  };
  const values = new DTYPE[result].TypedArray(quantiles.length * numRows);
  if (quantiles.length === 0) return arrayOf(values, result, shape);
  const pickAll = (pick: Choose, row: number) =>
    quantiles.forEach((value, at) => values[at * numRows + row] = convert(pick(value), result));
  if (by === null) {
    const rows = rowsToChange(a, axis);
    try {
      visitOrdered(
        rows,
        quantiles.length,
        (row, index) => pickAll(pickPlain(row, finding, { skipsNan, ...rounds, length: rows.length }), index),
      );
    } finally {
      freeRows(rows);
    }
  } else {
    const weightRows = weightsOf(a, by, axis), { elements, length } = rowsOf(a, axis);
    for (let row = 0; row < numRows; row++) {
      const from = row * length, to = from + length;
      pickAll(
        pickWeighted(elements.subarray(from, to), weightRows.subarray(from, to), {
          dtype,
          skipsNan,
          roundShare,
        }),
        row,
      );
    }
  }
  return arrayOf(values, result, shape);
}

function convert(value: number | bigint, dtype: DType): number | bigint {
  if (DTYPE[dtype].isBigInt) return BigInt(value);
  return Number(value);
}

type Choose = (q: number) => number | bigint;

function pickPlain(
  { numOrdered, at }: OrderedRow,
  method: QuantileMethod,
  { skipsNan, length, ...rounds }: Rounds & { readonly skipsNan: boolean; readonly length: number },
): Choose {
  const n = numOrdered;
  if (n === 0 || (n < length && !skipsNan)) return () => NaN;
  return (q) => {
    const { index, gamma } = placeOf(method, n, [q, rounds.roundShare]);
    if (gamma === null) return at(Math.min(n - 1, index));
    const below = index < 0 ? 0 : index >= n - 1 ? n - 1 : Math.floor(index);
    const above = index < 0 ? 0 : index >= n - 1 ? n - 1 : below + 1;
    return interpolate([Number(at(below)), Number(at(above))], gamma, rounds);
  };
}

function pickWeighted(
  elements: TypedArray,
  weights: Float64Array,
  { dtype, skipsNan, roundShare }: {
    readonly dtype: DType;
    readonly skipsNan: boolean;
    readonly roundShare: Round;
  },
): Choose {
  const order = argsortElements(elements, dtype);
  let n = elements.length;
  if (isFloat(dtype) && Number.isNaN(elements[order[n - 1]!])) {
    if (!skipsNan) return () => NaN;
    while (n > 0 && Number.isNaN(elements[order[n - 1]!])) n--;
    if (n === 0) return () => NaN;
  }
  const cumulated = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) cumulated[i] = sum += weights[order[i]!]!;
  if (!(sum > 0 && sum < Infinity)) refuseArgument("weights hold NaN or infinity, or are all zero");
  for (let i = 0; i < n; i++) cumulated[i] = cumulated[i] === 0 ? -1 : roundShare(cumulated[i]! / sum);
  return (q) => elements[order[Math.min(n - 1, insertionPoint(cumulated, q, "left"))]!]!;
}

/** weights as rows along the axes, repeated where they are of one axis */
function weightsOf(a: NDArray, weights: NDArray, axis: Axes): Float64Array {
  const numbers = numbersOf(weights);
  if (numbers.some((weight) => weight < 0)) refuseArgument("weights are not negative");
  if (weights.shape.join() === a.shape.join()) return rowsOf(weights, axis, "f64").elements as Float64Array;
  const [along, ...more] = axesOf(a, axis);
  if (along === undefined || more.length > 0 || weights.ndim !== 1 || weights.size !== a.shape[along]) {
    return refuseArgument("weights have the array's shape, or one axis as long as the array's");
  }
  const rows = new Float64Array(a.size);
  for (let start = 0; start < rows.length; start += numbers.length) rows.set(numbers, start);
  return rows;
}
