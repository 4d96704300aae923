/**
 * Corners in which a wrong result would pass without a word: outs of another shape, integers beyond what floats hold,
 * indices of arrays without elements. What is expected is what NumPy 2.4 gives.
 */
import { deepStrictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

Deno.test("argmax() of all elements with keepdims refuses an out of another shape", () => {
  nd.scope(() => {
    const a = nd.array([[1, 5], [2, 3]]);
    for (const shape of [[1], [1, 1, 1], []]) {
      throws(() => a.argmax(null, { keepdims: true, out: nd.zeros(shape, "i64") }), { code: "SHP001" });
    }
    const out = nd.zeros([1, 1], "i64");
    deepStrictEqual(a.argmax(null, { keepdims: true, out }).toList(), [[1]]);
    deepStrictEqual(out.toList(), [[1]]);
  });
});

Deno.test("histogram() and histogramdd() promise edges beyond 2^53 as they are", () => {
  nd.scope(() => {
    const most = 2n ** 53n, a = nd.array([most + 1n, most]), edges = nd.array([most, most + 1n, most + 2n]);
    deepStrictEqual(nd.histogram(a, edges).counts.toList(), [1, 1]);
    deepStrictEqual(nd.histogramdd(a, { bins: [edges] }).counts.toList(), [1, 1]);
    const wide = nd.array([2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 64n - 3n], "u64");
    const outer = nd.array([2n ** 64n - 3n, 2n ** 64n - 2n], "u64");
    deepStrictEqual(nd.histogram(wide, outer).counts.toList(), [2]);
    deepStrictEqual(nd.histogram(wide, outer, { weights: [1, 2, 4] }).counts.toList(), [6]);
    deepStrictEqual(nd.histogram2d(wide, wide, { bins: [outer, outer] }).counts.toList(), [[2]]);
    throws(() => nd.histogram(a, nd.array([most + 1n, most])), { code: "ARR002" });
    // what lies outside, on edges and is no number
    const numbers = [-1, 0, 0.5, 1, 2, 3, 4, NaN, Infinity];
    deepStrictEqual(nd.histogram(numbers, [0, 1, 3, 3]).counts.toList(), [2, 2, 1]);
    deepStrictEqual(nd.histogram([true, false, true], [0, 1, 2]).counts.toList(), [1, 2]);
  });
});

Deno.test("histogram() refuses a range that is wider than floats are", () => {
  nd.scope(() => {
    throws(() => nd.histogram([-1.7e308, 1.7e308], 1), { code: "ARR002" });
    throws(() => nd.histogramBinEdges([0], 4, [-1.7e308, 1.7e308]), { code: "ARR002" });
    throws(() => nd.histogram(nd.array([-3e38, 3e38], "f32"), 2), { code: "ARR002" });
  });
});
