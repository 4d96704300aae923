/*
 * Numbers and bools as text: as ECMAScript's Number::toString (ECMA-262, section 6.1.6.1.20), with "inf", "-inf" and
 * "-0" for what it spells otherwise. May store up to 64 bytes behind what it writes.
 */
import { MINUS, PLUS, POINT, ZERO } from "./ascii";
import { decimalPower, shortestDecimal } from "./shortest_decimal";
import { HUNDREDTHS, IOTA, TENTHS, WIDE_HUNDREDS, WIDE_TENS, ZEROS } from "./tables";

/** kinds of values */
export const F64: u32 = 1, F32: u32 = 2, I8: u32 = 3, I16: u32 = 4, I32: u32 = 5, I64: u32 = 6, BOOL: u32 = 7;
export const U8: u32 = 8, U16: u32 = 9, U32: u32 = 10, U64: u32 = 11;

const TEN_16: u64 = 10000000000000000;

/** The 16 digits of a number below 10^16, each in a byte. */
// @ts-ignore: decorator
@inline
function sixteenBytes(value: u64, tables: usize): v128 {
  const high = u32(value / 100000000), low = u32(value - u64(high) * 100000000);
  const highQuad = high / 10000, lowQuad = low / 10000;
  const quads = i64x2.replace_lane(
    i64x2.splat(i64(u64(highQuad) | (u64(high - highQuad * 10000) << 32))),
    1,
    i64(u64(lowQuad) | (u64(low - lowQuad * 10000) << 32)),
  );
  const hundreds = i32x4.shr_u(i32x4.dot_i16x8_s(quads, v128.load(tables, HUNDREDTHS)), 19);
  const units = i32x4.sub(quads, i32x4.dot_i16x8_s(hundreds, v128.load(tables, WIDE_HUNDREDS)));
  const pairs = v128.or(hundreds, i32x4.shl(units, 16));
  const tens = i16x8.shr_u(i16x8.mul(pairs, v128.load(tables, TENTHS)), 10);
  return v128.or(tens, i16x8.shl(i16x8.sub(pairs, i16x8.mul(tens, v128.load(tables, WIDE_TENS))), 8));
}

export function writeInteger(out: usize, value: u64, tables: usize): usize {
  let p = out, rest = value;
  if (value >= TEN_16) {
    const head = value / TEN_16;
    rest = value - head * TEN_16;
    p = writeInteger(p, head, tables);
    v128.store(p, i8x16.add(sixteenBytes(rest, tables), v128.load(tables, ZEROS)));
    return p + 16;
  }
  if (value < 10) {
    store<u8>(p, u8(ZERO + u32(value)));
    return p + 1;
  }
  const digits = sixteenBytes(rest, tables);
  const first = ctz(~i8x16.bitmask(i8x16.eq(digits, i8x16.splat(0))));
  const text = i8x16.add(digits, v128.load(tables, ZEROS));
  v128.store(p, i8x16.swizzle(text, i8x16.add(v128.load(tables, IOTA), i8x16.splat(i8(first)))));
  return p + usize(16 - first);
}

/**
 * Writes digits × 10^power; the digits are not 0 and below 10^17. There are 16 or 17 of most numbers, and nobody can
 * guess which: the 17th is stored whether it is there or not, behind the text's end if not.
 */
