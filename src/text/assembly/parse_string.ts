/*
 * Strings of JSON (RFC 8259, section 7). What is wrong in one is for the caller to say.
 */
import { SPACE } from "./ascii";
import { copyBytes } from "./copy_bytes";

export const QUOTE: u32 = 34;
const BACKSLASH: u32 = 92, LETTER_U: u32 = 117;

/** where the text of the last string that was copied ends */
export let textEnd: usize = 0;

/** The position of the byte that ends plain text: a quote, a backslash or a control character. */
// @ts-ignore: decorator
@inline
function plainEnd(start: usize): usize {
  const quotes = i8x16.splat(i8(QUOTE)), backslashes = i8x16.splat(i8(BACKSLASH)), spaces = i8x16.splat(i8(SPACE));
  let p = start, mask = 0;
  do {
    const bytes = v128.load(p);
    const isMark = v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes));
    mask = i8x16.bitmask(v128.or(isMark, i8x16.lt_u(bytes, spaces)));
    p += 16;
  } while (mask === 0);
  return p - 16 + usize(ctz(mask));
}

/** What an escape of one letter stands for; 0: there is none of the letter. */
function letterValue(letter: u32): u32 {
  switch (letter) {
    case 34:
    case 47:
    case 92:
      return letter;
    case 98:
      return 8;
    case 102:
      return 12;
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    default:
      return 0;
  }
}

/** Four hexadecimal digits; above 0xffff: they are none. */
function unit(p: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const c = u32(load<u8>(p + i)), letter = (c | 0x20) - 97;
    if (c - 48 <= 9) value = (value << 4) | (c - 48);
    else if (letter <= 5) value = (value << 4) | (letter + 10);
    else return 0x10000;
  }
  return value;
}

/** Stores a code point as UTF-8. */
function putCodePoint(out: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(out, u8(point));
    return out + 1;
  }
  if (point < 0x800) {
    store<u8>(out, u8(0xc0 | (point >> 6)));
    store<u8>(out, u8(0x80 | (point & 0x3f)), 1);
    return out + 2;
  }
  if (point < 0x10000) {
    store<u8>(out, u8(0xe0 | (point >> 12)));
    store<u8>(out, u8(0x80 | ((point >> 6) & 0x3f)), 1);
    store<u8>(out, u8(0x80 | (point & 0x3f)), 2);
    return out + 3;
  }
  store<u8>(out, u8(0xf0 | (point >> 18)));
  store<u8>(out, u8(0x80 | ((point >> 12) & 0x3f)), 1);
  store<u8>(out, u8(0x80 | ((point >> 6) & 0x3f)), 2);
  store<u8>(out, u8(0x80 | (point & 0x3f)), 3);
  return out + 4;
}

/** what the last escape stands for */
let codePoint: u32 = 0;

/** The position behind the escape that begins at `start`, a pair of surrogates whole; 0: there is no such escape. */
function readEscape(start: usize): usize {
  const letter = u32(load<u8>(start, 1));
  if (letter !== LETTER_U) {
    codePoint = letterValue(letter);
    return codePoint === 0 ? 0 : start + 2;
  }
  codePoint = unit(start + 2);
  if (codePoint > 0xffff || (codePoint & 0xfc00) === 0xdc00) return 0;
  if ((codePoint & 0xfc00) !== 0xd800) return start + 6;
  const low = unit(start + 8);
  if (u32(load<u16>(start, 6)) !== (BACKSLASH | (LETTER_U << 8)) || (low & 0x1fc00) !== 0xdc00) return 0;
  codePoint = 0x10000 + ((codePoint & 0x3ff) << 10) + (low & 0x3ff);
  return start + 12;
}

/**
 * Copies the text of the string that begins at `start` to `target`, unless that is 0, and leaves its end in `textEnd`:
 * it is never longer than the string. Gives the position behind the string; 0: it is for the caller.
 */
export function readString(start: usize, target: usize): usize {
  let p = start + 1, out = target, mark = plainEnd(p);
  while (u32(load<u8>(mark)) === BACKSLASH) {
    if (target !== 0) copyBytes(out, p, u32(mark - p));
    out += mark - p;
    p = readEscape(mark);
    if (p === 0) return 0;
    if (target !== 0) out = putCodePoint(out, codePoint);
    mark = plainEnd(p);
  }
  if (u32(load<u8>(mark)) !== QUOTE) return 0;
  if (target !== 0) copyBytes(out, p, u32(mark - p));
  textEnd = out + (mark - p);
  return mark + 1;
}
