/*
 * Fields of carried columns, and dates and times of all: into offsets, bytes and a bitmap of validity. An empty field
 * is a null where the descriptor says that it is missing; other spellings of missing values are for the caller, as is
 * all that is unusual.
 */
import { CR, LF, POINT, SPACE, TAB } from "./ascii";
import { copyBytes } from "./copy_bytes";
import {
  BOOL,
  CARRIED,
  EMPTY_IS_MISSING,
  FLAGS,
  HAS_SUBSTITUTE,
  I32,
  I64,
  KIND,
  parseJsonNumber,
  parseSlowly,
  putInteger,
  SUBSTITUTE,
} from "./parse_field";
import { readTemporal, temporalValue } from "./parse_temporal";
import { nextMark, passBare } from "./pass_field";

/** kinds of targets beside those of parse_field.ts; `OFFSET` of a text's is that of the offsets of its rows */
export const TEXT: u32 = 9, DATE: u32 = 10, TIME: u32 = 11;
/** and of carried columns of numbers and bools: that of parse_field.ts, and this */
export const CARRIED_NUMBER: u32 = 16;
/** of details, where the bytes of a text's rows are and where the validity bitmap, counting from the columns */
const TEXT_DATA: usize = 0, VALIDITY: usize = 4;
/** of details of a bool, which have nothing else there: the byte that it is read to */
export const BOOL_VALUE: usize = 8;

// @ts-ignore: decorator
@inline
export function setBit(bitmap: usize, row: u32): void {
  const byte = bitmap + (row >> 3);
  store<u8>(byte, load<u8>(byte) | u8(1 << u8(row & 7)));
}

// @ts-ignore: decorator
@inline
export function setValid(details: usize, columns: usize, row: u32): void {
  setBit(columns + load<u32>(details, VALIDITY), row);
}

/** Where the next text's bytes go. */
// @ts-ignore: decorator
@inline
export function textTarget(details: usize, columns: usize, rowOffset: usize): usize {
  return columns + load<u32>(details, TEXT_DATA) + load<u32>(rowOffset);
}

/** A text is [the end of the row before it, out). */
// @ts-ignore: decorator
@inline
export function endText(details: usize, columns: usize, rowOffset: usize, out: usize): void {
  store<u32>(rowOffset, u32(out - columns - load<u32>(details, TEXT_DATA)), 4);
}

/** Takes a field as text, as src/source/text/carried_fields.ts does. */
function putField(
  details: usize,
  columns: usize,
  offsets: usize,
  row: u32,
  start: usize,
  delimiter: u32,
  quote: u32,
  escape: u32,
): usize {
  const rowOffset = offsets + (usize(row) << 2), target = textTarget(details, columns, rowOffset);
  if (quote === LF || u32(load<u8>(start)) !== quote) {
    // escapes outside of quotes are rare
    const end = passBare(start, delimiter);
    if (escape < 256 && hasByte(start, end, escape)) return 0;
    const numBytes = u32(end - start);
    copyBytes(target, start, numBytes);
    endText(details, columns, rowOffset, target + numBytes);
    if (numBytes !== 0) setValid(details, columns, row);
    return end;
  }
  let p = start + 1, out = target, mark = nextMark(p, quote, escape);
  while (u32(load<u8>(mark)) !== quote || u32(load<u8>(mark, 1)) === quote) {
    copyBytes(out, p, u32(mark - p));
    out += mark - p;
    store<u8>(out++, load<u8>(mark, 1));
    p = mark + 2;
    mark = nextMark(p, quote, escape);
  }
  copyBytes(out, p, u32(mark - p));
  endText(details, columns, rowOffset, out + (mark - p));
  setValid(details, columns, row);
  return mark + 1;
}

function hasByte(start: usize, end: usize, byte: u32): bool {
  for (let p = start; p < end; p++) if (u32(load<u8>(p)) === byte) return true;
  return false;
}

// @ts-ignore: decorator
@inline
function isEnd(c: u32, delimiter: u32): bool {
  return c === delimiter || c === LF || c === CR;
}

/** Stores what `readTemporal` left. */
export function putTemporal(descriptor: usize, details: usize, columns: usize, target: usize, row: u32): void {
  if (u32(load<u16>(descriptor, KIND)) === DATE) store<i32>(target, i32(temporalValue));
  else store<i64>(target, temporalValue);
  if (u32(load<u16>(descriptor, FLAGS)) & CARRIED) setValid(details, columns, row);
}

/** Stores a bool that was read to its details. */
export function putBool(details: usize, columns: usize, bits: usize, row: u32): void {
  if (load<u8>(details, BOOL_VALUE) !== 0) setBit(bits, row);
  setValid(details, columns, row);
}

/** The number, or bool, of a carried column; 0: it is for the caller. `target` is that of the row. */
function putNumber(
  descriptor: usize,
  details: usize,
  columns: usize,
  target: usize,
  row: u32,
  start: usize,
  delimiter: u32,
  quote: u32,
  decimal: u32,
  tables: usize,
): usize {
  const kind = u32(load<u16>(descriptor, KIND)) - CARRIED_NUMBER;
  if (kind === BOOL) {
    const end = parseSlowly(BOOL, descriptor, details, details + BOOL_VALUE, start, delimiter, quote, decimal, tables);
    if (end !== 0) putBool(details, columns, target, row);
    return end;
  }
  let end: usize = decimal === POINT ? parseJsonNumber(kind, details, target, start, tables) : 0;
  if (end === 0 || !isEnd(u32(load<u8>(end)), delimiter)) {
    end = parseSlowly(kind, descriptor, details, target, start, delimiter, quote, decimal, tables);
  }
  if (end !== 0) setValid(details, columns, row);
  return end;
}

/** Takes a field of a kind above `CALLER`, and gives the position behind it; 0: it is for the caller. */
export function parseCarried(
  descriptor: usize,
  details: usize,
  columns: usize,
  target: usize,
  row: u32,
  start: usize,
  delimiter: u32,
  quote: u32,
  escape: u32,
  decimal: u32,
  tables: usize,
): usize {
  const kind = u32(load<u16>(descriptor, KIND)), flags = u32(load<u16>(descriptor, FLAGS));
  if (kind === TEXT) return putField(details, columns, target, row, start, delimiter, quote, escape);
  let p = start, c = u32(load<u8>(p));
  while ((c === SPACE || c === TAB) && c !== delimiter) c = u32(load<u8>(++p));
  if (isEnd(c, delimiter)) {
    if (!(flags & EMPTY_IS_MISSING)) return 0;
    // what stands in for a carried null is there
    if (flags & CARRIED) return p;
    if (!(flags & HAS_SUBSTITUTE)) return 0;
    putInteger(kind === DATE ? I32 : I64, target, load<u64>(details, SUBSTITUTE));
    return p;
  }
  const isQuoted = quote !== LF && c === quote;
  // spaces before a quote are part of the text
  if (isQuoted && p !== start) return 0;
  if (kind > TIME) {
    return putNumber(descriptor, details, columns, target, row, p, delimiter, quote, decimal, tables);
  }
  let end = readTemporal(kind === DATE, details, isQuoted ? p + 1 : p, isQuoted ? 256 : delimiter, tables);
  if (end === 0) return 0;
  if (isQuoted && u32(load<u8>(end++)) !== quote) return 0;
  if (!isEnd(u32(load<u8>(end)), delimiter)) return 0;
  putTemporal(descriptor, details, columns, target, row);
  return end;
}
