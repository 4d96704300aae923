/*
 * One field at a time: all that the fast path of parse_records leaves. Numbers with exponents or many digits, quotes
 * right around a number, spaces before it, missing values, bools.
 */
import { CR, LF, LOWER_E, MINUS, PLUS, POINT, SPACE, TAB, UPPER_E, ZERO } from "./ascii";
import { sixteenDigits } from "./digits";
import { decimalToFloat64, quotientToFloat64 } from "./read_float";
import {
  BELOW_DIGITS,
  DIGIT_SHIFT,
  EXACT_POWERS,
  HUNDREDS,
  IOTA,
  LOW_NIBBLES,
  TEN_THOUSANDS,
  TENS,
} from "./tables";

// a target's descriptor, as src/source/text/parse_plan.ts writes it: small, because every record passes all of them
export const KIND: usize = 0, FLAGS: usize = 2, OFFSET: usize = 4, STRIDE: usize = 8, DETAILS: usize = 12;
export const DESCRIPTOR_BYTES: usize = 16;
// what `DETAILS` points at, counting from the first descriptor
export const SUBSTITUTE: usize = 0, MOST: usize = 8, MOST_NEGATIVE: usize = 16;
// the run of floats that a descriptor is of: its last one, counting from the first descriptor; how far targets lie apart
export const RUN_LAST: usize = 24, RUN_STEP: usize = 28;

export const SKIP: u32 = 0, F64: u32 = 1, F32: u32 = 2, I8: u32 = 3, I16: u32 = 4, I32: u32 = 5, I64: u32 = 6;
export const BOOL: u32 = 7;
/** every value of this target is for the caller */
export const CALLER: u32 = 8;

export const LAST_OF_FIELD: u32 = 1, LAST_OF_RECORD: u32 = 2, EMPTY_IS_MISSING: u32 = 4, NAN_IS_MISSING: u32 = 8;
export const HAS_SUBSTITUTE: u32 = 16;
/** of a date or a time: it goes to a carried column, whose nulls are in a bitmap */
export const CARRIED: u32 = 32;

/** of the number last read slowly: its significand, power of ten, sign; whether digits behind were dropped */
let significand: u64 = 0;
let power: i32 = 0;
let isNegative: bool = false;
let isTruncated: bool = false;
let isWhole: bool = false;
/** a point without digits behind it, which CSV takes and JSON does not */
let endsWithPoint: bool = false;

/** Reads any number of up to 19 significant digits, or more; 0: it is none. */
function readNumber(start: usize, decimal: u32): usize {
  let p = start, c = u32(load<u8>(p));
  isNegative = c === MINUS;
  isTruncated = false;
  isWhole = true;
  endsWithPoint = false;
  if (c === MINUS || c === PLUS) c = u32(load<u8>(++p));
  let w: u64 = 0, numDigits = 0, numSeen = 0, scale = 0;
  while (c - ZERO <= 9) {
    numSeen++;
    if (numDigits < 19) {
      w = w * 10 + u64(c - ZERO);
      if (w !== 0) numDigits++;
    } else {
      scale++;
      if (c !== ZERO) isTruncated = true;
    }
    c = u32(load<u8>(++p));
  }
  if (c === decimal) {
    isWhole = false;
    c = u32(load<u8>(++p));
    endsWithPoint = c - ZERO > 9;
    while (c - ZERO <= 9) {
      numSeen++;
      if (numDigits < 19) {
        w = w * 10 + u64(c - ZERO);
        scale--;
        if (w !== 0) numDigits++;
      } else if (c !== ZERO) isTruncated = true;
      c = u32(load<u8>(++p));
    }
  }
  if (numSeen === 0) return 0;
  if (c === LOWER_E || c === UPPER_E) {
    isWhole = false;
    c = u32(load<u8>(++p));
    const isMinus = c === MINUS;
    if (c === MINUS || c === PLUS) c = u32(load<u8>(++p));
    const first = p;
    let e = 0;
    while (c - ZERO <= 9) {
      e = e * 10 + i32(c - ZERO);
      c = u32(load<u8>(++p));
    }
    if (p === first || p - first > 8) return 0;
    scale += isMinus ? -e : e;
  }
  // whole numbers of more digits are left to the caller
  if (isWhole && scale !== 0) isWhole = false;
  significand = w;
  power = scale;
  return p;
}

/** Whether the float64 of these magnitude bits becomes a float32 by rounding it again: not next to a tie. */
// @ts-ignore: decorator
@inline
export function isSafeForFloat32(bits: u64): bool {
  // normal float32 numbers only; their ties have bit 28 alone of the 29 that go
  const exponent = bits >> 52;
  return (exponent - 897 <= 253 && (bits & 0x1fffffff) !== 0x10000000) || bits === 0;
}

