/**
 * Reads NumPy's .npz archives: zip files of .npy arrays, stored or deflated, with or without zip64.
 *
 * The central directory is what counts; every local header is checked against it. No size or offset is used
 * before it is known to lie within the file, nothing is inflated beyond the size that the directory gives, and
 * every entry's CRC-32 is compared.
 *
 * Source: PKWARE, ".ZIP File Format Specification", version 6.3.10 (sections in comments).
 *
 * @module
 */
import { crc32 } from "../../compression/crc32.ts";
import { zlib } from "../../compression/node_zlib.ts";
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import { emptyFile } from "../empty_file.ts";
import type { RandomAccess } from "../random_access.ts";
import { type NpyArray, parseNpy } from "./npy.ts";

/** An opened .npz archive. */
export interface NpzArchive {
  /** names of the arrays, without ".npy", in the order of the archive */
  readonly names: readonly string[];
  /**
   * Reads one array.
   *
   * @throws FormatError FMT003 to FMT005, with the file's and the entry's name
   */
  read(name: string): NpyArray;
}

/** An entry of the directory. */
export interface NpzEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly numCompressedBytes: number;
  readonly numBytes: number;
  readonly headerOffset: number;
}

/** methods of compression that are read */
export const STORED = 0, DEFLATED = 8;
const LOCAL_HEADER = 0x04034b50, CENTRAL_HEADER = 0x02014b50, END = 0x06054b50;
const ZIP64_END = 0x06064b50, ZIP64_LOCATOR = 0x07064b50;
const LOCAL_HEADER_BYTES = 30, CENTRAL_HEADER_BYTES = 46, END_BYTES = 22;
const ZIP64_END_BYTES = 56, ZIP64_LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_MARK_32 = 0xffffffff;
const ZIP64_EXTRA = 1;

/** Deflate cannot make more of a byte (zlib's technical notes) */
const MAX_INFLATION = 1032;
const MAX_DIRECTORY_BYTES = 1 << 26;
const MAX_ENTRY_BYTES = 2 ** 31;

/**
 * Reads an archive's directory. Nothing of an array is read before `read`.
 *
 * @throws FormatError FMT002 no zip file, FMT003 cut off, FMT004 contradictory
 */
export function openNpz(access: RandomAccess): NpzArchive {
  const { entries, limit } = readDirectory(access);
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw new Error(`${access.path} has no array ${name}`);
      return parseNpy(readEntry(access, entry, limit), `${entry.name} of ${access.path}`);
    },
  };
}

/** The arrays of an archive by name, without ".npy", and where its directory begins: entries end before. */
export interface NpzDirectory {
  readonly entries: ReadonlyMap<string, NpzEntry>;
  readonly limit: number;
  /** bytes that were read for it */
  readonly numBytes: number;
}

/**
 * Reads an archive's directory.
 *
 * @throws FormatError FMT002 no zip file, FMT003 cut off, FMT004 contradictory
 */
export function readDirectory(access: RandomAccess): NpzDirectory {
  const directory = findDirectory(access);
  const entries = new Map<string, NpzEntry>();
  for (const entry of parseDirectory(access, directory)) {
    if (!entry.name.endsWith(".npy")) continue;
    const name = entry.name.slice(0, -".npy".length);
    if (entries.has(name)) throw corrupt(access, `two entries are named ${entry.name}`);
    entries.set(name, entry);
  }
  const numTail = Math.min(access.size, END_BYTES + MAX_COMMENT_BYTES);
  return { entries, limit: directory.offset, numBytes: directory.numBytes + numTail };
}

/** The refusal of an archive that contradicts itself (FMT004). */
export function corrupt(access: Pick<RandomAccess, "path">, what: string): FormatError {
  return new FormatError("FMT004", `${access.path} is no valid .npz archive: ${what}`, {
    help: "write it again with numpy.savez",
  });
}

function readView(access: RandomAccess, offset: number, numBytes: number): DataView {
  const bytes = new Uint8Array(numBytes);
  access.readInto(bytes, offset);
  return new DataView(bytes.buffer);
}

interface Directory {
  readonly offset: number;
  readonly numBytes: number;
  readonly numEntries: number;
}

