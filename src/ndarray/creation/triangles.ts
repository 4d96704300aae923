/**
 * Diagonals and triangles of matrices.
 *
 * @module
 */
import { promoteTypes } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { type DiagonalPlaces, NDArray, type TraceOptions } from "../array.ts";
import { where } from "../elementwise/operations.ts";
import { resolvedAxis } from "../elementwise/operations.ts";
import { copyElements, fill } from "../evaluate/evaluate.ts";
import { viewed } from "../indexing/operands.ts";
import { reduce } from "../reductions/reductions.ts";
import { integerOf, integersOf, isAlone, numberListOf, sizesOf } from "../storage/integer_lists.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { textOf } from "../storage/option_kinds.ts";
import { over, placedIn, refuseAxes } from "../storage/rows.ts";
import { describe, expandView, permuteView, type Strided } from "../storage/strided.ts";
import { arange } from "./arange.ts";
import { type ArrayLike, type DTypeOption, type NewOptions, zeros } from "./creation.ts";
import { called } from "../storage/called.ts";

/** Which diagonal: 0 is the main one, those above it are positive. */
export interface DiagonalOptions extends DTypeOption {
  readonly k?: number | undefined;
}

/** Options of `eye` and `tri`. */
export interface ColumnsOptions extends DiagonalOptions {
  /** default as many as rows */
  readonly columns?: number | null | undefined;
}

const OF_COLUMNS = ["columns", "k", "dtype"] as const;

/**
 * Ones on a diagonal, zeros elsewhere: `k` is 0 for the main one, above it positive. Refused: ARR002, MEM005.
 * By position, as in NumPy: `columns`, `k`, `dtype`, `order`; then options.
 *
 * @example
 * ```ts
 * import { eye } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(eye(2, 3, { k: 1 }).toList(), [[0, 1, 0], [0, 0, 1]]);
 * deepStrictEqual(eye(2, { k: -1, dtype: "u8" }).toList(), [[0, 0], [1, 0]]);
 * ```
 */
export function eye(
  rows: number,
  ...args: Positional<ColumnsOptions & NewOptions, ["columns", "k", "dtype", "order"]>
): NDArray {
  const { columns, k: above = 0, dtype = "f64", order } = optionsOf<ColumnsOptions & NewOptions>(
    "eye",
    args,
    [
      ...OF_COLUMNS,
      "order",
    ],
  );
  const numRows = integerOf("eye", "rows", rows), numColumns = integerOf("eye", "columns", columns ?? rows);
  const k = integerOf("eye", "k", above);
  const result = called("eye", () => zeros([numRows, numColumns], { dtype, order }));
  const rowStride = result.strides[0]!, columnStride = result.strides[1]!;
  const size = Math.max(0, Math.min(numRows + Math.min(k, 0), numColumns - Math.max(k, 0)));
  if (size === 0) return result;
  const offset = k >= 0 ? k * columnStride : -k * rowStride;
  fill({ ...result.view, shape: [size], strides: [rowStride + columnStride], offset }, 1);
  return result;
}

/**
 * Ones on the main diagonal of a square matrix, zeros elsewhere. Refused: ARR002, MEM005.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { identity } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(identity(2).toList(), [[1, 0], [0, 1]]);
 * ```
 */
export function identity(size: number, ...args: Positional<DTypeOption, ["dtype"]>): NDArray {
  const options = optionsOf<DTypeOption>("identity", args, ["dtype"]);
  return called("identity", () => eye(size, size, options));
}

function diagonalView(source: Strided, away: number, axes: readonly [number, number]): Strided {
  const offset = integerOf("a diagonal", "offset", away);
  if (source.shape.length < 2) {
    throw new ShapeError("SHP004", `a diagonal is of two axes: ${describe(source)} has fewer`);
  }
  const [first, second] = axes.map((axis) => resolvedAxis(source, axis)) as [number, number];
  if (first === second) {
    throw new ShapeError("SHP004", `a diagonal is of two axes that differ: ${axes.join(", ")}`);
  }
  const others = [...source.shape.keys()].filter((axis) => axis !== first && axis !== second);
  const numRows = source.shape[first]!, numColumns = source.shape[second]!;
  const size = Math.max(0, Math.min(numRows + Math.min(offset, 0), numColumns - Math.max(offset, 0)));
  const start = offset >= 0 ? offset * source.strides[second]! : -offset * source.strides[first]!;
  const rest = permuteView(source, others);
  return {
    ...source,
    shape: [...rest.shape, size],
    strides: [...rest.strides, source.strides[first]! + source.strides[second]!],
    offset: source.offset + (size === 0 ? 0 : start),
  };
}

