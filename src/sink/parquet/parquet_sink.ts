/**
 * Writes record batches as a Parquet file: a row group a batch, pages of the first version, compressed. Columns that
 * are computed are REQUIRED; carried ones are OPTIONAL where they may be null. Values are PLAIN, or numbers of a
 * dictionary where they repeat. Each column has its null count, and its bounds where its type has an order.
 *
 * Shape (N, k) becomes a LIST of k elements; Arrow's own schema stands beside Parquet's, so that readers that know
 * it get a FixedSizeList, a time zone or a duration back.
 *
 * Source: README.md, Encodings.md, LogicalTypes.md and parquet.thrift of the Parquet format.
 *
 * @module
 */
import { encodeSchemaMessage } from "../arrow/encode_metadata.ts";
import type { KeyValues } from "../../schema/arrow_tree.ts";
import { PARQUET_METADATA_BYTES } from "../../schema/footer_limits.ts";
import { ENCODING } from "../../schema/parquet_numbers.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { FooterSpool } from "../footer_spool.ts";
import { GatheringWriter } from "../gathering_writer.ts";
import { openOn, openTarget } from "../open_target.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";
import {
  type ColumnPages,
  columnPages,
  type ColumnRows,
  type PlainPage,
  type RowStatistics,
} from "./column_pages.ts";
import { CODEC, PageCompressor, type ParquetCompression } from "./page_compressor.ts";
import { PageScratch } from "./page_scratch.ts";
import { writtenColumn } from "./nested/nested_schema.ts";
import { Shredder } from "./nested/shredder.ts";
import { parquetColumn, rootElement, schemaElements, type WriteElement } from "./parquet_schema.ts";
import { DEFAULT_COMPRESSION, SPOOL_BYTES } from "./parquet_sink_bytes.ts";
import { ThriftWriter } from "./thrift_writer.ts";

const ARROW_SCHEMA = "ARROW:schema";
const MAGIC = new TextEncoder().encode("PAR1");
/** kinds of pages */
const DATA_PAGE = 0, DICTIONARY_PAGE = 2;

interface WrittenChunk {
  readonly position: number;
  /** of its first data page; null: no dictionary stands before it */
  readonly dataPosition: number | null;
  readonly numBytes: number;
  readonly numPlainBytes: number;
  readonly numValues: number;
  readonly statistics: RowStatistics;
}

/** Arrow's schema as an encapsulated message, in base64 */
function arrowSchema(fields: readonly OutputField[]): string {
  const metadata = encodeSchemaMessage({ fields, metadata: [] });
  const bytes = new Uint8Array(8 + Math.ceil(metadata.length / 8) * 8), view = new DataView(bytes.buffer);
  view.setUint32(0, 0xffff_ffff, true);
  view.setInt32(4, bytes.length - 8, true);
  bytes.set(metadata, 8);
  return bytes.toBase64();
}

/** with the flags that the bounds are values of the column, not beyond them */
function writeStatistics(writer: ThriftWriter, { numNulls, bounds }: RowStatistics): void {
  writer.i64(3, numNulls);
  if (bounds !== null) writer.binary(5, bounds.max).binary(6, bounds.min).boolean(7, true).boolean(8, true);
}

/** A column of the file: of a column with parts, a leaf. */
interface LeafColumn {
  readonly physicalType: number;
  readonly path: readonly string[];
}

/** What becomes of an output column. */
interface ColumnWriter {
  readonly elements: readonly WriteElement[];
  readonly leaves: readonly LeafColumn[];
  /** the pages of each leaf, one after the other; they are the column's until the next batch */
  readonly pages: (rows: ColumnRows) => readonly ColumnPages[];
}

/**
 * @throws OutputError OUT003 a type that Parquet does not have
 */
function columnWriter(field: OutputField): ColumnWriter {
  if (field.carried?.type.packed !== undefined) {
    const column = writtenColumn(field), shredder = new Shredder(column);
    return {
      elements: column.elements,
      leaves: column.leaves.map(({ path, column: { physicalType } }) => ({ path, physicalType })),
      pages: ({ memory, carried }) => {
        shredder.shred(memory, carried!);
        return shredder.leaves;
      },
    };
  }
  const column = parquetColumn(field), { name, width, physicalType } = column;
  return {
    elements: schemaElements(column),
    leaves: [{ physicalType, path: width === null ? [name] : [name, "list", "element"] }],
    pages: (rows) => [columnPages(column, rows)],
  };
}

