/**
 * The metadata of the row groups that were written, encoded, until the footer takes it. A file of many row groups, or
 * of many columns, has much of it: what is beyond a mebibyte waits on the disk, so that a run's memory does not grow
 * with its rows.
 *
 * @module
 */
import { OutputError } from "../../errors.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { openScratch, type ScratchFile } from "../scratch_file.ts";

/** What is held in memory, however many row groups there are. */
export const SPOOL_BYTES: number = 1024 * 1024;

/** The footer's size is 32 bits with a sign for most readers. */
const MAX_FOOTER_BYTES = 2 ** 31 - 1;

/** Takes pieces, and gives them back in order. */
export class RowGroupSpool {
  readonly #output: ByteOutput;
  readonly #maxBytes: number;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #numHeld = 0;
  #scratch: ScratchFile | null = null;
  #numBytes = 0;

  /**
   * @param output for messages, and whose disk is used
   * @param maxBytes of the pieces, for tests
   */
  constructor(output: ByteOutput, maxBytes: number = MAX_FOOTER_BYTES) {
    this.#output = output;
    this.#maxBytes = maxBytes;
  }

  /** of all pieces */
  get numBytes(): number {
    return this.#numBytes;
  }

  /**
   * Takes a copy of the piece.
   *
   * @throws OutputError OUT001 the disk has no room for it; OUT003 a footer cannot be so large
   */
  add(piece: Uint8Array): void {
    this.#numBytes += piece.length;
    if (this.#numBytes > this.#maxBytes) {
      throw new OutputError(
        "OUT003",
        `the row groups of ${this.#output.path} are too many for a Parquet footer`,
        {
          notes: [`their metadata takes more than ${this.#maxBytes.toLocaleString("en-US")} bytes`],
          help: "write larger row groups, --batch-rows, or split the output",
        },
      );
    }
    for (let at = 0; at < piece.length;) {
      if (this.#numHeld === SPOOL_BYTES) this.#spill();
      const part = piece.subarray(at, at + SPOOL_BYTES - this.#numHeld);
      this.#reserve(this.#numHeld + part.length);
      this.#held.set(part, this.#numHeld);
      this.#numHeld += part.length;
      at += part.length;
    }
  }

  /** The bytes in order, in pieces that are good until the next is asked for. Nothing is added any more. */
  *pieces(): Iterable<Uint8Array> {
    if (this.#scratch !== null) {
      this.#spill();
      for (let at = 0; at < this.#numBytes; at += SPOOL_BYTES) {
        const piece = this.#held.subarray(0, Math.min(SPOOL_BYTES, this.#numBytes - at));
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
    const grown = new Uint8Array(Math.min(SPOOL_BYTES, Math.max(numBytes, 2 * this.#held.length)));
    grown.set(this.#held.subarray(0, this.#numHeld));
    this.#held = grown;
  }
}
