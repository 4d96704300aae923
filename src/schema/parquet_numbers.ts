/**
 * Numbers of the Parquet format, which its reader and its writer share.
 *
 * Source: parquet.thrift (Type, ConvertedType, LogicalType, FieldRepetitionType, Encoding, CompressionCodec) of the
 * Parquet format.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";

/** Physical types. */
export const PHYSICAL = {
  boolean: 0,
  int32: 1,
  int64: 2,
  int96: 3,
  float: 4,
  double: 5,
  byteArray: 6,
  fixedLengthByteArray: 7,
} as const;

/** How often an element of the schema is there. */
export const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;

/** Members of the union LogicalType. */
export const LOGICAL = {
  string: 1,
  map: 2,
  list: 3,
  enum: 4,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  integer: 10,
  null: 11,
  json: 12,
  bson: 13,
  uuid: 14,
  float16: 15,
} as const;

/** Converted types, which logical ones replaced; whole numbers are in `CONVERTED_INTEGERS`. */
export const CONVERTED = {
  utf8: 0,
  map: 1,
  mapKeyValue: 2,
  list: 3,
  enum: 4,
  decimal: 5,
  date: 6,
  timeMillis: 7,
  timeMicros: 8,
  millis: 9,
  micros: 10,
  json: 19,
  bson: 20,
  /** of writers before the logical types */
  null: 24,
} as const;

/** Converted types of whole numbers. */
export const CONVERTED_INTEGERS: Readonly<Partial<Record<DType, number>>> = {
  u8: 11,
  u16: 12,
  u32: 13,
  u64: 14,
  i8: 15,
  i16: 16,
  i32: 17,
  i64: 18,
};

/** Encodings of values and levels. */
export const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
  byteStreamSplit: 9,
} as const;

/** Codecs by their numbers. */
export const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"] as const;
