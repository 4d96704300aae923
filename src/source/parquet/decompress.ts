/** Codecs of pages. @module */
import { decodeLz4Block } from "../../compression/lz4_block.ts";
import { decodeLz4Frames } from "../../compression/lz4_frame.ts";
import { decompressNative, nativeCodecMemory } from "../../compression/native_codecs.ts";
import { decodeSnappy } from "../../compression/snappy.ts";
import { CODECS } from "../../schema/parquet_numbers.ts";
import { type Codec, unsupported } from "./metadata.ts";
import type { Fail } from "./thrift.ts";

/** Codecs that are read. */
export type ReadableCodec = Exclude<Codec, "LZO">;

/**
 * The codec of a column, by its number.
 *
 * @throws FormatError FMT005 for one that is not read: LZO, or one that is newer than this program
 */
export function readableCodec(number: number, path: string, column: string): ReadableCodec {
  const codec = CODECS[number];
  if (codec === undefined || codec === "LZO") {
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

/** Whether a codec is ours, and works in a memory of its own on pages that lie elsewhere. */
export function isStaged(codec: ReadableCodec): boolean {
  return codec === "SNAPPY" || codec === "LZ4" || codec === "LZ4_RAW";
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
    case "LZ4":
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
    case "LZ4":
      return decodeOldLz4(source, target, fail);
    case "LZ4_RAW":
      return decodeWholeBlock(source, target, fail);
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

function decodeWholeBlock(source: Uint8Array, target: Uint8Array, fail: Fail): void {
  const end = decodeLz4Block(source, { target, start: 0, end: target.length, window: 0 }, fail);
  if (end !== target.length) fail(`an LZ4 block holds ${end} bytes where ${target.length} are promised`);
}

/** before each block of Hadoop: its bytes once decompressed, and as they are, big-endian */
const HADOOP_HEADER_BYTES = 8;
/** how an LZ4 frame begins, little-endian */
const FRAME_MAGIC = 0x184d2204;

/**
 * The codec that LZ4_RAW took the place of: its writers had blocks as Hadoop frames them, LZ4 frames, or one block.
 *
 * Source: Compression.md of the Parquet format, "LZ4".
 */
function decodeOldLz4(source: Uint8Array, target: Uint8Array, fail: Fail): void {
  const blocks = hadoopBlocks(source, target.length);
  if (blocks !== null) {
    let write = 0;
    for (const { start, end, plainBytes } of blocks) {
      decodeWholeBlock(source.subarray(start, end), target.subarray(write, write + plainBytes), fail);
      write += plainBytes;
    }
    return;
  }
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (source.length >= 4 && view.getUint32(0, true) === FRAME_MAGIC) {
    return decodeLz4Frames(source, target, fail);
  }
  decodeWholeBlock(source, target, fail);
}

/** The blocks, where their sizes add up to those of the page; else null. */
function hadoopBlocks(
  source: Uint8Array,
  plainBytes: number,
): readonly { readonly start: number; readonly end: number; readonly plainBytes: number }[] | null {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength), blocks = [];
  let at = 0, left = plainBytes;
  while (source.length - at >= HADOOP_HEADER_BYTES) {
    const own = view.getUint32(at), start = at + HADOOP_HEADER_BYTES, end = start + view.getUint32(at + 4);
    if (own === 0 || own > left || end > source.length) return null;
    blocks.push({ start, end, plainBytes: own });
    left -= own;
    at = end;
  }
  return at === source.length && left === 0 ? blocks : null;
}
