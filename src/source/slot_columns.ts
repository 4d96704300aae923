/**
 * Where columns lie in a slot. A ticket says it counted from the slot's start, as plain data; the worker that has the
 * slot adds where that is.
 *
 * @module
 */
import { alignUp, DTYPE, type DType } from "../dtype/mod.ts";
import type { CarriedView } from "../schema/mod.ts";
import type { ColumnView, Slot } from "./source.ts";

/** Where a binding's elements lie, counted from the slot's start. */
export interface PlacedColumns {
  readonly offset: number;
  readonly rowStride: number;
  readonly elementStride: number;
}

/** Columns that are read for one binding. */
export interface SlotGroup {
  readonly fieldIndices: readonly number[];
  readonly dtype: DType;
  /** elements a row of one column */
  readonly listSize: number;
  /** each column is one of the matrix */
  readonly isMatrix: boolean;
}

/**
 * Places the columns of every group one after the other, each on a boundary; those of a matrix a constant distance
 * apart.
 *
 * @returns a place a group, and the bytes of all
 */
export function placeGroups(
  groups: readonly SlotGroup[],
  numRows: number,
): { readonly places: readonly PlacedColumns[]; readonly end: number } {
  let end = 0;
  const places = groups.map(({ fieldIndices, dtype, listSize, isMatrix }): PlacedColumns => {
    const { itemsize } = DTYPE[dtype], offset = end, distance = alignUp(numRows * listSize * itemsize);
    end += fieldIndices.length * distance;
    return isMatrix
      ? { offset, rowStride: itemsize, elementStride: distance }
      : { offset, rowStride: itemsize * listSize, elementStride: itemsize };
  });
  return { places, end };
}

/** The columns in the memory of the slot. */
export function columnViews(
  columns: readonly PlacedColumns[],
  { byteOffset }: Pick<Slot, "byteOffset">,
): readonly ColumnView[] {
  return columns.map(({ offset, rowStride, elementStride }) => ({
    pointer: byteOffset + offset,
    rowStride,
    elementStride,
  }));
}

/** Carried columns in the memory of the slot; the views given count from its start. */
export function carriedViews(
  views: readonly CarriedView[],
  { byteOffset }: Pick<Slot, "byteOffset">,
): readonly CarriedView[] {
  return views.map(({ validity, offsets, pointer, firstBit }) => ({
    validity: validity === null ? null : { ...validity, pointer: validity.pointer + byteOffset },
    offsets: offsets === null ? null : offsets + byteOffset,
    pointer: pointer + byteOffset,
    firstBit,
  }));
}
