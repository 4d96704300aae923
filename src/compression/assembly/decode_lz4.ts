/**
 * LZ4 blocks. Every length and offset is checked against the source and the target before a byte moves.
 *
 * Source: lz4_Block_format.md of the LZ4 project: a sequence is a token, literals, an offset and a match; the
 * last sequence ends after its literals.
 *
 * decodeLz4 is longer than a function should be: it keeps its place in registers.
 */
import { copyMatch, copyWild } from "./copy";
import { BEFORE_WINDOW, clearProblem, CUT_SHORT, stop, TOO_LONG } from "./problem";

const MIN_MATCH: usize = 4;
/** a sequence without long lengths reads at most 1 + 14 + 2 bytes; literals are loaded 16 at a time */
const SOURCE_MARGIN: usize = 32;
/** 14 literals and a match of 18, stored 16 at a time */
const TARGET_MARGIN: usize = 64;

/**
 * Decodes the block in [read, readEnd) to [write, writeEnd); matches may reach back to `window`.
 *
 * @returns where the output ends; 0 with a problem
 */
export function decodeLz4(read: usize, readEnd: usize, write: usize, writeEnd: usize, window: usize): usize {
  clearProblem();
  while (true) {
    // sequences with short lengths, far from both ends
    while (readEnd - read >= SOURCE_MARGIN && writeEnd - write >= TARGET_MARGIN) {
      const token: usize = load<u8>(read);
      const numLiterals = token >> 4, matched = token & 15;
      if (numLiterals === 15 || matched === 15) break;
      v128.store(write, v128.load(read, 1));
      const next = read + 1 + numLiterals, to = write + numLiterals;
      const offset: usize = load<u16>(next);
      if (offset === 0 || offset > to - window) return stop(BEFORE_WINDOW);
      const from = to - offset;
      if (offset >= 16) {
        v128.store(to, v128.load(from));
        store<u16>(to, load<u16>(from, 16), 16);
      } else if (offset >= 8) {
        store<u64>(to, load<u64>(from));
        store<u64>(to, load<u64>(from, 8), 8);
        store<u16>(to, load<u16>(from, 16), 16);
      } else {
        copyMatch(to, offset, matched + MIN_MATCH, writeEnd - to);
      }
      read = next + 2;
      write = to + matched + MIN_MATCH;
    }

    if (read >= readEnd) return stop(CUT_SHORT);
    const token: usize = load<u8>(read++);
    let numLiterals = token >> 4;
    if (numLiterals === 15) {
      for (let more: usize = 255; more === 255; numLiterals += more) {
        if (read >= readEnd) return stop(CUT_SHORT);
        more = load<u8>(read++);
        // checked in the loop: millions of 255 would pass 2^32
        if (numLiterals > writeEnd - write) return stop(TOO_LONG);
      }
    }
    if (numLiterals > readEnd - read) return stop(CUT_SHORT);
    if (numLiterals > writeEnd - write) return stop(TOO_LONG);
    if (numLiterals > 256 || readEnd - read < numLiterals + 16 || writeEnd - write < numLiterals + 16) {
      memory.copy(write, read, numLiterals);
    } else {
      copyWild(read, write, numLiterals);
    }
    read += numLiterals;
    write += numLiterals;
    if (read === readEnd) return write;
    if (readEnd - read < 2) return stop(CUT_SHORT);
    const offset: usize = load<u16>(read);
    read += 2;
    let numMatched = (token & 15) + MIN_MATCH;
    if (numMatched === 15 + MIN_MATCH) {
      for (let more: usize = 255; more === 255; numMatched += more) {
        if (read >= readEnd) return stop(CUT_SHORT);
        more = load<u8>(read++);
        if (numMatched > writeEnd - write) return stop(TOO_LONG);
      }
    }
    if (offset === 0 || offset > write - window) return stop(BEFORE_WINDOW);
    if (numMatched > writeEnd - write) return stop(TOO_LONG);
    copyMatch(write, offset, numMatched, writeEnd - write);
    write += numMatched;
  }
  // the compiler takes the break of the inner loop for one of the outer
  return unreachable();
}
