/** The table of errors, its page in docs/, and the exit codes. @module */
import assert from "node:assert/strict";
import { ERRORS, EXIT } from "../src/error_codes.ts";
import { errorDocs } from "../tools/write_error_docs.ts";

Deno.test("ERRORS explains every code in three to ten sentences", () => {
  for (const [code, { title, explanation }] of Object.entries(ERRORS)) {
    assert.match(code, /^[A-Z]{3}\d{3}$/);
    assert.match(title, /^[^.]+$/, code);
    const sentences = explanation.split(/[.:?](?:\s|$)/).filter((sentence) => sentence.trim() !== "");
    assert.ok(sentences.length >= 3 && sentences.length <= 12, `${code}: ${sentences.length} sentences`);
    assert.ok(explanation.length < 1200, `${code}: ${explanation.length} characters`);
    assert.ok(!/ {2}(?! *\S.*$)/m.test(explanation.replace(/^ {2}.*$/gm, "")), `${code}: spaces`);
  }
});

Deno.test("EXIT keeps the frozen exit codes", () => {
  assert.deepEqual(EXIT, {
    ok: 0,
    runFailed: 1,
    usage: 2,
    checkFailed: 3,
    memoryRefused: 4,
    dataBrokeContract: 5,
    pipelineTestsFailed: 6,
    inputUnreadable: 7,
    outputFailed: 8,
    lockHeld: 9,
    bug: 70,
    hungUp: 129,
    interrupted: 130,
    terminated: 143,
  });
});

Deno.test("docs/errors.md is what error_codes.ts says (deno task docs writes it)", () => {
  const text = Deno.readTextFileSync(new URL("../docs/errors.md", import.meta.url));
  assert.ok(text === errorDocs(), "run deno task docs");
  for (const code of Object.keys(ERRORS)) assert.ok(text.includes(`### ${code}: `), code);
});
