/**
 * Polynomials of their roots, the roots of polynomials, and polynomials near points.
 *
 * Source: `numpy/lib/_polynomial_impl.py` of NumPy 2.4.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import type { NDArray } from "../array.ts";
import { type ArrayLike, asarray, ones, zeros } from "../creation/creation.ts";
import { diag, vander } from "../creation/triangles.ts";
import { finfo } from "../dtypes/dtype_limits.ts";
import { concatenate } from "../functions.ts";
import { type ComplexPair, eigvals } from "../linalg/eigen.ts";
import { lstsq } from "../linalg/least_squares.ts";
import { outer } from "../linalg/products.ts";
import { inv } from "../linalg/solving.ts";
import { convolve } from "../statistics/signal.ts";
import { scope } from "../storage/lifetime.ts";
import { given, refuseArgument, withArrays } from "../storage/rows.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { integerOf } from "../storage/integer_lists.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/**
 * The coefficients of the polynomial that has these roots, that of the highest power (1) first; of a square matrix, its
 * characteristic polynomial. f32 of f32, else f64. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { poly } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(poly([1, 2, 3]).toList(), [1, -6, 11, -6]);
 * ```
 */
export function poly(rootsOrMatrix: ArrayLike): NDArray {
  return scope(() => {
    const array = given(rootsOrMatrix), [rows, columns] = array.shape;
    if (array.ndim === 2 && rows === columns && rows !== 0) return characteristic(eigvals(array));
    if (array.ndim > 1) return refuseArgument("poly takes roots along one axis, or a square matrix");
    // as NumPy, without roots the number 1: an array without axes
    if (array.size === 0) return ones([]);
    const dtype = isFloat(array.dtype) ? array.dtype : "f64";
    let result = ones(1, dtype);
    for (const root of array.ravel().astype(dtype).rows()) {
      result = convolve(result, concatenate([ones(1, dtype), root.neg().reshape([1])]));
    }
    return result;
  });
}

/** complex roots of a real matrix are pairs of conjugates, so what is imaginary vanishes */
function characteristic({ re, im }: ComplexPair): NDArray {
  const [real, imaginary] = [re, im].map((part) => [...part.ravel().astype("f64")].map(Number)) as [
    number[],
    number[],
  ];
  let a = [1], b = [0];
  for (const [i, x] of real.entries()) {
    const y = imaginary[i]!, at = (list: readonly number[], k: number) => list[k] ?? 0;
    const next = Array.from({ length: a.length + 1 }, (_, k) => [
      at(a, k) - (k > 0 ? x * at(a, k - 1) - y * at(b, k - 1) : 0),
      at(b, k) - (k > 0 ? x * at(b, k - 1) + y * at(a, k - 1) : 0),
    ]);
    a = next.map(([one]) => one!);
    b = next.map(([, other]) => other!);
  }
  return asarray(a, re.dtype);
}

/**
 * The roots of a polynomial as a pair of real and imaginary parts: the eigenvalues of its companion matrix. Refused:
 * ARR002, LIN003 for NaN and infinities.
 *
 * @example
 * ```ts
 * import { roots } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { re, im } = roots([1, 0, 1]);
 * deepStrictEqual(re.abs().toList(), [0, 0]);
 * deepStrictEqual(im.toList(), [1, -1]);
 * ```
 */
export function roots(p: ArrayLike): ComplexPair {
  return scope(() => {
    const coefficients = given(p).ndim === 0 ? given(p).reshape([1]) : given(p);
    if (coefficients.ndim !== 1) refuseArgument("roots takes coefficients along one axis");
    const numbers = coefficients.toList() as readonly (number | bigint | boolean)[];
    const isZero = (value: number | bigint | boolean) => Number(value) === 0;
    const first = numbers.findIndex((value) => !isZero(value));
    // as NumPy, whose list of no roots is f64
    if (first < 0) return { re: zeros(0), im: zeros(0) };
    const last = numbers.findLastIndex((value) => !isZero(value));
    const rest = coefficients.slice([{ start: first, stop: last + 1 }]);
    const numAtZero = numbers.length - last - 1;
    if (rest.size < 2) return { re: zeros(numAtZero), im: zeros(numAtZero) };
    const kept = isFloat(rest.dtype) ? rest : rest.astype("f64"), atZero = zeros(numAtZero, kept.dtype);
    const companion = diag(ones(kept.size - 2, kept.dtype), -1);
    companion.set([0], kept.slice("1:").neg().div(kept.slice(":1")));
    const { re, im } = eigvals(companion);
    return { re: concatenate([re, atZero]), im: concatenate([im, atZero]) };
  });
}

/** Options of `polyfit`. */
export interface PolynomialFitOptions {
  /** singular values that are smaller than this times the largest count as 0; default the number of points times eps */
  readonly rcond?: number | undefined;
  /** how much the distance of each point counts (not its square); default 1 */
  readonly w?: ArrayLike | undefined;
}

