/**
 * Arrow from a file, as an Arrow file or as a stream in a file. Chunks are rows of one record batch, whatever the
 * batch's size; `next` works out reads from metadata, decoders perform them.
 *
 * @module
 */
import type { ColumnBinding } from "../../schema/mod.ts";
import type { RandomAccess } from "../random_access.ts";
import type { ChunkTicket, Slot, Source, SourceInfo } from "../source.ts";
import { carriedBytes, type ReadBytes, readCarried } from "./carried_reads.ts";
import { type BatchLayout, layOutBatch, type StoredLayout } from "./batch_layout.ts";
import { BatchDecompressor, codecMemory, decompressedBytes, storedBytesLimit } from "./compressed_batch.ts";
import type { ArrowDecoderOptions, ArrowPayload } from "./decoder.ts";
import type { FileBatches, LocatedBatch } from "./file_batches.ts";
import { nullsInNonNullable } from "./fixups.ts";
import { type ArrowSchema, type BodyCodec, corruption } from "./metadata.ts";
import { planReads, type ReadPlan, type ReadSchema, readSchema, slotBytes } from "./read_plan.ts";

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

function carriedFields({ carried }: ReadSchema): number[] {
  return carried.map(({ fieldIndex }) => fieldIndex);
}

/** An opened Arrow file. */
export class ArrowFileSource implements Source {
  readonly #access: RandomAccess;
  readonly #batches: FileBatches;
  readonly #sourceIndex: number;
  #numRows: number | null = null;
  readonly #compressed: CompressedBatches = { codecs: new Set(), numRows: 0 };
  #decompressor: BatchDecompressor | null = null;
  readonly #averages = new Map<number, number | null>();
  #reads: ReadSchema | null = null;
  #chunkRows = 0;
  #current: CurrentBatch | null = null;
  #nextBatch = 0;

  constructor(access: RandomAccess, batches: FileBatches, sourceIndex: number) {
    this.#access = access;
    this.#batches = batches;
    this.#sourceIndex = sourceIndex;
  }

  get info(): SourceInfo {
    const { format, schema, blocks, metadataBytes } = this.#batches;
    return {
      path: this.#access.path,
      format,
      schema: schema.schema,
      numRows: this.#numRows,
      numBytes: this.#access.size,
      batches: blocks?.map(({ bodyBytes }) => ({ numRows: null, bodyBytes })) ?? null,
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
    return this.#averageBytes(fieldIndex!);
  }

  residentBytes(bindings: readonly ColumnBinding[]): number {
    this.countRows();
    const { codecs, numRows } = this.#compressed;
    const metadataBytes = metadataMemory(this.#batches.schema);
    if (codecs.size === 0) return metadataBytes;
    const reads = this.#readSchema(bindings);
    return metadataBytes + decompressedBytes(reads, numRows) + storedBytesLimit(reads, numRows).largest +
      codecMemory(reads, numRows, codecs);
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#reads = this.#readSchema(bindings);
    this.#chunkRows = chunkRows;
    this.#decompressor = new BatchDecompressor(this.#access.path, this.#reads);
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
    const share = (row: number) => Math.floor((located.numBytes / layout.numRows) * row);
    return {
      sourceIndex: this.#sourceIndex,
      numRows,
      numBytes: (endRow === layout.numRows ? located.numBytes : share(endRow)) - share(firstRow),
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
    return readSchema(bindings, this.#batches.schema.schema, (fieldIndex) => this.#averageBytes(fieldIndex));
  }

  /** average bytes of a row in the batch where it is the most; null: batches are compressed, or there are none */
  #averageBytes(fieldIndex: number): number | null {
    const known = this.#averages.get(fieldIndex);
    if (known !== undefined) return known;
    let most: number | null = null;
    for (let index = 0;; index++) {
      const located = this.#batches.batch(index);
      if (located === null) break;
      const { metadata: { numRows, codec }, bodyBytes } = located;
      if (codec !== null || numRows === 0) continue;
      const fail = corruption(this.#access.path, `record batch ${index}`);
      const { columns } = layOutBatch(this.#batches.schema.arrowFields, located.metadata, {
        bodyBytes,
        fail,
      });
      most = Math.max(most ?? 0, Math.ceil((columns[fieldIndex]?.dataBytes ?? 0) / numRows));
    }
    this.#averages.set(fieldIndex, most);
    return most;
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
    const chunk = { path: this.#access.path, batch: index, layout, firstRow, numRows, slot };
    return readCarried(reads.carried, { ...chunk, chunkRows: this.#chunkRows }, read);
  }

  /** the next batch that has rows */
  #advance(reads: ReadSchema): CurrentBatch | null {
    for (;;) {
      const index = this.#nextBatch;
      const located = this.#batches.batch(index);
      if (located === null) return null;
      this.#nextBatch += 1;
      const layout = checkedLayout(this.#batches.schema, { index, located }, {
        path: this.#access.path,
        reads,
      });
      if (layout.numRows === 0) continue;
      const { codec } = located.metadata;
      if (codec === null) return { index, located, layout, memory: null, firstRow: 0 };
      const stored = this.#decompressor!.reserve(
        index,
        layout.numRows,
        storedBytesLimit(reads, layout.numRows).largest,
      );
      const decompressed = this.#decompressor!.decompress({ index, codec, layout }, (buffer) => {
        const view = stored.subarray(0, buffer.storedBytes);
        this.#access.readInto(view, located.bodyPosition + buffer.position);
        return view;
      });
      return { index, located, ...decompressed, firstRow: 0 };
    }
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
export function chunkPlace(
  batch: number,
  { firstRow, numRows }: { firstRow: number; numRows: number },
): string {
  // once a chunk: toLocaleString takes 70 µs a call
  const format = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  return `record batch ${batch}, rows ${format(firstRow)} to ${format(firstRow + numRows - 1)}`;
}
