/**
 * The methods of an array for indexing and movement that are written over arrays themselves: each calls the free function of
 * its name. This file gives them to the class when `mod.ts` is loaded.
 *
 * @module
 */
import { type Index } from "./advanced_index.ts";
import { NDArray } from "./array.ts";
import type { IndexMode, Indices } from "./index_array.ts";
import * as indexing from "./indexing.ts";
import type { ModeOption, Values } from "./indexing.ts";
import { flatten, type Order, ravel, repeat, reshape, type ReshapeOptions } from "./rearranging.ts";
import { diagonal, trace } from "./triangles.ts";

/** Methods of indexing and movement. */
export interface MovingMethods {
  /**
   * NumPy's `a[index]`: a view where the index is basic, a copy where it holds an array of integers or a mask.
   * Refused: SHP001, SHP009, SHP010, DTY001, ARR002.
   */
  get(index: Index): NDArray;
  /**
   * NumPy's `a[index] = value`, by any kind of index: broadcast to the part and cast to the dtype. Source and target may
   * overlap. Refused: ARR001, SHP001, SHP009, SHP010, SHP012, DTY001, DTY002.
   */
  set(index: Index, value: Values): this;
  /** Elements by index, along an axis or (null) of the flat array: a copy. Refused: SHP004, SHP010, DTY001. */
  take(indices: Indices, axis?: number | null, options?: ModeOption): NDArray;
  /** Values, repeated as needed, at positions of the flat array. Refused: ARR001, SHP010. */
  put(indices: Indices, values: Values, options?: { readonly mode?: IndexMode }): this;
  /** The slices for which a list of bools holds. Refused: SHP004, SHP010. */
  compress(condition: NDArray | readonly boolean[], axis?: number | null): NDArray;
  /** For each element, that of the choice which it names. Refused: SHP001, SHP010, DTY001. */
  choose(choices: readonly Values[], options?: ModeOption): NDArray;
  /** The indices of the elements that are not zero, one list an axis. Refused: ARR002 without axes. */
  nonzero(): NDArray[];
  /** The same elements under another shape; one size may be -1. A view where possible. Refused: SHP006. */
  reshape(shape: number | readonly number[], options?: ReshapeOptions): NDArray;
  /** One axis: a view where the elements are neighbours in the order, else a copy. */
  ravel(options?: { readonly order?: Order }): NDArray;
  /** One axis: always a copy. */
  flatten(options?: { readonly order?: Order }): NDArray;
  /** Each element so many times: a copy. Refused: SHP001, SHP004, ARR002. */
  repeat(repeats: Indices, axis?: number | null): NDArray;
  /** A diagonal of two axes, as the last axis: a read-only view. Refused: SHP004. */
  diagonal(offset?: number, axes?: readonly [number, number]): NDArray;
  /** The sum of a diagonal of two axes. Refused: SHP004. */
  trace(offset?: number, axes?: readonly [number, number]): NDArray;
}

const methods: {
  [Name in keyof MovingMethods]: (this: NDArray, ...args: Parameters<MovingMethods[Name]>) => unknown;
} = {
  get(index) {
    return indexing.getItem(this, index);
  },
  set(index, value) {
    indexing.setItem(this, index, value);
    return this;
  },
  take(indices, axis = null, options = {}) {
    return indexing.take(this, indices, { axis, ...options });
  },
  put(indices, values, options) {
    indexing.put(this, indices, values, options);
    return this;
  },
  compress(condition, axis) {
    return indexing.compress(condition, this, axis);
  },
  choose(choices, options) {
    return indexing.choose(this, choices, options);
  },
  nonzero() {
    return indexing.nonzero(this);
  },
  reshape(shape, options) {
    return reshape(this, shape, options);
  },
  ravel(options) {
    return ravel(this, options);
  },
  flatten(options) {
    return flatten(this, options);
  },
  repeat(repeats, axis) {
    return repeat(this, repeats, axis);
  },
  diagonal(offset, axes) {
    return diagonal(this, offset, axes);
  },
  trace(offset, axes) {
    return trace(this, offset, axes);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(NDArray.prototype, name, { value });
}
