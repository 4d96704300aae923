/**
 * zstd from buffer to buffer. The runtime's calls for whole buffers (`zstdCompressSync`) make their result anew each
 * time, and what waits for the collector outside its heap goes beyond any plan. So its streams are driven through their
 * handle. One stream a setting and thread is used again.
 *
 * @module
 */
import { zlib } from "./node_zlib.ts";
import { CONTINUE, FINISH, ZlibHandle } from "./zlib_handle.ts";

/** by their setting: the logarithm of the largest window, the level */
const decoders = new Map<number, ZlibHandle>(), encoders = new Map<number, ZlibHandle>();
const SPARE = new Uint8Array(1);

/** a stream that begins anew; one that failed is not kept */
function begun(kept: Map<number, ZlibHandle>, setting: number, make: () => object): ZlibHandle {
  const known = kept.get(setting), handle = known ?? new ZlibHandle(make());
  if (known === undefined) kept.set(setting, handle);
  else handle.reset();
  return handle;
}

/**
 * Decompresses frames.
 *
 * @param windowLog the logarithm of the largest window that a frame may ask for
 * @returns bytes that were written; null: the target has no room for all
 * @throws Error in the codec's words, for what is no zstd
 */
export function decompressZstd(
  { source, target }: { readonly source: Uint8Array; readonly target: Uint8Array },
  windowLog: number,
): number | null {
  const handle = begun(
    decoders,
    windowLog,
    () => zlib().createZstdDecompress({ params: { [zlib().constants.ZSTD_d_windowLogMax]: windowLog } }),
  );
  try {
    let read = 0, written = 0;
    for (;;) {
      const wanted = source.byteLength - read, room = target.byteLength - written;
      // whether there is more than the target takes shows where one byte more has room
      const into = room === 0
        ? { target: SPARE, targetStart: 0, targetBytes: 1 }
        : { target, targetStart: written, targetBytes: room };
      const { sourceLeft, targetLeft } = handle.step(CONTINUE, { source, sourceStart: read, ...into });
      if (room === 0 && targetLeft === 0) return null;
      read += wanted - sourceLeft;
      written += room === 0 ? 0 : room - targetLeft;
      const isIdle = wanted === sourceLeft && targetLeft === into.targetBytes;
      if (isIdle || (sourceLeft === 0 && targetLeft > 0)) return written;
    }
  } catch (error) {
    decoders.delete(windowLog);
    throw error;
  }
}

/** Bytes with which any frame of `numBytes` is shorter than its target: ZSTD_compressBound, and one. */
export function zstdBound(numBytes: number): number {
  return numBytes + Math.ceil(numBytes / 256) + 64 + 1;
}

/**
 * Compresses into one frame.
 *
 * @returns its bytes; null: it is not shorter than the target
 */
export function compressZstd(
  { source, target }: { readonly source: Uint8Array; readonly target: Uint8Array },
  level: number,
): number | null {
  const params = { [zlib().constants.ZSTD_c_compressionLevel]: level };
  const handle = begun(encoders, level, () => zlib().createZstdCompress({ params }));
  const { targetLeft } = handle.step(FINISH.zstd, { source, target });
  return targetLeft === 0 ? null : target.byteLength - targetLeft;
}
