/**
 * LZ4 blocks, greedily: the last place of the same four bytes is the match, and steps grow where there is none. The
 * output depends on the input alone.
 *
 * Source: lz4_Block_format.md of the LZ4 project, "End of block conditions": the last match starts at least 12 bytes
 * before the block's end, and the last 5 bytes are literals.
 */
import { clearTable, findMatch, matchedFrom, matchLength, MIN_MATCH, remember } from "./matches";

const MATCH_MARGIN: usize = 12;
const LAST_LITERALS: usize = 5;
/** after 2^this searches without a match the step grows by one */
const SKIP_BITS: usize = 6;

/** The bytes of a length behind a token that says 15. */
function writeLength(write: usize, length: usize): usize {
  for (; length >= 255; length -= 255) store<u8>(write++, 255);
  store<u8>(write++, <u8> length);
  return write;
}

/** bytes that a sequence takes at most */
// @ts-ignore: decorator
@inline
function sequenceBound(numLiterals: usize, numMatched: usize): usize {
  return 1 + numLiterals / 255 + 1 + numLiterals + 2 + numMatched / 255 + 1;
}

function writeLiterals(write: usize, from: usize, numLiterals: usize, matchNibble: usize): usize {
  store<u8>(write++, <u8> ((min<usize>(numLiterals, 15) << 4) | matchNibble));
  if (numLiterals >= 15) write = writeLength(write, numLiterals - 15);
  memory.copy(write, from, numLiterals);
  return write + numLiterals;
}

/**
 * Encodes [start, end) to [write, writeEnd), with a table of 2^14 places at `table`.
 *
 * @returns where the output ends; 0 when it has no room
 */
export function encodeLz4(start: usize, end: usize, write: usize, writeEnd: usize, table: usize): usize {
  let anchor = start;
  if (end - start > MATCH_MARGIN) {
    clearTable(table);
    const searchEnd = end - MATCH_MARGIN, matchEnd = end - LAST_LITERALS;
    let at = start + 1;
    remember(table, start, start);
    for (;;) {
      at = findMatch(start, at, anchor, searchEnd, table, SKIP_BITS);
      if (at === 0) break;
      const from = matchedFrom;
      const numLiterals = at - anchor;
      const numMatched = matchLength(from + MIN_MATCH, at + MIN_MATCH, matchEnd);
      if (sequenceBound(numLiterals, numMatched) > writeEnd - write) return 0;
      write = writeLiterals(write, anchor, numLiterals, min<usize>(numMatched, 15));
      store<u16>(write, <u16> (at - from));
      write += 2;
      if (numMatched >= 15) write = writeLength(write, numMatched - 15);
      at += MIN_MATCH + numMatched;
      anchor = at;
      if (at <= searchEnd) remember(table, start, at - 2);
    }
  }
  const numLiterals = end - anchor;
  if (sequenceBound(numLiterals, 0) > writeEnd - write) return 0;
  return writeLiterals(write, anchor, numLiterals, 0);
}
