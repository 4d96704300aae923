/** What a refusal leaves for inputs that are not opened yet, so that the budget it advises holds. @module */
import type { InputRequest } from "../schema/mod.ts";
import type { OutputFormat } from "../sink/sink.ts";
import { dataFormat, isTextFormat } from "./data_format.ts";
import type { InputOptions } from "./open_input.ts";
import {
  CARRIED_READING_BYTES,
  CARRIED_VALUES_BYTES,
  CARRIED_WRITING_BYTES,
  FILE_BYTES,
  UNOPENED_BYTES,
} from "./runtime_memory.ts";

/** What is known of a run before an input is opened. */
export interface UnopenedRun {
  readonly inputs: readonly string[];
  readonly from: InputOptions["from"];
  readonly outputFormat: OutputFormat;
}

/** Bytes that reading the inputs may take besides what the declarations say; none without an input. */
export function unopenedBytes(
  requests: readonly InputRequest[],
  { inputs, from, outputFormat }: UnopenedRun,
): number {
  if (inputs.length === 0) return 0;
  const files = UNOPENED_BYTES + FILE_BYTES * (inputs.length - 1);
  if (!requests.some(({ carry }) => carry !== undefined)) return files;
  const readsText = inputs.some((path) => isTextFormat(dataFormat(path, from, "--from")));
  return files + CARRIED_VALUES_BYTES + (readsText ? CARRIED_READING_BYTES : 0) +
    (isTextFormat(outputFormat) ? CARRIED_WRITING_BYTES : 0);
}
