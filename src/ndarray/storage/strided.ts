/**
 * A strided view of a storage: what an array is, without its lifetime. The functions here move no element.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { type Region, view } from "../../memory/mod.ts";
import {
  broadcastStrides,
  extent,
  hasBoundedSolution,
  isRowMajor,
  rowMajorStrides,
  shapeText,
  sizeOfShape,
} from "./layout.ts";
import { type Demand, Storage } from "./storage.ts";

/** A view. Element (i, j, …) lies at byte `offset + i * strides[0] + j * strides[1] + …` of the storage. */
export interface Strided {
  readonly storage: Storage;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** bytes, of either sign */
  readonly strides: readonly number[];
  /** byte of the storage at which the first element lies */
  readonly offset: number;
  readonly writeable: boolean;
}

/** An element; bigint for 64-bit integers. */
export type Element = number | bigint;

/** The bytes that a contiguous array of the shape takes. */
export function numBytesOf(dtype: DType, shape: readonly number[]): number {
  return sizeOfShape(shape) * DTYPE[dtype].itemsize;
}

/** What a message calls a view: `f64 (3, 4)`. */
export function describe({ dtype, shape }: Pick<Strided, "dtype" | "shape">): string {
  return `${dtype} ${shapeText(shape)}`;
}

/**
 * A new array, not cleared.
 *
 * @throws {MemoryError} MEM005
 */
export function allocate(
  dtype: DType,
  shape: readonly number[],
  { strides, demand }: {
    readonly strides?: readonly number[];
    readonly demand: Omit<Demand, "numBytes">;
  },
): Strided {
  const storage = Storage.allocate({ ...demand, numBytes: numBytesOf(dtype, shape) });
  const { itemsize } = DTYPE[dtype];
  return {
    storage,
    dtype,
    shape,
    strides: strides ?? rowMajorStrides(shape, itemsize),
    offset: 0,
    writeable: true,
  };
}

/** The address of the first element; throws MEM006 when the storage was freed. */
export function addressOf({ storage, offset }: Strided): number {
  return storage.byteOffset + offset;
}

/** Whether the elements are neighbours in row-major order. */
export function isContiguous({ dtype, shape, strides }: Strided): boolean {
  return isRowMajor(shape, strides, DTYPE[dtype].itemsize);
}

/** The elements of a contiguous view. Use the array at once; do not keep it. */
export function elementsOf(contiguous: Strided): TypedArray {
  const { dtype, shape, storage } = contiguous;
  const region: Region = {
    memory: storage.region.memory,
    byteOffset: addressOf(contiguous),
    byteLength: numBytesOf(dtype, shape),
  };
  return view(region, dtype);
}

/** The element at the address of the view. */
export function firstElement(source: Strided): Element {
  return elementsOf({ ...source, shape: [], strides: [] })[0]!;
}

/** The view repeated to a shape to which it broadcasts, a copy of the list; it is read-only. */
export function broadcastView(source: Strided, shape: readonly number[]): Strided {
  const strides = broadcastStrides(source.shape, source.strides, shape);
  return { ...source, shape: [...shape], strides, writeable: false };
}

/** The axes in another order. */
export function permuteView(source: Strided, axes: readonly number[]): Strided {
  return {
    ...source,
    shape: axes.map((axis) => source.shape[axis]!),
    strides: axes.map((axis) => source.strides[axis]!),
  };
}

/** A new axis of size 1 at the index. */
export function expandView(source: Strided, axis: number): Strided {
  return {
    ...source,
    shape: source.shape.toSpliced(axis, 0, 1),
    strides: source.strides.toSpliced(axis, 0, 0),
  };
}

/** Without the axis: its element at `index`. */
export function dropAxis(source: Strided, axis: number, index = 0): Strided {
  return {
    ...source,
    // of no elements, none is the first: the address stays inside
    offset: source.offset + (source.shape.includes(0) ? 0 : index * source.strides[axis]!),
    shape: source.shape.toSpliced(axis, 1),
    strides: source.strides.toSpliced(axis, 1),
  };
}

/** The elements `start`, `start + step`, … of an axis, `size` of them. */
export function rangeView(
  source: Strided,
  axis: number,
  { start, step, size }: { readonly start: number; readonly step: number; readonly size: number },
): Strided {
  return {
    ...source,
    offset: source.offset + (size === 0 || source.shape.includes(0) ? 0 : start * source.strides[axis]!),
    shape: source.shape.with(axis, size),
    strides: source.strides.with(axis, source.strides[axis]! * step),
  };
}

/** Whether two views are of the same elements in the same order. */
export function isSameView(a: Strided, b: Strided): boolean {
  return a.storage === b.storage && a.offset === b.offset && a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) =>
      size === b.shape[axis] && (size <= 1 || a.strides[axis] === b.strides[axis])
    );
}

/** Whether two views may have a byte in common: their first and last bytes say that they do not. */
export function mayOverlap(a: Strided, b: Strided): boolean {
  const [aLow, aHigh] = bounds(a), [bLow, bHigh] = bounds(b);
  return aLow < bHigh && bLow < aHigh && aLow < aHigh && bLow < bHigh;
}

function bounds(source: Strided): readonly [number, number] {
  const [low, high] = extent(source.shape, source.strides, DTYPE[source.dtype].itemsize);
  const address = addressOf(source);
  return [address + low, address + high];
}

/** Whether two views have a byte in common, exactly. */
export function overlaps(a: Strided, b: Strided): boolean {
  if (!mayOverlap(a, b)) return false;
  const [aLow] = bounds(a), [bLow] = bounds(b);
  // lowest byte of a + steps of a = lowest byte of b + steps of b, steps of b taken from their other end
  let target = bLow - aLow;
  const terms: { step: number; most: number }[] = [];
  const add = ({ shape, strides, dtype }: Strided, isNegated: boolean) => {
    const axes = [...shape.map((size, axis) => ({ step: Math.abs(strides[axis]!), most: size - 1 }))];
    axes.push({ step: 1, most: DTYPE[dtype].itemsize - 1 });
    for (const term of axes) {
      if (term.step === 0 || term.most <= 0) continue;
      if (isNegated) target += term.step * term.most;
      terms.push(term);
    }
  };
  add(a, false);
  add(b, true);
  return hasBoundedSolution(terms, target);
}
