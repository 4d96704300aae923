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
import { bufferSize, plainBytes, type ReadBody } from "./buffer_sizes.ts";
import type { DictionaryMetadata, RecordBatchMetadata } from "./metadata.ts";
import { nodeReader } from "./make_reader.ts";
import type { DictionaryValues, NodeReader } from "./node_reader.ts";

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

/** all buffers of a batch, decompressed */
function plainBody(batch: RecordBatchMetadata, read: ReadBody, fail: Fail) {
  const { buffers, codec } = batch;
  const bytes = new Uint8Array(plainBytes(batch, read, fail)), places = new Float64Array(buffers.length);
  let position = 0;
  for (let i = 0; i < buffers.length; i += 2) {
    const start = buffers[i]!, stored = buffers[i + 1]!;
    const size = bufferSize(codec === null ? null : read, start, stored, fail), { numBytes } = size;
    const target = bytes.subarray(position, position + numBytes), contentStart = start + size.contentOffset;
    if (size.isCompressed) {
      const content = new Uint8Array(stored - size.contentOffset);
      read(contentStart, content);
      if (codec === "LZ4_FRAME") decodeLz4Frames(content, target, fail);
      else decompressNative("zstd", { source: content, target }, fail);
    } else {
      read(contentStart, target);
    }
    places[i] = position;
    places[i + 1] = numBytes;
    position += alignUp(numBytes);
  }
  return { bytes, buffers: places };
}