interface FitParts {
  /** that of the highest power first; a column for each of several y */
  readonly coefficients: NDArray;
  /** sums of squared distances; none where the rank is not whole, or there are no more points than coefficients */
  readonly residuals: NDArray;
  readonly rank: number;
  readonly singularValues: NDArray;
  readonly rcond: number;
  /** not scaled: of points whose variance is 1. NumPy's cov="unscaled"; null where the rank is not whole */
  readonly covariance: NDArray | null;
}

const FIT_ORDER = ["coefficients", "residuals", "rank", "singularValues", "rcond"] as const;

/** What `polyfitAll` gives; it unpacks in this order, up to rcond, as NumPy's `full=True`. */
export type PolynomialFit = NamedTuple<FitParts, typeof FIT_ORDER>;

/**
 * The polynomial of a degree that lies nearest to points (x, y) by least squares. y of two axes has a polynomial in each
 * column. Refused: ARR002.
 * By position, as in NumPy: `rcond`; then options.
 *
 * @example
 * ```ts
 * import { polyfit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(polyfit([0, 1, 2], [1, 3, 5], 1).round(12).toList(), [2, 1]);
 * ```
 */
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  degree: number,
  ...args: Positional<PolynomialFitOptions, ["rcond"]>
): NDArray {
  const options = optionsOf<PolynomialFitOptions>("polyfit", args, ["rcond"]);
  return scope(() => fitted([x, y], integerOf("polyfit", "degree", degree), options).coefficients);
}

/**
 * `polyfit` with what it found on the way: residuals, rank, singular values, and the covariance of the coefficients (times
 * `residuals / (points - coefficients)` it is NumPy's `cov=True`). Refused: ARR002.
 * By position, as in NumPy: `rcond`; then options.
 *
 * @example
 * ```ts
 * import { polyfitAll } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { rank, covariance } = polyfitAll([0, 1, 2], [1, 3, 5], 1);
 * deepStrictEqual([rank, covariance?.round(6).toList()], [2, [[0.5, -0.5], [-0.5, 0.833333]]]);
 * ```
 */
export function polyfitAll(
  x: ArrayLike,
  y: ArrayLike,
  degree: number,
  ...args: Positional<PolynomialFitOptions, ["rcond"]>
): PolynomialFit {
  const options = optionsOf<PolynomialFitOptions>("polyfitAll", args, ["rcond"]);
  return scope(() => {
    const whole = integerOf("polyfitAll", "degree", degree);
    const { matrix, scale, ...rest } = fitted([x, y], whole, options);
    const isWhole = rest.rank === whole + 1;
    const covariance = isWhole ? inv(matrix.T.matmul(matrix)).div(outer(scale, scale)) : null;
    return unpacked({ ...rest, covariance }, ...FIT_ORDER);
  });
}

function fitted(
  [x, y]: readonly [ArrayLike, ArrayLike],
  degree: number,
  { rcond, w }: PolynomialFitOptions,
): Omit<FitParts, "covariance"> & {
  readonly matrix: NDArray;
  readonly scale: NDArray;
} {
  if (degree < 0) refuseArgument(`a degree is an integer from 0, not ${degree}`);
  return withArrays([x, y], (at, values) => {
    const [points, sides] = [at!, values!].map((a) => isFloat(a.dtype) ? a : a.astype("f64")) as [
      NDArray,
      NDArray,
    ];
    if (points.ndim !== 1 || points.size === 0) {
      refuseArgument("polyfit takes points along one axis, one at least");
    }
    if (sides.ndim < 1 || sides.ndim > 2) refuseArgument("polyfit takes y of one axis or two");
    if (sides.shape[0] !== points.size) {
      refuseArgument(`polyfit takes a y for each of ${points.size} points, not ${sides.shape[0]}`);
    }
    let matrix = vander(points, degree + 1), side = sides;
    if (w !== undefined) {
      const weights = asarray(w);
      if (weights.ndim !== 1 || weights.size !== points.size) {
        refuseArgument("weights are one for each point");
      }
      matrix = matrix.mul(weights.expandDims(1));
      // as NumPy, which weighs y in place
      side = side.mul(side.ndim === 2 ? weights.expandDims(1) : weights).astype(side.dtype);
    }
    const scale = matrix.square().sum(0).sqrt(), scaled = matrix.div(scale);
    const limit = rcond ?? points.size * finfo(points.dtype as "f64").eps;
    const { x: solution, residuals, rank, s } = lstsq(scaled, side, { rcond: limit });
    return {
      coefficients: solution.T.div(scale).T,
      residuals,
      rank,
      singularValues: s,
      rcond: limit,
      matrix: scaled,
      scale,
    };
  });
}
