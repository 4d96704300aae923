/**
 * Order statistics, averages and correlations.
 *
 * Sources: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996
 * (nine methods of `quantile`); NumPy's lib/_function_base_impl.py (the other four, and how gamma is rounded).
 *
 * Over 400 lines because quantiles have thirteen methods and two ways of weighting, which are read side by side.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteTypes, type TypedArray } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import { axesAndOptions, type KeepOptions, type NDArray } from "./array.ts";
import { type ArrayLike, asarray, full } from "./creation.ts";
import { concatenate } from "./functions.ts";
import { scope } from "./lifetime.ts";
import type { Axes } from "./reductions.ts";
import { argsortElements, insertionPoint, type OrderedRow, visitOrdered } from "./ordering.ts";
import {
  arrayOf,
  axesOf,
  numbersOf,
  over,
  placedIn,
  reducedShape,
  refuseArgument,
  rowsOf,
  withArrays,
} from "./rows.ts";
import { sizeOfShape } from "./layout.ts";
import { freeRows, rowsToChange } from "./stored_rows.ts";

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

/** NumPy's _lerp: from the nearer end; the difference has the dtype of the elements. */
function interpolate(
  [a, b]: readonly [number, number],
  t: number,
  { round: r, roundElement }: { readonly round: Round; readonly roundElement: Round },
): number {
  const difference = roundElement(b - a);
  return t >= 0.5 ? r(b - r(difference * r(1 - t))) : r(a + r(difference * t));
}

/**
 * Quantiles: `q` from 0 to 1, one or several (whose axis is then the result's first). Over an axis, several, or (by
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
export function quantile(
  a: ArrayLike,
  q: ArrayLike,
  axis: Axes | QuantileOptions = null,
  options: QuantileOptions = {},
): NDArray {
  return over(
    a,
    (array) => quantileOf("quantile", array, { q, share: 1, skipsNan: false, ...atAxis(axis, options) }),
  );
}

/** As `quantile`, with percentages from 0 to 100. */
export function percentile(
  a: ArrayLike,
  q: ArrayLike,
  axis: Axes | QuantileOptions = null,
  options: QuantileOptions = {},
): NDArray {
  return over(
    a,
    (array) => quantileOf("percentile", array, { q, share: 100, skipsNan: false, ...atAxis(axis, options) }),
  );
}

/** As `quantile` of the elements that are not NaN; NaN where all are. */
export function nanquantile(
  a: ArrayLike,
  q: ArrayLike,
  axis: Axes | QuantileOptions = null,
  options: QuantileOptions = {},
): NDArray {
  return over(
    a,
    (array) => quantileOf("nanquantile", array, { q, share: 1, skipsNan: true, ...atAxis(axis, options) }),
  );
}

/** As `percentile` of the elements that are not NaN; NaN where all are. */
export function nanpercentile(
  a: ArrayLike,
  q: ArrayLike,
  axis: Axes | QuantileOptions = null,
  options: QuantileOptions = {},
): NDArray {
  return over(
    a,
    (array) =>
      quantileOf("nanpercentile", array, { q, share: 100, skipsNan: true, ...atAxis(axis, options) }),
  );
}

/** the options with the axis among them */
function atAxis<O extends KeepOptions>(given: Axes | O, options: O): O & { readonly axis: Axes } {
  const [axis, rest] = axesAndOptions(given, options);
  return { ...rest, axis };
}

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
  return placedIn(result, out);
}

function quantileOfArrays(
  operation: string,
  a: NDArray,
  job: QuantileJob & { readonly shares: NDArray; readonly by: NDArray | null },
): NDArray {
  const { q, shares, share, axis, method = "linear", keepdims = false, by, skipsNan } = job;
  // a plain number is weak: it takes the array's dtype
  const isWeak = typeof q === "number";
  const numRows = sizeOfShape(reducedShape(a, axis, false)), { dtype } = a;
  const isOfNone = axesOf(a, axis).some((one) => a.shape[one] === 0);
  if (isOfNone && !skipsNan) {
    throw new NdpipeError("ARR003", `${operation} of no elements has no value`, { help: "test .size first" });
  }
  const round: Round = isWeak && dtype === "f32" ? Math.fround : (x) => x;
  const quantiles = numbersOf(shares).map((value) => value / share);
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
  if (isOfNone) return full(shape, NaN, { dtype: isFloat(dtype) ? dtype : "f64" });
  const result = CHOOSING.has(method) ? dtype : !isFloat(dtype) || !isWeak ? "f64" : dtype;
  const values = new DTYPE[result].TypedArray(quantiles.length * numRows);
  const pickAll = (pick: Choose, row: number) =>
    quantiles.forEach((value, at) => values[at * numRows + row] = convert(pick(round(value)), result));
  if (by === null) {
    const rows = rowsToChange(a, axis), roundElement: Round = dtype === "f32" ? Math.fround : (x) => x;
    try {
      visitOrdered(
        rows,
        quantiles.length,
        (row, index) =>
          pickAll(pickPlain(row, method, { skipsNan, round, roundElement, length: rows.length }), index),
      );
    } finally {
      freeRows(rows);
    }
  } else {
    const weightRows = weightsOf(a, by, axis), { elements, length } = rowsOf(a, axis);
    for (let row = 0; row < numRows; row++) {
      const from = row * length, to = from + length;
      pickAll(
        pickWeighted(elements.subarray(from, to), weightRows.subarray(from, to), { dtype, skipsNan }),
        row,
      );
    }
  }
  return arrayOf(values, result, shape);
}

