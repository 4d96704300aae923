/** Memory of a new array. @module */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { knownDType } from "../dtypes/casting.ts";
import { sizesOf } from "../storage/integer_lists.ts";
import { rowMajorStrides } from "../storage/layout.ts";
import { allocate, describe, type Strided } from "../storage/strided.ts";

/**
 * A view of new memory, rows first ("C") or columns first ("F"), whose elements are not set; `operation` is what a
 * refusal calls who asks. Refused: ARR002, MEM005.
 */
export function newView(
  operation: string,
  shape: number | readonly number[],
  dtype: DType,
  order: string = "C",
): Strided {
  const sizes = sizesOf(operation, shape);
  const sentence = `${operation} gives ${describe({ dtype: knownDType(dtype), shape: sizes })}`;
  const demand = { sentence, operands: [] };
  if (order === "C" || order === "c") return allocate(dtype, sizes, { demand });
  if (order !== "F" && order !== "f") {
    throw new NdpipeError("ARR002", `${operation} lays elements out in the order "C" or "F", not "${order}"`);
  }
  const strides = rowMajorStrides(sizes.toReversed(), DTYPE[dtype].itemsize).toReversed();
  return allocate(dtype, sizes, { strides, demand });
}
