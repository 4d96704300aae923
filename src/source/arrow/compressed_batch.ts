/**
 * Compressed bodies. Each buffer of such a body is compressed by itself, and a chunk of rows cannot be cut out of
 * it; so the buffers of the columns that are read are decompressed whole, once a batch, into memory of the
 * source's own. Chunks are then copied from there, as from a body that was never compressed.
 *
 * Invariants
 * 1. A batch of n rows takes at most `decompressedBytes(reads, n)` there: a buffer that says more is refused
 *    (MEM003) before it is decompressed.
 * 2. What a buffer says of its size is checked against its rows before, and against its content after.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { alignUp } from "../../dtype/mod.ts";
import { MemoryError } from "../../errors.ts";
import { carriedDataBytes, MAX_VALUE_BYTES } from "../../schema/mod.ts";
import { compressionKernels } from "../../compression/compression_module.ts";
import { decodeLz4Frames } from "../../compression/lz4_frame.ts";
import { decompressNative, nativeCodecMemory } from "../../compression/native_codecs.ts";
import type { CarriedRead, ReadGroup, ReadSchema } from "../read_schema.ts";
import type { BatchLayout, ColumnBuffers, StoredLayout } from "./batch_layout.ts";
import { bufferSize, readsOf } from "./buffer_sizes.ts";
import { buffersOf } from "./carried_reads.ts";
import type { Fail } from "./flatbuffer.ts";
import { type BodyCodec, corruption } from "./metadata.ts";

/** what stands before the content of a compressed buffer: its size */
const PREFIX_BYTES = 8;
/** beyond what its rows need, a buffer may be padded by this much */
const PADDING_BYTES = 64;

type NamedRole = "data" | "offsets" | "validity" | "childValidity";
/** a number: the buffer's index in the batch, of a column whose values are taken out one by one */
type BufferRole = NamedRole | number;

/** A buffer of a compressed body that is read. */
export interface NeededBuffer {
  readonly fieldIndex: number;
  readonly column: string;
  readonly role: BufferRole;
  /** where it is in the body, and its bytes there */
  readonly position: number;
  readonly storedBytes: number;
  /** bytes that its rows take */
  readonly wantedBytes: number;
  /**
   * bytes that it may have, padding aside: more than its rows take where values are of variable length. Of a column
   * whose values are taken out one by one, what all of its buffers may have.
   */
  readonly maxBytes: number;
}

function bitBytes(numBits: number): number {
  return Math.ceil(numBits / 8);
}

/** bytes of each buffer that a group's columns may have, for `numRows` rows */
function bufferBytes(
  group: ReadGroup,
  numRows: number,
): Readonly<Record<Exclude<NamedRole, "offsets">, number>> {
  const numElements = numRows * group.listSize;
  return {
    data: bitBytes(numElements * group.storedBits),
    validity: bitBytes(numRows),
    childValidity: bitBytes(numElements),
  };
}

/** the largest sizes of a carried column's buffers */
function carriedBufferBytes({ type, bytesPerRow }: CarriedRead, numRows: number) {
  return {
    data: type.bitWidth === null
      ? carriedDataBytes(type, numRows, { bytesPerRow })
      : bitBytes(numRows * type.bitWidth),
    offsets: type.bitWidth === null ? (numRows + 1) * (type.isLarge ? 8 : 4) : 0,
    validity: bitBytes(numRows),
  };
}

/** what the buffers of a column whose values are taken out one by one may have in all, padding included */
function packedBufferBytes(storedBytesPerRow: number, numRows: number): number {
  return numRows * storedBytesPerRow + MAX_VALUE_BYTES;
}

