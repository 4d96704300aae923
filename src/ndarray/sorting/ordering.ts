/**
 * The order of elements: stable sorting, selection and partition of rows by the kernels of assembly/sort.ts and
 * assembly/select.ts, and searching. NaN is last, zeros of both signs are equal.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { arrayKernels, codeOf, WorkSpace } from "../array_module.ts";
import { arraysMemory } from "../storage/storage.ts";
import { emptyRows, rowAddresses, type StoredRows } from "../storage/stored_rows.ts";
import { addressOf, elementsOf, type Strided } from "../storage/strided.ts";
import { fromElements } from "../storage/values.ts";

/** Sorts rows into others, which may be the same; zeros of both signs stay in the order in which they were. Refused: MEM005. */
export function sortRows(rows: StoredRows, target: Strided = rows.view): void {
  const { length, view: { dtype } } = rows, [size, kind] = codeOf(dtype), kernels = arrayKernels();
  if (length === 0 || rows.numRows === 0) return;
  using work = new WorkSpace("sort", kernels.sortWork(length, size));
  kernels.sortRows(addressOf(rows.view), addressOf(target), work.address, rows.numRows, length, size, kind);
}

/** The positions (i64) that sort each row; equal elements stay in order. Refused: MEM005. */
export function argsortRows(rows: StoredRows): Strided {
  const { length, view: { dtype } } = rows, [size, kind] = codeOf(dtype), kernels = arrayKernels();
  const positions = emptyRows(rows, "argsort", "i64");
  if (length === 0 || rows.numRows === 0) return positions;
  try {
    using work = new WorkSpace("argsort", kernels.argsortWork(length));
    let place = addressOf(positions);
    for (const row of rowAddresses(rows)) {
      kernels.argsortRow(row, place, work.address, length, size, kind);
      place += 8 * length;
    }
    return positions;
  } catch (error) {
    positions.storage.freeUnheld();
    throw error;
  }
}

/** The bits that tell a key's elements apart. */
function keyBits(dtype: DType): number {
  return dtype === "bool" ? 1 : 8 * DTYPE[dtype].itemsize;
}

/**
 * The positions (i64) that sort each row by several keys, rows of one shape, the last of which counts most. Keys that fit
 * into 64 bits are sorted by as one. Refused: MEM005.
 */
export function lexsortRows(keys: readonly StoredRows[]): Strided {
  const first = keys[0]!, { length, numRows } = first, kernels = arrayKernels();
  if (keys.length === 1) return argsortRows(first);
  const numBits = keys.reduce((sum, { view: { dtype } }) => sum + keyBits(dtype), 0);
  if (numBits > 64) return lexsortedByEach(keys);
  const dtype = numBits <= 16 ? "u16" : numBits <= 32 ? "u32" : "u64", [keySize] = codeOf(dtype);
  const joined = emptyRows(first, "lexsort", dtype),
    place = addressOf(joined),
    numElements = length * numRows;
  try {
    new Uint8Array(arraysMemory().buffer, place, numElements * 2 ** keySize).fill(0);
    let shift = 0;
    for (const { view } of keys) {
      kernels.addToKeys(addressOf(view), numElements, ...codeOf(view.dtype), shift, place, keySize);
      shift += keyBits(view.dtype);
    }
    return argsortRows({ view: joined, numRows, length, isCopy: true });
  } finally {
    joined.storage.freeUnheld();
  }
}

/** the same by one key after the other, of which each keeps the order of equals */
function lexsortedByEach(keys: readonly StoredRows[]): Strided {
  const { length, numRows } = keys[0]!, positions = emptyRows(keys[0]!, "lexsort", "i64");
  const words = new Int32Array(arraysMemory().buffer, addressOf(positions), 2 * length * numRows).fill(0);
  try {
    for (let start = 0; start < length * numRows; start += length) {
      const order = lexsortElements(keys.map(({ view }) => ({
        elements: elementsOf(view).subarray(start, start + length),
        dtype: view.dtype,
      })));
      for (let i = 0; i < length; i++) words[2 * (start + i)] = order[i]!;
    }
    return positions;
  } catch (error) {
    positions.storage.freeUnheld();
    throw error;
  }
}

/** The most positions around which a row is partitioned; for more of them, sorting takes no longer. */
export const MAX_PIVOTS = 16;

/**
 * Partitions each row around ascending positions, `MAX_PIVOTS` at most: elements into the target, or (isOrder) their
 * positions (i64). The rows, which are a copy, are lost. Refused: MEM005.
 */
export function partitionRows(
  rows: StoredRows,
  target: Strided,
  { kth, isOrder }: { readonly kth: readonly number[]; readonly isOrder: boolean },
): void {
  const { length, view: { dtype } } = rows, [size, kind] = codeOf(dtype), kernels = arrayKernels();
  if (length === 0 || rows.numRows === 0) return;
  const listBytes = 4 * MAX_PIVOTS;
  using work = new WorkSpace("partition", listBytes + 8192 + kernels.selectWork(length, size));
  new Uint32Array(arraysMemory().buffer, work.address, MAX_PIVOTS).set(kth);
  let place = addressOf(target);
  for (const row of rowAddresses(rows)) {
    kernels.rowKeys(row, row, length, size, kind);
    kernels.partitionRow(
      row,
      length,
      work.address,
      kth.length,
      place,
      work.address + listBytes,
      size,
      kind,
      Number(isOrder),
    );
    place += length * DTYPE[target.dtype].itemsize;
  }
}

