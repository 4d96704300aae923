/**
 * Corners of the core functions that NumPy's own test suite asks for. What is expected is what NumPy 2.4 gives.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

Deno.test("dot() refuses an out of another dtype than its result, as NumPy, and takes one in any order", () => {
  nd.scope(() => {
    const a = nd.arange(6).reshape([2, 3]);
    for (const dtype of ["f64", "i32", "u64"] as const) {
      throws(() => nd.dot(a, a.T, { out: nd.zeros([2, 2], dtype) }), { code: "DTY004" });
    }
    throws(() => nd.dot([1, 2], [3, 4], { out: nd.zeros([]) }), { code: "DTY004" });
    deepStrictEqual(nd.dot(a, [1, 10, 100], { out: nd.zeros(4, "i64").slice("::2") }).toList(), [210, 543]);
  });
});
