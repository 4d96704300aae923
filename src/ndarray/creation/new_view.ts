/** Memory of a new array. @module */
import type { DType } from "../../dtype/mod.ts";
import { knownDType } from "../dtypes/casting.ts";
import { sizesOf } from "../storage/integer_lists.ts";
import { allocate, describe, type Strided } from "../storage/strided.ts";

/**
 * A view of new memory, whose elements are not set; `operation` is what a refusal calls who asks. Refused: ARR002, MEM005.
 */
export function newView(operation: string, shape: number | readonly number[], dtype: DType): Strided {
  const sizes = sizesOf(operation, shape);
  const sentence = `${operation} gives ${describe({ dtype: knownDType(dtype), shape: sizes })}`;
  return allocate(dtype, sizes, { demand: { sentence, operands: [] } });
}
