/** The CRC-32 of ZIP, of gzip and of Parquet, where few bytes have one. @module */
import { zlib } from "./node_zlib.ts";

/**
 * More, of all calls together, are left to node:zlib, 20 times as fast, which takes as long to be loaded as a table
 * takes for so many.
 */
const FEW_BYTES = 1024 ** 2;

/** of the calls so far, this one too */
let seenBytes = 0;

/** of one byte: the polynomial, reflected (RFC 1952, section 8) */
let table: Uint32Array | null = null;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb8_8320;
    return crc;
  });
}

/**
 * The checksum of bytes.
 *
 * @returns of 32 bits, not negative
 *
 * @example
 * ```ts
 * import { crc32 } from "./crc32.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(crc32(new TextEncoder().encode("123456789")), 0xcbf4_3926);
 * ```
 */
export function crc32(bytes: Uint8Array): number {
  seenBytes += bytes.length;
  if (seenBytes > FEW_BYTES) return zlib().crc32(bytes);
  const ofByte = table ??= makeTable();
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = ofByte[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