function convert(value: number | bigint, dtype: DType): number | bigint {
  return isFloat(dtype) ? Number(value) : value;
}

type Choose = (q: number) => number | bigint;

function pickPlain(
  { numOrdered, at }: OrderedRow,
  method: QuantileMethod,
  { skipsNan, round, roundElement, length }: {
    readonly skipsNan: boolean;
    readonly round: Round;
    readonly roundElement: Round;
    readonly length: number;
  },
): Choose {
  const n = numOrdered;
  if (n === 0 || (n < length && !skipsNan)) return () => NaN;
  return (q) => {
    const { index, gamma } = placeOf(method, n, [q, round]);
    if (gamma === null) return at(Math.min(n - 1, index));
    const below = index < 0 ? 0 : index >= n - 1 ? n - 1 : Math.floor(index);
    const above = index < 0 ? 0 : index >= n - 1 ? n - 1 : below + 1;
    return interpolate([Number(at(below)), Number(at(above))], gamma, { round, roundElement });
  };
}

function pickWeighted(
  elements: TypedArray,
  weights: Float64Array,
  { dtype, skipsNan }: { readonly dtype: DType; readonly skipsNan: boolean },
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
  for (let i = 0; i < n; i++) cumulated[i] = cumulated[i] === 0 ? -1 : cumulated[i]! / sum;
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

/** The middle of the sorted elements, of an even number the mean of two; NaN where there is one, and of none. Refused: SHP004. */
export function median(a: ArrayLike, axis: Axes | KeepOptions = null, options: KeepOptions = {}): NDArray {
  return over(a, (array) => medianOf(array, false, atAxis(axis, options)));
}

/** The median of the elements that are not NaN; NaN where all are. Refused: SHP004. */
export function nanmedian(a: ArrayLike, axis: Axes | KeepOptions = null, options: KeepOptions = {}): NDArray {
  return over(a, (array) => medianOf(array, true, atAxis(axis, options)));
}

function medianOf(
  a: NDArray,
  skipsNan: boolean,
  { axis, keepdims = false, out }: KeepOptions & { readonly axis: Axes },
): NDArray {
  const rows = rowsToChange(a, axis), { length } = rows;
  const result = a.dtype === "f32" ? "f32" : "f64";
  const values = new DTYPE[result].TypedArray(rows.numRows);
  try {
    visitOrdered(rows, 1, ({ numOrdered, at }, row) => {
      const n = numOrdered < length && !skipsNan ? 0 : numOrdered;
      if (n === 0) values[row] = NaN;
      else if (n % 2 === 1) values[row] = Number(at(n >> 1));
      else {
        const sum = Number(at(n / 2 - 1)) + Number(at(n / 2));
        values[row] = (result === "f32" ? Math.fround(sum) : sum) / 2;
      }
    });
  } finally {
    freeRows(rows);
  }
  return placedIn(arrayOf(values, result, reducedShape(a, axis, keepdims)), out);
}

/** The largest element less the smallest. Refused: ARR003, SHP004; DTY001 for bool. */
export function ptp(a: ArrayLike, given: Axes | KeepOptions = null, options: KeepOptions = {}): NDArray {
  return over(a, (array) => {
    const { axis, keepdims, out } = atAxis(given, options);
    return placedIn(scope(() => array.max(axis, { keepdims }).sub(array.min(axis, { keepdims }))), out);
  });
}

/** Options of `average`. */
export interface AverageOptions extends Omit<KeepOptions, "out"> {
  /** of the array's shape, or of that of the axes */
  readonly weights?: ArrayLike;
}

/** The mean in which each element counts by its weight: weights of the array's shape, or of the one axis. Refused: ARR002, SHP004. */
export function average(
  a: ArrayLike,
  given: Axes | AverageOptions = null,
  options: AverageOptions = {},
): NDArray {
  return over(a, (array) => {
    const { axis, keepdims = false, weights } = atAxis(given, options);
    if (weights === undefined) return array.mean(axis, { keepdims });
    return scope(() => {
      let by = asarray(weights);
      if (by.shape.join() !== array.shape.join()) {
        const chosen = axesOf(array, axis);
        if (axis === null || sizeOfShape(by.shape) !== sizeOfShape(chosen.map((one) => array.shape[one]!))) {
          refuseArgument(
            "weights have the array's shape, or that of the axes",
            "give the axis that they are for",
          );
        }
        by = by.reshape(array.shape.map((size, one) => chosen.includes(one) ? size : 1)).broadcastTo(
          array.shape,
        );
      }
      // as NumPy: integers are averaged in f64, floats in the dtype that they have with their weights
      const dtype = isFloat(array.dtype) ? promoteTypes(array.dtype, by.dtype) : "f64";
      const total = by.sum(axis, { keepdims, dtype });
      if (!total.all().item()) refuseArgument("weights sum to zero", "the average has no value then");
      const product = array.astype(dtype, { copy: false }).mul(by.astype(dtype, { copy: false }));
      return product.sum(axis, { keepdims }).div(total);
    });
  });
}

/** Options of `cov`. */
export interface CovarianceOptions {
  /** variables are rows (default), or columns */
  readonly rowvar?: boolean;
  /** what is taken from the number of observations in the divisor; default 1 */
  readonly correction?: number;
  /** how often each observation was made */
  readonly fweights?: ArrayLike;
  /** how much each observation counts */
  readonly aweights?: ArrayLike;
}

function observations(m: NDArray, rowvar: boolean): NDArray {
  if (m.ndim > 2) refuseArgument(`variables and observations are two axes, not ${m.ndim}`);
  const matrix = m.astype("f64").reshape(m.ndim < 2 ? [1, m.size] : m.shape);
  return rowvar || m.ndim < 2 ? matrix : matrix.T;
}

/**
 * The covariance matrix of variables (rows) over observations (columns), in f64; of one variable its variance, without
 * axes. `y`: more variables. Refused: ARR002, SHP008.
 */
export function cov(m: ArrayLike, y: ArrayLike | null = null, options: CovarianceOptions = {}): NDArray {
  return over(m, (array) => {
    const { rowvar = true, correction = 1, fweights, aweights } = options;
    return scope(() => {
      const own = observations(array, rowvar);
      const x = y === null ? own : concatenate([own, observations(asarray(y), rowvar)], 0);
      const numObservations = x.shape[1]!;
      const counts = fweights === undefined ? null : asarray(fweights).astype("f64");
      const factors = aweights === undefined ? null : asarray(aweights).astype("f64");
      for (const given of [counts, factors]) {
        if (given === null || (given.ndim === 1 && given.size === numObservations)) continue;
        refuseArgument(`weights are one axis of ${numObservations} observations`);
      }
      const weights = counts === null ? factors : factors === null ? counts : counts.mul(factors);
      const total = weights === null ? numObservations : Number(weights.sum().item());
      const mean = weights === null
        ? x.mean(1, { keepdims: true })
        : x.mul(weights).sum(1, { keepdims: true }).div(total);
      const distances = x.sub(mean);
      const divisor = factors === null || correction === 0
        ? total - correction
        : total - correction * Number(weights!.mul(factors).sum().item()) / total;
      const weighted = weights === null ? distances : distances.mul(weights);
      return distances.matmul(weighted.T).div(Math.max(0, divisor)).squeeze();
    });
  });
}

/** The matrix of Pearson's correlation coefficients of variables, in f64, held to -1 to 1. Refused: ARR002, SHP008. */
export function corrcoef(
  x: ArrayLike,
  y: ArrayLike | null = null,
  options: Pick<CovarianceOptions, "rowvar"> = {},
): NDArray {
  return over(x, (array) => {
    return scope(() => {
      const c = cov(array, y, options);
      if (c.ndim === 0) return c.div(c);
      const n = c.shape[0]!, diagonal = arrayOf(numbersOf(c).filter((_, i) => i % (n + 1) === 0), "f64", [n]);
      const root = diagonal.sqrt();
      return c.div(root.reshape([n, 1])).div(root).clip(-1, 1);
    });
  });
}
