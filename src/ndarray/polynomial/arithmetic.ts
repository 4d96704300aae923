/**
 * Polynomials as their coefficients, that of the highest power first: arithmetic, values, derivatives, integrals.
 *
 * Source: `numpy/lib/_polynomial_impl.py` of NumPy 2.4.
 *
 * @module
 */
import { isFloat, promoteTypes } from "../../dtype/mod.ts";
import type { NDArray } from "../array.ts";
import { arange } from "../creation/arange.ts";
import { type ArrayLike, zeros } from "../creation/creation.ts";
import { zerosLike } from "../creation/like.ts";
import { concatenate } from "../functions.ts";
import { trimZeros } from "../movement/rearranging.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { given, refuseArgument, withArrays } from "../storage/rows.ts";
import { convolve } from "../statistics/signal.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** The coefficients as one axis. Refused: ARR002 for several. */
function coefficientsOf(operation: string, p: ArrayLike): NDArray {
  const array = given(p);
  if (array.ndim > 1) {
    refuseArgument(`${operation} takes coefficients along one axis`, "ravel them, or take one row at a time");
  }
  return array.ndim === 0 ? array.reshape([1]) : array;
}

/** zeros before the coefficients, so that there are so many */
function padded(p: NDArray, size: number): NDArray {
  const missing = size - p.size;
  return missing <= 0 ? p : concatenate([zeros(missing, p.dtype), p]);
}

function combined(
  operation: string,
  [a, b]: readonly [ArrayLike, ArrayLike],
  combine: (x: NDArray, y: NDArray) => NDArray,
): NDArray {
  return scope(() => {
    const x = coefficientsOf(operation, a), y = coefficientsOf(operation, b), size = Math.max(x.size, y.size);
    return combine(padded(x, size), padded(y, size));
  });
}

/**
 * The sum of two polynomials. Refused: ARR002 for coefficients of several axes.
 *
 * @example
 * ```ts
 * import { polyadd } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(polyadd([1, 2], [9, 5, 4]).toList(), [9, 6, 6]);
 * ```
 */
export function polyadd(a: ArrayLike, b: ArrayLike): NDArray {
  return combined("polyadd", [a, b], (x, y) => x.add(y));
}

/**
 * The difference of two polynomials. Refused: ARR002 for coefficients of several axes, DTY001 for bools.
 *
 * @example
 * ```ts
 * import { polysub } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(polysub([2, 10, -2], [3, 10, -4]).toList(), [-1, 0, 2]);
 * ```
 */
export function polysub(a: ArrayLike, b: ArrayLike): NDArray {
  return combined("polysub", [a, b], (x, y) => x.sub(y));
}

/**
 * The product of two polynomials; zeros before the first coefficient are left out. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { polymul } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(polymul([1, 2, 3], [9, 5, 1]).toList(), [9, 23, 38, 17, 3]);
 * ```
 */
export function polymul(a: ArrayLike, b: ArrayLike): NDArray {
  return scope(() => {
    const trimmed = (p: ArrayLike): NDArray => {
      const rest = trimZeros(coefficientsOf("polymul", p), "f");
      return rest.size === 0 ? zeros(1, rest.dtype) : rest;
    };
    return convolve(trimmed(a), trimmed(b));
  });
}

/** What `polydiv` gives; it unpacks in this order. */
export type PolynomialQuotient = NamedTuple<
  { readonly quotient: NDArray; readonly remainder: NDArray },
  ["quotient", "remainder"]
>;

/**
 * Quotient and remainder of one polynomial by another, in floating point. Refused: ARR002 for no coefficients.
 *
 * @example
 * ```ts
 * import { polydiv } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { quotient, remainder } = polydiv([3, 5, 2], [2, 1]);
 * deepStrictEqual([quotient.toList(), remainder.toList()], [[1.5, 1.75], [0.25]]);
 * ```
 */
