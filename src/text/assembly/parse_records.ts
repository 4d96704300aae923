/*
 * Fields of numbers, parsed straight into columns. What is unusual in a field stops the parser before it: the
 * caller treats that field, or makes the error, and starts the parser again behind it. So every refusal is worded
 * in one place, and nothing here has to be exact about what is wrong.
 *
 * Usual are: digits with a sign, a point, an exponent, up to 19 significant digits (more where they do not decide);
 * quotes right around that; spaces before it; an empty field, and NaN, where the descriptor says what they are.
 *
 * parseRecords is longer than a function should be: it keeps its constants and its place in registers.
 */
import { CR, LF, LOWER_E, MINUS, PLUS, POINT, SPACE, TAB, UPPER_E, ZERO } from "./ascii";
import { decimalToFloat64, digitsToFloat64 } from "./read_float";
import {
  EXACT_POWERS,
  HUNDREDS,
  IOTA,
  LOW_BYTES,
  NINES,
  TEN_THOUSANDS,
  TENS,
  ZEROS,
} from "./tables";

// a target's descriptor, as src/source/csv/parse_plan.ts writes it: small, because every record passes all of them
const KIND: usize = 0, FLAGS: usize = 2, OFFSET: usize = 4, STRIDE: usize = 8, DETAILS: usize = 12;
const DESCRIPTOR_BYTES: usize = 16;
// what `DETAILS` points at, counting from the first descriptor
const SUBSTITUTE: usize = 0, MOST: usize = 8, MOST_NEGATIVE: usize = 16;

const SKIP: u32 = 0, F64: u32 = 1, F32: u32 = 2, I8: u32 = 3, I16: u32 = 4, I32: u32 = 5, I64: u32 = 6;
const BOOL: u32 = 7;
/** every value of this target is for the caller */
const CALLER: u32 = 8;

const LAST_OF_FIELD: u32 = 1, LAST_OF_RECORD: u32 = 2, EMPTY_IS_MISSING: u32 = 4, NAN_IS_MISSING: u32 = 8;
const HAS_SUBSTITUTE: u32 = 16;
/** some spelling of a missing value is a number: only plain numbers are parsed here */
const NUMBERS_MAY_BE_MISSING: u32 = 32;

/** where the parser stopped: the start of the field; behind the last record where it did not */
export let stopPosition: u32 = 0;
export let stopRow: u32 = 0;
export let stopDescriptor: u32 = 0;
export let stopRecordStart: u32 = 0;

/** of the number last read slowly: its significand, power of ten, sign; whether digits behind were dropped */
let significand: u64 = 0;
let power: i32 = 0;
let isNegative: bool = false;
let isTruncated: bool = false;
let isWhole: bool = false;

// @ts-ignore: decorator
@inline
function sixteenDigits(digits: v128, lowBytes: v128, tens: v128, hundreds: v128, tenThousands: v128): u64 {
  const pairs = i16x8.add(i16x8.mul(v128.and(digits, lowBytes), tens), i16x8.shr_u(digits, 8));
  const quads = i32x4.dot_i16x8_s(pairs, hundreds);
  const octets = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(quads, quads), tenThousands);
  return u64(u32(i32x4.extract_lane(octets, 0))) * 100000000 + u64(u32(i32x4.extract_lane(octets, 1)));
}

/** The position behind a field that nothing asks for. */
function passField(start: usize, delimiter: u32, quote: u32): usize {
  let p = start;
  if (quote !== LF && u32(load<u8>(p)) === quote) {
    p++;
    while (u32(load<u8>(p)) !== quote || u32(load<u8>(p, 1)) === quote) {
      p += u32(load<u8>(p)) === quote ? 2 : 1;
    }
    return p + 1;
  }
  const delimiters = i8x16.splat(i8(delimiter)), lineFeeds = i8x16.splat(i8(LF)), returns = i8x16.splat(i8(CR));
  let ends = 0;
  do {
    const bytes = v128.load(p);
    ends = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, lineFeeds)), i8x16.eq(bytes, returns)),
    );
    p += 16;
  } while (ends === 0);
  return p - 16 + usize(ctz(ends));
}

