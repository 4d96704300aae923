/**
 * Decimal text and floats, exactly, in both directions. A float64 is read by `Number(text)` and written by
 * `String(x)`: ECMAScript defines the first as correctly rounded and the second as the shortest text that reads
 * back as the same number. There is no such pair for float32: going through a float64 rounds twice, and
 * `String(x)` of a float32 prints digits that only a float64 needs. This file is that pair.
 *
 * @module
 */

/** An unsigned or signed decimal number as C, Python and JSON write it; no hexadecimal, no spaces, no `_`. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The largest finite float32, and the point from which on numbers round to infinity (which is a tie: to even). */
const FLOAT32_MAX = 3.4028234663852886e38;
const FLOAT32_OVERFLOW = 3.4028235677973366e38;
const FLOAT32_MIN_NORMAL = 2 ** -126;

/** 10^0 … 10^22: the powers of ten that a float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** Whether the text is a decimal number: digits with an optional sign, point and exponent. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/**
 * The float32 next to a decimal number, ties to even, rounded once.
 *
 * A float64 `d` next to the exact value lies on the same side of every float32 tie as the exact value, unless `d`
 * is the tie itself: only then are the digits compared.
 *
 * @param text a decimal number, as {@link isDecimal} tells
 *
 * @example
 * ```ts
 * import { parseFloat32 } from "./decimal_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * const text = "1.0000000596046448"; // a hair above the middle of 1 and the next float32
 * strictEqual(parseFloat32(text), 1.0000001192092896);
 * strictEqual(Math.fround(Number(text)), 1); // rounded twice: wrong
 * ```
 */
export function parseFloat32(text: string): number {
  const double = Number(text);
  return isFloat32Tie(double) ? roundTie(text, double) : Math.fround(double);
}

/**
 * Whether a float64 lies exactly between two neighbouring float32 numbers (infinity counts as the neighbour of
 * the largest).
 */
export function isFloat32Tie(double: number): boolean {
  const near = Math.fround(double);
  if (near === double || double !== double) return false;
  if (near === Infinity || near === -Infinity) return Math.abs(double) === FLOAT32_OVERFLOW;
  // mirror the float32 at the float64: the mirror image is the other neighbour only if the float64 is the middle
  const mirrored = 2 * double - near;
  if (Math.abs(mirrored) > FLOAT32_MAX) return Math.abs(double) === FLOAT32_OVERFLOW;
  return Math.fround(mirrored) === mirrored;
}

/** The float32 for `text`, whose nearest float64 is `tie`. */
function roundTie(text: string, tie: number): number {
  const order = compareMagnitude(text, tie);
  if (order === 0) return Math.fround(tie);
  const near = Math.fround(tie);
  const isNearBigger = Math.abs(near) > Math.abs(tie);
  if (order > 0 === isNearBigger) return near;
  if (Math.abs(near) === Infinity) return Math.sign(tie) * FLOAT32_MAX;
  const other = 2 * tie - near;
  return Math.abs(other) > FLOAT32_MAX ? Math.sign(tie) * Infinity : other;
}

/** Significant digits without zeros at either end, and the power of ten of the first: 0.d1d2d3… × 10^exponent. */
interface Digits {
  readonly digits: string;
  readonly exponent: number;
}

function digitsOf(text: string): Digits {
  const match = /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)!;
  const whole = match[1] ?? "", fraction = match[2] ?? "";
  const all = whole + fraction;
  let first = 0, end = all.length;
  while (first < end && all.charCodeAt(first) === 48) first++;
  while (end > first && all.charCodeAt(end - 1) === 48) end--;
  return { digits: all.slice(first, end), exponent: whole.length - first + Number(match[3] ?? "0") };
}

/** Exact decimal expansion of a finite, non-zero float64. */
function exactDigits(value: number): Digits {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const word = bits.getBigUint64(0);
  const biased = Number(word >> 52n);
  const fraction = word & 0xfffffffffffffn;
  const significand = biased === 0 ? fraction : fraction | (1n << 52n);
  const power = Math.max(biased, 1) - 1075;
  // m × 2^power is an integer, or m × 5^-power with the point moved -power places
  const integer = power >= 0 ? significand << BigInt(power) : significand * 5n ** BigInt(-power);
  const text = integer.toString();
  return digitsOf(power >= 0 ? text : `${text}e${power}`);
}

