/**
 * The methods of sorting and cumulating: each calls the function of its name, in place where NumPy's does. This file gives
 * them to the class when `mod.ts` is loaded.
 *
 * @module
 */
import { type CumulativeOptions, NDArray, type SortingMethods } from "./array.ts";
import { cumprod, cumsum } from "./reductions/cumulative.ts";
import { argpartition, argsort, partition, searchsorted, sort } from "./sorting/sort.ts";

function replace<T extends NDArray>(target: T, made: NDArray): T {
  using source = made;
  return target.set("...", source);
}

function asOptions(axis: number | null | CumulativeOptions): CumulativeOptions {
  return axis === null || typeof axis === "number" ? { axis } : axis;
}

const METHODS: {
  [Name in keyof SortingMethods]: (this: NDArray, ...args: Parameters<SortingMethods[Name]>) => NDArray;
} = {
  sort(axis = -1) {
    return replace(this, sort(this, { axis }));
  },
  partition(kth, axis = -1) {
    return replace(this, partition(this, kth, { axis }));
  },
  argsort(axis = -1) {
    return argsort(this, { axis });
  },
  argpartition(kth, axis = -1) {
    return argpartition(this, kth, { axis });
  },
  searchsorted(values, options) {
    return searchsorted(this, values, options);
  },
  cumsum(axis = null) {
    return cumsum(this, asOptions(axis));
  },
  cumprod(axis = null) {
    return cumprod(this, asOptions(axis));
  },
};

for (const [name, value] of Object.entries(METHODS)) {
  Object.defineProperty(NDArray.prototype, name, { value });
}