/** Reads any number of up to 19 significant digits, or more; 0: it is none. */
function readNumber(start: usize): usize {
  let p = start, c = u32(load<u8>(p));
  isNegative = c === MINUS;
  isTruncated = false;
  isWhole = true;
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
  if (c === POINT) {
    isWhole = false;
    c = u32(load<u8>(++p));
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
function isSafeForFloat32(bits: u64): bool {
  // normal float32 numbers only; their ties have bit 28 alone of the 29 that go
  const exponent = bits >> 52;
  return (exponent - 897 <= 253 && (bits & 0x1fffffff) !== 0x10000000) || bits === 0;
}

/** Stores a float; false: it is a tie, or none of the float32's normal numbers. */
// @ts-ignore: decorator
@inline
function putFloat(kind: u32, target: usize, magnitude: u64, sign: u64): bool {
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
function putInteger(kind: u32, target: usize, value: u64): void {
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

function putSubstitute(descriptor: usize, details: usize, target: usize): void {
  const kind = u32(load<u16>(descriptor, KIND)), bits = load<u64>(details, SUBSTITUTE);
  if (kind === F64) store<u64>(target, bits);
  else if (kind === F32) store<u32>(target, u32(bits));
  else putInteger(kind, target, bits);
}

/**
 * Parses a field that the fast path leaves: short and long, with exponent, quotes, spaces, missing. Gives the
 * position behind it; 0: it is for the caller.
 */
function parseSlowly(
  descriptor: usize,
  details: usize,
  target: usize,
  start: usize,
  delimiter: u32,
  quote: u32,
  tables: usize,
): usize {
  const kind = u32(load<u16>(descriptor, KIND)), flags = u32(load<u16>(descriptor, FLAGS));
  if (kind === CALLER) return 0;
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
  if (flags & NUMBERS_MAY_BE_MISSING) return 0;
  if (kind === BOOL) return isQuoted ? 0 : parseBool(target, p, delimiter);
  const first = p;
  p = readNumber(p);
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

/**
 * Parses records from field `firstDescriptor` of row `firstRow` on, whose text starts at `start`.
 *
 * @param columns what the descriptors' offsets count from
 * @returns 0 all rows are done; 1 stopped before a field
 */
export function parseRecords(
  descriptors: usize,
  firstDescriptor: usize,
  columns: usize,
  tables: usize,
  start: usize,
  firstRecordStart: usize,
  firstRow: u32,
  numRows: u32,
  delimiter: u32,
  quote: u32,
  skipBlankLines: i32,
): i32 {
  const iota = v128.load(tables, IOTA), hundreds = v128.load(tables, HUNDREDS);
  const tenThousands = v128.load(tables, TEN_THOUSANDS), zeros = v128.load(tables, ZEROS);
  const nines = v128.load(tables, NINES), tens = v128.load(tables, TENS), lowBytes = v128.load(tables, LOW_BYTES);
  let p = start, recordStart = firstRecordStart, descriptor = firstDescriptor;
  for (let row = firstRow; row < numRows; row++) {
    if (descriptor === descriptors) {
      if (skipBlankLines) {
        while (u32(load<u8>(p)) === LF || u32(load<u8>(p)) === CR) p++;
      }
      recordStart = p;
    }
    for (;;) {
      const kind = u32(load<u16>(descriptor, KIND)), flags = u32(load<u16>(descriptor, FLAGS));
      const target = columns + load<u32>(descriptor, OFFSET) + row * load<u32>(descriptor, STRIDE);
      let end: usize = 0;
      if (kind === SKIP) {
        end = passField(p, delimiter, quote);
      } else if (kind < BOOL) {
        const c = u32(load<u8>(p));
        const sign = i32(c === MINUS) | i32(c === PLUS);
        const bytes = i8x16.sub(v128.load(p), zeros);
        const isOther = i8x16.gt_u(bytes, nines);
        const digits = v128.andnot(bytes, isOther);
        const others = (i8x16.bitmask(isOther) | 0x10000) & ~sign;
        const first = ctz(others);
        if (kind <= F32) {
          let last = first, hasPoint = 0;
          if (u32(load<u8>(p + usize(first))) === POINT) {
            hasPoint = 1;
            last = ctz((others & (others - 1)) | 0x10000);
          }
          if (last < 16) {
            const numDigits = last - sign - hasPoint;
            const after = u32(load<u8>(p + usize(last)));
            if (numDigits > 0 && (after === delimiter || after === LF || after === CR)) {
              let source = i8x16.add(iota, i8x16.splat(i8(last - 16)));
              // the digits before the point move up over it; below zero, a lane becomes 0
              source = i8x16.add(source, i8x16.le_s(source, i8x16.splat(hasPoint ? i8(first) : -128)));
              const w = sixteenDigits(i8x16.swizzle(digits, source), lowBytes, tens, hundreds, tenThousands);
              const places = hasPoint ? last - first - 1 : 0;
              // both are exact, so the quotient is rounded once
              const value = f64(i64(w)) / load<f64>(tables + EXACT_POWERS + (usize(places) << 3));
              if (putFloat(kind, target, reinterpret<u64>(value), u64(c === MINUS))) end = p + usize(last);
            }
          } else {
            // up to 32 bytes: the last 16 as above, at most 4 digits before them
            const next = i8x16.sub(v128.load(p, 16), zeros);
            const all = u64(u32(others & 0xffff)) |
              (u64(u32(i8x16.bitmask(i8x16.gt_u(next, nines)))) << 16) | (u64(1) << 32);
            const point = i32(ctz(all));
            const isPoint = u32(load<u8>(p + usize(point))) === POINT;
            const behind = isPoint ? i32(ctz(all & (all - 1))) : point;
            const numDigits = behind - sign - i32(isPoint);
            const after = u32(load<u8>(p + usize(behind)));
            if (
              behind < 32 && numDigits <= 19 && (after === delimiter || after === LF || after === CR)
            ) {
              const shift = behind - 16;
              const tail = i8x16.sub(v128.load(p + usize(shift)), zeros);
              const tailPoint = isPoint ? point - shift : -1;
              let source = i8x16.add(iota, i8x16.le_s(iota, i8x16.splat(i8(tailPoint))));
              let w = sixteenDigits(
                i8x16.swizzle(v128.andnot(tail, i8x16.gt_u(tail, nines)), source),
                lowBytes,
                tens,
                hundreds,
                tenThousands,
              );
              // a sign or point that is no digit counts 0 in front
              source = i8x16.add(iota, i8x16.splat(i8(shift - 16)));
              if (isPoint && point < shift) {
                source = i8x16.add(source, i8x16.le_s(source, i8x16.splat(i8(point))));
              }
              const head = u32(i32x4.extract_lane(i8x16.swizzle(digits, source), 3));
              const pairs = (head * 10 + (head >> 8)) & 0xff00ff;
              const quad = (pairs * 100 + (pairs >> 16)) & 0xffff;
              w += u64(quad) * (tailPoint >= 0 ? u64(1000000000000000) : u64(10000000000000000));
              const places = isPoint ? behind - point - 1 : 0;
              const magnitude = digitsToFloat64(w, places, tables);
              if (putFloat(kind, target, magnitude, u64(c === MINUS))) end = p + usize(behind);
            }
          }
        } else if (first < 16 && first > sign) {
          const after = u32(load<u8>(p + usize(first)));
          if (after === delimiter || after === LF || after === CR) {
            const source = i8x16.add(iota, i8x16.splat(i8(first - 16)));
            const w = sixteenDigits(i8x16.swizzle(digits, source), lowBytes, tens, hundreds, tenThousands);
            const details = descriptors + load<u32>(descriptor, DETAILS);
            if (w <= load<u64>(details + (c === MINUS ? MOST_NEGATIVE : MOST))) {
              putInteger(kind, target, c === MINUS ? 0 - w : w);
              end = p + usize(first);
            }
          }
        }
      }
      if (end === 0) {
        const details = descriptors + load<u32>(descriptor, DETAILS);
        end = parseSlowly(descriptor, details, target, p, delimiter, quote, tables);
        if (end === 0) return stop(p, row, descriptor - descriptors, recordStart);
      }
      if (!(flags & LAST_OF_FIELD)) {
        descriptor += DESCRIPTOR_BYTES;
        continue;
      }
      const c = u32(load<u8>(end));
      if (!(flags & LAST_OF_RECORD)) {
        if (c !== delimiter) return stop(p, row, descriptor - descriptors, recordStart);
        p = end + 1;
        descriptor += DESCRIPTOR_BYTES;
        continue;
      }
      if (c === LF) p = end + 1;
      else if (c === CR) p = u32(load<u8>(end, 1)) === LF ? end + 2 : end + 1;
      else return stop(p, row, descriptor - descriptors, recordStart);
      break;
    }
    descriptor = descriptors;
  }
  stopPosition = u32(p);
  return 0;
}

function stop(at: usize, row: u32, descriptorOffset: usize, recordStart: usize): i32 {
  stopPosition = u32(at);
  stopRow = row;
  stopDescriptor = u32(descriptorOffset);
  stopRecordStart = u32(recordStart);
  return 1;
}
