/**
 * The methods of an array for indexing and movement that are written over arrays themselves: each calls the free function of
 * its name. This file gives them to the class when `mod.ts` is loaded.
 *
 * @module
 */
import { NdpipeError } from "../errors.ts";
import { applyElementwise, type Index, type MovingMethods, NDArray } from "./array.ts";
import { diagonal, trace } from "./creation/triangles.ts";
import { around, type RoundOptions } from "./elementwise/derived.ts";
import { optionsOf } from "./storage/arguments.ts";
import { textOf } from "./storage/option_kinds.ts";
import * as choosing from "./indexing/choosing.ts";
import * as indexing from "./indexing/indexing.ts";
import { repeat } from "./movement/rearranging.ts";

/** An index, of which null alone is a new axis. Refused: ARR002 for what is none. */
function known(method: "get" | "set", index: Index | null): Index {
  if (index === null) return [null];
  const isListed = Array.isArray(index) || ArrayBuffer.isView(index) || index instanceof NDArray;
  // a bigint is refused where text is read, with what to write instead
  if (isListed || ["number", "string", "boolean", "bigint"].includes(typeof index)) return index as Index;
  throw new NdpipeError("ARR002", `${method} takes no ${textOf(index)} as an index`, {
    help: `an integer, text as "1:3, ...", an array, a mask, or a list of these`,
  });
}

/** indices of several axes are one list: those behind the first would be passed over */
function refuseIndices(method: "get" | "set", first: unknown, others: readonly unknown[]): never {
  const count = others.length + 1, value = method === "set" ? ", and the value behind it" : "";
  throw new NdpipeError("ARR002", `${method} is given ${count} arguments, the first ${textOf(first)}`, {
    help: `indices of several axes stand in one list, as ${method}([i, j])${value}`,
  });
}

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
    get(index, ...stray: readonly unknown[]) {
      if (stray.length > 0) refuseIndices("get", index, stray);
      return indexing.getItem(this, known("get", index));
    },
    set(index, value, ...stray: readonly unknown[]) {
      if (stray.length > 0) refuseIndices("set", index, [value, ...stray]);
      indexing.setItem(this, known("set", index), value);
      return this;
    },
    take(indices, ...args) {
      return indexing.take(this, indices, ...args);
    },
    put(indices, values, ...args) {
      indexing.put(this, indices, values, ...args);
      return this;
    },
    compress(condition, ...args) {
      return choosing.compress(condition, this, ...args);
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