/** Arguments of a diagonal: its offset, then the two axes in a list or one after the other. Refused: ARR002. */
function placesOf<More extends object>(
  callee: string,
  args: readonly unknown[],
  behind: readonly (keyof More & string)[],
): { readonly offset: number; readonly axes: readonly [number, number]; readonly more: Partial<More> } {
  const isFirst = typeof args[1] === "number" || typeof args[1] === "bigint";
  const names = ["offset", ...(isFirst ? ["axis1", "axis2"] : ["axes"]), ...behind] as const;
  const { offset = 0, axes, axis1, axis2, ...more } = optionsOf<DiagonalPlaces & Partial<More>>(
    callee,
    args,
    names as readonly (keyof (DiagonalPlaces & More) & string)[],
  );
  if (axes !== undefined && (axis1 ?? axis2) !== undefined) {
    throw new NdpipeError("ARR002", `${callee} is given its axes twice: as axes and as axis1 or axis2`, {
      help: "give them once",
    });
  }
  const chosen = axes === undefined
    ? [axis1 ?? 0, axis2 ?? 1].flatMap((axis, i) => integersOf(callee, `axis${i + 1}`, axis))
    : integersOf(callee, "axes", axes);
  if (chosen.length !== 2) {
    throw new NdpipeError("ARR002", `${callee} is of two axes, not of ${chosen.length}`);
  }
  return { offset, axes: [chosen[0]!, chosen[1]!], more: more as Partial<More> };
}

/**
 * A diagonal of two axes, as the last axis: a read-only view. Refused: SHP004, ARR002.
 * By position, as in NumPy: `offset`, `axis1`, `axis2` (or both in a list); then options.
 *
 * @example
 * ```ts
 * import { diagonal } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(diagonal([[1, 2], [3, 4]]).toList(), [1, 4]);
 * deepStrictEqual(diagonal([[1, 2], [3, 4]], 1).toList(), [2]);
 * ```
 */
export function diagonal(a: ArrayLike, ...args: Positional<DiagonalPlaces, ["offset", "axes"]>): NDArray;
/** by position, as NumPy's axis1 and axis2 */
export function diagonal(a: ArrayLike, offset: number, axis1: number, axis2: number): NDArray;
export function diagonal(a: ArrayLike, ...args: readonly unknown[]): NDArray {
  const { offset, axes } = placesOf("diagonal", args, []);
  return over(a, (array) => viewed(array, { ...diagonalView(array.view, offset, axes), writeable: false }));
}

/**
 * The sum of a diagonal of two axes. Refused: SHP004, ARR002; SHP001, ARR001 for an out.
 * By position, as in NumPy: `offset`, `axis1`, `axis2` (or both in a list), `dtype`, `out`; then options.
 *
 * @example
 * ```ts
 * import { trace } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(trace([[1, 2], [3, 4]]).item(), 5);
 * ```
 */
export function trace(
  a: ArrayLike,
  ...args: Positional<DiagonalPlaces & TraceOptions, ["offset", "axes", "dtype", "out"]>
): NDArray;
/** by position, as NumPy's axis1 and axis2 */
export function trace(
  a: ArrayLike,
  offset: number,
  axis1: number,
  axis2: number,
  ...args: Positional<TraceOptions, ["dtype", "out"]>
): NDArray;
export function trace(a: ArrayLike, ...args: readonly unknown[]): NDArray {
  const { offset, axes, more: { dtype, out } } = placesOf<TraceOptions>("trace", args, ["dtype", "out"]);
  return over(a, (array) => {
    const sum = reduce("sum", diagonalView(array.view, offset, axes), { axes: -1, dtype });
    return placedIn(new NDArray(sum), out);
  });
}

/**
 * A matrix with a vector on its diagonal `k`, a copy; or the diagonal of a matrix, a read-only view. Refused: SHP004,
 * ARR002.
 *
 * @example
 * ```ts
 * import { diag } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(diag([1, 2]).toList(), [[1, 0], [0, 2]]);
 * deepStrictEqual(diag([[1, 2], [3, 4]]).toList(), [1, 4]);
 * ```
 */
export function diag(a: ArrayLike, which: Named<"k", number> = 0): NDArray {
  const k = argumentOf("diag", "k", which) ?? 0;
  return over(a, (array) => {
    if (array.ndim === 2) return diagonal(array, k);
    if (array.ndim !== 1) {
      throw new ShapeError("SHP004", `diag takes one or two axes, not ${describe(array.view)}`);
    }
    const size = array.size + Math.abs(integerOf("diag", "k", k));
    const result = called("diag", () => zeros([size, size], { dtype: array.dtype }));
    copyElements(array.view, diagonalView(result.view, k, [0, 1]));
    return result;
  });
}
/**
 * A matrix with the flat array on its diagonal `k`: a copy. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { diagflat } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(diagflat([1, 2], 1).toList(), [[0, 1, 0], [0, 0, 2], [0, 0, 0]]);
 * ```
 */
export function diagflat(a: ArrayLike, which: Named<"k", number> = 0): NDArray {
  const k = argumentOf("diagflat", "k", which) ?? 0;
  return over(a, (array) => {
    using flat = array.ravel();
    return called("diagflat", () => diag(flat, k));
  });
}