/** Finds the end record (4.3.16), which a comment may follow, and through it the central directory. */
function findDirectory(access: RandomAccess): Directory {
  if (access.size === 0) throw emptyFile(access.path);
  const numTail = Math.min(access.size, END_BYTES + MAX_COMMENT_BYTES), tailOffset = access.size - numTail;
  const tail = readView(access, tailOffset, numTail);
  let end = numTail - END_BYTES;
  while (
    end >= 0 &&
    !(tail.getUint32(end, true) === END && end + END_BYTES + tail.getUint16(end + 20, true) === numTail)
  ) {
    end--;
  }
  if (end < 0) {
    const isCut = numTail >= 4 && access.size > 0 &&
      readView(access, 0, 4).getUint32(0, true) === LOCAL_HEADER;
    throw isCut
      ? new FormatError("FMT003", `${access.path} ends before its directory`, {
        notes: ["a zip file has its directory at the end"],
        help: "write or copy the file again; it may still have been in writing",
      })
      : new FormatError("FMT002", `${access.path} is no .npz archive`, {
        notes: ["no directory of a zip file is found at its end"],
        help: "write it with numpy.savez",
      });
  }
  const endOffset = tailOffset + end;
  let directory: Directory = {
    numEntries: tail.getUint16(end + 10, true),
    numBytes: tail.getUint32(end + 12, true),
    offset: tail.getUint32(end + 16, true),
  };
  let limit = endOffset;
  const isZip64 = directory.numEntries === 0xffff || directory.numBytes === ZIP64_MARK_32 ||
    directory.offset === ZIP64_MARK_32;
  if (isZip64) [directory, limit] = findZip64Directory(access, endOffset);
  if (directory.offset + directory.numBytes > limit) {
    throw corrupt(access, "its directory lies outside of the file");
  }
  if (
    directory.numBytes > MAX_DIRECTORY_BYTES ||
    directory.numEntries * CENTRAL_HEADER_BYTES > directory.numBytes
  ) {
    throw corrupt(access, `its directory cannot have ${directory.numEntries} entries`);
  }
  return directory;
}

/** The zip64 end record (4.3.14), through its locator (4.3.15) in front of the end record. */
function findZip64Directory(access: RandomAccess, endOffset: number): [Directory, limit: number] {
  const locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
  if (locatorOffset < 0) throw corrupt(access, "the zip64 locator is missing");
  const locator = readView(access, locatorOffset, ZIP64_LOCATOR_BYTES);
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR) throw corrupt(access, "the zip64 locator is missing");
  const recordOffset = uint64(locator, 8);
  if (recordOffset > locatorOffset - ZIP64_END_BYTES) {
    throw corrupt(access, "the zip64 record lies outside of the file");
  }
  const record = readView(access, recordOffset, ZIP64_END_BYTES);
  if (record.getUint32(0, true) !== ZIP64_END) throw corrupt(access, "the zip64 record is missing");
  return [
    { numEntries: uint64(record, 32), numBytes: uint64(record, 40), offset: uint64(record, 48) },
    recordOffset,
  ];
}

/** A 64-bit field; one beyond 2^53 is larger than any file. */
function uint64(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

/** The headers of the central directory (4.3.12). */
function parseDirectory(access: RandomAccess, directory: Directory): NpzEntry[] {
  const view = readView(access, directory.offset, directory.numBytes);
  const entries: NpzEntry[] = [];
  let p = 0;
  for (let i = 0; i < directory.numEntries; i++) {
    if (p + CENTRAL_HEADER_BYTES > view.byteLength || view.getUint32(p, true) !== CENTRAL_HEADER) {
      throw corrupt(access, `entry ${i + 1} of its directory is damaged`);
    }
    const numNameBytes = view.getUint16(p + 28, true), numExtraBytes = view.getUint16(p + 30, true);
    const nameOffset = p + CENTRAL_HEADER_BYTES, extraOffset = nameOffset + numNameBytes;
    const next = extraOffset + numExtraBytes + view.getUint16(p + 32, true);
    if (next > view.byteLength) throw corrupt(access, `entry ${i + 1} of its directory is damaged`);
    const sizes = {
      numBytes: view.getUint32(p + 24, true),
      numCompressedBytes: view.getUint32(p + 20, true),
      headerOffset: view.getUint32(p + 42, true),
    };
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(view.buffer, nameOffset, numNameBytes)),
      isEncrypted: (view.getUint16(p + 8, true) & 1) !== 0,
      method: view.getUint16(p + 10, true),
      crc: view.getUint32(p + 16, true),
      ...zip64Sizes(new DataView(view.buffer, extraOffset, numExtraBytes), sizes),
    });
    p = next;
  }
  return entries;
}

