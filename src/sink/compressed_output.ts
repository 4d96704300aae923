/**
 * Text outputs compressed with gzip or zstd: whole members (gzip) or frames (zstd) one after the other, each of a
 * block of text. Readers take them as one stream, and the bytes depend on the text alone: blocks are counted from
 * its start, and no time stands in the headers. What is held, some MiB, is within what the plan counts for text.
 *
 * @module
 */
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import type { ByteOutput } from "./atomic_file.ts";

/** text of one member or frame: larger ones compress no better to speak of */
const BLOCK_BYTES = 1 << 20;

/** Compresses what is written to it. */
export class CompressedOutput implements ByteOutput {
  readonly #output: ByteOutput;
  readonly #codec: "gzip" | "zstd";
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #filled = 0;
  #isEmpty = true;

  constructor(output: ByteOutput, codec: "gzip" | "zstd") {
    this.#output = output;
    this.#codec = codec;
  }

  get path(): string {
    return this.#output.path;
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  write(view: Uint8Array): void {
    for (let done = 0; done < view.length;) {
      const part = view.subarray(done, done + BLOCK_BYTES - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      done += part.length;
      if (this.#filled === BLOCK_BYTES) this.#compress();
    }
  }

  #compress(): void {
    const text = this.#block.subarray(0, this.#filled);
    this.#output.write(
      this.#codec === "gzip"
        ? gzipSync(text)
        : zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    );
    this.#filled = 0;
    this.#isEmpty = false;
  }

  commit(): void {
    // no text at all is a member of nothing
    if (this.#filled > 0 || this.#isEmpty) this.#compress();
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }
}
