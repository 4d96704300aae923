/** The flags of CSV inputs → the reader's options. @module */
import { isDType } from "../dtype/mod.ts";
import { UsageError } from "../errors.ts";
import type { InputOptions } from "../exec/open_input.ts";
import type { TextType } from "../source/text/text_type.ts";
import type { ArgumentsOf, INSPECT_FLAGS } from "./command_flags.ts";

/** The flags. */
export type CsvFlags = Omit<
  ArgumentsOf<typeof INSPECT_FLAGS>["flags"],
  "from" | "stats" | "html" | "force" | "json" | "log" | "help"
>;

type DialectFlags = Omit<CsvFlags, "types">;

/** What of CSV was asked for, types left aside; what was not stays with the reader's defaults. */
export function dialectOptions(flags: DialectFlags): InputOptions["csv"] {
  const { delimiter, quote, escape, comment, skipRows, missing, decimal, thousands, trueWords, falseWords } =
    flags;
  return {
    header: !flags.noHeader,
    ...(flags.names.length === 0 ? {} : { names: flags.names }),
    ...(delimiter === null ? {} : { delimiter }),
    ...(quote === null ? {} : { quote: quote === "none" ? null : quote }),
    ...(missing.length === 0 ? {} : { missing }),
    ...(skipRows === null ? {} : { skipRows }),
    ...(decimal === null ? {} : { decimal }),
    ...(trueWords.length === 0 ? {} : { trueWords }),
    ...(falseWords.length === 0 ? {} : { falseWords }),
    ...(flags.ragged === null ? {} : { ragged: flags.ragged }),
    ...(flags.unknownKeys === null ? {} : { unknownKeys: flags.unknownKeys }),
    ...(flags.maxRecordBytes === null ? {} : { maxRecordBytes: flags.maxRecordBytes }),
    escape,
    comment,
    thousands,
    hex: flags.hex,
    trailingDelimiter: flags.trailingDelimiter,
  };
}

/**
 * What of CSV was asked for a pipeline, which declares the dtypes of its inputs: of types, dates and times alone.
 *
 * @throws UsageError USE002 for the type of a number
 */
export function csvOptions(flags: CsvFlags): InputOptions["csv"] {
  const columnTypes = new Map<string, TextType>();
  for (const [name, type] of flags.types ?? []) {
    if (isDType(type) || type === "utf8") {
      throw new UsageError("USE002", `--types ${name}=${type}: the pipeline declares what ${name} is`, {
        notes: ["--types tells how dates and times are written: date32, timestamp[us], timestamp[us,UTC]"],
        help: `leave it out, and declare ${name} with input(...) or carry()`,
      });
    }
    columnTypes.set(name, type);
  }
  return { ...dialectOptions(flags), columnTypes: Object.fromEntries(columnTypes) };
}
