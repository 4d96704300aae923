/**
 * Arrays joined and parted: the stack family, block, the split family, append, insert and delete.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { type Indices, NDArray, type Values } from "../array.ts";
import { type ArrayLike } from "../creation/creation.ts";
import { duplicate, resolvedAxis } from "../elementwise/operations.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import type { JoinOptions } from "../functions.ts";
import { getAdvanced } from "../indexing/advanced_index.ts";
import { type Range, resolveRange } from "../indexing/basic_index.ts";
import { positionsOf, scatter, selection } from "../indexing/element_moves.ts";
import {
  flatNonzero,
  indicesOf,
  positionsOfTrue,
  resolveIndices,
  viewOfList,
} from "../indexing/index_array.ts";
import { broadcastValue, fromPositions, viewed, withValues } from "../indexing/indexing.ts";
import { flatView, takeResolved } from "../indexing/take.ts";
import { isColumnMajor, rowMajorStrides } from "../storage/layout.ts";
import { over, withArrays } from "../storage/rows.ts";
import { allocate, describe, expandView, isContiguous, rangeView, type Strided } from "../storage/strided.ts";
import { insertRuns, runsOf } from "./axis_runs.ts";
import * as movement from "./movement.ts";

/**
 * At least one axis: a view.
 *
 * @example
 * ```ts
 * import { array, atleast1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(atleast1d(array(3)).shape, [1]);
 * ```
 */
export function atleast1d(a: ArrayLike): NDArray {
  return over(a, (array) => array.ndim >= 1 ? array : array.reshape([1]));
}
/**
 * At least two axes, new ones in front: a view.
 *
 * @example
 * ```ts
 * import { atleast2d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(atleast2d([1, 2]).shape, [1, 2]);
 * ```
 */
export function atleast2d(a: ArrayLike): NDArray {
  return over(
    a,
    (array) =>
      array.ndim >= 2 ? array : viewed(
        array,
        array.ndim === 1 ? expandView(array.view, 0) : expandView(expandView(array.view, 0), 0),
      ),
  );
}
/**
 * At least three axes; a vector becomes (1, N, 1), a matrix (M, N, 1): a view.
 *
 * @example
 * ```ts
 * import { atleast3d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(atleast3d([1, 2]).shape, [1, 2, 1]);
 * ```
 */
export function atleast3d(a: ArrayLike): NDArray {
  return over(a, (array) => array.ndim >= 3 ? array : viewed(array, as3d(array.view)));
}

function as1d(view: Strided): Strided {
  return view.shape.length === 0 ? expandView(view, 0) : view;
}
function as2d(view: Strided): Strided {
  return view.shape.length < 2 ? expandView(as1d(view), 0) : view;
}
function as3d(view: Strided): Strided {
  return view.shape.length < 3 ? expandView(as2d(view), 2) : view;
}

/**
 * Rows under rows: along axis 0, vectors as rows. Refused: SHP008, ARR002, DTY004.
 *
 * @example
 * ```ts
 * import { vstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(vstack([[1, 2], [3, 4]]).toList(), [[1, 2], [3, 4]]);
 * ```
 */
export function vstack(arrays: readonly ArrayLike[], options: JoinOptions = {}): NDArray {
  return withArrays(
    arrays,
    (...given) => new NDArray(movement.concatenate(given.map(({ view }) => as2d(view)), 0, options)),
  );
}
/**
 * Columns beside columns: along axis 1, vectors along their only axis. Refused: SHP008, ARR002, DTY004.
 *
 * @example
 * ```ts
 * import { hstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(hstack([[1, 2], [3]]).toList(), [1, 2, 3]);
 * deepStrictEqual(hstack([[[1], [2]], [[3], [4]]]).toList(), [[1, 3], [2, 4]]);
 * ```
 */
