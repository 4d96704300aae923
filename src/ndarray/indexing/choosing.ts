/**
 * Elements chosen by conditions and selectors: compress, extract, choose, select, and where elements are not zero.
 *
 * @module
 */
import { type DType, promoteAll, type TypedArray } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import {
  type AxisOption,
  type Indices,
  type ListedOperand,
  type ModeOption,
  NDArray,
  type Operand,
  operandOf,
  type OutOption,
  type Values,
  viewOf,
} from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import * as operations from "../elementwise/operations.ts";
import { resultType } from "../functions.ts";
import { broadcastTo } from "../movement/movement.ts";
import { scope } from "../storage/lifetime.ts";
import { arraysOf, over, placedIn } from "../storage/rows.ts";
import { describe, permuteView, type Strided } from "../storage/strided.ts";
import { dtypeOfElements, fromElements, fromList, viewOfElements } from "../storage/values.ts";
import { nonzeroIndices } from "./index_array.ts";
import { fromPositions, withPositions, withValues } from "./operands.ts";
import * as places from "./take.ts";
import { flatNonzero, nonzeroList } from "./nonzero_positions.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";
import { INDEX_MODES, refuseOtherWord } from "../storage/option_kinds.ts";

/** slices along an axis, or elements of the flat array, at positions */
function takeAt(a: NDArray, positions: Int32Array, axis: number | null): NDArray {
  const indices = fromElements(positions, { dtype: "i32", shape: [positions.length] });
  try {
    return new NDArray(places.takeView(a.view, indices, { axis, mode: "raise" }));
  } finally {
    indices.storage.freeUnheld();
  }
}

/**
 * The slices along an axis (null: elements of the flat array) for which a list of bools holds. Refused: SHP004, SHP010.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { array, compress } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(compress([false, true], array([[1, 2], [3, 4]]), 0).toList(), [[3, 4]]);
 * ```
 */
export function compress(
  condition: Values,
  a: ArrayLike,
  ...args: Positional<AxisOption & OutOption, ["axis", "out"]>
): NDArray {
  const { axis = null, out } = optionsOf<AxisOption & OutOption>("compress", args, ["axis", "out"]);
  return withValues(condition, undefined, (test) => {
    if (test.shape.length !== 1) {
      throw new NdpipeError("ARR002", `compress takes a condition of one axis, not ${describe(test)}`);
    }
    return over(a, (array) => placedIn(takeAt(array, flatNonzero(test), axis), out));
  });
}

/**
 * The elements of the flat array where the flat condition holds. Refused: SHP010.
 *
 * @example
 * ```ts
 * import { array, extract } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(extract([true, false, true], array([1, 2, 3])).toList(), [1, 3]);
 * ```
 */
export function extract(condition: Values, a: ArrayLike): NDArray {
  return withValues(condition, undefined, (test) => {
    return over(a, (array) => takeAt(array, flatNonzero(test), null));
  });
}

/**
 * For each element of `selector`, the element of the choice it names; all broadcast. Refused: SHP001, SHP010, DTY001.
 * By position, as in NumPy: `out`, `mode`; then options.
 *
 * @example
 * ```ts
 * import { array, choose } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(choose([0, 1, 0], [array([1, 2, 3]), array([10, 20, 30])]).toList(), [1, 20, 3]);
 * ```
 */
