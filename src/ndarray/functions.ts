/**
 * Free functions over arrays, beside the elementwise ones.
 *
 * @module
 */
import { type DType, promoteAll, promoteTypes } from "../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../errors.ts";
import type { ScalarValue } from "../expr/graph.ts";
import { scalarDType } from "../expr/operand_dtypes.ts";
import {
  type ElementwiseOptions,
  isListed,
  type ListedOperand,
  NDArray,
  type Operand,
  operandOf,
  placed,
  viewOf,
  viewOptions,
} from "./array.ts";
import { type ArrayLike, asarray } from "./creation/creation.ts";
import { type Casting, knownDType } from "./dtypes/casting.ts";
import * as operations from "./elementwise/operations.ts";
import type { OperandView } from "./elementwise/operations.ts";
import * as movement from "./movement/movement.ts";
import { integerOf, type ShapeArgument, sizesOf } from "./storage/integer_lists.ts";
import { commonShape, shapeText } from "./storage/layout.ts";
import { scope } from "./storage/lifetime.ts";
import { arraysOf } from "./storage/rows.ts";
import type { Strided } from "./storage/strided.ts";
import { fromList, inferDType, scalarOf } from "./storage/values.ts";
import { optionsObject, optionsOf, type Positional } from "./storage/arguments.ts";
import { called } from "./storage/called.ts";

/** Options of `where`. */
export type WhereOptions = Pick<ElementwiseOptions, "out" | "broadcast">;

/**
 * `a` where the condition is true (not zero), `b` elsewhere; of a condition alone, the indices where it is true, as
 * `nonzero`. Refused: SHP001, SHP003, DTY002, MEM005.
 *
 * @example
 * ```ts
 * import { array, where } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(where(array([true, false]), array([1, 2]), 0).toList(), [1, 0]);
 * deepStrictEqual(where(array([0, 5, 7]))[0]!.toList(), [1, 2]);
 * ```
 */
export function where(
  condition: ListedOperand,
  a: ListedOperand,
  b: ListedOperand,
  options?: WhereOptions,
): NDArray;
/** Of a condition alone: one list of i64 for each axis, the indices where it is true, as `nonzero`. */
export function where(condition: ListedOperand): NDArray[];
export function where(
  condition: ListedOperand,
  a?: ListedOperand,
  b?: ListedOperand,
  more?: WhereOptions | null,
): NDArray | NDArray[] {
  const options = optionsObject("where", more);
  if (isListed([condition, a ?? 0, b ?? 0])) {
    return scope(() => {
      const test = operandOf(condition);
      const [first, second] = [a, b].map((each) => each === undefined ? undefined : operandOf(each));
      return whereOf(test, [first, second], options);
    });
  }
  return whereOf(condition as Operand, [a, b] as (Operand | undefined)[], options);
}

