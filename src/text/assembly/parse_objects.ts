/*
 * Lines of JSON, an object each, whose keys come in one order and whose values are numbers, bools, nulls and strings:
 * parsed straight into columns. A line that is anything else stops the parser before it: the caller treats that line,
 * or makes the error, and starts the parser again behind it.
 */
import { CR, LF, MINUS, SPACE, TAB } from "./ascii";
import {
  BOOL_VALUE,
  CARRIED_NUMBER,
  DATE,
  endText,
  putBool,
  putTemporal,
  setValid,
  TEXT,
  textTarget,
  TIME,
} from "./parse_carried";
import {
  BOOL,
  CALLER,
  CARRIED,
  DESCRIPTOR_BYTES,
  DETAILS,
  F32,
  F64,
  FLAGS,
  HAS_SUBSTITUTE,
  I32,
  I64,
  KIND,
  LAST_OF_FIELD,
  LAST_OF_RECORD,
  OFFSET,
  parseJsonNumber,
  putInteger,
  putSubstitute,
  SKIP,
  STRIDE,
  SUBSTITUTE,
} from "./parse_field";
import { QUOTE, readString, textEnd } from "./parse_string";
import { readTemporal } from "./parse_temporal";

/** where the parser stopped: the start of the line; behind the last one where it did not */
export let objectPosition: u32 = 0;
export let objectRow: u32 = 0;

const OPEN: u32 = 123, CLOSE: u32 = 125, COLON: u32 = 58, COMMA: u32 = 44;
const TRUE: u32 = 0x65757274, FALS: u32 = 0x736c6166, NULL: u32 = 0x6c6c756e;
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

/**
 * Takes a string, or a null, as the row's text: bytes go behind the text of the row before, whose end is in the
 * offsets. The position behind it; 0: it is for the caller.
 */
function putText(details: usize, columns: usize, offsets: usize, start: usize, row: u32): usize {
  const rowOffset = offsets + (usize(row) << 2), target = textTarget(details, columns, rowOffset);
  if (load<u32>(start) === NULL) {
    endText(details, columns, rowOffset, target);
    return start + 4;
  }
  if (u32(load<u8>(start)) !== QUOTE) return 0;
  const behind = readString(start, target);
  if (behind === 0) return 0;
  endText(details, columns, rowOffset, textEnd);
  setValid(details, columns, row);
  return behind;
}

/** Takes a bool into a byte; the position behind it; 0: it is for the caller. */
// @ts-ignore: decorator
@inline
function readBool(target: usize, start: usize): usize {
  const isTrue = load<u32>(start) === TRUE;
  if (!isTrue && (load<u32>(start) !== FALS || load<u8>(start, 4) !== 101)) return 0;
  store<u8>(target, u8(isTrue));
  return start + (isTrue ? 4 : 5);
}

/** The strings of floats that JSON has no numbers for; 0: it is for the caller. */
function readFloatWord(kind: u32, target: usize, start: usize): usize {
  const word = load<u64>(start, 1);
  let p = start + 1, bits: u64 = 0;
  if ((word & 0xffffffff) === 0x224e614e) {
    bits = 0x7ff8000000000000;
    p += 4;
  } else {
    const isNegative = (word & 0xff) === u64(MINUS);
    if (isNegative) p++;
    if (load<u64>(p) !== 0x7974696e69666e49 || u32(load<u8>(p, 8)) !== QUOTE) return 0;
    bits = 0x7ff0000000000000 | (u64(isNegative) << 63);
    p += 9;
  }
  if (kind === F64) store<u64>(target, bits);
  else store<f32>(target, f32(reinterpret<f64>(bits)));
  return p;
}

// @ts-ignore: decorator
@inline
function readFloat(kind: u32, details: usize, target: usize, start: usize, tables: usize): usize {
  return u32(load<u8>(start)) === QUOTE
    ? readFloatWord(kind, target, start)
    : parseJsonNumber(kind, details, target, start, tables);
}

/** Takes a value of a carried column that is no text, or a date or a time; 0: it is for the caller. */
function putCarried(
  descriptor: usize,
  details: usize,
  columns: usize,
  target: usize,
  start: usize,
  row: u32,
  tables: usize,
): usize {
  const kind = u32(load<u16>(descriptor, KIND)), flags = u32(load<u16>(descriptor, FLAGS));
  if (load<u32>(start) === NULL) {
    if (kind > TIME || (flags & CARRIED)) return start + 4;
    if (!(flags & HAS_SUBSTITUTE)) return 0;
    putInteger(kind === DATE ? I32 : I64, target, load<u64>(details, SUBSTITUTE));
    return start + 4;
  }
  if (kind <= TIME) {
    if (u32(load<u8>(start)) !== QUOTE) return 0;
    const end = readTemporal(kind === DATE, details, start + 1, 256, tables);
    if (end === 0 || u32(load<u8>(end)) !== QUOTE) return 0;
    putTemporal(descriptor, details, columns, target, row);
    return end + 1;
  }
  const parsed = kind - CARRIED_NUMBER;
  if (parsed === BOOL) {
    const end = readBool(details + BOOL_VALUE, start);
    if (end !== 0) putBool(details, columns, target, row);
    return end;
  }
  const behind = parsed <= F32
    ? readFloat(parsed, details, target, start, tables)
    : parseJsonNumber(parsed, details, target, start, tables);
  if (behind !== 0) setValid(details, columns, row);
  return behind;
}

/** The position behind a value that nothing asks for; 0: it is for the caller. `target` takes what a number writes. */
function passValue(start: usize, tables: usize, target: usize): usize {
  const c = u32(load<u8>(start)), word = load<u32>(start);
  if (c === QUOTE) return readString(start, 0);
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
      } else if (kind > CALLER) behind = putCarried(descriptor, details, columns, target, p, row, tables);
      else if (load<u32>(p) === NULL) {
        if (!(flags & HAS_SUBSTITUTE)) return 0;
        putSubstitute(descriptor, details, target);
        behind = p + 4;
      } else if (kind === BOOL) behind = readBool(target, p);
      else if (kind <= F32) behind = readFloat(kind, details, target, p, tables);
      else behind = parseJsonNumber(kind, details, target, p, tables);
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