/** what the numbers of rows and of row groups take in a footer beyond those of no rows */
const COUNT_BYTES = 20;

class ParquetSink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  readonly #arrowSchema: string;
  readonly #metadata: KeyValues;
  readonly #columns: readonly ColumnWriter[];
  readonly #leaves: readonly LeafColumn[];
  readonly #compression: ParquetCompression;
  readonly #compressor: PageCompressor;
  /** the row groups' metadata, and of the one that is written */
  readonly #rowGroups: FooterSpool;
  readonly #rowGroup = new ThriftWriter();
  readonly #pageHeader = new ThriftWriter();
  #numRowGroups = 0;
  #numRows = 0;
  /** a page of several parts, put together */
  readonly #page = new PageScratch();
  readonly #values = new PageScratch();

  constructor(
    output: ByteOutput,
    { fields, metadata, compression }: Required<
      Pick<ParquetSinkOptions, "fields" | "metadata" | "compression">
    >,
  ) {
    this.#output = output;
    this.#arrowSchema = arrowSchema(fields);
    this.#metadata = metadata.filter(([key]) => key !== ARROW_SCHEMA);
    this.#columns = fields.map(columnWriter);
    this.#leaves = this.#columns.flatMap(({ leaves }) => leaves);
    this.#compression = compression;
    this.#compressor = new PageCompressor(compression);
    const otherBytes = this.#footer([]).reduce((sum, { length }) => sum + length, COUNT_BYTES);
    this.#rowGroups = new FooterSpool(output, {
      heldBytes: SPOOL_BYTES,
      what: "row groups",
      format: "Parquet",
      maxBytes: () => PARQUET_METADATA_BYTES - otherBytes,
      help: "write larger row groups (--batch-rows), or split the output",
    });
    this.#writer = new GatheringWriter(output);
    this.#writer.write(MAGIC);
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(
    memory: WebAssembly.Memory,
    numRows: number,
    pointers: readonly number[],
    carried: readonly (CarriedBatch | null)[] = [],
  ): void {
    if (numRows === 0) return;
    const sources = this.#sources(memory, numRows, { pointers, carried });
    const group = this.#rowGroup.clear();
    let total = 0;
    group.structs(1, this.#leaves, (item, leaf) => {
      const chunk = this.#writeChunk(sources.next().value!);
      total += chunk.numPlainBytes;
      item.i64(2, 0).struct(3, (metadata) => this.#writeColumnMetadata(metadata, chunk, leaf));
    });
    this.#rowGroups.add(group.i64(2, total).i64(3, numRows).finish());
    this.#numRowGroups += 1;
    this.#numRows += numRows;
  }

  /** The pages of each leaf, in the leaves' order. */
  *#sources(
    memory: WebAssembly.Memory,
    numRows: number,
    { pointers, carried }: {
      readonly pointers: readonly number[];
      readonly carried: readonly (CarriedBatch | null)[];
    },
  ): Generator<ColumnPages, undefined> {
    for (const [index, { pages }] of this.#columns.entries()) {
      const pointer = pointers[index]!, scratch = this.#values;
      yield* pages({ memory, numRows, pointer, carried: carried[index] ?? null, scratch });
    }
  }

  finish(): void {
    const start = this.#writer.position;
    for (const piece of this.#footer(this.#rowGroups.pieces())) this.#writer.write(piece);
    this.#rowGroups.close();
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, this.#writer.position - start, true);
    this.#writer.write(size);
    this.#writer.write(MAGIC);
    this.#writer.flush();
    this.#output.commit();
  }

  abort(): void {
    try {
      this.#rowGroups.close();
    } finally {
      this.#output.abort();
    }
  }

  #writeChunk(source: ColumnPages): WrittenChunk {
    const position = this.#writer.position, { dictionary } = source;
    let numPlainBytes = 0, dataPosition: number | null = null, numValues = 0;
    if (dictionary !== null) {
      numPlainBytes += this.#writePage(DICTIONARY_PAGE, dictionary);
      dataPosition = this.#writer.position;
    }
    for (const page of source.pages()) {
      numPlainBytes += this.#writePage(DATA_PAGE, page);
      numValues += page.numValues;
    }
    const numBytes = this.#writer.position - position, statistics = source.statistics();
    return { position, dataPosition, numBytes, numPlainBytes, numValues, statistics };
  }

  /** returns the bytes that header and page would take without compression */
  #writePage(kind: number, { numValues, encoding, parts }: PlainPage): number {
    const plain = parts.length === 1 ? parts[0]! : this.#joined(parts);
    const stored = this.#compressor.compress(plain);
    const header = this.#pageHeader.clear().i32(1, kind).i32(2, plain.length).i32(3, stored.length);
    if (kind === DICTIONARY_PAGE) header.struct(7, (page) => page.i32(1, numValues).i32(2, encoding));
    else {
      header.struct(
        5,
        (page) => page.i32(1, numValues).i32(2, encoding).i32(3, ENCODING.rle).i32(4, ENCODING.rle),
      );
    }
    const bytes = header.finish();
    this.#writer.write(bytes);
    this.#writer.write(stored);
    return bytes.length + plain.length;
  }

  #joined(parts: readonly Uint8Array[]): Uint8Array {
    const numBytes = parts.reduce((sum, { length }) => sum + length, 0);
    const page = this.#page.bytes(numBytes);
    let at = 0;
    for (const part of parts) {
      page.set(part, at);
      at += part.length;
    }
    return page;
  }

  /** pieces that are good until the next is asked for */
  *#footer(rowGroups: Iterable<Uint8Array>): Generator<Uint8Array> {
    const elements = [
      rootElement(this.#columns.length),
      ...this.#columns.flatMap((column) => column.elements),
    ];
    const footer = new ThriftWriter()
      .i32(1, 2)
      .structs(2, elements, (writer, write) => write(writer))
      .i64(3, this.#numRows)
      .openStructs(4, this.#numRowGroups);
    yield footer.take();
    yield* rowGroups;
    yield footer
      .structs(
        5,
        [[ARROW_SCHEMA, this.#arrowSchema] as const, ...this.#metadata],
        (writer, [key, value]) => writer.text(1, key).text(2, value),
      )
      .text(6, "ndpipe")
      // bounds are in the order of their types
      .structs(7, this.#leaves, (writer) => writer.struct(1, () => {}))
      .finish();
  }

  #writeColumnMetadata(writer: ThriftWriter, chunk: WrittenChunk, column: LeafColumn): void {
    const { path, physicalType } = column, { position, dataPosition, statistics } = chunk;
    const encodings: number[] = [ENCODING.plain, ENCODING.rle];
    if (dataPosition !== null) encodings.push(ENCODING.rleDictionary);
    writer.i32(1, physicalType)
      .i32s(2, encodings)
      .texts(3, path)
      .i32(4, CODEC[this.#compression])
      .i64(5, chunk.numValues)
      .i64(6, chunk.numPlainBytes)
      .i64(7, chunk.numBytes)
      .i64(9, dataPosition ?? position);
    if (dataPosition !== null) writer.i64(11, position);
    writer.struct(12, (item) => writeStatistics(item, statistics));
  }
}

/** Options of `openParquetSink`. */
export interface ParquetSinkOptions {
  /** whether an output that exists is replaced */
  readonly force: boolean;
  readonly fields: readonly OutputField[];
  /** custom metadata of the table; absent: none */
  readonly metadata?: KeyValues;
  /** of pages; `DEFAULT_COMPRESSION` if not given */
  readonly compression?: ParquetCompression;
  /** another way out, for tests */
  readonly output?: ByteOutput;
}

/**
 * Opens a Parquet output. Each batch becomes a row group; batches without rows are not written.
 *
 * @param target a path, or "-" for standard output
 * @throws OutputError OUT001 it cannot be written, OUT002 it exists and `force` is not given, OUT003 a carried type
 *   that Parquet does not have; BrokenPipe
 */
export function openParquetSink(
  target: string,
  { force, fields, metadata = [], output, compression = DEFAULT_COMPRESSION }: ParquetSinkOptions,
): Sink {
  return openOn(
    output ?? openTarget(target, { force }),
    (bytes) => new ParquetSink(bytes, { fields, metadata, compression }),
  );
}
