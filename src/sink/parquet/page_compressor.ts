/** Pages as they go to the file. @module */
import { compressGzip, gzipBound } from "../../compression/gzip.ts";
import { compressLz4Block, lz4BlockBound } from "../../compression/lz4_block.ts";
import { compressSnappy, snappyBound } from "../../compression/snappy.ts";
import { stagingBytes } from "../../compression/staging.ts";
import { compressZstd, zstdBound } from "../../compression/zstd_streams.ts";
import { CODECS } from "../../schema/parquet_numbers.ts";
import { PageScratch } from "./page_scratch.ts";

/** How pages are compressed. */
export type ParquetCompression = "none" | "snappy" | "zstd" | "lz4" | "gzip";

/** Numbers of the codecs. */
export const CODEC: Readonly<Record<ParquetCompression, number>> = {
  none: CODECS.indexOf("UNCOMPRESSED"),
  snappy: CODECS.indexOf("SNAPPY"),
  gzip: CODECS.indexOf("GZIP"),
  zstd: CODECS.indexOf("ZSTD"),
  lz4: CODECS.indexOf("LZ4_RAW"),
};

/** zstd's own default */
const ZSTD_LEVEL = 3;
/** what zstd's and zlib's compressors take for their tables at the levels used here */
const NATIVE_STATE_BYTES = 8 * 1024 * 1024;

/** Memory that compressing takes besides the page: an upper estimate for the plan. */
export function compressorBytes(compression: ParquetCompression, pageBytes: number): number {
  switch (compression) {
    case "none":
      return 0;
    case "snappy":
      return snappyBound(pageBytes) + stagingBytes(pageBytes, snappyBound(pageBytes));
    case "lz4":
      return lz4BlockBound(pageBytes) + stagingBytes(pageBytes, lz4BlockBound(pageBytes));
    case "zstd":
      return NATIVE_STATE_BYTES + zstdBound(pageBytes);
    case "gzip":
      return NATIVE_STATE_BYTES + gzipBound(pageBytes);
    default:
      return compression satisfies never;
  }
}

/** Compresses pages one after the other: what a call returns is overwritten by the next one. */
export class PageCompressor {
  readonly #compression: ParquetCompression;
  readonly #target = new PageScratch();

  constructor(compression: ParquetCompression) {
    this.#compression = compression;
  }

  compress(page: Uint8Array): Uint8Array {
    switch (this.#compression) {
      case "none":
        return page;
      case "snappy":
        return this.#block(snappyBound(page.length), (target) => compressSnappy(page, target));
      case "lz4":
        return this.#block(lz4BlockBound(page.length), (target) => compressLz4Block(page, target));
      case "zstd":
        return this.#block(
          zstdBound(page.length),
          (target) => compressZstd({ source: page, target }, ZSTD_LEVEL),
        );
      case "gzip":
        return this.#block(gzipBound(page.length), (target) => compressGzip(page, target));
      default:
        return this.#compression satisfies never;
    }
  }

  #block(bound: number, compress: (target: Uint8Array) => number | null): Uint8Array {
    const target = this.#target.bytes(bound), numBytes = compress(target);
    if (numBytes === null) throw new Error(`a page does not fit into its bound of ${bound} bytes`);
    return target.subarray(0, numBytes);
  }
}
