/**
 * What a footer says of each batch that was written, encoded, until the footer takes it. A file of many batches, or
 * of many columns, has much of it: what is beyond some room waits on the disk, so that a run's memory does not grow
 * with its rows.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { OutputError } from "../errors.ts";
import type { ByteOutput } from "./atomic_file.ts";
import { openScratch, type ScratchFile } from "./scratch_file.ts";

/** What a spool holds, and what it refuses. */
export interface FooterSpoolOptions {
  /** held in memory at most, however many pieces there are */
  readonly heldBytes: number;
  /** for messages: "row groups" */
  readonly what: string;
  /** for messages: "Parquet" */
  readonly format: string;
  /** that all pieces may have */
  readonly maxBytes: () => number;
  /** what helps where these are not enough */
  readonly help: string;
}

/** Takes pieces, and gives them back in order. */
export class FooterSpool {
  readonly #output: ByteOutput;
  readonly #options: FooterSpoolOptions;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();
  #numHeld = 0;
  #scratch: ScratchFile | null = null;
  #numBytes = 0;

  /** @param output for messages, and whose disk is used */
  constructor(output: ByteOutput, options: FooterSpoolOptions) {
    this.#output = output;
    this.#options = options;
  }

  /** of all pieces */
  get numBytes(): number {
    return this.#numBytes;
  }

  /**
   * Takes a copy of the piece.
   *
   * @throws OutputError OUT001 the disk has no room for it; OUT003 the footer would be too large
   */
  add(piece: Uint8Array): void {
    const { heldBytes, what, format, help } = this.#options, maxBytes = this.#options.maxBytes();
    this.#numBytes += piece.length;
    if (this.#numBytes > maxBytes) {
      const sentence = `the ${what} of ${this.#output.path} are too many for the footer of ${format}`;
      throw new OutputError("OUT003", sentence, {
        notes: [`what it says of them takes more than ${countText(maxBytes)} bytes`],
        help,
      });
    }
    for (let at = 0; at < piece.length;) {
      if (this.#numHeld === heldBytes) this.#spill();
      const part = piece.subarray(at, at + heldBytes - this.#numHeld);
      this.#reserve(this.#numHeld + part.length);
      this.#held.set(part, this.#numHeld);
      this.#numHeld += part.length;
      at += part.length;
    }
  }

  /** The bytes in order, in pieces that are good until the next is asked for. Nothing is added any more. */
  *pieces(): Iterable<Uint8Array> {
    const { heldBytes } = this.#options;
    if (this.#scratch !== null) {
      this.#spill();
      for (let at = 0; at < this.#numBytes; at += heldBytes) {
        const piece = this.#held.subarray(0, Math.min(heldBytes, this.#numBytes - at));
        this.#scratch.readAt(piece, at);
        yield piece;
      }
    } else if (this.#numHeld > 0) yield this.#held.subarray(0, this.#numHeld);
  }

  /** May be called more than once. */
  close(): void {
    this.#scratch?.close();
    this.#scratch = null;
  }

  #spill(): void {
    this.#scratch ??= openScratch(this.#output);
    this.#scratch.write(this.#held.subarray(0, this.#numHeld));
    this.#numHeld = 0;
  }

  #reserve(numBytes: number): void {
    if (numBytes <= this.#held.length) return;
    const grown = new Uint8Array(
      Math.min(this.#options.heldBytes, Math.max(numBytes, 4096, 2 * this.#held.length)),
    );
    grown.set(this.#held.subarray(0, this.#numHeld));
    this.#held = grown;
  }
}
