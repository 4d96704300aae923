/**
 * Lines, columns and encodings of text that is being refused. Nothing here runs on the fast path.
 *
 * @module
 */
import { FormatError, type Place } from "../../errors.ts";
import { binaryFormat, otherFormatHelp } from "../other_format.ts";
import { decompressing, FOREIGN_COMPRESSIONS, READ_COMPRESSIONS } from "./foreign_compression.ts";
import { CR, LF } from "./options.ts";

/** Text in memory and where it starts in its file. */
export interface TextRegion {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** physical line of bytes[0], counting from 1 */
  readonly firstLine: number;
}

/** The physical line and the byte column of a position. A line ends with LF, CR LF or CR, within quotes too. */
export function placeOf(region: TextRegion, position: number): Place {
  let line = region.firstLine, lineStart = 0;
  for (let p = 0; p < position; p++) {
    const c = region.bytes[p];
    if (c === LF || (c === CR && region.bytes[p + 1] !== LF)) {
      line++;
      lineStart = p + 1;
    }
  }
  return { file: region.file, line, column: position - lineStart + 1 };
}

/** FMT006 for a region that holds bytes that are no UTF-8. */
export function notUtf8(region: TextRegion): FormatError {
  const position = firstInvalidUtf8(region.bytes);
  const shown = `0x${region.bytes[position]!.toString(16)}`;
  return new FormatError("FMT006", `${region.file} is not UTF-8: byte ${shown} is part of no character`, {
    place: placeOf(region, position),
    notes: ["text is read as UTF-8 only; Latin-1 and Windows-1252 are the usual other encodings"],
    help: `convert it first: iconv -f WINDOWS-1252 -t UTF-8 ${region.file}`,
  });
}

/** Length of the well-formed sequence at `p` (Unicode 16, table 3-7), or 0. */
function sequenceBytes(text: Uint8Array, p: number): number {
  const first = text[p]!, second = text[p + 1] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first < 0xe0
    ? 2
    : first >= 0xe0 && first < 0xf0
    ? 3
    : first >= 0xf0 && first < 0xf5
    ? 4
    : 0;
  // no overlong forms, no surrogates, nothing beyond U+10FFFF
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if (((text[p + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** The position of the first byte that belongs to no character; the length where there is none. */
export function firstInvalidUtf8(text: Uint8Array): number {
  let p = 0;
  for (;;) {
    const length = p < text.length ? sequenceBytes(text, p) : 0;
    if (length === 0) return p;
    p += length;
  }
}

/** Characters that a terminal does not show, or shows as a space. */
const UNSEEN = /[\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]/g;

/** The bytes as text, as far as they are valid, cut to `maxCharacters`, in quotes; what cannot be seen is escaped. */
export function quoteText(bytes: Uint8Array, maxCharacters = 40): string {
  // a copy: a TextDecoder takes no shared memory
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice(0, maxCharacters * 4));
  const characters = Array.from(text);
  const quoted = JSON.stringify(
    characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters).join("")}…`,
  );
  return quoted.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const BYTE_ORDER_MARKS: readonly { readonly bytes: readonly number[]; readonly encoding: string }[] = [
  { bytes: [0xff, 0xfe, 0, 0], encoding: "UTF-32LE" },
  { bytes: [0, 0, 0xfe, 0xff], encoding: "UTF-32BE" },
];

/** null is any byte */
function startsWith(bytes: Uint8Array, prefix: readonly (number | null)[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => byte === null || bytes[i] === byte);
}

/**
 * Refuses what is no UTF-8 text by its first bytes.
 *
 * @throws FormatError FMT006 for UTF-32; FMT002 for a binary format and a compression that is not read
 */
export function checkIsText(file: string, head: Uint8Array): void {
  for (const { bytes, encoding } of BYTE_ORDER_MARKS) {
    if (!startsWith(head, bytes)) continue;
    throw new FormatError("FMT006", `${file} is ${encoding}, not UTF-8`, {
      place: { file, line: 1, column: 1 },
      help: `convert it first: iconv -f ${encoding.slice(0, 6)} -t UTF-8 ${file}`,
    });
  }
  for (const compression of FOREIGN_COMPRESSIONS) {
    const { name, magic } = compression;
    if (magic === undefined || !startsWith(head, magic)) continue;
    throw new FormatError("FMT002", `${file} is no text: it is compressed with ${name}`, {
      notes: [READ_COMPRESSIONS],
      help: `decompress it on the way: ${
        decompressing(file, compression)
      } | ndpipe …, with -i - and the format as --from`,
    });
  }
  const other = binaryFormat(head);
  if (other !== null) {
    throw new FormatError("FMT002", `${file} is no text: it is ${other.what}`, {
      help: otherFormatHelp(file, other),
    });
  }
}

/**
 * Refuses bytes that no text has. Only a first record is asked, so that it does not depend on how much was read.
 *
 * @throws FormatError FMT002
 */
export function checkHasNoNul(file: string, record: Uint8Array): void {
  const nul = record.indexOf(0);
  if (nul < 0) return;
  throw new FormatError("FMT002", `${file} is no text: byte ${nul + 1} is NUL`, {
    notes: ["a text file holds no NUL byte: it is a binary file"],
    help: "name a text file, or convert it to UTF-8 first",
  });
}

/** Bytes of a UTF-8 byte order mark in front. */
export function byteOrderMarkBytes(head: Uint8Array): number {
  return startsWith(head, [0xef, 0xbb, 0xbf]) ? 3 : 0;
}
