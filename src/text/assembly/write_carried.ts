/*
 * Values of carried columns as text: numbers, bools, text, dates and times, or null. What is seldom (years of more than
 * four digits, text that is no UTF-8 in JSON, columns with parts) is left to the caller.
 */
import { CR, LF } from "./ascii";
import { copyBytes } from "./copy_bytes";
import { writeNonFinite } from "./json_member";
import { validUtf8End } from "./utf8";
import { FULL, LEFT } from "./write_end";
import { BOOL, F32, writeValue } from "./write_number";
import { writeTemporal } from "./write_temporal";

/** added to the kinds of numbers; a descriptor of such a kind points at details, and has no stride */
export const CARRIED: u32 = 16;
const CARRIED_BOOL: u32 = CARRIED + BOOL;
/** 33: days; 34: milliseconds of days; 35: times */
const TEXT: u32 = 32, DATE: u32 = 33, CALLER: u32 = 40;

/** of details: a bitmap of validity (0: all rows have values) and its bit of row 0; where values are, how far apart */
const VALIDITY: usize = 0, FIRST_BIT: usize = 4, DATA: usize = 8, ITEM_BYTES: usize = 12;
/** of text, where the offsets of its rows are */
const OFFSETS: usize = 16;

const QUOTE: u32 = 34, BACKSLASH: u32 = 92, SPACE: u32 = 32;
const NULL: u32 = 0x6c6c756e;
/** of a byte of text in JSON: \u0000 */
const MAX_ESCAPE_BYTES: usize = 6;

// @ts-ignore: decorator
@inline
function bit(bitmap: usize, index: u32): bool {
  return ((u32(load<u8>(bitmap + (index >> 3))) >> (index & 7)) & 1) !== 0;
}

/** Bits of the bytes from `p` to `end`, 16 at most. */
// @ts-ignore: decorator
@inline
function within(mask: i32, p: usize, end: usize): i32 {
  const numBytes = end - p;
  return numBytes >= 16 ? mask : mask & ((1 << i32(numBytes)) - 1);
}

/** Whether a text has to be in quotes: it is empty, or holds a quote, the delimiter or a line end. */
function mustQuote(start: usize, end: usize, delimiter: u32): bool {
  const quotes = i8x16.splat(i8(QUOTE)), delimiters = i8x16.splat(i8(delimiter));
  const lineFeeds = i8x16.splat(i8(LF)), returns = i8x16.splat(i8(CR));
  for (let p = start; p < end; p += 16) {
    const bytes = v128.load(p);
    const isMark = v128.or(
      v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, delimiters)),
      v128.or(i8x16.eq(bytes, lineFeeds), i8x16.eq(bytes, returns)),
    );
    if (within(i8x16.bitmask(isMark), p, end) !== 0) return true;
  }
  return start === end;
}

function writeField(out: usize, start: usize, end: usize, delimiter: u32): usize {
  if (!mustQuote(start, end, delimiter)) {
    copyBytes(out, start, u32(end - start));
    return out + (end - start);
  }
  const quotes = i8x16.splat(i8(QUOTE));
  let q = out, from = start, p = start;
  store<u8>(q++, u8(QUOTE));
  while (p < end) {
    const mask = within(i8x16.bitmask(i8x16.eq(v128.load(p), quotes)), p, end);
    if (mask === 0) {
      p += 16;
      continue;
    }
    p += usize(ctz(mask)) + 1;
    copyBytes(q, from, u32(p - from));
    q += p - from;
    store<u8>(q++, u8(QUOTE));
    from = p;
  }
  copyBytes(q, from, u32(end - from));
  q += end - from;
  store<u8>(q, u8(QUOTE));
  return q + 1;
}

/** The letter of an escape of two bytes; 0: the byte is written \u00XX. */
function escapeLetter(c: u32): u32 {
  switch (c) {
    case 8:
      return 98;
    case 9:
      return 116;
    case 10:
      return 110;
    case 12:
      return 102;
    case 13:
      return 114;
    default:
      return c < SPACE ? 0 : c;
  }
}

