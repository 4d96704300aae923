/**
 * Arrow from a pipe, which can only be read once and in order. A record batch stores column after column, so its
 * first row is complete only when the whole batch was read. Hence:
 *
 * - a batch of at most `chunkRows` rows is read straight into the slot, as from a file: nothing is copied;
 * - a batch of more rows is read into memory of the source's own (its bound columns only), and handed out in chunks
 *   that are copied into slots: the copy is counted. Planned is room for a batch as large as the first one, and at
 *   least `MIN_RESIDENT_BYTES`; for a larger one that comes later the rest of the budget is taken;
 * - a batch for which the budget has no room is refused (MEM003);
 * - a compressed batch is decompressed into memory of the source's own: see `compressed_pipe.ts`.
 *
 * Opening reads the schema, the dictionaries that follow it, and the first batch's metadata, so the plan knows how large
 * batches are; of its body only what is compressed and has text, whose size stands there. An Arrow *file* that is piped
 * in is read as the stream that it contains.
 *
 * Over 400 lines because what a batch takes is planned, taken, filled and handed out by one state.
 *
 * @module
 */
import type { CarriedView, ColumnBinding } from "../../schema/mod.ts";
import type { ByteStream } from "../random_access.ts";
import { carriedBytes, type CarriedFacts, type ReadSchema, readSchema } from "../read_schema.ts";
import type { ChunkTicket, RunShared, Slot, Source, SourceInfo, SpareMemory } from "../source.ts";
import { type BatchLayout, layOutBatch, type StoredLayout } from "./batch_layout.ts";
import { replacedBytes } from "../../memory/byte_buffers.ts";
import { type CompressedBatch, decompressedBytes } from "./compressed_batch.ts";
import {
  type CompressedLimit,
  compressedLimit,
  CompressedPipe,
  compressedPipeBytes,
} from "./compressed_pipe.ts";
import { carriedRanges, readCarried } from "./carried_reads.ts";
import type { ArrowDecoderOptions, ArrowPayload } from "./decoder.ts";
import { plainBytes, readsOf } from "./buffer_sizes.ts";
import { carriedFields, checkedLayout, chunkPlace, metadataMemory } from "./file_source.ts";
import { copyRanges, unionOf } from "./held_ranges.ts";
import { type ArrowMessage, type ArrowSchema, corruption, type DictionaryMetadata } from "./metadata.ts";
import { PackedColumns } from "./packed_reads.ts";
import {
  batchTooLarge,
  dictionaryTooLarge,
  type FirstBatch,
  firstBatchFacts,
  type FirstDictionary,
  readFirstBatch,
  readFirstDictionaries,
} from "./pipe_start.ts";
import { planReads, type ReadPlan, slotBytes } from "./read_plan.ts";
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

/** An opened pipe. */
export class ArrowPipeSource implements Source {
  readonly #stream: StreamReader;
  readonly #schema: ArrowSchema;
  readonly #sourceIndex: number;
  /** read by `open`, not yet handed out */
  #pending: ArrowMessage | null;
  #firstBatch: FirstBatch | null;
  #firstDictionaries: readonly FirstDictionary[];
  #packed: PackedColumns | null = null;
  #dictionaryCapacity = 0;
  readonly #metadataBytes: number;
  #reads: ReadSchema | null = null;
  #chunkRows = 0;
  #numBatches = 0;
  #reported = 0;
  #resident: ResidentBatch | null = null;
  #residentMemory: Uint8Array<ArrayBuffer> | null = null;
  #residentCapacity = 0;
  #compressed: CompressedPipe | null = null;
  #spare: SpareMemory | null = null;

  private constructor(
    stream: StreamReader,
    { schema, dictionaries, pending, firstBatch, sourceIndex }: {
      readonly schema: ArrowSchema;
      readonly firstBatch: FirstBatch | null;
      readonly dictionaries: readonly FirstDictionary[];
      readonly pending: ArrowMessage | null;
      readonly sourceIndex: number;
    },
  ) {
    this.#stream = stream;
    this.#schema = schema;
    this.#pending = pending;
    this.#firstBatch = firstBatch;
    this.#firstDictionaries = dictionaries;
    this.#sourceIndex = sourceIndex;
    this.#metadataBytes = stream.position;
  }

  /**
   * Reads the schema, dictionaries, and the message behind them.
   *
   * @throws FormatError FMT002 when it is no Arrow, FMT003, FMT004, FMT005
   */
  static open(bytes: ByteStream, sourceIndex: number): ArrowPipeSource {
    const stream = new StreamReader(bytes);
    const schema = stream.openSync();
    const { dictionaries, pending } = readFirstDictionaries(stream);
    const firstBatch = readFirstBatch(stream, pending, schema.arrowFields);
    return new ArrowPipeSource(stream, { schema, dictionaries, pending, firstBatch, sourceIndex });
  }

