/**
 * Sorting and searching.
 *
 * Every sort here is stable and puts NaN last. NumPy's default sort leaves the order of equals open, and so does its
 * partition that of the parts: here the elements of a part stay in order.
 *
 * @module
 */
import { promoteTypes } from "../../dtype/mod.ts";
import { NDArray, type OrderOptions, type SortKind } from "../array.ts";
import { type ArrayLike, zeros } from "../creation/creation.ts";
import { readIndices } from "../indexing/index_array.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { refuseOtherWord } from "../storage/option_kinds.ts";
import { axisOf, over, refuseArgument, refuseAxes, withArrays } from "../storage/rows.ts";
import {
  arrayOfStored,
  arrayOfStoredLike,
  emptyRows,
  freeRows,
  rowsToChange,
  rowsToRead,
  type StoredRows,
} from "../storage/stored_rows.ts";
import type { Strided } from "../storage/strided.ts";
import { argsortRows, lexsortRows, MAX_PIVOTS, partitionRows, sortRows } from "./ordering.ts";
import { searchPlaces } from "./searching.ts";

/** Along which axis to sort; null sorts the flat array. */
export interface SortOptions {
  /** default -1 */
  readonly axis?: number | null | undefined;
}

/** Options of `partition` and `argpartition`. */
export interface PartitionOptions extends SortOptions {
  /** NumPy's name of the one way that it has */
  readonly kind?: "introselect" | undefined;
}

/** The options, of which a kind is looked at. Refused: ARR002. */
function partitionOptions(callee: string, args: readonly unknown[]): PartitionOptions {
  const options = optionsOf<PartitionOptions>(callee, args, BY_POSITION);
  if (options.kind === undefined || options.kind === "introselect") return options;
  return refuseArgument(`${callee} has the kind introselect, not ${String(options.kind)}`);
}

const KINDS: readonly SortKind[] = ["quicksort", "heapsort", "mergesort", "stable"];

const BY_POSITION = ["axis", "kind"] as const;

/** The options, of which a kind is looked at. Refused: ARR002. */
function orderOptions(callee: string, args: readonly unknown[]): OrderOptions {
  const options = optionsOf<OrderOptions>(callee, args, BY_POSITION);
  if (options.kind !== undefined) {
    refuseOtherWord(callee, ["kind", options.kind], KINDS);
    if (options.stable !== undefined) {
      refuseArgument(`${callee} takes a kind or stable, not both`, "leave the kind out");
    }
  }
  return options;
}

/** What runs on an array in reverse, whose result is then in reverse itself: the largest first, equals in their order. */
function reversed(
  [array, axis]: readonly [NDArray, number | null],
  run: (reverse: NDArray, along: number) => NDArray,
): NDArray {
  using source = axis === null ? array.ravel() : array.slice("...");
  const along = axis ?? 0;
  using backwards = source.flip(along);
  using made = run(backwards, along);
  using forwards = made.flip(along);
  return forwards.copy({ order: "K" });
}

/**
 * A sorted copy, the smallest first unless `descending`, along an axis (the last by default) or, with `axis: null`, of the flat array. Refused: SHP004, MEM005.
 * By position, as in NumPy: `axis`, `kind`; then options.
 *
 * @example
 * ```ts
 * import { array, sort } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(sort(array([[3, 1], [NaN, 0]])).toList(), [[1, 3], [0, NaN]]);
 * deepStrictEqual(sort(array([[3, 1], [2, 0]]), 0).toList(), [[2, 0], [3, 1]]);
 * deepStrictEqual(sort([1, 3, 2], { descending: true }).toList(), [3, 2, 1]);
 * ```
 */
export function sort(a: ArrayLike, ...args: Positional<OrderOptions, ["axis", "kind"]>): NDArray {
  const { axis = -1, descending = false } = orderOptions("sort", args);
  return over(a, (array) => {
    const along = alongWhich("sort", array, axis);
    if (descending) return reversed([array, along], (reverse, at) => sort(reverse, at));
    const rows = rowsToRead(array, along);
    const target = rows.isCopy ? rows.view : emptyRows(rows, "sort", array.dtype);
    try {
      sortRows(rows, target);
    } catch (error) {
      target.storage.freeUnheld();
      throw error;
    }
    return placed(array, target, along);
  });
}

