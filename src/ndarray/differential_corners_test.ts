/**
 * Corners that random programs met, run here and in NumPy 2.4, whose answers are what is expected.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

const { array } = nd;

Deno.test("logaddexp() promises floats of integers beside a plain integer that their dtype does not hold", () => {
  nd.scope(() => {
    const small = nd.logaddexp(array([5, 9], { dtype: "u8" }), -128);
    deepStrictEqual([small.dtype, small.toList()], ["f32", [5, 9]]);
    const wide = nd.logaddexp2(2147483648, array([1], { dtype: "i32" }));
    deepStrictEqual([wide.dtype, wide.toList()], ["f64", [2147483648]]);
    strictEqual(nd.logaddexp(array([true]), 7).dtype, "f64");
    strictEqual(nd.logaddexp(array([1], { dtype: "i8" }), 0.5).dtype, "f64");
  });
});

Deno.test("clip() promises a float where one bound has a fraction, also beside one that the integers do not hold", () => {
  nd.scope(() => {
    const a = array([1, 200], { dtype: "u8" });
    deepStrictEqual([nd.clip(a, 300, 2.5).dtype, nd.clip(a, 300, 2.5).toList()], ["f64", [2.5, 2.5]]);
    deepStrictEqual(nd.clip(a, 1.5, -3).toList(), [-3, -3]);
    strictEqual(nd.clip(a, array([0], { dtype: "f32" }), 2.5).dtype, "f32");
    throws(() => nd.clip(a, 300, 2), { code: "DTY002" });
  });
});

Deno.test("mean() promises to divide the sum in an integer dtype that is asked for, which wraps", () => {
  nd.scope(() => {
    const a = array([7, 9, -4], { dtype: "i8" });
    deepStrictEqual([a.mean({ dtype: "u32" }).dtype, a.mean({ dtype: "u32" }).item()], ["u32", 4]);
    strictEqual(a.mean({ dtype: "u8", where: array([false, true, true]) }).item(), 2);
    strictEqual(array([100, 100, 100]).mean({ dtype: "i8" }).item(), 14);
    strictEqual(array([2, 3], { dtype: "f64" }).mean({ dtype: "bool" }).item(), true);
    strictEqual(array([0, 0]).mean({ dtype: "bool" }).item(), false);
  });
});

Deno.test("std() refuses an integer dtype, as an out of it", () => {
  nd.scope(() => {
    throws(() => array([1, 5]).std({ dtype: "i64" }), { code: "DTY004" });
    throws(() => nd.nanstd([1, 5], { dtype: "u8" }), { code: "DTY004" });
    strictEqual(array([1, 5]).var({ dtype: "i64" }).item(), 4);
  });
});

Deno.test("reduceat() promises the dtype of its results where there are none", () => {
  nd.scope(() => {
    const a = array([1, 2], { dtype: "u16" });
    strictEqual(nd.add.reduceat(a, []).dtype, "u64");
    strictEqual(nd.multiply.reduceat(a, [], { dtype: "f32" }).dtype, "f32");
    strictEqual(nd.logicalOr.reduceat(a, []).dtype, "bool");
    strictEqual(nd.maximum.reduceat(a, []).dtype, "u16");
  });
});

Deno.test("diff() taken no times promises what it is given, also without axes", () => {
  nd.scope(() => strictEqual(nd.diff(array(7), { n: 0, prepend: 3 }).item(), 7));
});

Deno.test("fillDiagonal() refuses a read-only array without elements", () => {
  nd.scope(() => throws(() => nd.fillDiagonal(nd.zeros([0]).broadcastTo([2, 0]), 1), { code: "ARR001" }));
});

Deno.test("putAlongAxis() promises that axes of size 1 in front of the values do not count", () => {
  nd.scope(() => {
    const a = nd.zeros([2, 2]);
    nd.putAlongAxis(a, [[1], [0]], [[[5]]], 1);
    deepStrictEqual(a.toList(), [[0, 5], [5, 0]]);
    throws(() => nd.putAlongAxis(a, [[1], [0]], [[[5]], [[5]]], 1), { code: "SHP012" });
  });
});

Deno.test("cov() refuses weights that sum to 0", () => {
  nd.scope(() => {
    throws(() => nd.cov([[1, 2], [3, 5]], { fweights: [0, 0] }), { code: "ARR002" });
    throws(() => nd.cov(nd.zeros([2, 0]), { aweights: nd.zeros([0]) }), { code: "ARR002" });
  });
});

Deno.test("histogramBinEdges() promises weights that settle nothing, and none beside a rule", () => {
  nd.scope(() => {
    deepStrictEqual(nd.histogramBinEdges([0, 1, 4], 2, null, [1, 2, 3]).toList(), [0, 2, 4]);
    throws(() => nd.histogramBinEdges([0, 1], { bins: "fd", weights: [1, 1] }), { code: "ARR002" });
    throws(() => nd.histogramBinEdges([0, 1], { weights: [1] }), { code: "ARR002" });
  });
});

Deno.test("histogram() promises as many bins as the rule of Stone finds of f32", () => {
  nd.scope(() => {
    const a = array([-1, 3.434753, -3.9032552, 2, -9.232268], { dtype: "f32" });
    deepStrictEqual(nd.histogram(a, { bins: "stone" }).counts.toList(), [5]);
  });
});

Deno.test("roll() promises that a shift along no axes moves nothing", () => {
  nd.scope(() => deepStrictEqual(nd.roll([1, 2, 3], 1, []).toList(), [1, 2, 3]));
});

Deno.test("pad() promises odd reflections of bools, where all but 0 is true", () => {
  nd.scope(() => {
    const padded = nd.pad([false, false, true], 2, { mode: "reflect", reflectType: "odd" });
    deepStrictEqual(padded.toList(), [true, false, false, false, true, true, true]);
  });
});

Deno.test("fftfreq() and rfftfreq() refuse no samples, and no time between them", () => {
  nd.scope(() => {
    throws(() => nd.fft.fftfreq(0), { code: "ARR002" });
    throws(() => nd.fft.rfftfreq(0), { code: "ARR002" });
    throws(() => nd.fft.rfftfreq(4, { d: 0 }), { code: "ARR002" });
  });
});

Deno.test("array2string() promises the space of a sign also without axes", () => {
  nd.scope(() => {
    strictEqual(nd.array2string(array(4), { sign: " " }), " 4");
    strictEqual(nd.array2string(array(0.5), { sign: " " }), " 0.5");
    strictEqual(nd.array2string(array(-0.5), { sign: " " }), "-0.5");
    strictEqual(nd.array2string(array(true), { sign: " " }), "True");
    strictEqual(nd.withPrintoptions({ sign: " " }, () => `${array(4)}`), "4");
  });
});

Deno.test("einsum() promises sums in the dtype of its out, where that holds the operands'", () => {
  nd.scope(() => {
    const out = nd.zeros([], { dtype: "i64" });
    strictEqual(nd.einsum("a->", array([100, 100], { dtype: "i8" }), { out }).item(), 200);
    strictEqual(nd.einsum("a->", array([true, true]), { out }).item(), 2);
    const narrow = nd.zeros([], { dtype: "i8" });
    throws(() => nd.einsum("a->", array([1, 2]), { out: narrow }), { code: "DTY004" });
    strictEqual(nd.einsum("a->", array([1, 2]), { out: narrow, casting: "unsafe" }).item(), 3);
  });
});
