/**
 * Where the pages of a column are, and how large: known from their headers alone, which are read one after the
 * other. That bounds the memory of reading before any value is read, and lets any worker begin at any row.
 *
 * @module
 */
import { stagingBytes } from "../../compression/staging.ts";
import { codecMemory, isStaged, type ReadableCodec, readableCodec } from "./decompress.ts";
import { corruption, type RowGroup } from "./metadata.ts";
import { checkReadable, type ColumnPlace } from "./page.ts";
import { type PageHeader, readPageHeader } from "./page_header.ts";

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
  const sizes: Writable<PageSizes> = { ...NO_PAGES };
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
      countPage(sizes, header, codec);
      if (header.kind === "dictionary") dictionaryPosition = start;
      else {
        positions.push(start);
        firstEntries.push(numValues);
        numValues += header.numValues;
        plainBytes += header.plainBytes;
      }
    }
    if (numValues > chunk.numValues) fail(`its pages have ${numValues} values, not ${chunk.numValues}`);
    sizes.bytesPerValue = Math.max(sizes.bytesPerValue, plainBytes / Math.max(1, numValues));
    dictionaries.push(dictionaryPosition);
  }
  firstPages.push(positions.length);
  return {
    sizes,
    firstPages,
    positions: Float64Array.from(positions),
    firstEntries: Float64Array.from(firstEntries),
    dictionaries,
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NO_PAGES: PageSizes = {
  page: 0,
  dictionary: 0,
  compressed: 0,
  codec: 0,
  staging: 0,
  numEntries: 0,
  numDictionaryValues: 0,
  bytesPerValue: 0,
};

function countPage(
  sizes: Writable<PageSizes>,
  { kind, numBytes, plainBytes, numValues }: PageHeader,
  codec: ReadableCodec,
): void {
  if (kind === "dictionary") {
    sizes.dictionary = Math.max(sizes.dictionary, plainBytes);
    sizes.numDictionaryValues = Math.max(sizes.numDictionaryValues, numValues);
    sizes.bytesPerValue = Math.max(sizes.bytesPerValue, plainBytes / Math.max(1, numValues));
  } else {
    sizes.page = Math.max(sizes.page, plainBytes);
    sizes.numEntries = Math.max(sizes.numEntries, numValues);
  }
  if (codec === "UNCOMPRESSED") return;
  sizes.compressed = Math.max(sizes.compressed, numBytes);
  sizes.codec = Math.max(sizes.codec, codecMemory(codec, plainBytes));
  if (isStaged(codec)) sizes.staging = Math.max(sizes.staging, stagingBytes(numBytes, plainBytes));
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
