/**
 * Elementwise functions, reductions and their methods beside NumPy: all cases.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { CASES, checkCases } from "../src/ndarray/testing/ufunc_cases.ts";

Deno.test("there are more than 20,000 cases of ufuncs and reductions", () => {
  ok([...CASES.values()].reduce((sum, group) => sum + group.length, 0) > 20_000);
});

for (const [name, group] of CASES) {
  Deno.test(`${name}() gives what NumPy gives, in all ${group.length} cases`, () => checkCases(group));
}
