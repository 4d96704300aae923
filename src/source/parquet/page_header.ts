/**
 * Headers of pages: they stand before each page, and only reading them tells where the next one is.
 *
 * Source: parquet.thrift of the Parquet format (PageHeader).
 *
 * @module
 */
import type { RandomAccess } from "../random_access.ts";
import { type Fail, ThriftReader } from "./thrift.ts";

/** A page and its header. */
export interface PageHeader {
  readonly kind: "data" | "dataV2" | "dictionary" | "other";
  /** where the page itself starts in the file, and its bytes there */
  readonly position: number;
  readonly numBytes: number;
  /** its bytes once decompressed */
  readonly plainBytes: number;
  /** entries, nulls among them; of a dictionary its values */
  readonly numValues: number;
  readonly encoding: number;
  /** of levels in a page of the first version; 3 is RLE */
  readonly levelEncoding: number;
  readonly repetitionEncoding: number;
  /** of a page of the second version: nulls, bytes of the levels, which are never compressed */
  readonly numNulls: number;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
  /** of the page's bytes in the file; null where the writer gives none */
  readonly checksum: number | null;
}

/** most headers have less than 100 bytes; one with long statistics is read again */
const FIRST_READ_BYTES = 256;
/** headers beyond this are refused */
const MAX_HEADER_BYTES = 1024 * 1024;

const KINDS: Readonly<Record<number, PageHeader["kind"]>> = { 0: "data", 2: "dictionary", 3: "dataV2" };

class HeaderIsLonger extends Error {}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads the header at `position`.
 *
 * @param end where the column's pages end: neither the header nor the page may pass it
 */
export function readPageHeader(
  access: RandomAccess,
  { position, end }: { readonly position: number; readonly end: number },
  { fail, scratch }: { readonly fail: Fail; readonly scratch: Uint8Array },
): PageHeader {
  for (let size = FIRST_READ_BYTES;; size *= 8) {
    const available = end - position;
    const numBytes = Math.min(size, available);
    if (numBytes <= 0) return fail("its pages end before its values do");
    const bytes = numBytes <= scratch.length ? scratch.subarray(0, numBytes) : new Uint8Array(numBytes);
    access.readInto(bytes, position);
    try {
      return decodePageHeader(bytes, { position, end }, fail);
    } catch (error) {
      if (!(error instanceof HeaderIsLonger)) throw error;
      if (numBytes === available) return fail("a page's header is cut short");
      if (size >= MAX_HEADER_BYTES) return fail(`a page's header has more than ${MAX_HEADER_BYTES} bytes`);
    }
  }
}

function decodePageHeader(
  bytes: Uint8Array,
  { position, end }: { readonly position: number; readonly end: number },
  fail: Fail,
): PageHeader {
  const reader = new ThriftReader(bytes, fail, () => {
    throw new HeaderIsLonger();
  });
  const { header, hasOwnHeader } = readFields(reader);
  if (header.kind !== "other" && !hasOwnHeader) fail("a page's header says nothing of its values");
  header.position = position + reader.at;
  if (header.position + header.numBytes > end) {
    fail(`a page of ${header.numBytes} bytes passes the end of its column`);
  }
  if (header.plainBytes > 0x7fff_ffff) fail(`a page of ${header.plainBytes} bytes`);
  // of pages of the other kinds nobody writes them, and a damaged file may have them
  const levelBytes = header.definitionBytes + header.repetitionBytes;
  if (levelBytes > Math.min(header.numBytes, header.plainBytes)) {
    fail(`a page of ${header.numBytes} bytes with levels of ${levelBytes} bytes`);
  }
  return header;
}

/** The header as it stands in the file; whether it has the part that pages of its kind have. */
function readFields(
  reader: ThriftReader,
): { readonly header: Writable<PageHeader>; readonly hasOwnHeader: boolean } {
  const header: Writable<PageHeader> = {
    kind: "other",
    position: 0,
    numBytes: 0,
    plainBytes: 0,
    numValues: 0,
    encoding: -1,
    levelEncoding: 3,
    repetitionEncoding: 3,
    numNulls: 0,
    definitionBytes: 0,
    repetitionBytes: 0,
    isCompressed: true,
    checksum: null,
  };
  let hasOwnHeader = false;
  reader.struct((id, type) => {
    if (id === 1) header.kind = KINDS[reader.integer(type)] ?? "other";
    else if (id === 2) header.plainBytes = reader.count(type);
    else if (id === 3) header.numBytes = reader.count(type);
    else if (id === 4) header.checksum = reader.integer(type) >>> 0;
    else if (id === 5 || id === 7) {
      hasOwnHeader = true;
      return reader.structField(type, (field, kind) => {
        if (field === 1) header.numValues = reader.count(kind);
        else if (field === 2) header.encoding = reader.integer(kind);
        else if (field === 3 && id === 5) header.levelEncoding = reader.integer(kind);
        else if (field === 4 && id === 5) header.repetitionEncoding = reader.integer(kind);
        else return false;
        return true;
      });
    } else if (id === 8) {
      hasOwnHeader = true;
      return reader.structField(type, (field, kind) => {
        if (field === 1) header.numValues = reader.count(kind);
        else if (field === 2) header.numNulls = reader.count(kind);
        else if (field === 4) header.encoding = reader.integer(kind);
        else if (field === 5) header.definitionBytes = reader.count(kind);
        else if (field === 6) header.repetitionBytes = reader.count(kind);
        else if (field === 7) header.isCompressed = reader.boolean(kind);
        else return false;
        return true;
      });
    } else return false;
    return true;
  });
  return { header, hasOwnHeader };
}