/** Stores a float; false: it is a tie, or none of the float32's normal numbers. */
// @ts-ignore: decorator
@inline
export function putFloat(kind: u32, target: usize, magnitude: u64, sign: u64): bool {
  const bits = magnitude | (sign << 63);
  if (kind === F64) {
    store<u64>(target, bits);
    return true;
  }
  if (!isSafeForFloat32(magnitude)) return false;
  store<f32>(target, f32(reinterpret<f64>(bits)));
  return true;
}

// @ts-ignore: decorator
@inline
export function putInteger(kind: u32, target: usize, value: u64): void {
  switch (kind) {
    case I8:
    case BOOL:
      store<u8>(target, u8(value));
      break;
    case I16:
      store<u16>(target, u16(value));
      break;
    case I32:
      store<u32>(target, u32(value));
      break;
    default:
      store<u64>(target, value);
  }
}

export function putSubstitute(descriptor: usize, details: usize, target: usize): void {
  const kind = u32(load<u16>(descriptor, KIND)), bits = load<u64>(details, SUBSTITUTE);
  if (kind === F64) store<u64>(target, bits);
  else if (kind === F32) store<u32>(target, u32(bits));
  else putInteger(kind, target, bits);
}

/**
 * Parses a field that the fast path leaves: short and long, with exponent, quotes, spaces, missing. Gives the
 * position behind it; 0: it is for the caller.
 */
export function parseSlowly(
  kind: u32,
  descriptor: usize,
  details: usize,
  target: usize,
  start: usize,
  delimiter: u32,
  quote: u32,
  decimal: u32,
  tables: usize,
): usize {
  const flags = u32(load<u16>(descriptor, FLAGS));
  let p = start, c = u32(load<u8>(p));
  while ((c === SPACE || c === TAB) && c !== delimiter) c = u32(load<u8>(++p));
  const isQuoted = c === quote && quote !== LF;
  // spaces before a quote are part of the text
  if (isQuoted && p !== start) return 0;
  if (isQuoted) p++;
  if (c === delimiter || c === LF || c === CR) {
    if ((flags & (EMPTY_IS_MISSING | HAS_SUBSTITUTE)) !== (EMPTY_IS_MISSING | HAS_SUBSTITUTE)) return 0;
    putSubstitute(descriptor, details, target);
    return p;
  }
  const word = load<u32>(p) & 0xffffff;
  if (word === 0x4e614e || word === 0x6e616e) {
    if (isQuoted) return 0;
    const after = u32(load<u8>(p, 3));
    if (after !== delimiter && after !== LF && after !== CR) return 0;
    if (kind === F64) store<u64>(target, 0x7ff8000000000000);
    else if (kind === F32) store<u32>(target, 0x7fc00000);
    else if ((flags & (NAN_IS_MISSING | HAS_SUBSTITUTE)) === (NAN_IS_MISSING | HAS_SUBSTITUTE)) {
      putSubstitute(descriptor, details, target);
    } else return 0;
    return p + 3;
  }
  if (kind === BOOL) return isQuoted ? 0 : parseBool(target, p, delimiter);
  const first = p;
  p = readNumber(p, decimal);
  if (p === 0) return 0;
  let end = p;
  if (isQuoted) {
    if (u32(load<u8>(p)) !== quote) return 0;
    end++;
  }
  const after = u32(load<u8>(end));
  if (after !== delimiter && after !== LF && after !== CR) return 0;
  if (kind === F64 || kind === F32) {
    const magnitude = decimalToFloat64(significand, power, tables);
    // digits that were dropped matter only where they may tip the rounding
    if (isTruncated && decimalToFloat64(significand + 1, power, tables) !== magnitude) return 0;
    // a tie that digits were dropped of is none; a float32 tie is decided by the caller
    if (!putFloat(kind, target, magnitude, u64(isNegative))) return 0;
    return end;
  }
  if (!isWhole) return !isQuoted && kind === I64 ? longInteger(details, target, first, p) : 0;
  if (significand > load<u64>(details + (isNegative ? MOST_NEGATIVE : MOST))) return 0;
  putInteger(kind, target, isNegative ? 0 - significand : significand);
  return end;
}

/** An integer of exactly 20 digits, which u64 may hold. */
function longInteger(details: usize, target: usize, start: usize, end: usize): usize {
  const most = load<u64>(details, MOST);
  const c = u32(load<u8>(start));
  let p = c === PLUS ? start + 1 : start;
  if (most !== u64.MAX_VALUE || end - p !== 20) return 0;
  let w: u64 = 0;
  for (; p < end; p++) {
    const digit = u64(load<u8>(p)) - 48;
    if (digit > 9 || w > most / 10 || (w === most / 10 && digit > 5)) return 0;
    w = w * 10 + digit;
  }
  store<u64>(target, w);
  return end;
}