/** Which diagonal bounds a triangle; it may lie between two. Refused: ARR002. */
function boundOf(callee: string, given: number): number {
  if (isAlone(given)) return numberListOf(callee, "k", given)[0]!;
  throw new NdpipeError("ARR002", `${callee} takes a number as k, not ${textOf(given)}`);
}

/** Whether column <= row + k, as bool (numRows, numColumns). */
function lowerTriangle([numRows, numColumns]: readonly [number, number], k: number): NDArray {
  using rows = arange(k, numRows + k), columns = arange(numColumns);
  using column = rows.expandDims(1);
  return columns.le(column, { broadcast: "numpy" });
}

/**
 * Ones at and below a diagonal. Refused: ARR002, MEM005.
 * By position, as in NumPy: `columns`, `k`, `dtype`; then options.
 *
 * @example
 * ```ts
 * import { tri } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(tri(2, 3).toList(), [[1, 0, 0], [1, 1, 0]]);
 * ```
 */
export function tri(rows: number, ...args: Positional<ColumnsOptions, ["columns", "k", "dtype"]>): NDArray {
  const { columns, k = 0, dtype = "f64" } = optionsOf<ColumnsOptions>("tri", args, OF_COLUMNS);
  const numRows = integerOf("tri", "rows", rows), numColumns = integerOf("tri", "columns", columns ?? rows);
  sizesOf("tri", [numRows, numColumns]);
  return called("tri", () => {
    const lower = lowerTriangle([numRows, numColumns], boundOf("tri", k));
    if (dtype === "bool") return lower;
    try {
      return lower.astype(dtype);
    } finally {
      lower.dispose();
    }
  });
}

function triangle(a: NDArray, diagonal: number, isLower: boolean): NDArray {
  const k = boundOf(isLower ? "tril" : "triu", diagonal);
  // as NumPy, a vector is repeated to a square
  const view = a.ndim === 1 ? expandView(a.view, 0) : a.view;
  if (a.ndim === 0) throw new ShapeError("SHP004", "a triangle is of one axis or more");
  const square = a.ndim === 1 ? a.size : a.shape.at(-2)!;
  using lower = lowerTriangle([square, a.shape.at(-1)!], isLower ? k : k - 1);
  using zero = zeros([], { dtype: a.dtype });
  return new NDArray(
    where(lower.view, isLower ? [view, zero.view] : [zero.view, view], { broadcast: "numpy" }),
  );
}
/**
 * The elements at and below the diagonal `k` of the last two axes, zeros elsewhere: a copy. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { tril } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(tril([[1, 2], [3, 4]]).toList(), [[1, 0], [3, 4]]);
 * ```
 */
export function tril(a: ArrayLike, which: Named<"k", number> = 0): NDArray {
  const k = argumentOf("tril", "k", which) ?? 0;
  return over(a, (array) => called("tril", () => triangle(array, k, true)));
}
/**
 * The elements at and above the diagonal `k` of the last two axes, zeros elsewhere: a copy. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { triu } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(triu([[1, 2], [3, 4]], 1).toList(), [[0, 2], [0, 0]]);
 * ```
 */
export function triu(a: ArrayLike, which: Named<"k", number> = 0): NDArray {
  const k = argumentOf("triu", "k", which) ?? 0;
  return over(a, (array) => called("triu", () => triangle(array, k, false)));
}

/** Options of `vander`. */
export interface VanderOptions {
  /** columns; default as many as elements */
  readonly N?: number | undefined;
  /** powers from 0 on, as columns from the left; default false: from the right */
  readonly increasing?: boolean | undefined;
}

/**
 * Vandermonde's matrix: a row for each element, its powers as columns. Integers are at least i64. Refused: ARR002, MEM005.
 * By position, as in NumPy: `N`, `increasing`; then options.
 *
 * @example
 * ```ts
 * import { vander } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(vander([1, 2, 3]).toList(), [[1, 1, 1], [4, 2, 1], [9, 3, 1]]);
 * deepStrictEqual(vander([2, 3], { N: 3, increasing: true }).toList(), [[1, 2, 4], [1, 3, 9]]);
 * ```
 */
export function vander(x: ArrayLike, ...args: Positional<VanderOptions, ["N", "increasing"]>): NDArray {
  const { N, increasing = false } = optionsOf<VanderOptions>("vander", args, ["N", "increasing"]);
  return over(x, (array) => {
    refuseAxes("vander", array);
    const dtype = promoteTypes(array.dtype, "i64"), numColumns = N ?? array.size;
    return called("vander", () =>
      scope(() => {
        const result = zeros([array.size, numColumns], { dtype });
        const element = array.astype(dtype), columns = increasing ? result : result.flip(1);
        for (let column = 0; column < numColumns; column++) {
          const before = column === 0 ? 1 : columns.slice([":", column - 1]).mul(element);
          columns.slice([":", column]).set("...", before);
        }
        return result;
      }));
  });
}
