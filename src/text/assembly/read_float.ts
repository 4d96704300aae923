/*
 * From decimal digits to the float64 next to them: D. Lemire, "Number Parsing at a Gigabyte per Second" (2021);
 * N. Mushtak and D. Lemire, "Fast Number Parsing Without Fallback" (2023).
 */
import { multiplyHigh } from "./multiply";
import { WIDE_POWERS } from "./tables";

const LEAST_POWER: i32 = -342, MOST_POWER: i32 = 308;

/**
 * The bits of w / 10^places, w being below 2^64 and places at most 27, rounded as below; 0: for `decimalToFloat64`,
 * because w is 0, the power's further bits matter, or w / 10^places may lie between two numbers.
 */
// @ts-ignore: decorator
@inline
export function quotientToFloat64(w: u64, places: u32, tables: usize): u64 {
  const numZeros = clz(w);
  const entry = tables + WIDE_POWERS + ((usize(-LEAST_POWER) - usize(places)) << 4);
  const high = multiplyHigh(w << numZeros, load<u64>(entry, 8));
  // the bits that every rounding drops: all set, or none
  if (((high + 1) & 0x1fe) === 0) return 0;
  const upperBit = high >> 63;
  const mantissa = high >> (upperBit + 9);
  const exponent = upperBit - numZeros + u64(u32(((-217706 * i32(places)) >> 16) + 63 + 1022));
  // the mantissa's highest bit, and what rounding carries, go to the exponent
  return (exponent << 52) + ((mantissa + (mantissa & 1)) >> 1);
}

/** The bits of significand × 10^power, rounded to the nearest float64, ties to even. Never in doubt. */
export function decimalToFloat64(significand: u64, power: i32, tables: usize): u64 {
  if (significand === 0 || power < LEAST_POWER) return 0;
  if (power > MOST_POWER) return 0x7ff0000000000000;
  const numLeadingZeros = i32(clz(significand));
  const w = significand << u64(numLeadingZeros);
  const entry = tables + WIDE_POWERS + (usize(power - LEAST_POWER) << 4);
  const factor = load<u64>(entry, 8);
  let low = w * factor, high = multiplyHigh(w, factor);
  if ((high & 0x1ff) === 0x1ff) {
    const carry = multiplyHigh(w, load<u64>(entry));
    low += carry;
    if (low < carry) high++;
  }
  const upperBit = i32(high >> 63);
  let mantissa = high >> u64(upperBit + 9);
  let exponent = ((217706 * power) >> 16) + 63 + upperBit - numLeadingZeros + 1023;
  if (exponent <= 0) {
    if (exponent <= -63) return 0;
    mantissa >>= u64(1 - exponent);
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    // rounding up may reach the least normal number, whose bits follow on
    return mantissa;
  }
  // exactly between two: only for powers that 64 bits hold
  if (low <= 1 && power >= -4 && power <= 23 && (mantissa & 3) === 1) {
    if (mantissa << u64(upperBit + 9) === high) mantissa &= ~u64(1);
  }
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >= u64(1) << 53) {
    mantissa = u64(1) << 52;
    exponent++;
  }
  if (exponent >= 0x7ff) return 0x7ff0000000000000;
  return (mantissa & 0xfffffffffffff) | (u64(exponent) << 52);
}