/** Sign of |text| − |value|, exact. */
function compareMagnitude(text: string, value: number): number {
  const a = digitsOf(text), b = exactDigits(value);
  if (a.digits === "") return -1;
  if (a.exponent !== b.exponent) return a.exponent > b.exponent ? 1 : -1;
  // without zeros at the end, the longer of two equal prefixes is the greater: as strings compare
  return a.digits === b.digits ? 0 : a.digits > b.digits ? 1 : -1;
}

/**
 * The shortest text that reads back as the same float64. Not a number is "NaN", infinity "inf" and "-inf" (as
 * NumPy, Polars and DuckDB write them), minus zero "-0"; all else as ECMAScript's `Number::toString`.
 */
export function formatFloat64(value: number): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * The shortest text that reads back as the same float32, under {@link parseFloat32}; of several, the one next to
 * the number, of two at the same distance the even one. Spellings of NaN, infinity and minus zero as {@link formatFloat64}.
 *
 * @param value a number that a float32 holds
 *
 * @example
 * ```ts
 * import { formatFloat32 } from "./decimal_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(formatFloat32(Math.fround(0.1)), "0.1");
 * strictEqual(String(Math.fround(0.1)), "0.10000000149011612");
 * ```
 */
export function formatFloat32(value: number): string {
  if (value !== value || value === 0 || value === Infinity || value === -Infinity) {
    return formatFloat64(value);
  }
  const magnitude = Math.abs(value);
  // 9 digits always suffice (FLT_DECIMAL_DIG); 6 are always kept (FLT_DIG), so the search starts there
  let numDigits = 6, decimal = decimalOf(magnitude, numDigits);
  if (decimal !== null) {
    // of decimals of at most 15 digits, String() prints the digits; zeros at the end go with that. Below the
    // normal range a float32 has fewer digits than 6, and a shorter text may do
    for (let fewer = 5; fewer > 0 && magnitude < FLOAT32_MIN_NORMAL; fewer--) {
      const shorter = decimalOf(magnitude, fewer);
      if (shorter === null) break;
      decimal = shorter;
    }
  }
  while (decimal === null) decimal = decimalOf(magnitude, ++numDigits);
  return String(value < 0 ? -decimal : decimal);
}

/**
 * A decimal of `numDigits` significant digits (at most 9) that reads as the float32, as the float64 next to it;
 * or null.
 */
function decimalOf(magnitude: number, numDigits: number): number | null {
  if (magnitude >= 1e-13 && magnitude < 1e22) {
    // digits and powers of ten are float64 numbers without rounding: one division or multiplication rounds once
    const power = numDigits - 1 - floorLog10(magnitude);
    const scaled = power < 0 ? magnitude / POWERS[-power]! : magnitude * POWERS[power]!;
    const rounded = Math.round(scaled);
    const digits = rounded - scaled === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
    const decimal = power < 0 ? digits * POWERS[-power]! : digits / POWERS[power]!;
    if (!isFloat32Tie(decimal)) {
      if (Math.fround(decimal) === magnitude) return decimal;
      if (!isPowerOfTwo(magnitude)) return null;
    }
  }
  const text = shortestWith(magnitude, numDigits);
  return text === null ? null : Number(text);
}

function floorLog10(value: number): number {
  const near = Math.floor(Math.log10(value));
  const power = near < 0 ? 1 / POWERS[-near]! : POWERS[near]!;
  return value < power ? near - 1 : value >= power * 10 ? near + 1 : near;
}

/** A decimal of `numDigits` significant digits that reads as the float32, or null. */
function shortestWith(magnitude: number, numDigits: number): string | null {
  const nearest = magnitude.toExponential(numDigits - 1);
  if (parseFloat32(nearest) === magnitude) return nearest;
  // A power of two has neighbours at unequal distances: the nearest decimal may lie outside on the narrow side
  // below, while the next one above lies inside.
  if (!isPowerOfTwo(magnitude) || Number(nearest) > magnitude) return null;
  const [significand, exponent] = nearest.split("e") as [string, string];
  const integer = BigInt(significand.replace(".", "")) + 1n;
  const above = `${integer}e${Number(exponent) - (numDigits - 1)}`;
  return parseFloat32(above) === magnitude ? above : null;
}

const float32Scratch = new Float32Array(1);
const float32Bits = new Uint32Array(float32Scratch.buffer);

/** Whether a float32's fraction is zero: among normal numbers, the powers of two. */
function isPowerOfTwo(value: number): boolean {
  float32Scratch[0] = value;
  return (float32Bits[0]! & 0x7fffff) === 0;
}
