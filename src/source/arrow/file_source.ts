/**
 * Arrow from a file, as an Arrow file or as a stream in a file. Chunks are rows of one record batch, whatever the
 * batch's size; `next` works out reads from metadata, decoders perform them.
 *
 * @module
 */
import type { ColumnBinding } from "../../schema/mod.ts";
import { type RowRange, rowsText, shareOfBytes } from "../chunk_rows.ts";
import type { RandomAccess } from "../random_access.ts";
import { carriedBytes, type CarriedFacts, type ReadSchema, readSchema } from "../read_schema.ts";
import type { ChunkTicket, Slot, Source, SourceInfo } from "../source.ts";
import { type ReadBytes, readCarried } from "./carried_reads.ts";
import { type BatchLayout, layOutBatch, type StoredLayout } from "./batch_layout.ts";
import { bodyReader, type ColumnAverages, columnAverages } from "./column_averages.ts";
import { BatchDecompressor, codecMemory, decompressedBytes, storedBytesLimit } from "./compressed_batch.ts";
import type { ArrowDecoderOptions, ArrowPayload } from "./decoder.ts";
import { plainBytes } from "./buffer_sizes.ts";
import type { FileBatches, LocatedBatch } from "./file_batches.ts";
import { nullsInNonNullable } from "./fixups.ts";
import { type ArrowSchema, type BodyCodec, corruption } from "./metadata.ts";
import { PackedColumns } from "./packed_reads.ts";
import { planReads, type ReadPlan, slotBytes } from "./read_plan.ts";

/** the batch whose rows are being handed out */
interface CurrentBatch {
  readonly index: number;
  readonly located: LocatedBatch;
  readonly layout: BatchLayout;
  /** the columns of a compressed batch, decompressed: the layout's positions count from here; else null */
  readonly memory: Uint8Array | null;
  firstRow: number;
}

/** What the metadata of a file's batches says of those that are compressed. */
interface CompressedBatches {
  readonly codecs: Set<BodyCodec>;
  /** of the largest of them */
  numRows: number;
}

/** JavaScript objects of one column's metadata, while a batch is read; measured below this in V8 */
const METADATA_BYTES_PER_FIELD = 1024;

/**
 * What reading a record batch leaves between collections, as far as V8 lets that grow. Measured with batches of one
 * row, from Arrow to CSV beyond what the runtime is counted with: 27 MiB for 100,000, 77 for 300,000, 120 for 1,000,000.
 */
const GARBAGE_BYTES_PER_BATCH = 480, MAX_GARBAGE_BYTES = 128 * 1024 ** 2;

/** Memory for the metadata of a batch and of the schema: an upper estimate. */
export function metadataMemory({ arrowFields }: ArrowSchema): number {
  return 64 * 1024 + METADATA_BYTES_PER_FIELD * arrowFields.length;
}

/** Checks the metadata of a batch against the schema, the body and what is bound. */
export function checkedLayout(
  schema: ArrowSchema,
  batch: { readonly index: number; readonly located: Pick<LocatedBatch, "metadata" | "bodyBytes"> },
  { path, reads }: { readonly path: string; readonly reads: ReadSchema },
): StoredLayout {
  const { metadata, bodyBytes } = batch.located;
  const fail = corruption(path, `record batch ${batch.index}`);
  const layout = layOutBatch(schema.arrowFields, metadata, { bodyBytes, fail });
  for (const fieldIndices of [...reads.groups.map((group) => group.fieldIndices), carriedFields(reads)]) {
    for (const index of fieldIndices) {
      const buffers = layout.columns[index]!, field = schema.schema.fields[index]!;
      const nullCount = buffers.nullCount + buffers.childNullCount;
      if (nullCount > 0 && !field.nullable) {
        throw nullsInNonNullable(path, batch.index, field.name, nullCount);
      }
    }
  }
  return layout;
}

