/**
 * The codecs that the runtime brings along: zstd, gzip, brotli. Their output is bounded by what was promised, so
 * that a decompression bomb ends at its promise.
 *
 * @module
 */
import { zlib } from "./node_zlib.ts";
import type { Refuse } from "./refuse.ts";
import { decompressZstd } from "./zstd_streams.ts";

/** Codecs of `decompressNative`. */
export type NativeCodec = "zstd" | "gzip" | "brotli";

/** zstd's window at its largest level short of "ultra"; a frame of more than that may have one as large as itself */
const ZSTD_WINDOW_LOG = 23;
/**
 * Outputs of earlier calls that wait to be collected: V8 starts a collection when this much lies outside its heap.
 * Measured: a run over zstd or gzip pages peaks 25 to 45 MiB above one over plain ones.
 */
export const NATIVE_GARBAGE_BYTES = 64 * 1024 * 1024;
/** of a zstd stream, besides its window: blocks on both sides, and tables */
const ZSTD_STATE_BYTES = 1024 * 1024;
/** the least that zlib takes */
const MIN_CHUNK_BYTES = 64;

/**
 * Memory that calls take besides their source and target: the output before it is copied, those of earlier calls,
 * and the codec's window. An upper estimate.
 */
export function nativeCodecMemory(codec: NativeCodec, outputBytes: number): number {
  const window = codec === "zstd"
    ? 2 ** zstdWindowLog(outputBytes)
    : codec === "brotli"
    ? 16 * 1024 * 1024
    : 32 * 1024;
  // zstd works from buffer to buffer
  if (codec === "zstd") return window + ZSTD_STATE_BYTES;
  return Math.max(MIN_CHUNK_BYTES, outputBytes) + window + NATIVE_GARBAGE_BYTES;
}

function zstdWindowLog(outputBytes: number): number {
  return Math.min(31, Math.max(ZSTD_WINDOW_LOG, Math.ceil(Math.log2(Math.max(1, outputBytes)))));
}

function call(codec: Exclude<NativeCodec, "zstd">, source: Uint8Array, outputBytes: number): Uint8Array {
  // one piece of output, of the size that was promised: nothing grows, nothing is joined
  const bounds = {
    maxOutputLength: Math.max(1, outputBytes),
    chunkSize: Math.max(MIN_CHUNK_BYTES, outputBytes),
  };
  switch (codec) {
    case "gzip":
      return zlib().gunzipSync(source, bounds);
    case "brotli":
      return zlib().brotliDecompressSync(source, bounds);
    default:
      return codec satisfies never;
  }
}

/** Decompresses into the whole of `target`. */
export function decompressNative(
  codec: NativeCodec,
  { source, target }: { readonly source: Uint8Array; readonly target: Uint8Array },
  refuse: Refuse,
): void {
  let output: Uint8Array | null = null, numBytes: number | null;
  try {
    if (codec === "zstd") numBytes = decompressZstd({ source, target }, zstdWindowLog(target.byteLength));
    else numBytes = (output = call(codec, source, target.byteLength)).byteLength;
  } catch (error) {
    return refuse(`${codec} bytes cannot be decompressed: ${error instanceof Error ? error.message : error}`);
  }
  // a truncated zstd frame comes back short, without an error
  if (numBytes !== target.byteLength) {
    const held = numBytes === null ? "more" : `${numBytes} bytes`;
    return refuse(`${codec} bytes hold ${held} where ${target.byteLength} are promised`);
  }
  if (output !== null) target.set(output);
}
