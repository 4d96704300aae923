/**
 * Dictionaries of columns that are carried: their values are held in memory, decompressed, while batches refer to
 * them. What a stream replaces is gone; what a delta adds comes behind what there was.
 *
 * Source: Arrow columnar format, "Dictionary Messages".
 *
 * @module
 */
import { decodeLz4Frames } from "../../compression/lz4_frame.ts";
import { decompressNative } from "../../compression/native_codecs.ts";
import { alignUp } from "../../dtype/mod.ts";
import type { ArrowField } from "./arrow_type.ts";
import { layOutDictionary } from "./batch_layout.ts";
import type { Fail } from "./flatbuffer.ts";
import type { DictionaryMetadata, RecordBatchMetadata } from "./metadata.ts";
import { nodeReader } from "./make_reader.ts";
import type { DictionaryValues, NodeReader } from "./node_reader.ts";

/** what stands before the content of a compressed buffer: its size */
const PREFIX_BYTES = 8;

/** Reads bytes of a body. */
export type ReadBody = (position: number, target: Uint8Array) => void;

/** A dictionary's batch in a body. */
export interface DictionaryBatch {
  readonly metadata: DictionaryMetadata;
  readonly bodyBytes: number;
  readonly read: ReadBody;
  /** throws FMT004 and names the dictionary */
  readonly fail: Fail;
}

interface Segment {
  readonly first: number;
  readonly reader: NodeReader;
}

class Dictionary implements DictionaryValues {
  readonly values: ArrowField;
  segments: Segment[] = [];
  numBytes = 0;

  constructor(values: ArrowField) {
    this.values = values;
  }

  get numValues(): number {
    const last = this.segments.at(-1);
    return last === undefined ? 0 : last.first + last.reader.numItems;
  }

  find(index: number): Segment | null {
    if (index < 0) return null;
    for (const segment of this.segments) {
      if (index < segment.first + segment.reader.numItems) return segment;
    }
    return null;
  }
}

/** All dictionaries that some columns need. */
export class Dictionaries {
  readonly #byId = new Map<number, Dictionary>();

  /** @param fail names the schema */
  constructor(fields: readonly ArrowField[], fail: Fail) {
    for (const field of fields) this.#collect(field, fail);
  }

  get size(): number {
    return this.#byId.size;
  }