/** The fields that are carried. */
export function carriedFields({ carried }: ReadSchema): number[] {
  return carried.map(({ fieldIndex }) => fieldIndex);
}

/** An opened Arrow file. */
export class ArrowFileSource implements Source {
  readonly #access: RandomAccess;
  readonly #batches: FileBatches;
  readonly #sourceIndex: number;
  #numRows: number | null = null;
  /** known with the rows */
  #numBatches = 0;
  readonly #compressed: CompressedBatches = { codecs: new Set(), numRows: 0 };
  #decompressor: BatchDecompressor | null = null;
  readonly #averages = new Map<number, ColumnAverages>();
  #packed: PackedColumns | null = null;
  /** by ids; asked for again when the file is closed */
  readonly #dictionarySizes = new Map<string, number>();
  /** dictionaries that were taken */
  #numDictionaries = 0;
  #reads: ReadSchema | null = null;
  #known: { readonly bindings: readonly ColumnBinding[]; readonly reads: ReadSchema } | null = null;
  #chunkRows = 0;
  #current: CurrentBatch | null = null;
  #nextBatch = 0;

  constructor(access: RandomAccess, batches: FileBatches, sourceIndex: number) {
    this.#access = access;
    this.#batches = batches;
    this.#sourceIndex = sourceIndex;
  }

