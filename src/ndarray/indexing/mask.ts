/**
 * Boolean masks: the rows of a view for which a mask holds.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import { COMPRESS_DESCRIPTOR_BYTES, writeCompressDescriptor } from "../../kernel/compile/compress.ts";
import type { Itemsize } from "../../plan/loop_kernel.ts";
import { contiguous } from "../elementwise/operations.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { compressFunction, descriptorAddress } from "../evaluate/kernel_cache.ts";
import { tableAddress } from "../evaluate/shuffle_tables.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, describe, type Strided } from "../storage/strided.ts";

/** Rows of one call: the engine's optimised code takes over at the next call only, so none may be long. */
const ROWS_PER_CALL = 65_536;

/** Where the rows of a call lie: `width` neighbouring elements each, of which those with a mask are kept. */
interface MaskedRows {
  readonly maskPointer: number;
  readonly numRows: number;
  readonly sourcePointer: number;
  readonly width: number;
  readonly itemsize: Itemsize;
}

/** Copies the rows that are kept and returns their number; rows without elements are only counted. */
function keepRows(rows: MaskedRows, destinationPointer: number): number {
  const { maskPointer, numRows, sourcePointer, width, itemsize } = rows, rowBytes = width * itemsize;
  const run = compressFunction(itemsize), tablePointer = tableAddress(itemsize);
  const descriptor = descriptorAddress(COMPRESS_DESCRIPTOR_BYTES);
  let numKept = 0;
  for (let start = 0; start < numRows; start += ROWS_PER_CALL) {
    writeCompressDescriptor(arraysMemory(), descriptor, {
      maskPointer: maskPointer + start,
      numRows: Math.min(ROWS_PER_CALL, numRows - start),
      sourcePointer: sourcePointer + start * rowBytes,
      sourceRowStride: rowBytes,
      width,
      sourceElementStride: itemsize,
      destinationPointer: destinationPointer + numKept * rowBytes,
      tablePointer,
    });
    numKept += run(descriptor)!;
  }
  return numKept;
}

/** Whether a mask stands on the first axes of a shape. As NumPy, a mask's axis without elements is on any. */
export function isMaskOf(shape: readonly number[], mask: readonly number[]): boolean {
  return mask.length <= shape.length && mask.every((size, axis) => size === 0 || size === shape[axis]);
}

/**
 * NumPy's `a[mask]`: the mask's axes are the first axes of the array, and become one. Always a copy. Refused: DTY001
 * for a mask that is not bool, SHP009 for one of another shape.
 */
export function mask(source: Strided, by: Strided): Strided {
  const operands = [describe(source), `mask ${describe(by)}`];
  if (by.dtype !== "bool") {
    throw new DTypeError("DTY001", `a mask is bool, not ${by.dtype}`, {
      operands,
      help: "compare it first: .ne(0)",
    });
  }
  const rank = by.shape.length;
  if (!isMaskOf(source.shape, by.shape)) {
    throw new ShapeError("SHP009", `a mask of ${describe(by)} does not fit ${describe(source)}`, {
      operands,
      help: "a mask has the shape of the array, or of its first axes",
    });
  }
  const test = contiguous(by), rows = contiguous(source);
  try {
    const { dtype } = source, { itemsize } = DTYPE[dtype];
    const numRows = sizeOfShape(by.shape), inner = source.shape.slice(rank), width = sizeOfShape(inner);
    const masked = { maskPointer: addressOf(test), numRows, sourcePointer: addressOf(rows), itemsize };
    const shape = [keepRows({ ...masked, width: 0 }, 0), ...inner];
    const result = allocate(dtype, shape, { demand: demandOf("mask", [source, by], { dtype, shape }) });
    if (width > 0) keepRows({ ...masked, width }, addressOf(result));
    return result;
  } finally {
    if (test !== by) test.storage.freeUnheld();
    if (rows !== source) rows.storage.freeUnheld();
  }
}