/** The axis, from 0, before anything is made along it; null: the flat array. Refused: SHP004, ARR002. */
function alongWhich(callee: string, a: NDArray, axis: number | null): number | null {
  return axis === null ? null : axisOf(a, axis, callee);
}

/**
 * The positions (i64) that sort, along an axis or of the flat array; equals keep their order. Refused: SHP004, MEM005.
 * By position, as in NumPy: `axis`, `kind`; then options.
 *
 * @example
 * ```ts
 * import { argsort } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(argsort([3, 1, 2]).toList(), [1, 2, 0]);
 * deepStrictEqual(argsort([3, 1, 3], { descending: true }).toList(), [0, 2, 1]);
 * ```
 */
export function argsort(a: ArrayLike, ...args: Positional<OrderOptions, ["axis", "kind"]>): NDArray {
  const { axis: along = -1, descending = false } = orderOptions("argsort", args);
  return over(a, (array) => {
    // as NumPy, an array without axes is sorted as if it had one
    const axis = array.ndim === 0 && (along === 0 || along === -1)
      ? null
      : alongWhich("argsort", array, along);
    if (descending) {
      return reversed([array, axis], (reverse, at) => {
        const positions = argsort(reverse, at);
        positions.mul(-1, { out: positions });
        return positions.add(reverse.shape[at]! - 1, { out: positions });
      });
    }
    const rows = rowsToRead(array, axis);
    try {
      return arrayOfStored(argsortRows(rows), axis ?? 0);
    } finally {
      freeRows(rows);
    }
  });
}

/** rows along the axis of an array, laid out as its copy */
function placed(a: NDArray, view: Strided, axis: number | null): NDArray {
  return axis === null ? arrayOfStored(view, 0) : arrayOfStoredLike(a, view, { axis, like: "copy" });
}

/**
 * A copy in which the elements `kth` stand where sorting puts them, smaller ones before, others behind. Refused: ARR002,
 * SHP004, MEM005.
 * By position, as in NumPy: `axis`; then options.
 *
 * @example
 * ```ts
 * import { array, partition } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(partition(array([5, 1, 4, 2, 3]), 2).toList(), [1, 2, 3, 5, 4]);
 * ```
 */
export function partition(
  a: ArrayLike,
  kth: number | readonly number[],
  ...args: Positional<PartitionOptions, ["axis", "kind"]>
): NDArray {
  const options = partitionOptions("partition", args);
  return over(a, (array) => {
    const axis = alongWhich("partition", array, options.axis === undefined ? -1 : options.axis);
    const ranks = ranksOf("partition", [array, axis], kth);
    if (ranks.length > MAX_PIVOTS) return sort(array, { axis });
    return placed(array, partitioned(array, ranks, { axis }), axis);
  });
}

/**
 * The positions (i64) that `partition` would take. Refused: ARR002, SHP004, MEM005.
 * By position, as in NumPy: `axis`; then options.
 *
 * @example
 * ```ts
 * import { argpartition, array } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * const a = array([3, 1, 2, 0]);
 * strictEqual(a.take(argpartition(a, 1)).at(1), 1);
 * ```
 */
export function argpartition(
  a: ArrayLike,
  kth: number | readonly number[],
  ...args: Positional<PartitionOptions, ["axis", "kind"]>
): NDArray {
  const options = partitionOptions("argpartition", args);
  return over(a, (array) => {
    const axis = alongWhich("argpartition", array, options.axis === undefined ? -1 : options.axis);
    const ranks = ranksOf("argpartition", [array, axis], kth);
    if (ranks.length > MAX_PIVOTS) return argsort(array, { axis });
    return arrayOfStored(partitioned(array, ranks, { axis, isOrder: true }), axis ?? 0);
  });
}

/** the rows of an array partitioned, or their positions */
function partitioned(
  a: NDArray,
  kth: readonly number[],
  { axis, isOrder = false }: { readonly axis: number | null; readonly isOrder?: boolean },
): Strided {
  const rows = rowsToChange(a, axis);
  try {
    const target = emptyRows(rows, "partition", isOrder ? "i64" : a.dtype);
    try {
      partitionRows(rows, target, { kth, isOrder });
    } catch (error) {
      target.storage.freeUnheld();
      throw error;
    }
    return target;
  } finally {
    freeRows(rows);
  }
}

