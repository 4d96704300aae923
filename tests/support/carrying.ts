/** Columns that are carried from a file to another, as they are. @module */
import { run, type RunOptions } from "../../src/exec/run.ts";
import { settings } from "../../src/exec/testing.ts";
import { carry, definePipeline, type Pipeline } from "../../src/pipeline/define.ts";
import { prepare } from "../../src/pipeline/prepare.ts";
import { openArrowSource } from "../../src/source/arrow/mod.ts";
import { openParquetSource } from "../../src/source/parquet/mod.ts";

/** The columns of an Arrow or a Parquet file. */
export function namesOf(path: string): string[] {
  const source = path.endsWith(".arrow") ? openArrowSource(path) : openParquetSource(path);
  const names = source.info.schema.fields.map(({ name }) => name);
  source.close();
  return names;
}

/** A pipeline that returns columns as they are. */
function carrying(names: readonly string[]): Pipeline {
  return definePipeline({
    name: "carrying",
    inputs: Object.fromEntries(names.map((name) => [name, carry()])),
    transform: (inputs: Record<string, unknown>) => inputs as never,
  });
}

/** What is carried, and how. */
export interface CarryOptions {
  readonly names: readonly string[];
  readonly chunkRows?: number | null;
  readonly workers?: number;
  readonly batchRows?: number;
  readonly compress?: NonNullable<RunOptions["compress"]> | null;
}

let numOutputs = 0;

/** Carries columns to a new file in the folder, whose path is given. */
export async function carryTo(
  folder: string,
  path: string,
  ending: "arrow" | "parquet" | "ndjson" | "csv",
  { names, chunkRows = null, workers = 1, compress = null, batchRows = 48 }: CarryOptions,
): Promise<string> {
  const output = `${folder}/${numOutputs++}.${ending}`;
  const given = settings({ inputs: [path], chunkRows, workers, batchRows });
  await run(await prepare(carrying(names), given), { output, to: null, force: false, compress });
  return output;
}
