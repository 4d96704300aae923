/**
 * `deno task ok`: the gate before a commit. Every step runs, so that one look shows all that is wrong; the time
 * of each is shown.
 *
 * @module
 */
import { writeExampleTests } from "./doc_examples.ts";
import { checkedFiles, formatStep, runDeno, testFiles } from "./steps.ts";

const folder = Deno.makeTempDirSync();
const examples = writeExampleTests(folder);
const unchecked = ["test", "-A", "--no-prompt", "--no-check", "--config=deno.json"];
/** The type check, which takes most of their time, keeps one core busy; so these run side by side. */
const beside: readonly (readonly [string, string[]])[] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["layers", [...unchecked, "tests/layers_test.ts"]],
  ["error docs", ["run", "--allow-read", "tools/write_error_docs.ts", "--check"]],
  ["NumPy's docs", ["run", "--allow-read", "tools/write_numpy_docs.ts", "--check"]],
  ["documentation examples", [...unchecked, examples]],
  ["types", ["check", "--config=deno.json", ...checkedFiles(), examples]],
];

/** Runs a step, shows its line, and tells whether it is well. */
async function runStep([name, args]: readonly [string, string[]]): Promise<boolean> {
  const result = await runDeno(args, { quietly: true });
  const counts = result.counts === null
    ? ""
    : ` (${result.counts.passed} passed, ${result.counts.failed} failed)`;
  console.log(formatStep(name, result) + counts);
  return result.isOk;
}

const areOk: boolean[] = [];
try {
  areOk.push(...await Promise.all(beside.map(runStep)));
  areOk.push(await runStep(["fast tests", [...unchecked, "--parallel", ...testFiles().fast]]));
} finally {
  Deno.removeSync(folder, { recursive: true });
}
const isOk = areOk.every(Boolean);
console.log(isOk ? "ok" : "not ok");
Deno.exit(isOk ? 0 : 1);
