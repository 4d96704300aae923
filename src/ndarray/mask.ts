/**
 * Boolean masks: the rows of a view for which a mask holds.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { COMPRESS_DESCRIPTOR_BYTES, writeCompressDescriptor } from "../kernel/compile/compress.ts";
import { bytesOf, type Region } from "../memory/mod.ts";
import { demandOf } from "./evaluate.ts";
import { compressFunction, compressTable, descriptorAddress } from "./kernel_cache.ts";
import { sizeOfShape } from "./layout.ts";
import { contiguous } from "./operations.ts";
import { allocateForGood, arraysMemory } from "./storage.ts";
import { addressOf, allocate, describe, elementsOf, type Strided } from "./strided.ts";

const tables = new Map<number, Region>();

function tableAddress(itemsize: 1 | 2 | 4 | 8): number {
  const known = tables.get(itemsize);
  if (known !== undefined) return known.byteOffset;
  const table = compressTable(itemsize);
  const region = allocateForGood(table.length);
  bytesOf(region).set(table);
  tables.set(itemsize, region);
  return region.byteOffset;
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
  if (by.shape.join() !== source.shape.slice(0, rank).join()) {
    throw new ShapeError("SHP009", `a mask of ${describe(by)} does not fit ${describe(source)}`, {
      operands,
      help: "a mask has the shape of the array, or of its first axes",
    });
  }
  const test = contiguous(by), rows = contiguous(source);
  try {
    const bytes = elementsOf(test) as Uint8Array;
    let numKept = 0;
    for (let i = 0; i < bytes.length; i++) numKept += bytes[i]!;
    const { dtype } = source, { itemsize } = DTYPE[dtype];
    const width = sizeOfShape(source.shape.slice(rank)), shape = [numKept, ...source.shape.slice(rank)];
    const result = allocate(dtype, shape, { demand: demandOf("mask", [source, by], { dtype, shape }) });
    const tablePointer = tableAddress(itemsize);
    const descriptor = descriptorAddress(COMPRESS_DESCRIPTOR_BYTES);
    writeCompressDescriptor(arraysMemory(), descriptor, {
      maskPointer: addressOf(test),
      numRows: bytes.length,
      sourcePointer: addressOf(rows),
      sourceRowStride: width * itemsize,
      width,
      sourceElementStride: itemsize,
      destinationPointer: addressOf(result),
      tablePointer,
    });
    compressFunction(itemsize)(descriptor);
    return result;
  } finally {
    if (test !== by) test.storage.freeUnheld();
    if (rows !== source) rows.storage.freeUnheld();
  }
}
