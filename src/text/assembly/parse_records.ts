/*
 * Fields of numbers, parsed straight into columns. What is unusual in a field stops the parser before it: the
 * caller treats that field, or makes the error, and starts the parser again behind it. So every refusal is worded
 * in one place, and nothing here has to be exact about what is wrong.
 *
 * Floats in a row of fields are a run: one loop from field to field, without a call in it. It takes as long as its
 * instructions from a field's first byte to its bits, divided by the fields that the processor has under way at once.
 *
 * Usual are: digits with a sign, a point, an exponent, up to 19 significant digits (more where they do not decide);
 * quotes right around that; spaces before it; an empty field, and NaN, where the descriptor says what they are.
 *
 * parseRecords is longer than a function should be: it keeps its constants and its place in registers.
 */
import { CR, LF, MINUS, PLUS } from "./ascii";
import { fourDigits, sixteenDigits } from "./digits";
import { parseCarried } from "./parse_carried";
import {
  BOOL,
  CALLER,
  DESCRIPTOR_BYTES,
  DETAILS,
  F32,
  F64,
  FLAGS,
  isSafeForFloat32,
  LAST_OF_FIELD,
  LAST_OF_RECORD,
  MOST,
  MOST_NEGATIVE,
  parseSlowly,
  putInteger,
  RUN_LAST,
  RUN_STEP,
  SKIP,
  STRIDE,
} from "./parse_field";
import { passField } from "./pass_field";
import { quotientToFloat64 } from "./read_float";
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

