/**
 * Medians, averages and correlations.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteTypes } from "../../dtype/mod.ts";
import type { AxesThen, KeepOptions, NDArray } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { fullLike } from "../creation/like.ts";
import { concatenate } from "../functions.ts";
import type { Axes } from "../reductions/reductions.ts";
import { visitOrdered } from "../sorting/ordering.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";
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
  refuseNoFloat,
} from "../storage/rows.ts";
import { freeRows, rowsToChange } from "../storage/stored_rows.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Options of `median` and `nanmedian`. */
export interface MedianOptions extends KeepOptions {
  /** NumPy's leave to sort the array itself; a copy is sorted in any case */
  readonly overwriteInput?: boolean | undefined;
}

/**
 * The middle of the sorted elements, of an even number the mean of two; NaN where there is one, and of none. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { median } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(median([[1, 9], [3, 4]]).item(), 3.5);
 * deepStrictEqual(median([[1, 9], [3, 4]], 0).toList(), [2, 6.5]);
 * ```
 */
export function median(
  a: ArrayLike,
  ...args: AxesThen<MedianOptions, ["out", "overwriteInput", "keepdims"]>
): NDArray {
  return over(a, (array) => medianOf(array, false, atAxis("median", args)));
}

/**
 * The median of the elements that are not NaN; NaN where all are. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { nanmedian } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanmedian([1, NaN, 3]).item(), 2);
 * ```
 */