export function choose(
  selector: Indices,
  choices: readonly Values[] | NDArray | TypedArray,
  ...args: Positional<ModeOption & OutOption, ["out", "mode"]>
): NDArray {
  const { mode = "raise", out } = optionsOf<ModeOption & OutOption>("choose", args, ["out", "mode"]);
  refuseOtherWord("choose", ["mode", mode], INDEX_MODES);
  // as NumPy, those in an array are its slices
  if (!isListOf(choices)) return scope(() => choose(selector, [...asarray(choices).rows()], { mode, out }));
  const made: Strided[] = [];
  const arrays = choices.flatMap((choice): DType[] =>
    choice instanceof NDArray ? [choice.dtype] : ArrayBuffer.isView(choice) ? [dtypeOfElements(choice)] : []
  );
  try {
    const views = choices.map((choice) => {
      if (choice instanceof NDArray) return choice.view;
      if (ArrayBuffer.isView(choice)) {
        made.push(viewOfElements(choice));
        return made.at(-1)!;
      }
      // a plain number takes the dtype of the arrays beside it
      const isWeak = arrays.length > 0 && !Array.isArray(choice);
      const view = fromList(choice, isWeak ? resultType(...arrays, choice as ScalarValue) : undefined);
      made.push(view);
      return view;
    });
    return withPositions(
      "selector of choose",
      selector,
      (list) => placedIn(new NDArray(places.chooseView(list, views, mode)), out),
    );
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/** Whether what stands for several is a list of them, and no array. */
function isListOf<T>(values: readonly T[] | NDArray | TypedArray): values is readonly T[] {
  return Array.isArray(values);
}

/**
 * The first choice whose condition holds, else the default; all broadcast. Refused: SHP001, DTY001, ARR002.
 *
 * @example
 * ```ts
 * import { arange, select } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(5);
 * deepStrictEqual(select([a.lt(2), a.gt(3)], [a, a.mul(10)], -1).toList(), [0, 1, -1, -1, 40]);
 * ```
 */
export function select(
  conditions: readonly ListedOperand[] | NDArray,
  choices: readonly ListedOperand[] | NDArray,
  otherwise: Named<"default", ListedOperand> = 0,
): NDArray {
  const defaultValue = argumentOf<"default", ListedOperand>("select", "default", otherwise);
  return scope(() => {
    const tests = arraysOf(conditions);
    const listed = choices instanceof NDArray ? choices.rows() : choices;
    const values = [...listed, defaultValue ?? 0].map(operandOf);
    // refuses what is no operand
    values.forEach(viewOf);
    return selected(tests, values.slice(0, -1), values.at(-1)!);
  });
}

function selected(
  conditions: readonly NDArray[],
  choices: readonly Operand[],
  defaultValue: Operand,
): NDArray {
  if (conditions.length !== choices.length || conditions.length === 0) {
    throw new NdpipeError(
      "ARR002",
      `select takes a choice for each condition: ${choices.length} for ${conditions.length}`,
    );
  }
  for (const { view } of conditions) places.refuseNotBool(view, "select");
  const values = [...choices, defaultValue];
  const dtype = values.some((value) => value instanceof NDArray)
    ? resultType(...values)
    : promoteAll(values.map((value) => withValues(value, undefined, (view) => view.dtype)));
  const shape = operations.broadcastOf(
    "select",
    [...conditions, ...values.filter((value) => value instanceof NDArray)].map(({ view }) => view),
    "numpy",
  );
  const result = withValues(
    defaultValue,
    dtype,
    (view) => operations.duplicate(broadcastTo(view, shape), { dtype }),
  );
  // held from here on: what is refused below gives it back with the scope
  const chosen = new NDArray(result);
  for (const [i, condition] of [...conditions.entries()].toReversed()) {
    withValues(choices[i]!, dtype, (view) => {
      const cast = operations.duplicate(view, { dtype });
      try {
        return operations.where(condition.view, [cast, result], { out: result, broadcast: "numpy" });
      } finally {
        cast.storage.freeUnheld();
      }
    });
  }
  return chosen;
}

/**
 * The indices of the elements that are not zero: one list of i64 for each axis. Refused: ARR002 without axes.
 *
 * @example
 * ```ts
 * import { nonzero } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [rows, columns] = nonzero([[0, 5], [7, 0]]);
 * deepStrictEqual(rows!.toList(), [0, 1]);
 * deepStrictEqual(columns!.toList(), [1, 0]);
 * ```
 */
export function nonzero(a: ArrayLike): NDArray[] {
  return over(a, (given) => {
    if (given.ndim === 0) {
      throw new NdpipeError("ARR002", "nonzero takes an array with axes", { help: "use atleast1d(a)" });
    }
    if (given.ndim === 1) return [new NDArray(nonzeroList(given.view))];
    return nonzeroIndices(given.view).map((list) => fromPositions(list));
  });
}

/**
 * The positions in the flat array of the elements that are not zero.
 *
 * @example
 * ```ts
 * import { flatnonzero } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(flatnonzero([[0, 5], [7, 0]]).toList(), [1, 2]);
 * ```
 */
export function flatnonzero(a: ArrayLike): NDArray {
  return over(a, (array) => new NDArray(nonzeroList(array.view)));
}

/**
 * The indices of the elements that are not zero, one element a row.
 *
 * @example
 * ```ts
 * import { argwhere } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(argwhere([[0, 5], [7, 0]]).toList(), [[0, 1], [1, 0]]);
 * ```
 */
export function argwhere(a: ArrayLike): NDArray {
  return over(a, (array) => {
    if (array.ndim === 1) {
      using flat = new NDArray(nonzeroList(array.view));
      using column = flat.reshape([1, flat.size]);
      return new NDArray(permuteView(column.view, [1, 0]));
    }
    const lists = nonzeroIndices(array.view), numFound = lists[0]?.length ?? flatNonzero(array.view).length;
    const rows = new Int32Array(numFound * array.ndim);
    lists.forEach((list, axis) => rows.set(list, axis * numFound));
    // as NumPy, one axis's indices are neighbours
    using columns = fromPositions(rows, [array.ndim, numFound]);
    return new NDArray(permuteView(columns.view, [1, 0]));
  });
}
