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

Deno.test("set() by a list promises to look at every index, also of an array without elements", () => {
  nd.scope(() => {
    for (const value of [1, nd.zeros([1, 0])]) {
      throws(() => nd.zeros([3, 0]).set([[5]], value), { code: "SHP010" });
      throws(() => nd.zeros([3, 0]).set([nd.array([5])], value), { code: "SHP010" });
    }
    throws(() => nd.zeros([3, 4, 0]).set([[5], [0]], 1), { code: "SHP010" });
    deepStrictEqual(nd.zeros([3, 0]).set([[2]], 1).shape, [3, 0]);
    // lists that broadcast to none name no element
    deepStrictEqual(nd.ones([3, 3]).get([[], [9]]).shape, [0]);
    deepStrictEqual(nd.ones([3, 3]).get([nd.zeros([0, 1], "i64"), [9]]).shape, [0, 1]);
    deepStrictEqual(nd.ones([2, 2]).set([[], [9]], 5).toList(), [[1, 1], [1, 1]]);
    for (const index of [[[], 9], [false, 9], [9, []], [[], nd.array(9)], [9, ":", false]]) {
      throws(() => nd.ones([3, 3]).get(index as nd.Index), { code: "SHP010" });
      throws(() => nd.ones([3, 3]).set(index as nd.Index, 1), { code: "SHP010" });
    }
  });
});

Deno.test("a mask's axis without elements promises no elements of any axis", () => {
  nd.scope(() => {
    const a = nd.ones([3, 2]), mask = (...shape: number[]) => nd.zeros(shape, "bool");
    for (const [shape, result] of [[[0], [0, 2]], [[0, 0], [0]], [[0, 2], [0]], [[3, 0], [0]]] as const) {
      deepStrictEqual(a.get(mask(...shape)).shape, [...result]);
      deepStrictEqual(a.get([mask(...shape), "..."]).shape, [...result]);
      deepStrictEqual(a.mask(mask(...shape)).shape, [...result]);
      deepStrictEqual(a.set(mask(...shape), 7).sum().item(), 6);
      deepStrictEqual(a.set([mask(...shape), "..."], 7).sum().item(), 6);
    }
    deepStrictEqual(a.get([":", mask(0)]).shape, [3, 0]);
    deepStrictEqual(a.get([mask(0), [0]]).shape, [0]);
    for (const shape of [[0, 3], [5, 0], [2, 0], [0, 1], [1, 0], [5], [1]]) {
      throws(() => a.get(mask(...shape)), { code: "SHP009" });
      throws(() => a.get([mask(...shape), "..."]), { code: "SHP009" });
      throws(() => a.set(mask(...shape), 7), { code: "SHP009" });
    }
    for (const shape of [[0, 2, 1], [3, 2, 0]]) {
      throws(() => a.get(mask(...shape)));
      throws(() => a.set(mask(...shape), 7));
    }
    throws(() => a.set(mask(0), []), { code: "SHP012" });
    throws(() => nd.array(1).get(mask(0)));
  });
});

Deno.test("mean(), var() and std() by a mask promise an axis to arrays that have none, as NumPy does", () => {
  nd.scope(() => {
    const a = nd.array(3, "f64");
    for (const name of ["mean", "var", "std"] as const) {
      for (const axis of [0, -1]) {
        deepStrictEqual(a[name](axis, { where: nd.array(true) }).toList(), name === "mean" ? 3 : 0);
        deepStrictEqual(a[name](axis, { where: false }).toList(), NaN);
        throws(() => a[name](axis), { code: "SHP004" });
      }
      throws(() => a[name]([0], { where: false }), { code: "SHP004" });
      throws(() => a[name](1, { where: false }), { code: "SHP004" });
    }
  });
});

Deno.test("views without elements promise to stay within their array, however large their shape", () => {
  nd.scope(() => {
    deepStrictEqual(nd.zeros([0, 1e9]).get([":", -1]).toList(), []);
    deepStrictEqual(nd.zeros([0, 1e9]).slice([":", "999999999:"]).toList(), []);
    deepStrictEqual(nd.zeros([1e9, 0]).get(["999999999:"]).toList(), [[]]);
    deepStrictEqual(nd.zeros([1e9, 0]).get([-1]).toList(), []);
    deepStrictEqual(nd.zeros([1e9, 0]).get([[-1]]).toList(), [[]]);
    deepStrictEqual(nd.zeros([0, 1e9]).slice([":", "::-1"]).add(1).shape, [0, 1e9]);
    const strange = nd.lib.strideTricks.asStrided(nd.arange(3), [0, 5], [8, 8e12]);
    deepStrictEqual(strange.get([":", 4]).toList(), []);
    deepStrictEqual(strange.get([":", "3:"]).sum(0).toList(), [0, 0]);
  });
});
