/**
 * zstd from buffer to buffer. The runtime's calls for whole buffers (`zstdCompressSync`) make their result anew each
 * time, and what waits for the collector outside its heap goes beyond any plan. So the streams that the runtime has are
 * driven synchronously through their handle, as `source/decompressed_input.ts` does: they work on the caller's memory,
 * shared memory too, and all that they hold is the codec's window. One stream a setting and thread is used again.
 *
 * @module
 */
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";

/** ZSTD_e_continue and ZSTD_e_end */
const CONTINUE = 0, END = 2;

/** What is used of a stream of node:zlib, which does not publish its type. */
interface ZstdStream {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Uint8Array,
      inputStart: number,
      inputBytes: number,
      output: Uint8Array,
      outputStart: number,
      outputBytes: number,
    ): void;
    reset(): void;
    close(): void;
    onerror: ((message: string) => void) | null;
  };
  /** bytes of the output and of the input that the last call left */
  readonly _writeState: Uint32Array;
}

/** by their setting: the logarithm of the largest window, the level */
const decoders = new Map<number, ZstdStream>(), encoders = new Map<number, ZstdStream>();
const SPARE = new Uint8Array(1);

/** a stream that begins anew; one that failed is not kept */
function begun(kept: Map<number, ZstdStream>, setting: number, make: () => unknown): ZstdStream {
  const known = kept.get(setting), stream = known ?? make() as ZstdStream;
  if (known === undefined) kept.set(setting, stream);
  else stream._handle.reset();
  stream._handle.onerror = (message) => {
    throw new Error(message);
  };
  return stream;
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
  const stream = begun(
    decoders,
    windowLog,
    () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLog } }),
  );
  try {
    let read = 0, written = 0;
    for (;;) {
      const wanted = source.byteLength - read, room = target.byteLength - written;
      // whether there is more than the target takes shows where one byte more has room
      const [output, start, numBytes] = room === 0
        ? [SPARE, 0, 1] as const
        : [target, written, room] as const;
      stream._handle.writeSync(CONTINUE, source, read, wanted, output, start, numBytes);
      const [roomLeft, sourceLeft] = stream._writeState as unknown as [number, number];
      if (room === 0 && roomLeft === 0) return null;
      read += wanted - sourceLeft;
      written += room === 0 ? 0 : room - roomLeft;
      const isIdle = wanted === sourceLeft && roomLeft === numBytes;
      if (isIdle || (sourceLeft === 0 && roomLeft > 0)) return written;
    }
  } catch (error) {
    decoders.delete(windowLog);
    throw error;
  }
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
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  const stream = begun(encoders, level, () => createZstdCompress({ params }));
  stream._handle.writeSync(END, source, 0, source.byteLength, target, 0, target.byteLength);
  const [roomLeft] = stream._writeState as unknown as [number];
  return roomLeft === 0 ? null : target.byteLength - roomLeft;
}
