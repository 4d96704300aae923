/**
 * xxHash-32, the checksum of LZ4 frames. The work is done in wasm (assembly/xxhash32.ts).
 *
 * @module
 */
import { decodePlaced } from "./staging.ts";

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
  let hash = 0;
  decodePlaced(bytes, bytes.subarray(0, 0), ({ kernels, source, sourceEnd }) => {
    hash = kernels.xxhash32(source, sourceEnd) >>> 0;
    return 0;
  });
  return hash;
}