/** 1, 0, true, True, TRUE, t and their opposites. */
function parseBool(target: usize, p: usize, delimiter: u32): usize {
  const c = u32(load<u8>(p)), word = load<u32>(p);
  let value: u8 = 0, end = p + 1;
  if (word === 0x65757274 || word === 0x65757254 || word === 0x45555254) {
    value = 1;
    end = p + 4;
  } else if (
    (word === 0x736c6166 || word === 0x736c6146) && load<u8>(p, 4) === 0x65 ||
    word === 0x534c4146 && load<u8>(p, 4) === 0x45
  ) {
    end = p + 5;
  } else if (c === 49 || c === 116) value = 1;
  else if (c !== 48 && c !== 102) return 0;
  const after = u32(load<u8>(end));
  if (after !== delimiter && after !== LF && after !== CR) return 0;
  store<u8>(target, value);
  return end;
}

/** of the exponent last read: its value, and the position behind it */
let exponent: i32 = 0;
let exponentEnd: usize = 0;

/** Reads an exponent behind its letter; false: it is none, or a very long one. */
function readExponent(start: usize): bool {
  let p = start, c = u32(load<u8>(p));
  const isMinus = c === MINUS;
  if (c === MINUS || c === PLUS) c = u32(load<u8>(++p));
  const first = p;
  let value = 0;
  while (c - ZERO <= 9) {
    value = value * 10 + i32(c - ZERO);
    c = u32(load<u8>(++p));
  }
  exponent = isMinus ? -value : value;
  exponentEnd = p;
  return p !== first && p - first <= 8;
}

// @ts-ignore: decorator
@inline
function isExponentAt(p: usize): bool {
  return (u32(load<u8>(p)) | 0x20) === LOWER_E;
}

/** Stores w / 10^places × 10^exponent, the letter of the exponent being at `letter`; 0: it is for the caller. */
function putScaled(kind: u32, target: usize, w: u64, places: u32, letter: usize, sign: u32, tables: usize): usize {
  if (kind > F32 || !readExponent(letter + 1)) return 0;
  const magnitude = decimalToFloat64(w, exponent - i32(places), tables);
  return putFloat(kind, target, magnitude, u64(sign)) ? exponentEnd : 0;
}

/** A number of JSON of at most 15 bytes before its exponent, as parse_records reads it; 0: it is another. */
function parseShortJsonNumber(kind: u32, details: usize, target: usize, start: usize, tables: usize): usize {
  const text = v128.load(start), iota = v128.load(tables, IOTA);
  const isNegative = u32(load<u8>(start)) === MINUS, sign = u32(isNegative);
  const isDigit = i8x16.gt_s(i8x16.add(text, v128.load(tables, DIGIT_SHIFT)), v128.load(tables, BELOW_DIGITS));
  const digits = v128.and(v128.and(text, v128.load(tables, LOW_NIBBLES)), isDigit);
  const others = ~(u32(i8x16.bitmask(isDigit)) | sign), lowest = others & (0 - others);
  const point = lowest & u32(i8x16.bitmask(i8x16.eq(text, i8x16.splat(i8(POINT)))));
  const first = u32(ctz(lowest)), hasPoint = u32(point !== 0), behind = u32(ctz(others ^ point));
  // digits before the point, and behind it; no zero in front of others
  if (behind > 15 || first === sign || behind === first + hasPoint && hasPoint !== 0) return 0;
  if (u32(load<u8>(start + usize(sign))) === ZERO && first > sign + 1) return 0;
  const source = i8x16.add(iota, i8x16.splat(i8(behind - hasPoint - 16)));
  const w = sixteenDigits(
    i8x16.relaxed_swizzle(digits, i8x16.sub(source, i8x16.gt_s(source, i8x16.splat(i8(first - 1))))),
    v128.load(tables, TENS),
    v128.load(tables, HUNDREDS),
    v128.load(tables, TEN_THOUSANDS),
  );
  const places = behind - first - hasPoint;
  if (isExponentAt(start + usize(behind))) {
    return putScaled(kind, target, w, places, start + usize(behind), sign, tables);
  }
  if (kind <= F32) {
    const quotient = f64(i64(w)) / load<f64>(tables + (usize(places) << 3), EXACT_POWERS);
    return putFloat(kind, target, reinterpret<u64>(quotient), u64(isNegative)) ? start + usize(behind) : 0;
  }
  if (hasPoint !== 0 || w > load<u64>(details + (isNegative ? MOST_NEGATIVE : MOST))) return 0;
  putInteger(kind, target, isNegative ? 0 - w : w);
  return start + usize(behind);
}