// @ts-ignore: decorator
@inline
function writeDecimal(out: usize, allDigits: u64, tenPower: i32, tables: usize): usize {
  const isLong = allDigits >= TEN_16, short = allDigits / 10;
  const lastDigit = select<u32>(u32(allDigits - short * 10), 0, isLong);
  const iota = v128.load(tables, IOTA);
  const bytes = sixteenBytes(select<u64>(short, allDigits, isLong), tables);
  const some = ~i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & 0xffff;
  const first = ctz(some);
  // digits before the point
  const point = 16 - first + tenPower + i32(isLong);
  const numDigits = select<i32>(17, 32 - clz(some) - first, lastDigit !== 0);
  const text = i8x16.relaxed_swizzle(
    i8x16.add(bytes, v128.load(tables, ZEROS)),
    i8x16.add(iota, i8x16.splat(i8(first))),
  );
  const last = u8(ZERO + lastDigit);
  if (point > 0 && point <= 21) {
    v128.store(out, text);
    if (numDigits > point) {
      v128.store(out + usize(point) + 1, i8x16.relaxed_swizzle(text, i8x16.add(iota, i8x16.splat(i8(point)))));
      store<u8>(out + usize(point), u8(POINT));
      store<u8>(out, last, 17);
      return out + usize(numDigits) + 1;
    }
    store<u8>(out, last, 16);
    for (let i = numDigits; i < point; i++) store<u8>(out + usize(i), u8(ZERO));
    return out + usize(point);
  }
  if (point <= 0 && point > -6) {
    store<u64>(out, 0x3030303030302e30);
    const start = out + usize(2 - point);
    v128.store(start, text);
    store<u8>(start, last, 16);
    return start + usize(numDigits);
  }
  return writeScientific(out, text, last, numDigits, point, tables);
}

function writeScientific(out: usize, text: v128, last: u8, numDigits: i32, point: i32, tables: usize): usize {
  let p = out + 1;
  v128.store(out + 1, text);
  store<u8>(out, u8(i8x16.extract_lane_u(text, 0)));
  if (numDigits > 1) {
    store<u8>(out, u8(POINT), 1);
    store<u8>(out, last, 17);
    p = out + usize(numDigits) + 1;
  }
  store<u8>(p, 101);
  store<u8>(p, u8(point > 0 ? PLUS : MINUS), 1);
  return writeInteger(p + 2, u64(point > 0 ? point - 1 : 1 - point), tables);
}

/**
 * Writes millionths, not 0 and below 10^15, with a digit before the point at least and no zeros at the end: all that is
 * a toss-up is a number here, and no branch.
 */
// @ts-ignore: decorator
@inline
function writeMillionths(out: usize, millionths: u64, tables: usize): usize {
  const iota = v128.load(tables, IOTA);
  const bytes = sixteenBytes(millionths, tables);
  const some = ~i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & 0xffff;
  // of the 16 digits, 10 stand before the point
  const first = min<i32>(ctz(some), 9), point = 10 - first, end = 32 - clz(some);
  // those behind the point are one byte further left
  const source = i8x16.add(
    i8x16.add(iota, i8x16.splat(i8(first))),
    i8x16.gt_s(iota, i8x16.splat(i8(point))),
  );
  v128.store(out, i8x16.relaxed_swizzle(i8x16.add(bytes, v128.load(tables, ZEROS)), source));
  store<u8>(out + usize(point), u8(POINT));
  return out + usize(point + select<i32>(end - 9, 0, end > 10));
}

/** "NaN", "inf", "0" behind the sign. */
function writeWord(out: usize, word: u32, numBytes: usize): usize {
  store<u32>(out, word);
  return out + numBytes;
}

/** Digits and power of ten of a positive number: in `decimalPower` the power. */
// @ts-ignore: decorator
@inline
function floatDigits(fraction: u64, biased: i32, hidden: u64, bias: i32, tables: usize): u64 {
  // subnormal numbers have the exponent of the least normal one, and no hidden bit
  const significand = fraction | select<u64>(hidden, 0, biased !== 0);
  const exponent = select<i32>(biased, 1, biased !== 0) - bias;
  return shortestDecimal(significand, exponent, fraction === 0 && biased > 1, tables);
}

/** "NaN", "inf", "-inf", "0", "-0". */
function writeSpecial(start: usize, isNegative: bool, isInfinite: bool, isNaN: bool): usize {
  if (isNaN) return writeWord(start, 0x4e614e, 3);
  store<u8>(start, u8(MINUS));
  const out = start + usize(isNegative);
  return isInfinite ? writeWord(out, 0x666e69, 3) : writeWord(out, 0x30, 1);
}

