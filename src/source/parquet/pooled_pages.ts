/**
 * The pages of a column from any row on, out of the pool that all threads share.
 *
 * @module
 */
import { type ReadableCodec, readableCodec } from "./decompress.ts";
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
import { openStored, type StoredValues } from "./stored_values.ts";
import { openValues, pageBytes, type ValueReader, wordBytes } from "./values.ts";

const NO_BYTES = new Uint8Array();

/** Where a column's pages are, and which parts of the pool are its own. Plain data. */
export interface PooledColumn {
  readonly index: PageIndex;
  /** by row group */
  readonly chunks: readonly ColumnChunk[];
  /** of the pool: its pages, its dictionaries */
  readonly pagePart: number;
  readonly dictionaryPart: number;
}

/** Bytes of `LastHeaders`: two objects of 17 fields, and where values are in the file. */
export const LAST_HEADERS_BYTES = 768;

/** What is known of a column's page and dictionary that were read last: the next chunk often goes on with both. */
export class LastHeaders {
  readonly #headers: (PageHeader | null)[] = [null, null];
  readonly #positions: number[] = [-1, -1];
  #stored: StoredValues | null = null;
  #storedPosition = -1;

  /** The page's values where they stand in the file, as they are known or opened; null: they do not. */
  stored(position: number, open: () => StoredValues | null): StoredValues | null {
    if (this.#storedPosition !== position) {
      this.#stored = open();
      this.#storedPosition = position;
    }
    return this.#stored;
  }

  /** The page that was asked for last has no such values after all. */
  forgetStored(): void {
    this.#stored = null;
  }

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
    const page = this.#page++, position = this.#column.index.positions[page]!;
    this.#acquireDictionary();
    this.#release();
    const header = this.#header(position, "page");
    const stored = this.#headers.stored(
      position,
      () => openStored(this.#place, { header, codec: this.#codec }, this.#fail),
    );
    if (stored === null) return this.#loaded(page, header);
    const { numValues: numEntries, encoding } = header;
    const values = this.#valuesOf(stored, { page, header });
    return { numEntries, definitions: null, repetitions: null, encoding, bytes: NO_BYTES, start: 0, values };
  }

  #loaded(page: number, header: PageHeader): OpenPage {
    this.#held = this.#pool.acquire(this.#column.pagePart, page, (memory) => this.#load(header, memory));
    return openPage(this.#place, header, this.#held.bytes, this.#fail);
  }

  /** values that are read from the file, and from the page once they turn out not to be there */
  #valuesOf(
    stored: StoredValues,
    { page, header }: { readonly page: number; readonly header: PageHeader },
  ): ValueReader {
    const width = wordBytes(this.#place.leaf.physicalType);
    let done = 0, loaded: ValueReader | null = null;
    return {
      read: (target, count) => {
        if (loaded === null && !stored.read(done * width, target.subarray(0, count * width))) {
          this.#headers.forgetStored();
          loaded = this.#plainValues(this.#loaded(page, header));
          loaded.skip(done);
        }
        loaded?.read(target, count);
        done += count;
      },
      skip: (count) => {
        loaded?.skip(count);
        done += count;
      },
    };
  }

  #plainValues({ bytes: page, start, encoding }: OpenPage): ValueReader {
    const { leaf: { physicalType }, scratch: { indices }, native = null } = this.#place, fail = this.#fail;
    return openValues({ physicalType, encoding, page, start, dictionary: null, indices, fail, native })!;
  }

  dictionary(): Dictionary | null {
    const held = this.#dictionary;
    if (held === null) return null;
    const { bytes } = held;
    return { bytes, numValues: bytes.length / pageBytes(this.#place.leaf.physicalType) };
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
        valueBytes = pageBytes(this.#place.leaf.physicalType);
      const numBytes = checkDictionary(header, { place: this.#place, valueBytes }, this.#fail);
      this.#load(header, memory);
      return numBytes;
    });
  }

  #load(header: PageHeader, memory: Uint8Array): number {
    const codec = this.#codec;
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

  get #codec(): ReadableCodec {
    return readableCodec(this.#chunk.codec, this.#place.access.path, this.#place.column);
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