export function hstack(arrays: readonly ArrayLike[], options: JoinOptions = {}): NDArray {
  return withArrays(arrays, (...given) => {
    const views = given.map(({ view }) => as1d(view));
    return new NDArray(movement.concatenate(views, views[0]?.shape.length === 1 ? 0 : 1, options));
  });
}
/**
 * Along the third axis. Refused: SHP008, ARR002.
 *
 * @example
 * ```ts
 * import { dstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(dstack([[1, 2], [3, 4]]).toList(), [[[1, 3], [2, 4]]]);
 * ```
 */
export function dstack(arrays: readonly ArrayLike[]): NDArray {
  return withArrays(
    arrays,
    (...given) => new NDArray(movement.concatenate(given.map(({ view }) => as3d(view)), 2)),
  );
}
/**
 * Vectors as the columns of a matrix; matrices beside each other. Refused: SHP008, ARR002.
 *
 * @example
 * ```ts
 * import { columnStack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(columnStack([[1, 2], [3, 4]]).toList(), [[1, 3], [2, 4]]);
 * ```
 */
export function columnStack(arrays: readonly ArrayLike[]): NDArray {
  return withArrays(arrays, (...given) => {
    const columns = given.map(({ view }) => view.shape.length < 2 ? expandView(as1d(view), 1) : view);
    return new NDArray(movement.concatenate(columns, 1));
  });
}

/** Nested lists of arrays: lists of the innermost level stand beside each other. */
export type Blocks = NDArray | readonly Blocks[];

function depthOf(blocks: Blocks): number {
  if (blocks instanceof NDArray) return 0;
  if (blocks.length === 0) throw new NdpipeError("ARR002", "block is given an empty list");
  const depths = new Set(blocks.map(depthOf));
  if (depths.size > 1) {
    throw new NdpipeError("ARR002", "block takes lists of one depth: a level holds arrays and lists");
  }
  return 1 + [...depths][0]!;
}

/**
 * An array of blocks: the innermost lists along the last axis, those around them along the one before. Refused: SHP008, ARR002.
 *
 * @example
 * ```ts
 * import { block, ones, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = ones([1, 2]), b = zeros([1, 1]);
 * deepStrictEqual(block([[a, b], [b, a]]).toList(), [[1, 1, 0], [0, 1, 1]]);
 * ```
 */
export function block(blocks: Blocks): NDArray {
  const depth = depthOf(blocks);
  const leaves = (part: Blocks): NDArray[] => part instanceof NDArray ? [part] : part.flatMap(leaves);
  const rank = Math.max(depth, ...leaves(blocks).map(({ ndim }) => ndim));
  const join = (part: Blocks, level: number): Strided => {
    if (part instanceof NDArray) {
      let view = part.view;
      while (view.shape.length < rank) view = expandView(view, 0);
      return view;
    }
    const parts = part.map((inner) => join(inner, level + 1));
    const joined = movement.concatenate(parts, rank - depth + level);
    parts.forEach((view, i) => {
      if (!(part[i] instanceof NDArray)) view.storage.freeUnheld();
    });
    return joined;
  };
  return new NDArray(blocks instanceof NDArray ? duplicate(blocks.view) : join(blocks, 0));
}

/** A number of parts, or the indices at which parts begin. */
export type Sections = number | readonly number[];

/**
 * Parts of an axis, the first ones larger where they are not equal: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { arange, arraySplit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(arraySplit(arange(5), 2).map((part) => part.toList()), [[0, 1, 2], [3, 4]]);
 * ```
 */
export function arraySplit(a: ArrayLike, sections: Sections, axis = 0): NDArray[] {
  return over(a, (array) => {
    const along = resolvedAxis(array.view, axis), size = array.shape[along]!;
    let bounds: (number | null)[];
    if (typeof sections === "number") {
      if (!Number.isInteger(sections) || sections <= 0) {
        throw new NdpipeError("ARR002", `a number of sections is an integer from 1, not ${sections}`);
      }
      const each = Math.floor(size / sections), larger = size % sections;
      bounds = Array.from({ length: sections + 1 }, (_, i) => i * each + Math.min(i, larger));
    } else bounds = [0, ...sections, null];
    return bounds.slice(1).map((stop, i) => {
      const range = resolveRange({ start: bounds[i]!, stop }, size)!;
      return viewed(array, rangeView(array.view, along, range));
    });
  });
}
/**
 * Equal parts of an axis, or parts that begin at indices: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { arange, split } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(split(arange(6), 3).map((part) => part.toList()), [[0, 1], [2, 3], [4, 5]]);
 * deepStrictEqual(split(arange(6), [1, 4]).map((part) => part.size), [1, 3, 2]);
 * ```
 */
