/**
 * Between arrays and Arrow vectors (apache-arrow).
 *
 * Copies: `fromArrow` copies the elements into the arrays' memory, except where they lie in it already (a vector
 * that `toArrow` made with `copy: false`, or one read into it): then the array is a read-only view. `toArrow`
 * copies, unless it is told not to. Only types of apache-arrow are imported here; `toArrow` loads the package when it
 * is first called.
 *
 * Source: Arrow columnar format, "Physical Memory Layout".
 *
 * @module
 */
import type { Data, DataType, Vector } from "apache-arrow";
import { DTYPE, type DType, isFloat, type TypedArray } from "../dtype/mod.ts";
import { DataError, NdpipeError, SchemaError } from "../errors.ts";
import type { ScalarValue } from "../expr/graph.ts";
import { NDArray } from "../ndarray/array.ts";
import { shapeText } from "../ndarray/storage/layout.ts";
import { holdFor } from "../ndarray/storage/lifetime.ts";
import { arraysMemory, Storage } from "../ndarray/storage/storage.ts";
import { allocate, elementsOf, isContiguous, type Strided } from "../ndarray/storage/strided.ts";
import { dtypeOfElements, elementOf, toTypedArray } from "../ndarray/storage/values.ts";

/** What becomes of nulls: refused (DAT001), NaN (floats), or a value. */
export type NullPolicy = "error" | "nan" | ScalarValue;

/** Numbers of the union `Type` in Schema.fbs. */
const TYPE = {
  int: 2,
  float: 3,
  bool: 6,
  date: 8,
  time: 9,
  timestamp: 10,
  fixedSizeList: 16,
  duration: 18,
} as const;
const PLAIN: readonly number[] = [TYPE.int, TYPE.float, TYPE.date, TYPE.time, TYPE.timestamp, TYPE.duration];

/** The dtype of a vector's elements, and the sizes of its lists. */
interface Layout {
  readonly dtype: DType;
  readonly listSizes: readonly number[];
}

function layoutOf(data: Data): Layout {
  const { typeId } = data.type;
  if (typeId === TYPE.bool) return { dtype: "bool", listSizes: [] };
  if (typeId === TYPE.fixedSizeList) {
    const { dtype, listSizes } = layoutOf(data.children[0]!);
    return { dtype, listSizes: [(data.type as DataType & { listSize: number }).listSize, ...listSizes] };
  }
  const values: unknown = data.values;
  const isHalf = typeId === TYPE.float && values instanceof Uint16Array;
  if (PLAIN.includes(typeId) && ArrayBuffer.isView(values) && !isHalf) {
    const dtype = dtypeOfElements(values);
    const isOneEach = data.type.ArrayType.BYTES_PER_ELEMENT * data.stride === DTYPE[dtype].itemsize;
    if (isOneEach) return { dtype, listSizes: [] };
  }
  throw new SchemaError("SCH005", `a vector of ${data.type} has no dtype here`, {
    help: "bool, integers, float32, float64, dates and times, and FixedSizeLists of them are taken",
  });
}

/** Whether bit `index` of a bitmap is set. */
function bit(bitmap: Uint8Array, index: number): boolean {
  return ((bitmap[index >> 3]! >> (index & 7)) & 1) === 1;
}

/** Positions of nulls of a chunk, as rows. */
function* nullRows(data: Data): Generator<number> {
  if (data.nullCount === 0 || data.nullBitmap === null || data.nullBitmap.length === 0) return;
  for (let row = 0; row < data.length; row++) if (!bit(data.nullBitmap, data.offset + row)) yield row;
}

function replacement(nulls: NullPolicy, dtype: DType, row: number): number | bigint {
  if (nulls === "error") {
    throw new DataError("DAT001", `row ${row} of the vector is null`, {
      help: 'say what becomes of nulls: { nulls: "nan" } or { nulls: 0 }',
    });
  }
  if (nulls !== "nan") return elementOf(nulls, dtype);
  if (isFloat(dtype)) return NaN;
  throw new DataError("DAT001", `row ${row} of the vector is null, and ${dtype} has no NaN`, {
    help: "give a value: { nulls: 0 }",
  });
}