/** The elements of one row by the position at which sorting puts them. */
export interface OrderedRow {
  /** elements that are not NaN; those that are lie behind */
  readonly numOrdered: number;
  readonly at: (position: number) => number | bigint;
}

/** Rows up to this length are sorted where one element of them is wanted. */
const SORTED_LENGTH = 512;
/** From this many positions on a row is sorted. */
const SORTED_POSITIONS = 8;

/**
 * Visits the rows, of each of which about `numWanted` elements will be asked for by their position. The rows, which are a
 * copy, are lost. Refused: MEM005.
 */
export function visitOrdered(
  rows: StoredRows,
  numWanted: number,
  visit: (row: OrderedRow, index: number) => void,
): void {
  const { length, view: { dtype } } = rows, [size, kind] = codeOf(dtype), kernels = arrayKernels();
  if (length === 0) {
    for (let i = 0; i < rows.numRows; i++) visit({ numOrdered: 0, at: () => NaN }, i);
    return;
  }
  const isSorted = length <= SORTED_LENGTH || numWanted >= SORTED_POSITIONS;
  const numBytes = isSorted ? kernels.sortWork(length, size) : kernels.selectWork(length, size);
  using work = new WorkSpace("selection", 16 + numBytes);
  const elementsAt = (address: number, count: number) =>
    new DTYPE[dtype].TypedArray(arraysMemory().buffer, address, count);
  let index = 0;
  for (const row of rowAddresses(rows)) {
    if (isSorted) {
      kernels.sortRow(row, row, work.address, length, size, kind);
      const sorted = elementsAt(row, length);
      let numOrdered = length;
      if (kind === 2 && Number.isNaN(sorted[length - 1])) numOrdered = insertionPoint(sorted, NaN, "left");
      visit({ numOrdered, at: (position) => sorted[position]! }, index++);
      continue;
    }
    const numOrdered = length - kernels.rowKeys(row, row, length, size, kind);
    // a selection gives the next element too
    const pair = elementsAt(work.address, 2);
    let known = -1;
    const at = (position: number): number | bigint => {
      if (known < 0 || (position !== known && position !== known + 1)) {
        kernels.selectPair(row, length, position, work.address, work.address + 16, size, kind);
        known = position;
      }
      return pair[position - known]!;
    };
    visit({ numOrdered, at }, index++);
  }
}

/** One row of elements in the arrays' memory, for a kernel. */
function stored(elements: TypedArray, dtype: DType): StoredRows {
  const { length } = elements, view = fromElements(elements, { dtype, shape: [length] });
  return { view, numRows: 1, length, isCopy: true };
}

/** The positions that sort elements; equal ones stay in order. Refused: MEM005. */
export function argsortElements(elements: TypedArray, dtype: DType): Uint32Array {
  const row = stored(elements, dtype);
  try {
    const positions = argsortRows(row), { length } = elements;
    const words = new Uint32Array(arraysMemory().buffer, addressOf(positions), 2 * length);
    const order = new Uint32Array(length);
    for (let i = 0; i < length; i++) order[i] = words[2 * i]!;
    positions.storage.freeUnheld();
    return order;
  } finally {
    row.view.storage.freeUnheld();
  }
}

/** The positions that sort rows by several lists of elements, the last of which counts most. Refused: MEM005. */
export function lexsortElements(
  keys: readonly { readonly elements: TypedArray; readonly dtype: DType }[],
): Uint32Array {
  let order: Uint32Array | null = null;
  for (const { elements, dtype } of keys) {
    const known: Uint32Array | null = order;
    if (known === null) {
      order = argsortElements(elements, dtype);
      continue;
    }
    const moved = elements.slice();
    for (let i = 0; i < known.length; i++) moved[i] = elements[known[i]!]!;
    order = argsortElements(moved, dtype).map((i) => known[i]!);
  }
  return order ?? new Uint32Array(0);
}

/** Whether a comes before b in NumPy's order: NaN is last. */
function isBefore(a: number | bigint, b: number | bigint): boolean {
  return a < b || (b !== b && a === a);
}

/** The first position of a sorted row at which `value` may be inserted, or the last. */
export function insertionPoint(
  row: TypedArray,
  value: number | bigint,
  side: "left" | "right",
  sorter: Int32Array | Float64Array | null = null,
): number {
  let low = 0, high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = row[sorter === null ? middle : sorter[middle]!]!;
    const goesOn = side === "left" ? isBefore(element, value) : !isBefore(value, element);
    if (goesOn) low = middle + 1;
    else high = middle;
  }
  return low;
}
