/**
 * The methods of sorting and cumulating: each calls the function of its name, in place where NumPy's does. This file gives
 * them to the class when `mod.ts` is loaded.
 *
 * @module
 */
import { NDArray, type SortingMethods } from "./array.ts";
import { cumprod, cumsum } from "./reductions/cumulative.ts";
import { argpartition, argsort, partition, searchsorted, sort } from "./sorting/sort.ts";

function replace<T extends NDArray>(target: T, made: NDArray): T {
  using source = made;
  return target.set("...", source);
}

const METHODS: {
  [Name in keyof SortingMethods]: (this: NDArray, ...args: Parameters<SortingMethods[Name]>) => NDArray;
} = {
  sort(...args) {
    return replace(this, sort(this, ...args));
  },
  partition(kth, ...args) {
    return replace(this, partition(this, kth, ...args));
  },
  argsort(...args) {
    return argsort(this, ...args);
  },
  argpartition(kth, ...args) {
    return argpartition(this, kth, ...args);
  },
  searchsorted(values, ...args) {
    return searchsorted(this, values, ...args);
  },
  cumsum(...args) {
    return cumsum(this, ...args);
  },
  cumprod(...args) {
    return cumprod(this, ...args);
  },
};

for (const [name, value] of Object.entries(METHODS)) {
  Object.defineProperty(NDArray.prototype, name, { value });
}
