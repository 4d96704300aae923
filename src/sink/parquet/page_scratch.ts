/** Memory that one page after the other is made in. @module */
import { replacedBytes } from "../../memory/byte_buffers.ts";

/** what it grows by, so that pages of about the same size take the same memory */
const STEP_BYTES = 256 * 1024;

/** Bytes that are good until the next are asked for. */
export class PageScratch {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** memory for so many bytes; what it held is lost */
  bytes(numBytes: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < numBytes) {
      this.#bytes = replacedBytes(this.#bytes, Math.ceil(numBytes / STEP_BYTES) * STEP_BYTES);
    }
    return this.#bytes.subarray(0, numBytes);
  }
}
