/**
 * How arrays are made.
 *
 * @module
 */
import { DTYPE, type DType, promoteAll, type TypedArray } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray, type Values } from "../array.ts";
import { knownDType } from "../dtypes/casting.ts";
import { fill } from "../evaluate/evaluate.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { copyInOrder, isInOrder, type Order } from "../movement/ordered_reshape.ts";
import { integerOf, sizesOf } from "../storage/integer_lists.ts";
import { rowMajorStrides, shapeText } from "../storage/layout.ts";
import { describe } from "../storage/strided.ts";
import {
  dtypeOfElements,
  elementOf,
  fromElements,
  fromList,
  inferDType,
  type NestedList,
  ofDType,
  scalarOf,
} from "../storage/values.ts";
import { newView } from "./new_view.ts";
import { called } from "../storage/called.ts";

/** The dtype of a new array. */
export interface DTypeOption {
  readonly dtype?: DType | undefined;
}

/** Options of `array` and `asarray`. */
export interface AsArrayOptions extends DTypeOption {
  /**
   * true: always a copy; false: never, and refused (ARR002) where one is needed; left out: `array` copies, `asarray`
   * where it must
   */
  readonly copy?: boolean | null | undefined;
  /** rows first ("C"), columns first ("F"), columns first where the array has them so ("A"), or as it lies ("K", default) */
  readonly order?: Order | Lowercase<Order> | undefined;
}

/** Options of `array`. */
export interface ArrayOptions extends AsArrayOptions {
  /** how many axes there are at least: those that miss stand in front, of size 1; default 0 */
  readonly ndmin?: number | undefined;
}

/** Options of `zeros`, `ones`, `empty` and `full`. */
export interface NewOptions extends DTypeOption {
  /** rows first ("C", default) or columns first ("F") in memory */
  readonly order?: "C" | "F" | "c" | "f" | undefined;
}

const OF_NEW = ["dtype", "order"] as const;

/** Options of a new array, by position or named. */
export type NewArgument = Positional<NewOptions, ["dtype", "order"]>;

/** Arrays, typed arrays and numbers in lists in lists. */
export type NestedArrays = NDArray | TypedArray | ScalarValue | readonly NestedArrays[];

/** What functions take as an array. */
export type ArrayLike = NDArray | TypedArray | NestedList;

/**
 * A new array of nested lists (of numbers or of arrays), a typed array or an array, copied. Without a dtype it is inferred as in NumPy 2: i64 of
 * integers (u64 of bigints beyond it), f64 of other numbers and of numbers from 2^53 on, bool of booleans; a list
 * without elements is f64.
 *
 * Refused: ARR002 for a ragged list and for a copy that `copy: false` forbids, DTY002 for a number that the dtype does not hold, MEM005.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([[1, 2], [3, 4]]);
 * deepStrictEqual([a.dtype, a.shape, a.strides], ["i64", [2, 2], [16, 8]]);
 * deepStrictEqual([array([1, 2.5]).dtype, array([1, 2], "f32").dtype], ["f64", "f32"]);
 * deepStrictEqual(array(new Float32Array([1, 2])).dtype, "f32");
 * deepStrictEqual(array([[1, 2], [3, 4]], { order: "F" }).strides, [8, 16]);
 * ```
 */
export function array(
  value: ArrayLike | readonly NestedArrays[],
  ...as: Positional<ArrayOptions, ["dtype"]>
): NDArray {
  const { dtype, copy = true, order, ndmin = 0 } = optionsOf<ArrayOptions>("array", as, ["dtype"]);
  const made = copy === true
    ? inOrder(copied(value, dtype, order), order)
    : asarray(value as ArrayLike, { dtype, copy, order });
  const missing = integerOf("array", "ndmin", ndmin) - made.ndim;
  if (missing <= 0) return made;
  const wide = made.reshape([...Array<number>(missing).fill(1), ...made.shape]);
  if (made === value) return wide;
  // what was made here is nobody's base
  using own = made, view = wide;
  void own;
  return new NDArray(view.view);
}

