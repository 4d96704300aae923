/**
 * Levels as pages of the first version have them: their size, then runs and packed groups of eight.
 *
 * Source: Encodings.md of the Parquet format, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
 *
 * @module
 */
import { varintBytes } from "../varint.ts";

/** shorter runs take less when they are packed */
const MIN_RUN = 16;

function runLength(levels: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < levels.length && levels[end] === levels[start]) end += 1;
  return end - start;
}

/** Collects the bytes of runs. */
class Runs {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #bitWidth: number;
  #size = 4;

  constructor(numLevels: number, bitWidth: number) {
    // every level packed, and a header of at most five bytes before each run
    this.#bytes = new Uint8Array(16 + 2 * Math.ceil((numLevels * bitWidth) / 8) + numLevels);
    this.#bitWidth = bitWidth;
  }

  run(count: number, level: number): void {
    this.#put(varintBytes(2 * count));
    this.#bytes[this.#size++] = level;
  }

  /** a multiple of eight levels, or the last ones */
  packed(levels: Uint8Array): void {
    const numGroups = Math.ceil(levels.length / 8), bitWidth = this.#bitWidth;
    this.#put(varintBytes(2 * numGroups + 1));
    const end = this.#size + numGroups * bitWidth;
    let pending = 0, numBits = 0;
    for (const level of levels) {
      pending |= level << numBits;
      numBits += bitWidth;
      for (; numBits >= 8; numBits -= 8, pending >>>= 8) this.#bytes[this.#size++] = pending & 0xff;
    }
    if (numBits > 0) this.#bytes[this.#size] = pending;
    this.#size = end;
  }

  finish(): Uint8Array {
    new DataView(this.#bytes.buffer).setUint32(0, this.#size - 4, true);
    return this.#bytes.subarray(0, this.#size);
  }

  #put(bytes: readonly number[]): void {
    for (const byte of bytes) this.#bytes[this.#size++] = byte;
  }
}

/**
 * Encodes levels, each at most `max`; their size stands first.
 *
 * @example
 * ```ts
 * import { encodeLevels } from "./levels.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...encodeLevels(new Uint8Array(20).fill(1), 1)], [2, 0, 0, 0, 40, 1]);
 * deepStrictEqual([...encodeLevels(Uint8Array.of(0, 1, 1, 0), 1)], [2, 0, 0, 0, 3, 0b0110]);
 * ```
 */
export function encodeLevels(levels: Uint8Array, max: number): Uint8Array {
  const runs = new Runs(levels.length, 32 - Math.clz32(max));
  for (let at = 0; at < levels.length;) {
    const length = runLength(levels, at);
    if (length >= MIN_RUN || at + length === levels.length) {
      runs.run(length, levels[at]!);
      at += length;
      continue;
    }
    let end = at + length;
    while (end < levels.length) {
      const next = runLength(levels, end), missing = (8 - ((end - at) & 7)) & 7;
      if (next >= MIN_RUN + missing) {
        // the run begins where a group ends
        end += missing;
        break;
      }
      end += next;
    }
    runs.packed(levels.subarray(at, end));
    at = end;
  }
  return runs.finish();
}
