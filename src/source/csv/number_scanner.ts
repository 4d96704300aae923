/**
 * Reads a decimal number from bytes without making a string of it. What it reads it reads exactly; what does not
 * fit its registers it leaves to the exact text path.
 *
 * `NumberScanner.scan` is longer than a function should be: the loop over digits stands in it twice, before and
 * behind the point, because a call for each field or digit is what this file is there to save.
 *
 * @module
 */

const PLUS = 43, MINUS = 45, POINT = 46, ZERO = 48, UPPER_E = 69, LOWER_E = 101;

/** 10^0 … 10^22: the powers of ten that a float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const MAX_POWER = POWERS.length - 1;

/** 9 digits fit a signed 32-bit integer; two such limbs hold the 17 digits that tell float64 numbers apart. */
const LIMB_DIGITS = 9;
const LIMB = 1e9;

/** Veltkamp's constant: splits a float64 into halves of 26 bits. */
const SPLIT = 2 ** 27 + 1;

/** beyond the error of the quotient's second part, and far below half a unit of the first */
const DOUBT = 2 ** -96;

const TWO_32 = 2 ** 32;

/**
 * The number last scanned is ±significand × 10^exponent, where the significand is a whole number of at most 18
 * digits in two limbs, if `isRead`.
 */
export class NumberScanner {
  isNegative = false;
  /** digits with an optional sign, nothing else */
  isWhole = false;
  /** false: no number, or more digits than are kept: the text decides */
  isRead = false;
  exponent = 0;
  /** the significand rounded to a float64; exact up to 2^53 */
  significand = 0;
  #high = 0;
  #low = 0;
  #lowDigits = 0;

  /**
   * Scans a number from `start` on and gives the position behind it. A byte that is no digit must stand before
   * the end of `bytes`.
   */
  scan(bytes: Uint8Array, start: number): number {
    let p = start, c = bytes[p]!;
    this.isNegative = c === MINUS;
    this.isRead = false;
    if (c === MINUS || c === PLUS) c = bytes[++p]!;
    // zeros in front are not counted
    let high = 0, low = 0, numDigits = 0;
    const firstDigit = p;
    let digit = c - ZERO;
    while (digit >= 0 && digit <= 9) {
      if (numDigits < LIMB_DIGITS) {
        high = (high * 10 + digit) | 0;
        if (high !== 0) numDigits++;
      } else {
        low = (low * 10 + digit) | 0;
        if (++numDigits > 2 * LIMB_DIGITS) return p;
      }
      digit = (c = bytes[++p]!) - ZERO;
    }
    let numSeen = p - firstDigit, exponent = 0;
    this.isWhole = true;
    if (c === POINT) {
      this.isWhole = false;
      const firstFraction = p + 1;
      digit = (c = bytes[++p]!) - ZERO;
      while (digit >= 0 && digit <= 9) {
        if (numDigits < LIMB_DIGITS) {
          high = (high * 10 + digit) | 0;
          if (high !== 0) numDigits++;
        } else {
          low = (low * 10 + digit) | 0;
          if (++numDigits > 2 * LIMB_DIGITS) return p;
        }
        digit = (c = bytes[++p]!) - ZERO;
      }
      exponent = firstFraction - p;
      numSeen -= exponent;
    }
    if (numSeen === 0) return p;
    if (c === LOWER_E || c === UPPER_E) {
      this.isWhole = false;
      c = bytes[++p]!;
      const isMinus = c === MINUS;
      if (c === MINUS || c === PLUS) c = bytes[++p]!;
      let power = 0;
      const firstPower = p;
      digit = c - ZERO;
      while (digit >= 0 && digit <= 9) {
        power = (power * 10 + digit) | 0;
        digit = (c = bytes[++p]!) - ZERO;
      }
      if (p === firstPower || p - firstPower > LIMB_DIGITS) return p;
      exponent += isMinus ? -power : power;
    }
    const lowDigits = numDigits <= LIMB_DIGITS ? 0 : numDigits - LIMB_DIGITS;
    this.#high = high;
    this.#low = low;
    this.#lowDigits = lowDigits;
    this.significand = lowDigits === 0 ? high : high * POWERS[lowDigits]! + low;
    this.exponent = exponent;
    this.isRead = true;
    return p;
  }

