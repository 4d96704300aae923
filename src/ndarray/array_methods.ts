/**
 * The methods of an array for indexing and movement that are written over arrays themselves: each calls the free function of
 * its name. This file gives them to the class when `mod.ts` is loaded.
 *
 * @module
 */
import { applyElementwise, type MovingMethods, NDArray } from "./array.ts";
import { diagonal, trace } from "./creation/triangles.ts";
import { around } from "./elementwise/derived.ts";
import * as choosing from "./indexing/choosing.ts";
import * as indexing from "./indexing/indexing.ts";
import { repeat } from "./movement/rearranging.ts";

const METHODS:
  & {
    [Name in keyof MovingMethods]: (this: NDArray, ...args: Parameters<MovingMethods[Name]>) => unknown;
  }
  & { readonly round: (this: NDArray, ...args: Parameters<NDArray["round"]>) => NDArray } = {
    round(decimals = 0, options = {}) {
      const [count, rest] = typeof decimals === "number"
        ? [decimals, options]
        : [decimals.decimals ?? 0, decimals];
      return count === 0 ? applyElementwise("round", [this], rest) : around(this, count, { out: rest.out });
    },
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
    compress(condition, axis, options) {
      return choosing.compress(condition, this, axis, options);
    },
    choose(choices, options) {
      return choosing.choose(this, choices, options);
    },
    nonzero() {
      return choosing.nonzero(this);
    },
    repeat(repeats, axis) {
      return repeat(this, repeats, axis);
    },
    diagonal(offset, axes) {
      return diagonal(this, offset, axes);
    },
    trace(offset, axes, options) {
      return trace(this, offset, axes, options);
    },
  };

for (const [name, value] of Object.entries(METHODS)) {
  Object.defineProperty(NDArray.prototype, name, { value });
}
