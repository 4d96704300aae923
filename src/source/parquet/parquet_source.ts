/**
 * Parquet from a file. The headers of pages tell which rows they have, so that workers decode the rows of any chunk
 * into its slot (`decoder.ts`). Only columns of lists some of which are null or of another size, and columns that are
 * carried, are decoded in `next`, in order. Only the pages of bound columns are read, however large a row group is.
 *
 * @module
 */
import type { ColumnBinding } from "../../schema/mod.ts";
import { carriedBytes, type ReadSchema, readSchema } from "../read_schema.ts";
import { rowsText, shareOfBytes } from "../chunk_rows.ts";
import type { RandomAccess } from "../random_access.ts";
import { openAccess } from "../remote/mod.ts";
import { placeGroups } from "../slot_columns.ts";
import type { ChunkTicket, RunShared, Slot, Source, SourceInfo } from "../source.ts";
import { type CarriedColumn, CarriedColumns } from "./carried_columns.ts";
import { BLOCK_BYTES, ColumnReader, LevelBlocks } from "./column_reader.ts";
import type { DecodedColumn, ParquetDecoderOptions, ParquetPayload } from "./decoder.ts";
import { type OpenedParquet, openParquet } from "./footer.ts";
import { type ParquetMetadata, unsupported } from "./metadata.ts";
import { SCRATCH_BYTES, SharedScratch } from "./page.ts";
import { INDEX_BYTES_PER_PAGE, indexPages, type PageIndex } from "./page_index.ts";
import { pagePoolFor, type PagePoolPlan, poolBytes, poolSizesOf, sharedSizesOf } from "./page_pool.ts";
import { PageReader } from "./page_reader.ts";
import { LAST_HEADERS_BYTES } from "./pooled_pages.ts";
import type { Leaf } from "./parquet_type.ts";
import { INDEX_BLOCK, pageBytes } from "./values.ts";

/** JavaScript objects of the metadata; measured below this in V8 */
const METADATA_BYTES_PER_COLUMN = 1024;
const METADATA_BYTES_PER_CHUNK = 256;
/** staging of each worker is counted so often: workers are not known here, and more than 8 are not taken unasked */
const STAGING_COPIES = 9;

/** Options of `openParquetSource`. */
export interface ParquetSourceOptions {
  /** index of the input among the run's inputs, for its tickets; 0 if not given */
  readonly sourceIndex?: number;
  /** another way to the bytes of a path, for tests */
  readonly open?: (path: string) => RandomAccess;
}

/** A column that is decoded in order, on the reading thread. */
interface OrderedColumn {
  readonly group: number;
  readonly column: number;
  readonly fieldIndex: number;
  readonly reader: ColumnReader;
  readonly pages: PageReader;
}

/** A column that workers decode. */
interface PooledPlace {
  readonly group: number;
  readonly column: number;
  readonly decoded: DecodedColumn;
}

/** What is being read. */
interface Reading {
  readonly scratch: SharedScratch;
  readonly reads: ReadSchema;
  readonly chunkRows: number;
  readonly ordered: readonly OrderedColumn[];
  readonly pooled: readonly PooledPlace[];
  readonly carried: readonly CarriedColumn[];
  readonly pool: PagePoolPlan | null;
  rowGroup: number;
  /** of the row group */
  firstRow: number;
  /** rows of the file before the chunk */
  rowsBefore: number;
}

/** A file is opened to be planned and again to be read: of one with the same footer, where pages are is known. */
const indicesOf = new WeakMap<ParquetMetadata, Map<number, PageIndex>>();

/** An opened Parquet file. */
class ParquetSource implements Source {
  readonly #access: RandomAccess;
  readonly #metadata: ParquetMetadata;
  readonly #footerBytes: number;
  readonly #sourceIndex: number;
  /** by the leaf's index */
  readonly #indices: Map<number, PageIndex>;
  readonly #carriedColumns: CarriedColumns;
  readonly #headers = new SharedScratch(0);
  #known: { readonly bindings: readonly ColumnBinding[]; readonly reads: ReadSchema } | null = null;
  #pooled: { readonly reads: ReadSchema; readonly indices: readonly PageIndex[] } | null = null;
  #reading: Reading | null = null;

