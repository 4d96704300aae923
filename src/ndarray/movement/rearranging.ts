/**
 * Elements in another order, and repeated: rot90, roll, tile, repeat, resize and trimmed zeros.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { type Indices, NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import { type ArrayLike, zeros } from "../creation/creation.ts";
import { contiguous, duplicate, resolvedAxis } from "../elementwise/operations.ts";
import { copyElements, demandOf, fill, guardResult } from "../evaluate/evaluate.ts";
import { copyRun } from "../indexing/element_moves.ts";
import { type IndexArray, indicesOf, nonzeroIndices } from "../indexing/index_array.ts";
import { viewed } from "../indexing/operands.ts";
import { flatView } from "../indexing/take.ts";
import { elementOf, integerOf, integersOf, numberListOf, refuseCounts } from "../storage/integer_lists.ts";
import { keptOrderStrides, rowMajorStrides, shapeText, sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { given, over } from "../storage/rows.ts";
import { arraysMemory } from "../storage/storage.ts";
import {
  addressOf,
  allocate,
  broadcastView,
  expandView,
  numBytesOf,
  rangeView,
  type Strided,
} from "../storage/strided.ts";
import * as movement from "./movement.ts";
import { argumentOf, type Named, optionsOf, type Positional, reading } from "../storage/arguments.ts";

/** Options of `rot90`. */
export interface TurnOptions {
  /** how many right angles; default 1 */
  readonly k?: number | undefined;
  /** the plane; default the first two axes */
  readonly axes?: readonly [number, number] | undefined;
}

/**
 * Turned by `k` right angles, from the first of the two axes to the second: a view. Refused: SHP004.
 * By position, as in NumPy: `k`, `axes`; then options.
 *
 * @example
 * ```ts
 * import { rot90 } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(rot90([[1, 2], [3, 4]]).toList(), [[2, 4], [1, 3]]);
 * ```
 */
export function rot90(a: ArrayLike, ...args: Positional<TurnOptions, ["k", "axes"]>): NDArray {
  const { k = 1, axes = [0, 1] } = optionsOf<TurnOptions>("rot90", args, ["k", "axes"]);
  const num = integerOf("rot90", "k", k), plane = integersOf("rot90", "axes", axes);
  return over(a, (array) => {
    if (plane.length !== 2) {
      throw new NdpipeError("ARR002", `rot90 turns in the plane of two axes, not of ${plane.length}`);
    }
    const [first, second] = plane.map((axis) => resolvedAxis(array.view, axis)) as [number, number];
    if (first === second) {
      throw new ShapeError("SHP004", `rot90 takes two axes that differ: ${plane.join(", ")}`);
    }
    const turns = ((num % 4) + 4) % 4, { view } = array;
    if (turns === 0) return viewed(array, view);
    if (turns === 2) return viewed(array, movement.flip(movement.flip(view, first), second));
    return viewed(
      array,
      turns === 1
        ? movement.swapAxes(movement.flip(view, second), first, second)
        : movement.flip(movement.swapAxes(view, first, second), second),
    );
  });
}

/**
 * Elements moved along axes, those that leave at one end enter at the other; null: on the flat array. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { roll } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(roll([1, 2, 3, 4], 1).toList(), [4, 1, 2, 3]);
 * deepStrictEqual(roll([[1, 2], [3, 4]], 1, 1).toList(), [[2, 1], [4, 3]]);
 * ```
 */
export function roll(
  a: ArrayLike,
  shift: number | readonly number[],
  along: Named<"axis", number | readonly number[] | null> = null,
): NDArray {
  const axis = argumentOf("roll", "axis", along) ?? null;
  return over(a, (array) => {
    const { view } = array;
    // as NumPy, a shift is cut to an integer, of any size
    const shifts = numberListOf("roll", "shift", roundTimes(shift, array.size)).map(Math.trunc);
    if (!shifts.every(Number.isFinite)) {
      throw new NdpipeError("ARR002", `roll takes finite shifts, not ${shifts.join(", ")}`);
    }
    if (axis === null) {
      const flat = flatView(view);
      const rolled = rolledBy(flat, [shifts.reduce((sum, each) => sum + each, 0)]);
      if (flat.storage !== view.storage) flat.storage.freeUnheld();
      return new NDArray({
        ...rolled,
        shape: view.shape,
        strides: rowMajorStrides(view.shape, array.itemsize),
      });
    }
    const axes = integersOf("roll", "axis", axis);
    // as NumPy, which broadcasts them: one shift for no axes moves nothing
    const count = shifts.length === 1 ? axes.length : shifts.length;
    if ([shifts, axes].some((list) => list.length !== count && list.length !== 1)) {
      throw new NdpipeError(
        "ARR002",
        `roll takes a shift for each axis: ${shifts.length} for ${axes.length}`,
      );
    }
    const totals = view.shape.map(() => 0);
    for (let i = 0; i < count; i++) {
      totals[resolvedAxis(view, axes[i % axes.length]!)]! += shifts[i % shifts.length]!;
    }
    return new NDArray(rolledBy(view, totals));
  });
}

