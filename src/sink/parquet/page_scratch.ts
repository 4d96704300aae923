/** Memory that one page after the other is made in. @module */

/** what it grows by, so that pages of about the same size take the same memory */
const STEP_BYTES = 256 * 1024;

/** Bytes that are good until the next are asked for. */
export class PageScratch {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** memory for so many bytes; what it held is lost */
  bytes(numBytes: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < numBytes) {
      // free at once, where the collector would let it lie
      this.#bytes.buffer.transfer(0);
      this.#bytes = new Uint8Array(Math.ceil(numBytes / STEP_BYTES) * STEP_BYTES);
    }
    return this.#bytes.subarray(0, numBytes);
  }
}