export function polydiv(u: ArrayLike, v: ArrayLike): PolynomialQuotient {
  return scope(() => {
    const [dividend, divisor] = [u, v].map((p) => {
      const coefficients = coefficientsOf("polydiv", p);
      return isFloat(coefficients.dtype) ? coefficients : coefficients.astype("f64");
    }) as [NDArray, NDArray];
    if (dividend.size === 0 || divisor.size === 0) refuseArgument("polydiv takes coefficients, one at least");
    const dtype = promoteTypes(dividend.dtype, divisor.dtype);
    const m = dividend.size - 1, n = divisor.size - 1;
    // as NumPy, whose 1 / v[0] is in the dtype of v
    const factors = divisor.astype(dtype), scale = divisor.slice(":1").reciprocal().astype(dtype);
    const quotient = zeros(Math.max(m - n + 1, 1), dtype);
    let remainder = dividend.astype(dtype);
    for (let k = 0; k <= m - n; k++) {
      const digit = scale.mul(remainder.slice([{ start: k, stop: k + 1 }]));
      quotient.set([{ start: k, stop: k + 1 }], digit);
      const part = remainder.slice([{ start: k, stop: k + n + 1 }]);
      part.sub(digit.mul(factors), { out: part });
    }
    const isNothing = (value: unknown) => Math.abs(Number(value)) <= 1e-8;
    while (remainder.size > 1 && isNothing(remainder.at(0))) remainder = remainder.slice("1:");
    return unpacked({ quotient, remainder: remainder.copy() }, "quotient", "remainder");
  });
}

/**
 * The values of a polynomial at every element of x, by Horner's rule, in the common dtype. Coefficients of several axes
 * are of polynomials side by side, the powers along the first axis; they broadcast with x. Refused: SHP001.
 *
 * @example
 * ```ts
 * import { polyval } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(polyval([3, 0, 1], 5).item(), 76);
 * deepStrictEqual(polyval([1, 2], [[0, 1], [2, 3]]).toList(), [[2, 3], [4, 5]]);
 * ```
 */
export function polyval(p: ArrayLike, x: ArrayLike): NDArray {
  return scope(() => {
    const listed = given(p), coefficients = listed.ndim === 0 ? listed.reshape([1]) : listed, at = given(x);
    let result = zerosLike(at);
    for (const row of coefficients.rows()) result = result.mul(at).add(row, { broadcast: "numpy" });
    return result;
  });
}

function refuseCount(operation: string, m: number): void {
  if (!Number.isInteger(m) || m < 0) refuseArgument(`${operation} takes an integer from 0, not ${m}`);
}

/**
 * The m-th derivative of a polynomial. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { polyder } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(polyder([1, 1, 1, 1]).toList(), [3, 2, 1]);
 * deepStrictEqual(polyder([1, 1, 1, 1], 2).toList(), [6, 2]);
 * ```
 */
export function polyder(p: ArrayLike, m: number = 1): NDArray {
  refuseCount("polyder", m);
  return scope(() => {
    const coefficients = coefficientsOf("polyder", p);
    let result = coefficients;
    for (let i = 0; i < m; i++) {
      result = result.slice(":-1").mul(arange(Math.max(0, result.size - 1), 0, -1));
    }
    return result === coefficients ? result.copy() : result;
  });
}

/** Options of `polyint`. */
export interface PolynomialIntegralOptions {
  /** how often; default 1 */
  readonly m?: number | undefined;
  /** the constants of integration: one for each time, or one for all; default 0 */
  readonly k?: ArrayLike | undefined;
}

/**
 * The m-th integral of a polynomial, in floating point. Refused: ARR002 for constants of another number.
 * By position, as in NumPy: `m`, `k`; then options.
 *
 * @example
 * ```ts
 * import { polyint } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(polyint([6, 2]).toList(), [3, 2, 0]);
 * deepStrictEqual(polyint([6], 2, { k: [5, 7] }).toList(), [3, 5, 7]);
 * ```
 */
export function polyint(
  p: ArrayLike,
  ...args: Positional<PolynomialIntegralOptions, ["m", "k"]>
): NDArray {
  const { m = 1, k = 0 } = optionsOf<PolynomialIntegralOptions>("polyint", args, ["m", "k"]);
  refuseCount("polyint", m);
  return withArrays([p, k], (values, constants) => {
    const all = constants!.ravel(), count = all.size;
    if (count !== 1 && count < m) refuseArgument(`polyint takes ${m} constants, or one, not ${count}`);
    return scope(() => {
      const coefficients = coefficientsOf("polyint", values!);
      let result = coefficients;
      for (let i = 0; i < m; i++) {
        const at = count === 1 ? 0 : i, constant = all.slice([{ start: at, stop: at + 1 }]);
        result = concatenate([result.div(arange(result.size, 0, -1)), constant.astype("f64")]);
      }
      return result === coefficients ? result.copy() : result;
    });
  });
}
