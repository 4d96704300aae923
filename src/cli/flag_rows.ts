/**
 * How rows of the table of flags are made: what a flag takes, and what is said of what it does not take.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { type DType, DTYPES, isDType } from "../dtype/mod.ts";
import { localPath } from "./local_path.ts";
import { suggest } from "./suggest.ts";
import { isTextType, TEXT_TYPES, type TextType } from "../source/text/text_type.ts";

/** One flag. `T` is what a command gets. */
export interface FlagRow<T> {
  /** without the dashes */
  readonly name: string;
  readonly short: string | null;
  /** null: the flag is a switch and takes no value */
  readonly placeholder: string | null;
  /** one or two sentences for `--help` */
  readonly docs: string;
  /** "once"; "each": may be given again; "many": one flag may also be followed by several values */
  readonly occurs: "once" | "each" | "many";
  /** The texts as given, in order; none where the flag is absent, one empty text for a switch. Throws USE002. */
  readonly parse: (texts: readonly string[]) => T;
}

interface RowOptions {
  readonly short?: string;
  readonly docs: string;
}

/** Shows a value to the person who wrote it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

export function invalid(flag: string, expected: string, text: string, help: string): never {
  throw new UsageError("USE002", `--${flag} takes ${expected}, not ${quoted(text)}`, { help });
}

export function single<T>(
  name: string,
  placeholder: string,
  options: RowOptions & { readonly parse: (text: string) => T },
): FlagRow<T | null> {
  return {
    name,
    short: options.short ?? null,
    placeholder,
    docs: options.docs,
    occurs: "once",
    parse: ([text]) => (text === undefined ? null : options.parse(text)),
  };
}

export function toggle(name: string, options: RowOptions): FlagRow<boolean> {
  return {
    name,
    short: options.short ?? null,
    placeholder: null,
    docs: options.docs,
    occurs: "once",
    parse: (texts) => texts.length > 0,
  };
}

/** a path, or "-" */
export function path(name: string, placeholder: string, options: RowOptions): FlagRow<string | null> {
  return single(name, placeholder, { ...options, parse: (given) => localPath(given, `--${name}`) });
}

export function choice<const C extends string>(
  name: string,
  choices: readonly C[],
  options: RowOptions,
): FlagRow<C | null> {
  return single(name, choices.join("|"), {
    ...options,
    parse: (given) => chosen(name, choices, given),
  });
}

/** The choice in any case; else a refusal that names the nearest. */
function chosen<C extends string>(name: string, choices: readonly C[], given: string): C {
  const word = given.toLowerCase();
  return choices.find((one) => one === word) ??
    invalid(
      name,
      `one of ${choices.join(", ")}`,
      given,
      `--${name} ${suggest(word, choices) ?? `takes ${choices.join("|")}`}`,
    );
}

export function wholeNumber(
  name: string,
  range: { readonly min: number; readonly max: number; readonly usual: number },
  options: RowOptions,
): FlagRow<number | null> {
  return single(name, "N", {
    ...options,
    parse: (given) => {
      const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
      if (value >= range.min && value <= range.max) return value;
      return invalid(
        name,
        `a whole number from ${range.min} to ${range.max}`,
        given,
        `leave --${name} out, or give a number such as --${name} ${range.usual}`,
      );
    },
  });
}

/** The formats that `--from` and `--to` take, by the names that people use; "arrow" is the file format. */
const FORMATS = ["arrow", "arrow-stream", "csv", "ndjson", "npy", "npz", "parquet"] as const;
/** Other names: what `--json` calls the file format, and endings. */
const OTHER_NAMES: Readonly<Record<string, (typeof FORMATS)[number]>> = {
  "arrow-file": "arrow",
  feather: "arrow",
  ipc: "arrow",
  jsonl: "ndjson",
};
/** A format, named fully. */
export type Format = Exclude<(typeof FORMATS)[number], "arrow"> | "arrow-file";

export function format(name: string, options: RowOptions): FlagRow<Format | null> {
  return single(name, "FORMAT", {
    ...options,
    parse: (given) => {
      const word = given.toLowerCase();
      const known = Object.hasOwn(OTHER_NAMES, word) ? OTHER_NAMES[word]! : chosen(name, FORMATS, given);
      return known === "arrow" ? "arrow-file" : known;
    },
  });
}

