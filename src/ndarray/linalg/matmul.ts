/**
 * The matrix product as a function.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation.ts";
import { withArrays } from "../rows.ts";

/**
 * The matrix product (…, m, k) by (…, k, n); an operand of one axis is a row on the left, a column on the right;
 * leading axes broadcast. Refused: SHP007, SHP001, MEM005.
 *
 * @example
 * ```ts
 * import { matmul } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(matmul([[1, 2], [3, 4]], [10, 1]).toList(), [12, 34]);
 * ```
 */
export function matmul(a: ArrayLike, b: ArrayLike): NDArray {
  return withArrays([a, b], (x, y) => x!.matmul(y!));
}
