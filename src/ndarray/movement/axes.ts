/**
 * Shapes and axes as free functions: NumPy's methods of movement, and what it has beside them. All are views where strides
 * can say it.
 *
 * @module
 */
import { ShapeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike } from "../creation/creation.ts";
import { resolvedAxis } from "../elementwise/operations.ts";
import { viewed } from "../indexing/operands.ts";
import { integerOf } from "../storage/integer_lists.ts";
import { over } from "../storage/rows.ts";
import * as movement from "./movement.ts";
import type { Order, ReshapeOptions } from "./ordered_reshape.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";

/**
 * The same elements under another shape, in row-major order unless `order` says otherwise; one size may be -1. A
 * view where strides can say it, else a copy. Refused: SHP006, ARR002.
 * By position, as in NumPy: `order`; then options.
 *
 * @example
 * ```ts
 * import { reshape } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(reshape([1, 2, 3, 4], [2, -1]).toList(), [[1, 2], [3, 4]]);
 * deepStrictEqual(reshape([1, 2, 3, 4], [2, 2], { order: "F" }).toList(), [[1, 3], [2, 4]]);
 * ```
 */
export function reshape(
  a: ArrayLike,
  shape: number | readonly number[],
  ...args: Positional<ReshapeOptions, ["order"]>
): NDArray {
  const options = optionsOf<ReshapeOptions>("reshape", args, ["order"]);
  return over(a, (array) => array.reshape(shape, options));
}

/**
 * One axis, elements in an order: a view where they are neighbours in it, else a copy.
 * By position, as in NumPy: `order`; then options.
 *
 * @example
 * ```ts
 * import { ravel } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(ravel([[1, 2], [3, 4]]).toList(), [1, 2, 3, 4]);
 * deepStrictEqual(ravel([[1, 2], [3, 4]], { order: "F" }).toList(), [1, 3, 2, 4]);
 * ```
 */
export function ravel(
  a: ArrayLike,
  ...args: Positional<{ readonly order?: Order | Lowercase<Order> }, ["order"]>
): NDArray {
  const options = optionsOf<{ readonly order?: Order | Lowercase<Order> }>("ravel", args, ["order"]);
  return over(a, (array) => array.ravel(options));
}

/**
 * One axis, elements in an order: always a copy.
 * By position, as in NumPy: `order`; then options.
 *
 * @example
 * ```ts
 * import { flatten } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(flatten([[1, 2], [3, 4]]).toList(), [1, 2, 3, 4]);
 * ```
 */
export function flatten(
  a: ArrayLike,
  ...args: Positional<{ readonly order?: Order | Lowercase<Order> }, ["order"]>
): NDArray {
  const options = optionsOf<{ readonly order?: Order | Lowercase<Order> }>("flatten", args, ["order"]);
  return over(a, (array) => array.flatten(options));
}

/**
 * The axes in another order, reversed without one: a view. Refused: SHP004 for axes that are no permutation.
 *
 * @example
 * ```ts
 * import { transpose, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(transpose([[1, 2], [3, 4]]).toList(), [[1, 3], [2, 4]]);
 * deepStrictEqual(transpose(zeros([2, 3, 4]), [1, 0, 2]).shape, [3, 2, 4]);
 * ```
 */
export function transpose(a: ArrayLike, axes?: Named<"axes", readonly number[] | null> | null): NDArray {
  return over(a, (array) => array.transpose(axes));
}

/**
 * The axes in another order, all of them named, or reversed without a list: a view. Refused: SHP004 for axes that are no
 * permutation.
 *
 * @example
 * ```ts
 * import { permuteDims, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(permuteDims(zeros([2, 3, 4]), [2, 0, 1]).shape, [4, 2, 3]);
 * ```
 */
export function permuteDims(a: ArrayLike, axes?: Named<"axes", readonly number[] | null> | null): NDArray {
  return over(a, (array) => array.transpose(axes));
}

/**
 * The last two axes exchanged: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { matrixTranspose, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(matrixTranspose(zeros([5, 2, 3])).shape, [5, 3, 2]);
 * ```
 */
export function matrixTranspose(a: ArrayLike): NDArray {
  return over(a, (array) => array.swapaxes(-1, -2));
}

