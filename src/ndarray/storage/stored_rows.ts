/**
 * Arrays as rows of elements along an axis, in the arrays' memory: what the kernels that sort, select and cumulate work
 * on.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NDArray } from "../array.ts";
import { duplicate } from "../elementwise/operations.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import * as movement from "../movement/movement.ts";
import type { Axes } from "../reductions/reductions.ts";
import { isRowMajor, keptOrderStrides, sizeOfShape, sortedStrides } from "./layout.ts";
import { axesOf } from "./rows.ts";
import { addressOf, allocate, isContiguous, type Strided } from "./strided.ts";

/** Rows as neighbours in memory. */
export interface StoredRows {
  /** contiguous, of the shape (...outer, length) */
  readonly view: Strided;
  readonly numRows: number;
  /** elements of a row */
  readonly length: number;
  /** false: the elements are the array's own, which are only to be read */
  readonly isCopy: boolean;
}

/** Rows along one axis or several; null: all elements are one row. Refused: SHP004, MEM005. */
export function rowsToRead(a: NDArray, axes: Axes, dtype: DType = a.dtype): StoredRows {
  const chosen = axesOf(a, axes), kept = [...a.shape.keys()].filter((axis) => !chosen.includes(axis));
  const moved = movement.transpose(a.view, [...kept, ...chosen]);
  const outer = kept.map((axis) => a.shape[axis]!);
  const length = sizeOfShape(chosen.map((axis) => a.shape[axis]!));
  const isCopy = dtype !== a.dtype || !isContiguous(moved);
  const { storage, offset } = isCopy ? duplicate(moved, { dtype }) : moved;
  const view = contiguousView({ storage, dtype, offset, shape: [...outer, length], writeable: isCopy });
  return { view, numRows: sizeOfShape(outer), length, isCopy };
}

/** As `rowsToRead`, always a copy. */
export function rowsToChange(a: NDArray, axes: Axes, dtype: DType = a.dtype): StoredRows {
  const rows = rowsToRead(a, axes, dtype);
  return rows.isCopy ? rows : { ...rows, view: duplicate(rows.view), isCopy: true };
}

/** Room for as many rows of a dtype. Refused: MEM005. */
export function emptyRows({ view: { shape } }: StoredRows, operation: string, dtype: DType): Strided {
  return allocate(dtype, shape, { demand: demandOf(operation, [], { dtype, shape }) });
}

/** Frees rows that are a copy. */
export function freeRows({ view, isCopy }: StoredRows): void {
  if (isCopy) view.storage.freeUnheld();
}

function contiguousView(view: Omit<Strided, "strides">): Strided {
  let stride = DTYPE[view.dtype].itemsize;
  const strides = view.shape.toReversed().map((size) => {
    const own = stride;
    stride *= Math.max(1, size);
    return own;
  }).reverse();
  return { ...view, strides };
}

/** The address of every row. */
export function* rowAddresses({ view, numRows, length }: StoredRows): Generator<number> {
  const start = addressOf(view), rowBytes = length * DTYPE[view.dtype].itemsize;
  for (let row = 0; row < numRows; row++) yield start + row * rowBytes;
}

/** An array of rows (…, length) whose rows run along `axis`, in row-major order; it takes the view. */
export function arrayOfStored(view: Strided, axis: number): NDArray {
  if (axis === view.shape.length - 1) return new NDArray(view);
  try {
    return new NDArray(duplicate(movement.moveAxis(view, -1, axis)));
  } finally {
    view.storage.freeUnheld();
  }
}

/** As `arrayOfStored`, with the axes in memory in the order of another array's, as NumPy's copies or ufuncs have them. */
export function arrayOfStoredLike(
  a: NDArray,
  view: Strided,
  { axis, like }: { readonly axis: number; readonly like: "copy" | "ufunc" },
): NDArray {
  const { dtype } = view, { itemsize } = DTYPE[dtype], { shape } = a;
  const strides = like === "copy"
    ? sortedStrides(shape, a.view.strides, itemsize)
    : keptOrderStrides(shape, [a.view.strides], itemsize);
  if (axis === shape.length - 1 && isRowMajor(shape, strides, itemsize)) return new NDArray(view);
  try {
    const placed = allocate(dtype, shape, { strides, demand: demandOf("rows", [a.view], { dtype, shape }) });
    copyElements(movement.moveAxis(view, -1, axis), placed);
    return new NDArray(placed);
  } finally {
    view.storage.freeUnheld();
  }
}
