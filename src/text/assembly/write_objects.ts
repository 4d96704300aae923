/*
 * Rows of columns as JSON lines. May store up to 64 bytes, and the longest key, behind the limit.
 */
import { LF } from "./ascii";
import { F32, F64 } from "./parse_field";
import { DESCRIPTOR_BYTES, KIND, LINE_END, POINTER, STRIDE, writeValue } from "./write_rows";

/** where the last call stopped */
export let nextObjectRow: u32 = 0;
export let nextObjectColumn: u32 = 0;

/** a key: where its text is, counting from the first key's entry, and how long it is */
const KEY_OFFSET: usize = 0, KEY_BYTES: usize = 4, KEY_ENTRY_BYTES: usize = 8;
/** what follows the last value of a row: the end of the line, or of the object and the line */
const LINE: u32 = 1, OBJECT: u32 = 3;
const CLOSE: u8 = 125;

// @ts-ignore: decorator
@inline
function copyKey(out: usize, from: usize, numBytes: u32): usize {
  for (let i: usize = 0; i < numBytes; i += 16) v128.store(out + i, v128.load(from + i));
  return out + numBytes;
}

/** "NaN", "Infinity", "-Infinity", in quotes; 0: the value is finite. */
function writeNonFinite(out: usize, kind: u32, pointer: usize): usize {
  const value = kind === F64 ? load<f64>(pointer) : f64(load<f32>(pointer));
  if (value - value === 0) return 0;
  if (value !== value) {
    store<u64>(out, 0x224e614e22);
    return out + 5;
  }
  store<u16>(out, 0x2d22);
  const p = value < 0 ? out + 2 : out + 1;
  store<u64>(p, 0x7974696e69666e49);
  store<u8>(p, 34, 8);
  return p + 9;
}

/** As `writeRows`; `keys` are those of the columns, each with what stands before and behind it. */
export function writeObjects(
  descriptors: usize,
  keys: usize,
  firstKey: u32,
  numColumns: u32,
  tables: usize,
  firstRow: u32,
  firstColumn: u32,
  numRows: u32,
  start: usize,
  limit: usize,
): usize {
  let out = start, row = firstRow, column = firstColumn;
  while (row < numRows) {
    while (column < numColumns) {
      if (out >= limit) {
        nextObjectRow = row;
        nextObjectColumn = column;
        return out;
      }
      const key = keys + usize(firstKey + column) * KEY_ENTRY_BYTES;
      out = copyKey(out, keys + load<u32>(key, KEY_OFFSET), load<u32>(key, KEY_BYTES));
      const descriptor = descriptors + usize(column) * DESCRIPTOR_BYTES, kind = load<u32>(descriptor, KIND);
      const pointer = load<u32>(descriptor, POINTER) + row * load<u32>(descriptor, STRIDE);
      const behind = kind <= F32 ? writeNonFinite(out, kind, pointer) : 0;
      out = behind !== 0 ? behind : writeValue(out, kind, pointer, tables);
      const lineEnd = load<u32>(descriptor, LINE_END);
      if (lineEnd === OBJECT) store<u8>(out++, CLOSE);
      if (lineEnd === OBJECT || lineEnd === LINE) store<u8>(out++, u8(LF));
      column++;
    }
    column = 0;
    row++;
  }
  nextObjectRow = row;
  nextObjectColumn = 0;
  return out;
}
