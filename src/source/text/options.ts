/**
 * How CSV text is spelled: delimiter, quote, header, missing values, limits.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { TextType } from "./text_type.ts";

/** What may differ from one CSV file to the next. */
export interface CsvOptions {
  /** whether the first record names the columns; without it they are column_0, column_1, … (default true) */
  readonly header?: boolean;
  /** the columns' names, of a file without a header line (default: it has one, or they are column_0, column_1, …) */
  readonly names?: readonly string[] | null;
  /** one ASCII character between fields (default ",") */
  readonly delimiter?: string;
  /** one ASCII character around a field that holds delimiters or line ends; null: there are no quotes (default '"') */
  readonly quote?: string | null;
  /** lines that begin with this ASCII character are passed over (default: none are) */
  readonly comment?: string | null;
  /** physical lines in front that are passed over, whatever they hold (default 0) */
  readonly skipRows?: number;
  /** the character behind this ASCII character is text, within quotes and without (default: there is none) */
  readonly escape?: string | null;
  /** whether an empty field behind the last column is dropped: lines that end with a delimiter (default false) */
  readonly trailingDelimiter?: boolean;
  /** a row of fewer fields than columns: "error" (default), or "pad", where the fields that lack are missing values */
  readonly ragged?: "error" | "pad";
  /** what stands between whole digits and decimals (default ".") */
  readonly decimal?: "." | ",";
  /** what stands between groups of three digits, where it stands: one of , . _ ' or a space (default: nothing) */
  readonly thousands?: string | null;
  /** spellings of true and of false, in place of true, false and their kin */
  readonly trueWords?: readonly string[];
  readonly falseWords?: readonly string[];
  /** whether 0x1F is an integer (default false) */
  readonly hex?: boolean;
  /** columns of dates and times, and types that carried columns are parsed to, by name (default: text) */
  readonly columnTypes?: Readonly<Record<string, TextType>>;
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
  /** null: the header has them, or they are numbered */
  readonly names: readonly string[] | null;
  readonly delimiter: number;
  /** −1: there are no quotes */
  readonly quote: number;
  /** −1: no line is passed over */
  readonly comment: number;
  readonly skipRows: number;
  /** −1: nothing is escaped */
  readonly escape: number;
  readonly trailingDelimiter: boolean;
  readonly pads: boolean;
  readonly values: ValueSpelling;
  readonly columnTypes: Readonly<Record<string, TextType>>;
  readonly missing: readonly string[];
  readonly maxRecordBytes: number | null;
  readonly blockBytes: number;
  readonly sourceIndex: number;
}

/** How values are spelled. Plain data. */
export interface ValueSpelling {
  /** a byte */
  readonly decimal: number;
  /** a byte; −1: digits are not grouped */
  readonly thousands: number;
  readonly hex: boolean;
  /** null: the usual words */
  readonly boolWords: { readonly true: readonly string[]; readonly false: readonly string[] } | null;
}

/** Numbers with a point, digits that are not grouped, the usual words. */
export const PLAIN_VALUES: ValueSpelling = Object.freeze({
  decimal: 46,
  thousands: -1,
  hex: false,
  boolWords: null,
});

/** to the kernels: no byte begins a comment, or none escapes another */
export const NO_MARK = 256;
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
 *   or when both are the same; for names that are empty or stand twice
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
  const names = options.names ?? null;
  const marks = { comment: mark("comment", options.comment), escape: mark("escape", options.escape) };
  refuseSameCharacters({ delimiter, quote, ...marks });
  refuseNames(names ?? []);
  return {
    header: (options.header ?? true) && names === null,
    names,
    delimiter,
    quote,
    ...marks,
    skipRows: options.skipRows === undefined || options.skipRows === 0
      ? 0
      : size("skipRows", options.skipRows),
    trailingDelimiter: options.trailingDelimiter ?? false,
    pads: options.ragged === "pad",
    values: valueSpelling(options, delimiter),
    // without a prototype: a column may be called constructor
    columnTypes: Object.assign(Object.create(null), options.columnTypes),
    missing: options.missing ?? MISSING,
    maxRecordBytes: options.maxRecordBytes === undefined
      ? null
      : size("maxRecordBytes", options.maxRecordBytes),
    blockBytes: size("blockBytes", options.blockBytes ?? DEFAULT_BLOCK_BYTES),
    sourceIndex: options.sourceIndex ?? 0,
  };
}

