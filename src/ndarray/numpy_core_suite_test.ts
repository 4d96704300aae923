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

Deno.test("reduce(), accumulate() and reduceat() promise to compute in a dtype that holds their out's, as NumPy", () => {
  nd.scope(() => {
    const a = nd.array([1, 2, 4]), bools = nd.array([true, true, false]);
    for (const op of ["bitwiseOr", "bitwiseAnd", "gcd", "lcm", "leftShift"] as const) {
      throws(() => nd[op].reduce(a, { out: nd.zeros([]) }), { code: "DTY001" }, op);
      throws(() => nd[op].accumulate(a, { out: nd.zeros(3, "f32") }), { code: "DTY001" }, op);
      throws(() => nd[op].reduceat(a, [0, 2], { out: nd.zeros(2) }), { code: "DTY001" }, op);
    }
    strictEqual(nd.bitwiseOr.reduce(a, { out: nd.zeros([], "i8") }).item(), 7);
    strictEqual(nd.gcd.reduce(bools, { out: nd.zeros([], "u8") }).item(), 1);
    deepStrictEqual(nd.subtract.accumulate(bools, { out: nd.zeros(3, "i64") }).toList(), [1, 0, 0]);
    const sides = nd.array([3, 2], "f32");
    strictEqual(nd.hypot.reduce(sides, { out: nd.zeros([]) }).item(), Math.sqrt(13));
    strictEqual(nd.hypot.accumulate(sides, { out: nd.zeros(2) }).at(1), Math.sqrt(13));
    strictEqual(nd.logicalAnd.reduce(a, { out: nd.zeros([]) }).item(), 1);
  });
});

Deno.test("logicalAnd.reduce() refuses a dtype other than bool, which it passed over", () => {
  nd.scope(() => {
    for (const op of ["logicalAnd", "logicalOr", "logicalXor"] as const) {
      throws(() => nd[op].reduce([1, 2], { dtype: "f64" }), { code: "DTY001" }, op);
      throws(() => nd[op].reduceat([1, 2], [0], { dtype: "i64" }), { code: "DTY001" }, op);
      strictEqual(nd[op].reduce([1, 0], { dtype: "bool" }).dtype, "bool");
    }
  });
});

Deno.test("reduceat() refuses starts that are no list of integers", () => {
  nd.scope(() => {
    for (const starts of [3, null, "0", [[0, 1]], [0.5], nd.array(0), nd.array([[0, 1]])]) {
      throws(() => nd.add.reduceat(nd.arange(8), starts as never), { name: "NdpipeError" }, String(starts));
    }
    deepStrictEqual(nd.add.reduceat(nd.arange(8), nd.array([0, 4])).toList(), [6, 22]);
    deepStrictEqual(nd.add.reduceat(nd.arange(8), new Int32Array([0, 4]) as never).toList(), [6, 22]);
  });
});

Deno.test("item() promises the element at a flat index or at one of each axis", () => {
  nd.scope(() => {
    const a = nd.array([[1, 2, 3], [4, 5, 6]]);
    deepStrictEqual([a.item(3), a.item(-1), a.T.item(1), a.item(1, 0), a.item([0, -1])], [4, 6, 4, 4, 3]);
    deepStrictEqual([nd.array(7).item(0), nd.array(7).item(-1), nd.array([8]).item()], [7, 7, 8]);
    deepStrictEqual([nd.array(7).item([]), nd.array([2n ** 63n]).item(0)], [7, 2n ** 63n]);
    deepStrictEqual(a.slice("::-1, ::2").item(2), 1);
    throws(() => a.item(6), { code: "SHP010" });
    throws(() => a.item(-7), { code: "SHP010" });
    throws(() => nd.array(7).item(1), { code: "SHP010" });
    throws(() => a.item(0, 3), { code: "SHP010" });
    throws(() => a.item(0, 0, 0), { name: "NdpipeError" });
    throws(() => a.item([0]), { code: "ARR002" });
    throws(() => a.item(0.5), { code: "ARR002" });
    throws(() => a.item("0" as never), { code: "ARR002" });
    throws(() => a.item(), { code: "ARR002" });
  });
});

Deno.test("where() refuses one choice without the other, also beside lists", () => {
  throws(() => (nd.where as (...args: unknown[]) => unknown)([true], 1), { code: "ARR002" });
  throws(() => (nd.where as (...args: unknown[]) => unknown)([1, 0], [1, 2]), { code: "ARR002" });
  deepStrictEqual(nd.where([1, 0])[0]!.toList(), [0]);
});

Deno.test("around() promises integers of lists and plain numbers that are integers", () => {
  nd.scope(() => {
    const listed = nd.around([15, 25, -15], -1), plain = nd.around(15, -1);
    deepStrictEqual([listed.dtype, listed.toList()], ["i64", [20, 20, -20]]);
    deepStrictEqual([plain.dtype, plain.item()], ["i64", 20]);
    deepStrictEqual(nd.around(new Int8Array([15]), -1).dtype, "i8");
    deepStrictEqual(nd.round([1.25, 2], 1).toList(), [1.2, 2]);
  });
});

Deno.test("repeat() promises no elements of none, with no counts", () => {
  nd.scope(() => {
    deepStrictEqual(nd.repeat([], []).shape, [0]);
    deepStrictEqual(nd.repeat(nd.zeros([0, 3], "i8"), [], 0).shape, [0, 3]);
    throws(() => nd.repeat([1, 2], []), { code: "SHP001" });
  });
});

Deno.test("where promises lists of bools, in functions and reductions, as NumPy", () => {
  nd.scope(() => {
    const a = nd.array([[1, 2], [3, 4]]);
    deepStrictEqual(nd.add(a, 1, { where: [true, false], out: nd.zeros([2, 2]) }).toList(), [[2, 0], [4, 0]]);
    deepStrictEqual(a.mul(2, { where: [[true], [false]] }).toList(), [[2, 4], [0, 0]]);
    deepStrictEqual(nd.sum(a, 0, { where: [[true], [false]] }).toList(), [1, 2]);
    deepStrictEqual(a.mean({ where: [true, false] }).item(), 2);
    deepStrictEqual(a.var({ where: [true, false] }).item(), 1);
    deepStrictEqual(nd.max(a, { where: [true, false], initial: 0 }).item(), 3);
    deepStrictEqual(a.any({ where: [false, false] }).item(), false);
    deepStrictEqual(nd.add.reduce(a, { where: [true, false] }).toList(), [4, 0]);
    deepStrictEqual(nd.bitwiseOr.reduce(a, { where: [true, false] }).toList(), [3, 0]);
    deepStrictEqual(nd.nansum(a, { where: [true, false] }).item(), 4);
    deepStrictEqual(nd.logaddexp([0], [-Infinity], { where: [true] }).toList(), [0]);
    for (const where of [[1, 0], [], ["a"], {}, "x"]) {
      throws(() => nd.add(a, 1, { where: where as never }), { name: /Error/ }, String(where));
      throws(() => nd.sum(a, { where: where as never }), { name: /Error/ }, String(where));
    }
  });
});
