/**
 * Arrow from a pipe, which can only be read once and in order. A record batch stores column after column, so its
 * first row is complete only when the whole batch was read. Hence:
 *
 * - a batch of at most `chunkRows` rows is read straight into the slot, as from a file: nothing is copied;
 * - a batch of more rows is read into memory of the source's own (its bound columns only), and handed out in chunks
 *   that are copied into slots: the copy is counted. That memory is fixed when reading begins: room for a batch as
 *   large as the first one, and at least `MIN_RESIDENT_BYTES`;
 * - a batch that fits neither is refused (MEM003);
 * - a compressed batch is held as it is stored, then decompressed into memory of the source's own, whatever its
 *   rows: room for both is fixed when reading begins, by the first batch.
 *
 * Opening reads the schema and the first batch's metadata, but none of its body, so the plan knows how large
 * batches are. An Arrow *file* that is piped in is read as the stream that it contains.
 *
 * @module
 */
import { MemoryError } from "../../errors.ts";
import type { CarriedView, ColumnBinding } from "../../schema/mod.ts";
import type { ByteStream } from "../random_access.ts";
import type { ChunkTicket, Slot, Source, SourceInfo } from "../source.ts";
import { type BatchLayout, layOutBatch, type StoredLayout } from "./batch_layout.ts";
import {
  BatchDecompressor,
  codecMemory,
  decompressedBytes,
  neededBuffers,
  storedBytesLimit,
} from "./compressed_batch.ts";
import { carriedBytes, carriedRanges, readCarried } from "./carried_reads.ts";
import type { ArrowDecoderOptions, ArrowPayload } from "./decoder.ts";
import { checkedLayout, chunkPlace, metadataMemory } from "./file_source.ts";
import { copyRanges, unionOf } from "./held_ranges.ts";
import {
  type ArrowMessage,
  type ArrowSchema,
  type BodyCodec,
  corruption,
  type RecordBatchMetadata,
} from "./metadata.ts";
import { planReads, type ReadPlan, type ReadSchema, readSchema, slotBytes } from "./read_plan.ts";
import { StreamReader } from "./stream_reader.ts";

/** room for batches of more rows than a chunk, whatever the first batch was */
const MIN_RESIDENT_BYTES = 4 * 1024 * 1024;

/** A batch in the source's own memory. */
interface ResidentBatch {
  readonly index: number;
  readonly layout: BatchLayout;
  /** (position in the body, bytes, offset in the source's memory), disjoint and in order */
  readonly held: Float64Array;
  readonly memory: Uint8Array;
  firstRow: number;
}

/** A batch of which only the metadata was read. */
interface PendingBatch {
  readonly metadata: RecordBatchMetadata;
  readonly bodyBytes: number;
}

/** An opened pipe. */
export class ArrowPipeSource implements Source {
  readonly #stream: StreamReader;
  readonly #schema: ArrowSchema;
  readonly #sourceIndex: number;
  /** read by `open`, not yet handed out */
  #pending: ArrowMessage | null;
  readonly #firstBatch: PendingBatch | null;
  /** whether the first message is no record batch, but there is one */
  readonly #startsOtherwise: boolean;
  readonly #metadataBytes: number;
  #reads: ReadSchema | null = null;
  #chunkRows = 0;
  #numBatches = 0;
  #reported = 0;
  #resident: ResidentBatch | null = null;
  #residentMemory: Uint8Array<ArrayBuffer> | null = null;
  #residentCapacity = 0;
  #decompressor: BatchDecompressor | null = null;
  /** rows of a compressed batch that was planned for */
  #compressedRows = 0;

  private constructor(
    stream: StreamReader,
    { schema, pending, sourceIndex }: {
      readonly schema: ArrowSchema;
      readonly pending: ArrowMessage | null;
      readonly sourceIndex: number;
    },
  ) {
    this.#stream = stream;
    this.#schema = schema;
    this.#pending = pending;
    this.#firstBatch = pending?.kind === "recordBatch"
      ? { metadata: pending.batch, bodyBytes: pending.bodyBytes }
      : null;
    this.#startsOtherwise = pending !== null && this.#firstBatch === null;
    this.#sourceIndex = sourceIndex;
    this.#metadataBytes = stream.position;
  }

