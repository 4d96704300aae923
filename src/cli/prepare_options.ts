/** Flags → what the engine's `prepare` takes. @module */
import type { ArgumentsOf, CHECK_FLAGS } from "./command_flags.ts";
import type { PrepareOptions } from "../pipeline/prepare.ts";
import { type CsvFlags, csvOptions } from "./csv_flags.ts";
import { codecByEnding, dataFormat } from "../exec/data_format.ts";
import { expandInputs, inputPartitions, refuseOtherFiles } from "./inputs.ts";

type AllFlags = ArgumentsOf<typeof CHECK_FLAGS>["flags"];
type PrepareFlags = Pick<
  AllFlags,
  "input" | "from" | "memory" | "chunkRows" | "batchRows" | "workers" | "numerics" | keyof CsvFlags
>;

/** The engine's options; `given` are the flags that not every command has. */
export function prepareOptions(
  flags: PrepareFlags,
  given: Partial<
    Pick<
      PrepareOptions,
      "params" | "assignments" | "rows" | "mayLackParams" | "outputFormat" | "compress" | "textCodec"
    >
  > = {},
): PrepareOptions {
  if (flags.from === null) refuseOtherFiles(flags.input);
  return {
    inputs: expandInputs(flags.input),
    partitions: inputPartitions(flags.input),
    params: given.params ?? null,
    assignments: given.assignments ?? new Map(),
    memoryBytes: flags.memory,
    chunkRows: flags.chunkRows,
    batchRows: flags.batchRows,
    workers: flags.workers,
    numerics: flags.numerics,
    from: flags.from,
    rows: given.rows ?? null,
    csv: csvOptions(flags),
    mayLackParams: given.mayLackParams ?? false,
    ...(given.outputFormat === undefined ? {} : { outputFormat: given.outputFormat }),
    compress: given.compress ?? null,
    textCodec: given.textCodec ?? null,
  };
}

/**
 * What the plan is told of the output: `plan`, `check` and `run` alike, so that they say the same memory; nothing where
 * no output is named.
 */
export function plannedOutput(
  { output, to, compress }: Pick<AllFlags, "output" | "to" | "compress">,
): Pick<PrepareOptions, "outputFormat" | "compress" | "textCodec"> {
  if (output === null && to === null) return { compress };
  const name = output ?? "-";
  return { outputFormat: dataFormat(name, to, "--to"), compress, textCodec: codecByEnding(name) };
}
