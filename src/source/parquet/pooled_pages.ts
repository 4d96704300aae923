/**
 * The pages of a column from any row on, out of the pool that all threads share.
 *
 * @module
 */
import { readableCodec } from "./decompress.ts";
import { type ColumnChunk, corruption } from "./metadata.ts";
import {
  checkDictionary,
  type ColumnPlace,
  type Dictionary,
  loadPage,
  type OpenPage,
  openPage,
  type PageSupply,
} from "./page.ts";
import { type PageHeader, readPageHeader } from "./page_header.ts";
import { type PageIndex, pageOfEntry } from "./page_index.ts";
import type { HeldPage, PagePool } from "./page_pool.ts";
import { wordBytes } from "./values.ts";

/** Where a column's pages are, and which parts of the pool are its own. Plain data. */
export interface PooledColumn {
  readonly index: PageIndex;
  /** by row group */
  readonly chunks: readonly ColumnChunk[];
  /** of the pool: its pages, its dictionaries */
  readonly pagePart: number;
  readonly dictionaryPart: number;
}

/** Bytes of `LastHeaders`: two objects of 17 fields. */
export const LAST_HEADERS_BYTES = 512;

/** The headers of a column's page and dictionary that were read last: the next chunk often goes on with both. */
export class LastHeaders {
  readonly #headers: (PageHeader | null)[] = [null, null];
  readonly #positions: number[] = [-1, -1];

  /** The header at a position, as it is known or read. */
  at(position: number, kind: "page" | "dictionary", read: () => PageHeader): PageHeader {
    const place = kind === "page" ? 0 : 1, known = this.#headers[place]!;
    if (known !== null && this.#positions[place] === position) return known;
    const header = read();
    this.#headers[place] = header;
    this.#positions[place] = position;
    return header;
  }
}

/** Gives pages from the one on that holds an entry. They are held until the next call, or `close`. */
export class PooledPages implements PageSupply {
  readonly #place: ColumnPlace;
  readonly #pool: PagePool;
  readonly #column: PooledColumn;
  readonly #rowGroup: number;
  readonly #headers: LastHeaders;
  /** entries of the row group before the page that comes first */
  readonly firstEntry: number;
  #page: number;
  #held: HeldPage | null = null;
  #dictionary: HeldPage | null = null;

  constructor(
    place: ColumnPlace,
    { pool, column, headers, rowGroup, entry }: {
      readonly pool: PagePool;
      readonly column: PooledColumn;
      readonly headers: LastHeaders;
      readonly rowGroup: number;
      readonly entry: number;
    },
  ) {
    this.#place = place;
    this.#pool = pool;
    this.#column = column;
    this.#headers = headers;
    this.#rowGroup = rowGroup;
    this.#page = pageOfEntry(column.index, rowGroup, entry);
    this.firstEntry = column.index.firstEntries[this.#page]!;
  }

  next(): OpenPage {
    const { index } = this.#column, page = this.#page++;
    this.#acquireDictionary();
    this.#release();
    const header = this.#header(index.positions[page]!, "page");
    this.#held = this.#pool.acquire(this.#column.pagePart, page, (memory) => this.#load(header, memory));
    return openPage(this.#place, header, this.#held.bytes, this.#fail);
  }

  dictionary(): Dictionary | null {
    const held = this.#dictionary;
    if (held === null) return null;
    const { bytes } = held;
    return { bytes, numValues: bytes.length / wordBytes(this.#place.leaf.physicalType) };
  }

  /** gives back what is held */
  close(): void {
    this.#release();
    if (this.#dictionary !== null) this.#pool.release(this.#dictionary);
    this.#dictionary = null;
  }

  /** before the first page: who holds a page waits for nothing else */
  #acquireDictionary(): void {
    const position = this.#column.index.dictionaries[this.#rowGroup]!;
    if (position < 0 || this.#dictionary !== null) return;
    this.#dictionary = this.#pool.acquire(this.#column.dictionaryPart, this.#rowGroup, (memory) => {
      const header = this.#header(position, "dictionary"),
        valueBytes = wordBytes(this.#place.leaf.physicalType);
      const numBytes = checkDictionary(header, { place: this.#place, valueBytes }, this.#fail);
      this.#load(header, memory);
      return numBytes;
    });
  }

  #load(header: PageHeader, memory: Uint8Array): number {
    const codec = readableCodec(this.#chunk.codec, this.#place.access.path, this.#place.column);
    // the file may have changed since its headers were read
    if (header.plainBytes > memory.length) {
      this.#fail(`a page of ${header.plainBytes} bytes, which it did not have before`);
    }
    const page = memory.subarray(0, header.plainBytes);
    loadPage({ access: this.#place.access, scratch: this.#pool }, { header, codec, page }, this.#fail);
    return header.plainBytes;
  }

  #header(position: number, kind: "page" | "dictionary"): PageHeader {
    const { access, scratch } = this.#place, { position: start, numBytes } = this.#chunk;
    const range = { position, end: start + numBytes };
    return this.#headers.at(
      position,
      kind,
      () => readPageHeader(access, range, { fail: this.#fail, scratch: scratch.header }),
    );
  }

  get #chunk(): ColumnChunk {
    return this.#column.chunks[this.#rowGroup]!;
  }

  readonly #fail = (detail: string): never => {
    const { access, column } = this.#place;
    return corruption(access.path, `row group ${this.#rowGroup}, column ${JSON.stringify(column)}`)(detail);
  };

  #release(): void {
    if (this.#held !== null) this.#pool.release(this.#held);
    this.#held = null;
  }
}
