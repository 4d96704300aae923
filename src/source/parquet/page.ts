/**
 * A page: read, verified, decompressed, and opened as levels and values.
 *
 * Source: parquet.thrift (PageHeader) and README.md of the Parquet format ("Data Pages").
 *
 * @module
 */
import { zlib } from "../../compression/node_zlib.ts";
import { ENCODING } from "../../schema/parquet_numbers.ts";
import type { RandomAccess } from "../random_access.ts";
import { decompress, type ReadableCodec } from "./decompress.ts";
import { HybridReader } from "./hybrid.ts";
import { type ColumnChunk, unsupported } from "./metadata.ts";
import type { NativePages } from "./native_pages.ts";
import type { PageHeader } from "./page_header.ts";
import type { Leaf } from "./parquet_type.ts";
import type { Fail } from "./thrift.ts";
import { giveBack, takeBuffer } from "./spare_buffers.ts";
import { type ValueReader } from "./values.ts";

/** Memory that columns share, used within one call; and where the pages of a file's columns are from. */
export class SharedScratch {
  readonly header: Uint8Array = new Uint8Array(256);
  readonly indices: Int32Array;
  #compressed: Uint8Array<ArrayBuffer> = new Uint8Array();
  readonly #taken = new Set<Uint8Array<ArrayBuffer>>();

  constructor(indexBlock: number) {
    this.indices = new Int32Array(indexBlock);
  }