export function split(a: ArrayLike, sections: Sections, axis = 0): NDArray[] {
  return over(a, (array) => {
    const size = array.shape[resolvedAxis(array.view, axis)]!;
    if (typeof sections === "number" && size % sections !== 0) {
      throw new NdpipeError("ARR002", `split makes equal parts: ${size} is not divided by ${sections}`, {
        operands: [describe(array.view)],
        help: "use arraySplit",
      });
    }
    return arraySplit(array, sections, axis);
  });
}
function splitFrom(
  a: NDArray,
  sections: Sections,
  { rank, axis }: { rank: number; axis: number },
): NDArray[] {
  if (a.ndim >= rank) return split(a, sections, axis);
  throw new ShapeError("SHP004", `${describe(a.view)} has fewer than ${rank} axes to split`);
}
/**
 * Parts of axis 1, of a vector of its only one: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { hsplit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(hsplit([[1, 2], [3, 4]], 2).map((part) => part.toList()), [[[1], [3]], [[2], [4]]]);
 * ```
 */
export function hsplit(a: ArrayLike, sections: Sections): NDArray[] {
  return over(a, (array) => splitFrom(array, sections, { rank: 1, axis: array.ndim > 1 ? 1 : 0 }));
}
/**
 * Parts of axis 0: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { vsplit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(vsplit([[1, 2], [3, 4]], 2).map((part) => part.toList()), [[[1, 2]], [[3, 4]]]);
 * ```
 */
export function vsplit(a: ArrayLike, sections: Sections): NDArray[] {
  return over(a, (array) => splitFrom(array, sections, { rank: 2, axis: 0 }));
}
/**
 * Parts of axis 2: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { dsplit, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(dsplit(zeros([2, 3, 4]), 2).map((part) => part.shape), [[2, 3, 2], [2, 3, 2]]);
 * ```
 */
export function dsplit(a: ArrayLike, sections: Sections): NDArray[] {
  return over(a, (array) => splitFrom(array, sections, { rank: 3, axis: 2 }));
}

/**
 * Values behind an axis; null: both flat. Refused: SHP004, SHP008.
 *
 * @example
 * ```ts
 * import { append } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(append([1, 2], [3, 4]).toList(), [1, 2, 3, 4]);
 * deepStrictEqual(append([[1, 2]], [[3, 4]], 0).toList(), [[1, 2], [3, 4]]);
 * ```
 */
export function append(a: ArrayLike, values: Values, axis: number | null = null): NDArray {
  return over(a, (array) => {
    return withValues(values, undefined, (view) => {
      if (axis !== null) return new NDArray(movement.concatenate([array.view, view], axis));
      const parts = [flatView(array.view), flatView(view)];
      try {
        return new NDArray(movement.concatenate(parts, 0));
      } finally {
        if (parts[0]!.storage !== array.view.storage) parts[0]!.storage.freeUnheld();
        if (parts[1]!.storage !== view.storage) parts[1]!.storage.freeUnheld();
      }
    });
  });
}

/** Strides of a new array: column-major where the source is so and not row-major. */
export function keptLayout(source: Strided, shape: readonly number[]): readonly number[] {
  const { itemsize } = DTYPE[source.dtype];
  return !isContiguous(source) && isColumnMajor(source.shape, source.strides, itemsize)
    ? rowMajorStrides(shape.toReversed(), itemsize).toReversed()
    : rowMajorStrides(shape, itemsize);
}

