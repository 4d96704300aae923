/**
 * Arrow schemas as they stand in a file, whole: what a table that is copied as it is keeps. Plain data, so that two
 * schemas are the same when their JSON is.
 *
 * Source: Schema.fbs of the Arrow format.
 *
 * @module
 */

/** A field of a flatbuffers table, so that a type can be written as it was read. */
export type ArrowSlot =
  | { readonly slot: number; readonly kind: "int8" | "int16" | "int32"; readonly value: number }
  | { readonly slot: number; readonly kind: "string"; readonly value: string };

/** A field of a type's table, by its slot; `int32s` are the type ids of a union. */
export type TypeSlot = ArrowSlot | {
  readonly slot: number;
  readonly kind: "int32s";
  readonly value: readonly number[];
};

/** Pairs of custom metadata, in order. */
export type KeyValues = readonly (readonly [key: string, value: string])[];

/** The pairs that all have, in the order of the first. */
export function sharedMetadata(all: readonly (KeyValues | undefined)[]): KeyValues {
  const [first = [], ...others] = all;
  const isShared = ([key, value]: readonly [string, string]) =>
    others.every((pairs) => pairs?.some((pair) => pair[0] === key && pair[1] === value) === true);
  return first.filter(isShared);
}

/**
 * Keys under which writers keep a table's schema once more. Their readers believe them, so they must not stand in a table
 * of other columns: Spark takes its own before the file's schema.
 *
 * Source: Spark (ParquetReadSupport, ParquetFileFormat), parquet-java (AvroReadSupport, ProtoReadSupport,
 * ThriftMetaData), Iceberg, GDAL, Hugging Face datasets.
 */
const SCHEMA_KEYS: ReadonlySet<string> = new Set([
  "org.apache.spark.sql.parquet.row.metadata",
  "parquet.avro.schema",
  "avro.schema",
  "iceberg.schema",
  "parquet.proto.class",
  "parquet.proto.descriptor",
  "thrift.class",
  "thrift.descriptor",
  "gdal:schema",
  "huggingface",
]);

/** The pairs that a table of other columns keeps: those that are no schemas. */
export function withoutSchemas(pairs: KeyValues): KeyValues {
  return pairs.filter(([key]) => !SCHEMA_KEYS.has(key));
}

/** How a column's values are found by indices. */
export interface DictionaryTree {
  readonly id: number;
  /** the type Int of the indices; null: not stated, 32 bits */
  readonly indexType: readonly TypeSlot[] | null;
  readonly isOrdered: boolean;
  readonly kind: number;
}

/** A column, or a part of one. */
export interface FieldTree {
  readonly name: string;
  readonly nullable: boolean;
  /** the number of the type in the union `Type`; with a dictionary, of its values */
  readonly typeId: number;
  readonly slots: readonly TypeSlot[];
  readonly dictionary: DictionaryTree | null;
  readonly children: readonly FieldTree[];
  readonly metadata: KeyValues;
}

/** A whole schema. */
export interface SchemaTree {
  readonly fields: readonly FieldTree[];
  readonly metadata: KeyValues;
}
