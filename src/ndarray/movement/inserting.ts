/**
 * Places of an axis taken out or filled: insert and delete, by index, list, range or mask.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { type Indices, NDArray, type Values } from "../array.ts";
import { type ArrayLike } from "../creation/creation.ts";
import { duplicate, resolvedAxis } from "../elementwise/operations.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import { getAdvanced } from "../indexing/advanced_index.ts";
import { isRange, type Range, resolveRange } from "../indexing/basic_index.ts";
import { positionsOf, scatter, selection } from "../indexing/element_moves.ts";
import { indicesOf, positionsOfTrue, resolveIndices, viewOfList } from "../indexing/index_array.ts";
import { flatNonzero } from "../indexing/nonzero_positions.ts";
import { broadcastValue } from "../indexing/indexing.ts";
import { fromPositions, withValues } from "../indexing/operands.ts";
import { flatView, takeResolved } from "../indexing/take.ts";
import { isAlone } from "../storage/integer_lists.ts";
import { isColumnMajor, rowMajorStrides } from "../storage/layout.ts";
import { argumentOf, locating, type Named, reading } from "../storage/arguments.ts";
import { over } from "../storage/rows.ts";
import { allocate, describe, expandView, isContiguous, rangeView, type Strided } from "../storage/strided.ts";
import { insertRuns, runsOf } from "./axis_runs.ts";
import * as movement from "./movement.ts";

/** Strides of a new array: column-major where the source is so and not row-major. */
export function keptLayout(source: Strided, shape: readonly number[]): readonly number[] {
  const { itemsize } = DTYPE[source.dtype];
  return !isContiguous(source) && isColumnMajor(source.shape, source.strides, itemsize)
    ? rowMajorStrides(shape.toReversed(), itemsize).toReversed()
    : rowMajorStrides(shape, itemsize);
}

/** A place of an axis: an index, indices, a range (`"1:3"` or `{ start, stop, step }`) or a mask of the axis. */
export type AxisPlaces = Indices | string | Range;

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
  { isOfOneAxis = true, isMaskOfAxis = true } = {},
): { values: Float64Array | Int32Array; isSingle: boolean } {
  if (typeof places === "string" || isRange(places)) {
    const range = resolveRange(typeof places === "string" ? rangeOf(places) : places, size);
    if (range === null) throw new NdpipeError("ARR002", "a range has a step of 0");
    const values = Int32Array.from({ length: range.size }, (_, i) => range.start + i * range.step);
    return { values, isSingle: false };
  }
  const { view, isMade } = viewOfList(places);
  try {
    if (view.dtype !== "bool") {
      const { values, shape } = indicesOf(places);
      if (isOfOneAxis && shape.length > 1) {
        throw new NdpipeError("ARR002", "places of an axis are one list of integers");
      }
      return { values, isSingle: values.length === 1 };
    }
    if (view.shape.length !== 1 || (isMaskOfAxis && view.shape[0] !== size)) {
      throw new ShapeError("SHP009", `a mask of ${describe(view)} does not fit an axis of size ${size}`);
    }
    return { values: flatNonzero(view), isSingle: false };
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

/** An axis without places that follow each other: what is before them and what is behind. */
function withoutRun(
  source: Strided,
  axis: number,
  { first, count }: { first: number; count: number },
): Strided {
  const size = source.shape[axis]!, shape = source.shape.with(axis, size - count), { dtype } = source;
  const demand = demandOf("delete", [source], { dtype, shape });
  const result = allocate(dtype, shape, { strides: keptLayout(source, shape), demand });
  for (const [from, to, length] of [[0, 0, first], [first + count, first, size - first - count]] as const) {
    const target = rangeView(result, axis, { start: to, step: 1, size: length });
    copyElements(rangeView(source, axis, { start: from, step: 1, size: length }), target);
  }
  return result;
}

/** Places that follow each other, up or down; null where they do not. */
function runOf(places: Int32Array | Float64Array): { readonly first: number; readonly count: number } | null {
  const count = places.length, step = count < 2 ? 1 : places[1]! - places[0]!;
  if (count === 0 || Math.abs(step) !== 1) return null;
  for (let i = 1; i < count; i++) if (places[i]! - places[i - 1]! !== step) return null;
  return { first: Math.min(places[0]!, places[count - 1]!), count };
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
export function deleteAt(
  a: ArrayLike,
  places: AxisPlaces,
  given: Named<"axis", number | null> = null,
): NDArray {
  const axis = argumentOf("delete", "axis", given) ?? null;
  return over(a, (array) => {
    return onAxis(array, axis, (source, along) => {
      const size = source.shape[along]!;
      const { values, isSingle } = reading(
        "places of delete",
        () => listOf(places, size, { isOfOneAxis: false }),
      );
      const dropped = locating(
        "places of delete",
        () => resolveIndices({ values, shape: [] }, size, { mode: "raise", what: `axis ${along}` }),
      );
      const isPart = isSingle || typeof places === "string" || isRange(places);
      const run = isPart ? runOf(dropped) : null;
      if (run !== null) return new NDArray(withoutRun(source, along, run));
      const isKept = new Uint8Array(size).fill(1);
      for (let i = 0; i < dropped.length; i++) isKept[dropped[i]!] = 0;
      const kept = positionsOfTrue(isKept);
      if (isPart) {
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
  chosen: Named<"axis", number | null> = null,
): NDArray {
  const axis = argumentOf("insert", "axis", chosen) ?? null;
  return over(a, (array) => {
    return onAxis(array, axis, (source, along) => {
      const size = source.shape[along]!, { dtype } = source;
      const { values: given } = reading(
        "places of insert",
        // as NumPy, a mask is as long as it likes: what it names is checked
        () => listOf(places, size, { isMaskOfAxis: false }),
      );
      // as NumPy: one place, however it is named, takes any number of values
      const isSingle = given.length === 1;
      // as resolveIndices, but the place behind the last is one too
      const resolved = Array.from(given, (index) => {
        const at = index < 0 ? index + size : index;
        if (at >= 0 && at <= size) return at;
        throw new NdpipeError(
          "SHP010",
          `places of insert: index ${index} is out of the places 0 to ${size} of axis ${along}`,
        );
      });
      return withValues(values, dtype, (value) => {
        let inserted = value;
        while (inserted.shape.length < source.shape.length) inserted = expandView(inserted, 0);
        if (isSingle && isAlone(places)) inserted = movement.moveAxis(inserted, 0, along);
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
    // positions may be beyond what a list of places holds
    const positions = all instanceof Float64Array
      ? Float64Array.from(list, (place) => all[place]!)
      : list.map((place) => all[place]!);
    const chosen = selection(
      target,
      { before: axes.slice(0, along), behind: axes.slice(along + 1) },
      positions,
    );
    try {
      scatter(rows, chosen, target);
    } finally {
      rows.storage.freeUnheld();
    }
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