  get info(): SourceInfo {
    return {
      path: this.#stream.path,
      format: "arrow-stream",
      schema: this.#schema.schema,
      numRows: null,
      numBytes: null,
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
    return this.#facts.averageBytes(fieldIndex!);
  }

  residentBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    const reads = this.#readSchema(bindings);
    const capacity = this.#capacity(reads, chunkRows);
    // grown in pieces: as much again was left behind
    const peekedBytes = 2 * (this.#firstBatch?.body?.byteLength ?? 0);
    return metadataMemory(this.#schema) + capacity + this.#dictionaryBytes(reads) + peekedBytes +
      compressedPipeBytes(reads, this.#compressedLimit(reads));
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number, shared?: RunShared): void {
    this.#reads = this.#readSchema(bindings);
    this.#spare = shared?.spare ?? null;
    this.#chunkRows = chunkRows;
    this.#residentCapacity = this.#capacity(this.#reads, chunkRows);
    this.#compressed = new CompressedPipe(this.#stream, this.#reads, this.#compressedLimit(this.#reads));
    this.#dictionaryCapacity = this.#dictionaryBytes(this.#reads);
    this.#packed = this.#packedColumns(this.#reads);
    for (const [i, { metadata, body }] of this.#firstDictionaries.entries()) {
      this.#takeDictionary(metadata, body, `dictionary batch ${i}`);
    }
    this.#firstDictionaries = [];
    // it is read again from the stream, which lets go of it then
    if (this.#firstBatch !== null) this.#firstBatch = { ...this.#firstBatch, body: null };
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
      const compressed = this.#compressedFor(reads, { index, codec, layout });
      const batch = await compressed.read({ index, codec, layout }, bodyBytes);
      const held = Float64Array.of(0, batch.memory.byteLength, 0);
      this.#hold({ index, ...batch, held, firstRow: 0 });
      return this.#fromResident(this.#resident!, reads, slot);
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
    const memory = this.#memoryFor(needed, { index, layout });
    const held = unionOf(planReads(reads, layout, { range, slotBytes: computedBytes }).reads, ranges);
    await this.#stream.readBody(held, memory, { bodyBytes, part });
    this.#hold({ index, layout, held, memory, firstRow: 0 });
    return this.#fromResident(this.#resident!, reads, slot);
  }

  decoderOptions(): ArrowDecoderOptions {
    return { format: "arrow", path: this.#stream.path, readsFile: false };
  }

  close(): void {
    this.#stream.close();
  }

  #readSchema(bindings: readonly ColumnBinding[]): ReadSchema {
    return readSchema(bindings, this.#schema.schema, this.#facts);
  }

  #packedColumns(reads: ReadSchema): PackedColumns {
    return new PackedColumns(this.#stream.path, this.#schema, carriedFields(reads));
  }

  get #facts(): CarriedFacts {
    const batch = this.#firstBatch, fail = corruption(this.#stream.path, "record batch 0");
    const first = batch === null ? null : { batch, layout: this.#checkedFirst(batch) };
    return firstBatchFacts(this.#schema.arrowFields, first, fail);
  }

  /** dictionaries as they came and decompressed, and as much again for what comes later; parts of buffers */
  #dictionaryBytes(reads: ReadSchema): number {
    const packed = this.#packedColumns(reads), fail = corruption(this.#stream.path, "a dictionary");
    const first = this.#firstDictionaries.reduce(
      (sum, { metadata: { batch }, body }) => sum + body.byteLength + plainBytes(batch, readsOf(body), fail),
      0,
    );
    const later = packed.dictionaries.size === 0 ? 0 : Math.max(MIN_RESIDENT_BYTES, first);
    return first + later + packed.windowBytes;
  }

  /** takes a dictionary if a column needs it */
  #takeDictionary(metadata: DictionaryMetadata, body: Uint8Array, part: string): void {
    const { dictionaries } = this.#packed!, read = readsOf(body);
    if (!dictionaries.needs(metadata.id)) return;
    const fail = corruption(this.#stream.path, part);
    const needed = dictionaries.numBytes + body.byteLength + plainBytes(metadata.batch, read, fail);
    if (needed > this.#dictionaryCapacity) throw dictionaryTooLarge(this.#stream.path, part, needed);
    dictionaries.apply({ metadata, bodyBytes: body.byteLength, read, fail });
  }

  /** a batch whose rows are handed out next */
  #hold(batch: ResidentBatch): void {
    this.#resident = batch;
    this.#packed!.bind(batch.index, batch.layout, {
      memory: null,
      read: (position, target) => copyRanges(Float64Array.of(position, target.byteLength, 0), target, batch),
    });
  }

  /** Memory for a batch: what was planned for, or with what the budget has beyond. Refused: MEM003. */
  #memoryFor(needed: number, { index, layout }: { readonly index: number; readonly layout: BatchLayout }) {
    const moreBytes = needed - this.#residentCapacity;
    if (moreBytes > 0) {
      if (this.#spare?.take(moreBytes) !== true) this.#refuseBatch(index, layout, { needed, moreBytes });
      this.#residentCapacity = needed;
      // a batch is handed out whole before the next one is read
      if (this.#residentMemory !== null) this.#residentMemory = replacedBytes(this.#residentMemory, needed);
    }
    return this.#residentMemory ??= new Uint8Array(this.#residentCapacity);
  }

  /** What reads a compressed batch, of as many rows as were planned for, or the budget allows. Refused: MEM003. */
  #compressedFor(
    reads: ReadSchema,
    { index, codec, layout }: Pick<CompressedBatch, "index" | "codec" | "layout">,
  ): CompressedPipe {
    const pipe = this.#compressed!, planned = pipe.limit, { numRows } = layout;
    if (pipe.hasRoomFor(layout, planned)) return pipe;
    const needed = decompressedBytes(reads, numRows);
    const missing = (limit: CompressedLimit) =>
      compressedPipeBytes(reads, limit) - compressedPipeBytes(reads, planned);
    // by half where the budget has it: batches that grow are not met one by one
    for (const rows of [Math.ceil(1.5 * planned.numRows), numRows]) {
      const limit = { numRows: Math.max(rows, numRows), codec };
      if (numRows <= planned.numRows || !pipe.hasRoomFor(layout, limit)) {
        return this.#refuseBatch(index, layout, { needed, moreBytes: null });
      }
      if (this.#spare?.take(missing(limit)) !== true) continue;
      pipe.limit = limit;
      return pipe;
    }
    return this.#refuseBatch(index, layout, { needed, moreBytes: missing({ numRows, codec }) });
  }

  /** @param moreBytes that the budget would have to have; null: no budget helps */
  #refuseBatch(
    index: number,
    { numRows }: BatchLayout,
    { needed, moreBytes }: { readonly needed: number; readonly moreBytes: number | null },
  ): never {
    const help = this.#spare === null || moreBytes === null ? null : this.#spare.raiseText(moreBytes);
    throw batchTooLarge(index, { numRows, needed, help, ...this.#planned });
  }

  /** bytes for batches of more rows than a chunk */
  #capacity(reads: ReadSchema, chunkRows: number): number {
    const firstRows = this.#checkedFirstRows();
    // a batch with carried columns is held, whatever its rows: their values' bytes are known from it alone
    const isHeld = firstRows > chunkRows || reads.carried.length > 0;
    const stored = reads.carried.reduce(
      (sum, { storedBytesPerRow }) => sum + firstRows * (storedBytesPerRow ?? 0),
      0,
    );
    const bytes = Math.ceil(stored) + slotBytes(reads, Math.max(firstRows, chunkRows));
    return Math.max(MIN_RESIDENT_BYTES, isHeld ? bytes : 0);
  }

  #compressedLimit(reads: ReadSchema) {
    const codec = this.#firstBatch?.metadata.codec ?? null;
    return compressedLimit(reads, {
      codec,
      firstRows: codec === null ? 0 : this.#checkedFirstRows(),
      leastBytes: MIN_RESIDENT_BYTES,
    });
  }

  /** the first batch: its claims are checked before memory is planned by them */
  #checkedFirst({ metadata, bodyBytes }: FirstBatch): StoredLayout {
    const fail = corruption(this.#stream.path, "record batch 0");
    return layOutBatch(this.#schema.arrowFields, metadata, { bodyBytes, fail });
  }

  #checkedFirstRows(): number {
    return this.#firstBatch === null ? 0 : this.#checkedFirst(this.#firstBatch).numRows;
  }

  /** the next batch that has rows; its body is what comes next in the pipe */
  async #nextBatch(reads: ReadSchema) {
    const { path } = this.#stream;
    for (;;) {
      const part = `the metadata of record batch ${this.#numBatches}`;
      const message = this.#pending ?? await this.#stream.message(part);
      this.#pending = null;
      if (message === null) {
        await this.#stream.end();
        return null;
      }
      const { bodyBytes } = message;
      if (message.kind === "schema") corruption(path, part)("a second schema in one stream");
      if (message.kind === "dictionary" && this.#packed!.dictionaries.needs(message.dictionary.id)) {
        const name = `a dictionary before record batch ${this.#numBatches}`;
        if (bodyBytes > this.#dictionaryCapacity) throw dictionaryTooLarge(path, name, bodyBytes);
        this.#takeDictionary(message.dictionary, await this.#stream.body(bodyBytes, name), name);
        continue;
      }
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
      {
        path: this.#stream.path,
        batch: index,
        layout,
        ...wanted,
        chunkRows: this.#chunkRows,
        slot,
        packed: this.#packed!,
      },
      (...range) => copyRanges(Float64Array.from(range), target, batch),
    );
    const computedBytes = slot.byteLength - carriedBytes(reads.carried, this.#chunkRows);
    const plan = planReads(reads, layout, { range: { firstRow, numRows }, slotBytes: computedBytes });
    const copiedBytes = copyRanges(plan.reads, target, { held: batch.held, memory: batch.memory });
    batch.firstRow += numRows;
    if (batch.firstRow === layout.numRows) this.#resident = null;
    return this.#ticket({ index, firstRow, numRows, plan, carried, copiedBytes });
  }

  /** what batches were planned to be */
  get #planned() {
    return {
      path: this.#stream.path,
      chunkRows: this.#chunkRows,
      capacity: this.#residentCapacity,
      compressedRows: this.#compressed?.limit.numRows ?? 0,
    };
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
}
