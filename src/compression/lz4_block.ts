/**
 * LZ4 blocks. Every length and offset is checked against the source and the target before a byte moves.
 *
 * Source: lz4_Block_format.md of the LZ4 project: a sequence is a token, literals, an offset and a match; the
 * last sequence ends after its literals.
 *
 * @module
 */
import type { Refuse } from "./refuse.ts";

/** below this a loop is faster than a call */
const SHORT_BYTES = 32;
const MIN_MATCH = 4;

/** Where a block's output goes. Matches may reach back to `window`: the start of the block, or of linked blocks. */
export interface Lz4Output {
  readonly target: Uint8Array;
  readonly start: number;
  /** output beyond this is refused */
  readonly end: number;
  readonly window: number;
}

/**
 * Decodes one block.
 *
 * @param source the block's bytes, all of them
 * @returns where the output ends in the target
 */
export function decodeLz4Block(source: Uint8Array, output: Lz4Output, refuse: Refuse): number {
  const { target, start, end, window } = output;
  const sourceEnd = source.length;
  let read = 0, write = start;
  for (;;) {
    if (read >= sourceEnd) return refuse("an LZ4 block ends inside a sequence");
    const token = source[read++]!;
    let numLiterals = token >> 4;
    if (numLiterals === 15) {
      let more = 255;
      while (more === 255) {
        if (read >= sourceEnd) return refuse("an LZ4 block ends inside a length");
        more = source[read++]!;
        numLiterals += more;
      }
    }
    if (numLiterals > sourceEnd - read) return refuse("an LZ4 block ends inside its literals");
    if (numLiterals > end - write) return refuse("an LZ4 block holds more than is said");
    if (numLiterals <= SHORT_BYTES) {
      for (let i = 0; i < numLiterals; i++) target[write + i] = source[read + i]!;
    } else {
      target.set(source.subarray(read, read + numLiterals), write);
    }
    read += numLiterals;
    write += numLiterals;
    if (read === sourceEnd) return write;
    if (sourceEnd - read < 2) return refuse("an LZ4 block ends inside an offset");
    const offset = source[read]! | (source[read + 1]! << 8);
    read += 2;
    let numMatched = (token & 15) + MIN_MATCH;
    if (numMatched === 15 + MIN_MATCH) {
      let more = 255;
      while (more === 255) {
        if (read >= sourceEnd) return refuse("an LZ4 block ends inside a length");
        more = source[read++]!;
        numMatched += more;
      }
    }
    const from = write - offset;
    if (offset === 0 || from < window) return refuse("an LZ4 match reaches before its window");
    if (numMatched > end - write) return refuse("an LZ4 block holds more than is said");
    copyMatch(target, from, write, numMatched);
    write += numMatched;
  }
}

/**
 * Copies bytes of the target to a later place; where the two overlap, what was just written is repeated. Four
 * numbers, not an object: this is the innermost loop of two decoders.
 */
export function copyMatch(target: Uint8Array, from: number, to: number, numBytes: number): void {
  if (numBytes <= SHORT_BYTES) {
    for (const end = to + numBytes; to < end; to++, from++) target[to] = target[from]!;
    return;
  }
  // each copy doubles the period that is there already
  let copied = 0;
  while (copied < numBytes) {
    const count = Math.min(numBytes - copied, to + copied - from);
    target.copyWithin(to + copied, from, from + count);
    copied += count;
  }
}
