import assert from "node:assert/strict";
import { parseCounts, runDeno } from "./steps.ts";

Deno.test("parseCounts() reads the last summary, with steps and ignored tests", () => {
  assert.deepEqual(parseCounts("x\nok | 17 passed | 0 failed (835ms)\n"), {
    passed: 17,
    failed: 0,
    skipped: 0,
  });
  assert.deepEqual(
    parseCounts(
      "ok | 1 passed | 0 failed (1s)\nFAILED | 3 passed (2 steps) | 1 failed (1 step) | 2 ignored (5ms)\n",
    ),
    { passed: 3, failed: 1, skipped: 2 },
  );
  assert.equal(parseCounts("error: Type checking failed."), null);
});

Deno.test("runDeno() counts a suite that fails and says so", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const file = `${folder}/planted_test.ts`;
    Deno.writeTextFileSync(
      file,
      'Deno.test("a", () => {});\nDeno.test("b", () => {\n  throw new Error("planted");\n});\nDeno.test.ignore("c", () => {});\n',
    );
    const logged: string[] = [];
    const result = await runDeno(["test", "--no-check", "--no-config", "--no-lock", file], {
      quietly: true,
      print: (text) => logged.push(text),
    });
    assert.equal(result.isOk, false);
    assert.deepEqual(result.counts, { passed: 1, failed: 1, skipped: 1 });
    assert.match(logged.join(""), /planted/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("runDeno() refuses a suite that leaves temporary files behind, names them and takes them away", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const file = `${folder}/planted_test.ts`;
    Deno.writeTextFileSync(
      file,
      'Deno.test("a", () => Deno.writeTextFileSync(Deno.makeTempDirSync() + "/left.npy", ""));\n' +
        'Deno.test("b", () => Deno.removeSync(Deno.makeTempDirSync()));\n',
    );
    const logged: string[] = [];
    const result = await runDeno(["test", "-A", "--no-check", "--no-config", "--no-lock", file], {
      quietly: true,
      print: (text) => logged.push(text),
    });
    assert.equal(result.isOk, false);
    assert.deepEqual(result.counts, { passed: 2, failed: 0, skipped: 0 });
    const left = /left behind: (\S+)\/\w+\/left\.npy$/m.exec(logged.join(""));
    assert.ok(left, logged.join(""));
    assert.throws(() => Deno.statSync(left[1]!), Deno.errors.NotFound);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
