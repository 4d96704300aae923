/**
 * Reductions as free functions: each is the method of its name, and takes lists as well as arrays. The axes stand as
 * the second argument or among the options.
 *
 * @module
 */
import type {
  ArgArguments,
  ChosenArguments,
  ExtremumArguments,
  KeepArguments,
  MeanArguments,
  NDArray,
  SpreadArguments,
  SumArguments,
} from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { scope } from "../storage/lifetime.ts";
import { given } from "../storage/rows.ts";

/**
 * The sum; f32 accumulates in f64, integers and bool in 64 bits. Refused: SHP001, SHP004, DTY001.
 *
 * @example
 * ```ts
 * import { sum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(sum([[1, 2], [3, 4]], 0).toList(), [4, 6]);
 * deepStrictEqual(sum([[1, 2], [3, 4]], { axis: 1, keepdims: true }).toList(), [[3], [7]]);
 * ```
 */
export function sum(a: ArrayLike, ...args: SumArguments): NDArray {
  return scope(() => given(a).sum(...args));
}

/**
 * The product; f32 accumulates in f64, integers and bool in 64 bits. Refused: SHP001, SHP004, DTY001.
 *
 * @example
 * ```ts
 * import { prod } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(prod([[1, 2], [3, 4]]).item(), 24);
 * deepStrictEqual(prod([[1, 2], [3, 4]], 0).toList(), [3, 8]);
 * ```
 */
export function prod(a: ArrayLike, ...args: SumArguments): NDArray {
  return scope(() => given(a).prod(...args));
}

/**
 * The smallest element; NaN where there is one. Refused: ARR003 of none without an initial, SHP004.
 *
 * @example
 * ```ts
 * import { min } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(min([[3, 1], [2, 4]], 1).toList(), [1, 2]);
 * ```
 */
export function min(a: ArrayLike, ...args: ExtremumArguments): NDArray {
  return scope(() => given(a).min(...args));
}

/**
 * The largest element; NaN where there is one. Refused: ARR003 of none without an initial, SHP004.
 *
 * @example
 * ```ts
 * import { max } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(max([[3, 1], [2, 4]]).item(), 4);
 * deepStrictEqual(max([[3, 1], [2, 4]], { axis: 0, keepdims: true }).toList(), [[3, 4]]);
 * ```
 */
export function max(a: ArrayLike, ...args: ExtremumArguments): NDArray {
  return scope(() => given(a).max(...args));
}

/**
 * Whether any element is not zero. Refused: SHP001, SHP004.
 *
 * @example
 * ```ts
 * import { any } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(any([[0, 1], [0, 0]], 1).toList(), [true, false]);
 * ```
 */
export function any(a: ArrayLike, ...args: ChosenArguments): NDArray {
  return scope(() => given(a).any(...args));
}

/**
 * Whether no element is zero. Refused: SHP001, SHP004.
 *
 * @example
 * ```ts
 * import { all } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(all([[1, 1], [0, 1]], 0).toList(), [false, true]);
 * ```
 */
export function all(a: ArrayLike, ...args: ChosenArguments): NDArray {
  return scope(() => given(a).all(...args));
}

/**
 * The mean, accumulated in f64; of integers f64. Refused: SHP001, SHP004.
 *
 * @example
 * ```ts
 * import { mean } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(mean([[1, 2], [3, 4]]).item(), 2.5);
 * deepStrictEqual(mean([[1, 2], [3, 4]], 0).toList(), [2, 3]);
 * ```
 */
export function mean(a: ArrayLike, ...args: MeanArguments): NDArray {
  return scope(() => given(a).mean(...args));
}

/**
 * The variance: the mean of the squared distances from the mean. Refused: SHP001, SHP004.
 *
 * @example
 * ```ts
 * import { var as variance } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(variance([1, 2, 3, 4]).item(), 1.25);
 * strictEqual(variance([1, 2, 3, 4], { correction: 1 }).item(), 5 / 3);
 * ```
 */
function variance(a: ArrayLike, ...args: SpreadArguments): NDArray {
  return scope(() => given(a).var(...args));
}
// `var` is a word of the language
export { variance as var };

/**
 * The standard deviation. Refused: SHP001, SHP004.
 *
 * @example
 * ```ts
 * import { std } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(std([1, 3]).item(), 1);
 * ```
 */
export function std(a: ArrayLike, ...args: SpreadArguments): NDArray {
  return scope(() => given(a).std(...args));
}

/**
 * How many elements are not zero. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { countNonzero } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(countNonzero([[0, 1], [2, 3]], 0).toList(), [1, 2]);
 * ```
 */
export function countNonzero(a: ArrayLike, ...args: KeepArguments): NDArray {
  return scope(() => given(a).countNonzero(...args));
}

/**
 * The position of the smallest element, the first of equals; of all in the flat array. Refused: ARR003, SHP004.
 *
 * @example
 * ```ts
 * import { argmin } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(argmin([[3, 1], [2, 4]], 1).toList(), [1, 0]);
 * ```
 */
export function argmin(a: ArrayLike, ...args: ArgArguments): NDArray {
  return scope(() => given(a).argmin(...args));
}

/**
 * The position of the largest element, the first of equals; of all in the flat array. Refused: ARR003, SHP004.
 *
 * @example
 * ```ts
 * import { argmax } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(argmax([[3, 1], [2, 4]]).item(), 3);
 * ```
 */
export function argmax(a: ArrayLike, ...args: ArgArguments): NDArray {
  return scope(() => given(a).argmax(...args));
}
