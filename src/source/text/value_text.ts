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
import { PLAIN_VALUES, type ValueSpelling } from "./options.ts";

/** Why a text is no value of a dtype. */
export type Refusal = "malformed" | "fraction" | "outOfRange";

const POINT = 46;
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
export function parseValue(
  spelled: string,
  dtype: DType,
  values: ValueSpelling = PLAIN_VALUES,
): number | bigint | Refusal {
  const { kind, range, isBigInt } = DTYPE[dtype];
  if (kind === "b") return parseBool(spelled, values);
  const text = plainNumber(spelled, values);
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

function parseBool(text: string, { boolWords }: ValueSpelling): number | Refusal {
  if (boolWords === null) return BOOL_WORDS.get(text) ?? "malformed";
  if (boolWords.true.includes(text)) return 1;
  return boolWords.false.includes(text) ? 0 : "malformed";
}

const HEX = /^([+-]?)0[xX]([0-9a-fA-F]+)$/;
/** more digits than this are out of every range */
const MAX_HEX_DIGITS = 40;

/** The text of a number with a point and without groups; "" where digits are grouped otherwise than by threes. */
function plainNumber(text: string, { decimal, thousands, hex }: ValueSpelling): string {
  let plain = text;
  if (hex) {
    const [, sign, digits] = HEX.exec(text) ?? [];
    if (digits !== undefined) {
      return `${sign}${BigInt(`0x${digits.replace(/^0+/, "").slice(0, MAX_HEX_DIGITS) || "0"}`)}`;
    }
  }
  const isPoint = decimal === POINT;
  if (thousands >= 0) {
    const mark = String.fromCharCode(thousands);
    if (plain.includes(mark)) {
      const groups = plain.split(isPoint ? "." : ",", 1)[0]!.replace(/^[+-]/, "").split(mark);
      const isGrouped = /^\d{1,3}$/.test(groups[0]!) &&
        groups.slice(1).every((group) => /^\d{3}$/.test(group));
      const numMarks = plain.split(mark).length;
      // marks behind the decimals are none
      if (!isGrouped || numMarks !== groups.length) return "";
      plain = plain.replaceAll(mark, "");
    }
  }
  if (isPoint) return plain;
  return plain.includes(".") ? "" : plain.replace(",", ".");
}
