/**
 * Elementwise functions, reductions and their methods beside NumPy: a third of the cases, of every function;
 * tests/slow_ufunc_cases_test.ts runs them all.
 *
 * @module
 */
import { CASES, checkCases } from "../testing/ufunc_cases.ts";

for (const [name, group] of CASES) {
  const third = group.filter((_, i) => i % 3 === 0);
  Deno.test(`${name}() gives what NumPy gives, in ${third.length} cases`, () => checkCases(third));
}
