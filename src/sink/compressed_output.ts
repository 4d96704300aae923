/**
 * Text outputs compressed with gzip or zstd: one member, one frame. No time stands in the header, so the bytes depend
 * on the text alone.
 *
 * The compressor is the runtime's, driven synchronously through the handle that its streams have, into a buffer that is
 * used again: its own synchronous functions leave a copy of everything to the collector.
 *
 * @module
 */
import { constants, createGzip, createZstdCompress } from "node:zlib";
import { OutputError } from "../errors.ts";
import type { ByteOutput } from "./atomic_file.ts";

/** text is handed to the compressor in blocks counted from its start */
const BLOCK_BYTES = 1 << 18;
/** zlib's Z_NO_FLUSH and Z_FINISH; zstd's ZSTD_e_continue and ZSTD_e_end */
const CONTINUE = 0;
const FINISH = { gzip: 4, zstd: 2 } as const;

/** What is used of a stream of node:zlib. */
interface ZlibStream {
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
    onerror: ((message: string) => void) | null;
    close(): void;
  };
  /** bytes of the output and of the input that the last call left */
  readonly _writeState: Uint32Array;
}

/** Compresses what is written to it. */
export class CompressedOutput implements ByteOutput {
  readonly #output: ByteOutput;
  readonly #codec: keyof typeof FINISH;
  readonly #stream: ZlibStream;
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #packed = new Uint8Array(BLOCK_BYTES);
  #filled = 0;
  #isClosed = false;
  #failure: string | null = null;

  constructor(output: ByteOutput, codec: keyof typeof FINISH) {
    this.#output = output;
    this.#codec = codec;
    const stream = codec === "gzip"
      ? createGzip()
      : createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    // node:zlib does not publish the handle's type
    this.#stream = stream as unknown as ZlibStream;
    this.#stream._handle.onerror = (message) => this.#failure = message;
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
    const { _handle, _writeState } = this.#stream, packed = this.#packed;
    let start = 0, outputLeft = 0;
    while (outputLeft === 0 || start < this.#filled) {
      _handle.writeSync(flush, this.#block, start, this.#filled - start, packed, 0, packed.length);
      if (this.#failure !== null) {
        throw new OutputError("OUT001", `${this.path} cannot be compressed: ${this.#failure}`, {
          help: "write it without .gz or .zst",
        });
      }
      const [left = 0, sourceLeft = 0] = _writeState;
      start = this.#filled - sourceLeft;
      outputLeft = left;
      if (left < packed.length) this.#output.write(packed.subarray(0, packed.length - left));
    }
    this.#filled = 0;
  }

  #close(): void {
    if (!this.#isClosed) this.#stream._handle.close();
    this.#isClosed = true;
  }

  commit(): void {
    this.#compress(FINISH[this.#codec]);
    this.#close();
    this.#output.commit();
  }

  abort(): void {
    this.#close();
    this.#output.abort();
  }
}
