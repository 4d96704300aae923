/**
 * The memory that writing Parquet takes. Apart from the sink, because a plan asks for it and writes nothing.
 *
 * @module
 */
import { MAX_VALUE_BYTES } from "../../schema/carried.ts";
import { GATHERED_BYTES } from "../gathering_writer.ts";
import type { OutputField } from "../sink.ts";
import { PAGE_ELEMENTS, PAGE_TEXT_BYTES } from "./column_pages.ts";
import { nestedDemands } from "./nested/nested_demands.ts";
export { mostPackedBytes } from "./nested/nested_demands.ts";
import { NUMBER_DICTIONARY_BYTES } from "./number_dictionary.ts";
import { compressorBytes, type ParquetCompression } from "./page_compressor.ts";
import { MAX_DICTIONARY_BYTES } from "./text_dictionary.ts";

/** How pages are compressed where nothing else is asked for: what Parquet's other writers do. */
export const DEFAULT_COMPRESSION: ParquetCompression = "snappy";

/** of a column: its writer, its share of both schemas, and as many of a footer that is put together */
const COLUMN_BYTES = 2048, COLUMN_NAME_COPIES = 12;
/** of a column's metadata in a row group: places, sizes, encodings; the longest bounds of text */
const CHUNK_BYTES = 112, MAX_BOUNDS_BYTES = 2 * 66;
/** the metadata of a row group is put together in memory that grows to twice what it needs, and is copied then */
const GROWTH = 3;
/** of a character of JavaScript in UTF-8 */
const MAX_CHARACTER_BYTES = 3;

/** of the metadata of row groups: what is beyond waits on the disk */
export const SPOOL_BYTES: number = 1024 * 1024;

/** What the memory of a sink depends on besides its fields. */
export interface ParquetSinkDemands {
  /** rows of a batch */
  readonly batchRows: number;
  /** of a batch's packed values, as the plan has them; absent: there are none */
  readonly packedBytes?: number;
  /** bytes that a carried text may have; absent: as many as of tables that are no text */
  readonly longestBytes?: number;
  readonly compression: ParquetCompression;
}

/** Memory that the sink itself holds while it writes: an upper estimate for the plan. */
export function parquetSinkBytes(
  fields: readonly OutputField[],
  { batchRows, packedBytes = 0, longestBytes = MAX_VALUE_BYTES, compression }: ParquetSinkDemands,
): number {
  const pageElements = fields.reduce((most, { width }) => Math.max(most, width ?? 1), PAGE_ELEMENTS);
  const carriesText = fields.some(({ carried }) => carried !== undefined && carried.type.bitWidth === null);
  // its length and its levels are beside a value
  const textBytes = carriesText ? PAGE_TEXT_BYTES + Math.max(PAGE_TEXT_BYTES, longestBytes) : 0;
  const nested = nestedDemands(fields.flatMap(({ carried }) => carried?.type.packed ?? []), packedBytes);
  const pageBytes = Math.max(pageElements * 8, textBytes, nested.pageBytes);
  // of a batch: which row has which value, the table of values, and the values in order
  const numTexts = Math.max(batchRows, nested.numTexts);
  const dictionaryBytes = carriesText ? 24 * numTexts + 2 * MAX_DICTIONARY_BYTES : 0;
  const nameBytes = fields.reduce((sum, { name }) => sum + MAX_CHARACTER_BYTES * name.length, 0) +
    nested.nameBytes;
  const numLeaves = fields.length + nested.numLeaves;
  const metadataBytes = numLeaves * (COLUMN_BYTES + GROWTH * (CHUNK_BYTES + MAX_BOUNDS_BYTES)) +
    COLUMN_NAME_COPIES * nameBytes;
  // a page encoded, and put together behind its levels
  return GATHERED_BYTES + 64 * 1024 + 2 * pageBytes + dictionaryBytes + NUMBER_DICTIONARY_BYTES +
    nested.leafBytes + compressorBytes(compression, pageBytes) + SPOOL_BYTES + metadataBytes;
}
