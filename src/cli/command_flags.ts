/** Which flags each command takes. @module */
import type { CommandArguments } from "./command_line.ts";
import type { FlagName } from "./flags.ts";

const CSV_INPUT = [
  "from",
  "delimiter",
  "quote",
  "escape",
  "noHeader",
  "names",
  "skipRows",
  "comment",
  "missing",
  "types",
  "decimal",
  "thousands",
  "trueWords",
  "falseWords",
  "hex",
  "ragged",
  "trailingDelimiter",
  "maxRecordBytes",
  "unknownKeys",
] as const;
const PARAMETERS = ["params", "param"] as const;
const ENGINE = ["memory", "chunkRows", "batchRows", "workers", "numerics"] as const;
const RUNNING = ["force", "progress", "report", "log", "help"] as const;

/** Flags of `ndpipe run`. */
export const RUN_FLAGS = [
  "input",
  "output",
  ...PARAMETERS,
  ...ENGINE,
  ...CSV_INPUT,
  "to",
  "compress",
  ...RUNNING,
] as const;
/** Flags of `ndpipe check`. */
export const CHECK_FLAGS = [
  "input",
  "output",
  ...PARAMETERS,
  "rows",
  ...ENGINE,
  ...CSV_INPUT,
  "to",
  "compress",
  "json",
  "log",
  "help",
] as const;
/** Flags of `ndpipe plan`. */
export const PLAN_FLAGS = [
  "input",
  "output",
  ...PARAMETERS,
  "rows",
  ...ENGINE,
  ...CSV_INPUT,
  "to",
  "compress",
  "json",
  "verbose",
  "log",
  "help",
] as const;
/** Flags of `ndpipe inspect`. */
export const INSPECT_FLAGS = [...CSV_INPUT, "stats", "html", "force", "json", "log", "help"] as const;
/** Flags of `ndpipe convert`. */
export const CONVERT_FLAGS = [
  "input",
  "output",
  "columns",
  "nulls",
  ...ENGINE,
  ...CSV_INPUT,
  "to",
  "compress",
  ...RUNNING,
] as const;
/** Flags of `ndpipe explain`. */
export const EXPLAIN_FLAGS = ["log", "help"] as const;

/** The arguments of a command with the given flags. */
export type ArgumentsOf<F extends readonly FlagName[], R extends F[number] = never> = CommandArguments<
  F[number],
  R
>;
