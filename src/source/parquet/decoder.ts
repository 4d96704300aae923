/**
 * A worker's half of reading Parquet: it decodes the rows of its chunk straight into the slot, from pages that all
 * workers share. Columns whose pages do not tell which rows they have were decoded by the reading thread.
 *
 * @module
 */
import type { CarriedView, NullPolicy } from "../../schema/mod.ts";
import type { RandomAccess } from "../random_access.ts";
import { openAccess } from "../remote/mod.ts";
import { carriedViews, columnViews, type PlacedColumns } from "../slot_columns.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot } from "../source.ts";
import { ColumnReader, LevelBlocks } from "./column_reader.ts";
import { SharedScratch } from "./page.ts";
import { PagePool, type PagePoolPlan } from "./page_pool.ts";
import type { Leaf } from "./parquet_type.ts";
import { LastHeaders, type PooledColumn, PooledPages } from "./pooled_pages.ts";
import { INDEX_BLOCK } from "./values.ts";

/** A column that workers decode. Plain data. */
export interface DecodedColumn extends PooledColumn {
  readonly name: string;
  readonly leaf: Leaf;
  readonly nulls: NullPolicy;
  /** that asks for it, for messages */
  readonly input: string;
}

/** What a worker needs to decode the chunks of a Parquet source: plain data. */
export interface ParquetDecoderOptions {
  readonly format: "parquet";
  readonly path: string;
  readonly columns: readonly DecodedColumn[];
  /** null: no column is decoded by workers */
  readonly pool: PagePoolPlan | null;
}

/** The payload of a Parquet ticket: plain data. Offsets count from the slot's start. */
export interface ParquetPayload {
  readonly rowGroup: number;
  readonly firstRow: number;
  /** one a binding that is computed with */
  readonly columns: readonly PlacedColumns[];
  /** of each column that workers decode, where its rows go */
  readonly targets: readonly number[];
  readonly carried: readonly CarriedView[];
}

class ParquetDecoder implements Decoder {
  readonly #options: ParquetDecoderOptions;
  readonly #access: RandomAccess | null;
  readonly #pool: PagePool | null;
  readonly #blocks = new LevelBlocks();
  /** by column */
  readonly #headers: readonly LastHeaders[];
  readonly #scratch = new SharedScratch(INDEX_BLOCK);

  constructor(options: ParquetDecoderOptions, access: RandomAccess | null) {
    this.#options = options;
    this.#access = access;
    this.#headers = options.columns.map(() => new LastHeaders());
    this.#pool = options.pool === null ? null : PagePool.ofThread(options.pool);
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { columns, carried } = ticket.payload as ParquetPayload;
    this.#decodeColumns(ticket, slot);
    return {
      numRows: ticket.numRows,
      columns: columnViews(columns, slot),
      carried: carriedViews(carried, slot),
      copiedBytes: 0,
    };
  }

  close(): void {
    this.#scratch.close();
    this.#access?.close();
  }

  /**
   * Workers that have rows of the same pages begin with different columns, and later find what the others have
   * loaded. The error is that of the first column, whatever the order.
   */
  #decodeColumns(ticket: ChunkTicket, slot: Slot): void {
    const { columns } = this.#options;
    const { firstRow } = ticket.payload as ParquetPayload;
    // chunks of one row group differ in their first rows
    const start = firstRow === 0 ? 0 : columns.length >> 1;
    let failed = Infinity, failure: unknown;
    for (let i = 0; i < columns.length; i++) {
      const index = (start + i) % columns.length;
      if (index > failed) continue;
      try {
        this.#decodeColumn(index, { ticket, slot });
      } catch (error) {
        failed = index;
        failure = error;
      }
    }
    if (failed < Infinity) throw failure;
  }

  #decodeColumn(
    index: number,
    { ticket, slot }: { readonly ticket: ChunkTicket; readonly slot: Slot },
  ): void {
    const { rowGroup, firstRow, targets } = ticket.payload as ParquetPayload;
    const column = this.#options.columns[index]!,
      { leaf, name, input } = column,
      chunk = column.chunks[rowGroup]!;
    const native = this.#pool!.native(slot.memory), headers = this.#headers[index]!;
    const place = { access: this.#access!, column: name, input, leaf, scratch: this.#scratch, native };
    const entry = firstRow * (leaf.list?.size ?? 1);
    const pages = new PooledPages(place, { pool: this.#pool!, column, headers, rowGroup, entry });
    try {
      const reader = new ColumnReader(place, column.nulls, this.#blocks);
      const { firstEntry } = pages;
      reader.begin(pages, { rowGroup, numEntries: chunk.numValues, firstRow, firstEntry });
      reader.read(ticket.numRows, {
        buffer: slot.memory.buffer,
        byteOffset: slot.byteOffset + targets[index]!,
      });
      if (entry + ticket.numRows * (leaf.list?.size ?? 1) === chunk.numValues) reader.finish();
    } finally {
      pages.close();
    }
  }
}

/**
 * Opens a decoder for a Parquet source.
 *
 * @param options as the source's `decoderOptions()` gives them
 * @param open another way to the bytes, for tests
 * @throws FormatError FMT001
 */
export function openParquetDecoder(
  options: unknown,
  open: (path: string) => RandomAccess = openAccess,
): Decoder {
  const given = options as ParquetDecoderOptions;
  return new ParquetDecoder(given, given.columns.length > 0 ? open(given.path) : null);
}
