/*
 * What lines of JSON have about their values.
 */
import { LF } from "./ascii";
import { F64 } from "./write_number";

/** a key: where its text is, counting from the first key's entry, and how long it is */
const KEY_OFFSET: usize = 0, KEY_BYTES: usize = 4, KEY_ENTRY_BYTES: usize = 8;
/** what follows the last value of a row: the end of the line, or of the object and the line */
const LINE: u32 = 1, OBJECT: u32 = 3;
const CLOSE: u8 = 125;

/** Copies the key of a column; gives the position behind it. */
// @ts-ignore: decorator
@inline
export function copyKey(out: usize, keys: usize, column: u32): usize {
  const key = keys + usize(column) * KEY_ENTRY_BYTES;
  const from = keys + load<u32>(key, KEY_OFFSET), numBytes = load<u32>(key, KEY_BYTES);
  for (let i: usize = 0; i < numBytes; i += 16) v128.store(out + i, v128.load(from + i));
  return out + numBytes;
}

/** What stands behind a value that ends a line. */
// @ts-ignore: decorator
@inline
export function endMember(behind: usize, lineEnd: u32): usize {
  let out = behind;
  if (lineEnd === OBJECT) store<u8>(out++, CLOSE);
  if (lineEnd === OBJECT || lineEnd === LINE) store<u8>(out++, u8(LF));
  return out;
}

/** "NaN", "Infinity", "-Infinity", in quotes; 0: the value is finite. */
export function writeNonFinite(out: usize, kind: u32, pointer: usize): usize {
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