function refuseSameCharacters(marks: Readonly<Record<string, number>>): void {
  const names = new Map<number, string>();
  for (const [name, byte] of Object.entries(marks)) {
    if (byte < 0) continue;
    const other = names.get(byte);
    if (other !== undefined) {
      throw new UsageError("USE002", `the CSV ${other} and the CSV ${name} are the same character`, {
        help: 'leave one of them at its default: delimiter ",", quote "\\"", no comment and no escape',
      });
    }
    names.set(byte, name);
  }
}

function refuseNames(names: readonly string[]): void {
  const known = new Set<string>();
  for (const name of names) {
    if (name === "" || known.has(name)) {
      const what = name === "" ? "an empty name" : `the name ${JSON.stringify(name)} twice`;
      throw new UsageError("USE002", `the CSV option names has ${what}`, {
        help: "give each column a name of its own",
      });
    }
    known.add(name);
  }
}

function mark(name: string, text: string | null | undefined): number {
  return text === null || text === undefined ? -1 : separator(name, text);
}

const THOUSANDS = /^[,._' ]$/;

function valueSpelling(options: CsvOptions, delimiter: number): ValueSpelling {
  const decimal = options.decimal ?? ".", thousands = options.thousands ?? null;
  if (decimal.charCodeAt(0) === delimiter) {
    throw new UsageError("USE002", "the CSV delimiter is the decimal comma", {
      help: 'such files have another delimiter: ";" or "\\t"',
    });
  }
  if (thousands !== null && (!THOUSANDS.test(thousands) || thousands === decimal)) {
    throw new UsageError("USE002", `digits cannot be grouped with ${JSON.stringify(thousands)}`, {
      notes: [`the decimals stand behind ${JSON.stringify(decimal)}`],
      help: "one of , . _ ' or a space, and another one than the decimal mark",
    });
  }
  const { trueWords, falseWords } = options;
  const boolWords = trueWords === undefined && falseWords === undefined
    ? null
    : { true: trueWords ?? ["true"], false: falseWords ?? ["false"] };
  const both = boolWords?.true.find((word) => boolWords.false.includes(word));
  if (both !== undefined) {
    throw new UsageError("USE002", `${JSON.stringify(both)} is a spelling of true and of false`, {
      help: "leave it out of one of them",
    });
  }
  return {
    decimal: decimal.charCodeAt(0),
    thousands: thousands === null ? -1 : thousands.charCodeAt(0),
    hex: options.hex ?? false,
    boolWords,
  };
}

const SEPARATOR_EXAMPLES: Readonly<Record<string, string>> = {
  delimiter: '"," or ";" or "\\t" or "|"',
  quote: "'\"' or \"'\"",
  comment: '"#" or "%"',
  escape: "a backslash",
};

function separator(name: string, text: string): number {
  if (text.length === 1 && text.charCodeAt(0) < 128 && !NOT_A_SEPARATOR.test(text)) return text.charCodeAt(0);
  throw new UsageError("USE002", `the CSV ${name} ${JSON.stringify(text)} is not usable`, {
    notes: ["it must be one ASCII character that neither numbers, words nor line ends are made of"],
    help: `for example ${SEPARATOR_EXAMPLES[name]}`,
  });
}

function size(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError("USE002", `the CSV option ${name} is ${value}`, {
    help: "give a whole number of bytes, above 0",
  });
}
