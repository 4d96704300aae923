/*
 * The shortest decimal that reads back as the same binary number, next to it among those: R. Giulietti, "The
 * Schubfach way to render doubles" (2021), in the form of A. Buck's Drachennest. One 192-bit product serves the
 * number and both borders of its rounding interval, which lie a power of two times the factor away.
 */
import { multiplyHigh } from "./multiply";
import { WIDE_POWERS } from "./tables";

const LEAST_POWER: i32 = -292;

/** power of ten of the digits found last */
export let decimalPower: i32 = 0;

/** Digits s of significand × 2^exponent, with `decimalPower` k: it is next to s × 10^k. s may end with zeros. */
// @ts-ignore: decorator
@inline
export function shortestDecimal(significand: u64, exponent: i32, isLowerCloser: bool, tables: usize): u64 {
  const odd = significand & 1;
  const k = (exponent * 1262611 - (isLowerCloser ? 524031 : 0)) >> 22;
  const shift = exponent + ((-k * 1741647) >> 19) + 1;
  const entry = tables + WIDE_POWERS + (usize(-k - LEAST_POWER) << 4);
  const factorLow = load<u64>(entry), factorHigh = load<u64>(entry, 8);
  const scaled = (significand << 2) << u64(shift);
  // the product's words: top, middle, low
  const low = factorLow * scaled, carry = multiplyHigh(factorLow, scaled);
  let middle = factorHigh * scaled + carry;
  const top = multiplyHigh(factorHigh, scaled) + u64(middle < carry);
  const value = top | u64(middle > 1);
  // factor × 2^(shift + 1): half the distance to the next number
  const above = u64(shift + 1);
  const stepLow = factorLow << above;
  const stepMiddle = (factorHigh << above) | (factorLow >> (64 - above));
  const stepTop = factorHigh >> (64 - above);
  const sumLow = low + stepLow;
  const sumCarry = u64(sumLow < low);
  let sumMiddle = middle + stepMiddle;
  let sumTop = top + stepTop + u64(sumMiddle < middle);
  sumMiddle += sumCarry;
  sumTop += u64(sumMiddle < sumCarry);
  const upper = (sumTop | u64(sumMiddle > 1)) - odd;
  let backLow = stepLow, backMiddle = stepMiddle, backTop = stepTop;
  if (isLowerCloser) {
    backLow = (stepLow >> 1) | (stepMiddle << 63);
    backMiddle = (stepMiddle >> 1) | (stepTop << 63);
    backTop = stepTop >> 1;
  }
  const borrow = u64(low < backLow);
  let differenceMiddle = middle - backMiddle;
  let differenceTop = top - backTop - u64(middle < backMiddle);
  differenceTop -= u64(differenceMiddle < borrow);
  differenceMiddle -= borrow;
  const lower = (differenceTop | u64(differenceMiddle > 1)) + odd;

  // both lengths, and no branch between them: which is taken is a toss-up
  const s = value >> 2, shorter = s / 10;
  const isShorterBelow = lower <= 40 * shorter, isShorterAbove = 40 * shorter + 40 <= upper;
  const isShorter = u32(isShorterBelow !== isShorterAbove) & u32(s >= 10);
  const isBelow = lower <= 4 * s, isAbove = 4 * s + 4 <= upper;
  const isUpper = u32(value > 4 * s + 2) | (u32(value === 4 * s + 2) & u32(s & 1));
  const step = select<u32>(u32(isAbove), isUpper, isBelow !== isAbove);
  decimalPower = k + i32(isShorter);
  return select<u64>(shorter + u64(isShorterAbove), s + u64(step), isShorter !== 0);
}
