/**
 * Arrays as sets.
 *
 * @module
 */
import { promoteTypes } from "../../dtype/mod.ts";
import { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { fromPositions } from "../indexing/operands.ts";
import { axisOf, elementsAs, over, withArrays } from "../storage/rows.ts";
import { distinctOf, groupsOfElements, joinedSets, type UniqueParts, uniqueParts } from "./distinct.ts";
import { lexsortElements } from "./ordering.ts";
import { membersOf } from "./membership.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { refuseOtherWord } from "../storage/option_kinds.ts";
import { searchsorted } from "./sort.ts";
import type { Strided } from "../storage/strided.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

export type { UniqueParts };

/** Options of `unique`. */
export interface UniqueOptions {
  /** parts along this axis are compared as wholes; without it, the elements of the flat array */
  readonly axis?: number | null;
  /** whether NaNs are one value; default true, of `uniqueAll` false */
  readonly equalNan?: boolean;
}

/** Options of `unique`. */
export interface UniqueValuesOptions extends UniqueOptions {
  /** NumPy's leave to give the values in any order, where it is false; they ascend in any case */
  readonly sorted?: boolean | undefined;
}

/**
 * The different values, ascending. Refused: SHP004, MEM005.
 *
 * @example
 * ```ts
 * import { array, unique, uniqueAll } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([3, 1, 3]);
 * deepStrictEqual(unique(a).toList(), [1, 3]);
 * deepStrictEqual(uniqueAll(a).counts.toList(), [1, 2]);
 * ```
 */
export function unique(a: ArrayLike, ...args: Positional<UniqueValuesOptions>): NDArray {
  const options = optionsOf<UniqueValuesOptions>("unique", args);
  return over(a, (array) => {
    const { axis = null, equalNan = true } = options;
    if (axis !== null && array.ndim !== 1) {
      const { values, indices, inverseIndices, counts } = uniqueAll(array, { axis });
      for (const part of [indices, inverseIndices, counts]) part.dispose();
      return values;
    }
    if (axis !== null) axisOf(array, axis);
    return new NDArray(distinctOf(array, { equalNan }).values);
  });
}

/**
 * The different values, ascending, where they are, and how often. As the array API has it, every NaN is a value of its
 * own; with `equalNan` they are one, as for NumPy's `unique` with all its results. Refused: SHP004, MEM005.
 *
 * @example
 * ```ts
 * import { uniqueAll } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { values, indices, inverseIndices, counts } = uniqueAll([3, 1, 3]);
 * deepStrictEqual(values.toList(), [1, 3]);
 * deepStrictEqual(indices.toList(), [1, 0]);
 * deepStrictEqual(inverseIndices.toList(), [1, 0, 1]);
 * deepStrictEqual(counts.toList(), [1, 2]);
 * ```
 */
export function uniqueAll(a: ArrayLike, ...args: Positional<UniqueOptions>): UniqueParts {
  const { axis = null, equalNan = false } = optionsOf<UniqueOptions>("uniqueAll", args);
  return over(a, (array) => {
    const along = axis === null ? null : axisOf(array, axis);
    // parts of an array of one axis are its elements
    if (along !== null && array.ndim > 1) return uniqueSlices(array, along);
    return groupsOfElements(array, equalNan);
  });
}

interface Groups {
  /** the first position of each group */
  readonly first: number[];
  /** the group of each position */
  readonly inverse: Int32Array;
  readonly counts: number[];
}

/** groups of positions that follow each other in the order and are the same */
function groupsOf(order: Uint32Array, isSame: (i: number, j: number) => boolean): Groups {
  const first: number[] = [], counts: number[] = [], inverse = new Int32Array(order.length);
  order.forEach((position, i) => {
    if (i === 0 || !isSame(order[i - 1]!, position)) {
      first.push(position);
      counts.push(0);
    }
    counts[counts.length - 1]!++;
    inverse[position] = first.length - 1;
  });
  return { first, inverse, counts };
}

function uniqueSlices(a: NDArray, axis: number): UniqueParts {
  const size = a.shape[axis]!, front = a.moveaxis(axis, 0), { dtype } = a;
  const elements = elementsAs(front, dtype), width = size === 0 ? 0 : elements.length / size;
  front.dispose();
  // the first column counts most
  const columns = Array.from({ length: width }, (_, column) => {
    const values = elements.slice(0, size);
    for (let row = 0; row < size; row++) values[row] = elements[row * width + width - 1 - column]!;
    return { elements: values, dtype };
  });
  const order = width === 0 ? Uint32Array.from({ length: size }, (_, i) => i) : lexsortElements(columns);
  const isSame = (i: number, j: number): boolean => {
    for (let column = 0; column < width; column++) {
      if (elements[i * width + column] !== elements[j * width + column]) return false;
    }
    return true;
  };
  const { first, inverse, counts } = groupsOf(order, isSame);
  return uniqueParts([
    a.take(first, axis),
    fromPositions(first, [first.length]),
    fromPositions(inverse, [size]),
    fromPositions(counts, [first.length]),
  ]);
}

/** What `uniqueCounts` gives; it unpacks in this order. */
export type UniqueCounts = NamedTuple<
  { readonly values: NDArray; readonly counts: NDArray },
  ["values", "counts"]
>;

/** What `uniqueInverse` gives; it unpacks in this order. */
export type UniqueInverse = NamedTuple<
  { readonly values: NDArray; readonly inverseIndices: NDArray },
  ["values", "inverseIndices"]
>;

/**
 * The different values, ascending, and how often they occur. Refused: MEM005.
 *
 * @example
 * ```ts
 * import { uniqueCounts } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [values, counts] = uniqueCounts([3, 1, 3]);
 * deepStrictEqual(values.toList(), [1, 3]);
 * deepStrictEqual(counts.toList(), [1, 2]);
 * ```
 */
export function uniqueCounts(a: ArrayLike): UniqueCounts {
  return over(a, (array) => {
    const { values, counts } = distinctOf(array, { equalNan: false, isCounted: true });
    return unpacked({ values: new NDArray(values), counts: new NDArray(counts!) }, "values", "counts");
  });
}

/**
 * The different values, ascending, and the position among them of each element. Refused: MEM005.
 *
 * @example
 * ```ts
 * import { uniqueInverse } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { values, inverseIndices } = uniqueInverse([3, 1, 3]);
 * deepStrictEqual(values.toList(), [1, 3]);
 * deepStrictEqual(inverseIndices.toList(), [1, 0, 1]);
 * ```
 */
export function uniqueInverse(a: ArrayLike): UniqueInverse {
  return over(a, (array) => {
    const { values, counts, indices, inverseIndices } = uniqueAll(array, { equalNan: false });
    for (const part of [indices, counts]) part.dispose();
    return unpacked({ values, inverseIndices }, "values", "inverseIndices");
  });
}

/**
 * The different values, ascending; every NaN is a value of its own. Refused: MEM005.
 *
 * @example
 * ```ts
 * import { uniqueValues } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(uniqueValues([3, 1, 3]).toList(), [1, 3]);
 * ```
 */
export function uniqueValues(a: ArrayLike): NDArray {
  return over(a, (array) => unique(array, { equalNan: false }));
}

/** Options of functions of two sets. */
export interface SetOptions {
  /** that neither array has a value twice; makes a difference to the order of `setdiff1d` alone; default false */
  readonly assumeUnique?: boolean | undefined;
}

/** Options of `isin`. */
export interface IsinOptions extends SetOptions {
  /** whether an element is not among the others; default false */
  readonly invert?: boolean | undefined;
  /** NumPy's name of a way to search; makes no difference */
  readonly kind?: "sort" | "table" | null | undefined;
}

/** What `intersect1d` gives with `returnIndices`. */
export type Intersection = NamedTuple<
  { readonly values: NDArray; readonly indicesOfFirst: NDArray; readonly indicesOfSecond: NDArray },
  ["values", "indicesOfFirst", "indicesOfSecond"]
>;

/** Two arrays joined as sets of one dtype: what is in the first alone, in the second alone, in both. */
function withSets(a: ArrayLike, b: ArrayLike, chosen: readonly ("first" | "second" | "both")[]): NDArray {
  return withArrays([a, b], (first, second) => {
    const dtype = promoteTypes(first!.dtype, second!.dtype);
    const sets: Strided[] = [];
    try {
      for (const array of [first!, second!]) sets.push(distinctOf(array, { dtype, equalNan: true }).values);
      return new NDArray(joinedSets(sets[0]!, sets[1]!, chosen));
    } finally {
      for (const { storage } of sets) storage.freeUnheld();
    }
  });
}

/**
 * The values in both arrays, ascending. Refused: MEM005.
 * By position, as in NumPy: `assumeUnique`, `returnIndices`; then options.
 *
 * @example
 * ```ts
 * import { intersect1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(intersect1d([1, 2, 3], [3, 1, 5]).toList(), [1, 3]);
 * ```
 */
export function intersect1d(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<SetOptions & { readonly returnIndices?: false | undefined }, ["assumeUnique"]>
): NDArray;
/** with `returnIndices`: also where the values are first met in each of the flat arrays */
export function intersect1d(
  a: ArrayLike,
  b: ArrayLike,
  options: SetOptions & { readonly returnIndices: true },
): Intersection;
/** by position, as NumPy's assume_unique and return_indices */
export function intersect1d(
  a: ArrayLike,
  b: ArrayLike,
  assumeUnique: boolean,
  returnIndices: true,
): Intersection;
export function intersect1d(a: ArrayLike, b: ArrayLike, ...args: readonly unknown[]): NDArray | Intersection {
  const { returnIndices = false } = optionsOf<SetOptions & { readonly returnIndices?: boolean }>(
    "intersect1d",
    args,
    ["assumeUnique", "returnIndices"],
  );
  if (!returnIndices) return withSets(a, b, ["both"]);
  return withArrays([a, b], (first, second) => {
    const values = withSets(first!, second!, ["both"]);
    const [indicesOfFirst, indicesOfSecond] = [first!, second!].map((array) => {
      const found = uniqueAll(array, { equalNan: true });
      return found.indices.take(searchsorted(found.values, values));
    });
    const parts = { values, indicesOfFirst: indicesOfFirst!, indicesOfSecond: indicesOfSecond! };
    return unpacked(parts, "values", "indicesOfFirst", "indicesOfSecond");
  });
}

/**
 * The values in either array, ascending; NaN once. Refused: MEM005.
 *
 * @example
 * ```ts
 * import { union1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(union1d([3, 1], [2, 3]).toList(), [1, 2, 3]);
 * ```
 */
export function union1d(a: ArrayLike, b: ArrayLike): NDArray {
  return withSets(a, b, ["first", "second", "both"]);
}

/**
 * The values in the first array and not in the second, in the first one's dtype: ascending, or with `assumeUnique` in the
 * order in which they are there. Refused: MEM005.
 * By position, as in NumPy: `assumeUnique`; then options.
 *
 * @example
 * ```ts
 * import { setdiff1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(setdiff1d([3, 2, 1], [2]).toList(), [1, 3]);
 * ```
 */
export function setdiff1d(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<SetOptions, ["assumeUnique"]>
): NDArray {
  const { assumeUnique = false } = optionsOf<SetOptions>("setdiff1d", args, ["assumeUnique"]);
  return withArrays([a, b], (first, second) => {
    if (assumeUnique) return first!.ravel().mask(isin(first!.ravel(), second!, { invert: true }));
    if (first!.dtype === second!.dtype) return withSets(first!, second!, ["first"]);
    const values = unique(first!);
    return values.mask(isin(values, second!, { invert: true }));
  });
}

/**
 * The values in one of the arrays and not in the other, ascending. Refused: MEM005.
 * By position, as in NumPy: `assumeUnique`; then options.
 *
 * @example
 * ```ts
 * import { setxor1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(setxor1d([1, 2], [2, 3]).toList(), [1, 3]);
 * ```
 */
export function setxor1d(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<SetOptions, ["assumeUnique"]>
): NDArray {
  optionsOf<SetOptions>("setxor1d", args, ["assumeUnique"]);
  return withSets(a, b, ["first", "second"]);
}

/**
 * Whether each element is among the others; in the shape of the elements. NaN is among none. Refused: MEM005.
 * By position, as in NumPy: `assumeUnique`, `invert`; then options.
 *
 * @example
 * ```ts
 * import { array, isin } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(isin(array([1, 2, 3]), [3, 1]).toList(), [true, false, true]);
 * ```
 */
export function isin(
  elements: ArrayLike,
  others: ArrayLike,
  ...args: Positional<IsinOptions, ["assumeUnique", "invert"]>
): NDArray {
  const { invert = false, kind } = optionsOf<IsinOptions>("isin", args, ["assumeUnique", "invert"]);
  if (kind !== undefined) refuseOtherWord("isin", ["kind", kind], ["sort", "table"]);
  return withArrays([elements, others], (first, second) => {
    return new NDArray(membersOf(first!, second!, invert));
  });
}
