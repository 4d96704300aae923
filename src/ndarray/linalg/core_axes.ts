/**
 * The axes on which products of vectors and matrices work, where they are not the last: NumPy's `axes`, `dtype` and
 * `casting` of its generalized functions.
 *
 * Source: NumPy reference, "Universal functions", keyword arguments `axes` and `keepdims`.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { NDArray, type OutOption } from "../array.ts";
import type { Casting } from "../dtypes/casting.ts";
import { refuseCast } from "../elementwise/operations.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { textOf } from "../storage/option_kinds.ts";
import { axisOf, placedIn, refuseArgument } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";

/** The axes of each array on which a product works, then those of the result; one may stand without a list. */
export type CoreAxes = readonly (number | readonly number[])[];

/** Options of `matmul`, `matvec` and `vecmat`. */
export interface ProductOptions extends OutOption {
  /**
   * the axes of the vector or matrix in each array, then in the result, where it has any; default the last:
   * `[[-2, -1], [-2, -1], [-2, -1]]` of matrices
   */
  readonly axes?: CoreAxes | undefined;
  /** the dtype that is computed in and given */
  readonly dtype?: DType | undefined;
  /** which casts to that dtype, and of the result to out, are made, others refused (DTY004); default "same_kind" */
  readonly casting?: Casting | undefined;
}

/**
 * The axes as a list for each array and for the result, whose may be left out where it has none. `counts`: how many each
 * has. Refused: ARR002.
 */
export function coreAxesOf(
  callee: string,
  axes: unknown,
  counts: readonly number[],
): readonly (readonly number[])[] {
  const isCounted = Array.isArray(axes) &&
    (axes.length === counts.length || (axes.length === counts.length - 1 && counts.at(-1) === 0));
  if (!isCounted) {
    const wanted = counts.map((count) => count === 1 ? "an axis" : `${count} axes`).join(", ");
    return refuseArgument(
      `${callee} takes axes as a list for each array and for the result, not ${
        Array.isArray(axes) ? `of ${axes.length}` : textOf(axes)
      }`,
      `here, in this order: ${wanted}`,
    );
  }
  return counts.map((count, i) => {
    const given = axes.length === i ? [] : integersOf(callee, "axes", axes[i]);
    if (given.length === count) return given;
    const whose = i === counts.length - 1 ? "its result" : `array ${i}`;
    return refuseArgument(`${callee} works on ${count} axes of ${whose}, not on ${given.length}`);
  });
}

/** How a product is made of arrays whose axes are the last. */
export interface Product extends ProductOptions {
  /** how many axes of each array, and of the result, are the product's own */
  readonly counts: readonly [number, number, number];
  readonly run: (a: NDArray, b: NDArray) => NDArray;
}

/** A product along the axes that are named, in the dtype that is asked for. Refused: ARR002, SHP001, SHP004, DTY004, ARR001. */
export function productAlong(
  operation: string,
  [a, b]: readonly [NDArray, NDArray],
  { counts, run, axes, dtype, out, casting = "same_kind" }: Product,
): NDArray {
  const [x, y] = dtype === undefined
    ? [a, b]
    : [a.astype(dtype, { casting, copy: false }), b.astype(dtype, { casting, copy: false })];
  const core = counts[2];
  if (axes === undefined) return productIn(operation, run(x, y), out, { core, casting });
  const [ofA, ofB, ofResult] = coreAxesOf(operation, axes, counts) as readonly [number[], number[], number[]];
  const product = run(toLast(operation, x, ofA), toLast(operation, y, ofB));
  const last = ofResult.map((_, i) => i - ofResult.length);
  if (out !== undefined) {
    productIn(operation, product, toLast(operation, out, ofResult), { core, casting });
    return out;
  }
  refuseTwice(operation, product, ofResult);
  // as an array of its own: nobody else holds the product
  return new NDArray(product.moveaxis(last, ofResult).view);
}

/** the array with the axes, in their order, as its last: a view */
function toLast(operation: string, array: NDArray, axes: readonly number[]): NDArray {
  refuseTwice(operation, array, axes);
  return array.moveaxis(axes, axes.map((_, i) => i - axes.length));
}

function refuseTwice(operation: string, array: NDArray, axes: readonly number[]): void {
  const [one, other] = axes.map((axis) => axisOf(array, axis, operation));
  if (one !== undefined && one === other) {
    refuseArgument(`${operation} works on two axes, not on ${one} twice`);
  }
}

/** A product where it was asked for; `core` as `placedIn` has it. Refused: DTY004, SHP001, ARR001. */
export function productIn(
  operation: string,
  product: NDArray,
  out: NDArray | undefined,
  { core, casting = "same_kind" }: { readonly core?: number; readonly casting?: Casting } = {},
): NDArray {
  if (out === undefined) return product;
  refuseCast(`${operation} gives ${product.dtype}, which is not cast to an out of ${out.dtype}`, [
    product.dtype,
    out.dtype,
  ], { casting, operands: [`out ${describe(out.view)}`] });
  return placedIn(product, out, core === undefined ? {} : { core });
}
