/**
 * What indexing takes besides arrays, as views for as long as it runs; and views and positions as arrays.
 *
 * @module
 */
import { type Indices, NDArray, type Values } from "../array.ts";
import { locating, reading } from "../storage/arguments.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";
import { fromList, viewOfElements } from "../storage/values.ts";
import { refuseNoIndices, viewOfList } from "./index_array.ts";

/** Runs with values as a view, of the dtype where they are plain, and frees what it made of them. */
export function withValues<T>(
  values: Values,
  dtype: Strided["dtype"] | undefined,
  run: (view: Strided) => T,
): T {
  if (values instanceof NDArray) return run(values.view);
  const made = ArrayBuffer.isView(values) ? viewOfElements(values) : fromList(values, dtype);
  try {
    return run(made);
  } finally {
    made.storage.freeUnheld();
  }
}

/** Runs with indices as a view; `argument` is what a refusal calls them. Refused: DTY001, also of bools unless taken. */
export function withIndices<T>(
  argument: string,
  indices: Indices,
  run: (view: Strided) => T,
  { takesBools = false } = {},
): T {
  const { view, isMade } = reading(argument, () => {
    const read = viewOfList(indices);
    try {
      if (!takesBools || read.view.dtype !== "bool") refuseNoIndices(read.view);
    } catch (error) {
      if (read.isMade) read.view.storage.freeUnheld();
      throw error;
    }
    return read;
  });
  try {
    return locating(argument, () => run(view));
  } finally {
    if (isMade) view.storage.freeUnheld();
  }
}

/** Runs with indices as a view, bools as the integers 0 and 1; `argument` is what a refusal calls them. */
export function withPositions<T>(argument: string, indices: Indices, run: (view: Strided) => T): T {
  return withIndices(
    argument,
    indices,
    (list) => run(list.dtype === "bool" ? { ...list, dtype: "u8" } : list),
    { takesBools: true },
  );
}

/** A view of an array as an array. */
export function viewed(a: NDArray, view: Strided): NDArray {
  return new NDArray(view, view.storage === a.view.storage ? a.base ?? a : null);
}

/** Indices as an array of i64. */
export function fromPositions(
  values: Int32Array | Float64Array | readonly number[],
  shape: readonly number[] = [values.length],
): NDArray {
  const result = allocate("i64", shape, {
    demand: { sentence: `indices of i64 (${shape.join(", ")})`, operands: [] },
  });
  const halves = new Int32Array(arraysMemory().buffer, addressOf(result), 2 * values.length);
  if (values instanceof Int32Array) {
    for (let i = 0; i < values.length; i++) {
      halves[2 * i] = values[i]!;
      halves[2 * i + 1] = values[i]! >> 31;
    }
    return new NDArray(result);
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    halves[2 * i] = value;
    halves[2 * i + 1] = Math.floor(value / 4294967296);
  }
  return new NDArray(result);
}