  get ids(): number[] {
    return [...this.#byId.keys()];
  }

  /** bytes that are held */
  get numBytes(): number {
    return [...this.#byId.values()].reduce((sum, { numBytes }) => sum + numBytes, 0);
  }

  needs(id: number): boolean {
    return this.#byId.has(id);
  }

  readonly find = (id: number): DictionaryValues | null => this.#byId.get(id) ?? null;

  /** Takes a batch of values. */
  apply({ metadata: { id, isDelta, batch }, bodyBytes, read, fail }: DictionaryBatch): void {
    const dictionary = this.#byId.get(id)!;
    const node = layOutDictionary(dictionary.values, batch, { bodyBytes, fail });
    const plain = plainBody(batch, read, fail);
    const reader = nodeReader(dictionary.values, this.find);
    const body = { memory: plain.bytes, read: () => fail("a part of it is not there") };
    reader.bind(node, { buffers: plain.buffers, body, fail });
    if (!isDelta) {
      dictionary.segments = [];
      dictionary.numBytes = 0;
    }
    dictionary.segments.push({ first: dictionary.numValues, reader });
    dictionary.numBytes += plain.bytes.byteLength;
  }

  #collect({ type }: ArrowField, fail: Fail): void {
    for (const child of type.children) this.#collect(child, fail);
    if (type.dictionary === null) return;
    const { id, values } = type.dictionary, known = this.#byId.get(id);
    if (known === undefined) this.#byId.set(id, new Dictionary(values));
    else if (valuesText(known.values) !== valuesText(values)) {
      fail(`dictionary ${id} has values of two types`);
    }
    this.#collect(values, fail);
  }
}

/** the type, whatever its column is called */
function valuesText({ packed }: ArrowField): string {
  return JSON.stringify({ ...packed!, field: { ...packed!.field, name: "", nullable: true, metadata: [] } });
}

/**
 * Bytes of a batch's buffers once they are decompressed: what they say of themselves.
 *
 * @param firstBuffer counted from 0; all that follow without `numBuffers`
 */
export function plainBytes(
  { buffers, codec }: RecordBatchMetadata,
  read: ReadBody,
  fail: Fail,
  { firstBuffer = 0, numBuffers = buffers.length / 2 - firstBuffer }: {
    readonly firstBuffer?: number;
    readonly numBuffers?: number;
  } = {},
): number {
  let total = 0;
  for (let i = firstBuffer; i < firstBuffer + numBuffers; i++) {
    total += alignUp(plainSize(codec === null ? null : read, buffers[2 * i]!, buffers[2 * i + 1]!, fail));
  }
  return total;
}

/** Zstandard's densest block has four bytes for 128 KiB; LZ4 gives 255 bytes for one at most. */
const MAX_RATIO = 2 ** 15;

/**
 * Bytes of a buffer once it is decompressed: what it says of itself, where a codec can have made that.
 *
 * @param read null: it is not compressed
 */
export function plainSize(read: ReadBody | null, position: number, numBytes: number, fail: Fail): number {
  if (read === null || numBytes < PREFIX_BYTES) return numBytes;
  const prefix = new Uint8Array(PREFIX_BYTES);
  read(position, prefix);
  const size = new DataView(prefix.buffer).getBigInt64(0, true), contentBytes = numBytes - PREFIX_BYTES;
  if (size < 0n) return contentBytes;
  if (size > BigInt(contentBytes * MAX_RATIO)) {
    return fail(`a compressed buffer of ${numBytes} bytes is said to hold ${size.toLocaleString("en-US")}`);
  }
  return Number(size);
}

/** all buffers of a batch, decompressed */
function plainBody(batch: RecordBatchMetadata, read: ReadBody, fail: Fail) {
  const { buffers, codec } = batch;
  const bytes = new Uint8Array(plainBytes(batch, read, fail)), places = new Float64Array(buffers.length);
  let position = 0;
  for (let i = 0; i < buffers.length; i += 2) {
    const start = buffers[i]!, stored = buffers[i + 1]!;
    const numBytes = plainSize(codec === null ? null : read, start, stored, fail);
    const target = bytes.subarray(position, position + numBytes);
    if (codec === null || stored === 0) {
      read(start, target);
    } else if (stored < PREFIX_BYTES) {
      fail(`a compressed buffer of ${stored} bytes`);
    } else if (numBytes === stored - PREFIX_BYTES) {
      readContent(batch, { read, start, stored, target, fail });
    } else {
      decompress(batch, { read, start, stored, target, fail });
    }
    places[i] = position;
    places[i + 1] = numBytes;
    position += alignUp(numBytes);
  }
  return { bytes, buffers: places };
}

interface StoredBuffer {
  readonly read: ReadBody;
  readonly start: number;
  readonly stored: number;
  readonly target: Uint8Array;
  readonly fail: Fail;
}

/** a buffer as long as its content: compressed to the same length, or not at all */
function readContent(batch: RecordBatchMetadata, buffer: StoredBuffer): void {
  const prefix = new Uint8Array(PREFIX_BYTES);
  buffer.read(buffer.start, prefix);
  if (new DataView(prefix.buffer).getBigInt64(0, true) < 0n) {
    buffer.read(buffer.start + PREFIX_BYTES, buffer.target);
  } else {
    decompress(batch, buffer);
  }
}

function decompress(
  { codec }: RecordBatchMetadata,
  { read, start, stored, target, fail }: StoredBuffer,
): void {
  const content = new Uint8Array(stored - PREFIX_BYTES);
  read(start + PREFIX_BYTES, content);
  if (codec === "LZ4_FRAME") decodeLz4Frames(content, target, fail);
  else decompressNative("zstd", { source: content, target }, fail);
}
