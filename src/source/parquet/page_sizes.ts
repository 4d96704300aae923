/**
 * How large the pages of a column are: known from their headers alone, which are read one after the other. That is
 * what bounds the memory of reading, before any value is read.
 *
 * @module
 */
import { codecMemory, readableCodec } from "./decompress.ts";
import { corruption, type RowGroup } from "./metadata.ts";
import { checkReadable, type ColumnPlace } from "./page_reader.ts";
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
}

/**
 * Reads the headers of a column's pages.
 *
 * @throws FormatError FMT003, FMT004, FMT005
 */
export function measurePages(
  { access, column, scratch }: Pick<ColumnPlace, "access" | "column" | "scratch">,
  rowGroups: readonly RowGroup[],
  leaf: number,
): PageSizes {
  let page = 0, dictionary = 0, compressed = 0, memory = 0;
  for (const [index, { chunks }] of rowGroups.entries()) {
    const chunk = chunks[leaf]!;
    checkReadable(chunk, access.path, column);
    const codec = readableCodec(chunk.codec, access.path, column);
    const fail = corruption(access.path, `row group ${index}, column ${JSON.stringify(column)}`);
    const end = chunk.position + chunk.numBytes;
    let position = chunk.position, numValues = 0;
    while (numValues < chunk.numValues) {
      const header = readPageHeader(access, { position, end }, { fail, scratch: scratch.header });
      position = header.position + header.numBytes;
      if (header.kind === "other") continue;
      if (header.kind === "dictionary") dictionary = Math.max(dictionary, header.plainBytes);
      else {
        page = Math.max(page, header.plainBytes);
        numValues += header.numValues;
      }
      if (codec === "UNCOMPRESSED") continue;
      compressed = Math.max(compressed, header.numBytes);
      memory = Math.max(memory, codecMemory(codec, header.plainBytes));
    }
    if (numValues > chunk.numValues) fail(`its pages have ${numValues} values, not ${chunk.numValues}`);
  }
  return { page, dictionary, compressed, codec: memory };
}
