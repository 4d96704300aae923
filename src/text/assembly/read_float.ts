/*
 * From decimal digits to the float64 next to them: D. Lemire, "Number Parsing at a Gigabyte per Second" (2021);
 * N. Mushtak and D. Lemire, "Fast Number Parsing Without Fallback" (2023).
 */
import { multiplyHigh } from "./multiply";
import { WIDE_POWERS } from "./tables";

const LEAST_POWER: i32 = -342, MOST_POWER: i32 = 308;

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
