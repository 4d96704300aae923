/**
 * The functions of `linalg` that differ from those of the same name beside it: they take the last axes, as the array
 * API standard has it.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { LinAlgError, ShapeError } from "../../errors.ts";
import type { NDArray, OutOption } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import type { Casting } from "../dtypes/casting.ts";
import * as triangles from "../creation/triangles.ts";
import { computed } from "../storage/computed.ts";
import { integerOf } from "../storage/integer_lists.ts";
import { axisOf, refuseArgument, withArrays } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";
import { type CoreAxes, coreAxesOf, productIn } from "./core_axes.ts";
import { contractionOfLast, cross as crossOf, outer as outerOf } from "./products.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

function refuseVectors(operation: string, a: NDArray): void {
  if (a.ndim >= 2) return;
  throw new LinAlgError("LIN004", `${operation} takes matrices, not ${describe(a.view)}`, {
    operands: [describe(a.view)],
  });
}

/**
 * The last two axes exchanged: a view. Refused: LIN004.
 *
 * @example
 * ```ts
 * import { linalg, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.matrixTranspose(ones([2, 3, 4])).shape, [2, 4, 3]);
 * ```
 */
export function matrixTranspose(a: NDArray): NDArray {
  refuseVectors("matrixTranspose", a);
  return a.swapaxes(-1, -2);
}

/** Options of `linalg.diagonal`. */
export interface OffsetOption {
  /** above (or, negative, below) the main diagonal; default 0 */
  readonly offset?: number;
}

/** Options of `linalg.trace`. */
export interface SumOptions extends OffsetOption {
  /** the dtype that is summed in and given; default that of `sum` */
  readonly dtype?: DType | undefined;
}

/**
 * The diagonals of the matrices (…, m, n): a read-only view. Refused: LIN004.
 *
 * @example
 * ```ts
 * import { arange, linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.diagonal(arange(8).reshape([2, 2, 2])).toList(), [[0, 3], [4, 7]]);
 * ```
 */
export function diagonal(a: NDArray, ...args: Positional<OffsetOption>): NDArray {
  const { offset = 0 } = optionsOf<OffsetOption>("linalg.diagonal", args);
  refuseVectors("diagonal", a);
  return triangles.diagonal(a, offset, [-2, -1]);
}

/**
 * The sums of the diagonals of the matrices (…, m, n): (…). Refused: LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { arange, linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.trace(arange(8).reshape([2, 2, 2])).toList(), [3, 11]);
 * ```
 */
export function trace(a: NDArray, ...args: Positional<SumOptions>): NDArray {
  const { offset = 0, dtype } = optionsOf<SumOptions>("linalg.trace", args);
  refuseVectors("trace", a);
  return triangles.trace(a, offset, [-2, -1], { dtype });
}

/**
 * Every product of elements of two vectors. Refused: ARR002 of what is no vector, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.outer([1, 2], [3, 4]).toList(), [[3, 4], [6, 8]]);
 * ```
 */
export function outer(a: ArrayLike, b: ArrayLike): NDArray {
  return withArrays([a, b], (x, y) => {
    if (x!.ndim === 1 && y!.ndim === 1) return outerOf(x!, y!);
    return refuseArgument(
      `linalg.outer takes two vectors, not ${describe(x!.view)} and ${describe(y!.view)}`,
    );
  });
}

/**
 * The cross product of vectors of 3 components along an axis (default -1). Refused: SHP001, SHP004, SHP007, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.cross([0, 1, 0], [1, 0, 0]).toList(), [0, 0, -1]);
 * ```
 */
export function cross(a: ArrayLike, b: ArrayLike, ...args: Positional<{ readonly axis?: number }>): NDArray {
  const { axis = -1 } = optionsOf<{ readonly axis?: number }>("linalg.cross", args);
  return withArrays([a, b], (x, y) => {
    const sizes = [x!, y!].map((array) => array.shape[axisOf(array, axis)]);
    if (sizes.every((size) => size === 3)) return crossOf(x!, y!, { axis });
    throw new ShapeError(
      "SHP007",
      `linalg.cross takes vectors of 3 components, not of ${sizes.join(" and ")}`,
      {
        operands: [describe(x!.view), describe(y!.view)],
      },
    );
  });
}

/** Options of `vecdot`. */
export interface VecdotOptions extends OutOption {
  /** the axis of the vectors in both arrays; default -1 */
  readonly axis?: number | undefined;
  /** in its place one for each array, in lists or not; with `keepdims` also where the result keeps it, default -1 */
  readonly axes?: CoreAxes | undefined;
  /** keep the axis with size 1; default false */
  readonly keepdims?: boolean | undefined;
  /** the dtype that is computed in and given */
  readonly dtype?: DType | undefined;
  /** which casts to that dtype are made, others refused (DTY004); default "same_kind" */
  readonly casting?: Casting | undefined;
}

/**
 * The sums of products of vectors along an axis (default -1); the other axes broadcast, also to a larger out. Refused:
 * SHP001, SHP004, SHP007, MEM005; ARR002 for `axis` beside `axes`; DTY004, ARR001 for an out.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.vecdot([[1, 2], [3, 4]], [10, 1]).toList(), [12, 34]);
 * ```
 */
export function vecdot(a: ArrayLike, b: ArrayLike, ...args: Positional<VecdotOptions, ["out"]>): NDArray {
  const options = optionsOf<VecdotOptions>("vecdot", args, ["out"]),
    { out, dtype, casting = "same_kind" } = options;
  const [left, right, kept] = vectorAxes(options);
  const sums = computed([a, b], (...arrays) => {
    const [x, y] = dtype === undefined ? arrays : arrays.map((array) => array.astype(dtype, { casting }));
    const result = contractionOfLast(x!.moveaxis(left, -1), y!.moveaxis(right, -1));
    return kept === null ? result : result.expandDims(kept);
  });
  return productIn("vecdot", sums, out, { core: 0 });
}

/** the axis of the vectors in either array, and where the result keeps it; null: it does not */
function vectorAxes(
  { axis, axes, keepdims = false }: VecdotOptions,
): readonly [number, number, number | null] {
  if (axes === undefined) {
    const both = integerOf("vecdot", "axis", axis ?? -1);
    return [both, both, keepdims ? both : null];
  }
  if (axis !== undefined) refuseArgument("vecdot takes axis or axes, not both", "leave axis out");
  const isShort = keepdims && Array.isArray(axes) && axes.length === 2;
  const [[left], [right], [kept]] = coreAxesOf("vecdot", isShort ? [...axes, -1] : axes, [
    1,
    1,
    keepdims ? 1 : 0,
  ]) as readonly [[number], [number], number[]];
  return [left, right, kept ?? null];
}