  /**
   * Reads the schema and the message behind it.
   *
   * @throws FormatError FMT002 when it is no Arrow, FMT003, FMT004, FMT005
   */
  static open(bytes: ByteStream, sourceIndex: number): ArrowPipeSource {
    const stream = new StreamReader(bytes);
    const schema = stream.openSync();
    const pending = stream.messageSync("the metadata of record batch 0");
    return new ArrowPipeSource(stream, { schema, pending, sourceIndex });
  }

  get info(): SourceInfo {
    return {
      path: this.#stream.path,
      format: "arrow-stream",
      schema: this.#schema.schema,
      numRows: null,
      numBytes: null,
      batches: null,
      metadataBytes: this.#metadataBytes,
    };
  }

  countRows(): null {
    return null;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return slotBytes(this.#readSchema(bindings), chunkRows);
  }

  carriedBytesPerRow({ fieldIndices: [fieldIndex] }: ColumnBinding): number | null {
    return this.#averageBytes(fieldIndex!);
  }

  residentBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    const reads = this.#readSchema(bindings);
    const capacity = this.#capacity(reads, chunkRows);
    const bytes = metadataMemory(this.#schema) + capacity;
    const { numRows, codecs } = this.#compressedLimit(reads);
    if (codecs.size === 0) return bytes;
    return bytes + decompressedBytes(reads, numRows) + storedBytesLimit(reads, numRows).all +
      codecMemory(reads, numRows, codecs);
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#reads = this.#readSchema(bindings);
    this.#chunkRows = chunkRows;
    this.#residentCapacity = this.#capacity(this.#reads, chunkRows);
    this.#compressedRows = this.#compressedLimit(this.#reads).numRows;
    this.#decompressor = new BatchDecompressor(this.#stream.path, this.#reads);
  }

  async next(slot: Slot): Promise<ChunkTicket | null> {
    const reads = this.#reads;
    if (reads === null) throw new Error("next before begin");
    if (this.#resident !== null) return this.#fromResident(this.#resident, reads, slot);
    const found = await this.#nextBatch(reads);
    if (found === null) return null;
    const { index, layout, bodyBytes, codec } = found;
    const range = { firstRow: 0, numRows: layout.numRows };
    const part = `the body of record batch ${index}`;
    if (codec !== null) {
      this.#resident = await this.#decompressed({ index, codec, layout }, reads, bodyBytes);
      return this.#fromResident(this.#resident, reads, slot);
    }
    if (layout.numRows <= this.#chunkRows && reads.carried.length === 0) {
      const plan = planReads(reads, layout, { range, slotBytes: slot.byteLength });
      const memory = new Uint8Array(slot.memory.buffer, slot.byteOffset, slot.byteLength);
      const copiedBytes = await this.#stream.readBody(plan.reads, memory, { bodyBytes, part });
      return this.#ticket({ index, firstRow: 0, numRows: layout.numRows, plan, copiedBytes });
    }
    const ranges = carriedRanges(reads.carried, layout);
    const computedBytes = slotBytes({ ...reads, carried: [] }, layout.numRows);
    const needed = ranges.reduce((total, [, numBytes]) => total + numBytes, computedBytes);
    if (needed > this.#residentCapacity) throw this.#batchTooLarge(index, layout.numRows, needed);
    const memory = this.#residentMemory ??= new Uint8Array(this.#residentCapacity);
    const held = unionOf(planReads(reads, layout, { range, slotBytes: computedBytes }).reads, ranges);
    await this.#stream.readBody(held, memory, { bodyBytes, part });
    this.#resident = { index, layout, held, memory, firstRow: 0 };
    return this.#fromResident(this.#resident, reads, slot);
  }

  decoderOptions(): ArrowDecoderOptions {
    return { format: "arrow", path: this.#stream.path, readsFile: false };
  }

  close(): void {
    this.#stream.close();
  }

  #readSchema(bindings: readonly ColumnBinding[]): ReadSchema {
    return readSchema(bindings, this.#schema.schema, (fieldIndex) => this.#averageBytes(fieldIndex));
  }

  /** average bytes of a row in the first batch; null: it is compressed, or not known yet */
  #averageBytes(fieldIndex: number): number | null {
    if (this.#firstBatch === null || this.#firstBatch.metadata.codec !== null) return null;
    const { metadata, bodyBytes } = this.#firstBatch;
    const fail = corruption(this.#stream.path, "record batch 0");
    const { numRows, columns } = layOutBatch(this.#schema.arrowFields, metadata, { bodyBytes, fail });
    return numRows === 0 ? null : Math.ceil((columns[fieldIndex]?.dataBytes ?? 0) / numRows);
  }

  /** bytes for batches of more rows than a chunk */
  #capacity(reads: ReadSchema, chunkRows: number): number {
    const firstRows = this.#checkedFirstRows();
    // a batch with carried columns is held, whatever its rows: their values' bytes are known from it alone
    const isHeld = firstRows > chunkRows || reads.carried.length > 0;
    return Math.max(MIN_RESIDENT_BYTES, isHeld ? slotBytes(reads, Math.max(firstRows, chunkRows)) : 0);
  }

  /**
   * Rows of a compressed batch for which there is room: of the first batch. Where something else stands first, so
   * that it is not known whether batches are compressed, as many as take `MIN_RESIDENT_BYTES`.
   */
  #compressedLimit(
    reads: ReadSchema,
  ): { readonly numRows: number; readonly codecs: ReadonlySet<BodyCodec> } {
    if (this.#firstBatch !== null) {
      const { codec } = this.#firstBatch.metadata;
      if (codec === null) return { numRows: 0, codecs: new Set() };
      const perThousand = Math.max(1, decompressedBytes(reads, 1000)) / 1000;
      const numRows = Math.max(this.#checkedFirstRows(), Math.floor(MIN_RESIDENT_BYTES / perThousand));
      return { numRows, codecs: new Set([codec]) };
    }
    if (!this.#startsOtherwise) return { numRows: 0, codecs: new Set() };
    const perThousand = Math.max(1, decompressedBytes(reads, 1000)) / 1000;
    return {
      numRows: Math.floor(MIN_RESIDENT_BYTES / perThousand),
      codecs: new Set<BodyCodec>(["LZ4_FRAME", "ZSTD"]),
    };
  }

  /** reads the columns of a compressed batch as they are stored, and decompresses them */
  async #decompressed(
    batch: { readonly index: number; readonly codec: BodyCodec; readonly layout: StoredLayout },
    reads: ReadSchema,
    bodyBytes: number,
  ): Promise<ResidentBatch> {
    const { index, layout } = batch;
    const limit = storedBytesLimit(reads, this.#compressedRows).all;
    const buffers = neededBuffers(reads, layout);
    const storedBytes = buffers.reduce((sum, buffer) => sum + buffer.storedBytes, 0);
    if (layout.numRows > this.#compressedRows || storedBytes > limit) {
      throw this.#batchTooLarge(index, layout.numRows, decompressedBytes(reads, layout.numRows));
    }
    const stored = this.#decompressor!.reserve(index, this.#compressedRows, limit);
    const places: number[] = [], offsets = new Map<unknown, number>();
    let offset = 0;
    for (const buffer of buffers) {
      places.push(buffer.position, buffer.storedBytes, offset);
      offsets.set(`${buffer.fieldIndex} ${buffer.role}`, offset);
      offset += buffer.storedBytes;
    }
    const part = `the body of record batch ${index}`;
    await this.#stream.readBody(Float64Array.from(places), stored, { bodyBytes, part });
    const { layout: decompressed, memory } = this.#decompressor!.decompress(batch, (buffer) => {
      const start = offsets.get(`${buffer.fieldIndex} ${buffer.role}`)!;
      return stored.subarray(start, start + buffer.storedBytes);
    });
    const held = Float64Array.of(0, memory.byteLength, 0);
    return { index, layout: decompressed, held, memory, firstRow: 0 };
  }

  /** rows of the first batch: its claims are checked before memory is planned by them */
  #checkedFirstRows(): number {
    if (this.#firstBatch === null) return 0;
    const { metadata, bodyBytes } = this.#firstBatch;
    const fail = corruption(this.#stream.path, "record batch 0");
    return layOutBatch(this.#schema.arrowFields, metadata, { bodyBytes, fail }).numRows;
  }

  /** the next batch that has rows; its body is what comes next in the pipe */
  async #nextBatch(reads: ReadSchema) {
    const { path } = this.#stream;
    for (;;) {
      const part = `the metadata of record batch ${this.#numBatches}`;
      const message = this.#pending ?? await this.#stream.message(part);
      this.#pending = null;
      if (message === null) {
        await this.#stream.drain();
        return null;
      }
      const { bodyBytes } = message;
      if (message.kind === "schema") corruption(path, part)("a second schema in one stream");
      if (message.kind === "recordBatch") {
        const index = this.#numBatches++;
        const located = { metadata: message.batch, bodyBytes };
        const layout = checkedLayout(this.#schema, { index, located }, { path, reads });
        if (layout.numRows > 0) return { index, layout, bodyBytes, codec: message.batch.codec };
      }
      await this.#stream.readBody(new Float64Array(), new Uint8Array(), { bodyBytes, part });
    }
  }

  /** the next rows of the batch that the source holds, copied into the slot */
  #fromResident(batch: ResidentBatch, reads: ReadSchema, slot: Slot): ChunkTicket {
    const { index, layout, firstRow } = batch;
    const target = new Uint8Array(slot.memory.buffer, slot.byteOffset, slot.byteLength);
    const wanted = { firstRow, numRows: Math.min(this.#chunkRows, layout.numRows - firstRow) };
    const { numRows, carried } = readCarried(
      reads.carried,
      { path: this.#stream.path, batch: index, layout, ...wanted, chunkRows: this.#chunkRows, slot },
      (...range) => copyRanges(Float64Array.from(range), target, batch),
    );
    const computedBytes = slot.byteLength - carriedBytes(reads.carried, this.#chunkRows);
    const plan = planReads(reads, layout, { range: { firstRow, numRows }, slotBytes: computedBytes });
    const copiedBytes = copyRanges(plan.reads, target, { held: batch.held, memory: batch.memory });
    batch.firstRow += numRows;
    if (batch.firstRow === layout.numRows) this.#resident = null;
    return this.#ticket({ index, firstRow, numRows, plan, carried, copiedBytes });
  }

  #ticket(chunk: {
    readonly index: number;
    readonly firstRow: number;
    readonly numRows: number;
    readonly plan: ReadPlan;
    readonly carried?: readonly CarriedView[];
    readonly copiedBytes: number;
  }): ChunkTicket {
    const { index, firstRow, numRows, plan, copiedBytes } = chunk;
    const payload: ArrowPayload = {
      batch: index,
      firstRow,
      reads: new Float64Array(),
      fixups: plan.fixups,
      columns: plan.columns,
      carried: chunk.carried ?? [],
      copiedBytes,
    };
    const numBytes = this.#stream.position - this.#reported;
    this.#reported = this.#stream.position;
    return { sourceIndex: this.#sourceIndex, numRows, numBytes, place: chunkPlace(index, chunk), payload };
  }

  #batchTooLarge(index: number, numRows: number, needed: number): MemoryError {
    const format = (value: number) => value.toLocaleString("en-US");
    return new MemoryError(
      "MEM003",
      `record batch ${index} of ${this.#stream.path} has ${format(numRows)} rows, more than was planned for`,
      {
        notes: [
          `its columns take ${format(needed)} bytes; chunks have ${format(this.#chunkRows)} rows, and ` +
          `${format(this.#residentCapacity)} bytes are set aside for larger batches` +
          (this.#compressedRows > 0 ? `, and ${format(this.#compressedRows)} rows for compressed ones` : ""),
          "a pipe is read once, and a batch stores column after column: all of it must be held",
        ],
        help: `write the stream to a file and give its path, or run with --chunk-rows ${numRows}`,
      },
    );
  }
}
