/**
 * Flatbuffers of the messages and the footer that are written: Schema, RecordBatch, Footer.
 *
 * Source: Schema.fbs, Message.fbs, File.fbs of the Arrow format for the slots, defaults and structs.
 *
 * @module
 */
import { Builder } from "flatbuffers/mjs/builder.js";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import { packedField } from "../../schema/packed.ts";
import type { DictionaryTree, FieldTree, KeyValues, SchemaTree, TypeSlot } from "../../schema/arrow_tree.ts";
import type { OutputField } from "../sink.ts";

/** MetadataVersion.V5 */
const VERSION = 4;
/** the union MessageHeader */
const HEADER = { schema: 1, dictionary: 2, recordBatch: 3 } as const;
/** Precision of a FloatingPoint */
const PRECISION: Readonly<Partial<Record<DType, number>>> = { f32: 1, f64: 2 };

/** What Arrow bodies are compressed with. */
export type ArrowCompression = "lz4" | "zstd";

/** A buffer in a body. */
export interface BodyBuffer {
  readonly position: number;
  readonly numBytes: number;
}

function encodeType(builder: Builder, dtype: DType): { readonly id: number; readonly offset: number } {
  const { kind, itemsize } = DTYPE[dtype];
  if (kind === "b") {
    builder.startObject(0);
    return { id: ARROW_TYPE.bool, offset: builder.endObject() };
  }
  if (kind === "f") {
    builder.startObject(1);
    builder.addFieldInt16(0, PRECISION[dtype]!, 0);
    return { id: ARROW_TYPE.floatingPoint, offset: builder.endObject() };
  }
  builder.startObject(2);
  builder.addFieldInt32(0, itemsize * 8, 0);
  builder.addFieldInt8(1, kind === "i" ? 1 : 0, 0);
  return { id: ARROW_TYPE.int, offset: builder.endObject() };
}

