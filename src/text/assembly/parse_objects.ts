/*
 * Lines of JSON, an object each, whose keys come in one order and whose values are numbers, bools, nulls and strings
 * without escapes (text that is carried is copied): parsed straight into columns. A line that is anything else stops the parser before it: the caller
 * treats that line, or makes the error, and starts the parser again behind it.
 */
import { CR, LF, SPACE, TAB } from "./ascii";
import {
  BOOL,
  CALLER,
  DESCRIPTOR_BYTES,
  DETAILS,
  FLAGS,
  HAS_SUBSTITUTE,
  KIND,
  LAST_OF_FIELD,
  LAST_OF_RECORD,
  OFFSET,
  parseJsonNumber,
  putSubstitute,
  SKIP,
  STRIDE,
} from "./parse_field";

/** where the parser stopped: the start of the line; behind the last one where it did not */
export let objectPosition: u32 = 0;
export let objectRow: u32 = 0;

const QUOTE: u32 = 34, BACKSLASH: u32 = 92, OPEN: u32 = 123, CLOSE: u32 = 125, COLON: u32 = 58, COMMA: u32 = 44;
const TRUE: u32 = 0x65757274, FALS: u32 = 0x736c6166, NULL: u32 = 0x6c6c756e;
/** a target's kind beside those of parse_field.ts: text that is carried. `OFFSET` is that of the offsets of its rows */
const TEXT: u32 = 9;
/** of its details: where the bytes of its rows and its validity bitmap are, counting from the slot */
const TEXT_DATA: usize = 0, TEXT_VALIDITY: usize = 4;
/** a field's key: where its text is, quotes included, and how long */
const KEY_OFFSET: usize = 0, KEY_BYTES: usize = 4, KEY_ENTRY_BYTES: usize = 8;

// @ts-ignore: decorator
@inline
function passSpace(start: usize): usize {
  let p = start, c = u32(load<u8>(p));
  while (c === SPACE || c === TAB) c = u32(load<u8>(++p));
  return p;
}

/** Whether bytes are the same; both may be loaded up to 7 bytes behind their ends. */
// @ts-ignore: decorator
@inline
function isSame(a: usize, b: usize, numBytes: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= numBytes; i += 8) {
    if (load<u64>(a + usize(i)) !== load<u64>(b + usize(i))) return false;
  }
  if (i === numBytes) return true;
  return (load<u64>(a + usize(i)) ^ load<u64>(b + usize(i))) << (u64(8 - (numBytes - i)) << 3) === 0;
}

/** The position behind a string without escapes; 0: it has some, or no end. Loads up to 15 bytes behind its end. */
function passString(start: usize): usize {
  const quotes = i8x16.splat(i8(QUOTE)), backslashes = i8x16.splat(i8(BACKSLASH)), spaces = i8x16.splat(i8(SPACE));
  let p = start + 1, mask = 0;
  for (;; p += 16) {
    const bytes = v128.load(p);
    const isMark = v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes));
    mask = i8x16.bitmask(v128.or(isMark, i8x16.lt_u(bytes, spaces)));
    if (mask !== 0) break;
  }
  p += usize(ctz(mask));
  return u32(load<u8>(p)) === QUOTE ? p + 1 : 0;
}

/**
 * Takes a string without escapes, or a null, as the row's text: bytes go behind the text of the row before, whose end
 * is in the offsets. The position behind it; 0: it is for the caller.
 */
function putText(details: usize, columns: usize, offsets: usize, start: usize, row: u32): usize {
  const rowOffset = offsets + (usize(row) << 2), textStart = load<u32>(rowOffset);
  if (load<u32>(start) === NULL) {
    store<u32>(rowOffset, textStart, 4);
    return start + 4;
  }
  if (u32(load<u8>(start)) !== QUOTE) return 0;
  const behind = passString(start);
  if (behind === 0) return 0;
  const numBytes = u32(behind - start) - 2;
  memory.copy(columns + load<u32>(details, TEXT_DATA) + textStart, start + 1, numBytes);
  store<u32>(rowOffset, textStart + numBytes, 4);
  const byte = columns + load<u32>(details, TEXT_VALIDITY) + (row >> 3);
  store<u8>(byte, load<u8>(byte) | u8(1 << u8(row & 7)));
  return behind;
}

