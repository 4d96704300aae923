/**
 * Whether elements are among others, by the kernels of assembly/membership.ts.
 *
 * @module
 */
import { DTYPE, promoteTypes } from "../../dtype/mod.ts";
import type { NDArray } from "../array.ts";
import { arrayKernels, codeOf, WorkSpace } from "../array_module.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { scalarAddress } from "../evaluate/kernel_cache.ts";
import { rowMajorStrides } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { freeRows, rowsToRead, type StoredRows } from "../storage/stored_rows.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";

/** Entries of a table of a range: as many as NumPy makes of so many elements, and no more than these. */
const MOST_ENTRIES = 1 << 24;
/** So many others are each compared with. */
const FEW = 16;

/** Whether each element is among the others, or (`invert`) is not, in the shape of the elements. Refused: MEM005. */
export function membersOf(elements: NDArray, others: NDArray, invert: boolean): Strided {
  const dtype = promoteTypes(elements.dtype, others.dtype), { shape } = elements;
  const made: StoredRows[] = [], demand = demandOf("isin", [elements.view], { dtype: "bool", shape });
  const found = allocate("bool", shape, { strides: rowMajorStrides(shape, 1), demand });
  try {
    for (const array of [elements, others]) made.push(rowsToRead(array, null, dtype));
    find(made as [StoredRows, StoredRows], addressOf(found), Number(invert));
    return found;
  } catch (error) {
    found.storage.freeUnheld();
    throw error;
  } finally {
    made.forEach(freeRows);
  }
}

function find([elements, others]: readonly [StoredRows, StoredRows], found: number, invert: number): void {
  const { dtype } = others.view, { itemsize } = DTYPE[dtype], [size, kind] = codeOf(dtype);
  const numElements = elements.length, numOthers = others.length, kernels = arrayKernels();
  if (numOthers === 0) {
    new Uint8Array(arraysMemory().buffer, found, numElements).fill(invert);
    return;
  }
  const from = addressOf(others.view),
    rows = [addressOf(elements.view), numElements, from, numOthers, found] as const;
  if (kind !== 2) {
    const low = scalarAddress(0), wide = Math.min(MOST_ENTRIES, 6 * (numElements + numOthers));
    const range = kernels.integerRange(from, numOthers, itemsize <= 2 ? 65_536 : wide, low, size, kind);
    if (range > 0) {
      using table = new WorkSpace("isin", range + 1);
      kernels.findInRange(...rows, table.address, low, range, invert, size);
      return;
    }
  }
  if (numOthers <= FEW) {
    kernels.findAmongFew(...rows, invert, size, kind);
    return;
  }
  // a bucket for each: few get more than its four
  const bits = Math.max(1, Math.ceil(Math.log2(numOthers + 1)));
  using table = new WorkSpace("isin", 4 * itemsize * 2 ** bits);
  kernels.findInBuckets(...rows, table.address, 64 - bits, invert, size, kind);
}
