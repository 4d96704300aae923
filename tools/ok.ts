/**
 * `deno task ok`: the gate before a commit. Every step runs, so that one look shows all that is wrong; the time
 * of each is shown. The layer test is run on its own first, since it is the one to be read first.
 *
 * @module
 */
import { writeExampleTests } from "./doc_examples.ts";
import { checkedFiles, formatStep, runDeno, testFiles } from "./steps.ts";

const folder = Deno.makeTempDirSync();
const examples = writeExampleTests(folder);
const unchecked = ["test", "-A", "--no-prompt", "--no-check", "--config=deno.json"];
const steps: readonly (readonly [string, string[]])[] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "--config=deno.json", ...checkedFiles(), examples]],
  ["layers", [...unchecked, "tests/layers_test.ts"]],
  ["error docs", ["run", "--allow-read", "tools/write_error_docs.ts", "--check"]],
  ["NumPy's docs", ["run", "--allow-read", "tools/write_numpy_docs.ts", "--check"]],
  ["fast tests", [...unchecked, "--parallel", ...testFiles().fast]],
  ["documentation examples", [...unchecked, examples]],
];

let isOk = true;
try {
  for (const [name, args] of steps) {
    const result = await runDeno(args, { quietly: true });
    const counts = result.counts === null
      ? ""
      : ` (${result.counts.passed} passed, ${result.counts.failed} failed)`;
    console.log(formatStep(name, result) + counts);
    isOk &&= result.isOk;
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
console.log(isOk ? "ok" : "not ok");
Deno.exit(isOk ? 0 : 1);
