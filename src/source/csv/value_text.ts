/**
 * What a field's text means for a dtype, exactly: the path for all that the byte scanner leaves.
 *
 * Floats are correctly rounded; a number too large for its float is infinity, as IEEE 754 and NumPy have it.
 * Integers are exact or refused: "1.0" and "1e3" are no integers, whatever their value, because a column that
 * is written with a point is not an integer column (Polars and PyArrow refuse them too).
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { isDecimal, parseFloat32 } from "../../dtype/decimal_text.ts";

/** Why a text is no value of a dtype. */
export type Refusal = "malformed" | "fraction" | "outOfRange";

const INTEGER = /^[+-]?\d+$/;
/** more digits than any 64-bit integer has */
const MAX_INTEGER_DIGITS = 20;

const FLOAT_WORDS: ReadonlyMap<string, number> = new Map([
  ["nan", NaN],
  ["+nan", NaN],
  ["-nan", NaN],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["infinity", Infinity],
  ["+infinity", Infinity],
  ["-infinity", -Infinity],
]);
const LONGEST_FLOAT_WORD = "-infinity".length;

const BOOL_WORDS: ReadonlyMap<string, number> = new Map([
  ["true", 1],
  ["True", 1],
  ["TRUE", 1],
  ["t", 1],
  ["1", 1],
  ["false", 0],
  ["False", 0],
  ["FALSE", 0],
  ["f", 0],
  ["0", 0],
]);

/** "NaN", "inf", "-Infinity" in any case: a value of a float column; undefined for other text. */
export function floatWord(text: string): number | undefined {
  return text.length > LONGEST_FLOAT_WORD ? undefined : FLOAT_WORDS.get(text.toLowerCase());
}

/**
 * The value of a text without spaces around it: a bigint for 64-bit integers, 0 or 1 for bool, else a number.
 *
 * @example
 * ```ts
 * import { parseValue } from "./value_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(parseValue("9007199254740993", "i64"), 9007199254740993n);
 * strictEqual(parseValue("128", "i8"), "outOfRange");
 * strictEqual(parseValue("1.0", "i8"), "fraction");
 * ```
 */
export function parseValue(text: string, dtype: DType): number | bigint | Refusal {
  const { kind, range, isBigInt } = DTYPE[dtype];
  if (kind === "b") return BOOL_WORDS.get(text) ?? "malformed";
  if (range === null) {
    const word = floatWord(text);
    if (word !== undefined) return word;
    if (!isDecimal(text)) return "malformed";
    return dtype === "f32" ? parseFloat32(text) : Number(text);
  }
  if (!INTEGER.test(text)) return isDecimal(text) || floatWord(text) !== undefined ? "fraction" : "malformed";
  const digits = text.replace(/^[+-]?0*/, "");
  if (digits.length > MAX_INTEGER_DIGITS) return "outOfRange";
  const value = BigInt(text.startsWith("-") ? `-${digits || "0"}` : digits || "0");
  if (value < range[0] || value > range[1]) return "outOfRange";
  return isBigInt ? value : Number(value);
}
