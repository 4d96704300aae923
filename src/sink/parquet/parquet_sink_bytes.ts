/**
 * The memory that writing Parquet takes. Apart from the sink, because a plan asks for it and writes nothing.
 *
 * @module
 */
import { GATHERED_BYTES } from "../gathering_writer.ts";
import type { OutputField } from "../sink.ts";
import { PAGE_ELEMENTS, PAGE_TEXT_BYTES } from "./column_pages.ts";
import { nestedDemands } from "./nested/nested_demands.ts";
import { NUMBER_DICTIONARY_BYTES } from "./number_dictionary.ts";
import { compressorBytes, type ParquetCompression } from "./page_compressor.ts";
import { MAX_DICTIONARY_BYTES } from "./text_dictionary.ts";

/** How pages are compressed where nothing else is asked for: what Parquet's other writers do. */
export const DEFAULT_COMPRESSION: ParquetCompression = "snappy";

/** metadata of a row group's column until the footer is written: an object, and twice its share of the footer */
const METADATA_BYTES_PER_CHUNK = 640;
/** counted where the rows are not known: 67 million rows in batches of the default size */
const ASSUMED_ROW_GROUPS = 1024;

/** What the memory of a sink depends on besides its fields. */
export interface ParquetSinkDemands {
  /** that will be written; null where the rows are not known */
  readonly numRowGroups: number | null;
  /** rows of a batch */
  readonly batchRows: number;
  /** of a batch's packed values, as the plan has them; absent: there are none */
  readonly packedBytes?: number;
  readonly compression: ParquetCompression;
}

/** Memory that the sink itself holds while it writes: an upper estimate for the plan. */
export function parquetSinkBytes(
  fields: readonly OutputField[],
  { numRowGroups, batchRows, packedBytes = 0, compression }: ParquetSinkDemands,
): number {
  const pageElements = fields.reduce((most, { width }) => Math.max(most, width ?? 1), PAGE_ELEMENTS);
  const carriesText = fields.some(({ carried }) => carried !== undefined && carried.type.bitWidth === null);
  const nested = nestedDemands(fields.flatMap(({ carried }) => carried?.type.packed ?? []), packedBytes);
  const pageBytes = Math.max(pageElements * 8, carriesText ? 2 * PAGE_TEXT_BYTES : 0, nested.pageBytes);
  const metadataBytes = METADATA_BYTES_PER_CHUNK * (numRowGroups ?? ASSUMED_ROW_GROUPS);
  // of a batch: which row has which value, the table of values, and the values in order
  const numTexts = Math.max(batchRows, nested.numTexts);
  const dictionaryBytes = carriesText ? 24 * numTexts + 2 * MAX_DICTIONARY_BYTES : 0;
  // a page encoded, and put together behind its levels
  return GATHERED_BYTES + 64 * 1024 + 2 * pageBytes + dictionaryBytes + NUMBER_DICTIONARY_BYTES +
    nested.leafBytes + compressorBytes(compression, pageBytes) +
    (fields.length + nested.numLeaves) * (1024 + metadataBytes);
}