/** A place of an axis: an index, indices, a range (`"1:3"` or `{ start, stop, step }`) or a mask of the axis. */
export type AxisPlaces = Indices | string | Range;

function isRange(places: AxisPlaces): places is Range {
  return typeof places === "object" && !Array.isArray(places) && !(places instanceof NDArray);
}

function rangeOf(text: string): Range {
  const match = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?)?\s*$/.exec(text);
  if (match === null) throw new NdpipeError("ARR002", `'${text}' is no range: "start:stop:step"`);
  const [start, stop, step] = match.slice(1).map((bound) => bound === undefined ? null : Number(bound));
  return { start: start!, stop: stop!, step: step! };
}

/** The indices that places name, not resolved; `isSingle` for one index. */
function listOf(
  places: AxisPlaces,
  size: number,
  { isOfOneAxis = true } = {},
): { values: Float64Array | Int32Array; isSingle: boolean; isMask: boolean } {
  if (typeof places === "string" || isRange(places)) {
    const range = resolveRange(typeof places === "string" ? rangeOf(places) : places, size);
    if (range === null) throw new NdpipeError("ARR002", "a range has a step of 0");
    const values = Int32Array.from({ length: range.size }, (_, i) => range.start + i * range.step);
    return { values, isSingle: false, isMask: false };
  }
  const { view, isMade } = viewOfList(places);
  try {
    if (view.dtype !== "bool") {
      const { values, shape } = indicesOf(places);
      if (isOfOneAxis && shape.length > 1) {
        throw new NdpipeError("ARR002", "places of an axis are one list of integers");
      }
      return { values, isSingle: values.length === 1, isMask: false };
    }
    if (view.shape.join() !== `${size}`) {
      throw new ShapeError("SHP009", `a mask of ${describe(view)} does not fit an axis of size ${size}`);
    }
    return { values: flatNonzero(view), isSingle: false, isMask: true };
  } finally {
    if (isMade) view.storage.freeUnheld();
  }
}

/** The array and axis that `axis` says: with null the flat array, which may be a copy. */
function onAxis<T>(a: NDArray, axis: number | null, run: (source: Strided, along: number) => T): T {
  if (axis !== null) return run(a.view, resolvedAxis(a.view, axis));
  const flat = flatView(a.view);
  try {
    return run(flat, 0);
  } finally {
    if (flat.storage !== a.view.storage) flat.storage.freeUnheld();
  }
}

/** A copy in another layout of memory. */
function laidOut(made: Strided, strides: readonly number[]): Strided {
  if (made.strides.join() === strides.join()) return made;
  const result = allocate(made.dtype, made.shape, { strides, demand: demandOf("copy", [made], made) });
  copyElements(made, result);
  made.storage.freeUnheld();
  return result;
}

/**
 * Without places of an axis; null: of the flat array. Refused: SHP004, SHP009, SHP010, DTY001. `delete` is a reserved word.
 *
 * @example
 * ```ts
 * import { deleteAt } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(deleteAt([10, 20, 30, 40], [1, -1]).toList(), [10, 30]);
 * deepStrictEqual(deleteAt([[1, 2], [3, 4]], 0, 1).toList(), [[2], [4]]);
 * ```
 */
export function deleteAt(a: ArrayLike, places: AxisPlaces, axis: number | null = null): NDArray {
  return over(a, (array) => {
    return onAxis(array, axis, (source, along) => {
      const size = source.shape[along]!;
      const { values, isSingle } = listOf(places, size, { isOfOneAxis: false });
      const dropped = resolveIndices({ values, shape: [] }, size, { mode: "raise", what: `axis ${along}` });
      const isKept = new Uint8Array(size).fill(1);
      for (let i = 0; i < dropped.length; i++) isKept[dropped[i]!] = 0;
      const kept = positionsOfTrue(isKept);
      if (isSingle || typeof places === "string" || isRange(places)) {
        const made = takeResolved(source, along, { values: kept, shape: [kept.length] });
        return new NDArray(laidOut(made, keptLayout(source, made.shape)));
      }
      // as NumPy: what is left is indexed, and lies in memory as such results do
      using left = fromPositions(kept);
      return new NDArray(getAdvanced(source, [...Array<string>(along).fill(":"), left]));
    });
  });
}

