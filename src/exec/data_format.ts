/** The format of an input or an output: as asked for, or by its name's ending. @module */
import { UsageError } from "../errors.ts";
import type { OutputFormat } from "../sink/sink.ts";
import type { InputFormat } from "../source/source.ts";

type DataFormat = InputFormat & OutputFormat;

const ENDINGS: Readonly<Record<string, DataFormat>> = {
  arrow: "arrow-file",
  feather: "arrow-file",
  ipc: "arrow-file",
  arrows: "arrow-stream",
  csv: "csv",
  tsv: "csv",
  txt: "csv",
  parquet: "parquet",
};

const KNOWN = Object.keys(ENDINGS).map((ending) => `.${ending}`).join(", ");

function endingOf(path: string): string {
  return /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}

/**
 * The format of a path; of "-" an Arrow stream where nothing else is asked for.
 *
 * @param flag the flag that would say it, for the message
 * @throws UsageError USE003 where neither `asked` nor the ending tells
 *
 * @example
 * ```ts
 * import { dataFormat } from "./data_format.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(dataFormat("scores.CSV", null, "--to"), "csv");
 * strictEqual(dataFormat("-", null, "--to"), "arrow-stream");
 * ```
 */
export function dataFormat(path: string, asked: DataFormat | null, flag: "--from" | "--to"): DataFormat {
  if (asked !== null) return asked;
  if (path === "-") return "arrow-stream";
  const ending = endingOf(path);
  const format = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending]! : null;
  if (format !== null) return format;
  throw new UsageError("USE003", `the format of ${path} cannot be told from its name`, {
    notes: [`known endings: ${KNOWN}`],
    help: `say it: ${flag} arrow, ${flag} arrow-stream, ${flag} csv or ${flag} parquet`,
  });
}

/** The delimiter that a name's ending speaks of, where it speaks of one: tabs in a .tsv. */
export function delimiterByEnding(path: string): { readonly delimiter?: string } {
  return endingOf(path) === "tsv" ? { delimiter: "\t" } : {};
}
