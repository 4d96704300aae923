/**
 * Arrays as indices: lists of integers of any dtype, masks, and what counts as out of an axis.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError } from "../../errors.ts";
import { type IndexMode, type Indices, NDArray } from "../array.ts";
import { contiguous } from "../elementwise/operations.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, describe, elementsOf, type Strided } from "../storage/strided.ts";
import { fromList, type NestedList, viewOfElements } from "../storage/values.ts";
import { flatNonzero } from "./nonzero_positions.ts";

/** Integers in row-major order, and their shape. */
export interface IndexArray {
  readonly values: Int32Array | Float64Array;
  readonly shape: readonly number[];
}

/** Whether nested lists hold no element at all. */
function isEmptyList(list: NestedList): boolean {
  return Array.isArray(list) && list.every(isEmptyList);
}

/** An operand as a view; `made` is true for one that this call allocated. */
export function viewOfList(value: Indices): { readonly view: Strided; readonly isMade: boolean } {
  if (value instanceof NDArray) return { view: value.view, isMade: false };
  if (ArrayBuffer.isView(value)) return { view: viewOfElements(value), isMade: true };
  // as NumPy: a list without elements is one of integers where integers are wanted
  return { view: isEmptyList(value) ? fromList(value, "i64") : fromList(value), isMade: true };
}

/** Refuses what is no integer. */
export function refuseNoIndices(source: Strided): void {
  const { kind } = DTYPE[source.dtype];
  if (kind !== "f" && kind !== "b") return;
  throw new DTypeError("DTY001", `an index is an integer, not ${source.dtype}`, {
    operands: [describe(source)],
    help: 'cast it: .astype("i64")',
  });
}

/** Reads a view of integers. 64-bit integers beyond 2^53 are out of every axis and are read inexactly. Refused: DTY001. */
export function readIndices(source: Strided): IndexArray {
  const { kind, isBigInt } = DTYPE[source.dtype];
  refuseNoIndices(source);
  const rows = contiguous(source), { shape } = source, size = sizeOfShape(shape);
  try {
    if (!isBigInt) {
      const elements = elementsOf(rows);
      return {
        shape,
        values: source.dtype === "u32"
          ? Float64Array.from(elements as Uint32Array)
          : Int32Array.from(elements as Int32Array),
      };
    }
    const halves = new Int32Array(arraysMemory().buffer, addressOf(rows), 2 * size);
    const isSigned = kind === "i", values = narrowed(halves, isSigned) ?? new Float64Array(size);
    if (values instanceof Int32Array) return { values, shape };
    for (let i = 0; i < size; i++) {
      const high = halves[2 * i + 1]!;
      values[i] = (isSigned ? high : high >>> 0) * 4294967296 + (halves[2 * i]! >>> 0);
    }
    return { values, shape };
  } finally {
    if (rows !== source) rows.storage.freeUnheld();
  }
}

/** 64-bit integers as 32-bit ones; null where one is beyond them. */
function narrowed(halves: Int32Array, isSigned: boolean): Int32Array | null {
  const values = new Int32Array(halves.length / 2);
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const low = halves[2 * i]!, sign = low >> 31;
    // an unsigned integer has no sign: its lower half is below 2^31
    lost |= (halves[2 * i + 1]! ^ sign) | (isSigned ? 0 : sign);
    values[i] = low;
  }
  return lost === 0 ? values : null;
}

/** Reads indices however they are given. Refused: DTY001, ARR002. */
export function indicesOf(value: Indices): IndexArray {
  const { view, isMade } = viewOfList(value);
  try {
    return readIndices(view);
  } finally {
    if (isMade) view.storage.freeUnheld();
  }
}

/** Indices as positions from 0 to `size - 1`, in a list of their own. Refused: SHP010. */
export function resolveIndices(
  { values }: IndexArray,
  size: number,
  { mode, what }: { readonly mode: IndexMode; readonly what: string },
): Int32Array | Float64Array {
  const resolved = values.slice();
  if (mode !== "raise" && size === 0 && values.length > 0) refuseIndex(values[0]!, size, what);
  for (let i = 0; i < resolved.length; i++) {
    const index = resolved[i]!;
    if (index >= 0 && index < size) continue;
    if (mode === "raise") {
      if (index < -size || index >= size) refuseIndex(index, size, what);
      resolved[i] = index + size;
    } else if (mode === "clip") resolved[i] = index < 0 ? 0 : size - 1;
    else resolved[i] = ((index % size) + size) % size;
  }
  return resolved;
}

/** Refuses an index that is out of `what`. */
export function refuseIndex(index: number, size: number, what: string): never {
  throw new NdpipeError("SHP010", `index ${index} is out of ${what} of size ${size}`, {
    help: `indices are from ${-size} to ${size - 1}; take counts round or clips: { mode: "wrap" }`,
  });
}

/** The bytes of a contiguous bool array, 0 or 1; other dtypes are compared with 0 first. */
export function positionsOfTrue(test: Uint8Array): Int32Array {
  const size = test.length;
  let count = 0;
  for (let i = 0; i < size; i++) count += test[i]!;
  // one place more: every position is written, and the next one over it where the test fails
  const positions = new Int32Array(count + 1);
  for (let i = 0, at = 0; i < size; i++) {
    positions[at] = i;
    at += test[i]!;
  }
  return positions.subarray(0, count);
}

/** For each axis of a view, the indices of its elements that are not zero, in row-major order. */
export function nonzeroIndices(source: Strided): Int32Array[] {
  const flat = flatNonzero(source);
  const { shape } = source;
  if (shape.length === 1) return [flat];
  const lists: Int32Array[] = [];
  let rest = flat;
  for (const size of shape.toReversed()) {
    const along = new Int32Array(flat.length), outer = new Int32Array(flat.length);
    // positions ascend: a division is made where the next begins only
    for (let i = 0, start = 0, quotient = 0; i < flat.length; i++) {
      const position = rest[i]!;
      if (position - start >= size) {
        quotient = Math.floor(position / size);
        start = quotient * size;
      }
      along[i] = position - start;
      outer[i] = quotient;
    }
    lists.unshift(along);
    rest = outer;
  }
  return lists;
}
