/**
 * The different elements of arrays, how often and where they occur, and sorted sets joined, by the kernels of
 * assembly/distinct.ts. NaN is last, zeros of both signs are equal.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NDArray } from "../array.ts";
import { arrayKernels, codeOf, WorkSpace } from "../array_module.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { rowMajorStrides } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { emptyRows, freeRows, rowsToRead } from "../storage/stored_rows.ts";
import { addressOf, allocate, numBytesOf, type Strided } from "../storage/strided.ts";
import { argsortRows, sortRows } from "./ordering.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

interface DistinctParts {
  /** ascending */
  readonly values: NDArray;
  /** where each value occurs first (i64) */
  readonly indices: NDArray;
  /** the position among the values of each element (i64), in the array's shape; with an axis, of each part */
  readonly inverseIndices: NDArray;
  /** how often each value occurs (i64) */
  readonly counts: NDArray;
}

/** What `uniqueAll` gives; it unpacks in this order. */
export type UniqueParts = NamedTuple<DistinctParts, ["values", "indices", "inverseIndices", "counts"]>;

/** How elements are told apart. */
interface DistinctOptions {
  /** what they are compared in; default their own */
  readonly dtype?: DType;
  /** whether NaNs are one value */
  readonly equalNan: boolean;
  /** whether they are counted */
  readonly isCounted?: boolean;
}

/** The different elements of an array, ascending, and how often each occurs (i64) where that is asked for. Refused: MEM005. */
export function distinctOf(
  a: NDArray,
  { dtype = a.dtype, equalNan, isCounted = false }: DistinctOptions,
): { readonly values: Strided; readonly counts: Strided | null } {
  const rows = rowsToRead(a, null, dtype), n = rows.length, kernels = arrayKernels();
  /** what is freed in the end: all that was made, but for the results */
  const made: Strided[] = [];
  try {
    const sorted = emptyRows(rows, "unique", dtype);
    made.push(sorted);
    sortRows(rows, sorted);
    using work = new WorkSpace("unique", isCounted ? 8 * (n + 1) : 8);
    const place = addressOf(sorted), places = isCounted ? work.address : 0;
    const num = n === 0
      ? 0
      : kernels.distinctElements(place, n, place, places, ...codeOf(dtype), Number(equalNan));
    if (isCounted && n > 0) kernels.countsOfPlaces(places, num, n);
    const values = copiedRow(dtype, place, num);
    made.push(values);
    const counts = isCounted ? copiedRow("i64", places, num) : null;
    made.pop();
    return { values, counts };
  } finally {
    for (const { storage } of made) storage.freeUnheld();
    freeRows(rows);
  }
}

function newRow(dtype: DType, length: number): Strided {
  const shape = [length];
  return allocate(dtype, shape, { demand: demandOf("unique", [], { dtype, shape }) });
}

/** elements at an address as a new array */
function copiedRow(dtype: DType, address: number, length: number): Strided {
  const row = newRow(dtype, length), numBytes = numBytesOf(dtype, row.shape), { buffer } = arraysMemory();
  new Uint8Array(buffer, addressOf(row), numBytes).set(new Uint8Array(buffer, address, numBytes));
  return row;
}

/** The parts of `uniqueAll` by name and in order. */
export function uniqueParts(
  [values, indices, inverseIndices, counts]: readonly [NDArray, NDArray, NDArray, NDArray],
): UniqueParts {
  const parts = { values, indices, inverseIndices, counts };
  return unpacked(parts, "values", "indices", "inverseIndices", "counts");
}

/** The different elements, ascending, where each is first, which each element is, and how often each occurs. Refused: MEM005. */
export function groupsOfElements(a: NDArray, equalNan: boolean): UniqueParts {
  const { dtype, shape } = a, rows = rowsToRead(a, null), n = rows.length, kernels = arrayKernels();
  const made: Strided[] = [];
  try {
    const inverse = allocate("i64", shape, {
      strides: rowMajorStrides(shape, DTYPE.i64.itemsize),
      demand: demandOf("unique", [a.view], { dtype: "i64", shape }),
    });
    made.push(inverse);
    const order = argsortRows(rows);
    made.push(order);
    using work = new WorkSpace("unique", 8 * (n + 1));
    const starts = work.address, elements = addressOf(rows.view), [size, kind] = codeOf(dtype);
    const parts = [elements, addressOf(order)] as const;
    const num = n === 0
      ? 0
      : kernels.groupElements(...parts, n, addressOf(inverse), starts, size, kind, Number(equalNan));
    const values = newRow(dtype, num);
    made.push(values);
    const indices = newRow("i64", num);
    made.push(indices);
    kernels.pickFirst(...parts, starts, num, addressOf(indices), addressOf(values), size);
    if (num > 0) kernels.countsOfPlaces(starts, num, n);
    const counts = copiedRow("i64", starts, num);
    return uniqueParts([
      new NDArray(values),
      new NDArray(indices),
      new NDArray(inverse),
      new NDArray(counts),
    ]);
  } finally {
    // what an array holds by now stays
    for (const { storage } of made) storage.freeUnheld();
    freeRows(rows);
  }
}

/** What a join has, as the kernel's bits. */
const JOIN_BITS = { first: 1, second: 2, both: 4 } as const;

/** Two sorted sets of one dtype joined: what is in the first alone, in the second alone, in both. Refused: MEM005. */
export function joinedSets(x: Strided, y: Strided, chosen: readonly (keyof typeof JOIN_BITS)[]): Strided {
  const { dtype } = x, numX = x.shape[0]!, numY = y.shape[0]!;
  using work = new WorkSpace("sets", (numX + numY + 1) * DTYPE[dtype].itemsize);
  const bits = chosen.reduce((sum, part) => sum + JOIN_BITS[part], 0);
  const num = arrayKernels().joinSets(
    addressOf(x),
    numX,
    addressOf(y),
    numY,
    work.address,
    bits,
    ...codeOf(dtype),
  );
  return copiedRow(dtype, work.address, num);
}