/** The position behind a value that nothing asks for; 0: it is for the caller. `target` takes what a number writes. */
function passValue(start: usize, tables: usize, target: usize): usize {
  const c = u32(load<u8>(start)), word = load<u32>(start);
  if (c === QUOTE) return passString(start);
  if (word === TRUE || word === NULL) return start + 4;
  if (word === FALS && load<u8>(start, 4) === 101) return start + 5;
  return parseJsonNumber(1, 0, target, start, tables);
}

/**
 * Parses the lines of rows [firstRow, numRows) from `start` on.
 *
 * @param keys of each field an entry, its offset counting from `keys`; 8 bytes in front are scratch
 * @returns 0 all rows are done; 1 stopped before a line
 */
export function parseObjects(
  descriptors: usize,
  keys: usize,
  columns: usize,
  tables: usize,
  start: usize,
  firstRow: u32,
  numRows: u32,
): i32 {
  let p = start;
  for (let row = firstRow; row < numRows; row++) {
    while (u32(load<u8>(p)) === LF || u32(load<u8>(p)) === CR) p++;
    const rowStart = p;
    const end = parseObject(descriptors, keys, columns, tables, p, row);
    if (end === 0) {
      objectPosition = u32(rowStart);
      objectRow = row;
      return 1;
    }
    p = end;
  }
  objectPosition = u32(p);
  return 0;
}

function parseObject(
  descriptors: usize,
  keys: usize,
  columns: usize,
  tables: usize,
  start: usize,
  row: u32,
): usize {
  let p = passSpace(start), descriptor = descriptors, key = keys;
  if (u32(load<u8>(p)) !== OPEN) return 0;
  p++;
  for (;;) {
    p = passSpace(p);
    const keyBytes = load<u32>(key, KEY_BYTES);
    if (!isSame(p, keys + load<u32>(key, KEY_OFFSET), keyBytes)) return 0;
    p = passSpace(p + keyBytes);
    if (u32(load<u8>(p)) !== COLON) return 0;
    p = passSpace(p + 1);
    let behind: usize = 0, flags: u32 = 0;
    for (;;) {
      const kind = u32(load<u16>(descriptor, KIND));
      flags = u32(load<u16>(descriptor, FLAGS));
      const details = descriptors + load<u32>(descriptor, DETAILS);
      const target = columns + load<u32>(descriptor, OFFSET) + row * load<u32>(descriptor, STRIDE);
      if (kind === SKIP) behind = passValue(p, tables, keys - 8);
      else if (kind === CALLER) return 0;
      else if (kind === TEXT) {
        behind = putText(details, columns, columns + load<u32>(descriptor, OFFSET), p, row);
      } else if (load<u32>(p) === NULL) {
        if (!(flags & HAS_SUBSTITUTE)) return 0;
        putSubstitute(descriptor, details, target);
        behind = p + 4;
      } else if (kind === BOOL) {
        const isTrue = load<u32>(p) === TRUE;
        if (!isTrue && (load<u32>(p) !== FALS || load<u8>(p, 4) !== 101)) return 0;
        store<u8>(target, u8(isTrue));
        behind = p + (isTrue ? 4 : 5);
      } else behind = parseJsonNumber(kind, details, target, p, tables);
      if (behind === 0) return 0;
      descriptor += DESCRIPTOR_BYTES;
      if (flags & LAST_OF_FIELD) break;
    }
    p = passSpace(behind);
    const c = u32(load<u8>(p));
    if (flags & LAST_OF_RECORD) {
      if (c !== CLOSE) return 0;
      break;
    }
    if (c !== COMMA) return 0;
    p++;
    key += KEY_ENTRY_BYTES;
  }
  p = passSpace(p + 1);
  const c = u32(load<u8>(p));
  if (c === LF) return p + 1;
  if (c === CR) return u32(load<u8>(p, 1)) === LF ? p + 2 : p + 1;
  return 0;
}