/** the largest sizes of the buffers of all columns that are read, each column once */
function capacities({ groups, carried }: ReadSchema, numRows: number): number[] {
  const seen = new Set<number>(), sizes: number[] = [];
  for (const read of carried) {
    if (read.storedBytesPerRow !== null) {
      sizes.push(packedBufferBytes(read.storedBytesPerRow, numRows));
      continue;
    }
    const { data, offsets, validity } = carriedBufferBytes(read, numRows);
    sizes.push(data, validity);
    if (offsets > 0) sizes.push(offsets);
  }
  for (const group of groups) {
    const { data, validity, childValidity } = bufferBytes(group, numRows);
    for (const fieldIndex of group.fieldIndices) {
      if (seen.has(fieldIndex)) continue;
      seen.add(fieldIndex);
      sizes.push(data);
      if (group.numNullable > 0) sizes.push(validity);
      if (group.numNullable > 0 && group.isList) sizes.push(childValidity);
    }
  }
  return sizes;
}

/** Bytes of a batch of `numRows` rows once its columns are decompressed: see invariant 1. */
export function decompressedBytes(reads: ReadSchema, numRows: number): number {
  return capacities(reads, numRows).reduce((sum, bytes) => sum + alignUp(bytes + PADDING_BYTES), 0);
}

/** no codec makes bytes longer than this */
function storedLimit(bytes: number): number {
  return PREFIX_BYTES + bytes + PADDING_BYTES + Math.ceil(bytes / 64) + 1024;
}

/** of any number: a call has no room for 100,000 arguments */
function mostOf(sizes: readonly number[]): number {
  return sizes.reduce((most, bytes) => Math.max(most, bytes), 0);
}

/** Bytes that the stored form of a batch's columns takes at most: all of them, and the largest of them. */
export function storedBytesLimit(
  reads: ReadSchema,
  numRows: number,
): { readonly all: number; readonly largest: number } {
  const limits = capacities(reads, numRows).map(storedLimit);
  return { all: limits.reduce((sum, bytes) => sum + bytes, 0), largest: mostOf(limits) };
}

/** Memory of the codec itself while it decompresses the largest buffer of a batch. */
export function codecMemory(reads: ReadSchema, numRows: number, codecs: ReadonlySet<BodyCodec>): number {
  if (!codecs.has("ZSTD")) return 0;
  return nativeCodecMemory("zstd", mostOf(capacities(reads, numRows)) + PADDING_BYTES);
}

/** The buffers of a batch that are read, by their position. Empty ones are none. */
export function neededBuffers({ groups, carried }: ReadSchema, layout: StoredLayout): NeededBuffer[] {
  const found = new Map<string, NeededBuffer>();
  for (const read of carried) addCarried(found, read, layout);
  for (const group of groups) {
    const wanted = bufferBytes(group, layout.numRows);
    for (const [i, fieldIndex] of group.fieldIndices.entries()) {
      const buffers = layout.columns[fieldIndex]!, stored = layout.storedBytes[fieldIndex]!;
      const add = (role: Exclude<NamedRole, "offsets">, position: number) =>
        found.set(`${fieldIndex} ${role}`, {
          fieldIndex,
          column: group.names[i]!,
          role,
          position,
          storedBytes: stored[role],
          wantedBytes: wanted[role],
          maxBytes: wanted[role],
        });
      add("data", buffers.dataPosition);
      if (buffers.nullCount > 0) add("validity", buffers.validityPosition);
      if (buffers.childNullCount > 0) add("childValidity", buffers.childValidityPosition);
    }
  }
  return [...found.values()].sort((a, b) => a.position - b.position);
}

