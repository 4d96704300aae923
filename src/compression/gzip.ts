/**
 * gzip from buffer to buffer, through the handle of the runtime's stream, for the reason that `zstd_streams.ts` has.
 *
 * @module
 */
import { zlib } from "./node_zlib.ts";
import { FINISH, ZlibHandle } from "./zlib_handle.ts";

let encoder: ZlibHandle | null = null;

/** Bytes that a member of `numBytes` takes at most: blocks that are stored, and a header and trailer. */
export function gzipBound(numBytes: number): number {
  return numBytes + Math.ceil(numBytes / 1000) + 64;
}

/**
 * Compresses into one member. The same bytes give the same member.
 *
 * @param target of `gzipBound(source.byteLength)` bytes
 * @returns its bytes
 */
export function compressGzip(source: Uint8Array, target: Uint8Array): number {
  if (encoder === null) encoder = new ZlibHandle(zlib().createGzip());
  else encoder.reset();
  const { targetLeft } = encoder.step(FINISH.gzip, { source, target });
  if (targetLeft === 0) throw new Error(`${source.byteLength} bytes do not fit into the bound of gzip`);
  return target.byteLength - targetLeft;
}
