/**
 * The pages of a column, one after the other: read, verified, decompressed, and opened as levels and values. One
 * page and one dictionary of a column are in memory at a time.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { MemoryError } from "../../errors.ts";
import type { RandomAccess } from "../random_access.ts";
import { decompress, type ReadableCodec, readableCodec } from "./decompress.ts";
import { HybridReader } from "./hybrid.ts";
import { type ColumnChunk, corruption, unsupported } from "./metadata.ts";
import { type PageHeader, readPageHeader } from "./page_header.ts";
import type { Leaf } from "./parquet_type.ts";
import type { Fail } from "./thrift.ts";
import { ENCODING, openValues, type ReadValues, wordBytes } from "./values.ts";

/** Memory that all columns of a source share: used within one call. */
export class SharedScratch {
  readonly header: Uint8Array = new Uint8Array(256);
  readonly indices: Int32Array;
  #compressed: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(indexBlock: number) {
    this.indices = new Int32Array(indexBlock);
  }

  /** memory for a compressed page; what it held is lost */
  compressed(numBytes: number): Uint8Array {
    if (this.#compressed.length < numBytes) this.#compressed = new Uint8Array(numBytes);
    return this.#compressed.subarray(0, numBytes);
  }
}

/** Bytes that the header scratch and the indices take. */
export const SCRATCH_BYTES = 256 + 4 * 4096;

/** A column of a file. */
export interface ColumnPlace {
  readonly access: RandomAccess;
  /** for messages */
  readonly column: string;
  readonly leaf: Leaf;
  readonly scratch: SharedScratch;
}

/** A data page, opened. */
export interface OpenPage {
  readonly numEntries: number;
  /** null: every entry has a value */
  readonly definitions: HybridReader | null;
  /** null: the column has no lists */
  readonly repetitions: HybridReader | null;
  readonly readValues: ReadValues;
}

function levelBits(max: number): number {
  return 32 - Math.clz32(max);
}

/** Reads pages in order, row group by row group. */
export class PageReader {
  readonly #place: ColumnPlace;
  #codec: ReadableCodec = "UNCOMPRESSED";
  #position = 0;
  #end = 0;
  #fail: Fail;
  #page: Uint8Array<ArrayBuffer> = new Uint8Array();
  #dictionaryMemory: Uint8Array<ArrayBuffer> = new Uint8Array();
  #dictionary: Uint8Array | null = null;

