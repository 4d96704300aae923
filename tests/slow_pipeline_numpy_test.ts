/**
 * Transforms beside NumPy, step by step: all cases, in both layouts, at several chunk sizes.
 *
 * @module
 */
import { CASES, checkLastSteps, checkSteps, NUM_ROWS } from "./support/pipeline_cases.ts";

for (const layout of ["row", "column"] as const) {
  for (const chunkRows of [1, 5, NUM_ROWS]) {
    Deno.test(`transforms give what NumPy gives, by ${layout}, in chunks of ${chunkRows}`, () => {
      for (const number of CASES.keys()) checkSteps(number, { layout, chunkRows });
    });
    Deno.test(`transforms give what NumPy gives where steps are fused, by ${layout}, in chunks of ${chunkRows}`, () => {
      for (const number of CASES.keys()) checkLastSteps(number, { layout, chunkRows });
    });
  }
}
