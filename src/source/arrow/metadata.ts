/**
 * Messages and footers of Arrow IPC, decoded into plain data.
 *
 * Source: Arrow columnar format, "Serialization and Interprocess Communication (IPC)"; Message.fbs, File.fbs,
 * Schema.fbs for the slots of the tables and the layout of the structs.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import { ARROW_METADATA_BYTES } from "../../schema/footer_limits.ts";
import type { Schema } from "../../schema/mod.ts";
import type { KeyValues, SchemaTree } from "../../schema/arrow_tree.ts";
import { Blocks, endOf } from "./blocks.ts";
import { type ArrowField, decodeField, METADATA_V4, METADATA_V5, schemaField } from "./arrow_type.ts";
import { type Fail, FlatBuffer, type Table } from "./flatbuffer.ts";
import { keyValues, schemaTree } from "./schema_tree.ts";

/** "ARROW1", at the head and at the end of a file */
export const MAGIC = new TextEncoder().encode("ARROW1");
/** the magic padded to 8 bytes, before the first message of a file */
export const FILE_HEADER_BYTES = 8;
/** the footer's size (int32) and the magic, at the end of a file */
export const FILE_TRAILER_BYTES = 4 + 6;
/** the 32-bit continuation mark before a message's size; streams written before Arrow 0.15 lack it */
export const CONTINUATION = 0xffff_ffff;

const HELP_REWRITE =
  "write or copy the file again; `pyarrow.ipc.open_file(path).schema` shows whether others read it";

/** Schema of a file or stream: its columns as Arrow has them, and as the planner sees them. */
export interface ArrowSchema {
  readonly arrowFields: readonly ArrowField[];
  readonly schema: Schema;
  /** as it stands in the file, whole */
  readonly tree: SchemaTree;
  readonly version: number;
}

/** Metadata of a record batch. Offsets count from the start of the body. */
export interface RecordBatchMetadata {
  readonly numRows: number;
  /** (length, null count) of each node */
  readonly nodes: Float64Array;
  /** (offset, length) of each buffer */
  readonly buffers: Float64Array;
  readonly variadicCounts: Float64Array;
  /** how each buffer of the body is compressed; null: not at all */
  readonly codec: BodyCodec | null;
}

/** Codecs of a body: CompressionType of Message.fbs. */
export type BodyCodec = "LZ4_FRAME" | "ZSTD";

/** Which dictionary a batch of its values is for, and whether they are added to those before. */
export interface DictionaryMetadata {
  readonly id: number;
  readonly isDelta: boolean;
  readonly batch: RecordBatchMetadata;
}

/** A decoded message. */
export type ArrowMessage =
  & { readonly bodyBytes: number; /** what was decoded */ readonly flatbuffer: Uint8Array }
  & (
    | { readonly kind: "schema"; readonly schema: ArrowSchema }
    | { readonly kind: "dictionary"; readonly dictionary: DictionaryMetadata }
    | { readonly kind: "recordBatch"; readonly batch: RecordBatchMetadata }
  );

/** The footer of a file. */
export interface Footer {
  readonly schema: ArrowSchema;
  readonly blocks: Blocks;
  /** batches of dictionaries, in the order in which they apply */
  readonly dictionaries: Blocks;
}

/** An error that names the file and the part that is corrupt (FMT004). */
export function corruption(path: string, part: string): Fail {
  return (detail) => {
    throw new FormatError("FMT004", `${path} is corrupt: ${part}: ${detail}`, { help: HELP_REWRITE });
  };
}

/** The refusal of what Arrow allows and ndpipe does not read (FMT005). */
export function unsupported(path: string, feature: string, help: string): FormatError {
  return new FormatError("FMT005", `${path}: ${feature}`, { help });
}

const SCHEMA = { endianness: 0, fields: 1 } as const;

function decodeSchema(table: Table, version: number, path: string): ArrowSchema {
  if (table.int16(SCHEMA.endianness, 0) !== 0) {
    throw unsupported(
      path,
      "its numbers are big-endian, which is not read here",
      "write it on a little-endian machine, or with pyarrow there: it converts to the machine's order on reading",
    );
  }
  const arrowFields: ArrowField[] = [];
  for (const field of table.tables(SCHEMA.fields)) arrowFields.push(decodeField(field, version));
  const tree = schemaTree(table);
  const fields = arrowFields.map((field, i) => {
    const { metadata } = tree.fields[i]!;
    return metadata.length === 0 ? schemaField(field) : { ...schemaField(field), metadata };
  });
  const schema = tree.metadata.length === 0 ? { fields } : { fields, metadata: tree.metadata };
  return { arrowFields, schema, tree, version };
}