function encodeOffsets(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

/** A table Field, nullable only where it is carried; `width` null for a plain column. */
function encodeField(builder: Builder, { name, dtype, width, carried, metadata = [] }: OutputField): number {
  const packed = carried?.type.packed;
  if (packed !== undefined) {
    return encodeFieldTree(builder, { ...packedField(packed), name, nullable: carried!.nullable, metadata });
  }
  // Arrow's other writers call a list's elements "item"
  const children = width === null ? [] : [encodeField(builder, { name: "item", dtype, width: null })];
  const childrenOffset = encodeOffsets(builder, children);
  const nameOffset = builder.createString(name), metadataOffset = encodeKeyValues(builder, metadata);
  let type: ReturnType<typeof encodeType>;
  if (carried !== undefined) {
    type = { id: carried.type.typeId, offset: encodeSlots(builder, carried.type.slots) };
  } else if (width === null) {
    type = encodeType(builder, dtype);
  } else {
    builder.startObject(1);
    builder.addFieldInt32(0, width, 0);
    type = { id: ARROW_TYPE.fixedSizeList, offset: builder.endObject() };
  }
  builder.startObject(7);
  builder.addFieldOffset(0, nameOffset, 0);
  builder.addFieldInt8(1, carried?.nullable === true ? 1 : 0, 0);
  builder.addFieldInt8(2, type.id, 0);
  builder.addFieldOffset(3, type.offset, 0);
  builder.addFieldOffset(5, childrenOffset, 0);
  builder.addFieldOffset(6, metadataOffset, 0);
  return builder.endObject();
}

/** The columns of a table, and its custom metadata. */
export interface OutputSchema {
  readonly fields: readonly OutputField[];
  readonly metadata: KeyValues;
}

function encodeSchemaTable(builder: Builder, { fields, metadata }: OutputSchema): number {
  const offset = encodeOffsets(builder, fields.map((field) => encodeField(builder, field)));
  const metadataOffset = encodeKeyValues(builder, metadata);
  // endianness 0 is little, the default
  builder.startObject(4);
  builder.addFieldOffset(1, offset, 0);
  builder.addFieldOffset(2, metadataOffset, 0);
  return builder.endObject();
}

function finishMessage(
  builder: Builder,
  header: { id: number; offset: number },
  bodyBytes: number,
  { version = VERSION, metadata = [] }: Pick<EncodedBody, "version" | "metadata"> = {},
): Uint8Array {
  const metadataOffset = encodeKeyValues(builder, metadata);
  builder.startObject(5);
  builder.addFieldInt64(3, BigInt(bodyBytes), 0n);
  builder.addFieldOffset(4, metadataOffset, 0);
  builder.addFieldOffset(2, header.offset, 0);
  builder.addFieldInt16(0, version, 0);
  builder.addFieldInt8(1, header.id, 0);
  builder.finish(builder.endObject());
  return builder.asUint8Array();
}

/** The flatbuffer of a schema message. */
export function encodeSchemaMessage(schema: OutputSchema): Uint8Array {
  const builder = new Builder(1024);
  const offset = encodeSchemaTable(builder, schema);
  return finishMessage(builder, { id: HEADER.schema, offset }, 0);
}

/** Elements of a node, and how many of them are null. */
export interface EncodedNode {
  readonly numElements: number;
  readonly numNulls: number;
}

/** What a record batch says of its body. */
export interface EncodedBody {
  readonly buffers: readonly BodyBuffer[];
  readonly bodyBytes: number;
  readonly compression: ArrowCompression | null;
  /** buffers of the columns of views; absent: there are none */
  readonly variadicCounts?: readonly number[];
  /** of the metadata; absent: V5 */
  readonly version?: number;
  /** custom metadata of the message; absent: none */
  readonly metadata?: KeyValues;
}

/** A table BodyCompression: its codec; the method BUFFER is the default. */
function encodeCompression(builder: Builder, compression: ArrowCompression): number {
  builder.startObject(2);
  builder.addFieldInt8(0, compression === "zstd" ? 1 : 0, 0);
  return builder.endObject();
}

/**
 * The flatbuffer of a record batch message.
 *
 * @param nodes elements of each node, and how many of them are null
 */
export function encodeRecordBatchMessage(
  numRows: number,
  nodes: readonly EncodedNode[],
  body: EncodedBody,
): Uint8Array {
  const builder = new Builder(1024 + 16 * (nodes.length + body.buffers.length));
  const offset = encodeRecordBatch(builder, numRows, nodes, body);
  return finishMessage(builder, { id: HEADER.recordBatch, offset }, body.bodyBytes, body);
}

function encodeCounts(builder: Builder, counts: readonly number[]): number {
  builder.startVector(8, counts.length, 8);
  for (const count of counts.toReversed()) builder.addInt64(BigInt(count));
  return builder.endVector();
}

/** The flatbuffer of a dictionary batch message: a record batch of values, and what they are for. */
export function encodeDictionaryMessage(
  { id, isDelta }: { readonly id: number; readonly isDelta: boolean },
  { numRows, nodes, body }: {
    readonly numRows: number;
    readonly nodes: readonly EncodedNode[];
    readonly body: EncodedBody;
  },
): Uint8Array {
  const builder = new Builder(1024 + 16 * (nodes.length + body.buffers.length));
  const data = encodeRecordBatch(builder, numRows, nodes, body);
  builder.startObject(3);
  builder.addFieldInt64(0, BigInt(id), 0n);
  builder.addFieldOffset(1, data, 0);
  builder.addFieldInt8(2, Number(isDelta), 0);
  const offset = builder.endObject();
  return finishMessage(builder, { id: HEADER.dictionary, offset }, body.bodyBytes, body);
}

function encodeRecordBatch(
  builder: Builder,
  numRows: number,
  nodes: readonly EncodedNode[],
  { buffers, compression, variadicCounts = [] }: EncodedBody,
): number {
  const compressionOffset = compression === null ? 0 : encodeCompression(builder, compression);
  // structs are written backwards, fields last to first
  builder.startVector(16, buffers.length, 8);
  for (const { position, numBytes } of buffers.toReversed()) {
    builder.prep(8, 16);
    builder.writeInt64(BigInt(numBytes));
    builder.writeInt64(BigInt(position));
  }
  const buffersOffset = builder.endVector();
  builder.startVector(16, nodes.length, 8);
  for (const { numElements, numNulls } of nodes.toReversed()) {
    builder.prep(8, 16);
    builder.writeInt64(BigInt(numNulls));
    builder.writeInt64(BigInt(numElements));
  }
  const nodesOffset = builder.endVector();
  const variadicOffset = variadicCounts.length === 0 ? 0 : encodeCounts(builder, variadicCounts);
  builder.startObject(5);
  builder.addFieldInt64(0, BigInt(numRows), 0n);
  builder.addFieldOffset(1, nodesOffset, 0);
  builder.addFieldOffset(2, buffersOffset, 0);
  builder.addFieldOffset(3, compressionOffset, 0);
  builder.addFieldOffset(4, variadicOffset, 0);
  return builder.endObject();
}

/** A footer without blocks: see `startFooter`. */
export interface FooterStart {
  /** they end with the list of dictionaries and that of record batches, both empty */
  readonly bytes: Uint8Array;
  /** where the offset of the list of record batches stands */
  readonly batchesField: number;
}

/** The start of a file's footer, whose blocks `FooterBlocks` adds. */
export function encodeFooter(table: OutputSchema): FooterStart {
  return startFooter((builder) => encodeSchemaTable(builder, table), VERSION);
}

/**
 * A builder works from the end: what is built first is last. So the lists of blocks come first, and are last in the
 * footer, where they can grow: an empty list is its length, in front of a boundary of 8 bytes.
 */
function startFooter(encodeSchema: (builder: Builder) => number, version: number): FooterStart {
  const builder = new Builder(1024);
  const [recordBatches, dictionaries] = [encodeNoBlocks(builder), encodeNoBlocks(builder)];
  const schema = encodeSchema(builder);
  builder.startObject(5);
  builder.addFieldInt16(0, version, 0);
  builder.addFieldOffset(1, schema, 0);
  builder.addFieldOffset(2, dictionaries, 0);
  builder.addFieldOffset(3, recordBatches, 0);
  builder.finish(builder.endObject());
  const bytes = builder.asUint8Array();
  return { bytes, batchesField: fieldPosition(bytes, 3) };
}

function encodeNoBlocks(builder: Builder): number {
  builder.startVector(24, 0, 8);
  return builder.endVector();
}

/** where a field of the root table stands */
function fieldPosition(bytes: Uint8Array, slot: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    table = view.getUint32(0, true);
  const vtable = table - view.getInt32(table, true);
  return table + view.getUint16(vtable + 4 + 2 * slot, true);
}

function encodeKeyValues(builder: Builder, pairs: KeyValues): number {
  if (pairs.length === 0) return 0;
  return encodeOffsets(
    builder,
    pairs.map(([key, value]) => {
      const [keyOffset, valueOffset] = [builder.createString(key), builder.createString(value)];
      builder.startObject(2);
      builder.addFieldOffset(0, keyOffset, 0);
      builder.addFieldOffset(1, valueOffset, 0);
      return builder.endObject();
    }),
  );
}

/** A type's table as it was read. */
function encodeSlots(builder: Builder, slots: readonly TypeSlot[]): number {
  const offsets = slots.map((field) => {
    if (field.kind === "string" && field.value !== "") return builder.createString(field.value);
    if (field.kind !== "int32s" || field.value.length === 0) return 0;
    builder.startVector(4, field.value.length, 4);
    for (const value of field.value.toReversed()) builder.addInt32(value);
    return builder.endVector();
  });
  builder.startObject(slots.reduce((count, { slot }) => Math.max(count, slot + 1), 0));
  for (const [i, field] of slots.entries()) {
    // an impossible default, so that every number is written
    if (field.kind === "string" || field.kind === "int32s") {
      builder.addFieldOffset(field.slot, offsets[i]!, 0);
    } else if (field.kind === "int8") builder.addFieldInt8(field.slot, field.value, null);
    else if (field.kind === "int16") builder.addFieldInt16(field.slot, field.value, null);
    else builder.addFieldInt32(field.slot, field.value, null);
  }
  return builder.endObject();
}

function encodeDictionaryEncoding(builder: Builder, dictionary: DictionaryTree): number {
  const indexType = dictionary.indexType === null ? 0 : encodeSlots(builder, dictionary.indexType);
  builder.startObject(4);
  builder.addFieldInt64(0, BigInt(dictionary.id), 0n);
  builder.addFieldOffset(1, indexType, 0);
  builder.addFieldInt8(2, Number(dictionary.isOrdered), 0);
  builder.addFieldInt16(3, dictionary.kind, 0);
  return builder.endObject();
}

function encodeFieldTree(builder: Builder, field: FieldTree): number {
  const children = encodeOffsets(builder, field.children.map((child) => encodeFieldTree(builder, child)));
  const name = builder.createString(field.name), type = encodeSlots(builder, field.slots);
  const dictionary = field.dictionary === null ? 0 : encodeDictionaryEncoding(builder, field.dictionary);
  const metadata = encodeKeyValues(builder, field.metadata);
  builder.startObject(7);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldInt8(1, Number(field.nullable), 0);
  builder.addFieldInt8(2, field.typeId, 0);
  builder.addFieldOffset(3, type, 0);
  builder.addFieldOffset(4, dictionary, 0);
  builder.addFieldOffset(5, children, 0);
  builder.addFieldOffset(6, metadata, 0);
  return builder.endObject();
}

function encodeSchemaTree(builder: Builder, { fields, metadata }: SchemaTree): number {
  const fieldsOffset = encodeOffsets(builder, fields.map((field) => encodeFieldTree(builder, field)));
  const metadataOffset = encodeKeyValues(builder, metadata);
  builder.startObject(4);
  builder.addFieldOffset(1, fieldsOffset, 0);
  builder.addFieldOffset(2, metadataOffset, 0);
  return builder.endObject();
}

/** The flatbuffer of a schema message for a schema as it was read. */
export function encodeTreeMessage(tree: SchemaTree, version: number): Uint8Array {
  const builder = new Builder(1024), offset = encodeSchemaTree(builder, tree);
  return finishMessage(builder, { id: HEADER.schema, offset }, 0, { version });
}

/** The start of the footer of a file with a schema as it was read. */
export function encodeTreeFooter(tree: SchemaTree, version: number): FooterStart {
  return startFooter((builder) => encodeSchemaTree(builder, tree), version);
}