function addCarried(found: Map<string, NeededBuffer>, read: CarriedRead, layout: StoredLayout): void {
  const { fieldIndex, name, type, storedBytesPerRow } = read;
  if (storedBytesPerRow !== null) {
    const maxBytes = packedBufferBytes(storedBytesPerRow, layout.numRows);
    for (const role of buffersOf(layout.nodes[fieldIndex]!)) {
      const position = layout.buffers[2 * role]!, storedBytes = layout.buffers[2 * role + 1]!;
      if (storedBytes === 0) continue;
      const place = { position, storedBytes, wantedBytes: 0, maxBytes };
      found.set(`${fieldIndex} ${role}`, { fieldIndex, column: name, role, ...place });
    }
    return;
  }
  const limits = carriedBufferBytes(read, layout.numRows);
  const buffers = layout.columns[fieldIndex]!, stored = layout.storedBytes[fieldIndex]!;
  const add = (role: keyof typeof limits, position: number) =>
    found.set(`${fieldIndex} ${role}`, {
      fieldIndex,
      column: name,
      role,
      position,
      storedBytes: stored[role],
      wantedBytes: role === "data" && type.bitWidth === null ? 0 : limits[role],
      maxBytes: limits[role],
    });
  add("data", buffers.dataPosition);
  if (type.bitWidth === null) add("offsets", buffers.offsetsPosition);
  if (buffers.nullCount > 0) add("validity", buffers.validityPosition);
}

/** A batch whose columns lie decompressed in `memory`: positions of its layout count from there. */
export interface DecompressedBatch {
  readonly layout: BatchLayout;
  readonly memory: Uint8Array;
}

/** What a batch is decompressed from. */
export interface CompressedBatch {
  readonly index: number;
  readonly codec: BodyCodec;
  readonly layout: StoredLayout;
}

const PAGE_BYTES = 65536;
/** all that the codecs' 32-bit addresses reach */
const MAX_PAGES = 65536;

/**
 * Decompresses one batch after the other into the same memory: a wasm memory, in which the codecs work where the
 * bytes lie. Stored bytes stand before decompressed ones.
 */
export class BatchDecompressor {
  readonly #path: string;
  readonly #reads: ReadSchema;
  readonly #isPipe: boolean;
  #wasm: WebAssembly.Memory | null = null;
  #memory: Uint8Array<ArrayBufferLike> = new Uint8Array();
  #storedBytes = 0;

  /** @param isPipe whether nothing is known of batches but the first */
  constructor(path: string, reads: ReadSchema, { isPipe = false }: { readonly isPipe?: boolean } = {}) {
    this.#path = path;
    this.#reads = reads;
    this.#isPipe = isPipe;
  }