/** The same of 16 to 32 bytes and at most 19 digits, its point among the first 16. */
function parseLongJsonNumber(kind: u32, details: usize, target: usize, start: usize, tables: usize): usize {
  const text = v128.load(start), iota = v128.load(tables, IOTA), lowNibbles = v128.load(tables, LOW_NIBBLES);
  const digitShift = v128.load(tables, DIGIT_SHIFT), belowDigits = v128.load(tables, BELOW_DIGITS);
  const sign = u32(u32(load<u8>(start)) === MINUS);
  const isDigit = i8x16.gt_s(i8x16.add(text, digitShift), belowDigits);
  const isNextDigit = i8x16.gt_s(i8x16.add(v128.load(start, 16), digitShift), belowDigits);
  const digits = v128.and(v128.and(text, lowNibbles), isDigit);
  const others = ~(u32(i8x16.bitmask(isDigit)) | sign), lowest = others & (0 - others);
  const point = lowest & u32(i8x16.bitmask(i8x16.eq(text, i8x16.splat(i8(POINT)))));
  const first = u32(ctz(lowest)), hasPoint = u32(point !== 0);
  const behind = u32(ctz((u64(others & 0xffff) | (u64(~u32(i8x16.bitmask(isNextDigit))) << 16)) ^ u64(point)));
  const numDigits = behind - sign - hasPoint;
  if (behind < 16 || behind > 31 || numDigits > 19 || first === sign) return 0;
  // a digit behind the point, and no zero in front of others
  if (hasPoint !== 0 && behind === first + 1) return 0;
  if (u32(load<u8>(start + usize(sign))) === ZERO && (hasPoint === 0 || first > sign + 1)) return 0;
  const places = (behind - first - 1) & (0 - hasPoint);
  const lastNibbles = v128.and(lowNibbles, i8x16.ne(iota, i8x16.splat(0)));
  // 15 digits, those before the point one byte further left, and at most 4 before them
  const tail = v128.and(
    i8x16.relaxed_laneselect(
      v128.and(v128.load(start + usize(behind) - 17), lastNibbles),
      v128.and(v128.load(start + usize(behind) - 16), lastNibbles),
      i8x16.gt_s(i8x16.splat(places < 15 ? i8((16 - places) & (0 - hasPoint)) : 0), iota),
    ),
    i8x16.gt_s(iota, i8x16.splat(i8(15 - numDigits))),
  );
  const source = i8x16.add(iota, i8x16.splat(i8(numDigits + sign - 31)));
  const shifted = i8x16.sub(source, i8x16.gt_s(source, i8x16.splat(i8(first) - 1)));
  const head = u32(i32x4.extract_lane(i8x16.relaxed_swizzle(digits, shifted), 3));
  const tens = v128.load(tables, TENS), hundreds = v128.load(tables, HUNDREDS);
  const w = sixteenDigits(tail, tens, hundreds, v128.load(tables, TEN_THOUSANDS)) +
    u64((((head * 2561) >> 8) & 0xff00ff) * 6553601 >> 16) * 1000000000000000;
  const end = start + usize(behind);
  if (isExponentAt(end)) return putScaled(kind, target, w, places, end, sign, tables);
  if (kind <= F32) {
    const magnitude = quotientToFloat64(w, places, tables);
    return magnitude !== 0 && putFloat(kind, target, magnitude, u64(sign)) ? end : 0;
  }
  if (hasPoint !== 0 || w > load<u64>(details + (sign !== 0 ? MOST_NEGATIVE : MOST))) return 0;
  putInteger(kind, target, sign !== 0 ? 0 - w : w);
  return end;
}

/** A number of JSON (RFC 8259, section 6) into a target; gives the position behind it, 0: it is for the caller. */
export function parseJsonNumber(kind: u32, details: usize, target: usize, start: usize, tables: usize): usize {
  let behind = parseShortJsonNumber(kind, details, target, start, tables);
  if (behind === 0) behind = parseLongJsonNumber(kind, details, target, start, tables);
  if (behind !== 0) return behind;
  const digit = load<u8>(start) === u8(MINUS) ? start + 1 : start;
  const first = u32(load<u8>(digit)) - ZERO;
  if (first > 9 || (first === 0 && u32(load<u8>(digit, 1)) - ZERO <= 9)) return 0;
  const p = readNumber(start, POINT);
  if (p === 0 || endsWithPoint) return 0;
  if (kind === F64 || kind === F32) {
    const magnitude = decimalToFloat64(significand, power, tables);
    if (isTruncated && decimalToFloat64(significand + 1, power, tables) !== magnitude) return 0;
    return putFloat(kind, target, magnitude, u64(isNegative)) ? p : 0;
  }
  if (!isWhole || significand > load<u64>(details + (isNegative ? MOST_NEGATIVE : MOST))) return 0;
  putInteger(kind, target, isNegative ? 0 - significand : significand);
  return p;
}
