/** Memory of inputs that grows: what it was before is free at once, where the collector would let it lie. @module */

/**
 * The bytes, as far as they fit, in memory of another size. Theirs is gone, and every view of it with it: they have to
 * be all of their buffer.
 *
 * @example
 * ```ts
 * import { resizedBytes } from "./resized_bytes.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const bytes = Uint8Array.of(1, 2);
 * deepStrictEqual(resizedBytes(bytes, 3), Uint8Array.of(1, 2, 0));
 * deepStrictEqual(bytes.length, 0);
 * ```
 */
export function resizedBytes(bytes: Uint8Array<ArrayBuffer>, numBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer.transfer(numBytes));
}
