/**
 * Buffers of a body, of which a part at a time is in memory: what values are taken out of one by one. Memory does not
 * depend on how large a record batch is.
 *
 * @module
 */
import type { Fail } from "./flatbuffer.ts";

/** Bytes of a buffer that are in memory at a time, where the body is not. */
export const WINDOW_BYTES: number = 32 * 1024;

/** The body of a batch. */
export interface BodyBytes {
  /** all of it, or null: it is read */
  readonly memory: Uint8Array | null;
  readonly read: (position: number, target: Uint8Array) => void;
}

const NO_BODY: BodyBytes = {
  memory: new Uint8Array(),
  read: () => {
    throw new Error("a buffer is read before it is bound");
  },
};
const NO_VIEW = new DataView(new ArrayBuffer(0));

/** One buffer. What is asked for lies in `bytes` until the next call. */
export class BufferWindow {
  bytes: Uint8Array = new Uint8Array();
  view: DataView = NO_VIEW;
  /** of the buffer */
  numBytes = 0;
  #body: BodyBytes = NO_BODY;
  #position = 0;
  #start = 0;
  #end = 0;
  #own: Uint8Array<ArrayBuffer> | null = null;
  #fail: Fail = (detail) => {
    throw new Error(detail);
  };

  /** Goes to a buffer of a body, or to a part of it. */
  bind(
    body: BodyBytes,
    { position, numBytes, fail }: { position: number; numBytes: number; fail: Fail },
  ): void {
    this.#body = body;
    this.#fail = fail;
    this.#position = position;
    this.numBytes = numBytes;
    this.#start = this.#end = 0;
    if (body.memory === null) return;
    this.#use(body.memory.subarray(position, position + numBytes));
    this.#end = numBytes;
  }

  /** Makes some bytes present, at most `WINDOW_BYTES`; returns where they are in `bytes`. */
  seek(offset: number, numBytes: number): number {
    if (offset >= this.#start && offset + numBytes <= this.#end) return offset - this.#start;
    this.#check(offset, numBytes);
    const own = this.#own ??= new Uint8Array(WINDOW_BYTES);
    const length = Math.min(WINDOW_BYTES, this.numBytes - offset);
    this.#body.read(this.#position + offset, own.subarray(0, length));
    if (this.bytes !== own) this.#use(own);
    this.#start = offset;
    this.#end = offset + length;
    return 0;
  }

  copy(
    offset: number,
    numBytes: number,
    target: { readonly bytes: Uint8Array; readonly position: number },
  ): void {
    const { bytes, position } = target;
    if (numBytes > WINDOW_BYTES / 2 && this.#body.memory === null) {
      this.#check(offset, numBytes);
      this.#body.read(this.#position + offset, bytes.subarray(position, position + numBytes));
      return;
    }
    const from = this.seek(offset, numBytes), source = this.bytes;
    // a view costs more than a few bytes one by one
    if (numBytes <= 32) { for (let i = 0; i < numBytes; i++) bytes[position + i] = source[from + i]!; }
    else bytes.set(source.subarray(from, from + numBytes), position);
  }

  #use(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #check(offset: number, numBytes: number): void {
    if (offset < 0 || offset + numBytes > this.numBytes) {
      this.#fail(`${numBytes} bytes from byte ${offset} of a buffer of ${this.numBytes} bytes`);
    }
  }
}
