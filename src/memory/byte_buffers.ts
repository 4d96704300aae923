/**
 * Bytes of JavaScript whose memory grows: what it was before is free at once, where the collector would let it lie.
 *
 * @module
 */

/**
 * The bytes, as far as they fit, in memory of another size. Theirs is gone, and every view of it with it: they have to
 * be all of their buffer.
 *
 * @example
 * ```ts
 * import { resizedBytes } from "./byte_buffers.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const bytes = Uint8Array.of(1, 2);
 * deepStrictEqual(resizedBytes(bytes, 3), Uint8Array.of(1, 2, 0));
 * deepStrictEqual(bytes.length, 0);
 * ```
 */
export function resizedBytes(bytes: Uint8Array<ArrayBuffer>, numBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer.transfer(numBytes));
}

/** Gives the memory of bytes back. They have to be all of their buffer; every view of it is empty then. */
export function freeBytes(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.buffer.transfer(0);
}

/** Other memory in place of what was used, which is free before: what it held is lost. */
export function replacedBytes(used: Uint8Array<ArrayBuffer>, numBytes: number): Uint8Array<ArrayBuffer> {
  freeBytes(used);
  return new Uint8Array(numBytes);
}
