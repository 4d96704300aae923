/*
 * Rows of columns as text: CSV, or lines of JSON. May store up to 64 bytes behind what it writes, and of JSON the
 * longest key.
 */
import { CR, LF } from "./ascii";
import { copyKey, endMember, writeNonFinite } from "./json_member";
import { CARRIED, writeCarried } from "./write_carried";
import { LEFT } from "./write_end";
import { F32, F64, writeFloat64, writeValue } from "./write_number";

const KIND: usize = 0, POINTER: usize = 4, STRIDE: usize = 8, LINE_END: usize = 12;
const DESCRIPTOR_BYTES: usize = 16;

/** where the last call stopped */
export let nextRow: u32 = 0;
export let nextColumn: u32 = 0;
/** 1: before a value that the caller writes, the key included */
export let isLeft: u32 = 0;

/**
 * Writes values from column `firstColumn` of row `firstRow` on, each with what follows it, until all are written or the
 * text reaches `limit`, or one is the caller's; gives the text's end and leaves the place in `nextRow` and `nextColumn`.
 *
 * @param isJson a constant: values as members of objects, whose keys are at `keys`; else `delimiter` is between them
 */
// @ts-ignore: decorator
@inline
function writeCells(
  descriptors: usize,
  numColumns: u32,
  tables: usize,
  firstRow: u32,
  firstColumn: u32,
  numRows: u32,
  start: usize,
  limit: usize,
  isJson: bool,
  keys: usize,
  firstKey: u32,
  delimiter: u32,
): usize {
  let out = start, row = firstRow, column = firstColumn;
  isLeft = 0;
  while (row < numRows) {
    while (column < numColumns) {
      if (out >= limit) {
        nextRow = row;
        nextColumn = column;
        return out;
      }
      const descriptor = descriptors + usize(column) * DESCRIPTOR_BYTES, kind = load<u32>(descriptor, KIND);
      const pointer = load<u32>(descriptor, POINTER) + row * load<u32>(descriptor, STRIDE);
      const lineEnd = load<u32>(descriptor, LINE_END);
      const value = isJson ? copyKey(out, keys, firstKey + column) : out;
      let behind: usize = 0;
      // CSV's usual kind first, and without a call, which costs a tenth of the value
      if (!isJson && kind === F64) behind = writeFloat64(value, load<u64>(pointer), tables);
      else if (kind >= CARRIED) {
        behind = writeCarried(value, kind, pointer, row, limit, isJson, delimiter, tables);
        if (behind <= LEFT) {
          nextRow = row;
          nextColumn = column;
          isLeft = u32(behind === LEFT);
          return out;
        }
      } else {
        if (isJson && kind <= F32) behind = writeNonFinite(value, kind, pointer);
        if (behind === 0) behind = writeValue(value, kind, pointer, tables);
      }
      if (isJson) out = endMember(behind, lineEnd);
      else {
        out = behind;
        if (lineEnd === 0) store<u8>(out++, u8(delimiter));
        else {
          if (lineEnd === 2) store<u8>(out++, u8(CR));
          store<u8>(out++, u8(LF));
        }
      }
      column++;
    }
    column = 0;
    row++;
  }
  nextRow = row;
  nextColumn = 0;
  return out;
}

/** Rows of CSV. */
export function writeRows(
  descriptors: usize,
  numColumns: u32,
  tables: usize,
  firstRow: u32,
  firstColumn: u32,
  numRows: u32,
  start: usize,
  limit: usize,
  delimiter: u32,
): usize {
  return writeCells(
    descriptors,
    numColumns,
    tables,
    firstRow,
    firstColumn,
    numRows,
    start,
    limit,
    false,
    0,
    0,
    delimiter,
  );
}

/** Lines of JSON; `keys` are those of the table's columns, each with what stands before and behind it. */
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
  return writeCells(
    descriptors,
    numColumns,
    tables,
    firstRow,
    firstColumn,
    numRows,
    start,
    limit,
    true,
    keys,
    firstKey,
    0,
  );
}
