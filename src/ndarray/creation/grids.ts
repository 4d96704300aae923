/**
 * Coordinates: meshgrid, indices, fromfunction; and numbers spaced by factors: logspace, geomspace.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { duplicate } from "../elementwise/operations.ts";
import { viewed } from "../indexing/operands.ts";
import { flatten } from "../movement/axes.ts";
import { broadcastTo } from "../movement/movement.ts";
import { sizesOf } from "../storage/integer_lists.ts";
import { scope } from "../storage/lifetime.ts";
import { arraysOf } from "../storage/rows.ts";
import { broadcastView, type Strided } from "../storage/strided.ts";
import { arange } from "./arange.ts";
import { type ArrayLike, type DTypeOption, empty } from "./creation.ts";
import { isOptions, optionsOf, type Positional } from "../storage/arguments.ts";
import { called } from "../storage/called.ts";

/** How `meshgrid` lays its vectors out. */
export interface MeshgridOptions {
  /** "xy": the first vector runs along axis 1 and the second along axis 0; "ij": each along its own; default "xy" */
  readonly indexing?: "xy" | "ij";
  /** views that broadcast to the grid, instead of the grid; default false */
  readonly sparse?: boolean;
  /** false: read-only views instead of copies; default true */
  readonly copy?: boolean;
}

/** A vector along one axis of a grid, size 1 along the others. */
function alongAxis(view: Strided, axis: number, rank: number): Strided {
  const size = view.shape[0]!, stride = view.strides[0]!;
  const shape = Array<number>(rank).fill(1).with(axis, size);
  return { ...view, shape, strides: Array<number>(rank).fill(0).with(axis, stride) };
}

/**
 * The coordinates of a grid, one array for each vector. Copies by default. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { arange, meshgrid } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [x, y] = meshgrid([arange(3), arange(2)]);
 * deepStrictEqual(x!.toList(), [[0, 1, 2], [0, 1, 2]]);
 * deepStrictEqual(y!.toList(), [[0, 0, 0], [1, 1, 1]]);
 * deepStrictEqual(meshgrid([0, 1, 2], [0, 1])[0]!.toList(), x!.toList());
 * ```
 */
export function meshgrid(
  vectors: readonly ArrayLike[],
  ...args: Positional<MeshgridOptions>
): NDArray[];
/** one vector after the other, as NumPy takes them */
export function meshgrid(...args: readonly (ArrayLike | MeshgridOptions)[]): NDArray[];
export function meshgrid(...args: readonly unknown[]): NDArray[] {
  const first = args.findIndex((each) => each === undefined || each === null || isOptions(each));
  const given = first < 0 ? args : args.slice(0, first);
  const options = optionsOf<MeshgridOptions>("meshgrid", first < 0 ? [] : args.slice(first));
  const [only] = given, isList = given.length === 1 && Array.isArray(only) && !only.every(isPlain);
  const vectors = (isList ? only : given) as ArrayLike[];
  return called("meshgrid", () => scope(() => gridOf(arraysOf(vectors), options)));
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object";
}

function gridOf(
  vectors: readonly NDArray[],
  { indexing = "xy", sparse = false, copy = true }: MeshgridOptions,
): NDArray[] {
  if (indexing !== "xy" && indexing !== "ij") {
    throw new NdpipeError("ARR002", `meshgrid takes the indexing "xy" or "ij", not "${String(indexing)}"`);
  }
  const rank = vectors.length;
  const axisOf = (i: number) => indexing === "xy" && rank > 1 && i < 2 ? 1 - i : i;
  const flat = vectors.map((vector) => vector.ndim === 1 ? vector : flatten(vector));
  const views = flat.map((vector, i) => alongAxis(vector.view, axisOf(i), rank));
  const shape = Array<number>(rank).fill(1);
  flat.forEach((vector, i) => shape[axisOf(i)] = vector.size);
  const results = views.map((view, i) => {
    const grid = sparse ? view : broadcastView(view, shape);
    return copy ? new NDArray(duplicate(grid, { order: "C" })) : viewed(flat[i]!, grid);
  });
  flat.forEach((vector, i) => {
    if (vector !== vectors[i]) vector.dispose();
  });
  return results;
}

function axesOf(shape: readonly number[], dtype: DType): NDArray[] {
  return shape.map((size) => arange(0, size, { dtype }));
}

/**
 * The indices of a shape: one array (rank, …shape), or with `sparse` a list of arrays that broadcast to it. i64 by
 * default. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { indices } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [rows, columns] = indices([2, 3], { sparse: true });
 * deepStrictEqual(rows!.toList(), [[0], [1]]);
 * deepStrictEqual(columns!.toList(), [[0, 1, 2]]);
 * deepStrictEqual(indices([2, 2]).toList(), [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]);
 * ```
 */
export function indices(
  shape: readonly number[],
  options?: DTypeOption & { readonly sparse?: false },
): NDArray;
/** With `sparse`: one array for each axis, of size 1 along the others. */
export function indices(
  shape: readonly number[],
  options: DTypeOption & { readonly sparse: true },
): NDArray[];
/** by position, as NumPy's dtype and sparse */
export function indices(shape: readonly number[], dtype: DType, sparse?: false): NDArray;
export function indices(shape: readonly number[], dtype: DType, sparse: true): NDArray[];
export function indices(
  of: readonly number[],
  ...args: readonly unknown[]
): NDArray | NDArray[] {
  const { dtype = "i64", sparse = false } = optionsOf<DTypeOption & { readonly sparse?: boolean }>(
    "indices",
    args,
    ["dtype", "sparse"],
  );
  const shape = sizesOf("indices", of);
  return called("indices", () => indicesOf(shape, dtype, sparse));
}

function indicesOf(shape: readonly number[], dtype: DType, sparse: boolean): NDArray | NDArray[] {
  const vectors = axesOf(shape, dtype);
  try {
    const made = vectors.map(({ view }, axis) => alongAxis(view, axis, shape.length));
    if (sparse) return made.map((view) => new NDArray(duplicate(view)));
    const result = empty([shape.length, ...shape], { dtype });
    made.forEach((view, axis) => result.set(axis, new NDArray(broadcastView(view, shape))));
    return result;
  } finally {
    for (const vector of vectors) vector.dispose();
  }
}

/**
 * What a function gives for the indices of a shape, which it takes as arrays of that shape, one for each axis; f64 by
 * default, as in NumPy.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { fromfunction } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fromfunction((i, j) => i.mul(10).add(j), [2, 3]).toList(), [[0, 1, 2], [10, 11, 12]]);
 * ```
 */
export function fromfunction<T>(
  build: (...indices: NDArray[]) => T,
  of: readonly number[],
  ...args: Positional<DTypeOption, ["dtype"]>
): T {
  const { dtype = "f64" } = optionsOf<DTypeOption>("fromfunction", args, ["dtype"]);
  const shape = sizesOf("fromfunction", of);
  const grids = called("fromfunction", () => {
    const vectors = axesOf(shape, dtype);
    try {
      return vectors.map(({ view }, axis) =>
        new NDArray(duplicate(broadcastTo(alongAxis(view, axis, shape.length), shape)))
      );
    } finally {
      for (const vector of vectors) vector.dispose();
    }
  });
  const result = build(...grids);
  for (const grid of grids) if (grid !== result as unknown) grid.dispose();
  return result;
}