  /**
   * Makes room for batches of so many rows; what an earlier call gave is gone if there was less.
   *
   * @param storedBytes room for what is decompressed: one buffer at a time, or all of a batch
   * @returns that room
   */
  reserve(index: number, numRows: number, storedBytes: number): Uint8Array {
    const stored = alignUp(storedBytes), capacity = stored + decompressedBytes(this.#reads, numRows);
    if (this.#memory.byteLength < capacity || this.#storedBytes < stored) {
      this.#wasm = roomFor(capacity, this.#wasm, `record batch ${index} of ${this.#path}`);
      this.#memory = new Uint8Array(this.#wasm.buffer);
      this.#storedBytes = stored;
    }
    return this.#memory.subarray(0, storedBytes);
  }

  /**
   * Decompresses the columns of a batch for which room was reserved. What an earlier call gave is overwritten.
   *
   * @param read gives the stored bytes of a buffer, in the reserved room; they are done with when it is called again
   * @throws FormatError FMT004, MemoryError MEM003
   */
  decompress(
    { index, codec, layout }: CompressedBatch,
    read: (buffer: NeededBuffer) => Uint8Array,
  ): DecompressedBatch {
    const memory = this.#memory.subarray(this.#storedBytes);
    const columns: (ColumnBuffers | null)[] = [...layout.columns], buffers = layout.buffers.slice();
    // by column, what the buffers that came before have taken of what all of them may have
    const taken = new Map<number, number>();
    let position = 0;
    for (const needed of neededBuffers(this.#reads, layout)) {
      const { fieldIndex, column, role, wantedBytes } = needed;
      const maxBytes = Math.max(0, needed.maxBytes - (taken.get(fieldIndex) ?? 0));
      const buffer = { ...needed, maxBytes };
      const fail = corruption(
        this.#path,
        `record batch ${index}, column ${JSON.stringify(column)}`,
      );
      const target = memory.subarray(position, position + maxBytes + PADDING_BYTES);
      if (buffer.storedBytes > storedLimit(maxBytes)) {
        throw this.#tooLarge(index, buffer, buffer.storedBytes);
      }
      const numBytes = buffer.storedBytes === 0 && wantedBytes === 0
        ? 0
        : this.#buffer(read(buffer), target, { index, codec, buffer, fail });
      if (typeof role === "number") {
        buffers.set([position, numBytes], 2 * role);
        taken.set(fieldIndex, (taken.get(fieldIndex) ?? 0) + alignUp(numBytes));
      } else {
        columns[fieldIndex] = moved(columns[fieldIndex]!, role, { position, numBytes });
      }
      position += alignUp(numBytes);
    }
    return { layout: { ...layout, columns, buffers }, memory };
  }

  /** decompresses one buffer; returns its bytes */
  #buffer(
    stored: Uint8Array,
    target: Uint8Array,
    { index, codec, buffer, fail }: {
      readonly index: number;
      readonly codec: BodyCodec;
      readonly buffer: NeededBuffer;
      readonly fail: Fail;
    },
  ): number {
    const size = bufferSize(readsOf(stored), 0, stored.byteLength, fail), { numBytes } = size;
    const content = stored.subarray(size.contentOffset);
    if (numBytes < buffer.wantedBytes) {
      return fail(`its buffer is said to hold ${numBytes} bytes where its rows take ${buffer.wantedBytes}`);
    }
    if (numBytes > target.byteLength) throw this.#tooLarge(index, buffer, numBytes);
    const exact = target.subarray(0, numBytes);
    if (!size.isCompressed) exact.set(content);
    else if (codec === "LZ4_FRAME") decodeLz4Frames(content, exact, fail);
    else decompressNative("zstd", { source: content, target: exact }, fail);
    return numBytes;
  }

  #tooLarge(index: number, { column, maxBytes }: NeededBuffer, numBytes: number): MemoryError {
    return new MemoryError(
      "MEM003",
      `record batch ${index} of ${this.#path} holds more bytes than its rows account for`,
      {
        notes: [
          `column ${JSON.stringify(column)}: its rows take ${countText(maxBytes)} bytes, a buffer is said ` +
          `to have ${countText(numBytes)}`,
        ],
        help: this.#isPipe
          ? "write the stream to a file and give its path: there every batch says what it holds; or pipe it " +
            "without compression; a pipeline that carries the column may declare more: carry({ maxBytesPerRow })"
          : "write the table again, with compression=None if that does not help; a pipeline that carries the " +
            "column may declare more: carry({ maxBytesPerRow })",
      },
    );
  }
}

function moved(
  buffers: ColumnBuffers,
  role: NamedRole,
  { position, numBytes }: { readonly position: number; readonly numBytes: number },
): ColumnBuffers {
  switch (role) {
    case "data":
      return { ...buffers, dataPosition: position, dataBytes: numBytes };
    case "offsets":
      return { ...buffers, offsetsPosition: position };
    case "validity":
      return { ...buffers, validityPosition: position };
    case "childValidity":
      return { ...buffers, childValidityPosition: position };
    default:
      return role satisfies never;
  }
}

/**
 * Memory of so many bytes: what there is, grown where it is less. Memory in place of it would stay beside it until it is
 * collected. The plan has counted it; a batch that claims more rows than then cannot have it.
 */
function roomFor(numBytes: number, last: WebAssembly.Memory | null, part: string): WebAssembly.Memory {
  try {
    const numPages = Math.ceil(numBytes / PAGE_BYTES);
    const memory = last ?? new WebAssembly.Memory({ initial: numPages, maximum: MAX_PAGES, shared: true });
    const missing = numPages - memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) memory.grow(missing);
    compressionKernels(memory);
    return memory;
  } catch (error) {
    throw new MemoryError("MEM003", `${part} takes ${countText(numBytes)} bytes once it is decompressed`, {
      help: "write smaller record batches: pyarrow's max_chunksize, Polars' record_batch_size",
      cause: error,
    });
  }
}
