/** `convert` from Arrow to Arrow where nothing is asked for that would change a row: see `exec/relay.ts`. @module */
import type { ExitCode } from "../error_codes.ts";
import { UsageError } from "../errors.ts";
import { dataFormat } from "../exec/data_format.ts";
import { loadModule } from "../load_module.ts";
import type { ArgumentsOf, CONVERT_FLAGS } from "./command_flags.ts";
import { executeJob } from "./execute.ts";
import { expandInputs, inputPartitions } from "./inputs.ts";

type ConvertFlags = ArgumentsOf<typeof CONVERT_FLAGS, "input" | "output">["flags"];

/** Whether record batches go through as they are. */
export function isRelayed(flags: ConvertFlags): boolean {
  const { columns, types, nulls, batchRows } = flags;
  const asksForRows = columns !== null || types !== null || batchRows !== null ||
    (nulls !== null && nulls !== "keep");
  if (asksForRows) return false;
  const isArrow = (format: string) => format === "arrow-file" || format === "arrow-stream";
  // columns that folders give are not in the record batches
  return isArrow(dataFormat(flags.output, flags.to, "--to")) && inputPartitions(flags.input).size === 0 &&
    expandInputs(flags.input).every((path) => isArrow(dataFormat(path, flags.from, "--from")));
}

/** Copies the inputs into the output. */
export function executeRelay(flags: ConvertFlags): Promise<ExitCode> {
  const inputs = expandInputs(flags.input);
  if (inputs.filter((path) => path === "-").length > 1) {
    throw new UsageError("USE002", "standard input is named twice as an input", {
      help: "name - once: it can be read once only",
    });
  }
  let peakBytes = 0;
  return executeJob({
    reads: inputs.map((path) => ({ role: "input", path })),
    run: async (options) => {
      const { relayArrow } = await loadRelay();
      const summary = await relayArrow({ ...options, inputs, memoryBytes: flags.memory });
      peakBytes = summary.predictedPeakBytes;
      return summary;
    },
    // asked for when the job is done
    plan: () => Promise.resolve({ relay: { inputs, peakBytes } }),
  }, flags);
}

function loadRelay() {
  return loadModule<typeof import("../exec/relay.ts")>(import.meta.resolve("../exec/relay.ts"));
}