  /**
   * The float64 next to the number last scanned, ties to even; NaN where this path cannot tell.
   *
   * Fast path of W. D. Clinger, "How to Read Floating Point Numbers Accurately" (PLDI 1990): where significand and
   * power of ten are float64 numbers without rounding, one multiplication or division rounds once, correctly.
   */
  float64(): number {
    const { exponent, significand } = this;
    if (exponent < -MAX_POWER || exponent > MAX_POWER) return NaN;
    let magnitude: number;
    if (significand > Number.MAX_SAFE_INTEGER) {
      magnitude = this.#longFloat64(POWERS[exponent < 0 ? -exponent : exponent]!);
    } else if (exponent === 0) {
      magnitude = significand;
    } else {
      magnitude = exponent < 0 ? significand / POWERS[-exponent]! : significand * POWERS[exponent]!;
    }
    return this.isNegative ? -magnitude : magnitude;
  }

  /**
   * The same for 16 to 18 digits: significand and result in two float64 parts each (T. J. Dekker, "A
   * Floating-Point Technique for Extending the Available Precision", 1971), rounded to one at the end. NaN where
   * the second part is too near to half a unit of the first to be sure.
   */
  #longFloat64(power: number): number {
    // the significand, exactly: `sum + rest`
    const scale = POWERS[this.#lowDigits]!;
    const product = this.#high * scale;
    const tail = productError(this.#high, scale, product) + this.#low;
    const sum = product + tail, rest = tail - (sum - product);
    let first: number, second: number;
    if (this.exponent <= 0) {
      first = sum / power;
      const back = first * power;
      second = (sum - back - productError(first, power, back) + rest) / power;
    } else {
      first = sum * power;
      second = productError(sum, power, first) + rest * power;
    }
    const doubt = first * DOUBT;
    const rounded = first + (second - doubt);
    return rounded === first + (second + doubt) ? rounded : NaN;
  }
}

/** a·b − product, exactly, where product is the rounded product. */
function productError(a: number, b: number, product: number): number {
  const aScaled = a * SPLIT, aHigh = aScaled - (aScaled - a), aLow = a - aHigh;
  const bScaled = b * SPLIT, bHigh = bScaled - (bScaled - b), bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** A 64-bit integer's magnitude in two halves, or a position that is not behind digits alone. */
export class IntegerScanner {
  isNegative = false;
  /** bits 32 to 63 of the magnitude */
  high = 0;
  /** bits 0 to 31 */
  low = 0;

  /**
   * Scans an integer of up to 19 digits (20 may not fit 64 bits) and gives the position behind it, or −1.
   *
   * The magnitude is upper × 10^9 + lower with upper < 2^34, multiplied out by halves of 16 bits.
   */
  scan(bytes: Uint8Array, start: number): number {
    let p = start;
    const sign = bytes[p];
    this.isNegative = sign === MINUS;
    if (sign === MINUS || sign === PLUS) p++;
    const firstDigit = p;
    while (bytes[p]! >= ZERO && bytes[p]! <= ZERO + 9) p++;
    const numDigits = p - firstDigit;
    if (numDigits === 0 || numDigits > 2 * LIMB_DIGITS + 1) return -1;
    const border = Math.max(firstDigit, p - LIMB_DIGITS);
    let upper = 0, lower = 0;
    for (let i = firstDigit; i < border; i++) upper = upper * 10 + (bytes[i]! - ZERO);
    for (let i = border; i < p; i++) lower = lower * 10 + (bytes[i]! - ZERO);
    const productHigh = Math.floor(upper / 65536) * LIMB, productLow = (upper % 65536) * LIMB;
    const carried = (productHigh % 65536) * 65536 + productLow + lower;
    this.high = Math.floor(productHigh / 65536) + Math.floor(carried / TWO_32);
    this.low = carried % TWO_32;
    return p;
  }
}
