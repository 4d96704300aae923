/**
 * Positions as arrays: between the flat array and its axes, those of diagonals and triangles, and the grid that lists
 * of indices span.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { type IndexMode, NDArray } from "../array.ts";
import { arange } from "../creation/arange.ts";
import { type ArrayLike, asarray, ones } from "../creation/creation.ts";
import { tri } from "../creation/triangles.ts";
import { refuseReadOnly } from "../elementwise/operations.ts";
import { called } from "../storage/called.ts";
import { type ShapeArgument, sizesOf } from "../storage/integer_lists.ts";
import { shapeText, sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { over, refuseArgument } from "../storage/rows.ts";
import { indicesOf, resolveIndices } from "./index_array.ts";
import { nonzero } from "./choosing.ts";
import { put } from "./indexing.ts";
import { fromPositions } from "./operands.ts";
import {
  argumentOf,
  locating,
  type Named,
  optionsOf,
  type Positional,
  reading,
} from "../storage/arguments.ts";
import { INDEX_MODES, refuseOtherWord } from "../storage/option_kinds.ts";

/** In which order positions count the elements: rows ("C", the default) or columns. */
export interface PositionOptions {
  readonly order?: "C" | "F";
}

/** Options of `ravelMultiIndex`. */
export interface RavelOptions extends PositionOptions {
  /** what is done with an index that is out of its axis, for all axes or for each; default "raise" */
  readonly mode?: IndexMode | readonly IndexMode[];
}

/** the axes in the order in which positions count them: the fastest last */
function axesInOrder(rank: number, order: "C" | "F"): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return order === "F" ? axes.reverse() : axes;
}

/** bools as the positions 0 and 1, as NumPy casts them */
function withoutBools(indices: NDArray): NDArray {
  return indices.dtype === "bool" ? indices.astype("i64") : indices;
}

function isAnyBelowZero(values: Int32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! < 0) return true;
  return false;
}

/**
 * The indices along each axis of positions in the flat array. Refused: ARR002, SHP010, DTY001.
 * By position, as in NumPy: `order`; then options.
 *
 * @example
 * ```ts
 * import { unravelIndex } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(unravelIndex([22, 41], [7, 6]).map((along) => along.toList()), [[3, 6], [4, 5]]);
 * ```
 */
export function unravelIndex(
  positions: ArrayLike,
  of: ShapeArgument,
  ...args: Positional<PositionOptions, ["order"]>
): NDArray[] {
  const { order = "C" } = optionsOf<PositionOptions>("unravelIndex", args, ["order"]);
  return scope(() => {
    const argument = "positions of unravelIndex",
      given = reading(argument, () => withoutBools(asarray(positions)));
    const shape = sizesOf("unravelIndex", of), size = sizeOfShape(shape);
    if (size > Number.MAX_SAFE_INTEGER) {
      refuseArgument(`${shapeText(shape)} has more elements than can be counted`);
    }
    if (shape.length === 0 && given.ndim > 0) {
      refuseArgument(
        "an array without axes has one element: unravelIndex takes one position in it, not an array",
      );
    }
    const flat = reading(argument, () => indicesOf(given).values);
    // a position counts from the front only
    if (isAnyBelowZero(flat)) {
      refuseArgument("a position is not below zero", "add the number of elements to it");
    }
    const rest = Float64Array.from(
      locating(
        argument,
        () => resolveIndices({ values: flat, shape: [] }, size, { mode: "raise", what: "the elements" }),
      ),
    );
    const found = new Map<number, NDArray>();
    for (const axis of axesInOrder(shape.length, order).reverse()) {
      const along = new Float64Array(rest.length), extent = shape[axis]!;
      for (let i = 0; i < rest.length; i++) {
        const quotient = Math.floor(rest[i]! / extent);
        along[i] = rest[i]! - quotient * extent;
        rest[i] = quotient;
      }
      found.set(axis, fromPositions(along, given.shape));
    }
    return shape.map((_, axis) => found.get(axis)!);
  });
}

/**
 * The positions in the flat array of indices along each axis, which broadcast; `mode` is for all axes or a list. Refused: ARR002, SHP001, SHP010, DTY001.
 * By position, as in NumPy: `mode`, `order`; then options.
 *
 * @example
 * ```ts
 * import { ravelMultiIndex } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(ravelMultiIndex([[3, 6], [4, 5]], [7, 6]).toList(), [22, 41]);
 * ```
 */
