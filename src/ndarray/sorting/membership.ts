/**
 * Whether elements are among others, by the kernels of assembly/membership.ts; where a table of them has no room, or is
 * given up, by halving the sorted others (assembly/search.ts).
 *
 * @module
 */
import { DTYPE, promoteTypes } from "../../dtype/mod.ts";
import { MemoryError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { arrayKernels, codeOf, WorkSpace } from "../array_module.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { scalarAddress } from "../evaluate/kernel_cache.ts";
import { rowMajorStrides } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { emptyRows, freeRows, rowsToRead, type StoredRows } from "../storage/stored_rows.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";
import { sortRows } from "./ordering.ts";

/** Entries of a table of a range: as many as NumPy makes of so many elements, and no more than these. */
const MOST_ENTRIES = 1 << 24;
/** From so many bytes on a table of half the buckets takes no more time. */
const LARGE_TABLE = 8 * 2 ** 20;
/** So many others are each compared with. */
const FEW = 16;
/** Values sought in a sorted row by one call: the engine's optimised code takes over at the next call only. */
const VALUES_PER_CALL = 4096;

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
  // a bucket of four for each, of which few get more; half of them where that is much memory
  const bucketBytes = 4 * itemsize, most = Math.ceil(Math.log2(numOthers + 1));
  const bits = bucketBytes * 2 ** most <= LARGE_TABLE ? most : most - 1;
  {
    using table = tableOf(bucketBytes * 2 ** bits);
    if (table !== null && kernels.findInBuckets(...rows, table.address, 64 - bits, invert, size, kind)) {
      return;
    }
  }
  findInSorted(elements, others, { found, invert });
}

/** A table, or null where memory has no room for it. */
function tableOf(numBytes: number): WorkSpace | null {
  try {
    return new WorkSpace("isin", numBytes);
  } catch (error) {
    if (error instanceof MemoryError) return null;
    throw error;
  }
}

function findInSorted(
  elements: StoredRows,
  others: StoredRows,
  { found, invert }: { readonly found: number; readonly invert: number },
): void {
  const { dtype } = others.view, { itemsize } = DTYPE[dtype], kernels = arrayKernels();
  const sorted = others.isCopy ? others.view : emptyRows(others, "isin", dtype);
  try {
    sortRows(others, sorted);
    const row = addressOf(sorted), from = addressOf(elements.view);
    for (let done = 0; done < elements.length; done += VALUES_PER_CALL) {
      const num = Math.min(VALUES_PER_CALL, elements.length - done), at = from + done * itemsize;
      kernels.findInSorted(row, others.length, at, num, found + done, invert, ...codeOf(dtype));
    }
  } finally {
    if (!others.isCopy) sorted.storage.freeUnheld();
  }
}
