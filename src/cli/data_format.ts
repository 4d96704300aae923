/** The format of an input that is only looked at: as asked for, by its name's ending, or by its first bytes. @module */
import { UsageError } from "../errors.ts";
import type { Format } from "./flags.ts";

const ENDINGS: Readonly<Record<string, Format>> = {
  arrow: "arrow-file",
  feather: "arrow-file",
  ipc: "arrow-file",
  arrows: "arrow-stream",
  csv: "csv",
  tsv: "csv",
  txt: "csv",
};

/** The formats that an input's name may end with, for messages. */
const KNOWN = ".arrow, .feather, .ipc, .arrows, .csv, .tsv, .txt";

/**
 * The format of an input. Throws UsageError USE003 where neither `--from` nor the name's ending tells; standard
 * input is an Arrow stream unless `--from` says otherwise.
 */
export function inputFormat(path: string, from: Format | null): Format {
  if (from !== null) return from;
  if (path === "-") return "arrow-stream";
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(ENDINGS, ending)) return ENDINGS[ending]!;
  throw new UsageError("USE003", `the format of ${path} cannot be told from its name`, {
    notes: [`known endings: ${KNOWN}`],
    help: "say it: --from arrow, --from arrow-stream or --from csv",
  });
}
