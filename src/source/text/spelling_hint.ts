/** What would make a refused field a value: other spellings of numbers, other dtypes. @module */
import type { DType } from "../../dtype/mod.ts";
import type { ValueSpelling } from "./options.ts";
import { parseValue } from "./value_text.ts";

/** A refused text, and how the values of its file are spelled. */
export interface RefusedText {
  readonly text: string;
  readonly values: ValueSpelling;
  /** the byte between fields; it cannot be the decimal mark */
  readonly delimiter: number;
}

interface Spelling {
  readonly flags: string;
  readonly values: Partial<ValueSpelling>;
}

const POINT = 46, COMMA = 44;

/** what groups digits, as a shell takes it */
const GROUPS: readonly (readonly [mark: string, word: string])[] = [
  [",", ","],
  [".", "."],
  ["_", "_"],
  ["'", `"'"`],
  [" ", "' '"],
];

function spellings({ values, delimiter }: RefusedText): Spelling[] {
  const decimals = delimiter === COMMA ? [values.decimal] : [values.decimal, POINT + COMMA - values.decimal];
  const found: Spelling[] = [{ flags: "--hex", values: { hex: true } }];
  for (const decimal of decimals) {
    const mark = decimal === values.decimal ? "" : `--decimal ${String.fromCharCode(decimal)}`;
    if (mark !== "") found.push({ flags: mark, values: { decimal } });
    for (const [group, word] of GROUPS) {
      const thousands = group.charCodeAt(0);
      if (thousands === decimal) continue;
      found.push({ flags: `${mark} --thousands ${word}`.trim(), values: { decimal, thousands } });
    }
  }
  return found;
}

/**
 * The flags that make a text a number, those of least first, with what it is by them; null: none do.
 *
 * @example
 * ```ts
 * import { spellingHint } from "./spelling_hint.ts";
 * import { PLAIN_VALUES } from "./options.ts";
 * import { strictEqual } from "node:assert/strict";
 * const file = { values: PLAIN_VALUES, delimiter: 59 };
 * strictEqual(spellingHint({ text: "1,5", ...file }, "f64"), "it is 1.5 with --decimal ,");
 * strictEqual(
 *   spellingHint({ text: "1,234", ...file }, "f64"),
 *   "it is 1234 with --thousands ,; or 1.234 with --decimal ,",
 * );
 * strictEqual(spellingHint({ text: "n/a", ...file }, "f64"), null);
 * ```
 */
export function spellingHint(refused: RefusedText, dtype: DType): string | null {
  const byValue = new Map<string, string>();
  for (const { flags, values } of spellings(refused)) {
    const value = parseValue(refused.text, dtype, { ...refused.values, ...values });
    // the first spelling of a value has the fewest flags
    if (typeof value !== "string" && !byValue.has(String(value))) byValue.set(String(value), flags);
  }
  if (byValue.size === 0) return null;
  return "it is " + [...byValue].map(([value, flags]) => `${value} with ${flags}`).join("; or ");
}

const WHOLE: readonly (readonly DType[])[] = [["i16", "i32", "i64"], ["u8", "u16", "u32", "u64"]];

/** The integer dtypes that hold a text's value, the narrowest signed and the narrowest unsigned one; none: no one does. */
export function integersFor(text: string, values: ValueSpelling): DType[] {
  return WHOLE.flatMap((dtypes) => {
    const narrowest = dtypes.find((dtype) => typeof parseValue(text, dtype, values) !== "string");
    return narrowest === undefined ? [] : [narrowest];
  });
}
