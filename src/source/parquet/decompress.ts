/** Codecs of pages. @module */
import { decodeLz4Block } from "../../compression/lz4_block.ts";
import { decompressNative, nativeCodecMemory } from "../../compression/native_codecs.ts";
import { decodeSnappy } from "../../compression/snappy.ts";
import { type Codec, CODECS, unsupported } from "./metadata.ts";
import type { Fail } from "./thrift.ts";

/** Codecs that are read. */
export type ReadableCodec = Exclude<Codec, "LZO" | "LZ4">;

/**
 * The codec of a column, by its number.
 *
 * @throws FormatError FMT005 for one that is not read: LZO, Hadoop's LZ4, or one that is newer than this program
 */
export function readableCodec(number: number, path: string, column: string): ReadableCodec {
  const codec = CODECS[number];
  if (codec === undefined || codec === "LZO" || codec === "LZ4") {
    throw unsupported(
      path,
      `column ${JSON.stringify(column)} is compressed with ${
        codec ?? `codec ${number}`
      }, which is not read here`,
      'write it with another codec: pyarrow write_table(…, compression="zstd")',
    );
  }
  return codec;
}

/** Memory that a codec takes for itself while it decompresses a page: an upper estimate. */
export function codecMemory(codec: ReadableCodec, plainBytes: number): number {
  switch (codec) {
    case "ZSTD":
      return nativeCodecMemory("zstd", plainBytes);
    case "GZIP":
      return nativeCodecMemory("gzip", plainBytes);
    case "BROTLI":
      return nativeCodecMemory("brotli", plainBytes);
    case "UNCOMPRESSED":
    case "SNAPPY":
    case "LZ4_RAW":
      return 0;
    default:
      return codec satisfies never;
  }
}

/** Decompresses into the whole of `target`. */
export function decompress(
  codec: Exclude<ReadableCodec, "UNCOMPRESSED">,
  { source, target }: { readonly source: Uint8Array; readonly target: Uint8Array },
  fail: Fail,
): void {
  switch (codec) {
    case "SNAPPY":
      return decodeSnappy(source, target, fail);
    case "LZ4_RAW": {
      const end = decodeLz4Block(source, { target, start: 0, end: target.length, window: 0 }, fail);
      if (end !== target.length) fail(`an LZ4 block holds ${end} bytes where ${target.length} are promised`);
      return;
    }
    case "GZIP":
      return decompressNative("gzip", { source, target }, fail);
    case "ZSTD":
      return decompressNative("zstd", { source, target }, fail);
    case "BROTLI":
      return decompressNative("brotli", { source, target }, fail);
    default:
      return codec satisfies never;
  }
}