/**
 * Values before places of an axis; null: of the flat array. Places are those of the array as it was. For one place,
 * `values` may have any size along the axis; for several, as many as there are, or one. Refused: SHP004, SHP010, SHP012,
 * DTY001, DTY002.
 *
 * @example
 * ```ts
 * import { insert } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(insert([1, 2, 3], 1, 9).toList(), [1, 9, 2, 3]);
 * deepStrictEqual(insert([[1, 2], [3, 4]], 1, [8, 9], 1).toList(), [[1, 8, 2], [3, 9, 4]]);
 * ```
 */
export function insert(
  a: ArrayLike,
  places: AxisPlaces,
  values: Values,
  axis: number | null = null,
): NDArray {
  return over(a, (array) => {
    return onAxis(array, axis, (source, along) => {
      const size = source.shape[along]!, { dtype } = source;
      const { values: given } = listOf(places, size);
      // as NumPy: one place, however it is named, takes any number of values
      const isSingle = given.length === 1;
      const isNumber = typeof places === "number" || (places instanceof NDArray && places.ndim === 0);
      // as resolveIndices, but the place behind the last is one too
      const resolved = Array.from(given, (index) => {
        const at = index < 0 ? index + size : index;
        if (at >= 0 && at <= size) return at;
        throw new NdpipeError("SHP010", `index ${index} is out of the places 0 to ${size} of axis ${along}`);
      });
      return withValues(values, dtype, (value) => {
        let inserted = value;
        while (inserted.shape.length < source.shape.length) inserted = expandView(inserted, 0);
        if (isSingle && isNumber) inserted = movement.moveAxis(inserted, 0, along);
        const numNew = isSingle ? inserted.shape[along]! : resolved.length;
        const order = [...resolved.keys()].sort((x, y) => resolved[x]! - resolved[y]!);
        const at = new Int32Array(numNew);
        if (isSingle) at.forEach((_, i) => at[i] = resolved[0]! + i);
        else order.forEach((from, rank) => at[from] = resolved[from]! + rank);
        return new NDArray(inserting(source, { along, at, inserted }));
      });
    });
  });
}

/** the places of an axis but for some */
function placesWithout(at: Int32Array, size: number): Int32Array {
  const isLeft = new Uint8Array(size).fill(1);
  for (const place of at) isLeft[place] = 0;
  return positionsOfTrue(isLeft);
}

function inserting(
  source: Strided,
  { along, at, inserted }: { readonly along: number; readonly at: Int32Array; readonly inserted: Strided },
): Strided {
  const { dtype } = source;
  const shape = source.shape.with(along, source.shape[along]! + at.length);
  const target = allocate(dtype, shape, {
    strides: keptLayout(source, shape),
    demand: demandOf("insert", [source, inserted], { dtype, shape }),
  });
  const axes = [...shape.keys()];
  const writeAt = (value: Strided, list: Int32Array) => {
    const all = positionsOf(target, [along]);
    const rows = duplicate(broadcastValue(value, shape.with(along, list.length)), { dtype });
    const chosen = selection(target, {
      before: axes.slice(0, along),
      behind: axes.slice(along + 1),
    }, list.map((place) => all[place]!));
    scatter(rows, chosen, target);
    rows.storage.freeUnheld();
  };
  try {
    const runs = runsOf(at);
    if (runs !== null) {
      const values = broadcastValue(inserted, shape.with(along, at.length));
      insertRuns({ source, inserted: values, target }, along, runs);
      return target;
    }
    writeAt(inserted, at);
    writeAt(source, placesWithout(at, shape[along]!));
  } catch (error) {
    target.storage.freeUnheld();
    throw error;
  }
  return target;
}