export function nanmedian(
  a: ArrayLike,
  ...args: AxesThen<MedianOptions, ["out", "overwriteInput", "keepdims"]>
): NDArray {
  return over(a, (array) => medianOf(array, true, atAxis("nanmedian", args)));
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

/**
 * The largest element less the smallest. Refused: ARR003, SHP004; DTY001 for bool.
 *
 * @example
 * ```ts
 * import { ptp } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(ptp([[1, 9], [3, 4]], 1).toList(), [8, 1]);
 * ```
 */
export function ptp(a: ArrayLike, ...args: AxesThen<KeepOptions, ["out", "keepdims"]>): NDArray {
  return over(a, (array) => {
    const { axis, keepdims, out } = atAxis("ptp", args);
    if (out !== undefined) refuseLoss("ptp", array, [array.dtype, out]);
    return placedIn(scope(() => array.max(axis, { keepdims }).sub(array.min(axis, { keepdims }))), out);
  });
}

/** Options of `average`. */
export interface AverageOptions extends Omit<KeepOptions, "out"> {
  /** of the array's shape, or of that of the axes */
  readonly weights?: ArrayLike;
  /** whether the sums of the weights are given too; default false */
  readonly returned?: boolean | undefined;
}

/** What `average` gives with `returned`: `sumOfWeights` has the shape of the average. */
export type WeightedAverage = NamedTuple<
  { readonly average: NDArray; readonly sumOfWeights: NDArray },
  ["average", "sumOfWeights"]
>;

/**
 * The mean in which each element counts by its weight: weights of the array's shape, or of the one axis. Refused: ARR002, SHP004.
 *
 * @example
 * ```ts
 * import { average } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(average([1, 2, 4], { weights: [2, 1, 1] }).item(), 2);
 * ```
 */
export function average(
  a: ArrayLike,
  ...args: AxesThen<AverageOptions & { readonly returned?: false | undefined }, ["weights", "returned"]>
): NDArray;
/** with `returned`: also the sums of the weights, of which there are as many as elements where none are given */
export function average(a: ArrayLike, options: AverageOptions & { readonly returned: true }): WeightedAverage;
export function average(
  a: ArrayLike,
  axis: Axes,
  options: AverageOptions & { readonly returned: true },
): WeightedAverage;
/** by position, as NumPy's weights and returned */
export function average(
  a: ArrayLike,
  axis: Axes,
  weights: ArrayLike | null,
  returned: true,
  options?: AverageOptions,
): WeightedAverage;
export function average(a: ArrayLike, ...args: readonly unknown[]): NDArray | WeightedAverage {
  return over(a, (array) => {
    const options = atAxis<AverageOptions>("average", args);
    const [average, sumOfWeights] = scope(() => averageOf(array, options));
    return sumOfWeights === null ? average : unpacked({ average, sumOfWeights }, "average", "sumOfWeights");
  });
}

/** The average, and the sums of the weights where they are asked for. */
function averageOf(
  array: NDArray,
  { axis, keepdims = false, weights, returned = false }: AverageOptions & { readonly axis: Axes },
): [average: NDArray, sumOfWeights: NDArray | null] {
  if (weights === undefined) {
    const mean = array.mean(axis, { keepdims });
    const count = sizeOfShape(axesOf(array, axis).map((one) => array.shape[one]!));
    return [mean, returned ? fullLike(mean, count) : null];
  }
  let by = asarray(weights);
  if (by.shape.join() !== array.shape.join()) {
    const chosen = axesOf(array, axis);
    if (axis === null || sizeOfShape(by.shape) !== sizeOfShape(chosen.map((one) => array.shape[one]!))) {
      refuseArgument(
        "weights have the array's shape, or that of the axes",
        "give the axis that they are for",
      );
    }
    // weights have the axes in the order in which they were named
    const named = typeof axis === "number" ? [axis] : axis ?? [];
    const places = named.map((one) => one < 0 ? one + array.ndim : one);
    const aligned = by.ndim === chosen.length ? by.transpose(chosen.map((one) => places.indexOf(one))) : by;
    by = aligned.reshape(array.shape.map((size, one) => chosen.includes(one) ? size : 1)).broadcastTo(
      array.shape,
    );
  }
  // as NumPy: integers are averaged in f64, floats in the dtype that they have with their weights
  const dtype = isFloat(array.dtype) ? promoteTypes(array.dtype, by.dtype) : "f64";
  const total = by.sum(axis, { keepdims, dtype });
  if (!total.all().item()) refuseArgument("weights sum to zero", "the average has no value then");
  const product = array.astype(dtype, { copy: false }).mul(by.astype(dtype, { copy: false }));
  return [product.sum(axis, { keepdims }).div(total), returned ? total : null];
}

/** Options of `cov`. */
export interface CovarianceOptions {
  /** more variables, behind those of the first argument */
  readonly y?: ArrayLike | null | undefined;
  /** variables are rows (default), or columns */
  readonly rowvar?: boolean;
  /** whether the divisor is the number of observations, and not one less; default false */
  readonly bias?: boolean | undefined;
  /** what is taken from the number of observations in the divisor; default 1, with `bias` 0 */
  readonly correction?: number | undefined;
  /** NumPy's name of `correction` */
  readonly ddof?: number | undefined;
  /** f32 or f64, to which results that are computed in f64 are rounded; default f64 */
  readonly dtype?: DType | undefined;
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
 * By position, as in NumPy: `y`, `rowvar`; then options.
 *
 * @example
 * ```ts
 * import { cov } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(cov([[0, 1, 2], [2, 1, 0]]).toList(), [[1, -1], [-1, 1]]);
 * ```
 */
export function cov(
  m: ArrayLike,
  ...args: Positional<CovarianceOptions, ["y", "rowvar"]>
): NDArray {
  const { y = null, ...options } = optionsOf<CovarianceOptions>("cov", args, ["y", "rowvar"]);
  return over(m, (array) => {
    const { rowvar = true, bias = false, fweights, aweights, dtype } = options;
    const correction = options.correction ?? options.ddof ?? (bias ? 0 : 1);
    refuseNoFloat("cov", dtype);
    if (options.correction !== undefined && options.ddof !== undefined) {
      refuseArgument("cov takes ddof or correction, which are the same", "give one of them");
    }
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
      if (
        fweights !== undefined && isFloat(asarray(fweights).dtype) &&
        !counts!.eq(counts!.round()).all().item()
      ) {
        refuseArgument("fweights are whole numbers: how often each observation was made");
      }
      if ([counts, factors].some((given) => given?.lt(0).any().item())) {
        refuseArgument("weights are not negative");
      }
      const weights = counts === null ? factors : factors === null ? counts : counts.mul(factors);
      const total = weights === null ? numObservations : Number(weights.sum().item());
      if (weights !== null && total === 0) refuseArgument("weights of observations do not sum to 0");
      const mean = weights === null
        ? x.mean(1, { keepdims: true })
        : x.mul(weights).sum(1, { keepdims: true }).div(total);
      const distances = x.sub(mean);
      const divisor = factors === null || correction === 0
        ? total - correction
        : total - correction * Number(weights!.mul(factors).sum().item()) / total;
      const weighted = weights === null ? distances : distances.mul(weights);
      return distances.matmul(weighted.T).div(Math.max(0, divisor)).squeeze().astype(dtype ?? "f64", {
        copy: false,
      });
    });
  });
}

/**
 * The matrix of Pearson's correlation coefficients of variables, in f64, held to -1 to 1. Refused: ARR002, SHP008.
 * By position, as in NumPy: `y`, `rowvar`; then options.
 *
 * @example
 * ```ts
 * import { corrcoef } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(corrcoef([[0, 1, 2], [2, 1, 0]]).toList(), [[1, -1], [-1, 1]]);
 * ```
 */
export function corrcoef(
  x: ArrayLike,
  ...args: Positional<Pick<CovarianceOptions, "y" | "rowvar" | "dtype">, ["y", "rowvar"]>
): NDArray {
  const { dtype = "f64", ...options } = optionsOf<Pick<CovarianceOptions, "y" | "rowvar" | "dtype">>(
    "corrcoef",
    args,
    ["y", "rowvar"],
  );
  refuseNoFloat("corrcoef", dtype);
  return over(x, (array) => {
    return scope(() => {
      const c = cov(array, options);
      if (c.ndim === 0) return c.div(c).astype(dtype, { copy: false });
      const n = c.shape[0]!, diagonal = arrayOf(numbersOf(c).filter((_, i) => i % (n + 1) === 0), "f64", [n]);
      const root = diagonal.sqrt();
      return c.div(root.reshape([n, 1])).div(root).clip(-1, 1).astype(dtype, { copy: false });
    });
  });
}