/**
 * Two axes exchanged: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { swapaxes, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(swapaxes(zeros([2, 3, 4]), 0, -1).shape, [4, 3, 2]);
 * ```
 */
export function swapaxes(a: ArrayLike, first: number, second: number): NDArray {
  return over(a, (array) => array.swapaxes(first, second));
}

/**
 * Axes moved to other places, the others in their order: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { moveaxis, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(moveaxis(zeros([2, 3, 4]), 0, -1).shape, [3, 4, 2]);
 * ```
 */
export function moveaxis(
  a: ArrayLike,
  from: number | readonly number[],
  to: number | readonly number[],
): NDArray {
  return over(a, (array) => array.moveaxis(from, to));
}

/**
 * Without axes of size 1, all of them or those named: a view. Refused: SHP004 for an axis of another size.
 *
 * @example
 * ```ts
 * import { squeeze, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(squeeze(zeros([1, 3, 1])).shape, [3]);
 * deepStrictEqual(squeeze(zeros([1, 3, 1]), 0).shape, [3, 1]);
 * ```
 */
export function squeeze(
  a: ArrayLike,
  axis: Named<"axis", number | readonly number[] | null> = null,
): NDArray {
  return over(a, (array) => array.squeeze(axis));
}

/**
 * New axes of size 1 at the places that they have in the result: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { expandDims } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(expandDims([1, 2, 3], 0).shape, [1, 3]);
 * deepStrictEqual(expandDims([1, 2, 3], [0, -1]).shape, [1, 3, 1]);
 * ```
 */
export function expandDims(a: ArrayLike, axis: Named<"axis", number | readonly number[]>): NDArray {
  return over(a, (array) => array.expandDims(axis));
}

/**
 * The array repeated to a shape, without a copy: a read-only view with strides of 0. Refused: SHP001.
 *
 * @example
 * ```ts
 * import { broadcastTo } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(broadcastTo([1, 2], [2, 2]).toList(), [[1, 2], [1, 2]]);
 * ```
 */
export function broadcastTo(a: ArrayLike, shape: number | readonly number[]): NDArray {
  return over(a, (array) => array.broadcastTo(shape));
}

/**
 * The elements in reverse order along axes (null: all): a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { flip } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(flip([[1, 2], [3, 4]]).toList(), [[4, 3], [2, 1]]);
 * deepStrictEqual(flip([[1, 2], [3, 4]], 1).toList(), [[2, 1], [4, 3]]);
 * ```
 */
export function flip(a: ArrayLike, axis: Named<"axis", number | readonly number[] | null> = null): NDArray {
  return over(a, (array) => array.flip(axis));
}

/**
 * Columns in reverse order: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { fliplr } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fliplr([[1, 2], [3, 4]]).toList(), [[2, 1], [4, 3]]);
 * ```
 */
export function fliplr(a: ArrayLike): NDArray {
  return over(a, (array) => array.flip(1));
}

/**
 * Rows in reverse order: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { flipud } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(flipud([[1, 2], [3, 4]]).toList(), [[3, 4], [1, 2]]);
 * ```
 */
export function flipud(a: ArrayLike): NDArray {
  return over(a, (array) => array.flip(0));
}

/**
 * An axis moved before the one at `start`: a view. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { rollaxis, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(rollaxis(zeros([2, 3, 4]), 2).shape, [4, 2, 3]);
 * ```
 */
export function rollaxis(a: ArrayLike, axis: number, before: Named<"start", number> = 0): NDArray {
  const start = argumentOf("rollaxis", "start", before) ?? 0;
  return over(a, (array) => {
    const rank = array.ndim, from = resolvedAxis(array.view, axis, "rollaxis");
    const given = integerOf("rollaxis", "start", start), place = given < 0 ? given + rank : given;
    if (place < 0 || place > rank) {
      throw new ShapeError("SHP004", `rollaxis takes a start from ${-rank} to ${rank}, not ${given}`);
    }
    const order = [...Array(rank).keys()].filter((other) => other !== from);
    order.splice(from < place ? place - 1 : place, 0, from);
    return viewed(array, movement.transpose(array.view, order));
  });
}