/** where the parser stopped: the start of the field; behind the last record where it did not */
export let stopPosition: u32 = 0;
export let stopRow: u32 = 0;
export let stopDescriptor: u32 = 0;
export let stopRecordStart: u32 = 0;

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
 * @param escape what the byte behind it is text after; above 255: nothing is escaped
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
  escape: u32,
): i32 {
  const iota = v128.load(tables, IOTA), hundreds = v128.load(tables, HUNDREDS), tens = v128.load(tables, TENS);
  const tenThousands = v128.load(tables, TEN_THOUSANDS), lowNibbles = v128.load(tables, LOW_NIBBLES);
  const digitShift = v128.load(tables, DIGIT_SHIFT), belowDigits = v128.load(tables, BELOW_DIGITS);
  const points = i8x16.splat(i8(decimal)), lastNibbles = v128.and(lowNibbles, i8x16.ne(iota, i8x16.splat(0)));
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
      const entry = load<u64>(descriptor);
      const kind = u32(entry) & 0xffff;
      let flags = (u32(entry) >> 16) & 0xffff;
      let target = columns + u32(entry >> 32) + row * load<u32>(descriptor, STRIDE);
      let end: usize = 0;
      if (kind === SKIP) {
        end = passField(p, delimiter, quote, escape);
        if (end === 0) return stop(p, row, descriptor - descriptors, recordStart);
      } else if (kind <= F32) {
        const details = descriptors + load<u32>(descriptor, DETAILS);
        const last = descriptors + load<u32>(details, RUN_LAST), step = load<u32>(details, RUN_STEP);
        // fields of the run behind this one, as bytes of descriptors
        let left = u32(last - descriptor);
        for (;;) {
          const text = v128.load(p);
          const c = u32(i8x16.extract_lane_u(text, 0));
          const sign = u32(((c - PLUS) & ~(MINUS - PLUS)) === 0);
          const isDigit = i8x16.gt_s(i8x16.add(text, digitShift), belowDigits);
          const digits = v128.and(v128.and(text, lowNibbles), isDigit);
          // a bit for each byte that is neither digit nor sign, and for all behind the 16
          const others = ~(u32(i8x16.bitmask(isDigit)) | sign);
          const lowest = others & (0 - others);
          const point = lowest & u32(i8x16.bitmask(i8x16.eq(text, points)));
          const first = u32(ctz(lowest)), hasPoint = u32(point !== 0);
          let behind = u32(ctz(others ^ point)), magnitude: u64 = 0;
          if (behind < 16) {
            if (behind === sign + hasPoint) break;
            // the last digit goes to the last lane, those behind the point one further; below zero, a lane becomes 0
            const source = i8x16.add(iota, i8x16.splat(i8(behind - hasPoint - 16)));
            const w = sixteenDigits(
              i8x16.relaxed_swizzle(digits, i8x16.sub(source, i8x16.gt_s(source, i8x16.splat(i8(first - 1))))),
              tens,
              hundreds,
              tenThousands,
            );
            // both are exact, so the quotient is rounded once
            const places = behind - first - hasPoint;
            magnitude = reinterpret<u64>(f64(i64(w)) / load<f64>(tables + (usize(places) << 3), EXACT_POWERS));
          } else {
            // up to 32 bytes, 19 digits, the point among the first 16
            const isNextDigit = i8x16.gt_s(i8x16.add(v128.load(p, 16), digitShift), belowDigits);
            const all = u64(others & 0xffff) | (u64(~u32(i8x16.bitmask(isNextDigit))) << 16);
            behind = u32(ctz(all ^ u64(point)));
            const numDigits = behind - sign - hasPoint;
            if (numDigits > 19) break;
            const places = (behind - first - 1) & (0 - hasPoint);
            // 15 digits, and at most 4 before them
            let tail = v128.and(v128.load(p + usize(behind) - 16), lastNibbles);
            if (places < 15) {
              // those before the point are one byte further left
              tail = v128.and(
                i8x16.relaxed_laneselect(
                  v128.and(v128.load(p + usize(behind) - 17), lastNibbles),
                  tail,
                  i8x16.gt_s(i8x16.splat(i8((16 - places) & (0 - hasPoint))), iota),
                ),
                i8x16.gt_s(iota, i8x16.splat(i8(15 - numDigits))),
              );
            }
            // a sign is no digit and counts 0
            const source = i8x16.add(iota, i8x16.splat(i8(numDigits + sign - 31)));
            const head = u32(i32x4.extract_lane(
              i8x16.relaxed_swizzle(
                digits,
                i8x16.sub(source, i8x16.gt_s(source, i8x16.splat(i8(first) - 1))),
              ),
              3,
            ));
            const w = sixteenDigits(tail, tens, hundreds, tenThousands) +
              fourDigits(head) * 1000000000000000;
            magnitude = quotientToFloat64(w, places, tables);
            if (magnitude === 0) break;
          }
          const signed = magnitude | (u64(c === MINUS) << 63), behindIt = p + usize(behind);
          if (kind === F64) store<u64>(target, signed);
          else {
            if (!isSafeForFloat32(magnitude)) break;
            store<f32>(target, f32(reinterpret<f64>(signed)));
          }
          const after = u32(load<u8>(behindIt));
          if (after !== delimiter) {
            if (after === LF || after === CR) end = behindIt;
            break;
          }
          if (left === 0) {
            end = behindIt;
            break;
          }
          p = behindIt + 1;
          left -= u32(DESCRIPTOR_BYTES);
          target += step;
        }
        descriptor = last - left;
        flags = u32(load<u16>(descriptor, FLAGS));
      } else if (kind < BOOL) {
        const c = u32(load<u8>(p));
        const sign = u32(((c - PLUS) & ~(MINUS - PLUS)) === 0);
        const text = v128.load(p);
        const isDigit = i8x16.gt_s(i8x16.add(text, digitShift), belowDigits);
        const digits = v128.and(v128.and(text, lowNibbles), isDigit);
        const others = ~(u32(i8x16.bitmask(isDigit)) | sign);
        let last = u32(ctz(others)), w: u64 = 0;
        if (last < 16) {
          const source = i8x16.add(iota, i8x16.splat(i8(last - 16)));
          w = sixteenDigits(i8x16.relaxed_swizzle(digits, source), tens, hundreds, tenThousands);
        } else {
          // up to 19 digits: the last 15, and those before them
          const isNextDigit = i8x16.gt_s(i8x16.add(v128.load(p, 16), digitShift), belowDigits);
          last += u32(ctz(~u32(i8x16.bitmask(isNextDigit))));
          const numDigits = last - sign;
          const head = u32(i32x4.extract_lane(
            i8x16.relaxed_swizzle(digits, i8x16.add(iota, i8x16.splat(i8(numDigits + sign - 31)))),
            3,
          ));
          w = sixteenDigits(v128.and(v128.load(p + usize(last) - 16), lastNibbles), tens, hundreds, tenThousands) +
            fourDigits(head) * 1000000000000000;
          if (numDigits > 19) last = 0;
        }
        if (last > sign) {
          const details = descriptors + load<u32>(descriptor, DETAILS);
          if (w <= load<u64>(details + (c === MINUS ? MOST_NEGATIVE : MOST))) {
            putInteger(kind, target, c === MINUS ? 0 - w : w);
            end = p + usize(last);
            const after = u32(load<u8>(end));
            if (after !== delimiter && after !== LF && after !== CR) end = 0;
          }
        }
      }
      if (end === 0 && kind !== CALLER) {
        const details = descriptors + load<u32>(descriptor, DETAILS);
        end = kind > CALLER
          ? parseCarried(
            descriptor,
            details,
            columns,
            target,
            row,
            p,
            delimiter,
            quote,
            escape,
            decimal,
            tables,
          )
          : parseSlowly(kind, descriptor, details, target, p, delimiter, quote, decimal, tables);
      }
      if (end === 0) return stop(p, row, descriptor - descriptors, recordStart);
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
