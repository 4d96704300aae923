/**
 * The pages of a column, one after the other, for the thread that reads in order. One page and one dictionary of a
 * column are in memory at a time.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { MemoryError } from "../../errors.ts";
import { type ReadableCodec, readableCodec } from "./decompress.ts";
import { type ColumnChunk, corruption } from "./metadata.ts";
import {
  checkDictionary,
  checkReadable,
  type ColumnPlace,
  type Dictionary,
  type LevelShape,
  loadPage,
  type OpenPage,
  openPage,
  type PageSupply,
} from "./page.ts";
import { type PageHeader, readPageHeader } from "./page_header.ts";
import type { Fail } from "./thrift.ts";

/** Reads pages in order, row group by row group. */
export class PageReader implements PageSupply {
  readonly #place: ColumnPlace<LevelShape>;
  readonly #valueBytes: number;
  readonly #isVariable: boolean;
  #codec: ReadableCodec = "UNCOMPRESSED";
  #position = 0;
  #end = 0;
  #fail: Fail;
  #page: Uint8Array<ArrayBuffer> = new Uint8Array();
  #dictionaryMemory: Uint8Array<ArrayBuffer> = new Uint8Array();
  #dictionary: Dictionary | null = null;

  /** @param valueBytes bytes of a dictionary's value; null: they vary, and each stands behind its length */
  constructor(place: ColumnPlace<LevelShape>, valueBytes: number | null) {
    this.#place = place;
    this.#valueBytes = valueBytes ?? 4;
    this.#isVariable = valueBytes === null;
    this.#fail = corruption(place.access.path, `column ${JSON.stringify(place.column)}`);
  }

  /**
   * Starts with the first page of a chunk.
   *
   * @throws FormatError FMT005 for a codec that is not read, encrypted pages, pages in another file
   */
  begin(chunk: ColumnChunk, rowGroup: number): void {
    const { access, column } = this.#place;
    checkReadable(chunk, access.path, column);
    this.#codec = readableCodec(chunk.codec, access.path, column);
    this.#fail = corruption(access.path, `row group ${rowGroup}, column ${JSON.stringify(column)}`);
    this.#position = chunk.position;
    this.#end = chunk.position + chunk.numBytes;
    this.#dictionary = null;
  }

  next(): OpenPage {
    for (;;) {
      const header = this.#header();
      if (header.kind === "other") continue;
      if (header.kind === "dictionary") {
        this.#readDictionary(header);
        continue;
      }
      this.#page = grown(this.#page, header.plainBytes, this.#place);
      const page = this.#page.subarray(0, header.plainBytes);
      loadPage(this.#place, { header, codec: this.#codec, page }, this.#fail);
      return openPage(this.#place, header, page, this.#fail);
    }
  }

  dictionary(): Dictionary | null {
    return this.#dictionary;
  }

  #header(): PageHeader {
    const { access, scratch } = this.#place;
    const range = { position: this.#position, end: this.#end };
    const header = readPageHeader(access, range, { fail: this.#fail, scratch: scratch.header });
    this.#position = header.position + header.numBytes;
    return header;
  }

  #readDictionary(header: PageHeader): void {
    const place = this.#place, valueBytes = this.#valueBytes;
    const numBytes = checkDictionary(header, { place, valueBytes }, this.#fail);
    this.#dictionaryMemory = grown(this.#dictionaryMemory, header.plainBytes, place);
    const page = this.#dictionaryMemory.subarray(0, header.plainBytes);
    loadPage(place, { header, codec: this.#codec, page }, this.#fail);
    this.#dictionary = {
      bytes: this.#isVariable ? page : page.subarray(0, numBytes),
      numValues: header.numValues,
    };
  }
}

/** memory of at least that size; what it held is lost */
function grown(
  memory: Uint8Array<ArrayBuffer>,
  numBytes: number,
  { access, column, scratch }: Pick<ColumnPlace, "access" | "column" | "scratch">,
): Uint8Array<ArrayBuffer> {
  if (memory.length >= numBytes) return memory;
  try {
    return scratch.exchange(memory, numBytes);
  } catch (error) {
    const size = countText(numBytes);
    throw new MemoryError("MEM003", `a page of column ${column} of ${access.path} takes ${size} bytes`, {
      help: "write the table with smaller pages: pyarrow's data_page_size",
      cause: error,
    });
  }
}
