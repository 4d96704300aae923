/**
 * Snappy blocks, greedily, as LZ4 ones are encoded. The output depends on the input alone.
 *
 * Source: format_description.txt of the Snappy project.
 */
import { clearTable, findMatch, matchedFrom, matchLength, MIN_MATCH, remember } from "./matches";

/** no match is searched for in the last bytes: words are loaded there */
const MATCH_MARGIN: usize = 12;
const SKIP_BITS: usize = 5;
/** of a copy */
const MAX_COPY: usize = 64;
const LITERAL_TAG_BYTES: usize = 5;
const COPY_BYTES: usize = 3;

/** @param isRoomy 16 bytes may be read at `from` and written behind the tag, whatever the literal has */
// @ts-ignore: decorator
@inline
function writeLiteral(write: usize, from: usize, numBytes: usize, isRoomy: bool): usize {
  if (numBytes === 0) return write;
  const less = numBytes - 1;
  if (less < 60) {
    store<u8>(write++, <u8> (less << 2));
  } else {
    const numLengthBytes: usize = less < 1 << 8 ? 1 : less < 1 << 16 ? 2 : less < 1 << 24 ? 3 : 4;
    store<u8>(write++, <u8> ((59 + numLengthBytes) << 2));
    for (let i: usize = 0; i < numLengthBytes; i++) store<u8>(write++, <u8> (less >> (8 * i)));
  }
  // most literals between matches of numbers are short, and a call for each would cost more than its bytes
  if (numBytes <= 16 && isRoomy) v128.store(write, v128.load(from));
  else memory.copy(write, from, numBytes);
  return write + numBytes;
}

function writeCopy(write: usize, offset: usize, numBytes: usize): usize {
  if (numBytes >= 4 && numBytes <= 11 && offset < 2048) {
    store<u8>(write, <u8> (((offset >> 8) << 5) | ((numBytes - 4) << 2) | 1));
    store<u8>(write, <u8> offset, 1);
    return write + 2;
  }
  store<u8>(write, <u8> (((numBytes - 1) << 2) | 2));
  store<u16>(write, <u16> offset, 1);
  return write + 3;
}

/**
 * Encodes [start, end) behind its length, which the caller writes, to [write, writeEnd), with a table of 2^14 places
 * at `table`.
 *
 * @returns where the output ends; 0 when it has no room
 */
export function encodeSnappy(start: usize, end: usize, write: usize, writeEnd: usize, table: usize): usize {
  let anchor = start;
  if (end - start > MATCH_MARGIN) {
    clearTable(table);
    const searchEnd = end - MATCH_MARGIN;
    let at = start + 1;
    for (;;) {
      at = findMatch(start, at, anchor, searchEnd, table, SKIP_BITS);
      if (at === 0) break;
      const from = matchedFrom;
      const numLiterals = at - anchor, offset = at - from;
      let numBytes = MIN_MATCH + matchLength(from + MIN_MATCH, at + MIN_MATCH, end);
      at += numBytes;
      const numCopies = (numBytes + MAX_COPY - 1) / MAX_COPY + 1;
      if (LITERAL_TAG_BYTES + numLiterals + COPY_BYTES * numCopies > writeEnd - write) return 0;
      const isRoomy = anchor + 16 <= end && write + LITERAL_TAG_BYTES + 16 <= writeEnd;
      write = writeLiteral(write, anchor, numLiterals, isRoomy);
      for (; numBytes > MAX_COPY; numBytes -= MAX_COPY) write = writeCopy(write, offset, MAX_COPY);
      write = writeCopy(write, offset, numBytes);
      anchor = at;
      if (at <= searchEnd) remember(table, start, at - 2);
    }
  }
  const numLiterals = end - anchor;
  if (LITERAL_TAG_BYTES + numLiterals > writeEnd - write) return 0;
  return writeLiteral(write, anchor, numLiterals, false);
}
