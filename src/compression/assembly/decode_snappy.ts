/**
 * Snappy blocks behind their length. Every length and offset is checked before a byte moves.
 *
 * Source: format_description.txt of the Snappy project.
 */
import { copyMatch, copyWild } from "./copy";
import { BEFORE_WINDOW, clearProblem, CUT_SHORT, stop, TOO_LONG } from "./problem";

/** a tag, its literal of up to 16 bytes, loaded whole; or a tag and 4 bytes of offset */
const SOURCE_MARGIN: usize = 24;
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
 * Decodes [read, readEnd) to [start, writeEnd).
 *
 * @returns where the output ends; 0 with a problem
 */
export function decodeSnappy(read: usize, readEnd: usize, start: usize, writeEnd: usize): usize {
  clearProblem();
  let write = start;
  while (true) {
    while (readEnd - read >= SOURCE_MARGIN && writeEnd - write >= TARGET_MARGIN) {
      const tag: usize = load<u8>(read), kind = tag & 3;
      if (kind === 0) {
        const numBytes = (tag >> 2) + 1;
        if (numBytes > 16) break;
        v128.store(write, v128.load(read, 1));
        read += 1 + numBytes;
        write += numBytes;
        continue;
      }
      let numBytes = (tag >> 2) + 1, offset: usize;
      if (kind === 1) {
        numBytes = ((tag >> 2) & 7) + 4;
        offset = ((tag >> 5) << 8) | <usize> load<u8>(read, 1);
        read += 2;
      } else if (kind === 2) {
        offset = load<u16>(read, 1);
        read += 3;
      } else {
        offset = load<u32>(read, 1);
        read += 5;
      }
      if (offset === 0 || offset > write - start) return stop(BEFORE_WINDOW);
      copyFar(write, offset, numBytes, writeEnd - write);
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