/** bigints among shifts, less the rounds through all elements, which each axis takes a whole number of times */
function roundTimes(shift: unknown, size: number): unknown {
  const within = (each: unknown) => {
    const one = elementOf(each);
    return typeof one === "bigint" ? Number(one % BigInt(Math.max(1, size))) : one;
  };
  const isList = Array.isArray(shift) || ArrayBuffer.isView(shift) ||
    (shift instanceof NDArray && shift.ndim > 0);
  return isList ? [...shift as Iterable<unknown>].map(within) : within(shift);
}

function rolledBy(source: Strided, shifts: readonly number[]): Strided {
  const { dtype, shape } = source;
  const strides = keptOrderStrides(shape, [source.strides], DTYPE[dtype].itemsize);
  const target = allocate(dtype, shape, { strides, demand: demandOf("roll", [source], source) });
  const move = (axis: number, from: Strided, to: Strided): void => {
    if (axis === shape.length) return copyElements(from, to);
    const size = shape[axis]!, shift = size === 0 ? 0 : ((shifts[axis]! % size) + size) % size;
    const part = (view: Strided, start: number, count: number) =>
      rangeView(view, axis, { start, step: 1, size: count });
    if (shift === 0) return move(axis + 1, from, to);
    move(axis + 1, part(from, 0, size - shift), part(to, shift, size - shift));
    move(axis + 1, part(from, size - shift, shift), part(to, 0, shift));
  };
  move(0, source, target);
  return target;
}

/**
 * The array as often as `reps` says along each axis: a copy. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { tile } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(tile([1, 2], 2).toList(), [1, 2, 1, 2]);
 * deepStrictEqual(tile([1, 2], [2, 1]).toList(), [[1, 2], [1, 2]]);
 * ```
 */
export function tile(a: ArrayLike, reps: number | readonly number[]): NDArray {
  return over(a, (array) => {
    const counts = integersOf("tile", "reps", reps);
    refuseCounts("tile", counts);
    const rank = Math.max(array.ndim, counts.length);
    const sizes = [...Array<number>(rank - array.ndim).fill(1), ...array.shape];
    const times = [...Array<number>(rank - counts.length).fill(1), ...counts];
    let view = array.view;
    while (view.shape.length < rank) view = expandView(view, 0);
    for (let axis = rank - 1; axis >= 0; axis--) view = expandView(view, axis);
    const repeated = broadcastView(view, sizes.flatMap((size, axis) => [times[axis]!, size]));
    const shape = sizes.map((size, axis) => size * times[axis]!);
    // the copy is made of twice as many axes
    guardResult("tile", [array.view], { dtype: array.dtype, shape });
    const copied = duplicate(repeated);
    return new NDArray({ ...copied, shape, strides: rowMajorStrides(shape, array.itemsize) });
  });
}

/** Counts along one axis; as NumPy, true is 1. Refused: ARR002, DTY001. */
function countsOf(repeats: Indices): IndexArray {
  return scope(() => {
    const argument = "repeats of repeat",
      // no counts are integers, though an empty list has no dtype of its own
      isNone = Array.isArray(repeats) && repeats.length === 0,
      counts = reading(argument, () => isNone ? zeros([0], "i64") : given(repeats)),
      { shape } = counts;
    if (shape.length < 2) {
      return reading(argument, () => indicesOf(counts.dtype === "bool" ? counts.astype("i8") : counts));
    }
    throw new NdpipeError("ARR002", `repeat takes counts along one axis, not of shape ${shapeText(shape)}`);
  });
}

/**
 * Each element so many times, along an axis or (null) of the flat array: a copy. Refused: SHP001, SHP004, ARR002, DTY001,
 * MEM005.
 *
 * @example
 * ```ts
 * import { repeat } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(repeat([1, 2], 2).toList(), [1, 1, 2, 2]);
 * deepStrictEqual(repeat([[1, 2], [3, 4]], [2, 1], 0).toList(), [[1, 2], [1, 2], [3, 4]]);
 * ```
 */
export function repeat(
  a: ArrayLike,
  repeats: Indices,
  given: Named<"axis", number | null> = null,
): NDArray {
  const axis = argumentOf("repeat", "axis", given) ?? null;
  return over(a, (array) => {
    const { values } = countsOf(repeats);
    refuseCounts("repeat", values);
    // as NumPy, an array without axes is repeated as if it had one
    const isFlat = axis === null || (array.ndim === 0 && (axis === 0 || axis === -1));
    const source = isFlat ? flatView(array.view) : array.view,
      along = isFlat ? 0 : resolvedAxis(array.view, axis);
    try {
      const size = source.shape[along]!;
      if (values.length !== 1 && values.length !== size) {
        throw new ShapeError(
          "SHP001",
          `repeat takes a count for each of ${size} elements, not ${values.length}`,
        );
      }
      if (values.length === 1) return new NDArray(repeatedAlike(source, along, values[0]!));
      return new NDArray(repeatedByCounts(source, along, values));
    } finally {
      if (source.storage !== array.view.storage) source.storage.freeUnheld();
    }
  });
}

