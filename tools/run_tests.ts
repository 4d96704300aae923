/**
 * `deno task test`: the fast suite, the slow suites and the examples in the documentation; the last line is
 * "N passed, N failed, N skipped". Arguments are names of suites to run alone: fast, slow, doc.
 *
 * @module
 */
import { docSuite, FAST_SUITE, formatStep, runDeno, SLOW_TESTS, type TestCounts } from "./steps.ts";

/** Slow suites measure time and memory: they run alone. */
const SLOW_SUITE = ["test", "-A", "--no-prompt", "--permit-no-files", SLOW_TESTS];

const folder = Deno.makeTempDirSync();
const suites: readonly (readonly [string, string, () => string[]])[] = [
  ["fast", "fast tests", () => FAST_SUITE],
  ["doc", "documentation examples", () => docSuite(folder)],
  ["slow", "slow tests", () => SLOW_SUITE],
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
