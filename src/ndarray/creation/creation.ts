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
import { sizesOf } from "../storage/integer_lists.ts";
import { rowMajorStrides, shapeText, sortedStrides } from "../storage/layout.ts";
import { allocate, describe, type Strided } from "../storage/strided.ts";
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

/** The dtype of a new array. */
export interface DTypeOption {
  readonly dtype?: DType | undefined;
}

/** The dtype of a new array, by position or as an option. */
export type DTypeArgument = Positional<DTypeOption, ["dtype"]>;

function dtypeOf(callee: string, args: DTypeArgument): DType | undefined {
  return optionsOf<DTypeOption>(callee, args, ["dtype"]).dtype;
}

/** Arrays, typed arrays and numbers in lists in lists. */
export type NestedArrays = NDArray | TypedArray | ScalarValue | readonly NestedArrays[];

/** What functions take as an array. */
export type ArrayLike = NDArray | TypedArray | NestedList;

/**
 * A new array of nested lists (of numbers or of arrays), a typed array or an array, copied. Without a dtype it is inferred as in NumPy 2: i64 of
 * integers (u64 of bigints beyond it), f64 of other numbers and of numbers from 2^53 on, bool of booleans; a list
 * without elements is f64.
 *
 * Refused: ARR002 for a ragged list, DTY002 for a number that the dtype does not hold, MEM005.
 *
 * @example
 * ```ts
 * import { array } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([[1, 2], [3, 4]]);
 * deepStrictEqual([a.dtype, a.shape, a.strides], ["i64", [2, 2], [16, 8]]);
 * deepStrictEqual([array([1, 2.5]).dtype, array([1, 2], "f32").dtype], ["f64", "f32"]);
 * deepStrictEqual(array(new Float32Array([1, 2])).dtype, "f32");
 * ```
 */
export function array(value: ArrayLike | readonly NestedArrays[], ...as: DTypeArgument): NDArray {
  const dtype = dtypeOf("array", as);
  if (dtype !== undefined) knownDType(dtype);
  if (value instanceof NDArray) return dtype === undefined ? value.copy() : value.astype(dtype);
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
export function asarray(value: ArrayLike, ...as: DTypeArgument): NDArray {
  const dtype = dtypeOf("asarray", as);
  const isFitting = value instanceof NDArray && (dtype === undefined || dtype === value.dtype);
  return isFitting ? value : array(value, { dtype });
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
export function empty(shape: number | readonly number[], ...as: DTypeArgument): NDArray {
  const dtype = dtypeOf("empty", as) ?? "f64";
  // a bool is 0 or 1, of which bytes as they were know nothing
  if (dtype === "bool") return filled("empty", shape, { value: 0, dtype });
  return new NDArray(newView("empty", shape, dtype));
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
export function zeros(shape: number | readonly number[], ...as: DTypeArgument): NDArray {
  return filled("zeros", shape, { value: 0, dtype: dtypeOf("zeros", as) ?? "f64" });
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
export function ones(shape: number | readonly number[], ...as: DTypeArgument): NDArray {
  return filled("ones", shape, { value: 1, dtype: dtypeOf("ones", as) ?? "f64" });
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
  ...as: DTypeArgument
): NDArray {
  const dtype = dtypeOf("full", as);
  if (typeof value === "object") {
    const values = asarray(value);
    try {
      return filledFrom(empty(shape, dtype ?? values.dtype), values);
    } finally {
      if (values !== value) values.dispose();
    }
  }
  return filled("full", shape, { value, dtype: dtype ?? inferDType([value]) });
}
function filledFrom(result: NDArray, values: Values): NDArray {
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
  { value, dtype }: { readonly value: ScalarValue; readonly dtype: DType },
): NDArray {
  const element = elementOf(scalarOf(operation, value), knownDType(dtype));
  const view = newView(operation, shape, dtype);
  fill(view, element);
  return new NDArray(view);
}

/** Of what a new array is like another. */
export interface LikeOptions extends DTypeOption {
  /** default that of the other; one of as many axes keeps their order in memory */
  readonly shape?: number | readonly number[] | undefined;
}

/** A view of the shape of another array or one of its own, its axes in memory in the same order where there are as many. */
function viewLike(
  operation: string,
  { view }: NDArray,
  { dtype = view.dtype, shape }: LikeOptions,
): Strided {
  const sizes = shape === undefined ? view.shape : sizesOf(operation, shape);
  if (sizes.length !== view.shape.length) return newView(operation, sizes, dtype);
  const strides = sortedStrides(sizes, view.strides, DTYPE[knownDType(dtype)].itemsize);
  const sentence = `${operation} gives ${describe({ dtype, shape: sizes })}`;
  return allocate(dtype, sizes, { strides, demand: { sentence, operands: [describe(view)] } });
}

/**
 * As `empty`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { emptyLike, zeros } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(emptyLike(zeros([2, 3], { dtype: "i16" })).dtype, "i16");
 * ```
 */
export function emptyLike(other: ArrayLike, ...args: Positional<LikeOptions, ["dtype"]>): NDArray {
  const options = optionsOf<LikeOptions>("emptyLike", args, ["dtype"]);
  return likeOf(other, (array) => {
    const view = viewLike("emptyLike", array, options);
    if (view.dtype === "bool") fill(view, 0);
    return new NDArray(view);
  });
}
/**
 * As `zeros`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array, zerosLike } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(zerosLike(array([[1, 2], [3, 4]])).toList(), [[0, 0], [0, 0]]);
 * ```
 */
export function zerosLike(other: ArrayLike, ...args: Positional<LikeOptions, ["dtype"]>): NDArray {
  const options = optionsOf<LikeOptions>("zerosLike", args, ["dtype"]);
  return fullLike(other, 0, options);
}
/**
 * As `ones`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array, onesLike } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(onesLike(array([1, 2, 3]), { dtype: "f32" }).dtype, "f32");
 * ```
 */
export function onesLike(other: ArrayLike, ...args: Positional<LikeOptions, ["dtype"]>): NDArray {
  const options = optionsOf<LikeOptions>("onesLike", args, ["dtype"]);
  return fullLike(other, 1, options);
}
/**
 * As `full`, with the shape, dtype and layout of another array, unless told otherwise.
 * By position, as in NumPy: `dtype`; then options.
 *
 * @example
 * ```ts
 * import { array, fullLike } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fullLike(array([1, 2, 3]), 9).toList(), [9, 9, 9]);
 * ```
 */
export function fullLike(
  other: ArrayLike,
  value: ScalarValue | ArrayLike,
  ...args: Positional<LikeOptions, ["dtype"]>
): NDArray {
  const options = optionsOf<LikeOptions>("fullLike", args, ["dtype"]);
  return likeOf(other, (array) => {
    if (typeof value === "object") {
      return filledFrom(new NDArray(viewLike("fullLike", array, options)), value as Values);
    }
    const element = elementOf(scalarOf("fullLike", value), knownDType(options.dtype ?? array.dtype));
    const view = viewLike("fullLike", array, options);
    fill(view, element);
    return new NDArray(view);
  });
}

/** runs with the array, or with one of the lists for as long as it takes */
function likeOf(other: ArrayLike, run: (array: NDArray) => NDArray): NDArray {
  if (other instanceof NDArray) return run(other);
  using made = array(other);
  return run(made);
}
