/**
 * Sorting and searching.
 *
 * Every sort here is stable and puts NaN last. NumPy's default sort leaves the order of equals open, and so does its
 * partition that of the parts: here both are sorted.
 *
 * @module
 */
import { promoteTypes } from "../dtype/mod.ts";
import { NDArray } from "./array.ts";
import { type ArrayLike } from "./creation.ts";
import { argsortKeys, insertionPoint, keysOf, sortRows } from "./ordering.ts";
import {
  arrayOf,
  arrayOfRows,
  arrayOfRowsLike,
  axisOf,
  elementsAs,
  numbersOf,
  refuseArgument,
  refuseAxes,
  type Rows,
  rowsOf,
  withArrays,
} from "./rows.ts";

/** Along which axis to sort; null sorts the flat array. */
export interface SortOptions {
  /** default -1 */
  readonly axis?: number | null;
}

/**
 * A sorted copy, along an axis (the last by default) or, with `axis: null`, of the flat array. Refused: SHP004, MEM005.
 *
 * @example
 * ```ts
 * import { array, sort } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(sort(array([[3, 1], [NaN, 0]])).toList(), [[1, 3], [0, NaN]]);
 * ```
 */
export function sort(a: NDArray, { axis = -1 }: SortOptions = {}): NDArray {
  const rows = rowsOf(a, axis);
  sortRows(rows.elements, rows.dtype, rows.length);
  return placed(rows, a, axis);
}

/** The positions (i64) that sort, along an axis or of the flat array; equals keep their order. Refused: SHP004, MEM005. */
export function argsort(a: NDArray, { axis = -1 }: SortOptions = {}): NDArray {
  const rows = rowsOf(a, axis), { length } = rows;
  const keys = keysOf(rows.elements, rows.dtype);
  const positions = new BigInt64Array(rows.elements.length), words = new Uint32Array(positions.buffer);
  for (let start = 0; start < positions.length; start += length) {
    const order = argsortKeys(keys, start, length);
    for (let i = 0; i < length; i++) words[2 * (start + i)] = order[i]!;
  }
  return arrayOfRows({ ...rows, elements: positions, dtype: "i64" }, axis === null ? 0 : axisOf(a, axis));
}

function placed(rows: Rows, a: NDArray, axis: number | null): NDArray {
  return axis === null
    ? arrayOfRows(rows, 0)
    : arrayOfRowsLike(a, rows, { axis: axisOf(a, axis), like: "copy" });
}

/** A copy in which the elements `kth` stand where sorting puts them, smaller ones before, others behind. Refused: ARR002, SHP004. */
export function partition(a: NDArray, kth: number | readonly number[], options: SortOptions = {}): NDArray {
  refuseKth(a, kth, options);
  return sort(a, options);
}

/** The positions that `partition` would take. Refused: ARR002, SHP004. */
export function argpartition(
  a: NDArray,
  kth: number | readonly number[],
  options: SortOptions = {},
): NDArray {
  refuseKth(a, kth, options);
  return argsort(a, options);
}

function refuseKth(a: NDArray, kth: number | readonly number[], { axis = -1 }: SortOptions): void {
  const length = axis === null ? a.size : a.shape[axisOf(a, axis)]!;
  for (const k of typeof kth === "number" ? [kth] : kth) {
    if (Number.isInteger(k) && k >= -length && k < length) continue;
    refuseArgument(`kth ${k} is no position among ${length} elements`);
  }
}

/**
 * The positions (i64) that sort by several keys, the last of which counts most; along an axis of the keys, which are
 * arrays of one shape. Refused: ARR002, SHP004.
 */
export function lexsort(keys: readonly ArrayLike[], { axis = -1 }: { readonly axis?: number } = {}): NDArray {
  return withArrays(keys, (...arrays) => {
    const [first] = arrays;
    if (first === undefined) return refuseArgument("lexsort takes at least one key");
    if (arrays.some((key) => key.shape.join() !== first.shape.join())) {
      return refuseArgument("lexsort takes keys of one shape");
    }
    const all = arrays.map((key) => rowsOf(key, axis));
    const keyWords = all.map(({ elements, dtype }) => keysOf(elements, dtype));
    const { length, outer } = all[0]!;
    const positions = new BigInt64Array(first.size);
    for (let start = 0; start < positions.length; start += length) {
      lexsortRow(keyWords.map(({ low, high }) => ({
        low: low.subarray(start, start + length),
        high: high?.subarray(start, start + length) ?? null,
      }))).forEach((position, i) => positions[start + i] = BigInt(position));
    }
    return arrayOfRows({ elements: positions, dtype: "i64", length, outer }, axisOf(first, axis));
  });
}

/** The positions that sort one row by several keys, the last of which counts most. */
export function lexsortRow(keys: readonly ReturnType<typeof keysOf>[]): Uint32Array {
  let order: Uint32Array | null = null;
  for (const key of keys) {
    const known: Uint32Array | null = order;
    const { low, high } = known === null ? key : {
      low: known.map((i) => key.low[i]!),
      high: key.high === null ? null : known.map((i) => key.high![i]!),
    };
    const sorted = argsortKeys({ low, high }, 0, low.length);
    order = known === null ? sorted : sorted.map((i) => known[i]!);
  }
  return order ?? new Uint32Array(0);
}

/** Options of `searchsorted`. */
export interface SearchOptions {
  /** the first position of equals ("left", the default), or behind the last */
  readonly side?: "left" | "right";
  /** positions that sort the array where it is not sorted */
  readonly sorter?: ArrayLike;
}

/**
 * Where values belong in a sorted array of one axis: positions (i64) of the values' shape. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { array, searchsorted } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const sorted = array([1, 2, 2, 5]);
 * deepStrictEqual(searchsorted(sorted, [2, 9]).toList(), [1, 4]);
 * deepStrictEqual(searchsorted(sorted, [2, 9], { side: "right" }).toList(), [3, 4]);
 * ```
 */
export function searchsorted(a: NDArray, values: ArrayLike, options: SearchOptions = {}): NDArray {
  const { side = "left", sorter } = options;
  refuseAxes("searchsorted", a);
  return withArrays(sorter === undefined ? [values] : [values, sorter], (wanted, by) => {
    const dtype = promoteTypes(a.dtype, wanted!.dtype);
    const row = elementsAs(a, dtype), order = by === undefined ? null : numbersOf(by);
    if (order !== null && order.length !== row.length) refuseArgument("sorter has not the array's length");
    const sought = elementsAs(wanted!, dtype), positions = new BigInt64Array(sought.length);
    const words = new Uint32Array(positions.buffer);
    for (let i = 0; i < sought.length; i++) {
      words[2 * i] = insertionPoint(row, sought[i]!, side, order);
    }
    return arrayOf(positions, "i64", wanted!.shape);
  });
}
