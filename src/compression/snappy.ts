/**
 * Snappy blocks, as Parquet has them: no framing. Source: format_description.txt of the Snappy project. The work is
 * done in wasm (assembly/decode_snappy.ts, encode_snappy.ts).
 *
 * @module
 */
import type { Refuse } from "./refuse.ts";
import { decodePlaced, encodePlaced } from "./staging.ts";

/** A block's length, "stored as a little-endian varint" of at most 32 bits: the bytes it takes, and its value. */
export function snappyLength(
  source: Uint8Array,
  refuse: Refuse,
): { readonly read: number; readonly size: number } {
  let size = 0;
  for (let read = 0; read < 5; read++) {
    if (read >= source.length) return refuse("Snappy bytes end inside their length");
    const byte = source[read]!;
    size += (byte & 0x7f) * 2 ** (7 * read);
    if (byte < 0x80) return { read: read + 1, size };
  }
  return refuse("Snappy bytes begin with a length of more than 32 bits");
}

/** Bytes that a literal's tag takes at most. */
export const LITERAL_TAG_BYTES = 5;

/** The literal whose tag stands at the start of some bytes; null: it is another element, or cut short. */
export function snappyLiteral(
  bytes: Uint8Array,
): { readonly tagBytes: number; readonly numBytes: number } | null {
  const tag = bytes[0];
  if (tag === undefined || (tag & 3) !== 0) return null;
  const less = tag >> 2;
  if (less < 60) return { tagBytes: 1, numBytes: less + 1 };
  const tagBytes = less - 58;
  if (bytes.length < tagBytes) return null;
  let numBytes = 1;
  for (let i = 1; i < tagBytes; i++) numBytes += bytes[i]! * 2 ** (8 * (i - 1));
  return { tagBytes, numBytes };
}

/** Decodes a Snappy block into the whole of `target`. */
export function decodeSnappy(source: Uint8Array, target: Uint8Array, refuse: Refuse): void {
  const { read, size } = snappyLength(source, refuse);
  if (size !== target.length) {
    return refuse(`Snappy bytes hold ${size} bytes where ${target.length} are promised`);
  }
  decodePlaced(source.subarray(read), target, (at) => {
    const { kernels, table } = at;
    const end = kernels.decodeSnappy(at.source, at.sourceEnd, at.target, at.targetEnd, table!) >>> 0;
    switch (kernels.problem.value) {
      case 0:
        if (end === at.targetEnd) return size;
        return refuse(`Snappy bytes hold ${end - at.target} bytes and say ${size}`);
      case 1:
        return refuse("Snappy bytes end inside a literal or a copy");
      case 2:
        return refuse("Snappy bytes hold more than is said");
      default:
        return refuse("a Snappy copy reaches before the start");
    }
  }, { needsTable: true });
}

/** Bytes that a block of `numBytes` takes at most, whatever they are. */
export function snappyBound(numBytes: number): number {
  return numBytes + Math.ceil(numBytes / 6) + 32;
}

/**
 * Compresses bytes into one Snappy block, its length in front. The same bytes give the same block.
 *
 * @param target may have less than `snappyBound`: then the block has to fit
 * @returns bytes of the block; null: it does not fit
 *
 * @example
 * ```ts
 * import { compressSnappy, decodeSnappy, snappyBound } from "./snappy.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const plain = new Uint8Array(1000).fill(7), block = new Uint8Array(snappyBound(1000));
 * const numBytes = compressSnappy(plain, block)!;
 * const target = new Uint8Array(1000);
 * decodeSnappy(block.subarray(0, numBytes), target, (detail) => {
 *   throw new Error(detail);
 * });
 * deepStrictEqual(target, plain);
 * ```
 */
export function compressSnappy(source: Uint8Array, target: Uint8Array): number | null {
  return encodePlaced(source, target, (at) => {
    let write = at.target;
    if (at.targetEnd - write < 5) return 0;
    let rest = source.byteLength;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) at.bytes[write++] = (rest % 0x80) | 0x80;
    at.bytes[write++] = rest;
    return at.kernels.encodeSnappy(at.source, at.sourceEnd, write, at.targetEnd, at.table) >>> 0;
  });
}