/** A string of JSON, as JSON.stringify has it; `LEFT`: the text is no UTF-8. */
function writeString(out: usize, start: usize, end: usize): usize {
  const quotes = i8x16.splat(i8(QUOTE)), backslashes = i8x16.splat(i8(BACKSLASH)), spaces = i8x16.splat(i8(SPACE));
  let q = out, from = start, p = start, wide = 0;
  store<u8>(q++, u8(QUOTE));
  while (p < end) {
    const bytes = v128.load(p);
    const isMark = v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes));
    wide |= within(i8x16.bitmask(bytes), p, end);
    const mask = within(i8x16.bitmask(v128.or(isMark, i8x16.lt_u(bytes, spaces))), p, end);
    if (mask === 0) {
      p += 16;
      continue;
    }
    p += usize(ctz(mask));
    copyBytes(q, from, u32(p - from));
    q += p - from;
    const c = u32(load<u8>(p)), letter = escapeLetter(c);
    store<u8>(q, u8(BACKSLASH));
    if (letter !== 0) {
      store<u8>(q, u8(letter), 1);
      q += 2;
    } else {
      store<u32>(q, 0x30303075, 1);
      store<u8>(q, u8(48 + (c >> 4)), 4);
      const low = c & 15;
      store<u8>(q, u8(low + (low > 9 ? 87 : 48)), 5);
      q += 6;
    }
    from = ++p;
  }
  if (wide !== 0 && validUtf8End(start, end) !== end) return LEFT;
  copyBytes(q, from, u32(end - from));
  q += end - from;
  store<u8>(q, u8(QUOTE));
  return q + 1;
}

/** Writes the value of a row; `FULL`, `LEFT`: nothing is written. */
// @ts-ignore: decorator
@inline
export function writeCarried(
  out: usize,
  kind: u32,
  details: usize,
  row: u32,
  limit: usize,
  isJson: bool,
  delimiter: u32,
  tables: usize,
): usize {
  if (kind === CALLER) return LEFT;
  const validity = usize(load<u32>(details, VALIDITY)), firstBit = load<u32>(details, FIRST_BIT);
  if (validity !== 0 && !bit(validity, firstBit + row)) {
    if (!isJson) return out;
    store<u32>(out, NULL);
    return out + 4;
  }
  const data = usize(load<u32>(details, DATA));
  if (kind === TEXT) {
    const offsets = usize(load<u32>(details, OFFSETS)) + (usize(row) << 2);
    const start = data + load<u32>(offsets), end = data + load<u32>(offsets, 4);
    if (out + (end - start) * (isJson ? MAX_ESCAPE_BYTES : 2) + 2 > limit) return FULL;
    return isJson ? writeString(out, start, end) : writeField(out, start, end, delimiter);
  }
  const pointer = data + usize(row) * load<u32>(details, ITEM_BYTES);
  if (kind >= DATE) {
    if (!isJson) return writeTemporal(out, kind - DATE, pointer, details);
    store<u8>(out, u8(QUOTE));
    const behind = writeTemporal(out + 1, kind - DATE, pointer, details);
    if (behind === LEFT) return LEFT;
    store<u8>(behind, u8(QUOTE));
    return behind + 1;
  }
  if (kind === CARRIED_BOOL) {
    if (bit(data, firstBit + row)) {
      store<u32>(out, 0x65757274);
      return out + 4;
    }
    store<u64>(out, 0x65736c6166);
    return out + 5;
  }
  const numberKind = kind - CARRIED;
  const behind: usize = isJson && numberKind <= F32 ? writeNonFinite(out, numberKind, pointer) : 0;
  return behind !== 0 ? behind : writeValue(out, numberKind, pointer, tables);
}
