/**
 * Lists of indices on the first axes of an array as one list of positions, by the kernel `addIndices` of
 * assembly/gather.ts. What lies in row-major order is then indexed by one list on one axis.
 *
 * @module
 */
import type { IndexMode } from "../array.ts";
import { DTYPE } from "../../dtype/mod.ts";
import { arrayKernels } from "../array_module.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { rowMajorStrides, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, broadcastView, type Strided } from "../storage/strided.ts";
import { INDICES_PER_CALL, refuseAt, withIndexList } from "./indexed_moves.ts";

/** Indices on an axis. */
export interface IndicesOnAxis {
  /** integers, of a shape that broadcasts to that of all lists */
  readonly indices: Strided;
  /** of the axis; not 0 unless the mode is "raise" */
  readonly size: number;
  /** what a message calls the axis */
  readonly what: string;
  readonly mode: IndexMode;
}

const MODES: Readonly<Record<IndexMode, number>> = { raise: 0, wrap: 1, clip: 2 };

/**
 * The positions, over all the axes together, of elements whose indices on each are given: i64, of the lists' common
 * shape, in row-major order. Refused: SHP010, DTY001, MEM005.
 */
export function flatIndices(lists: readonly IndicesOnAxis[], shape: readonly number[]): Strided {
  const demand = demandOf("indexing", lists.map(({ indices }) => indices), { dtype: "i64", shape });
  const flat = allocate("i64", shape, { demand });
  try {
    lists.forEach((list, axis) => {
      const stride = lists.slice(axis + 1).reduce((product, { size }) => product * size, 1);
      addList(flat, list, { stride, isFirst: axis === 0 });
    });
    return flat;
  } catch (error) {
    flat.storage.freeUnheld();
    throw error;
  }
}

function addList(
  flat: Strided,
  { indices, size, what, mode }: IndicesOnAxis,
  { stride, isFirst }: { readonly stride: number; readonly isFirst: boolean },
): void {
  const { addIndices } = arrayKernels(), target = addressOf(flat), first = +isFirst;
  withIndexList(broadcastView(indices, flat.shape), size, (list) => {
    const { pointer, isWide, isUnsigned, count } = list, width = isWide ? 8 : 4;
    for (let done = 0; done < count; done += INDICES_PER_CALL) {
      const n = Math.min(INDICES_PER_CALL, count - done), at = pointer + done * width, to = target + 8 * done;
      const passed = addIndices(at, +isWide, n, size, +isUnsigned, MODES[mode], stride, to, first);
      if (passed < n) refuseAt(list, done + passed, size, what);
    }
  });
}

/** The indices of all places of an axis (i64), which vary along that axis of `rank`. Refused: MEM005. */
export function allIndices(size: number, axis: number, rank: number): Strided {
  const shape = new Array<number>(rank).fill(1).with(axis, size);
  const view = allocate("i64", shape, { demand: demandOf("indexing", [], { dtype: "i64", shape }) });
  const halves = new Int32Array(arraysMemory().buffer, addressOf(view), 2 * size).fill(0);
  for (let i = 0; i < size; i++) halves[2 * i] = i;
  return view;
}

/** An array in row-major order whose first axes are one. Strides of axes of one element say nothing, and are not kept. */
export function joinedAxes(source: Strided, numAxes: number): Strided {
  const shape = [sizeOfShape(source.shape.slice(0, numAxes)), ...source.shape.slice(numAxes)];
  return { ...source, shape, strides: rowMajorStrides(shape, DTYPE[source.dtype].itemsize) };
}
