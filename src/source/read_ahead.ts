/** Bytes of a pipe that are asked for in small pieces: a call of the system takes as long as copying many of them. @module */
import type { ByteStream } from "./random_access.ts";

/** as much as a pipe gives at a time */
const AHEAD_BYTES = 64 * 1024;

/** A stream that is read ahead, never for longer than until some bytes come. What is larger goes where it belongs. */
export class ReadAhead implements ByteStream {
  readonly #stream: ByteStream;
  readonly #buffer = new Uint8Array(AHEAD_BYTES);
  #start = 0;
  #end = 0;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  get path(): string {
    return this.#stream.path;
  }

  readSync(view: Uint8Array): number | null {
    if (this.#start < this.#end) return this.#take(view);
    if (view.byteLength >= AHEAD_BYTES) return this.#stream.readSync(view);
    return this.#filled(this.#stream.readSync(this.#buffer), view);
  }

  async read(view: Uint8Array): Promise<number | null> {
    if (this.#start < this.#end) return this.#take(view);
    if (view.byteLength >= AHEAD_BYTES) return await this.#stream.read(view);
    return this.#filled(await this.#stream.read(this.#buffer), view);
  }

  #filled(count: number | null, view: Uint8Array): number | null {
    if (count === null) return null;
    this.#start = 0;
    this.#end = count;
    return this.#take(view);
  }

  #take(view: Uint8Array): number {
    const count = Math.min(view.byteLength, this.#end - this.#start);
    view.set(this.#buffer.subarray(this.#start, this.#start + count));
    this.#start += count;
    return count;
  }

  close(): void {
    this.#stream.close();
  }
}