export function parseAssignments(texts: readonly string[]): Map<string, string> {
  const assignments = new Map<string, string>();
  for (const given of texts) {
    const equals = given.indexOf("=");
    const name = given.slice(0, Math.max(0, equals)).trim();
    if (name === "") invalid("param", "NAME=VALUE", given, "--param scale=0.5");
    if (assignments.has(name)) {
      throw new UsageError("USE002", `--param ${name} is given twice`, {
        notes: [`${quoted(assignments.get(name) ?? "")} and ${quoted(given.slice(equals + 1))}`],
        help: "leave one of them out",
      });
    }
    assignments.set(name, given.slice(equals + 1));
  }
  return assignments;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  tab: "\t",
  "\\t": "\t",
  comma: ",",
  semicolon: ";",
  pipe: "|",
};

/** of ASCII, but NUL and line ends: Hive separates by U+0001, and U+001F is the unit separator */
// deno-lint-ignore no-control-regex
const ONE_CHARACTER = /^[\x01-\t\v\f\x0e-~]$/;

export function parseDelimiter(given: string): string {
  const delimiter = Object.hasOwn(DELIMITERS, given) ? DELIMITERS[given] ?? "" : given;
  if (ONE_CHARACTER.test(delimiter) && !/["0-9A-Za-z+.-]/.test(delimiter)) return delimiter;
  return invalid(
    "delimiter",
    "one ASCII character that is no letter, digit, sign, point, quote or line end",
    given,
    "--delimiter ';', or the names tab, comma, semicolon, pipe",
  );
}

/** One ASCII character by itself, or a word that stands for it. */
export function character(name: string, example: string): (given: string) => string {
  return (given) => {
    const one = Object.hasOwn(DELIMITERS, given) ? DELIMITERS[given]! : given;
    if (ONE_CHARACTER.test(one) && !/[0-9A-Za-z+.-]/.test(one)) return one;
    return invalid(
      name,
      "one ASCII character that is no letter, digit, sign, point or line end",
      given,
      `--${name} ${example}`,
    );
  };
}

export function words(name: string, docs: string): FlagRow<readonly string[]> {
  return {
    name,
    short: null,
    placeholder: "TEXT,…",
    docs,
    occurs: "once",
    parse: ([given]) => (given === undefined ? [] : given.split(",").map((word) => word.trim())),
  };
}

/** What a column of text is read as. */
export type ColumnTypeName = DType | TextType;

function columnTypeName(text: string): ColumnTypeName | null {
  const spaced = text.replace(/,\s*UTC\]$/, ", UTC]");
  return isDType(spaced) || isTextType(spaced) ? spaced : null;
}

export function parseTypes(given: string): Map<string, ColumnTypeName> {
  const types = new Map<string, ColumnTypeName>();
  for (const part of given.split(/,(?![^[\]]*\])/)) {
    const equals = part.lastIndexOf("=");
    const [name, text] = [part.slice(0, Math.max(0, equals)).trim(), part.slice(equals + 1).trim()];
    const dtype = columnTypeName(text);
    if (name === "" || dtype === null) {
      const known = [...new Set<string>([...DTYPES, ...TEXT_TYPES])].join(", ");
      return invalid("types", "NAME=TYPE,…", part, `--types price=f64; the types are ${known}`);
    }
    if (types.has(name)) return invalid("types", "each column once", name, "leave one of them out");
    types.set(name, dtype);
  }
  return types;
}

/** Names that columns get: each another one. */
export function parseColumnNames(given: string): string[] {
  const names = given.split(",").map((name) => name.trim());
  const again = names.find((name, i) => names.indexOf(name) !== i);
  if (names.includes("")) invalid("names", "names with commas between them", given, "--names id,x,label");
  if (again === undefined) return names;
  return invalid("names", "each name once", again, "give each column a name of its own: --names id,x,label");
}

export function parseNames(given: string): string[] {
  const names = given.split(",").map((name) => name.trim());
  return names.includes("")
    ? invalid("columns", "names with commas between them", given, "--columns 'id,p*'")
    : names;
}
