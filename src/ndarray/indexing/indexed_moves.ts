/**
 * Elements and runs of them moved by one list of indices along an axis, by the kernels of assembly/gather.ts, which
 * check and wrap each index on the way. Lists on several axes, and axes behind which elements do not lie as runs, are
 * moved by the positions of element_moves.ts.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { arrayKernels } from "../array_module.ts";
import { contiguous, duplicate } from "../elementwise/operations.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { isRowMajor, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, mayOverlap, type Strided } from "../storage/strided.ts";
import { isAligned, positionsOf, unitBytes } from "./element_moves.ts";
import { refuseIndex, refuseNoIndices } from "./index_array.ts";

/** Indices of one call: the engine's optimised code takes over at the next call only, so none may be long. */
export const INDICES_PER_CALL = 16_384;

/** Indices in memory as a kernel reads them. */
export interface IndexList {
  readonly pointer: number;
  readonly isWide: boolean;
  readonly isUnsigned: boolean;
  readonly count: number;
  /** what is added to an index below 0; unsigned ones beyond 2^63 look so and stay out of the axis */
  readonly wrap: number;
}

/** Runs with indices as a kernel reads them. Refused: DTY001. */
export function withIndexList<T>(indices: Strided, size: number, run: (list: IndexList) => T): T {
  const { dtype } = indices;
  refuseNoIndices(indices);
  const isDirect = dtype === "i32" || dtype === "i64" || dtype === "u64";
  const view = isDirect ? contiguous(indices) : duplicate(indices, { dtype: "i64" });
  try {
    const isUnsigned = dtype === "u64", count = sizeOfShape(view.shape);
    const pointer = addressOf(view), wrap = isUnsigned ? 0 : size;
    return run({ pointer, isWide: dtype !== "i32", isUnsigned, count, wrap });
  } finally {
    if (view !== indices) view.storage.freeUnheld();
  }
}

/** The bytes of the neighbours behind an axis; null where they are no neighbours. */
function runBytes({ dtype, shape, strides }: Strided, axis: number): number | null {
  const { itemsize } = DTYPE[dtype], behind = shape.slice(axis + 1);
  return isRowMajor(behind, strides.slice(axis + 1), itemsize) ? sizeOfShape(behind) * itemsize : null;
}

/** Refuses the index at a place of the list: SHP010. */
export function refuseAt(list: IndexList, place: number, size: number, what: string): never {
  return refuseIndex(indexAt(list, place), size, what);
}

function indexAt({ pointer, isWide, isUnsigned }: IndexList, place: number): number {
  const bytes = new DataView(arraysMemory().buffer), at = pointer + place * (isWide ? 8 : 4);
  if (!isWide) return bytes.getInt32(at, true);
  return Number(isUnsigned ? bytes.getBigUint64(at, true) : bytes.getBigInt64(at, true));
}

/** Where an axis and its indices are. */
export interface IndexedAxis {
  readonly axis: number;
  readonly indices: Strided;
  /** what a message calls the axis */
  readonly what: string;
}

/**
 * The elements of an axis at its indices, whose shape takes the axis's place, in a new array in row-major order; null
 * where elements do not lie so that a kernel moves them. Refused: SHP010, DTY001, MEM005.
 */
export function gatherAlong(source: Strided, { axis, indices, what }: IndexedAxis): Strided | null {
  const bytes = runBytes(source, axis);
  if (bytes === null || !isAligned(source)) return null;
  const { dtype } = source, size = source.shape[axis]!, stride = source.strides[axis]!;
  return withIndexList(indices, size, (list) => {
    const shape = source.shape.toSpliced(axis, 1, ...indices.shape);
    const result = allocate(dtype, shape, { demand: demandOf("take", [source], { dtype, shape }) });
    try {
      const outer = positionsOf(source, [...Array(axis).keys()]);
      if (outer.length === 0 || bytes === 0) checkAll(list, size, what);
      if (bytes === 0) return result;
      const { gatherItems } = arrayKernels(), unit = unitBytes(DTYPE[dtype].itemsize);
      const start = addressOf(source), { pointer, isWide, count, wrap } = list, width = isWide ? 8 : 4;
      let target = addressOf(result);
      for (let row = 0; row < outer.length; row++) {
        const from = start + outer[row]! * unit;
        for (let first = 0; first < count; first += INDICES_PER_CALL) {
          const n = Math.min(INDICES_PER_CALL, count - first);
          const indexPointer = pointer + first * width;
          const done = gatherItems(from, indexPointer, +isWide, n, size, wrap, stride, target, bytes);
          if (done < n) refuseAt(list, first + done, size, what);
          target += n * bytes;
        }
      }
      return result;
    } catch (error) {
      result.storage.freeUnheld();
      throw error;
    }
  });
}

function checkAll(list: IndexList, size: number, what: string): void {
  const { pointer, isWide, count, wrap } = list;
  const passed = arrayKernels().checkIndices(pointer, +isWide, count, size, wrap);
  if (passed < count) refuseAt(list, passed, size, what);
}

/** The first index that is not from 0 to `size - 1`, or null. Refused: DTY001. */
export function firstOutside(indices: Strided, size: number): number | null {
  return withIndexList(indices, 0, (list) => {
    const { pointer, isWide, count } = list;
    const passed = arrayKernels().checkIndices(pointer, +isWide, count, size, 0);
    return passed < count ? indexAt(list, passed) : null;
  });
}

/**
 * Puts values at the indices of the first axis. `values` gives an array of the shape (of the indices, then of the axes
 * behind), contiguous and of the target's dtype; it is not asked for where null is given back, because elements do not
 * lie so that a kernel moves them. Refused before anything is written: SHP010, DTY001.
 */
export function scatterAlong(
  target: Strided,
  { indices, what }: Omit<IndexedAxis, "axis">,
  values: (shape: readonly number[]) => Strided,
): true | null {
  const bytes = runBytes(target, 0);
  if (bytes === null || !isAligned(target)) return null;
  // the kernel reads an index again that it has checked: what is written must not change it
  if (mayOverlap(indices, target)) {
    const apart = duplicate(indices);
    try {
      return scatterAlong(target, { indices: apart, what }, values);
    } finally {
      apart.storage.freeUnheld();
    }
  }
  const size = target.shape[0]!, stride = target.strides[0]!;
  return withIndexList(indices, size, (list) => {
    const { pointer, isWide, count } = list, width = isWide ? 8 : 4;
    // also where nothing is written
    checkAll(list, size, what);
    const rows = values([...indices.shape, ...target.shape.slice(1)]);
    const from = addressOf(rows), { scatterItems } = arrayKernels();
    for (let first = 0; bytes > 0 && first < count; first += INDICES_PER_CALL) {
      const n = Math.min(INDICES_PER_CALL, count - first);
      const at = pointer + first * width;
      scatterItems(from + first * bytes, at, +isWide, n, size, stride, addressOf(target), bytes);
    }
    rows.storage.freeUnheld();
    return true;
  });
}
