/**
 * Arrays as rows of elements along an axis: what sorting, cumulating and order statistics work on. The rows are
 * copies in plain buffers; the guard is asked before they are made.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, type TypedArray } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError, ShapeError } from "../../errors.ts";
import { resolveAxes } from "../../shape/mod.ts";
import { axesAndOptions, type KeepOptions, NDArray } from "../array.ts";
import { array, type ArrayLike, asarray } from "../creation/creation.ts";
import { accept, duplicate, refuseCast, refuseReadOnly, resolvedAxis } from "../elementwise/operations.ts";
import { copyElements } from "../evaluate/evaluate.ts";
import * as movement from "../movement/movement.ts";
import type { Axes } from "../reductions/reductions.ts";
import { shapeText, sizeOfShape } from "./layout.ts";
import { scope } from "./lifetime.ts";
import { guard } from "./storage.ts";
import { broadcastView, describe, type Strided } from "./strided.ts";
import { Unpacked } from "./unpacked.ts";
import { fromElements, ofDType, toTypedArray } from "./values.ts";

/** The elements of an array, row after row. */
export interface Rows {
  readonly elements: TypedArray;
  readonly dtype: DType;
  readonly numRows: number;
  /** elements of a row */
  readonly length: number;
  /** the shape without the axes along which the rows run */
  readonly outer: readonly number[];
}

/** Says in plain words what JavaScript, which has no types, gets as an error from inside. */
export function refuseNoArray(a: unknown): void {
  if (a instanceof NDArray) return;
  refuseArgument(
    `an array is taken here, not ${Array.isArray(a) ? "a list" : typeof a}`,
    "make one: array([1, 2, 3])",
  );
}

/** The index of an axis. Refused: SHP004; ARR002 for what is no integer, in words of `callee`. */
export function axisOf(a: NDArray, axis: number, callee?: string): number {
  refuseNoArray(a);
  return resolvedAxis(a.view, axis, callee);
}

/** The axes that are meant, ascending; null: all. Refused: SHP004. */
export function axesOf(a: NDArray, axes: Axes): readonly number[] {
  refuseNoArray(a);
  if (axes === null) return [...a.shape.keys()];
  if (typeof axes === "object" && axes.length === 0) return [];
  return accept(resolveAxes(a.shape, axes), [a.view]);
}

/** Rows along one axis or several; null: all elements are one row. Refused: SHP004, MEM005. */
export function rowsOf(a: NDArray, axes: Axes, dtype: DType = a.dtype): Rows {
  const chosen = axesOf(a, axes), kept = [...a.shape.keys()].filter((axis) => !chosen.includes(axis));
  const view = movement.transpose(a.view, [...kept, ...chosen]);
  const outer = kept.map((axis) => a.shape[axis]!),
    length = sizeOfShape(chosen.map((axis) => a.shape[axis]!));
  return { elements: copyAs(view, dtype), dtype, numRows: sizeOfShape(outer), length, outer };
}

/** A copy of the elements of a view in row-major order, as a dtype. */
function copyAs(view: Strided, dtype: DType): TypedArray {
  const numBytes = 2 * sizeOfShape(view.shape) * DTYPE[dtype].itemsize;
  guard({ numBytes, sentence: `rows of ${describe({ ...view, dtype })}`, operands: [describe(view)] });
  const cast = ofDType(view, dtype);
  const elements = toTypedArray(cast);
  if (cast !== view) cast.storage.freeUnheld();
  return elements;
}

/** The elements in row-major order, as a dtype. */
export function elementsAs(a: NDArray, dtype: DType): TypedArray {
  return copyAs(a.view, dtype);
}

/** The elements in row-major order as numbers. */
export function numbersOf(a: NDArray): Float64Array {
  return elementsAs(a, "f64") as Float64Array;
}

/** An array of elements in row-major order, which have the dtype's class. */
export function arrayOf(elements: TypedArray, dtype: DType, shape: readonly number[]): NDArray {
  return new NDArray(fromElements(elements, { dtype, shape }));
}

/** An array whose rows along `axis` are given; it lies in row-major order. */
export function arrayOfRows(rows: Omit<Rows, "numRows">, axis: number): NDArray {
  const made = fromElements(rows.elements, { dtype: rows.dtype, shape: [...rows.outer, rows.length] });
  if (axis === rows.outer.length) return new NDArray(made);
  try {
    return new NDArray(duplicate(movement.moveAxis(made, -1, axis)));
  } finally {
    made.storage.freeUnheld();
  }
}

/** The options of a reduction with the axes among them. */
export function atAxis<O extends KeepOptions>(
  callee: string,
  args: readonly unknown[],
): O & { readonly axis: Axes } {
  const [axis, rest] = axesAndOptions<O>(callee, args);
  return { ...rest, axis };
}