  /** memory for a compressed page; what it held is lost */
  compressed(numBytes: number): Uint8Array {
    if (this.#compressed.length < numBytes) this.#compressed = this.exchange(this.#compressed, numBytes);
    return this.#compressed.subarray(0, numBytes);
  }

  /** A buffer of at least that size for a smaller one, which is not used any more; what it holds is lost. */
  exchange(buffer: Uint8Array<ArrayBuffer>, numBytes: number): Uint8Array<ArrayBuffer> {
    if (this.#taken.delete(buffer)) giveBack(buffer);
    const larger = takeBuffer(numBytes);
    this.#taken.add(larger);
    return larger;
  }

  /** Nothing of the file is used any more: its buffers are for the next one. */
  close(): void {
    for (const buffer of this.#taken) giveBack(buffer);
    this.#taken.clear();
    this.#compressed = new Uint8Array();
  }
}

/** Bytes that the header scratch and the indices take. */
export const SCRATCH_BYTES = 256 + 4 * 4096;

/** How deep a column's levels go. */
export interface LevelShape extends Pick<Leaf, "physicalType" | "maxDefinition" | "list"> {
  /** of a leaf of nested lists; absent: 1 where it is in a list, else 0 */
  readonly maxRepetition?: number;
}

/** A column of a file. */
export interface ColumnPlace<Shape extends LevelShape = Leaf> {
  readonly access: RandomAccess;
  /** for messages */
  readonly column: string;
  /** the input that is read from it, for messages; absent: it is carried */
  readonly input?: string;
  readonly leaf: Shape;
  readonly scratch: SharedScratch;
  /** kernels for pages in a pool; absent: there are none */
  readonly native?: NativePages | null;
}

/** The values of a dictionary, as PLAIN has them. */
export interface Dictionary {
  readonly bytes: Uint8Array;
  readonly numValues: number;
}

/** A data page, opened. */
export interface OpenPage {
  readonly numEntries: number;
  /** null: every entry has a value */
  readonly definitions: HybridReader | null;
  /** null: the column has no lists */
  readonly repetitions: HybridReader | null;
  readonly encoding: number;
  readonly bytes: Uint8Array;
  /** where values start; they end with the page */
  readonly start: number;
  /** the values, opened: `bytes` has none; absent: they are opened where they are asked for */
  readonly values?: ValueReader;
}

/** Data pages in order: what the last one gave may be overwritten by the next call. */
export interface PageSupply {
  next(): OpenPage;
  /** of the row group; null: there is none */
  dictionary(): Dictionary | null;
}

function repetitionOf({ maxRepetition, list }: LevelShape): number {
  return maxRepetition ?? (list === null ? 0 : 1);
}

function levelBits(max: number): number {
  return 32 - Math.clz32(max);
}

/** Reads a page's bytes and decompresses what is compressed of them, into the whole of `page`. */
export function loadPage(
  { access, scratch }: {
    readonly access: RandomAccess;
    readonly scratch: Pick<SharedScratch, "compressed">;
  },
  { header, codec, page }: {
    readonly header: PageHeader;
    readonly codec: ReadableCodec;
    readonly page: Uint8Array;
  },
  fail: Fail,
): void {
  const compressing = codec === "UNCOMPRESSED" || (header.kind === "dataV2" && !header.isCompressed)
    ? null
    : codec;
  if (compressing === null && header.numBytes !== page.length) {
    fail(`a page of ${header.numBytes} bytes that is said to have ${page.length}`);
  }
  const stored = compressing === null ? page : scratch.compressed(header.numBytes);
  access.readInto(stored, header.position);
  if (header.checksum !== null && zlib().crc32(stored) !== header.checksum) {
    fail("a page does not match its checksum");
  }
  if (compressing === null) return;
  const levelBytes = header.definitionBytes + header.repetitionBytes;
  page.set(stored.subarray(0, levelBytes));
  const target = page.subarray(levelBytes);
  if (target.length === 0) return;
  decompress(compressing, { source: stored.subarray(levelBytes), target }, fail);
}

/** Checks what a dictionary's header says; its values have so many bytes. */
export function checkDictionary(
  header: PageHeader,
  { place, valueBytes }: { readonly place: ColumnPlace<LevelShape>; readonly valueBytes: number },
  fail: Fail,
): number {
  if (header.encoding !== ENCODING.plain && header.encoding !== ENCODING.plainDictionary) {
    throw unknownEncoding(place, header.encoding);
  }
  const numBytes = header.numValues * valueBytes;
  if (numBytes > header.plainBytes) {
    fail(`a dictionary of ${header.numValues} values in ${header.plainBytes} bytes`);
  }
  return numBytes;
}

/** Opens the levels of a data page. */
export function openPage(
  place: ColumnPlace<LevelShape>,
  header: PageHeader,
  page: Uint8Array,
  fail: Fail,
): OpenPage {
  return header.kind === "data"
    ? openFirst(place, header, page, fail)
    : openSecond(place, header, page, fail);
}

/** a page of the first version: levels with their sizes, then values, all compressed together */
function openFirst(
  place: ColumnPlace<LevelShape>,
  header: PageHeader,
  page: Uint8Array,
  fail: Fail,
): OpenPage {
  const { leaf } = place;
  let at = 0;
  const levels = (max: number, encoding: number): HybridReader | null => {
    if (max === 0) return null;
    if (encoding !== ENCODING.rle) throw unknownEncoding(place, encoding);
    if (page.length - at < 4) return fail("a page ends inside the size of its levels");
    const numBytes = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0, true);
    const start = at + 4, end = start + numBytes;
    if (end > page.length) return fail(`a page of ${page.length} bytes with levels of ${numBytes} bytes`);
    at = end;
    return new HybridReader(page, levelBits(max), { start, end, fail });
  };
  const repetitions = levels(repetitionOf(leaf), header.repetitionEncoding);
  const definitions = levels(leaf.maxDefinition, header.levelEncoding);
  const { numValues: numEntries, encoding } = header;
  return { numEntries, repetitions, definitions, encoding, bytes: page, start: at };
}

/** a page of the second version: the header says how many bytes the levels take */
function openSecond(
  { leaf }: ColumnPlace<LevelShape>,
  header: PageHeader,
  page: Uint8Array,
  fail: Fail,
): OpenPage {
  const { repetitionBytes, definitionBytes, numValues: numEntries, encoding } = header;
  const start = repetitionBytes + definitionBytes;
  const maxRepetition = repetitionOf(leaf);
  // a nested leaf's levels also say which of its groups are there
  const isNested = leaf.maxRepetition !== undefined;
  const hasLevels = leaf.maxDefinition > 0 && (header.numNulls > 0 || maxRepetition > 0 || isNested);
  const levels = (bits: number, from: number, end: number) =>
    new HybridReader(page, bits, { start: from, end, fail });
  return {
    numEntries,
    repetitions: maxRepetition === 0 ? null : levels(levelBits(maxRepetition), 0, repetitionBytes),
    definitions: hasLevels ? levels(levelBits(leaf.maxDefinition), repetitionBytes, start) : null,
    encoding,
    bytes: page,
    start,
  };
}

/** The refusal of an encoding that is not read (FMT005). */
export function unknownEncoding(
  { access, column }: Pick<ColumnPlace, "access" | "column">,
  encoding: number,
): Error {
  return unsupported(
    access.path,
    `column ${JSON.stringify(column)} has encoding ${encoding}, which is not read here`,
    "write it without that encoding: pyarrow write_table(…, column_encoding=None)",
  );
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
