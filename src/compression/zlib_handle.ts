/**
 * The codecs of node:zlib, driven synchronously from buffer to buffer. Its public streams answer later only, and its
 * synchronous calls take and make whole buffers. The handle within a stream does neither: it works on the caller's
 * memory, shared memory too, and all that it holds is the codec's window. minizlib drives it in the same way.
 *
 * @module
 */

/** zlib's Z_NO_FLUSH, zstd's ZSTD_e_continue: more will come */
export const CONTINUE = 0;
/** zlib's Z_FINISH, zstd's ZSTD_e_end: what was given is all */
export const FINISH = { gzip: 4, zstd: 2 } as const;

/** What is used of a stream; node:zlib does not publish the type. */
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
    reset(): void;
    close(): void;
    onerror: ((message: string) => void) | null;
  };
  /** bytes of the output and of the input that the last call left */
  readonly _writeState: Uint32Array;
}

/** Where a step reads and writes: two buffers, or parts of them, in bytes. */
export interface ZlibStep {
  readonly source: Uint8Array;
  readonly sourceStart?: number;
  readonly sourceBytes?: number;
  readonly target: Uint8Array;
  readonly targetStart?: number;
  readonly targetBytes?: number;
}

/** What a step did not use, in bytes. A target with none left may have more to come. */
export interface ZlibRest {
  readonly sourceLeft: number;
  readonly targetLeft: number;
}

/** A codec with what it has seen so far. */
export class ZlibHandle {
  readonly #stream: ZlibStream;
  #failure: string | null = null;
  #isClosed = false;

  /** @param stream what one of `create…()` of node:zlib returned, which nobody else uses */
  constructor(stream: object) {
    this.#stream = stream as ZlibStream;
    this.#stream._handle.onerror = (message) => this.#failure = message;
  }

  /**
   * Takes what it can of the source, and gives what the target has room for.
   *
   * @param flush `CONTINUE`, or a codec's `FINISH`
   * @throws Error in the codec's words; and with the same words in each step after, until `reset()`
   */
  step(flush: number, { source, target, sourceStart = 0, targetStart = 0, ...most }: ZlibStep): ZlibRest {
    const { _handle, _writeState } = this.#stream;
    const { sourceBytes = source.byteLength - sourceStart } = most;
    const { targetBytes = target.byteLength - targetStart } = most;
    try {
      _handle.writeSync(flush, source, sourceStart, sourceBytes, target, targetStart, targetBytes);
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
    if (this.#failure !== null) throw new Error(this.#failure);
    return { targetLeft: _writeState[0] ?? 0, sourceLeft: _writeState[1] ?? 0 };
  }

  /** Begins anew, with the same settings. */
  reset(): void {
    this.#stream._handle.reset();
    this.#failure = null;
  }

  /** Frees the codec. A second call does nothing. */
  close(): void {
    if (!this.#isClosed) this.#stream._handle.close();
    this.#isClosed = true;
  }
}
