/** The flags of CSV inputs → the reader's options. @module */
import type { CsvOptions } from "../source/csv/options.ts";
import type { ArgumentsOf, INSPECT_FLAGS } from "./command_flags.ts";

/** The flags. */
export type CsvFlags = Pick<ArgumentsOf<typeof INSPECT_FLAGS>["flags"], "delimiter" | "noHeader" | "missing">;

/** What of CSV was asked for; what was not stays with the reader's defaults. */
export function csvOptions({ delimiter, noHeader, missing }: CsvFlags): CsvOptions {
  return {
    header: !noHeader,
    ...(delimiter === null ? {} : { delimiter }),
    ...(missing.length === 0 ? {} : { missing }),
  };
}
