/**
 * Norms of vectors and matrices.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import { LinAlgError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { reduceBy } from "../reductions/reductions.ts";
import { computed } from "../storage/computed.ts";
import { axesOf, refuseArgument } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";
import { singularValues } from "./singular.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** The order of a norm: "fro" (also "f") and "nuc" are of matrices, other numbers than ±1, ±2 and ±inf of vectors. */
export type NormOrder = number | "fro" | "f" | "nuc" | null;

/** Options of `norm`. */
export interface NormOptions {
  /** default null: the Euclidean norm of the elements */
  readonly ord?: NormOrder;
  /** one axis of vectors or two of matrices; default null: the whole array */
  readonly axis?: number | readonly number[] | null;
  /** keep the axes with size 1; default false */
  readonly keepdims?: boolean;
}

type Keep = Pick<NormOptions, "keepdims">;

function asFloat(x: NDArray): NDArray {
  return isFloat(x.dtype) ? x : x.astype("f64");
}

/** the root of the sum of squares, which are as wide as the elements; f32 accumulates in f64 */
function euclidean(a: NDArray, axes: number | readonly number[], { keepdims = false }: Keep): NDArray {
  const { dtype } = a;
  return new NDArray(reduceBy("norm", a.view, { axes, keepdims }, ({ b, x, reduction }) => {
    const squares = b.cast(b.elementwise("square", [x]), "f64");
    return b.elementwise("sqrt", [b.cast(b.reduce("sum", squares, reduction), dtype)]);
  }));
}

/** the largest magnitude of no elements */
const OF_NONE = { initial: 0 };

function vector(x: NDArray, ord: number, [axis, keep]: readonly [number | readonly number[], Keep]): NDArray {
  if (ord === Infinity) return x.abs().max(axis, { ...keep, ...OF_NONE });
  if (ord === -Infinity) return x.abs().min(axis, keep);
  if (ord === 0) return x.ne(0).sum(axis, keep).astype(x.dtype);
  if (ord === 1) return x.abs().sum(axis, keep);
  if (ord === 2) return euclidean(x, axis, keep);
  if (Number.isNaN(ord)) return refuseArgument("a norm has an order, not NaN");
  return x.abs().pow(ord).sum(axis, keep).pow(1 / ord);
}

function matrix(
  x: NDArray,
  ord: NormOrder,
  [axes, keep]: readonly [readonly [number, number], Keep],
): NDArray {
  const kept = ([row, column]: readonly [number, number], result: NDArray) =>
    keep.keepdims === true ? result.expandDims([row, column].sort((a, b) => a - b)) : result;
  const [row, column] = axes;
  /** sums along one axis, then the extreme along the other */
  const sums = (along: number, over: number, extreme: "max" | "min") => {
    const totals = x.abs().sum(along);
    const axis = over > along ? over - 1 : over;
    return kept(axes, extreme === "max" ? totals.max(axis, OF_NONE) : totals.min(axis));
  };
  const values = () => singularValues("norm", x.moveaxis([row, column], [-2, -1]));
  switch (ord) {
    case null:
    case "fro":
    case "f":
      return euclidean(x, axes, keep);
    case "nuc":
      return kept(axes, values().sum(-1));
    case 1:
      return sums(row, column, "max");
    case -1:
      return sums(row, column, "min");
    case Infinity:
      return sums(column, row, "max");
    case -Infinity:
      return sums(column, row, "min");
    case 2:
      return kept(axes, values().max(-1, OF_NONE));
    case -2:
      return kept(axes, values().min(-1));
    default:
      return refuseArgument(`matrices have no norm of order ${ord}: ±1, ±2, ±Infinity, "fro" or "nuc"`);
  }
}

/**
 * Norms of vectors (along one axis) or matrices (two axes). Without an axis, of the whole array: of any rank without an
 * order, else of one or two axes. Integers are taken as f64; f32 stays.
 *
 * Refused: SHP004, ARR002 for an order that there is not, ARR003 of the largest of none, LIN003, LIN004, MEM005.
 * By position, as in NumPy: `ord`, `axis`, `keepdims`; then options.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.norm([[3, 4], [6, 8]], { axis: 1 }).toList(), [5, 10]);
 * deepStrictEqual(linalg.norm([[1, -7], [2, 3]], { ord: Infinity }).item(), 8);
 * ```
 */
export function norm(x: ArrayLike, ...args: Positional<NormOptions, ["ord", "axis", "keepdims"]>): NDArray {
  const { ord = null, axis = null, keepdims = false } = optionsOf<NormOptions>("norm", args, [
    "ord",
    "axis",
    "keepdims",
  ]);
  return computed([x], (given) => {
    const a = asFloat(given!), keep = { keepdims };
    const chosen = axis === null ? [...a.shape.keys()] : typeof axis === "number" ? [axis] : [...axis];
    const axes = chosen.map((one) => axesOf(a, one)[0]!);
    if (axis === null && ord === null) return vector(a, 2, [axes, keep]);
    if (axes.length === 1) {
      if (typeof ord === "string") return refuseArgument(`vectors have no norm "${ord}"`);
      return vector(a, ord ?? 2, [axes[0]!, keep]);
    }
    if (axes.length === 2) {
      if (axes[0] === axes[1]) {
        return refuseArgument(`a norm is over two axes that differ, not ${chosen.join(", ")}`);
      }
      return matrix(a, ord, [axes as [number, number], keep]);
    }
    return refuseArgument(`a norm is over one axis or two, not over ${axes.length} of ${describe(a.view)}`);
  });
}

/**
 * Norms of vectors, over any number of axes taken as one (default: all). Refused: as `norm`.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(linalg.vectorNorm([[1, -2], [3, 4]], { ord: 1 }).item(), 10);
 * ```
 */
export function vectorNorm(
  x: ArrayLike,
  ...args: Positional<NormOptions & { readonly ord?: number }>
): NDArray {
  const { ord = 2, axis = null, keepdims = false } = optionsOf<NormOptions & { readonly ord?: number }>(
    "vectorNorm",
    args,
  );
  return computed([x], (given) => {
    const a = asFloat(given!);
    return vector(a, ord, [axesOf(a, axis), { keepdims }]);
  });
}

/**
 * Norms of the matrices (…, m, n); default "fro". Refused: as `norm`.
 *
 * @example
 * ```ts
 * import { linalg, ones } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(linalg.matrixNorm(ones([2, 8])).item(), 4);
 * ```
 */
export function matrixNorm(
  x: ArrayLike,
  ...args: Positional<Omit<NormOptions, "axis">>
): NDArray {
  const { ord = "fro", keepdims = false } = optionsOf<Omit<NormOptions, "axis">>("matrixNorm", args);
  return computed([x], (given) => {
    if (given!.ndim < 2) {
      throw new LinAlgError("LIN004", `matrixNorm takes matrices, not ${describe(given!.view)}`);
    }
    return matrix(asFloat(given!), ord, [[given!.ndim - 2, given!.ndim - 1], { keepdims }]);
  });
}