/** A copy of what arrays are made of; that of an array is in the order that it has, or will be given. */
function copied(
  value: ArrayLike | readonly NestedArrays[],
  dtype: DType | undefined,
  order: AsArrayOptions["order"],
): NDArray {
  if (dtype !== undefined) knownDType(dtype);
  if (value instanceof NDArray) {
    return new NDArray(copyInOrder(value.view, order ?? "K", dtype ?? value.dtype));
  }
  if (ArrayBuffer.isView(value)) return fromTypedArray(value, dtype === undefined ? {} : { dtype });
  if (!Array.isArray(value) || value.every((item) => typeof item !== "object")) {
    return new NDArray(fromList(value as NestedList, dtype));
  }
  const dtypes: DType[] = [], list = plainList(value, dtypes);
  if (dtypes.length === 0) return new NDArray(fromList(list, dtype));
  const made = fromList(list, dtype ?? promoteAll([...dtypes, ...plainDTypes(value)]));
  if (!made.shape.includes(0)) return new NDArray(made);
  // lists have no sizes behind an axis of size 0: arrays do
  const shape = shapeOfNested(value);
  return new NDArray({ ...made, shape, strides: rowMajorStrides(shape, DTYPE[made.dtype].itemsize) });
}

/** the shape of lists of arrays; refused: ARR002, parts of several shapes */
function shapeOfNested(value: NestedArrays): readonly number[] {
  if (value instanceof NDArray) return value.shape;
  if (ArrayBuffer.isView(value)) return [value.length];
  if (!Array.isArray(value)) return [];
  const [first = [], ...others] = value.map((item) => shapeOfNested(item as NestedArrays));
  if (others.every((other) => other.join() === first.join())) return [value.length, ...first];
  throw new NdpipeError(
    "ARR002",
    `a list holds arrays of shapes ${[first, ...others].map(shapeText).join(", ")}`,
    {
      help: "arrays of one list have one shape",
    },
  );
}

/** the list with lists in the place of arrays, whose dtypes are noted */
function plainList(value: NestedArrays, dtypes: DType[]): NestedList {
  if (Array.isArray(value)) return value.map((item) => plainList(item as NestedArrays, dtypes));
  if (value instanceof NDArray) {
    dtypes.push(value.dtype);
    return value.toList();
  }
  if (!ArrayBuffer.isView(value)) return value as ScalarValue;
  dtypes.push(dtypeOfElements(value));
  return [...value];
}

/** the dtype of the plain numbers of a list, if it has any */
function plainDTypes(value: readonly NestedArrays[]): readonly DType[] {
  const numbers = ((value as readonly unknown[]).flat(Infinity) as readonly NestedArrays[]).filter((item) =>
    typeof item !== "object"
  );
  return numbers.length === 0 ? [] : [inferDType(numbers as ScalarValue[])];
}

/**
 * The array itself where it is one of that dtype, else as `array`.
 *
 * @example
 * ```ts
 * import { asarray } from "ndpipe/ndarray";
 * import { ok, strictEqual } from "node:assert/strict";
 * const a = asarray([1, 2, 3]);
 * ok(asarray(a) === a);
 * strictEqual(asarray(a, { dtype: "f32" }).dtype, "f32");
 * ```
 */
export function asarray(value: ArrayLike, ...as: Positional<AsArrayOptions, ["dtype"]>): NDArray {
  if (as.length === 0 && value instanceof NDArray) return value;
  const { dtype, copy, order } = optionsOf<AsArrayOptions>("asarray", as, ["dtype"]);
  const isFitting = value instanceof NDArray && (dtype === undefined || knownDType(dtype) === value.dtype) &&
    (order === undefined || isInOrder(value.view, order));
  if (isFitting && copy !== true) return value;
  if (copy !== false) return array(value, { dtype, order });
  const given = value instanceof NDArray ? describe(value.view) : "what is no array";
  throw new NdpipeError("ARR002", `copy is false, and ${given} becomes an array only by a copy`, {
    help: "leave copy out: then there is one where it is needed",
  });
}

/** an array that was made here in an order */
function inOrder(made: NDArray, order: AsArrayOptions["order"]): NDArray {
  if (order === undefined || isInOrder(made.view, order)) return made;
  using source = made;
  return source.copy({ order });
}

