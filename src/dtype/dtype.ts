/**
 * The one table of dtypes. Everything that differs between dtypes is a column of this table.
 *
 * @module
 */

/** The element types of ndpipe, in NumPy's order of promotion within a kind. */
export const DTYPES = ["bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"] as const;

/** The name of an element type. */
export type DType = (typeof DTYPES)[number];

/** Signed integer, unsigned integer, floating point or boolean, by NumPy's letters. */
export type Kind = "b" | "i" | "u" | "f";

/** A typed array's constructor over some buffer. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  new (length: number): TypedArray;
}

/** What is known of one dtype. */
export interface DTypeInfo {
  readonly name: DType;
  readonly kind: Kind;
  /** bytes of one element; a bool is one byte, 0 or 1 */
  readonly itemsize: 1 | 2 | 4 | 8;
  /** elements in one 128-bit vector */
  readonly numLanes: 2 | 4 | 8 | 16;
  /** NumPy's name of the type */
  readonly numpyName: string;
  /** whether a JavaScript value of the type is a bigint */
  readonly isBigInt: boolean;
  /** smallest and largest value of an integer type */
  readonly range: readonly [bigint, bigint] | null;
  readonly TypedArray: TypedArrayConstructor;
}

function row(
  name: DType,
  kind: Kind,
  itemsize: 1 | 2 | 4 | 8,
  numpyName: string,
  TypedArray: TypedArrayConstructor,
): DTypeInfo {
  const bits = BigInt(itemsize * 8);
  return Object.freeze({
    name,
    kind,
    itemsize,
    numLanes: (16 / itemsize) as 2 | 4 | 8 | 16,
    numpyName,
    isBigInt: itemsize === 8 && (kind === "i" || kind === "u"),
    range: kind === "i"
      ? ([-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] as const)
      : kind === "u"
      ? ([0n, (1n << bits) - 1n] as const)
      : null,
    TypedArray,
  });
}

/** The table: one row a dtype. */
export const DTYPE: Readonly<Record<DType, DTypeInfo>> = Object.freeze({
  bool: row("bool", "b", 1, "bool", Uint8Array),
  i8: row("i8", "i", 1, "int8", Int8Array),
  i16: row("i16", "i", 2, "int16", Int16Array),
  i32: row("i32", "i", 4, "int32", Int32Array),
  i64: row("i64", "i", 8, "int64", BigInt64Array),
  u8: row("u8", "u", 1, "uint8", Uint8Array),
  u16: row("u16", "u", 2, "uint16", Uint16Array),
  u32: row("u32", "u", 4, "uint32", Uint32Array),
  u64: row("u64", "u", 8, "uint64", BigUint64Array),
  f32: row("f32", "f", 4, "float32", Float32Array),
  f64: row("f64", "f", 8, "float64", Float64Array),
});

/** Whether the text names a dtype. */
export function isDType(name: unknown): name is DType {
  return typeof name === "string" && Object.hasOwn(DTYPE, name);
}

/** Whether the dtype is f32 or f64. */
export function isFloat(dtype: DType): dtype is "f32" | "f64" {
  return DTYPE[dtype].kind === "f";
}
