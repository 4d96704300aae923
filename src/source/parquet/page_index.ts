/**
 * Where the pages of a column are, and how large: known from their headers alone, which are read one after the
 * other. That bounds the memory of reading before any value is read, and lets any worker begin at any row.
 *
 * @module
 */
import { stagingBytes } from "../../compression/staging.ts";
import { codecMemory, isStaged, readableCodec } from "./decompress.ts";
import { corruption, type RowGroup } from "./metadata.ts";
import { checkReadable, type ColumnPlace } from "./page.ts";
import { readPageHeader } from "./page_header.ts";

/** The largest of a column's pages, in bytes. */
export interface PageSizes {
  /** once decompressed */
  readonly page: number;
  readonly dictionary: number;
  /** as it is in the file; 0 where nothing is compressed */
  readonly compressed: number;
  /** what the codec takes for itself */
  readonly codec: number;
  /** of the memory that a page is staged in, where it does not lie in one with codecs */
  readonly staging: number;
  /** entries of a data page, values of a dictionary */
  readonly numEntries: number;
  readonly numDictionaryValues: number;
  /** average bytes of an entry, or of a dictionary's value, in the row group where it is the most */
  readonly bytesPerValue: number;
}

/** The data pages of a column, in order. Plain data. */
export interface PageIndex {
  readonly sizes: PageSizes;
  /** by row group, its first page; one more at the end */
  readonly firstPages: readonly number[];
  /** by page, where its header is in the file */
  readonly positions: Float64Array;
  /** by page, entries of the row group before it */
  readonly firstEntries: Float64Array;
  /** by row group, where the header of its dictionary is; -1: it has none */
  readonly dictionaries: readonly number[];
}

/** Bytes of an index, per page. */
export const INDEX_BYTES_PER_PAGE = 16;

/**
 * Reads the headers of a column's pages.
 *
 * @throws FormatError FMT003, FMT004, FMT005
 */
export function indexPages(
  { access, column, scratch }: Pick<ColumnPlace, "access" | "column" | "scratch">,
  rowGroups: readonly RowGroup[],
  leaf: number,
): PageIndex {
  let page = 0,
    dictionary = 0,
    compressed = 0,
    memory = 0,
    staging = 0,
    numEntries = 0,
    numDictionaryValues = 0;
  let bytesPerValue = 0;
  const firstPages: number[] = [], positions: number[] = [], firstEntries: number[] = [];
  const dictionaries: number[] = [];
  for (const [index, { chunks }] of rowGroups.entries()) {
    const chunk = chunks[leaf]!;
    checkReadable(chunk, access.path, column);
    const codec = readableCodec(chunk.codec, access.path, column);
    const fail = corruption(access.path, `row group ${index}, column ${JSON.stringify(column)}`);
    const end = chunk.position + chunk.numBytes;
    let position = chunk.position, numValues = 0, dictionaryPosition = -1, plainBytes = 0;
    firstPages.push(positions.length);
    while (numValues < chunk.numValues) {
      const start = position;
      const header = readPageHeader(access, { position, end }, { fail, scratch: scratch.header });
      position = header.position + header.numBytes;
      if (header.kind === "other") continue;
      if (header.kind === "dictionary") {
        dictionary = Math.max(dictionary, header.plainBytes);
        dictionaryPosition = start;
        numDictionaryValues = Math.max(numDictionaryValues, header.numValues);
        bytesPerValue = Math.max(bytesPerValue, header.plainBytes / Math.max(1, header.numValues));
      } else {
        page = Math.max(page, header.plainBytes);
        positions.push(start);
        firstEntries.push(numValues);
        numValues += header.numValues;
        numEntries = Math.max(numEntries, header.numValues);
        plainBytes += header.plainBytes;
      }
      if (codec === "UNCOMPRESSED") continue;
      compressed = Math.max(compressed, header.numBytes);
      memory = Math.max(memory, codecMemory(codec, header.plainBytes));
      if (isStaged(codec)) staging = Math.max(staging, stagingBytes(header.numBytes, header.plainBytes));
    }
    if (numValues > chunk.numValues) fail(`its pages have ${numValues} values, not ${chunk.numValues}`);
    bytesPerValue = Math.max(bytesPerValue, plainBytes / Math.max(1, numValues));
    dictionaries.push(dictionaryPosition);
  }
  firstPages.push(positions.length);
  return {
    sizes: {
      page,
      dictionary,
      compressed,
      codec: memory,
      staging,
      numEntries,
      numDictionaryValues,
      bytesPerValue,
    },
    firstPages,
    positions: Float64Array.from(positions),
    firstEntries: Float64Array.from(firstEntries),
    dictionaries,
  };
}

/** The page of a row group that holds an entry: the last one that begins at it or before. */
export function pageOfEntry(index: PageIndex, rowGroup: number, entry: number): number {
  let low = index.firstPages[rowGroup]!, high = index.firstPages[rowGroup + 1]! - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (index.firstEntries[middle]! <= entry) low = middle;
    else high = middle - 1;
  }
  return low;
}
