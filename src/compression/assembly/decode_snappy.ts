/**
 * Snappy blocks behind their length. Every length and offset is checked before a byte moves.
 *
 * Source: format_description.txt of the Snappy project.
 *
 * decodeSnappy is longer than a function should be: it keeps its place in registers.
 */
import { copyMatch, copyWild } from "./copy";
import { BEFORE_WINDOW, clearProblem, CUT_SHORT, stop, TOO_LONG } from "./problem";

/** a tag, its literal of up to 16 bytes, loaded whole; or a tag and 4 bytes of offset */
const SOURCE_MARGIN: usize = 24;
/** what is copied without asking for its kind: 16 bytes, from 16 bytes back or further */
const SHORT_BYTES: usize = 16;
/** a copy of 64 bytes, stored 16 at a time */
const TARGET_MARGIN: usize = 80;

/** Little-endian bytes, 1 to 4. */
function number(from: usize, numBytes: usize): usize {
  let value: usize = 0;
  for (let i: usize = 0; i < numBytes; i++) value |= <usize> load<u8>(from + i) << (8 * i);
  return value;
}

/** Copies 4 to 64 bytes far from the target's end. */
// @ts-ignore: decorator
@inline
function copyFar(to: usize, offset: usize, numBytes: usize, room: usize): void {
  const from = to - offset;
  if (offset < 16) return copyMatch(to, offset, numBytes, room);
  v128.store(to, v128.load(from));
  if (numBytes <= 16) return;
  v128.store(to, v128.load(from, 16), 16);
  if (numBytes <= 32) return;
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/**
 * By tag, from the lowest bit: a mask of the offset behind the tag (16 bits); what is added to it, divided by 16 (8
 * bits); bytes that are copied, 255 where they are not few. A literal comes from 16 bytes back, which is always within
 * the output.
 */
function makeTable(table: usize): void {
  for (let tag: u32 = 0; tag < 256; tag++) {
    const kind = tag & 3, field = tag >> 2;
    const numBytes = kind === 1 ? (field & 7) + 4 : field + 1;
    const isFew = kind !== 3 && numBytes <= <u32> SHORT_BYTES, base = kind === 1 ? (tag >> 5) << 8 : kind === 0 ? 16 : 0;
    const mask: u32 = kind === 1 ? 0xff : kind === 2 ? 0xffff : 0;
    store<u32>(table + (tag << 2), mask | ((base >> 4) << 16) | ((isFew ? numBytes : 255) << 24));
  }
}

/**
 * Decodes [read, readEnd) to [start, writeEnd), with a table of 1 KiB.
 *
 * @returns where the output ends; 0 with a problem
 */
export function decodeSnappy(read: usize, readEnd: usize, start: usize, writeEnd: usize, table: usize): usize {
  clearProblem();
  makeTable(table);
  const readLimit = readEnd > SOURCE_MARGIN ? readEnd - SOURCE_MARGIN : 0;
  const writeLimit = writeEnd > TARGET_MARGIN ? writeEnd - TARGET_MARGIN : 0;
  let write = start;
  while (true) {
    const hasShort = write - start >= SHORT_BYTES;
    while (hasShort && read < readLimit && write < writeLimit) {
      const word = load<u64>(read), tag = <usize> word & 255, kind = tag & 3, field = tag >> 2;
      const entry = load<u32>(table + (tag << 2)), numBytes: usize = entry >> 24;
      if (numBytes > SHORT_BYTES) {
        // literals with long lengths, and what is rare
        if (kind !== 2) break;
        const offset: usize = load<u16>(read, 1);
        if (offset === 0 || offset > write - start) return stop(BEFORE_WINDOW);
        copyFar(write, offset, field + 1, writeEnd - write);
        read += 3;
        write += field + 1;
        continue;
      }
      const offset = (<usize> (word >> 8) & entry & 0xffff) + ((entry >> 12) & 0xff0);
      // less than 16, or more than there is
      if (offset - SHORT_BYTES > write - start - SHORT_BYTES) {
        if (offset === 0 || offset > write - start) return stop(BEFORE_WINDOW);
        copyMatch(write, offset, numBytes, writeEnd - write);
        read += 1 + kind;
        write += numBytes;
        continue;
      }
      // which kind comes next cannot be predicted: it is selected, not branched on
      v128.store(write, v128.load(select<usize>(write - offset, read + 1, kind !== 0)));
      read = select<usize>(read + 1 + kind, read + 2 + field, kind !== 0);
      write += numBytes;
    }

    if (read >= readEnd) return write;
    const tag: usize = load<u8>(read++), kind = tag & 3;
    let numBytes = (tag >> 2) + 1;
    if (kind === 0) {
      if (numBytes > 60) {
        const numLengthBytes = numBytes - 60;
        if (numLengthBytes > readEnd - read) return stop(CUT_SHORT);
        const less = number(read, numLengthBytes);
        // 2^32 would wrap to 0
        if (less >= writeEnd - write) return stop(TOO_LONG);
        numBytes = less + 1;
        read += numLengthBytes;
      }
      if (numBytes > readEnd - read) return stop(CUT_SHORT);
      if (numBytes > writeEnd - write) return stop(TOO_LONG);
      if (numBytes > 256 || readEnd - read < numBytes + 16 || writeEnd - write < numBytes + 16) {
        memory.copy(write, read, numBytes);
      } else {
        copyWild(read, write, numBytes);
      }
      read += numBytes;
      write += numBytes;
      continue;
    }
    const numOffsetBytes: usize = kind === 3 ? 4 : kind;
    if (numOffsetBytes > readEnd - read) return stop(CUT_SHORT);
    let offset = number(read, numOffsetBytes);
    if (kind === 1) {
      numBytes = ((tag >> 2) & 7) + 4;
      offset |= (tag >> 5) << 8;
    }
    read += numOffsetBytes;
    if (offset === 0 || offset > write - start) return stop(BEFORE_WINDOW);
    if (numBytes > writeEnd - write) return stop(TOO_LONG);
    copyMatch(write, offset, numBytes, writeEnd - write);
    write += numBytes;
  }
  // the compiler takes the break of the inner loop for one of the outer
  return unreachable();
}