export function ravelMultiIndex(
  indices: readonly ArrayLike[] | NDArray,
  of: ShapeArgument,
  ...args: Positional<RavelOptions, ["mode", "order"]>
): NDArray {
  if (indices instanceof NDArray) {
    // as NumPy, an array is the list of its slices
    return scope(() => ravelMultiIndex([...indices.rows()], of, ...args));
  }
  const { order = "C", mode = "raise" } = optionsOf<RavelOptions>("ravelMultiIndex", args, ["mode", "order"]);
  const shape = sizesOf("ravelMultiIndex", of);
  if (indices.length !== shape.length) {
    refuseArgument(`ravelMultiIndex takes indices for ${shape.length} axes, not for ${indices.length}`);
  }
  if (sizeOfShape(shape) >= 2 ** 63) refuseArgument(`${shapeText(shape)} has more elements than i64 counts`);
  const modes = typeof mode === "string" ? shape.map(() => mode) : mode;
  for (const each of modes) refuseOtherWord("ravelMultiIndex", ["mode", each], INDEX_MODES);
  if (modes.length !== shape.length) {
    refuseArgument(`ravelMultiIndex takes a mode, or one for each of ${shape.length} axes`);
  }
  return scope(() => {
    let positions = arange(1).reshape([]);
    for (const axis of axesInOrder(shape.length, order)) {
      const argument = "indices of ravelMultiIndex", what = `axis ${axis}`;
      const mode = modes[axis]!, size = shape[axis]!;
      const given = reading(argument, () => withoutBools(asarray(indices[axis]!)));
      // indices beyond 2^53 would be read inexactly
      const isRound = mode === "wrap" && DTYPE[given.dtype].isBigInt && size > 0;
      const along = isRound ? given.mod(size) : given;
      const { values } = reading(argument, () => indicesOf(along));
      if (mode === "raise" && isAnyBelowZero(values)) {
        refuseArgument(`an index of ${what} is not below zero`, 'count round: { mode: "wrap" }');
      }
      const resolved = locating(
        argument,
        () => resolveIndices({ values, shape: [] }, size, { mode, what }),
      );
      const part = fromPositions(resolved, along.shape);
      positions = positions.mul(size, { broadcast: "numpy" }).add(part, { broadcast: "numpy" });
    }
    return positions;
  });
}

/**
 * The indices of the main diagonal of an array of `ndim` axes (default 2) of one size. Refused: ARR002, MEM005.
 * By position, as in NumPy: `ndim`; then options.
 *
 * @example
 * ```ts
 * import { diagIndices, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = zeros([2, 2]);
 * a.set(diagIndices(2), 1);
 * deepStrictEqual(a.toList(), [[1, 0], [0, 1]]);
 * ```
 */
export function diagIndices(
  size: number,
  ...args: Positional<{ readonly ndim?: number }, ["ndim"]>
): NDArray[] {
  const { ndim = 2 } = optionsOf<{ readonly ndim?: number }>("diagIndices", args, ["ndim"]);
  const [numAxes] = sizesOf("diagIndices", [ndim]);
  return called("diagIndices", () => Array.from({ length: numAxes! }, () => arange(size)));
}

/** Which triangle: of how many columns (default as many as rows), and from which diagonal. */
export interface TriangleIndexOptions {
  /** the diagonal: 0 is the main one, above it positive */
  readonly k?: number;
  readonly numColumns?: number;
}

/**
 * The indices of a matrix's elements on and below a diagonal. Refused: ARR002, MEM005.
 * By position, as in NumPy: `k`, `numColumns`; then options.
 *
 * @example
 * ```ts
 * import { trilIndices } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(trilIndices(2).map((along) => along.toList()), [[0, 1, 1], [0, 0, 1]]);
 * ```
 */
export function trilIndices(
  numRows: number,
  ...args: Positional<TriangleIndexOptions, ["k", "numColumns"]>
): NDArray[] {
  const { k = 0, numColumns = numRows } = optionsOf<TriangleIndexOptions>("trilIndices", args, [
    "k",
    "numColumns",
  ]);
  return called("trilIndices", () => scope(() => nonzero(tri(numRows, numColumns, { k, dtype: "bool" }))));
}

/**
 * The indices of a matrix's elements on and above a diagonal. Refused: ARR002, MEM005.
 * By position, as in NumPy: `k`, `numColumns`; then options.
 *
 * @example
 * ```ts
 * import { triuIndices } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(triuIndices(3, { k: 1 }).map((list) => list.toList()), [[0, 0, 1], [1, 2, 2]]);
 * ```
 */
export function triuIndices(
  numRows: number,
  ...args: Positional<TriangleIndexOptions, ["k", "numColumns"]>
): NDArray[] {
  const { k = 0, numColumns = numRows } = optionsOf<TriangleIndexOptions>("triuIndices", args, [
    "k",
    "numColumns",
  ]);
  return called(
    "triuIndices",
    () => scope(() => nonzero(tri(numRows, numColumns, { k: k - 1, dtype: "bool" }).logicalNot())),
  );
}

/**
 * NumPy's `ix_`: lists of indices, or masks, as arrays of which each has an axis of its own, so that as an index they
 * name every pair. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { arange, ix } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(12).reshape([3, 4]);
 * deepStrictEqual(a.get(ix([0, 2], [1, 3])).toList(), [[1, 3], [9, 11]]);
 * ```
 */