/** the positions from 0, ascending, each once */
function ranksOf(
  callee: string,
  [a, axis]: readonly [NDArray, number | null],
  kth: number | readonly number[],
): readonly number[] {
  const length = axis === null ? a.size : a.shape[axis]!, wanted = integersOf(callee, "kth", kth);
  // as NumPy: of no elements there is none to place
  if (a.size === 0) return [];
  const ranks = wanted.map((k) => {
    if (k >= -length && k < length) return k < 0 ? k + length : k;
    return refuseArgument(`kth ${k} is no position among ${length} elements`);
  });
  return [...new Set(ranks)].sort((x, y) => x - y);
}

/**
 * The positions (i64) that sort by several keys, the last of which counts most; along an axis of the keys, which are
 * arrays of one shape. Refused: ARR002, SHP004.
 * By position, as in NumPy: `axis`; then options.
 *
 * @example
 * ```ts
 * import { lexsort } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(lexsort([[2, 1, 3], [0, 0, -1]]).toList(), [2, 1, 0]);
 * ```
 */
export function lexsort(
  keys: readonly ArrayLike[],
  ...args: Positional<{ readonly axis?: number | undefined }, ["axis"]>
): NDArray {
  const { axis = -1 } = optionsOf<{ readonly axis?: number | undefined }>("lexsort", args, ["axis"]);
  return withArrays(keys, (...arrays) => {
    const [first] = arrays;
    if (first === undefined) return refuseArgument("lexsort takes at least one key");
    if (arrays.some((key) => key.shape.join() !== first.shape.join())) {
      return refuseArgument("lexsort takes keys of one shape");
    }
    // as NumPy, keys without axes are one row of one element
    if (first.ndim === 0 && (axis === 0 || axis === -1)) return zeros([], "i64");
    const along = axisOf(first, axis, "lexsort"), rows: StoredRows[] = [];
    try {
      for (const key of arrays) rows.push(rowsToRead(key, along));
      return arrayOfStored(lexsortRows(rows), along);
    } finally {
      rows.forEach(freeRows);
    }
  });
}

/** Options of `searchsorted`. */
export interface SearchOptions {
  /** the first position of equals ("left", the default), or behind the last */
  readonly side?: "left" | "right" | undefined;
  /** positions that sort the array where it is not sorted */
  readonly sorter?: ArrayLike | undefined;
}

/**
 * Where values belong in a sorted array of one axis: positions (i64) of the values' shape. Refused: ARR002, DTY001.
 * By position, as in NumPy: `side`, `sorter`; then options.
 *
 * @example
 * ```ts
 * import { array, searchsorted } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const sorted = array([1, 2, 2, 5]);
 * deepStrictEqual(searchsorted(sorted, [2, 9]).toList(), [1, 4]);
 * deepStrictEqual(searchsorted(sorted, [2, 9], "right").toList(), [3, 4]);
 * ```
 */
export function searchsorted(
  a: ArrayLike,
  values: ArrayLike,
  ...args: Positional<SearchOptions, ["side", "sorter"]>
): NDArray {
  const options = optionsOf<SearchOptions>("searchsorted", args, ["side", "sorter"]);
  return over(a, (array) => {
    const { side = "left", sorter } = options;
    refuseOtherWord("searchsorted", ["side", side], ["left", "right"]);
    refuseAxes("searchsorted", array);
    return withArrays(sorter === undefined ? [values] : [values, sorter], (wanted, by) => {
      const dtype = promoteTypes(array.dtype, wanted!.dtype);
      const row = by === undefined ? array : sortedBy(array, by);
      return new NDArray(searchPlaces(row.view, wanted!.view, { dtype, side }));
    });
  });
}

/** the elements of an array at the positions that sort it; refused: ARR002, DTY001 */
function sortedBy(a: NDArray, sorter: NDArray): NDArray {
  const { size } = a, positions = readIndices(sorter.view).values;
  if (positions.length !== size) refuseArgument("sorter has not the array's length");
  const outside = positions.find((position) => position < 0 || position >= size);
  if (outside !== undefined) {
    refuseArgument(`sorter names element ${outside} of ${size}: its elements are positions from 0`);
  }
  return a.take(sorter.reshape([size]));
}