function whereOf(
  condition: Operand,
  [a, b]: readonly (Operand | undefined)[],
  options: WhereOptions,
): NDArray | NDArray[] {
  if (a === undefined || b === undefined) {
    if (condition instanceof NDArray && a === undefined && b === undefined) return condition.nonzero();
    throw new NdpipeError("ARR002", "where takes a condition and two choices, or an array alone");
  }
  const [test, ...branches] = [condition, a, b].map(viewOf) as [OperandView, OperandView, OperandView];
  // numbers without an array beside them are arrays without axes, so that they have dtypes of their own
  const made: Strided[] = [];
  const toView = (value: OperandView): Strided => {
    if (operations.isView(value)) return value;
    made.push(fromList(value));
    return made.at(-1)!;
  };
  try {
    const [first, second] = branches.some(operations.isView) ? branches : branches.map(toView);
    return placed(operations.where(toView(test), [first!, second!], viewOptions(options)), options);
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/** Options of the functions that join arrays. */
export interface JoinOptions {
  /** the dtype that is given; default the common one */
  readonly dtype?: DType | undefined;
  /** which casts to the dtype, or to that of out, are made, others refused (DTY004); default "same_kind" */
  readonly casting?: Casting | undefined;
}

/** Options of `concatenate` and `stack`. */
export interface JoinIntoOptions extends JoinOptions {
  /** an array of the result's shape that takes it, cast to its dtype; it is returned */
  readonly out?: NDArray | undefined;
}

/** Options of `concatenate`, among which the axis may stand. */
export interface ConcatenateOptions extends JoinIntoOptions {
  readonly axis?: number | null | undefined;
}

/**
 * Arrays one after the other along an axis (null: each flat), in a new array of their common dtype. Refused: SHP004,
 * SHP008, MEM005; DTY004, SHP001, ARR001 for a dtype or an out.
 * By position, as in NumPy: `axis`, `out`; then options.
 *
 * @example
 * ```ts
 * import { concatenate } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(concatenate([[[1, 2]], [[3, 4]]], 1).toList(), [[1, 2, 3, 4]]);
 * deepStrictEqual(concatenate([[1], [2.5]], { dtype: "f32" }).dtype, "f32");
 * ```
 */
export function concatenate(
  arrays: readonly ArrayLike[] | NDArray,
  ...args: Positional<ConcatenateOptions, ["axis", "out"]>
): NDArray {
  const { axis = 0, out, ...as } = optionsOf<ConcatenateOptions>("concatenate", args, ["axis", "out"]);
  return scope(() => {
    const parts = axis === null ? arraysOf(withDTypes(arrays)) : arraysOf(arrays);
    const flat = axis === null ? parts.map((part) => part.ravel()) : parts;
    const joined = movement.concatenate(flat.map(({ view }) => view), axis ?? 0, { ...as, out: out?.view });
    return out ?? new NDArray(joined);
  });
}

/** As NumPy where all is flat, a plain number takes the dtype of the arrays beside it. Refused: DTY002. */
function withDTypes(values: readonly ArrayLike[] | NDArray): readonly ArrayLike[] | NDArray {
  const isPlain = (value: ArrayLike) => typeof value === "number" || typeof value === "bigint";
  if (values instanceof NDArray || !values.some(isPlain) || values.every(isPlain)) return values;
  const made = values.map((value) => isPlain(value) ? value : asarray(value));
  const arrays = made.filter((value) => value instanceof NDArray), views = arrays.map(({ view }) => view);
  const dtype = promoteAll(arrays.map((array) => array.dtype));
  return made.map((value) =>
    value instanceof NDArray
      ? value
      : asarray(value, operations.accept(scalarDType(dtype, value as ScalarValue), views))
  );
}

/**
 * Arrays of one shape along a new axis. Refused: SHP004, SHP008, MEM005; DTY004, SHP001, ARR001 for a dtype or an out.
 * By position, as in NumPy: `axis`, `out`; then options.
 *
 * @example
 * ```ts
 * import { stack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(stack([[1, 2], [3, 4]]).toList(), [[1, 2], [3, 4]]);
 * deepStrictEqual(stack([[1, 2], [3, 4]], { axis: -1 }).toList(), [[1, 3], [2, 4]]);
 * ```
 */
export function stack(
  arrays: readonly ArrayLike[] | NDArray,
  ...args: Positional<ConcatenateOptions, ["axis", "out"]>
): NDArray {
  const { axis = 0, out, ...as } = optionsOf<ConcatenateOptions>("stack", args, ["axis", "out"]);
  // also of null: of flat arrays there is no axis to stack along
  const along = integerOf("stack", "axis", axis);
  return scope(() => {
    const parts = arraysOf(arrays);
    const views = parts.map(({ view }) => view);
    const joined = called("stack", () => movement.stack(views, along, { ...as, out: out?.view }));
    return out ?? new NDArray(joined);
  });
}

/**
 * The array itself where its elements are neighbours in row-major order, else a copy.
 *
 * @example
 * ```ts
 * import { array, ascontiguousarray } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const turned = array([[1, 2, 3], [4, 5, 6]]).T;
 * deepStrictEqual(ascontiguousarray(turned).strides, [16, 8]);
 * ```
 */
export function ascontiguousarray(value: ArrayLike): NDArray {
  const a = asarray(value);
  return a.flags.cContiguous ? a : a.copy();
}

/**
 * The shape to which shapes broadcast, by NumPy's rule; a number is a shape of one axis. Refused: SHP001, ARR002.
 *
 * @example
 * ```ts
 * import { broadcastShapes } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(broadcastShapes([8, 1, 6], [7, 1]), [8, 7, 6]);
 * ```
 */
export function broadcastShapes(...given: readonly ShapeArgument[]): number[] {
  const shapes = given.map((each) => sizesOf("broadcastShapes", each));
  const shape = commonShape(shapes);
  if (Array.isArray(shape)) return shape;
  const { axis, sizes } = shape;
  throw new ShapeError(
    "SHP001",
    `cannot broadcast ${shapes.map(shapeText).join(" with ")}: axis ${axis} is ${sizes[0]} vs ${sizes[1]}`,
  );
}

/**
 * Read-only views of the arrays, repeated to their common shape. Refused: SHP001.
 *
 * @example
 * ```ts
 * import { array, broadcastArrays } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [a, b] = broadcastArrays(array([1, 2]), array([[3], [4]]));
 * deepStrictEqual(a!.toList(), [[1, 2], [1, 2]]);
 * deepStrictEqual(b!.toList(), [[3, 3], [4, 4]]);
 * ```
 */
export function broadcastArrays(...values: readonly ArrayLike[]): NDArray[] {
  const arrays = values.map((value) => asarray(value));
  const shape = operations.broadcastOf("broadcast", arrays.map(({ view }) => view), "numpy");
  return arrays.map((array) => array.broadcastTo(shape));
}

/**
 * The dtype that operands have together, by NumPy 2: plain numbers take that of the arrays and dtypes beside them.
 * Numbers alone have the dtypes that they have as arrays. Refused: DTY002, ARR002.
 *
 * @example
 * ```ts
 * import { ones, resultType } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(resultType("i32", "f32"), "f64");
 * strictEqual(resultType(ones(2, { dtype: "f32" }), 3), "f32");
 * ```
 */
export function resultType(...operands: readonly (NDArray | DType | ScalarValue)[]): DType {
  const dtypes = operands.flatMap((operand) =>
    operand instanceof NDArray ? [operand.dtype] : typeof operand === "string" ? [knownDType(operand)] : []
  );
  if (operands.length === 0) throw new NdpipeError("ARR002", "resultType takes at least one operand");
  // numbers alone have the dtypes that they have as arrays
  if (dtypes.length === 0) {
    return promoteAll(operands.map((operand) => inferDType([scalarOf("resultType", operand)])));
  }
  const plain = operands.flatMap((operand) =>
    operand instanceof NDArray || typeof operand === "string" ? [] : [operand]
  );
  // fractions first: an integer beside them is one among floats, whatever the arrays hold
  const isWhole = (operand: ScalarValue) => typeof operand !== "number" || Number.isInteger(operand);
  const ordered = plain.toSorted((a, b) => Number(isWhole(a)) - Number(isWhole(b)));
  return ordered.reduce<DType>(
    (dtype, operand) => promoteTypes(dtype, operations.accept(scalarDType(dtype, operand), [])),
    promoteAll(dtypes),
  );
}