function checkVersion(version: number, path: string): void {
  if (version >= METADATA_V4 && version <= METADATA_V5) return;
  throw unsupported(
    path,
    `its metadata has version V${version + 1}; V4 and V5 are read (Arrow 0.8 and later)`,
    "read and write it again with a current pyarrow: pyarrow.ipc.open_file / new_file",
  );
}

const RECORD_BATCH = { length: 0, nodes: 1, buffers: 2, compression: 3, variadicCounts: 4 } as const;
const CODECS: readonly BodyCodec[] = ["LZ4_FRAME", "ZSTD"];
/** struct FieldNode { length: long; null_count: long; } and struct Buffer { offset: long; length: long; } */
const PAIR_BYTES = 16;
const PAIR_OFFSETS = [0, 8] as const;

function decodeCodec(compression: Table, path: string): BodyCodec {
  const number = compression.uint8(0, 0), codec = CODECS[number], method = compression.uint8(1, 0);
  // "BUFFER", the only method that the format has
  if (codec !== undefined && method === 0) return codec;
  throw unsupported(
    path,
    `its record batches are compressed with codec ${number} by method ${method}, which is not read here`,
    'write it with LZ4 or zstd: pyarrow IpcWriteOptions(compression="zstd")',
  );
}

function decodeRecordBatch(table: Table, earlyCodec: BodyCodec | null, path: string): RecordBatchMetadata {
  const compression = table.table(RECORD_BATCH.compression);
  return {
    codec: compression === null ? earlyCodec : decodeCodec(compression, path),
    numRows: table.int64(RECORD_BATCH.length),
    nodes: table.int64s(RECORD_BATCH.nodes, PAIR_BYTES, PAIR_OFFSETS),
    buffers: table.int64s(RECORD_BATCH.buffers, PAIR_BYTES, PAIR_OFFSETS),
    variadicCounts: table.int64s(RECORD_BATCH.variadicCounts, 8, [0]),
  };
}

const DICTIONARY_BATCH = { id: 0, data: 1, isDelta: 2 } as const;

function decodeDictionary(table: Table, earlyCodec: BodyCodec | null, path: string): DictionaryMetadata {
  const data = table.table(DICTIONARY_BATCH.data);
  if (data === null) return table.fail("a dictionary without values");
  return {
    id: table.int64(DICTIONARY_BATCH.id),
    isDelta: table.bool(DICTIONARY_BATCH.isDelta),
    batch: decodeRecordBatch(data, earlyCodec, path),
  };
}

const MESSAGE = { version: 0, headerType: 1, header: 2, bodyLength: 3, metadata: 4 } as const;

/** the key under which Arrow 0.17 named a body's codec */
const EARLY_CODEC_KEY = "ARROW:experimental_compression";

const EARLY_CODECS: Readonly<Record<string, BodyCodec>> = {
  LZ4: "LZ4_FRAME",
  LZ4_FRAME: "LZ4_FRAME",
  ZSTD: "ZSTD",
};

/**
 * The codec of a message of Arrow 0.17, which compressed bodies as 1.0 does before the format had a place to say so:
 * Feather files of pandas from that time are such. Null: the message names none.
 */
function earlyCodecOf(message: Table, version: number, path: string): BodyCodec | null {
  if (version !== METADATA_V4) return null;
  const pair = keyValues(message, MESSAGE.metadata).find(([key]) => key === EARLY_CODEC_KEY);
  if (pair === undefined || pair[1].toUpperCase() === "UNCOMPRESSED") return null;
  const codec = EARLY_CODECS[pair[1].toUpperCase()];
  if (codec !== undefined) return codec;
  throw unsupported(
    path,
    `its record batches are compressed with ${JSON.stringify(pair[1])}, which is not read here`,
    'write it with LZ4 or zstd: pyarrow IpcWriteOptions(compression="zstd")',
  );
}

/** Custom metadata of a message, whatever its body: without the codec that Arrow 0.17 named there. */
export function messageMetadata(flatbuffer: Uint8Array, fail: Fail): KeyValues {
  const pairs = keyValues(new FlatBuffer(flatbuffer, fail).root(), MESSAGE.metadata);
  return pairs.filter(([key]) => key !== EARLY_CODEC_KEY);
}

/**
 * Decodes the flatbuffer of a message.
 *
 * @param part names it in errors: "the metadata of record batch 3"
 */
