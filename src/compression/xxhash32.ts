/**
 * xxHash-32, the checksum of LZ4 frames.
 *
 * Source: xxhash_spec.md of the xxHash project, "XXH32 algorithm description".
 *
 * @module
 */
const PRIME_1 = 0x9e3779b1, PRIME_2 = 0x85ebca77, PRIME_3 = 0xc2b2ae3d, PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function round(lane: number, word: number): number {
  return Math.imul(rotate((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);
}

/**
 * The hash of bytes, with seed 0.
 *
 * @example
 * ```ts
 * import { xxhash32 } from "./xxhash32.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(xxhash32(new Uint8Array()), 0x02cc5d05);
 * ```
 */
export function xxhash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.byteLength;
  let at = 0, hash: number;
  if (size >= 16) {
    let a = (PRIME_1 + PRIME_2) | 0, b = PRIME_2 | 0, c = 0, d = -PRIME_1 | 0;
    for (; at <= size - 16; at += 16) {
      a = round(a, view.getInt32(at, true));
      b = round(b, view.getInt32(at + 4, true));
      c = round(c, view.getInt32(at + 8, true));
      d = round(d, view.getInt32(at + 12, true));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  } else {
    hash = PRIME_5;
  }
  hash = (hash + size) | 0;
  for (; at <= size - 4; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(view.getInt32(at, true), PRIME_3)) | 0, 17), PRIME_4);
  }
  for (; at < size; at++) {
    hash = Math.imul(rotate((hash + Math.imul(bytes[at]!, PRIME_5)) | 0, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