type Sizes = Pick<NpzEntry, "numBytes" | "numCompressedBytes" | "headerOffset">;

/** The zip64 extra field (4.5.3) holds, in this order, those of the three that are marked as too large. */
function zip64Sizes(extra: DataView, sizes: Sizes): Sizes {
  const result = { ...sizes };
  for (let p = 0; p + 4 <= extra.byteLength;) {
    const end = Math.min(p + 4 + extra.getUint16(p + 2, true), extra.byteLength);
    if (extra.getUint16(p, true) === ZIP64_EXTRA) {
      let field = p + 4;
      for (const key of ["numBytes", "numCompressedBytes", "headerOffset"] as const) {
        if (sizes[key] !== ZIP64_MARK_32 || field + 8 > end) continue;
        result[key] = uint64(extra, field);
        field += 8;
      }
    }
    p = end;
  }
  return result;
}

/**
 * Where the entry's stored or deflated bytes begin, checked against the directory.
 *
 * @throws FormatError FMT003 to FMT005
 */
export function locateEntry(access: RandomAccess, entry: NpzEntry, limit: number): number {
  const at = `entry ${entry.name}`;
  if (entry.isEncrypted || (entry.method !== STORED && entry.method !== DEFLATED)) {
    const what = entry.isEncrypted ? "is encrypted" : `is compressed by method ${entry.method}`;
    throw new FormatError("FMT005", `${at} of ${access.path} ${what}`, {
      notes: ["entries are read that are stored or deflated"],
      help: "write it again with numpy.savez or numpy.savez_compressed",
    });
  }
  const maxBytes = entry.method === STORED
    ? entry.numCompressedBytes
    : entry.numCompressedBytes * MAX_INFLATION;
  if (entry.numBytes > maxBytes || (entry.method === STORED && entry.numBytes !== entry.numCompressedBytes)) {
    throw corrupt(access, `${at} cannot have ${countText(entry.numBytes)} bytes`);
  }
  if (entry.headerOffset + LOCAL_HEADER_BYTES > limit) {
    throw corrupt(access, `${at} lies outside of the file`);
  }
  // 4.3.7: the name's and the extra field's length may differ from the directory's
  const header = readView(access, entry.headerOffset, LOCAL_HEADER_BYTES);
  if (header.getUint32(0, true) !== LOCAL_HEADER || header.getUint16(8, true) !== entry.method) {
    throw corrupt(access, `${at} is not where its directory says`);
  }
  const start = entry.headerOffset + LOCAL_HEADER_BYTES + header.getUint16(26, true) +
    header.getUint16(28, true);
  if (start + entry.numCompressedBytes > limit) throw corrupt(access, `${at} lies outside of the file`);
  return start;
}

/** The entry's bytes, inflated, checked against the directory. */
function readEntry(access: RandomAccess, entry: NpzEntry, limit: number): Uint8Array {
  const at = `entry ${entry.name}`, start = locateEntry(access, entry, limit);
  if (Math.max(entry.numBytes, entry.numCompressedBytes) > MAX_ENTRY_BYTES) {
    throw new FormatError(
      "FMT005",
      `${at} of ${access.path} has ${countText(entry.numBytes)} bytes`,
      {
        notes: ["params are held in memory whole; at most 2 GiB each are read"],
        help: "give large tables as inputs, which are streamed",
      },
    );
  }
  const packed = new Uint8Array(entry.numCompressedBytes);
  access.readInto(packed, start);
  const bytes = entry.method === STORED ? packed : inflate(access, packed, entry);
  if (crc32(bytes) !== entry.crc) throw corrupt(access, `the checksum of ${at} differs`);
  return bytes;
}

function inflate(access: RandomAccess, packed: Uint8Array, entry: NpzEntry): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = zlib().inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.numBytes) });
  } catch (error) {
    throw new FormatError("FMT004", `entry ${entry.name} of ${access.path} cannot be inflated`, {
      help: "write it again with numpy.savez_compressed",
      cause: error,
    });
  }
  if (bytes.length !== entry.numBytes) {
    throw corrupt(access, `entry ${entry.name} has not the size of its directory`);
  }
  return bytes;
}