/**
 * A new array of a typed array's elements, copied, in row-major order; without a shape, one axis.
 *
 * Refused: ARR002 for a shape of another number of elements, DTY001 for a class that has no dtype.
 *
 * @example
 * ```ts
 * import { fromTypedArray } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fromTypedArray(new Int32Array([1, 2, 3, 4]), { shape: [2, 2] }).toList(), [[1, 2], [3, 4]]);
 * ```
 */
export function fromTypedArray(
  elements: TypedArray | Uint8ClampedArray,
  ...args: Positional<DTypeOption & { readonly shape?: number | readonly number[] }>
): NDArray {
  const { shape, dtype } = optionsOf<DTypeOption & { readonly shape?: number | readonly number[] }>(
    "fromTypedArray",
    args,
  );
  const sizes = sizesOf("fromTypedArray", shape ?? elements.length);
  const made = fromElements(elements as TypedArray, { dtype: dtypeOfElements(elements), shape: sizes });
  const result = ofDType(made, dtype);
  if (result !== made) made.storage.freeUnheld();
  return new NDArray(result);
}

/**
 * An array whose elements are not set: they are whatever the memory held. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { empty } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(empty([2, 3], { dtype: "f32" }).shape, [2, 3]);
 * ```
 */
export function empty(shape: number | readonly number[], ...as: NewArgument): NDArray {
  const { dtype = "f64", order } = optionsOf<NewOptions>("empty", as, OF_NEW);
  // a bool is 0 or 1, of which bytes as they were know nothing
  if (dtype === "bool") return filled("empty", shape, { value: 0, dtype, order });
  return new NDArray(newView("empty", shape, dtype, order));
}
/**
 * An array of zeros. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * deepStrictEqual(zeros([2, 2]).toList(), [[0, 0], [0, 0]]);
 * strictEqual(zeros(3, { dtype: "i32" }).dtype, "i32");
 * strictEqual(zeros(3, "i32").dtype, "i32");
 * ```
 */
export function zeros(shape: number | readonly number[], ...as: NewArgument): NDArray {
  const { dtype = "f64", order } = optionsOf<NewOptions>("zeros", as, OF_NEW);
  return filled("zeros", shape, { value: 0, dtype, order });
}
/**
 * An array of ones. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(ones([2, 2], { dtype: "u8" }).toList(), [[1, 1], [1, 1]]);
 * ```
 */
export function ones(shape: number | readonly number[], ...as: NewArgument): NDArray {
  const { dtype = "f64", order } = optionsOf<NewOptions>("ones", as, OF_NEW);
  return filled("ones", shape, { value: 1, dtype, order });
}
/**
 * An array of one value, or of an array's values, repeated; without a dtype, that of the value.
 * Refused: ARR002, DTY002, SHP012, MEM005.
 *
 * @example
 * ```ts
 * import { full } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(full([2, 2], 7).toList(), [[7, 7], [7, 7]]);
 * deepStrictEqual(full([2, 2], [1, 2]).toList(), [[1, 2], [1, 2]]);
 * ```
 */
export function full(
  shape: number | readonly number[],
  value: ScalarValue | ArrayLike,
  ...as: NewArgument
): NDArray {
  const { dtype, order } = optionsOf<NewOptions>("full", as, OF_NEW);
  if (typeof value === "object") {
    const values = asarray(value);
    try {
      return called("full", () => filledFrom(empty(shape, { dtype: dtype ?? values.dtype, order }), values));
    } finally {
      if (values !== value) values.dispose();
    }
  }
  return filled("full", shape, { value, dtype: dtype ?? inferDType([value]), order });
}
/** A new array with the values of others, or none at all where they do not fit. */
export function filledFrom(result: NDArray, values: Values): NDArray {
  try {
    return result.set("...", values);
  } catch (error) {
    result.dispose();
    throw error;
  }
}
function filled(
  operation: string,
  shape: number | readonly number[],
  { value, dtype, order }: NewOptions & { readonly value: ScalarValue; readonly dtype: DType },
): NDArray {
  const element = elementOf(scalarOf(operation, value), knownDType(dtype));
  const view = newView(operation, shape, dtype, order);
  fill(view, element);
  return new NDArray(view);
}
