/**
 * Transforms beside NumPy, step by step: every third case; tests/slow_pipeline_numpy_test.ts runs them all, at more chunk
 * sizes.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { CASES, checkLastSteps, checkSteps } from "./support/pipeline_cases.ts";

Deno.test("transforms give what NumPy gives, step by step, in both layouts", () => {
  ok(CASES.length >= 160);
  for (let number = 0; number < CASES.length; number += 3) {
    checkSteps(number, { layout: number % 2 === 0 ? "row" : "column", chunkRows: 5 });
  }
});

Deno.test("transforms give what NumPy gives where steps are fused", () => {
  for (let number = 1; number < CASES.length; number += 3) {
    checkLastSteps(number, { layout: number % 2 === 0 ? "row" : "column", chunkRows: 6 });
  }
});