/** Writes a chunk's elements from `start` on; `width` elements a row. */
function writeChunk(
  data: Data,
  target: TypedArray,
  { start, nulls, firstRow, dtype }: { start: number; nulls: NullPolicy; firstRow: number; dtype: DType },
): void {
  const width = layoutOf(data).listSizes.reduce((product, size) => product * size, 1);
  // what is null is found before it is written over
  const rows = [...nullRows(data)];
  const missing = rows.length === 0 ? null : replacement(nulls, dtype, firstRow + rows[0]!);
  if (data.type.typeId === TYPE.fixedSizeList) {
    const child = data.children[0]!;
    // elements of a list that is null count for nothing: they may be null themselves
    writeChunk(child, target, { start, nulls: missing ?? nulls, firstRow: firstRow * width, dtype });
  } else if (data.type.typeId === TYPE.bool) {
    for (let row = 0; row < data.length; row++) {
      target[start + row] = Number(bit(data.values as Uint8Array, data.offset + row));
    }
  } else {
    // both arrays have the dtype's own class, which the union of their types cannot say
    (target as Float64Array).set((data.values as Float64Array).subarray(0, data.length), start);
  }
  if (missing === null) return;
  for (const row of rows) {
    (target as Float64Array).fill(missing as number, start + row * width, start + (row + 1) * width);
  }
}

/** The typed array behind a chunk without nulls, where it lies in the arrays' memory. */
function ownElements(data: Data): TypedArray | null {
  if (data.nullCount > 0 || data.type.typeId === TYPE.bool) return null;
  if (data.type.typeId === TYPE.fixedSizeList) return ownElements(data.children[0]!);
  const values = data.values as TypedArray;
  const isAligned = values.byteOffset % values.BYTES_PER_ELEMENT === 0;
  return isAligned && values.buffer === arraysMemory().buffer as ArrayBufferLike ? values : null;
}

/**
 * The elements of a vector as an array: (N) of single numbers, (N, k) of FixedSizeLists of k, and so on. Dates and
 * times are their integers. Where the elements lie in the arrays' memory already, the array is a read-only view of
 * them, else a copy.
 *
 * Refused: SCH005 for a type without a dtype, DAT001 for a null (unless `nulls` says what becomes of it), MEM005.
 *
 * @example
 * ```ts
 * import { fromArrow } from "ndpipe/arrow";
 * import { vectorFromArray } from "apache-arrow";
 * import { deepStrictEqual } from "node:assert/strict";
 * const vector = vectorFromArray(new Float32Array([1.5, 2.5]));
 * using a = fromArrow(vector);
 * deepStrictEqual([a.dtype, a.toList()], ["f32", [1.5, 2.5]]);
 * ```
 */
export function fromArrow(
  vector: Vector,
  { nulls = "error" }: { readonly nulls?: NullPolicy } = {},
): NDArray {
  const first = vector.data[0];
  if (first === undefined) throw new SchemaError("SCH005", "a vector without chunks has no dtype");
  const { dtype, listSizes } = layoutOf(first);
  const shape = [vector.length, ...listSizes];
  const own = vector.data.length === 1 ? ownElements(first) : null;
  if (own !== null) {
    const { byteOffset, byteLength } = own;
    const storage = Storage.borrow({ memory: arraysMemory(), byteOffset, byteLength }, own);
    const { strides } = rowMajor(shape, DTYPE[dtype].itemsize);
    return new NDArray({ storage, dtype, shape, strides, offset: 0, writeable: false });
  }
  const sentence = `an array of ${dtype} ${shapeText(shape)}`;
  const result = allocate(dtype, shape, { demand: { sentence, operands: [] } });
  try {
    const target = elementsOf(result), width = listSizes.reduce((product, size) => product * size, 1);
    let row = 0;
    for (const data of vector.data) {
      writeChunk(data, target, { start: row * width, nulls, firstRow: row, dtype });
      row += data.length;
    }
  } catch (error) {
    result.storage.freeUnheld();
    throw error;
  }
  return new NDArray(result);
}