  constructor(place: ColumnPlace) {
    this.#place = place;
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

  /** The next data page; corruption where there is none. What an earlier one gave is overwritten. */
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
      this.#load(header, page);
      return header.kind === "data" ? this.#openFirst(header, page) : this.#openSecond(header, page);
    }
  }

  #header(): PageHeader {
    const { access, scratch } = this.#place;
    const range = { position: this.#position, end: this.#end };
    const header = readPageHeader(access, range, { fail: this.#fail, scratch: scratch.header });
    this.#position = header.position + header.numBytes;
    return header;
  }

  /** reads a page's bytes and decompresses what is compressed of them */
  #load(header: PageHeader, page: Uint8Array): void {
    const { access, scratch } = this.#place;
    const isPlain = this.#codec === "UNCOMPRESSED" || (header.kind === "dataV2" && !header.isCompressed);
    if (isPlain && header.numBytes !== page.length) {
      this.#fail(`a page of ${header.numBytes} bytes that is said to have ${page.length}`);
    }
    const stored = isPlain ? page : scratch.compressed(header.numBytes);
    access.readInto(stored, header.position);
    if (header.checksum !== null && crc32(stored) !== header.checksum) {
      this.#fail("a page does not match its checksum");
    }
    if (isPlain || this.#codec === "UNCOMPRESSED") return;
    const levelBytes = header.definitionBytes + header.repetitionBytes;
    page.set(stored.subarray(0, levelBytes));
    const target = page.subarray(levelBytes);
    if (target.length === 0) return;
    decompress(this.#codec, { source: stored.subarray(levelBytes), target }, this.#fail);
  }

  #readDictionary(header: PageHeader): void {
    const { leaf } = this.#place;
    if (header.encoding !== ENCODING.plain && header.encoding !== ENCODING.plainDictionary) {
      throw this.#unknownEncoding(header.encoding);
    }
    const numBytes = header.numValues * wordBytes(leaf.physicalType);
    if (numBytes > header.plainBytes) {
      this.#fail(`a dictionary of ${header.numValues} values in ${header.plainBytes} bytes`);
    }
    this.#dictionaryMemory = grown(this.#dictionaryMemory, header.plainBytes, this.#place);
    this.#load(header, this.#dictionaryMemory.subarray(0, header.plainBytes));
    this.#dictionary = this.#dictionaryMemory.subarray(0, numBytes);
  }

  /** a page of the first version: levels with their sizes, then values, all compressed together */
  #openFirst(header: PageHeader, page: Uint8Array): OpenPage {
    const { leaf } = this.#place;
    let at = 0;
    const levels = (max: number, encoding: number): HybridReader | null => {
      if (max === 0) return null;
      if (encoding !== ENCODING.rle) throw this.#unknownEncoding(encoding);
      if (page.length - at < 4) return this.#fail("a page ends inside the size of its levels");
      const numBytes = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0, true);
      const start = at + 4, end = start + numBytes;
      if (end > page.length) {
        return this.#fail(`a page of ${page.length} bytes with levels of ${numBytes} bytes`);
      }
      at = end;
      return new HybridReader(page, levelBits(max), { start, end, fail: this.#fail });
    };
    const repetitions = levels(leaf.list === null ? 0 : 1, header.repetitionEncoding);
    const definitions = levels(leaf.maxDefinition, header.levelEncoding);
    return {
      numEntries: header.numValues,
      repetitions,
      definitions,
      readValues: this.#values(header, page, at),
    };
  }

  /** a page of the second version: the header says how many bytes the levels take */
  #openSecond(header: PageHeader, page: Uint8Array): OpenPage {
    const { leaf } = this.#place, { repetitionBytes, definitionBytes } = header;
    const valuesStart = repetitionBytes + definitionBytes, fail = this.#fail;
    const hasLevels = leaf.maxDefinition > 0 && (header.numNulls > 0 || leaf.list !== null);
    return {
      numEntries: header.numValues,
      repetitions: leaf.list === null
        ? null
        : new HybridReader(page, 1, { start: 0, end: repetitionBytes, fail }),
      definitions: !hasLevels ? null : new HybridReader(page, levelBits(leaf.maxDefinition), {
        start: repetitionBytes,
        end: valuesStart,
        fail,
      }),
      readValues: this.#values(header, page, valuesStart),
    };
  }

  /** opened with the first value: a page of nulls may have none to open */
  #values({ encoding }: PageHeader, page: Uint8Array, start: number): ReadValues {
    const { leaf, scratch } = this.#place;
    let values: ReadValues | null = null;
    return (target, count) => {
      if (count === 0) return;
      values ??= openValues({
        physicalType: leaf.physicalType,
        encoding,
        page,
        start,
        dictionary: this.#dictionary,
        indices: scratch.indices,
        fail: this.#fail,
      });
      if (values === null) throw this.#unknownEncoding(encoding);
      values(target, count);
    };
  }

  #unknownEncoding(encoding: number): Error {
    const { access, column } = this.#place;
    return unsupported(
      access.path,
      `column ${JSON.stringify(column)} has encoding ${encoding}, which is not read here`,
      "write it without that encoding: pyarrow write_table(…, column_encoding=None)",
    );
  }
}

/** Refuses what no page of can be read (FMT005). */
export function checkReadable(chunk: ColumnChunk, path: string, column: string): void {
  if (chunk.refusal === null) return;
  throw unsupported(
    path,
    `column ${JSON.stringify(column)}: ${chunk.refusal}, which is not read here`,
    "write the table again, into one file that is not encrypted",
  );
}

/** memory of at least that size; what it held is lost */
function grown(
  memory: Uint8Array<ArrayBuffer>,
  numBytes: number,
  { access, column }: ColumnPlace,
): Uint8Array<ArrayBuffer> {
  if (memory.length >= numBytes) return memory;
  try {
    return new Uint8Array(numBytes);
  } catch (error) {
    const size = numBytes.toLocaleString("en-US");
    throw new MemoryError("MEM003", `a page of column ${column} of ${access.path} takes ${size} bytes`, {
      help: "write the table with smaller pages: pyarrow's data_page_size",
      cause: error,
    });
  }
}
