/*
 * Dates and times as src/sink/text/temporal_text.ts has them, of the years 0 to 9999; others are left to the caller.
 */
import { LEFT } from "./write_end";

/** of details, of times: units in a second, their decimals, whether a Z stands behind */
const UNITS: usize = 16, DECIMALS: usize = 24, HAS_ZONE: usize = 28;
const DAY: u32 = 0, DAY_MILLISECONDS: u32 = 1;
const MILLISECONDS: i64 = 86400000, SECONDS: i64 = 86400;
/** of 0000-01-01, and behind 9999-12-31 */
const FIRST_DAY: i64 = -719528, END_DAY: i64 = 2932897;

// @ts-ignore: decorator
@inline
function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return quotient - i64(quotient * b > a);
}

/** Two digits as two bytes of text. */
// @ts-ignore: decorator
@inline
function pair(value: u32): u32 {
  const tens = value / 10;
  return 0x3030 + tens + ((value - tens * 10) << 8);
}

/** Ten bytes (H. Hinnant, civil_from_days). */
// @ts-ignore: decorator
@inline
function writeDay(out: usize, days: i64): void {
  // 0000-03-01 is day 0, 400 years earlier so that none is negative
  const shifted = u32(days + 719468 + 146097), era = shifted / 146097, ofEra = shifted - era * 146097;
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
  const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * ofYear + 2) / 153;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + u32(month <= 2) - 400, century = year / 100;
  store<u32>(out, pair(century) | (pair(year - century * 100) << 16));
  store<u32>(out, 0x2d00002d | (pair(month) << 8), 4);
  store<u16>(out, u16(pair(ofYear - (153 * shiftedMonth + 2) / 5 + 1)), 8);
}

/** The position behind the text, which has no room of its own to ask for: it is short. */
export function writeTemporal(out: usize, kind: u32, pointer: usize, details: usize): usize {
  if (kind === DAY || kind === DAY_MILLISECONDS) {
    const days = kind === DAY ? i64(load<i32>(pointer)) : floorDivide(load<i64>(pointer), MILLISECONDS);
    if (days < FIRST_DAY || days >= END_DAY) return LEFT;
    writeDay(out, days);
    return out + 10;
  }
  const value = load<i64>(pointer), units = load<i64>(details, UNITS);
  const seconds = floorDivide(value, units), days = floorDivide(seconds, SECONDS);
  if (days < FIRST_DAY || days >= END_DAY) return LEFT;
  const ofDay = u32(seconds - days * SECONDS), hours = ofDay / 3600, minutes = ofDay / 60 - hours * 60;
  writeDay(out, days);
  // Thh:mm:ss
  store<u8>(out, 84, 10);
  store<u32>(out, pair(hours) | 0x3a0000, 11);
  store<u32>(out, pair(minutes) | 0x3a0000, 14);
  store<u16>(out, u16(pair(ofDay - hours * 3600 - minutes * 60)), 17);
  let p = out + 19;
  const decimals = load<u32>(details, DECIMALS);
  if (decimals !== 0) {
    store<u8>(p, 46);
    let rest = u32(value - seconds * units);
    for (let i = decimals; i > 0; i--) {
      const tenth = rest / 10;
      store<u8>(p + i, u8(48 + rest - tenth * 10));
      rest = tenth;
    }
    p += decimals + 1;
  }
  if (load<u32>(details, HAS_ZONE) !== 0) store<u8>(p++, 90);
  return p;
}