  constructor({ access, metadata, metadataBytes }: OpenedParquet, sourceIndex: number) {
    this.#access = access;
    this.#metadata = metadata;
    this.#footerBytes = metadataBytes;
    this.#indices = indicesOf.get(metadata) ?? new Map<number, PageIndex>();
    indicesOf.set(metadata, this.#indices);
    this.#sourceIndex = sourceIndex;
    this.#carriedColumns = new CarriedColumns(
      access,
      metadata,
      (leaf, column) => this.#indexOfLeaf(leaf, column),
    );
  }

  get info(): SourceInfo {
    const { schema, numRows } = this.#metadata;
    return {
      path: this.#access.path,
      format: "parquet",
      schema,
      numRows,
      numBytes: this.#access.size,
      metadataBytes: this.#footerBytes,
    };
  }

  countRows(): number {
    return this.#metadata.numRows;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    const { groups, carried } = this.#readSchema(bindings);
    return placeGroups(groups, chunkRows).end + carriedBytes(carried, chunkRows);
  }

  /** Reads the headers of the pages of bound columns, once. */
  residentBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    const { columns, rowGroups } = this.#metadata;
    const numChunks = rowGroups.length * columns.reduce((sum, { numLeaves }) => sum + numLeaves, 0);
    let total = 64 * 1024 + this.#footerBytes + METADATA_BYTES_PER_COLUMN * columns.length +
      METADATA_BYTES_PER_CHUNK * numChunks;
    let compressed = 0, codec = 0, shared = 0;
    const { groups, carried } = this.#readSchema(bindings);
    for (const { fieldIndices, listSize } of groups) {
      for (const index of fieldIndices) {
        const pages = this.#indexOf(index), { sizes } = pages, own = this.#indexBytes(pages);
        if (this.#isPooled(index, listSize)) {
          total += own + LAST_HEADERS_BYTES;
        } else {
          total += own + BLOCK_BYTES + sizes.page + sizes.dictionary;
          compressed = Math.max(compressed, sizes.compressed);
          codec = Math.max(codec, sizes.staging);
        }
        codec = Math.max(codec, sizes.codec);
      }
    }
    for (const read of carried) {
      const own = this.#carriedColumns.memory(read, chunkRows);
      total += own.numBytes;
      shared = Math.max(shared, own.sharedBytes);
      compressed = Math.max(compressed, own.compressed);
      codec = Math.max(codec, own.codec);
    }
    return total + compressed + codec + shared +
      this.sharedBytes(this.sharedSizes(bindings)) + STAGING_COPIES * (SCRATCH_BYTES + BLOCK_BYTES);
  }

  sharedSizes(bindings: readonly ColumnBinding[]): readonly number[] {
    const entryBytes: number[] = [];
    let compressedBytes = 0;
    for (const { sizes } of this.#pooledIndices(bindings)) {
      entryBytes.push(sizes.page, sizes.dictionary);
      compressedBytes = Math.max(compressedBytes, sizes.compressed);
    }
    return sharedSizesOf({ entryBytes, compressedBytes });
  }

  sharedBytes(sizes: readonly number[]): number {
    return poolBytes(poolSizesOf(sizes), STAGING_COPIES);
  }

  /** the codec of pages that any thread decompresses, and its copy of their places */
  threadBytes(bindings: readonly ColumnBinding[]): number {
    const indices = this.#pooledIndices(bindings);
    const copies = indices.reduce((sum, index) => sum + this.#indexBytes(index) + LAST_HEADERS_BYTES, 0);
    return copies + indices.reduce((most, { sizes }) => Math.max(most, sizes.codec), 0);
  }

  #indexBytes({ positions }: PageIndex): number {
    return INDEX_BYTES_PER_PAGE * positions.length +
      METADATA_BYTES_PER_CHUNK * this.#metadata.rowGroups.length;
  }

  #pooledIndices(bindings: readonly ColumnBinding[]): readonly PageIndex[] {
    const reads = this.#readSchema(bindings);
    if (this.#pooled?.reads !== reads) {
      const indices = reads.groups.flatMap(({ fieldIndices, listSize }) =>
        fieldIndices.filter((index) => this.#isPooled(index, listSize)).map((index) => this.#indexOf(index))
      );
      this.#pooled = { reads, indices };
    }
    return this.#pooled.indices;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number, shared?: RunShared): void {
    const reads = this.#readSchema(bindings), { columns, rowGroups } = this.#metadata;
    const scratch = new SharedScratch(INDEX_BLOCK);
    const ordered: OrderedColumn[] = [], pooled: PooledPlace[] = [], entryBytes: number[] = [];
    // dictionaries have the numbers of their row groups
    let compressedBytes = 0, numPages = rowGroups.length;
    for (const [group, { fieldIndices, listSize, nulls, input }] of reads.groups.entries()) {
      for (const [column, fieldIndex] of fieldIndices.entries()) {
        const { field: { name }, firstLeaf } = columns[fieldIndex]!,
          leaf = this.#leafOf(fieldIndex, listSize);
        if (this.#isPooled(fieldIndex, listSize)) {
          const index = this.#indexOf(fieldIndex),
            pagePart = entryBytes.push(index.sizes.page, index.sizes.dictionary) - 2;
          compressedBytes = Math.max(compressedBytes, index.sizes.compressed);
          numPages = Math.max(numPages, index.positions.length);
          const dictionaryPart = pagePart + 1;
          const chunks = rowGroups.map((rowGroup) => rowGroup.chunks[firstLeaf]!);
          const decoded = { name, input, leaf, nulls, index, chunks, pagePart, dictionaryPart };
          pooled.push({ group, column, decoded });
        } else {
          const place = { access: this.#access, column: name, input, leaf, scratch };
          const pages = new PageReader(place, pageBytes(leaf.physicalType));
          const reader = new ColumnReader(place, nulls, new LevelBlocks());
          ordered.push({ group, column, fieldIndex, reader, pages });
        }
      }
    }
    const start = placeGroups(reads.groups, chunkRows).end;
    const carried = this.#carriedColumns.open(reads.carried, { scratch, chunkRows, start });
    this.#reading = {
      scratch,
      carried,
      reads,
      chunkRows,
      ordered,
      pooled,
      pool: pooled.length === 0 ? null : pagePoolFor({ entryBytes, compressedBytes }, numPages, shared),
      rowGroup: -1,
      firstRow: 0,
      rowsBefore: 0,
    };
  }

  next(slot: Slot): ChunkTicket | null {
    const reading = this.#reading;
    if (reading === null) throw new Error("next before begin");
    if (!this.#advance(reading)) return null;
    const { reads, rowGroup, firstRow, rowsBefore } = reading;
    const groupRows = this.#metadata.rowGroups[rowGroup]!.numRows;
    const numRows = reading.carried.reduce(
      (rows, { reader, layout }) => reader.rowsThatFit(rows, layout.dataBytes),
      Math.min(reading.chunkRows, groupRows - firstRow),
    );
    const { places, end } = placeGroups(reads.groups, numRows);
    if (end > slot.byteLength) {
      throw new Error(`a chunk of ${numRows} rows takes ${end} bytes, its slot has ${slot.byteLength}`);
    }
    const isLast = firstRow + numRows === groupRows;
    const offsetOf = (group: number, column: number) =>
      places[group]!.offset + (reads.groups[group]!.isMatrix ? column * places[group]!.elementStride : 0);
    for (const { group, column, reader } of reading.ordered) {
      const byteOffset = slot.byteOffset + offsetOf(group, column);
      reader.read(numRows, { buffer: slot.memory.buffer, byteOffset });
      if (isLast) reader.finish();
    }
    const carried = reading.carried.map(({ reader, layout, start }) => {
      const { memory: { buffer }, byteOffset } = slot;
      const view = reader.read(numRows, { buffer, byteOffset, start, layout });
      if (isLast) reader.finish();
      return view;
    });
    reading.firstRow += numRows;
    reading.rowsBefore += numRows;
    const payload: ParquetPayload = {
      rowGroup,
      firstRow,
      columns: reads.groupOfBinding.map((group) => places[group]!),
      targets: reading.pooled.map(({ group, column }) => offsetOf(group, column)),
      carried,
    };
    return {
      sourceIndex: this.#sourceIndex,
      numRows,
      numBytes: shareOfBytes({ firstRow: rowsBefore, numRows }, {
        numRows: this.#metadata.numRows,
        numBytes: this.#access.size,
      }),
      place: `row group ${rowGroup}, ${rowsText({ firstRow, numRows })}`,
      payload,
    };
  }

  decoderOptions(): ParquetDecoderOptions {
    const { path } = this.#access, { pooled, pool } = this.#reading!;
    return { format: "parquet", path, columns: pooled.map(({ decoded }) => decoded), pool };
  }

  close(): void {
    this.#reading?.scratch.close();
    this.#reading = null;
    this.#access.close();
  }

  carriedBytesPerRow({ fieldIndices: [fieldIndex] }: ColumnBinding): number | null {
    return this.#averageBytes(fieldIndex!);
  }

  #readSchema(bindings: readonly ColumnBinding[]): ReadSchema {
    // planning asks for the sizes of many chunks
    if (this.#known?.bindings !== bindings) {
      const reads = readSchema(bindings, this.#metadata.schema, {
        averageBytes: (fieldIndex) => this.#averageBytes(fieldIndex),
        storedBytes: () => null,
      });
      this.#known = { bindings, reads };
    }
    return this.#known.reads;
  }

  #averageBytes(fieldIndex: number): number {
    return this.#carriedColumns.averageBytes(fieldIndex);
  }

  /** a column that is computed, as it is read with lists of that size */
  #leafOf(fieldIndex: number, listSize: number): Leaf {
    const { field, leaf, lists } = this.#metadata.columns[fieldIndex]!, own = leaf ?? lists?.(listSize);
    if (own === undefined) throw new Error(`column ${field.name} is bound though it has no dtype`);
    return own;
  }

  #indexOf(fieldIndex: number): PageIndex {
    const { field, firstLeaf } = this.#metadata.columns[fieldIndex]!;
    return this.#indexOfLeaf(firstLeaf, field.name);
  }

  #indexOfLeaf(leaf: number, column: string): PageIndex {
    const known = this.#indices.get(leaf);
    if (known !== undefined) return known;
    const place = { access: this.#access, column, scratch: this.#headers };
    const index = indexPages(place, this.#metadata.rowGroups, leaf);
    this.#indices.set(leaf, index);
    return index;
  }

  /** Whether the number of an entry tells its row: where no list is null, which has one entry whatever its size. */
  #isPooled(fieldIndex: number, listSize: number): boolean {
    const { firstLeaf } = this.#metadata.columns[fieldIndex]!;
    const size = this.#leafOf(fieldIndex, listSize).list?.size ?? 1;
    return this.#metadata.rowGroups.every(({ numRows, chunks }) =>
      chunks[firstLeaf]!.numValues === numRows * size
    );
  }

  /** goes on to the next row group that has rows where the last one ended; false at the end */
  #advance(reading: Reading): boolean {
    const { rowGroups, columns } = this.#metadata;
    while (reading.rowGroup < 0 || reading.firstRow === rowGroups[reading.rowGroup]!.numRows) {
      if (reading.rowGroup + 1 >= rowGroups.length) return false;
      reading.rowGroup += 1;
      reading.firstRow = 0;
      const { numRows, chunks } = rowGroups[reading.rowGroup]!;
      if (numRows === 0) continue;
      for (const { begin } of reading.carried) begin(reading.rowGroup);
      for (const { fieldIndex, reader, pages } of reading.ordered) {
        const chunk = chunks[columns[fieldIndex]!.firstLeaf]!;
        pages.begin(chunk, reading.rowGroup);
        reader.begin(pages, { rowGroup: reading.rowGroup, numEntries: chunk.numValues });
      }
    }
    return true;
  }
}

/**
 * Opens a Parquet file and reads its footer. No byte of a column is read.
 *
 * @param path of a file: what it says of itself stands at its end, so a pipe cannot be read
 * @throws FormatError FMT001 cannot be opened, FMT002 not Parquet, FMT003 truncated, FMT004 corrupt, FMT005 uses
 *   what is not read here (a pipe, encryption, a codec)
 */
export function openParquetSource(path: string, options: ParquetSourceOptions = {}): Source {
  if (path === "-") {
    throw unsupported(
      "stdin",
      "a Parquet file comes through a pipe, and what it says of its columns stands at its end",
      "give the file's path, or pipe an Arrow stream",
    );
  }
  return new ParquetSource(openParquet(path, options.open ?? openAccess), options.sourceIndex ?? 0);
}