// @ts-ignore: decorator
@inline
export function writeFloat64(start: usize, bits: u64, tables: usize): usize {
  const fraction = bits & 0xfffffffffffff, biased = i32((bits >> 52) & 0x7ff);
  const magnitude = reinterpret<f64>(bits & 0x7fffffffffffffff);
  if (biased === 0x7ff || magnitude === 0) {
    return writeSpecial(start, bits >> 63 !== 0, fraction === 0 && biased !== 0, fraction !== 0);
  }
  store<u8>(start, u8(MINUS));
  const out = start + usize(bits >> 63);
  // Millionths below 10^15: at most 15 digits tell float64 numbers apart, so digits that give the number back
  // are the only ones that short, and what is left of them without zeros at the end is the shortest.
  if (magnitude < 1e9 && magnitude >= 1e-6) {
    // added to 2^52, a number is rounded to a whole one, which is in the sum's lower bits
    const sum = magnitude * 1e6 + 4503599627370496.0;
    if ((sum - 4503599627370496.0) / 1e6 === magnitude) {
      return writeMillionths(out, reinterpret<u64>(sum) - 0x4330000000000000, tables);
    }
  }
  const exponent = biased - 1075;
  const significand = fraction | 0x10000000000000;
  if (exponent <= 0 && exponent > -53 && (significand & ((u64(1) << u64(-exponent)) - 1)) === 0) {
    return writeInteger(out, significand >> u64(-exponent), tables);
  }
  const digits = floatDigits(fraction, biased, 0x10000000000000, 1075, tables);
  return writeDecimal(out, digits, decimalPower, tables);
}

function writeFloat32(start: usize, bits: u32, tables: usize): usize {
  const fraction = bits & 0x7fffff, biased = i32((bits >> 23) & 0xff);
  if (biased === 0xff || (bits & 0x7fffffff) === 0) {
    return writeSpecial(start, bits >> 31 !== 0, fraction === 0 && biased !== 0, fraction !== 0);
  }
  store<u8>(start, u8(MINUS));
  const out = start + usize(bits >> 31);
  const exponent = biased - 150;
  const significand = u64(fraction | 0x800000);
  if (exponent <= 0 && exponent > -24 && (significand & ((u64(1) << u64(-exponent)) - 1)) === 0) {
    return writeInteger(out, significand >> u64(-exponent), tables);
  }
  const digits = floatDigits(fraction, biased, 0x800000, 150, tables);
  return writeDecimal(out, digits, decimalPower, tables);
}

function writeSigned(start: usize, value: i64, tables: usize): usize {
  store<u8>(start, u8(MINUS));
  return value < 0 ? writeInteger(start + 1, 0 - u64(value), tables) : writeInteger(start, u64(value), tables);
}

export function writeValue(out: usize, kind: u32, pointer: usize, tables: usize): usize {
  switch (kind) {
    case F64:
      return writeFloat64(out, load<u64>(pointer), tables);
    case F32:
      return writeFloat32(out, load<u32>(pointer), tables);
    case I8:
      return writeSigned(out, i64(load<i8>(pointer)), tables);
    case I16:
      return writeSigned(out, i64(load<i16>(pointer)), tables);
    case I32:
      return writeSigned(out, i64(load<i32>(pointer)), tables);
    case I64:
      return writeSigned(out, load<i64>(pointer), tables);
    case U8:
      return writeInteger(out, u64(load<u8>(pointer)), tables);
    case U16:
      return writeInteger(out, u64(load<u16>(pointer)), tables);
    case U32:
      return writeInteger(out, u64(load<u32>(pointer)), tables);
    case U64:
      return writeInteger(out, load<u64>(pointer), tables);
    default:
      if (load<u8>(pointer) !== 0) return writeWord(out, 0x65757274, 4);
      store<u64>(out, 0x65736c6166);
      return out + 5;
  }
}

