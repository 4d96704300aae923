/**
 * Functions of numbers as functions of arrays.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import type { NDArray } from "../array.ts";
import { array, type ArrayLike, asarray } from "../creation/creation.ts";
import { broadcastArrays } from "../functions.ts";
import { scope } from "../storage/lifetime.ts";
import type { NestedList } from "../storage/values.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/**
 * A function of arrays that calls a function of numbers for each element of them, broadcast, in row-major order; the dtype of
 * the result is asked for, or inferred of all that it gave. A convenience: every element is a call. Refused: SHP001, ARR002
 * where no number is given, DTY002.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { vectorize } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const larger = vectorize((a, b) => a > b ? a : b);
 * deepStrictEqual(larger([[1], [5]], [3, 4]).toList(), [[3, 4], [5, 5]]);
 * ```
 */
export function vectorize(
  compute: (...values: number[]) => ScalarValue,
  ...args: Positional<{ readonly dtype?: DType | undefined }, ["dtype"]>
): (...arrays: readonly ArrayLike[]) => NDArray {
  const { dtype } = optionsOf<{ readonly dtype?: DType | undefined }>("vectorize", args, ["dtype"]);
  return (...arrays) =>
    scope(() => {
      const operands = broadcastArrays(...arrays.map((each) => asarray(each)));
      const columns = operands.map((operand) => operand.ravel().toList() as readonly ScalarValue[]);
      const shape = operands[0]?.shape ?? [];
      const results = (columns[0] ?? []).map((_, i) =>
        compute(...columns.map((column) => column[i] as number))
      );
      return array(results as NestedList, { dtype }).reshape(shape);
    });
}
