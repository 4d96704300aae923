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
import { CR, LF, MINUS, PLUS } from "./ascii";
import {
  BOOL,
  DESCRIPTOR_BYTES,
  DETAILS,
  F32,
  FLAGS,
  KIND,
  LAST_OF_FIELD,
  LAST_OF_RECORD,
  MOST,
  MOST_NEGATIVE,
  OFFSET,
  parseSlowly,
  putFloat,
  putInteger,
  SKIP,
  STRIDE,
} from "./parse_field";
import { digitsToFloat64 } from "./read_float";
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

/** where the parser stopped: the start of the field; behind the last record where it did not */
export let stopPosition: u32 = 0;
export let stopRow: u32 = 0;
export let stopDescriptor: u32 = 0;
export let stopRecordStart: u32 = 0;

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

/** The position behind lines that begin with `comment`, and the blank lines between them. */
function passComments(start: usize, comment: u32, skipBlankLines: i32): usize {
  let p = start;
  while (u32(load<u8>(p)) === comment) {
    while (u32(load<u8>(p)) !== LF && u32(load<u8>(p)) !== CR) p++;
    p += u32(load<u8>(p)) === CR && u32(load<u8>(p, 1)) === LF ? 2 : 1;
    if (skipBlankLines) {
      while (u32(load<u8>(p)) === LF || u32(load<u8>(p)) === CR) p++;
    }
  }
  return p;
}

/**
 * Parses records from field `firstDescriptor` of row `firstRow` on, whose text starts at `start`.
 *
 * @param comment what a line that is passed over begins with; above 255: nothing does
 * @param decimal what stands between whole digits and decimals
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
  comment: u32,
  decimal: u32,
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
      if (u32(load<u8>(p)) === comment) p = passComments(p, comment, skipBlankLines);
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
          if (u32(load<u8>(p + usize(first))) === decimal) {
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
            const isPoint = u32(load<u8>(p + usize(point))) === decimal;
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
        end = parseSlowly(descriptor, details, target, p, delimiter, quote, decimal, tables);
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
