/** Entries of a file of params that no param takes: misspelt, they leave a declared value where another was meant. @module */
import type { Prepared } from "../exec/prepared.ts";
import { editDistance, nearestNames } from "../wording/nearest_names.ts";
import { logLine } from "./log_line.ts";
import { printErr } from "./terminal.ts";

type KnownParams = Pick<Prepared, "ignoredParams" | "paramOrigins">;

/** What messages call the file that `--params` names. */
export function nameOfParams(path: string): string {
  return path === "-" ? "stdin" : path;
}

/** The param that an entry of the file was probably meant for, of those that have no value there; null: none. */
export function meantParam(entry: string, { paramOrigins }: KnownParams, file: string): string | null {
  const others = [...paramOrigins].filter(([, origin]) => origin !== nameOfParams(file)).map(([name]) =>
    name
  );
  const [nearest = ""] = nearestNames(entry, others, 1), distance = editDistance(entry, nearest);
  return distance <= Math.max(1, entry.length / 3) && distance < entry.length ? nearest : null;
}

/**
 * Says on stderr which entries are probably misspelt. Of others a run says nothing: several pipelines may share a file,
 * and a good night prints nothing.
 */
export function warnOfMisspelt(params: KnownParams, file: string, log: "text" | "json" | null): void {
  for (const entry of params.ignoredParams) {
    const meant = meantParam(entry, params, file);
    if (meant === null) continue;
    const message = `no param takes ${JSON.stringify(entry)} of ${nameOfParams(file)}: did you mean ${
      JSON.stringify(meant)
    }?`;
    printErr(
      log === "json" ? logLine({ level: "warning", event: "ignored" }, { message }) : `warning: ${message}\n`,
    );
  }
}
