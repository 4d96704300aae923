/*
 * Dates and times of ISO 8601 as they are usually spelled; all that src/source/text/temporal_text.ts reads beside, and
 * what it refuses, is for the caller.
 */
import { MINUS, PLUS, POINT, ZERO } from "./ascii";
import { BELOW_DIGITS, DIGIT_SHIFT } from "./tables";

/** of a target's details: units in a second, their decimals, and whether a zone must be named */
export const UNITS: usize = 8, DECIMALS: usize = 16, IS_UTC: usize = 20;

const COLON: u32 = 58, SPACE: u32 = 32, LETTER_T: u32 = 84, LETTER_Z: u32 = 90, TO_UPPER: u32 = 0x5f;
/** where 2026-01-31 and 2026-01-31T12:00 have digits */
const DAY_DIGITS: u32 = 0x36f, MINUTE_DIGITS: u32 = 0xdb6f;
/** as many decimals as are read elsewhere */
const MAX_DECIMALS: u32 = 18;
/** seconds that 64 bits hold in any unit */
const MAX_SECONDS: i64 = 9223372035;

/** what was read last: days of a date, units of a time */
export let temporalValue: i64 = 0;

// @ts-ignore: decorator
@inline
function twoDigits(p: usize): u32 {
  return u32(load<u8>(p)) * 10 + u32(load<u8>(p, 1)) - 11 * ZERO;
}

// @ts-ignore: decorator
@inline
function isDigitAt(p: usize): bool {
  return u32(load<u8>(p)) - ZERO <= 9;
}

/** Days from 1970-01-01 (H. Hinnant, days_from_civil); false: there is no such day. */
// @ts-ignore: decorator
@inline
function readDay(p: usize): bool {
  const year = twoDigits(p) * 100 + twoDigits(p + 2), month = twoDigits(p + 5), day = twoDigits(p + 8);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last: u32 = month === 2 ? 28 + u32(isLeap) : 30 + ((month + (month >> 3)) & 1);
  if (month - 1 > 11 || day - 1 >= last) return false;
  // a year earlier in January and February; 400 years more, so that none is negative
  const shifted = year + 400 - u32(month <= 2), century = shifted / 100;
  const ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  temporalValue = i64(365 * shifted + shifted / 4 - century + century / 4 + ofYear) - 719468 - 146097;
  return true;
}

/** Seconds east of Greenwich at `start`, and the position behind them in `zoneEnd`; false: it is no such zone. */
let zoneEnd: usize = 0;
let zoneSeconds: i64 = 0;
function readZone(start: usize): bool {
  const c = u32(load<u8>(start));
  zoneSeconds = 0;
  zoneEnd = start + 1;
  if ((c & TO_UPPER) === LETTER_Z) return true;
  if ((c !== PLUS && c !== MINUS) || !isDigitAt(start + 1) || !isDigitAt(start + 2)) return false;
  const hours = twoDigits(start + 1);
  let p = start + 3, minutes: u32 = 0;
  const hasColon = u32(load<u8>(p)) === COLON;
  if (hasColon) p++;
  if (isDigitAt(p)) {
    if (!isDigitAt(p + 1)) return false;
    minutes = twoDigits(p);
    p += 2;
  } else if (hasColon) return false;
  if (hours > 23 || minutes > 59) return false;
  zoneSeconds = i64(hours * 3600 + minutes * 60);
  if (c === MINUS) zoneSeconds = -zoneSeconds;
  zoneEnd = p;
  return true;
}

/**
 * Reads a date or a time into `temporalValue`, and gives the position behind it; 0: it is for the caller. What stands
 * behind is not asked. May load up to 40 bytes behind the start.
 *
 * @param delimiter ends the text where it stands in it; 256 where nothing does
 */
export function readTemporal(isDate: bool, details: usize, start: usize, delimiter: u32, tables: usize): usize {
  const isDigit = i8x16.gt_s(
    i8x16.add(v128.load(start), v128.load(tables, DIGIT_SHIFT)),
    v128.load(tables, BELOW_DIGITS),
  );
  const digits = u32(i8x16.bitmask(isDigit));
  if ((digits & 0x3ff) !== DAY_DIGITS || u32(load<u8>(start, 4)) !== MINUS || u32(load<u8>(start, 7)) !== MINUS) {
    return 0;
  }
  if (!readDay(start)) return 0;
  if (isDate) return start + 10;
  let seconds = temporalValue * 86400, fraction: i64 = 0, units = load<i64>(details, UNITS), p = start + 10;
  const separator = u32(load<u8>(p)), isUtc = load<u32>(details, IS_UTC) !== 0;
  let hasZone = false;
  if (
    separator !== delimiter && (separator === SPACE || (separator & TO_UPPER) === LETTER_T) && digits === MINUTE_DIGITS &&
    u32(load<u8>(start, 13)) === COLON && delimiter !== COLON
  ) {
    const hours = twoDigits(start + 11), minutes = twoDigits(start + 14);
    if (hours > 23 || minutes > 59) return 0;
    seconds += hours * 3600 + minutes * 60;
    p = start + 16;
    if (u32(load<u8>(p)) === COLON) {
      if (!isDigitAt(p + 1) || !isDigitAt(p + 2)) return 0;
      const ofMinute = twoDigits(p + 1);
      if (ofMinute > 59) return 0;
      seconds += ofMinute;
      p += 3;
      if (u32(load<u8>(p)) === POINT) {
        const first = ++p;
        const most = load<u32>(details, DECIMALS);
        let c = u32(load<u8>(p)) - ZERO;
        while (c <= 9) {
          if (u32(p - first) >= most) {
            // nothing is rounded
            if (c !== 0) return 0;
          } else {
            units /= 10;
            fraction = fraction * 10 + i64(c);
          }
          c = u32(load<u8>(++p)) - ZERO;
        }
        if (p === first || u32(p - first) > MAX_DECIMALS) return 0;
        fraction *= units;
        units = load<i64>(details, UNITS);
      }
    }
    const c = u32(load<u8>(p));
    if (c === PLUS || c === MINUS || (c & TO_UPPER) === LETTER_Z) {
      if (!readZone(p)) return 0;
      hasZone = true;
      seconds -= zoneSeconds;
      p = zoneEnd;
    }
  }
  if (hasZone !== isUtc || seconds > MAX_SECONDS * (1000000000 / units) || seconds < -MAX_SECONDS * (1000000000 / units)) {
    return 0;
  }
  temporalValue = seconds * units + fraction;
  return p;
}
