/**
 * Elements and indices one after the other.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { broadcastArrays } from "../functions.ts";
import { optionsObject } from "../storage/arguments.ts";
import { shapeText, sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";

/**
 * The indices of a shape in row-major order, each a list; of no axes one, without numbers. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { ndindex } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...ndindex(2, 2)], [[0, 0], [0, 1], [1, 0], [1, 1]]);
 * ```
 */
export function ndindex(
  ...shape: readonly (number | readonly number[])[]
): Generator<number[], void, undefined> {
  const sizes = shape.flat();
  if (!sizes.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new NdpipeError("ARR002", `${shapeText(sizes)} is no shape: sizes are integers from 0`);
  }
  return indicesOf(sizes);
}

function* indicesOf(sizes: readonly number[]): Generator<number[], void, undefined> {
  const index = sizes.map(() => 0);
  for (let left = sizeOfShape(sizes); left > 0; left--) {
    yield [...index];
    for (let axis = sizes.length - 1; axis >= 0 && ++index[axis]! === sizes[axis]; axis--) index[axis] = 0;
  }
}

/**
 * Each element of an array with its index, in row-major order. The elements are those of the moment of the call.
 *
 * @example
 * ```ts
 * import { ndenumerate } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...ndenumerate([[5, 6]])], [[[0, 0], 5], [[0, 1], 6]]);
 * ```
 */
export function ndenumerate(
  a: ArrayLike,
): Generator<[index: number[], value: ScalarValue], void, undefined> {
  const { shape, values } = scope(() => {
    const array = asarray(a);
    return { shape: array.shape, values: array.ravel().toList() as ScalarValue[] };
  });
  return enumerated(shape, values);
}

function* enumerated(
  shape: readonly number[],
  values: readonly ScalarValue[],
): Generator<[index: number[], value: ScalarValue], void, undefined> {
  let next = 0;
  for (const index of indicesOf(shape)) yield [index, values[next++]!];
}

/** Options of `nditer`. */
export interface IterationOptions {
  /** rows first (the default), or columns */
  readonly order?: "C" | "F" | undefined;
}

/**
 * The elements of an array in an order ("C": row-major, the default); of a list of arrays, broadcast, those beside each
 * other: a list of one element of each. The elements are those of the moment of the call. Refused: SHP001, ARR002.
 *
 * @example
 * ```ts
 * import { array, nditer } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...nditer([[1, 2], [[10], [20]]])], [[1, 10], [2, 10], [1, 20], [2, 20]]);
 * deepStrictEqual([...nditer(array([[1, 2], [3, 4]]), { order: "F" })], [1, 3, 2, 4]);
 * ```
 */
export function nditer(array: NDArray, options?: IterationOptions): Generator<ScalarValue, void, undefined>;
/** Of a list of arrays: lists of one element of each. */
export function nditer(
  arrays: readonly ArrayLike[],
  options?: IterationOptions,
): Generator<ScalarValue[], void, undefined>;
export function nditer(
  arrays: NDArray | readonly ArrayLike[],
  options?: IterationOptions,
): Generator<ScalarValue | ScalarValue[], void, undefined> {
  const { order = "C" } = optionsObject<IterationOptions>("nditer", options);
  const elementsOf = (array: NDArray) => array.ravel({ order }).toList() as ScalarValue[];
  return scope(() => {
    if (arrays instanceof NDArray) return each(elementsOf(arrays));
    return besideEachOther(broadcastArrays(...arrays).map(elementsOf));
  });
}

function* each(values: readonly ScalarValue[]): Generator<ScalarValue, void, undefined> {
  yield* values;
}

function* besideEachOther(
  columns: readonly (readonly ScalarValue[])[],
): Generator<ScalarValue[], void, undefined> {
  const length = columns[0]?.length ?? 0;
  for (let i = 0; i < length; i++) yield columns.map((column) => column[i]!);
}
