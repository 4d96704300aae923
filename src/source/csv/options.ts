/**
 * How CSV text is spelled: delimiter, quote, header, missing values, limits.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";

/** What may differ from one CSV file to the next. */
export interface CsvOptions {
  /** whether the first record names the columns; without it they are column_0, column_1, … (default true) */
  readonly header?: boolean;
  /** one ASCII character between fields (default ",") */
  readonly delimiter?: string;
  /** one ASCII character around a field that holds delimiters or line ends; null: there are no quotes (default '"') */
  readonly quote?: string | null;
  /** spellings of a missing value, besides spaces around them (default {@link MISSING}) */
  readonly missing?: readonly string[];
  /** the longest record that is read (default: 1 MiB, or 64 bytes a field where that is more) */
  readonly maxRecordBytes?: number;
  /** bytes asked of the operating system at a time (default 1 MiB) */
  readonly blockBytes?: number;
  /** the input's index among the run's inputs, handed on in every ticket (default 0) */
  readonly sourceIndex?: number;
}

/** The default spellings of a missing value. For f32 and f64 columns "NaN" and "nan" are the number instead. */
export const MISSING: readonly string[] = Object.freeze([
  "",
  "NA",
  "N/A",
  "NaN",
  "nan",
  "null",
  "NULL",
  "None",
]);

/** Options with their defaults filled in, bytes instead of characters. */
export interface ResolvedCsvOptions {
  readonly header: boolean;
  readonly delimiter: number;
  /** −1: there are no quotes */
  readonly quote: number;
  readonly missing: readonly string[];
  readonly maxRecordBytes: number | null;
  readonly blockBytes: number;
  readonly sourceIndex: number;
}

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const TAB = 9;

const DEFAULT_BLOCK_BYTES = 1 << 20;

/** characters that numbers are made of, or that end lines */
const NOT_A_SEPARATOR = /[0-9A-Za-z+\-.\r\n\0]/;

/**
 * Fills in the defaults.
 *
 * @throws UsageError USE002 for a delimiter or quote that is not one ASCII character, that numbers are made of,
 *   or when both are the same
 *
 * @example
 * ```ts
 * import { resolveCsvOptions } from "./options.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(resolveCsvOptions({ delimiter: "\t" }).delimiter, 9);
 * ```
 */
export function resolveCsvOptions(options: CsvOptions): ResolvedCsvOptions {
  const delimiter = separator("delimiter", options.delimiter ?? ",");
  const quote = options.quote === null ? -1 : separator("quote", options.quote ?? '"');
  if (delimiter === quote) {
    throw new UsageError("USE002", "the CSV delimiter and the CSV quote are the same character", {
      help: 'leave one of them at its default: delimiter ",", quote "\\""',
    });
  }
  return {
    header: options.header ?? true,
    delimiter,
    quote,
    missing: options.missing ?? MISSING,
    maxRecordBytes: options.maxRecordBytes === undefined
      ? null
      : size("maxRecordBytes", options.maxRecordBytes),
    blockBytes: size("blockBytes", options.blockBytes ?? DEFAULT_BLOCK_BYTES),
    sourceIndex: options.sourceIndex ?? 0,
  };
}

function separator(name: string, text: string): number {
  if (text.length === 1 && text.charCodeAt(0) < 128 && !NOT_A_SEPARATOR.test(text)) return text.charCodeAt(0);
  throw new UsageError("USE002", `the CSV ${name} ${JSON.stringify(text)} is not usable`, {
    notes: ["it must be one ASCII character that neither numbers, words nor line ends are made of"],
    help: name === "delimiter" ? 'for example "," or ";" or "\\t" or "|"' : "for example '\"' or \"'\"",
  });
}

function size(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError("USE002", `the CSV option ${name} is ${value}`, {
    help: "give a whole number of bytes, above 0",
  });
}
