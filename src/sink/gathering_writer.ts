/**
 * Gathers small pieces into writes of a mebibyte; large ones go out as they are, without a copy.
 *
 * @module
 */
import type { ByteOutput } from "./atomic_file.ts";

/** Pieces of this size and more are not gathered. */
export const GATHERED_BYTES = 1024 * 1024;

/** Writes to an output through a buffer of its own. Pieces are the caller's again on return. */
export class GatheringWriter {
  /** bytes taken so far: where the next piece will be */
  position = 0;
  readonly #output: ByteOutput;
  readonly #gathered = new Uint8Array(GATHERED_BYTES);
  #numGathered = 0;

  constructor(output: ByteOutput) {
    this.#output = output;
  }

  write(piece: Uint8Array): void {
    this.position += piece.byteLength;
    if (piece.byteLength >= GATHERED_BYTES) {
      this.flush();
      this.#output.write(piece);
      return;
    }
    const room = GATHERED_BYTES - this.#numGathered;
    const first = piece.subarray(0, room);
    this.#gathered.set(first, this.#numGathered);
    this.#numGathered += first.byteLength;
    if (this.#numGathered < GATHERED_BYTES) return;
    this.flush();
    this.#gathered.set(piece.subarray(room));
    this.#numGathered = piece.byteLength - first.byteLength;
  }

  /** zeros */
  pad(numBytes: number): void {
    this.write(new Uint8Array(numBytes));
  }

  /** Leaves out so many bytes, which `writeAt` gives to the output; what is gathered goes before them. */
  skip(numBytes: number): void {
    this.flush();
    this.position += numBytes;
  }

  /** writes bytes that were left out */
  writeAt(piece: Uint8Array, position: number): void {
    this.#output.writeAt!(piece, position);
  }

  /** hands what is gathered to the output */
  flush(): void {
    if (this.#numGathered === 0) return;
    this.#output.write(this.#gathered.subarray(0, this.#numGathered));
    this.#numGathered = 0;
  }
}
