/** Opens the output, whatever the format, before anything is read. @module */
import { OutputError } from "../errors.ts";
import type { KeyValues } from "../schema/arrow_tree.ts";
import type { OutputField, OutputFormat, Sink } from "../sink/sink.ts";
import { dataFormat } from "./data_format.ts";
import { arrowCompression, type OutputCompression } from "./output_compression.ts";
import { loadWriter } from "./output_writer.ts";

/** Where the output goes. */
export interface OutputOptions {
  /** a path, or "-" for standard output */
  readonly output: string;
  /** `--to`; null: by the ending */
  readonly to: OutputFormat | null;
  /** whether an output that exists is replaced */
  readonly force: boolean;
  /** `--compress`; absent or null: not asked for */
  readonly compress?: OutputCompression | null;
}

/**
 * Opens the output.
 *
 * @param inputs paths that are read: the output must be none of them
 * @throws OutputError OUT001 it cannot be written or is an input, OUT002 it exists, OUT003 the format cannot hold it;
 *   UsageError USE001 a compression that the format does not have, USE003
 */
export async function openOutput(
  { output, to, force, compress = null }: OutputOptions,
  { fields, metadata }: { readonly fields: readonly OutputField[]; readonly metadata: KeyValues },
  inputs: readonly string[],
): Promise<Sink> {
  const format = dataFormat(output, to, "--to");
  refuseInput(output, inputs);
  arrowCompression(compress, format);
  return (await loadWriter(format)).open(output, { fields, metadata, force, compress });
}

/** An output that is an input would be replaced by what was read from it: never meant, and not to be undone. */
export function refuseInput(output: string, inputs: readonly string[]): void {
  const target = output === "-" ? null : regularFile(output);
  if (target === null) return;
  const input = inputs.find((path) => path !== "-" && regularFile(path) === target);
  if (input === undefined) return;
  throw new OutputError("OUT001", `the output ${output} is also an input`, {
    operands: [`input  ${input}`],
    notes: ["an output replaces the file that it is named after, and the input would be gone"],
    help: "name another file with -o",
  });
}

/** The file's one name, behind links; null where there is no regular file. Hard links have several: see inode. */
function regularFile(path: string): string | null {
  try {
    const info = Deno.statSync(path);
    if (!info.isFile) return null;
    return info.ino === null ? Deno.realPathSync(path) : `${info.dev}:${info.ino}`;
  } catch {
    return null; // whoever opens it says why it cannot be
  }
}