export function decodeMessage(bytes: Uint8Array, path: string, part: string): ArrowMessage {
  const message = new FlatBuffer(bytes, corruption(path, part)).root();
  const version = message.int16(MESSAGE.version, 0);
  const headerType = message.uint8(MESSAGE.headerType, 0);
  const header = message.table(MESSAGE.header);
  if (header === null || headerType === 0) return message.fail("a message without a header");
  checkVersion(version, path);
  const common = { bodyBytes: message.int64(MESSAGE.bodyLength), flatbuffer: bytes };
  const earlyCodec = earlyCodecOf(message, version, path);
  switch (headerType) {
    case 1:
      return { kind: "schema", ...common, schema: decodeSchema(header, version, path) };
    case 2:
      return { kind: "dictionary", ...common, dictionary: decodeDictionary(header, earlyCodec, path) };
    case 3:
      return { kind: "recordBatch", ...common, batch: decodeRecordBatch(header, earlyCodec, path) };
    case 4:
    case 5:
      throw unsupported(
        path,
        "it holds tensors, which are no table",
        "write the array as a FixedSizeList column of a table",
      );
    default:
      return message.fail(`a message of kind ${headerType}`);
  }
}

const FOOTER = { version: 0, schema: 1, dictionaries: 2, recordBatches: 3 } as const;
/**
 * Decodes the footer of a file and checks that its blocks lie before it, one apart from the other.
 *
 * @param footerPosition where the footer starts in the file
 */
export function decodeFooter(bytes: Uint8Array, path: string, footerPosition: number): Footer {
  const fail = corruption(path, "the footer");
  const footer = new FlatBuffer(bytes, fail).root();
  // Arrow 0.14 wrote V1 here into files whose messages are V4; those of older files are refused when they are read
  const version = Math.max(footer.int16(FOOTER.version, 0), METADATA_V4);
  const schemaTable = footer.table(FOOTER.schema);
  if (schemaTable === null) return fail("it has no schema");
  checkVersion(version, path);
  const schema = decodeSchema(schemaTable, version, path);
  const limits = { path, fail, footerPosition };
  const blocks = decodeBlocks(footer, { slot: FOOTER.recordBatches, name: "record batch" }, limits);
  const dictionaries = decodeBlocks(footer, { slot: FOOTER.dictionaries, name: "dictionary batch" }, limits);
  return { schema, blocks, dictionaries };
}

/** The blocks that a slot of the footer lists. */
function decodeBlocks(
  footer: Table,
  { slot, name }: { readonly slot: number; readonly name: string },
  { path, fail, footerPosition }: {
    readonly path: string;
    readonly fail: Fail;
    readonly footerPosition: number;
  },
): Blocks {
  const blocks = new Blocks(footer, slot);
  let i = 0;
  for (const block of blocks) {
    if (block.metadataBytes < 8 || block.position < FILE_HEADER_BYTES || endOf(block) > footerPosition) {
      return fail(`${name} ${i} is said to lie outside the file's data`);
    }
    if (block.metadataBytes > ARROW_METADATA_BYTES) throw metadataTooLarge(path, block.metadataBytes);
    i += 1;
  }
  blocks.refuseOverlaps(fail, name === "record batch" ? "record batches" : "dictionary batches");
  return blocks;
}

/** The refusal of metadata beyond `ARROW_METADATA_BYTES` (FMT005). */
export function metadataTooLarge(path: string, numBytes: number): FormatError {
  return unsupported(
    path,
    `a piece of metadata takes ${countText(numBytes)} bytes; at most 64 MiB are read`,
    "write fewer or larger record batches; if the file should be small, it is corrupt: write or copy it again",
  );
}

/** What a message's prefix says. */
export interface MessagePrefix {
  /** bytes of the prefix: 8, or 4 in the framing from before Arrow 0.15 */
  readonly prefixBytes: 4 | 8;
  /** bytes of the metadata behind it, 0 at the end of a stream */
  readonly metadataBytes: number;
}

/** Reads a message's prefix from at least 8 bytes (4 suffice for a legacy end mark). */
export function decodePrefix(bytes: Uint8Array, path: string, part: string): MessagePrefix {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint32(0, true);
  const isMarked = first === CONTINUATION;
  if (isMarked && bytes.byteLength < 8) return corruption(path, part)("its prefix is cut short");
  const metadataBytes = isMarked ? view.getInt32(4, true) : first;
  if (metadataBytes < 0) return corruption(path, part)(`its metadata is said to take ${metadataBytes} bytes`);
  if (metadataBytes > ARROW_METADATA_BYTES) throw metadataTooLarge(path, metadataBytes);
  return { prefixBytes: isMarked ? 8 : 4, metadataBytes };
}