export function ix(...lists: readonly ArrayLike[]): NDArray[] {
  return scope(() =>
    lists.map((list, axis) => {
      const given = asarray(list);
      if (given.ndim !== 1) refuseArgument(`ix takes lists of one axis, not of ${given.ndim}`);
      const indices = given.dtype === "bool"
        ? nonzero(given)[0]!
        : given.size === 0 && !(list instanceof NDArray)
        ? given.astype("i64")
        : given.copy();
      return new NDArray(indices.reshape(lists.map((_, i) => i === axis ? -1 : 1)).view);
    })
  );
}

/**
 * Writes a value, or several in turn, to the main diagonal: of a matrix, or of axes of one size. `wrap`: below a matrix
 * that is taller than wide the diagonal begins anew. Refused: ARR001, ARR002, DTY002.
 * By position, as in NumPy: `wrap`; then options.
 *
 * @example
 * ```ts
 * import { fillDiagonal, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = zeros([2, 2]);
 * fillDiagonal(a, 7);
 * deepStrictEqual(a.toList(), [[7, 0], [0, 7]]);
 * ```
 */
export function fillDiagonal(
  a: NDArray,
  value: ArrayLike,
  ...args: Positional<{ readonly wrap?: boolean }, ["wrap"]>
): void {
  const { wrap = false } = optionsOf<{ readonly wrap?: boolean }>("fillDiagonal", args, ["wrap"]);
  const { shape } = a, [size] = shape;
  if (shape.length < 2) refuseArgument(`fillDiagonal takes at least two axes, not ${shape.length}`);
  if (shape.length > 2 && shape.some((each) => each !== size)) {
    refuseArgument("fillDiagonal of more than two axes takes axes of one size");
  }
  scope(() => {
    // steps of one along every axis at once
    let step = 0;
    for (const extent of shape) step = step * extent + 1;
    const end = shape.length === 2 && !wrap ? Math.min(a.size, shape[1]! * shape[1]!) : a.size;
    const values = asarray(value);
    refuseReadOnly(a.view, "fillDiagonal");
    if (end === 0) return;
    put(a, arange(0, end, { step }), values.ravel());
  });
}

/**
 * `diagIndices` of an array whose axes have one size. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { diagIndicesFrom, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(diagIndicesFrom(zeros([2, 2])).map((along) => along.toList()), [[0, 1], [0, 1]]);
 * ```
 */
export function diagIndicesFrom(a: ArrayLike): NDArray[] {
  return over(a, ({ shape }) => {
    if (shape.length < 2 || new Set(shape).size > 1) {
      refuseArgument(`diagIndicesFrom takes two axes or more of one size, not ${shapeText(shape)}`);
    }
    return diagIndices(shape[0]!, { ndim: shape.length });
  });
}

/**
 * `trilIndices` of the shape of a matrix. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { trilIndicesFrom, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(trilIndicesFrom(zeros([2, 3])).map((along) => along.toList()), [[0, 1, 1], [0, 0, 1]]);
 * ```
 */
export function trilIndicesFrom(a: ArrayLike, which: Named<"k", number> = 0): NDArray[] {
  const k = argumentOf("trilIndicesFrom", "k", which) ?? 0;
  const [numRows, numColumns] = matrixShape("trilIndicesFrom", a);
  return called("trilIndicesFrom", () => trilIndices(numRows, { k, numColumns }));
}

/**
 * `triuIndices` of the shape of a matrix. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { triuIndicesFrom, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(triuIndicesFrom(zeros([2, 2])).map((along) => along.toList()), [[0, 0, 1], [0, 1, 1]]);
 * ```
 */
export function triuIndicesFrom(a: ArrayLike, which: Named<"k", number> = 0): NDArray[] {
  const k = argumentOf("triuIndicesFrom", "k", which) ?? 0;
  const [numRows, numColumns] = matrixShape("triuIndicesFrom", a);
  return called("triuIndicesFrom", () => triuIndices(numRows, { k, numColumns }));
}

function matrixShape(operation: string, a: ArrayLike): readonly [number, number] {
  return over(a, ({ shape }) => {
    if (shape.length !== 2) refuseArgument(`${operation} takes a matrix, not ${shapeText(shape)}`);
    return shape as unknown as readonly [number, number];
  });
}

/**
 * The indices of what a mask function such as `triu` leaves of an n × n matrix of ones. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { maskIndices, triu } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(maskIndices(2, triu).map((along) => along.toList()), [[0, 0, 1], [0, 1, 1]]);
 * ```
 */
export function maskIndices(size: number, mask: (a: NDArray, k: number) => NDArray, k = 0): NDArray[] {
  return called("maskIndices", () => scope(() => nonzero(mask(ones([size, size]), k))));
}
