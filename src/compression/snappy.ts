/**
 * Snappy blocks, as Parquet has them: no framing. Every length and offset is checked before a byte moves.
 *
 * Source: format_description.txt of the Snappy project.
 *
 * @module
 */
import { copyMatch } from "./lz4_block.ts";
import type { Refuse } from "./refuse.ts";

/** below this a loop is faster than a call */
const SHORT_BYTES = 32;

/** "stored as a little-endian varint" of at most 32 bits; the bytes it takes, and its value */
function preamble(source: Uint8Array, refuse: Refuse): { readonly read: number; readonly size: number } {
  let size = 0;
  for (let read = 0; read < 5; read++) {
    if (read >= source.length) return refuse("Snappy bytes end inside their length");
    const byte = source[read]!;
    size += (byte & 0x7f) * 2 ** (7 * read);
    if (byte < 0x80) return { read: read + 1, size };
  }
  return refuse("Snappy bytes begin with a length of more than 32 bits");
}

/** Decodes a Snappy block into the whole of `target`. */
export function decodeSnappy(source: Uint8Array, target: Uint8Array, refuse: Refuse): void {
  const { read: first, size } = preamble(source, refuse);
  if (size !== target.length) {
    return refuse(`Snappy bytes hold ${size} bytes where ${target.length} are promised`);
  }
  const sourceEnd = source.length;
  let read = first, write = 0;
  while (read < sourceEnd) {
    const tag = source[read++]!, kind = tag & 3;
    if (kind === 0) {
      let numBytes = (tag >> 2) + 1;
      if (numBytes > 60) {
        const numLengthBytes = numBytes - 60;
        if (numLengthBytes > sourceEnd - read) return refuse("Snappy bytes end inside a length");
        numBytes = 1;
        for (let i = 0; i < numLengthBytes; i++) numBytes += source[read + i]! * 2 ** (8 * i);
        read += numLengthBytes;
      }
      if (numBytes > sourceEnd - read) return refuse("Snappy bytes end inside a literal");
      if (numBytes > size - write) return refuse("Snappy bytes hold more than is said");
      if (numBytes <= SHORT_BYTES) {
        for (let i = 0; i < numBytes; i++) target[write + i] = source[read + i]!;
      } else {
        target.set(source.subarray(read, read + numBytes), write);
      }
      read += numBytes;
      write += numBytes;
      continue;
    }
    const numOffsetBytes = kind === 3 ? 4 : kind;
    if (numOffsetBytes > sourceEnd - read) return refuse("Snappy bytes end inside a copy");
    let numBytes = (tag >> 2) + 1, offset: number;
    if (kind === 1) {
      numBytes = ((tag >> 2) & 7) + 4;
      offset = ((tag >> 5) << 8) | source[read]!;
    } else {
      offset = source[read]! | (source[read + 1]! << 8);
      if (kind === 3) offset += source[read + 2]! * 2 ** 16 + source[read + 3]! * 2 ** 24;
    }
    read += numOffsetBytes;
    if (offset === 0 || offset > write) return refuse("a Snappy copy reaches before the start");
    if (numBytes > size - write) return refuse("Snappy bytes hold more than is said");
    copyMatch(target, write - offset, write, numBytes);
    write += numBytes;
  }
  if (write !== size) return refuse(`Snappy bytes hold ${write} bytes and say ${size}`);
}