function rowMajor(shape: readonly number[], itemsize: number): { readonly strides: number[] } {
  const strides: number[] = [];
  let stride = itemsize;
  for (const size of shape.toReversed()) {
    strides.unshift(stride);
    stride *= size;
  }
  return { strides };
}

const ARROW_TYPE = {
  bool: "Bool",
  i8: "Int8",
  i16: "Int16",
  i32: "Int32",
  i64: "Int64",
  u8: "Uint8",
  u16: "Uint16",
  u32: "Uint32",
  u64: "Uint64",
  f32: "Float32",
  f64: "Float64",
} as const satisfies Record<DType, string>;

function refuseView(array: Strided, why: string): never {
  throw new NdpipeError("ARR002", `toArrow cannot make a vector of this array without a copy: ${why}`, {
    operands: [`${array.dtype} ${shapeText(array.shape)}`],
    help: "leave { copy: false } out",
  });
}

/**
 * An array as a vector: of numbers for one axis, of FixedSizeLists for more. No element is null.
 *
 * The vector has a copy of the elements, and is independent of the array. With `copy: false` it reads the array's own
 * bytes, which stay until the vector's typed array is collected, also when the array is disposed of; writing to the
 * array then shows in the vector, and a slice of the vector must not outlive the vector.
 *
 * Refused: ARR002 for an array without axes, and with `copy: false` for bool (Arrow packs bits) and for elements that are no
 * neighbours in row-major order.
 *
 * @example
 * ```ts
 * import { array } from "ndpipe/ndarray";
 * import { toArrow } from "ndpipe/arrow";
 * import { deepStrictEqual } from "node:assert/strict";
 * const vector = await toArrow(array([[1, 2], [3, 4]], { dtype: "f32" }));
 * deepStrictEqual([...vector].map((row) => [...row]), [[1, 2], [3, 4]]);
 * ```
 */
export async function toArrow(
  array: NDArray,
  { copy = true }: { readonly copy?: boolean } = {},
): Promise<Vector> {
  const arrow = await import("apache-arrow");
  const { view } = array;
  const { dtype, shape } = view;
  if (shape.length === 0) {
    throw new NdpipeError("ARR002", "toArrow takes an array with an axis, the rows", {
      help: "use .reshape(1)",
    });
  }
  if (!copy && dtype === "bool") refuseView(view, "Arrow packs bools into bits");
  if (!copy && !isContiguous(view)) refuseView(view, "its elements are no neighbours");
  const elements = copy ? toTypedArray(view) : elementsOf(view);
  const numElements = elements.length;
  const values = dtype === "bool" ? packBits(elements) : elements;
  const type: DataType = new arrow[ARROW_TYPE[dtype]]();
  let data = arrow.makeData(
    { type, length: numElements, nullCount: 0, data: values } as Parameters<
      typeof arrow.makeData
    >[0],
  ) as Data;
  if (!copy) holdFor(data.values as object, view.storage);
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const list = new arrow.FixedSizeList(shape[axis]!, new arrow.Field("item", data.type, false));
    const length = shape.slice(0, axis).reduce((product, size) => product * size, 1);
    data = arrow.makeData({ type: list, length, nullCount: 0, child: data }) as Data;
  }
  return new arrow.Vector([data]);
}

function packBits(bools: TypedArray): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(bools.length / 8));
  for (let i = 0; i < bools.length; i++) if (bools[i] !== 0) bitmap[i >> 3]! |= 1 << (i & 7);
  return bitmap;
}
