/**
 * Text outputs compressed with gzip or zstd: one member, one frame. No time stands in the header, so the bytes depend
 * on the text alone.
 *
 * The compressor is the runtime's, driven through its handle into a buffer that is used again: its own synchronous
 * functions leave a copy of everything to the collector.
 *
 * @module
 */
import { zlib } from "../compression/node_zlib.ts";
import { CONTINUE, FINISH, ZlibHandle, type ZlibRest, type ZlibStep } from "../compression/zlib_handle.ts";
import { OutputError } from "../errors.ts";
import type { ByteOutput } from "./atomic_file.ts";

/** text is handed to the compressor in blocks counted from its start */
const BLOCK_BYTES = 1 << 18;

/** Compresses what is written to it. */
export class CompressedOutput implements ByteOutput {
  readonly #output: ByteOutput;
  readonly #codec: keyof typeof FINISH;
  readonly #handle: ZlibHandle;
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #packed = new Uint8Array(BLOCK_BYTES);
  #filled = 0;

  constructor(output: ByteOutput, codec: keyof typeof FINISH) {
    this.#output = output;
    this.#codec = codec;
    this.#handle = new ZlibHandle(
      codec === "gzip"
        ? zlib().createGzip()
        : zlib().createZstdCompress({ params: { [zlib().constants.ZSTD_c_checksumFlag]: 1 } }),
    );
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
      if (this.#filled === BLOCK_BYTES) this.#compress(CONTINUE);
    }
  }

  /** Hands the block to the compressor, and what comes out to the output. */
  #compress(flush: number): void {
    const packed = this.#packed;
    let start = 0, roomLeft = 0;
    while (roomLeft === 0 || start < this.#filled) {
      const { sourceLeft, targetLeft } = this.#step(flush, {
        source: this.#block,
        sourceStart: start,
        sourceBytes: this.#filled - start,
        target: packed,
      });
      start = this.#filled - sourceLeft;
      roomLeft = targetLeft;
      if (roomLeft < packed.length) this.#output.write(packed.subarray(0, packed.length - roomLeft));
    }
    this.#filled = 0;
  }

  #step(flush: number, step: ZlibStep): ZlibRest {
    try {
      return this.#handle.step(flush, step);
    } catch (error) {
      throw new OutputError("OUT001", `${this.path} cannot be compressed: ${(error as Error).message}`, {
        help: "write it without .gz or .zst",
      });
    }
  }

  commit(): void {
    this.#compress(FINISH[this.#codec]);
    this.#handle.close();
    this.#output.commit();
  }

  abort(): void {
    this.#handle.close();
    this.#output.abort();
  }
}
