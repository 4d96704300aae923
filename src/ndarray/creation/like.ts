/**
 * Arrays made like others: of their shape, dtype and layout unless told otherwise.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray, type Values } from "../array.ts";
import { knownDType } from "../dtypes/casting.ts";
import { fill } from "../evaluate/evaluate.ts";
import { layoutLike, type Order } from "../movement/ordered_reshape.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { sizesOf } from "../storage/integer_lists.ts";
import { sortedStrides } from "../storage/layout.ts";
import { allocate, describe, type Strided } from "../storage/strided.ts";
import { elementOf, scalarOf } from "../storage/values.ts";
import { array, type ArrayLike, type DTypeOption, filledFrom } from "./creation.ts";
import { newView } from "./new_view.ts";
import { called } from "../storage/called.ts";

/** Of what a new array is like another. */
export interface LikeOptions extends DTypeOption {
  /** default that of the other; one of as many axes keeps their order in memory */
  readonly shape?: number | readonly number[] | undefined;
  /** as the other lies ("K", default), rows first ("C"), columns first ("F"), or columns first where it has them so ("A") */
  readonly order?: Order | Lowercase<Order> | undefined;
}

/** A view of the shape of another array or one of its own, its axes in memory in the same order where there are as many. */
function viewLike(
  operation: string,
  { view }: NDArray,
  { dtype = view.dtype, shape, order = "K" }: LikeOptions,
): Strided {
  const sizes = shape === undefined ? view.shape : sizesOf(operation, shape);
  const like = layoutLike(view, order);
  if (like !== "K") return newView(operation, sizes, dtype, like);
  if (sizes.length !== view.shape.length) return newView(operation, sizes, dtype);
  const strides = sortedStrides(sizes, view.strides, DTYPE[knownDType(dtype)].itemsize);
  const sentence = `${operation} gives ${describe({ dtype, shape: sizes })}`;
  return allocate(dtype, sizes, { strides, demand: { sentence, operands: [describe(view)] } });
}

/**
 * As `empty`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { emptyLike, zeros } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(emptyLike(zeros([2, 3], { dtype: "i16" })).dtype, "i16");
 * ```
 */
export function emptyLike(other: ArrayLike, ...args: Positional<LikeOptions, ["dtype"]>): NDArray {
  const options = optionsOf<LikeOptions>("emptyLike", args, ["dtype"]);
  return likeOf(other, (array) => {
    const view = viewLike("emptyLike", array, options);
    if (view.dtype === "bool") fill(view, 0);
    return new NDArray(view);
  });
}
/**
 * As `zeros`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array, zerosLike } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(zerosLike(array([[1, 2], [3, 4]])).toList(), [[0, 0], [0, 0]]);
 * ```
 */
export function zerosLike(other: ArrayLike, ...args: Positional<LikeOptions, ["dtype"]>): NDArray {
  const options = optionsOf<LikeOptions>("zerosLike", args, ["dtype"]);
  return called("zerosLike", () => fullLike(other, 0, options));
}
/**
 * As `ones`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array, onesLike } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(onesLike(array([1, 2, 3]), { dtype: "f32" }).dtype, "f32");
 * ```
 */
export function onesLike(other: ArrayLike, ...args: Positional<LikeOptions, ["dtype"]>): NDArray {
  const options = optionsOf<LikeOptions>("onesLike", args, ["dtype"]);
  return called("onesLike", () => fullLike(other, 1, options));
}
/**
 * As `full`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array, fullLike } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fullLike(array([1, 2, 3]), 9).toList(), [9, 9, 9]);
 * ```
 */
export function fullLike(
  other: ArrayLike,
  value: ScalarValue | ArrayLike,
  ...args: Positional<LikeOptions, ["dtype"]>
): NDArray {
  const options = optionsOf<LikeOptions>("fullLike", args, ["dtype"]);
  return likeOf(other, (array) => {
    if (typeof value === "object") {
      return filledFrom(new NDArray(viewLike("fullLike", array, options)), value as Values);
    }
    const element = elementOf(scalarOf("fullLike", value), knownDType(options.dtype ?? array.dtype));
    const view = viewLike("fullLike", array, options);
    fill(view, element);
    return new NDArray(view);
  });
}

/** runs with the array, or with one of the lists for as long as it takes */
function likeOf(other: ArrayLike, run: (array: NDArray) => NDArray): NDArray {
  if (other instanceof NDArray) return run(other);
  using made = array(other);
  return run(made);
}
