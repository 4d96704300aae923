/**
 * The matrix product as a function.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { withArrays } from "../storage/rows.ts";
import { productAlong, type ProductOptions } from "./core_axes.ts";

/**
 * The matrix product (…, m, k) by (…, k, n); an operand of one axis is a row on the left, a column on the right;
 * leading axes broadcast, also to a larger out. Refused: SHP007, SHP001, MEM005; DTY004, ARR001 for an out; ARR002,
 * SHP004 for axes.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { matmul } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(matmul([[1, 2], [3, 4]], [10, 1]).toList(), [12, 34]);
 * deepStrictEqual(matmul([[1, 2], [3, 4]], [10, 1], { axes: [[1, 0], 0, 0] }).toList(), [13, 24]);
 * ```
 */
export function matmul(a: ArrayLike, b: ArrayLike, ...args: Positional<ProductOptions, ["out"]>): NDArray {
  const options = optionsOf<ProductOptions>("matmul", args, ["out"]);
  return withArrays([a, b], (x, y) => {
    const isMatrix = [x!, y!].map(({ ndim }) => ndim > 1 ? 1 : 0);
    const [p, q] = isMatrix as [number, number];
    const counts = [Math.min(x!.ndim, 2), Math.min(y!.ndim, 2), p + q] as const;
    return productAlong("matmul", [x!, y!], { ...options, counts, run: (left, right) => left.matmul(right) });
  });
}