  get info(): SourceInfo {
    const { format, schema, metadataBytes } = this.#batches;
    return {
      path: this.#access.path,
      format,
      schema: schema.schema,
      numRows: this.#numRows,
      numBytes: this.#access.size,
      codecs: [...this.#compressed.codecs],
      metadataBytes,
    };
  }

  countRows(): number {
    if (this.#numRows !== null) return this.#numRows;
    let numRows = 0;
    for (let index = 0;; index++) {
      const located = this.#batches.batch(index);
      if (located === null) break;
      const { metadata } = located;
      numRows += metadata.numRows;
      this.#numBatches += 1;
      if (metadata.codec === null) continue;
      this.#compressed.codecs.add(metadata.codec);
      this.#compressed.numRows = Math.max(this.#compressed.numRows, metadata.numRows);
    }
    this.#numRows = numRows;
    return numRows;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return slotBytes(this.#readSchema(bindings), chunkRows);
  }

  carriedBytesPerRow({ fieldIndices: [fieldIndex] }: ColumnBinding): number | null {
    return this.#facts.averageBytes(fieldIndex!);
  }

  residentBytes(bindings: readonly ColumnBinding[]): number {
    this.countRows();
    const { codecs, numRows } = this.#compressed;
    const reads = this.#readSchema(bindings), packed = this.#packedColumns(reads);
    const metadataBytes = metadataMemory(this.#batches.schema) + this.#dictionaryBytes(packed) +
      packed.windowBytes + this.#batchesBytes;
    if (codecs.size === 0) return metadataBytes;
    return metadataBytes + decompressedBytes(reads, numRows) + storedBytesLimit(reads, numRows).largest +
      codecMemory(reads, numRows, codecs);
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#reads = this.#readSchema(bindings);
    this.#chunkRows = chunkRows;
    this.#decompressor = new BatchDecompressor(this.#access.path, this.#reads);
    this.#packed = this.#packedColumns(this.#reads);
  }

  next(slot: Slot): ChunkTicket | null {
    if (this.#reads === null) throw new Error("next before begin");
    this.#current ??= this.#advance(this.#reads);
    if (this.#current === null) return null;
    const { index, located, layout, memory, firstRow } = this.#current;
    const { numRows, carried } = this.#readCarried(this.#current, this.#reads, slot);
    const range = { firstRow, numRows };
    const slotBytes = slot.byteLength - carriedBytes(this.#reads.carried, this.#chunkRows);
    const plan = planReads(this.#reads, layout, { range, slotBytes });
    const payload: ArrowPayload = memory === null
      ? { batch: index, firstRow, ...readsInFile(plan, located), carried, copiedBytes: 0 }
      : {
        batch: index,
        firstRow,
        ...plan,
        reads: new Float64Array(),
        carried,
        copiedBytes: copyReads(plan, memory, slot),
      };
    const endRow = firstRow + numRows;
    if (endRow === layout.numRows) this.#current = null;
    else this.#current.firstRow = endRow;
    return {
      sourceIndex: this.#sourceIndex,
      numRows,
      numBytes: shareOfBytes(range, { numRows: layout.numRows, numBytes: located.numBytes }),
      place: chunkPlace(index, range),
      payload,
    };
  }

  decoderOptions(): ArrowDecoderOptions {
    return { format: "arrow", path: this.#access.path, readsFile: true };
  }

  close(): void {
    this.#access.close();
  }

  #readSchema(bindings: readonly ColumnBinding[]): ReadSchema {
    // planning asks for the sizes of many chunks
    if (this.#known?.bindings !== bindings) {
      const carried = bindings.filter(({ request }) => request.carry !== undefined);
      this.#learnAverages(carried.map(({ fieldIndices: [fieldIndex] }) => fieldIndex!));
      this.#known = { bindings, reads: readSchema(bindings, this.#batches.schema.schema, this.#facts) };
    }
    return this.#known.reads;
  }

  #packedColumns(reads: ReadSchema): PackedColumns {
    return new PackedColumns(this.#access.path, this.#batches.schema, carriedFields(reads));
  }

  get #facts(): CarriedFacts {
    return {
      averageBytes: (fieldIndex) => this.#averagesOf(fieldIndex).values,
      storedBytes: (fieldIndex) => {
        const isDirect = this.#batches.schema.arrowFields[fieldIndex]!.type.isDirect;
        return isDirect ? null : this.#averagesOf(fieldIndex).stored ?? 0;
      },
    };
  }

  #averagesOf(fieldIndex: number): ColumnAverages {
    this.#learnAverages([fieldIndex]);
    return this.#averages.get(fieldIndex)!;
  }

  /** of all columns at once: a pass takes the metadata of every batch */
  #learnAverages(fieldIndices: readonly number[]): void {
    const unknown = fieldIndices.filter((index) => !this.#averages.has(index));
    if (unknown.length === 0) return;
    for (const [index, found] of columnAverages(this.#access, this.#batches, unknown)) {
      this.#averages.set(index, found);
    }
  }

  /** where each record batch is, and what reading them leaves lying */
  get #batchesBytes(): number {
    const garbage = Math.min(GARBAGE_BYTES_PER_BATCH * this.#numBatches, MAX_GARBAGE_BYTES);
    return this.#batches.residentBytes + garbage;
  }

  /** all dictionaries at once, and what loading the largest takes: what a stream replaces is counted too */
  #dictionaryBytes({ dictionaries }: PackedColumns): number {
    const key = dictionaries.ids.join(), known = this.#dictionarySizes.get(key);
    if (known !== undefined) return known;
    let total = 0, largest = 0;
    for (let index = 0; dictionaries.size > 0; index++) {
      const located = this.#batches.dictionary(index);
      if (located === null) break;
      const { metadata: { id, batch }, bodyPosition, bodyBytes } = located;
      if (!dictionaries.needs(id)) continue;
      const fail = corruption(this.#access.path, `dictionary batch ${index}`);
      const numBytes = plainBytes(batch, bodyReader(this.#access, bodyPosition), fail);
      total += numBytes;
      largest = Math.max(largest, bodyBytes + (batch.codec === null ? 0 : numBytes));
    }
    this.#dictionarySizes.set(key, total + largest);
    return total + largest;
  }

  /** takes the dictionaries that hold from a batch on */
  #takeDictionaries({ dictionaries }: PackedColumns, batch: number): void {
    for (;; this.#numDictionaries++) {
      const part = `dictionary batch ${this.#numDictionaries}`;
      const located = this.#batches.dictionary(this.#numDictionaries);
      if (located === null || located.firstBatch > batch) return;
      const { metadata, bodyPosition, bodyBytes } = located;
      if (!dictionaries.needs(metadata.id)) continue;
      dictionaries.apply({
        metadata,
        bodyBytes,
        read: bodyReader(this.#access, bodyPosition),
        fail: corruption(this.#access.path, part),
      });
    }
  }

  /** the carried columns of the next rows, as many as have room */
  #readCarried({ index, located, layout, memory, firstRow }: CurrentBatch, reads: ReadSchema, slot: Slot) {
    const numRows = Math.min(this.#chunkRows, layout.numRows - firstRow);
    if (reads.carried.length === 0) return { numRows, carried: [] };
    const target = new Uint8Array(slot.memory.buffer, slot.byteOffset, slot.byteLength);
    const read: ReadBytes = (position, numBytes, slotOffset) => {
      const view = target.subarray(slotOffset, slotOffset + numBytes);
      if (memory === null) this.#access.readInto(view, located.bodyPosition + position);
      else view.set(memory.subarray(position, position + numBytes));
    };
    const packed = this.#packed!;
    const chunk = { path: this.#access.path, batch: index, layout, firstRow, numRows, slot, packed };
    return readCarried(reads.carried, { ...chunk, chunkRows: this.#chunkRows }, read);
  }

  /** the next batch that has rows */
  #advance(reads: ReadSchema): CurrentBatch | null {
    for (;;) {
      const index = this.#nextBatch;
      const located = this.#batches.batch(index);
      if (located === null) return null;
      this.#nextBatch += 1;
      this.#takeDictionaries(this.#packed!, index);
      const layout = checkedLayout(this.#batches.schema, { index, located }, {
        path: this.#access.path,
        reads,
      });
      if (layout.numRows === 0) continue;
      const batch = { index, located, ...this.#plainBatch(index, { located, layout, reads }), firstRow: 0 };
      this.#packed!.bind(index, batch.layout, {
        memory: batch.memory,
        read: bodyReader(this.#access, located.bodyPosition),
      });
      return batch;
    }
  }

  /** a batch whose columns are as they are read: in the file, or decompressed */
  #plainBatch(
    index: number,
    { located, layout, reads }: { located: LocatedBatch; layout: StoredLayout; reads: ReadSchema },
  ): Pick<CurrentBatch, "layout" | "memory"> {
    const { codec } = located.metadata, limit = storedBytesLimit(reads, layout.numRows).largest;
    if (codec === null) return { layout, memory: null };
    const stored = this.#decompressor!.reserve(index, layout.numRows, limit);
    return this.#decompressor!.decompress({ index, codec, layout }, (buffer) => {
      const view = stored.subarray(0, buffer.storedBytes);
      this.#access.readInto(view, located.bodyPosition + buffer.position);
      return view;
    });
  }
}

function readsInFile(plan: ReadPlan, { bodyPosition }: LocatedBatch): ReadPlan {
  const reads = plan.reads.map((value, i) => (i % 3 === 0 ? value + bodyPosition : value));
  return { ...plan, reads };
}

/** Performs reads of a body that is in memory; returns the bytes copied. */
function copyReads({ reads }: ReadPlan, body: Uint8Array, slot: Slot): number {
  const target = new Uint8Array(slot.memory.buffer, slot.byteOffset, slot.byteLength);
  let copied = 0;
  for (let i = 0; i < reads.length; i += 3) {
    const position = reads[i]!, numBytes = reads[i + 1]!;
    target.set(body.subarray(position, position + numBytes), reads[i + 2]!);
    copied += numBytes;
  }
  return copied;
}

/** "record batch 3, rows 0 to 65,535", both counted from 0 */
export function chunkPlace(batch: number, range: RowRange): string {
  return `record batch ${batch}, ${rowsText(range)}`;
}
