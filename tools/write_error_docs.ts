/**
 * Writes docs/errors.md from src/error_codes.ts. `--check` compares instead, and exits with 1 where they differ.
 *
 * @module
 */
import { type ErrorCode, ERRORS, EXIT } from "../src/error_codes.ts";

const TARGET = new URL("../docs/errors.md", import.meta.url);

/** What the numbers mean; the type asks for a line for every exit code. */
const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "all went well, or a reader of stdout went away early",
  runFailed: "the run failed for a reason outside of pipeline, data and output",
  usage: "the command line cannot be understood",
  checkFailed: "the check failed: shape, dtype, names, schema, parameters; no data was read",
  memoryRefused: "the memory budget does not allow it; no output was written",
  dataBrokeContract: "the data broke the declared contract; no output was written",
  pipelineTestsFailed: "the pipeline's own tests failed (kept free: nothing ends with it yet)",
  inputUnreadable: "an input cannot be read or is corrupt; no output was written",
  outputFailed: "the output cannot be written; the old output is as it was",
  lockHeld: "another run holds the lock (kept free: nothing ends with it yet)",
  bug: "a bug in ndpipe: please report it",
  hungUp:
    "its terminal or session ended (SIGHUP, on Linux where `cat` may be run; nohup leaves it running); the " +
    "output is as it was",
  interrupted: "interrupted (SIGINT); the output is as it was",
  terminated: "terminated (SIGTERM); the output is as it was",
};

/** The page. */
export function errorDocs(): string {
  // keys of a frozen table with no others
  const exits = Object.entries(EXIT) as [keyof typeof EXIT, number][];
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return [
    "# Errors and exit codes",
    "",
    "<!-- written by tools/write_error_docs.ts from src/error_codes.ts: change it there -->",
    "",
    "Every refusal has a code, which never changes its meaning, and an exit code, which is frozen. `ndpipe explain",
    "CODE` prints what stands here. With `--log json` the same comes as one JSON object a line on stderr.",
    "",
    "## Exit codes",
    "",
    "| exit | meaning | codes |",
    "| ---: | --- | --- |",
    ...exits.map(([name, exit]) => {
      const own = codes.filter((code) => ERRORS[code].exit === exit);
      return `| ${exit} | ${MEANING[name]} | ${own.join(", ")} |`;
    }),
    "",
    "## Codes",
    ...codes.flatMap((code) => {
      const { title, exit, explanation } = ERRORS[code];
      return ["", `### ${code}: ${title}`, "", `Exit code ${exit}.`, "", ...markdown(explanation)];
    }),
    "",
  ].join("\n");
}

/** An explanation as Markdown: indented lines are code. */
function markdown(explanation: string): string[] {
  const lines: string[] = [];
  let isCode = false;
  for (const line of explanation.split("\n")) {
    if (line !== "" && line.startsWith("  ") !== isCode) {
      lines.push(isCode ? "```" : "", ...(isCode ? [""] : ["```text"]));
      isCode = !isCode;
    }
    lines.push(isCode ? line.slice(2) : escaped(line));
  }
  if (isCode) lines.push("```");
  return lines;
}

/** Text in which `*`, `_`, `<` and `|` stand for themselves. */
function escaped(line: string): string {
  return line.replace(/[*_<|]/g, "\\$&");
}

if (import.meta.main) {
  if (Deno.args.includes("--check")) {
    if (Deno.readTextFileSync(TARGET) !== errorDocs()) {
      console.error("docs/errors.md is not what src/error_codes.ts says: run deno task docs");
      Deno.exit(1);
    }
  } else Deno.writeTextFileSync(TARGET, errorDocs());
}
