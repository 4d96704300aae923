/**
 * The table of commands: one row a command. Each command's code is imported only when it runs, so that `--help`
 * costs no more than this table.
 *
 * @module
 */
import type { ExitCode } from "../error_codes.ts";
import { loadModule } from "../load_module.ts";
import { type CommandArguments, type CommandSyntax, resolveArguments } from "./command_line.ts";
import {
  CHECK_FLAGS,
  CONVERT_FLAGS,
  EXPLAIN_FLAGS,
  INSPECT_FLAGS,
  PLAN_FLAGS,
  RUN_FLAGS,
} from "./command_flags.ts";
import type { FlagName } from "./flags.ts";

/** One command. */
export interface CommandRow {
  readonly syntax: CommandSyntax<FlagName, FlagName>;
  /** one line, for the list of commands */
  readonly summary: string;
  /** what `--help` says beyond the summary, a paragraph each */
  readonly docs: readonly string[];
  readonly examples: readonly string[];
  /** resolves the arguments after the command's name, and executes the command */
  readonly execute: (args: readonly string[]) => Promise<ExitCode>;
}

type Implementation<K extends FlagName, R extends K> = (args: CommandArguments<K, R>) => Promise<ExitCode>;

interface CommandOptions<K extends FlagName, R extends K> {
  readonly summary: string;
  readonly docs?: readonly string[];
  readonly examples: readonly string[];
  readonly load: () => Promise<Implementation<K, R>>;
}

function command<const K extends FlagName, const R extends K>(
  syntax: CommandSyntax<K, R>,
  { summary, docs = [], examples, load }: CommandOptions<K, R>,
): CommandRow {
  return {
    syntax,
    summary,
    docs,
    examples,
    execute: async (args) => {
      const resolved = resolveArguments(syntax, args);
      return (await load())(resolved);
    },
  };
}

/** The table, in the order in which help lists it. */
export const COMMANDS: readonly CommandRow[] = [
  command({ name: "run", operands: ["PIPELINE"], flags: RUN_FLAGS, required: ["input", "output"] }, {
    summary: "prove the pipeline, then run it over the inputs",
    docs: [
      "Every shape, dtype, name and the peak memory are settled before the first row is read. The output's bytes " +
      "are the same for every --chunk-rows and every --workers.",
      "Ctrl-C ends the chunk and leaves no partial output; twice quits at once.",
    ],
    examples: [
      "ndpipe run pipelines/profile_scoring.ts -i profiles.arrow --params params.npz -o scores.arrow",
      "cat profiles.csv | ndpipe run pipelines/standardise.ts -i - --from csv --params params.json -o - --to csv",
    ],
    load: async () => (await loadModule<typeof import("./run.ts")>(import.meta.resolve("./run.ts"))).run,
  }),
  command({ name: "check", operands: ["PIPELINE"], flags: CHECK_FLAGS, required: [] }, {
    summary: "make every proof, read no data; list what was checked",
    docs: [
      "Checks the types of the pipeline file, every shape, dtype and name, the parameters, and the memory. With -i " +
      "the input's own metadata as well.",
    ],
    examples: ["ndpipe check pipelines/profile_scoring.ts -i profiles.arrow --params params.npz"],
    load: async () =>
      (await loadModule<typeof import("./check.ts")>(import.meta.resolve("./check.ts"))).check,
  }),
  command({ name: "plan", operands: ["PIPELINE"], flags: PLAN_FLAGS, required: [] }, {
    summary: "print how a run would go: shapes, kernels, copies, chunks, memory",
    examples: [
      "ndpipe plan pipelines/profile_scoring.ts --rows 5000000 --memory 512MiB",
      "ndpipe plan pipelines/profile_scoring.ts -i profiles.arrow --json",
    ],
    load: async () => (await loadModule<typeof import("./plan.ts")>(import.meta.resolve("./plan.ts"))).plan,
  }),
  command({ name: "inspect", operands: ["FILE"], flags: INSPECT_FLAGS, required: [] }, {
    summary: "print a table's schema, rows, chunks, nulls and layout: one file, or - for stdin",
    docs: [
      "Reads metadata only: for Arrow the footer and the batches' headers, for text the first records. With --stats or " +
      "--html the values too, in bounded memory; text is then held against the types that its first records show.",
    ],
    examples: ["ndpipe inspect profiles.arrow", "ndpipe inspect readings.csv.gz --html readings.html"],
    load: async () =>
      (await loadModule<typeof import("./inspect.ts")>(import.meta.resolve("./inspect.ts"))).inspect,
  }),
  command({ name: "convert", operands: [], flags: CONVERT_FLAGS, required: ["input", "output"] }, {
    summary: "read one format, write another: the same reader and writer, no transform",
    docs: [
      "Carries columns of every type that the output's format has; a table with others is refused unless --columns " +
      "says which to carry. From Arrow to Arrow, record batches are copied as they are.",
      "A null is an error in columns of numbers, unless --nulls says what becomes of it; columns of text, lists and " +
      "structs keep theirs.",
    ],
    examples: [
      "ndpipe convert -i readings.csv -o readings.arrow --types sensor=i32,value=f32",
      "ndpipe convert -i 'parts/*.arrow' -o whole.arrow",
    ],
    load: async () =>
      (await loadModule<typeof import("./convert.ts")>(import.meta.resolve("./convert.ts"))).convert,
  }),
  command({ name: "explain", operands: ["[CODE]"], flags: EXPLAIN_FLAGS, required: [] }, {
    summary: "print what an error code means and how to mend it; alone, list the codes",
    examples: ["ndpipe explain SHP003"],
    load: async () =>
      (await loadModule<typeof import("./explain.ts")>(import.meta.resolve("./explain.ts"))).explain,
  }),
];
