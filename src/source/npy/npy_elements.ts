/**
 * Elements of a column as the kernels take them: native dtypes in little-endian order, bool as 0 or 1. What lies
 * otherwise in the file is put right in pieces.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { NpyColumn } from "./npy_table.ts";

/** What is put right is read in pieces of this. */
export const PIECE_BYTES = 256 * 1024;

/** Bytes of a row in the slot. */
export function rowBytesOf({ dtype, listSize }: NpyColumn): number {
  return DTYPE[dtype].itemsize * (listSize ?? 1);
}

/** Whether the rows lie in the file as they do in the slot */
export function isPlain(column: NpyColumn): boolean {
  const { dtype, itemsize, isBigEndian, rowStride, elementStride } = column;
  return !isBigEndian && itemsize === DTYPE[dtype].itemsize && elementStride === itemsize &&
    rowStride === rowBytesOf(column);
}

/** Converts one element: element `to` of the target, from a byte of the piece. */
export function copyElement(
  { dtype, itemsize, isBigEndian }: NpyColumn,
  piece: Uint8Array,
  { from, target, to }: { readonly from: number; readonly target: Uint8Array; readonly to: number },
): void {
  const size = DTYPE[dtype].itemsize;
  if (itemsize !== size) {
    const value = new DataView(piece.buffer, piece.byteOffset + from, 2).getFloat16(0, !isBigEndian);
    new DataView(target.buffer, target.byteOffset + to * size, 4).setFloat32(0, value, true);
    return;
  }
  const start = to * size;
  for (let b = 0; b < size; b++) target[start + b] = piece[from + (isBigEndian ? size - 1 - b : b)]!;
}

/** NumPy's bytes of bool may be any; kernels take 0 and 1. */
export function normaliseBools({ dtype }: NpyColumn, bytes: Uint8Array): void {
  if (dtype !== "bool") return;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) bytes[i] = 1;
}
