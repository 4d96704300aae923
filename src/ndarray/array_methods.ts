/**
 * The methods of an array for indexing and movement that are written over arrays themselves: each calls the free function of
 * its name. This file gives them to the class when `mod.ts` is loaded.
 *
 * @module
 */
import { applyElementwise, type MovingMethods, NDArray } from "./array.ts";
import { diagonal, trace } from "./creation/triangles.ts";
import { around, type RoundOptions } from "./elementwise/derived.ts";
import { optionsOf } from "./storage/arguments.ts";
import * as choosing from "./indexing/choosing.ts";
import * as indexing from "./indexing/indexing.ts";
import { repeat } from "./movement/rearranging.ts";

/** a function whose axes stand in a list or one after the other: the overloads that callers see are the class's */
type OfPlaces = (a: NDArray, ...args: readonly unknown[]) => NDArray;

const METHODS:
  & {
    [Name in keyof MovingMethods]: (this: NDArray, ...args: Parameters<MovingMethods[Name]>) => unknown;
  }
  & { readonly round: (this: NDArray, ...args: Parameters<NDArray["round"]>) => NDArray } = {
    round(...args) {
      const { decimals = 0, ...rest } = optionsOf<RoundOptions>("NDArray.round", args, ["decimals", "out"]);
      return decimals === 0 ? applyElementwise("round", [this], rest) : around(this, decimals, rest);
    },
    get(index) {
      return indexing.getItem(this, index);
    },
    set(index, value) {
      indexing.setItem(this, index, value);
      return this;
    },
    take(indices, ...args) {
      return indexing.take(this, indices, ...args);
    },
    put(indices, values, ...args) {
      indexing.put(this, indices, values, ...args);
      return this;
    },
    compress(condition, axis, ...args) {
      return choosing.compress(condition, this, axis, ...args);
    },
    choose(choices, ...args) {
      return choosing.choose(this, choices, ...args);
    },
    nonzero() {
      return choosing.nonzero(this);
    },
    repeat(repeats, axis) {
      return repeat(this, repeats, axis);
    },
    diagonal(...args: readonly unknown[]) {
      return (diagonal as OfPlaces)(this, ...args);
    },
    trace(...args: readonly unknown[]) {
      return (trace as OfPlaces)(this, ...args);
    },
  };

for (const [name, value] of Object.entries(METHODS)) {
  Object.defineProperty(NDArray.prototype, name, { value });
}
