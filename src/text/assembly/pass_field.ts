/*
 * Where fields of CSV end.
 */
import { CR, LF } from "./ascii";

/** The bytes among 16 that are one of three. */
// @ts-ignore: decorator
@inline
function marks(p: usize, a: v128, b: v128, c: v128): i32 {
  const bytes = v128.load(p);
  return i8x16.bitmask(v128.or(v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)), i8x16.eq(bytes, c)));
}

/** The position behind a field without quotes and escapes. */
// @ts-ignore: decorator
@inline
export function passBare(start: usize, delimiter: u32): usize {
  const delimiters = i8x16.splat(i8(delimiter)), lineFeeds = i8x16.splat(i8(LF)), returns = i8x16.splat(i8(CR));
  let p = start, ends = 0;
  do {
    ends = marks(p, delimiters, lineFeeds, returns);
    p += 16;
  } while (ends === 0);
  return p - 16 + usize(ctz(ends));
}

/** The position of the next quote or escape. */
// @ts-ignore: decorator
@inline
export function nextMark(start: usize, quote: u32, escape: u32): usize {
  const quotes = i8x16.splat(i8(quote)), escapes = i8x16.splat(i8(escape > 255 ? quote : escape));
  let p = start, ends = 0;
  do {
    const bytes = v128.load(p);
    ends = i8x16.bitmask(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, escapes)));
    p += 16;
  } while (ends === 0);
  return p - 16 + usize(ctz(ends));
}

/** The position behind a field that begins with a quote. */
function passQuoted(start: usize, quote: u32, escape: u32): usize {
  let p = nextMark(start + 1, quote, escape);
  while (u32(load<u8>(p)) !== quote || u32(load<u8>(p, 1)) === quote) p = nextMark(p + 2, quote, escape);
  return p + 1;
}

/** The position behind a field of bytes of which some may be escaped; 0: it is for the caller. */
function passEscaped(start: usize, delimiter: u32, escape: u32): usize {
  let p = start, c = u32(load<u8>(p));
  while (c !== delimiter && c !== LF && c !== CR) {
    if (c === escape) {
      p++;
      // an escape that the text ends with stands for itself: where that is, only the caller knows
      if (u32(load<u8>(p)) === LF) return 0;
    }
    c = u32(load<u8>(++p));
  }
  return p;
}

/**
 * The position behind a field that nothing asks for; 0: it is for the caller.
 *
 * @param escape above 255: nothing is escaped
 */
export function passField(start: usize, delimiter: u32, quote: u32, escape: u32): usize {
  if (quote !== LF && u32(load<u8>(start)) === quote) return passQuoted(start, quote, escape);
  return escape > 255 ? passBare(start, delimiter) : passEscaped(start, delimiter, escape);
}
