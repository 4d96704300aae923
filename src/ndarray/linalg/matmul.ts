/**
 * The matrix product as a function.
 *
 * @module
 */
import type { NDArray, OutOption } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { refuseCast } from "../elementwise/operations.ts";
import { placedIn, withArrays } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/**
 * The matrix product (…, m, k) by (…, k, n); an operand of one axis is a row on the left, a column on the right;
 * leading axes broadcast, also to a larger out. Refused: SHP007, SHP001, MEM005; DTY004, ARR001 for an out.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { matmul } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(matmul([[1, 2], [3, 4]], [10, 1]).toList(), [12, 34]);
 * ```
 */
export function matmul(a: ArrayLike, b: ArrayLike, ...args: Positional<OutOption, ["out"]>): NDArray {
  const { out } = optionsOf<OutOption>("matmul", args, ["out"]);
  return withArrays([a, b], (x, y) => {
    const core = (x!.ndim > 1 ? 1 : 0) + (y!.ndim > 1 ? 1 : 0);
    return productIn("matmul", x!.matmul(y!), out, { core });
  });
}

/** A product where it was asked for; `core` as `placedIn` has it. Refused: DTY004, SHP001, ARR001. */
export function productIn(
  operation: string,
  product: NDArray,
  out: NDArray | undefined,
  placing: { readonly core?: number } = {},
): NDArray {
  if (out === undefined) return product;
  refuseCast(`${operation} gives ${product.dtype}, which is not cast to an out of ${out.dtype}`, [
    product.dtype,
    out.dtype,
  ], { casting: "same_kind", operands: [`out ${describe(out.view)}`] });
  return placedIn(product, out, placing);
}