/** The shape of a reduction over the axes. */
export function reducedShape(a: NDArray, axes: Axes, keepdims: boolean): number[] {
  const chosen = axesOf(a, axes);
  return a.shape.flatMap((size, axis) => chosen.includes(axis) ? (keepdims ? [1] : []) : [size]);
}

/**
 * A result where it was asked for: itself, or `out`, which took it, cast to its dtype whatever that loses. `core`: how
 * many of its last axes are out's own; along those before them it is repeated to a larger out. Without `core`, out has
 * its shape. Refused: SHP001, ARR001.
 */
export function placedIn(
  result: NDArray,
  out: NDArray | undefined,
  { core }: { readonly core?: number } = {},
): NDArray {
  if (out === undefined) return result;
  const isSame = out.shape.join() === result.shape.join() && out.ndim === result.ndim;
  if (!isSame && core !== undefined && growsTo(result.shape, out.shape, core)) {
    refuseReadOnly(out.view, "a result");
    copyElements(broadcastView(result.view, out.shape), out.view);
    result.dispose();
    return out;
  }
  if (!isSame) {
    throw new ShapeError("SHP001", "the result has not the shape of out", {
      operands: [describe(result.view), `out ${describe(out.view)}`],
      help: `use an out of shape ${shapeText(result.shape)}`,
    });
  }
  refuseReadOnly(out.view, "a result");
  copyElements(result.view, out.view);
  result.dispose();
  return out;
}

/** whether a shape broadcasts to a target that has its last `core` axes */
function growsTo(shape: readonly number[], target: readonly number[], core: number): boolean {
  const missing = target.length - shape.length;
  return missing >= 0 && shape.every((size, axis) => {
    const wanted = target[axis + missing];
    return size === wanted || (size === 1 && axis < shape.length - core);
  });
}

/** Refuses an `out` to which results of the dtype do not cast within their kind. Refused: DTY004. */
export function refuseLoss(operation: string, a: NDArray, [dtype, out]: readonly [DType, NDArray]): void {
  refuseCast(`${operation} gives ${dtype}, which is not cast to ${out.dtype}`, [dtype, out.dtype], {
    casting: "same_kind",
    operands: [describe(a.view), `out ${describe(out.view)}`],
  });
}

/** The part `start` to `stop` of an axis: a view. */
export function part(
  a: NDArray,
  axis: number,
  range: { readonly start?: number; readonly stop?: number; readonly step?: number },
): NDArray {
  return a.slice([...new Array<string>(axis).fill(":"), range]);
}

/** An argument as an array; lists become one. */
export function given(value: ArrayLike): NDArray {
  return value instanceof NDArray ? value : array(value);
}

/** Runs with the array, or with one that is made of lists, whose views then are nobody's. */
export function over<T>(value: ArrayLike, run: (array: NDArray) => T): T {
  if (value instanceof NDArray) return run(value);
  return scope(() => {
    const result = run(given(value));
    const isList = Array.isArray(result) && !(result instanceof Unpacked);
    return (isList ? result.map(baseless) : baseless(result)) as T;
  });
}

/** a view as an array of its own */
function baseless(value: unknown): unknown {
  return value instanceof NDArray && value.base !== null ? new NDArray(value.view) : value;
}

/** Runs with arrays made of the arguments, and disposes of what is not returned. */
export function withArrays<T>(values: Iterable<ArrayLike>, run: (...arrays: NDArray[]) => T): T {
  return scope(() => run(...arraysOf(values)));
}

/** Arrays of what stands in a list; of an array, its slices along the first axis, as NumPy has it. */
export function arraysOf(values: Iterable<ArrayLike>): NDArray[] {
  return values instanceof NDArray ? [...values.rows()] : Array.from(values, (value) => asarray(value));
}

/** Refuses an array that has not one axis. */
export function refuseAxes(operation: string, a: NDArray, numAxes = 1): void {
  if (a.ndim === numAxes) return;
  throw new NdpipeError("ARR002", `${operation} takes an array of ${numAxes} axis, not of ${a.ndim}`, {
    operands: [describe(a.view)],
    help: "take a row of it, or ravel it",
  });
}

/** Refuses a dtype of results that is not of floats: DTY001. */
export function refuseNoFloat(operation: string, dtype: DType | undefined): void {
  if (dtype === undefined || isFloat(dtype)) return;
  throw new DTypeError("DTY001", `${operation} gives f32 or f64, not ${dtype}`, {
    help: "cast what it gives: .astype(…)",
  });
}

/** Refuses an argument. */
export function refuseArgument(sentence: string, help?: string): never {
  throw new NdpipeError("ARR002", sentence, help === undefined ? {} : { help });
}
