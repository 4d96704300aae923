/**
 * `deno task test`: the fast suite, the slow suites and the examples in the documentation; the last line is
 * "N passed, N failed, N skipped". Arguments are names of suites to run alone: fast, slow, doc.
 *
 * @module
 */
import { writeExampleTests } from "./doc_examples.ts";
import { formatStep, runDeno, type TestCounts, testFiles } from "./steps.ts";

const folder = Deno.makeTempDirSync();
const { fast, slow } = testFiles();
const suites: readonly (readonly [string, string, () => string[]])[] = [
  ["fast", "fast tests", () => ["test", "-A", "--no-prompt", "--parallel", ...fast]],
  [
    "doc",
    "documentation examples",
    () => ["test", "-A", "--no-prompt", "--config=deno.json", writeExampleTests(folder)],
  ],
  // they measure time and memory, so each runs alone
  ["slow", "slow tests", () => ["test", "-A", "--no-prompt", "--permit-no-files", ...slow]],
];

const totals = { passed: 0, failed: 0, skipped: 0 };
const report: string[] = [];
try {
  for (const [name, title, args] of suites) {
    if (Deno.args.length > 0 && !Deno.args.includes(name)) continue;
    const result = await runDeno(args(), { quietly: false });
    report.push(formatStep(title, result));
    // a suite that did not come to its end (a type error, a crash) is one failure more than it counted
    const counts: TestCounts = result.counts ?? { passed: 0, failed: 0, skipped: 0 };
    totals.passed += counts.passed;
    totals.failed += result.isOk ? counts.failed : Math.max(1, counts.failed);
    totals.skipped += counts.skipped;
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
console.log(`\n${report.join("\n")}\n`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
Deno.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