function repeatedByCounts(source: Strided, axis: number, counts: Int32Array | Float64Array): Strided {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  const { dtype } = source, shape = source.shape.with(axis, total), numCounts = counts.length;
  const numOuter = sizeOfShape(source.shape.slice(0, axis)),
    runBytes = numBytesOf(dtype, shape.slice(axis + 1));
  const result = allocate(dtype, shape, { demand: demandOf("repeat", [source], { dtype, shape }) });
  if (result.shape.includes(0)) return result;
  const made: Strided[] = [result];
  try {
    using work = new WorkSpace("repeat", Int32Array.BYTES_PER_ELEMENT * numCounts);
    // a copy between lists of one kind is that of their bytes
    const given = counts instanceof Int32Array ? counts : Int32Array.from(counts);
    new Int32Array(arraysMemory().buffer, work.address, numCounts).set(given);
    const rows = contiguous(source);
    if (rows !== source) made.push(rows);
    for (let outer = 0; outer < numOuter; outer++) {
      const from = addressOf(rows) + outer * numCounts * runBytes,
        to = addressOf(result) + outer * total * runBytes;
      arrayKernels().repeatCounted(from, numCounts, runBytes, work.address, to, to + total * runBytes);
    }
    made.shift();
    return result;
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

function repeatedAlike(source: Strided, axis: number, count: number): Strided {
  const { dtype } = source, shape = source.shape.with(axis, source.shape[axis]! * count);
  const numRuns = sizeOfShape(source.shape.slice(0, axis + 1));
  const runBytes = numBytesOf(dtype, source.shape.slice(axis + 1));
  const rows = contiguous(source);
  try {
    const result = allocate(dtype, shape, { demand: demandOf("repeat", [source], { dtype, shape }) });
    arrayKernels().repeatRuns(addressOf(rows), numRuns, runBytes, count, addressOf(result));
    return result;
  } finally {
    if (rows !== source) rows.storage.freeUnheld();
  }
}

/**
 * The elements in row-major order, from the start again as needed, in another shape: a copy. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { resize } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(resize([1, 2, 3], [2, 2]).toList(), [[1, 2], [3, 1]]);
 * ```
 */
export function resize(a: ArrayLike, shape: number | readonly number[]): NDArray {
  return over(a, (array) => {
    const sizes = integersOf("resize", "shape", shape);
    refuseCounts("resize", sizes);
    const { dtype } = array, size = sizeOfShape(sizes);
    const target = allocate(dtype, sizes, {
      demand: demandOf("resize", [array.view], { dtype, shape: sizes }),
    });
    if (array.size === 0) fill(target, 0);
    else {
      const rows = contiguous(array.view);
      for (let at = 0; at < size; at += array.size) {
        copyRun(rows, target, { from: 0, to: at, count: Math.min(array.size, size - at) });
      }
      if (rows !== array.view) rows.storage.freeUnheld();
    }
    return new NDArray(target);
  });
}

/** Options of `trimZeros`. */
export interface TrimOptions {
  /** the front ("f"), the back ("b") or both; default "fb" */
  readonly trim?: "f" | "b" | "fb" | "bf" | "F" | "B" | "FB" | "BF" | undefined;
  /** along which axes; default all */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * Without zeros at the front ("f") and at the back ("b") of axes, all of them by default: a view. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { trimZeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(trimZeros([0, 0, 1, 0, 2, 0]).toList(), [1, 0, 2]);
 * ```
 */
export function trimZeros(
  a: ArrayLike,
  ...args: Positional<TrimOptions, ["trim", "axis"]>
): NDArray {
  const { trim = "fb", axis = null } = optionsOf<TrimOptions>("trimZeros", args, ["trim", "axis"]);
  const chosen = axis === null ? null : integersOf("trimZeros", "axis", axis);
  return over(a, (array) => {
    const ends = String(trim).toLowerCase();
    if (!["f", "b", "fb", "bf"].includes(ends)) {
      throw new NdpipeError("ARR002", `trimZeros trims "f", "b" or "fb", not "${String(trim)}"`);
    }
    const axes = chosen ?? [...array.shape.keys()];
    const lists = nonzeroIndices(array.view);
    let view = array.view;
    for (const along of axes.map((each) => resolvedAxis(array.view, each))) {
      let low = Infinity, high = -1;
      for (const index of lists[along]!) {
        low = Math.min(low, index);
        high = Math.max(high, index);
      }
      // of nothing but zeros, nothing is left
      const [first, end] = high < 0 ? [0, 0] : [low, high + 1], size = array.shape[along]!;
      const start = ends.includes("f") ? high < 0 && ends === "f" ? size : first : 0;
      const stop = ends.includes("b") ? end : size;
      view = rangeView(view, along, { start, step: 1, size: Math.max(0, stop - start) });
    }
    return viewed(array, view);
  });
}
