/** Corners of arguments that NumPy's own test suite asks for. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

Deno.test("ravelMultiIndex() takes an array of indices as the list of its slices", () => {
  const indices = nd.array([[3, 6, 6], [4, 5, 1]]);
  deepStrictEqual(nd.ravelMultiIndex(indices, [7, 6]).toList(), [22, 41, 37]);
  deepStrictEqual(nd.ravelMultiIndex(nd.array([3, 4]), [7, 6]).toList(), 22);
  deepStrictEqual(nd.ravelMultiIndex(nd.zeros([2, 0], "i64"), [10, 3]).shape, [0]);
  throws(() => nd.ravelMultiIndex(nd.array([1, 2, 3]), [7, 6]), { code: "ARR002" });
});

Deno.test("block() takes numbers as blocks without axes, in lists of any depth", () => {
  deepStrictEqual(nd.block(1).shape, []);
  deepStrictEqual(nd.block([1, 2.5]).toList(), [1, 2.5]);
  deepStrictEqual(nd.block([[1, 2], [3, 4]]).toList(), [[1, 2], [3, 4]]);
  deepStrictEqual(nd.block([nd.array([1, 2]), 3, new Int32Array([4])]).toList(), [1, 2, 3, 4]);
  deepStrictEqual(nd.block([[[1], [2]]]).shape, [1, 2, 1]);
  throws(() => nd.block([1, [2]]), { code: "ARR002", message: /one depth/ });
  throws(() => nd.block([[1], []]), { code: "ARR002", message: /empty/ });
  throws(() => nd.block(["1"] as never), { name: "NdpipeError" });
});

Deno.test("block() gives an array of its own where one block is all there is", () => {
  const a = nd.array([1, 2]), made = nd.block(a);
  made.set(0, 9);
  deepStrictEqual(a.toList(), [1, 2]);
});

Deno.test("casting is refused where it is no rule, also where nothing is cast", () => {
  const casting = "same_value" as never;
  throws(() => nd.concatenate([[1], [2]], { casting }), { code: "ARR002", message: /same_value/ });
  throws(() => nd.stack([[1], [2]], { casting }), { code: "ARR002" });
  throws(() => nd.vstack([[1], [2]], { casting }), { code: "ARR002" });
  throws(() => nd.copyto(nd.zeros(2), 1, { casting }), { code: "ARR002" });
});

Deno.test("size() counts along several axes, and one element along none", () => {
  const a = nd.zeros([2, 3, 4]);
  deepStrictEqual([nd.size(a, []), nd.size(a, [0, -1]), nd.size(a, [0, 1, 2]), nd.size(a, 1)], [1, 8, 24, 3]);
  throws(() => nd.size(a, [0, 0]), { name: "ShapeError" });
  throws(() => nd.size(a, 3), { code: "SHP004" });
});

Deno.test("gradients() takes one number as the distance along all axes", () => {
  const f = nd.array([[1, 2, 6], [3, 4, 5]]);
  const [down, across] = nd.gradients(f, 2), [as, listed] = nd.gradients(f, [2]);
  deepStrictEqual([down!.toList(), across!.toList()], [as!.toList(), listed!.toList()]);
  deepStrictEqual(down!.toList(), [[1, 1, -0.5], [1, 1, -0.5]]);
  deepStrictEqual(nd.gradients([1, 4, 9], nd.array([0, 2, 4])).map((part) => part.toList()), [[1.5, 2, 2.5]]);
  throws(() => nd.gradients(f, "2" as never), { code: "ARR002" });
});

Deno.test("piecewise() takes a condition that is alone, and an array of conditions", () => {
  deepStrictEqual(nd.piecewise([0, 0], [true, false], [1]).toList(), [1, 0]);
  deepStrictEqual(nd.piecewise([1, 2, 3], nd.array([1, 2, 3]).gt(1), [5, 7]).toList(), [7, 5, 5]);
  const rows = nd.array([[true, false], [false, true]]);
  deepStrictEqual(nd.piecewise([0, 0], rows, [3, 4]).toList(), [3, 4]);
  deepStrictEqual(nd.piecewise(nd.array(5), nd.array(5).gt(3), [4, 0]).toList(), 4);
  deepStrictEqual(nd.piecewise(nd.array(5), true, [4, 0]).toList(), 4);
  deepStrictEqual(nd.piecewise(nd.array(5), [false, true], [4, 6]).toList(), 6);
  throws(() => nd.piecewise([0, 0], [true, false], [1, 2, 3]), { code: "ARR002" });
});

Deno.test("einsum() takes numbers as operands one after the other", () => {
  strictEqual(nd.einsum("..., ...", 3, 4).item(), 12);
  deepStrictEqual(nd.einsum(",i->i", 2, nd.array([1, 2])).toList(), [2, 4]);
  deepStrictEqual(nd.einsum("i,->i", nd.array([1, 2]), 2).toList(), [2, 4]);
});

Deno.test("einsum() follows a path that begins as NumPy's do", () => {
  const chain = [nd.ones([2, 3]), nd.ones([3, 4]), nd.ones([4, 2])];
  const path = ["einsum_path", [1, 2], [0, 1]] as const;
  deepStrictEqual(nd.einsumPath("ij,jk,kl->il", chain, { optimize: path }).path, [[1, 2], [0, 1]]);
  deepStrictEqual(nd.einsum("ij,jk,kl->il", chain, { optimize: path }).toList(), [[12, 12], [12, 12]]);
  throws(() => nd.einsum("ij,jk,kl->il", chain, { optimize: ["path", [0, 1]] as never }), { code: "ARR002" });
});

Deno.test("pad() refuses an option of another mode", () => {
  throws(() => nd.pad([1, 2], 1, "constant", { statLength: 2 }), { code: "ARR002", message: /statLength/ });
  throws(() => nd.pad([1, 2], 1, "edge", { constantValues: 2 }), { code: "ARR002" });
  throws(() => nd.pad([1, 2], 1, "wrap", { reflectType: "odd" }), { code: "ARR002" });
  throws(() => nd.pad([1, 2], 1, "mean", { endValues: 2 }), { code: "ARR002", message: /mean/ });
  throws(() => nd.pad([1, 2], 1, "reflect", { reflectType: "both" as never }), { code: "ARR002" });
  deepStrictEqual(nd.pad([1, 2], 1, "linear_ramp", { endValues: 0 }).toList(), [0, 1, 2, 0]);
});

Deno.test("pad() takes a function that writes the border of each vector, axis after axis", () => {
  const seen: unknown[] = [];
  const padded = nd.pad([[1, 2]], [[1, 0], [0, 2]], (vector, [before, after], axis) => {
    seen.push([vector.shape[0], before, after, axis]);
    if (before > 0) vector.set(`:${before}`, 10);
    if (after > 0) vector.set(`-${after}:`, 20);
  });
  deepStrictEqual(padded.toList(), [[10, 10, 20, 20], [1, 2, 20, 20]]);
  deepStrictEqual(seen.slice(0, 1), [[2, 1, 0, 0]]);
  deepStrictEqual(seen.length, 6);
  throws(() => nd.pad([1], 1, () => {}, { constantValues: 1 }), { code: "ARR002" });
});

Deno.test("concatenate() of flat arrays gives plain numbers the dtype of the arrays beside them", () => {
  const f32 = nd.array([1], "f32"), u8 = nd.array([1], "u8");
  const joined = nd.concatenate([f32, 1.5, 2], { axis: null });
  deepStrictEqual([joined.dtype, joined.toList()], ["f32", [1, 1.5, 2]]);
  strictEqual(nd.concatenate([u8, 7], { axis: null }).dtype, "u8");
  strictEqual(nd.concatenate([u8, 0.5], { axis: null }).dtype, "f64");
  strictEqual(nd.concatenate([1, 2], { axis: null }).dtype, "i64");
  throws(() => nd.concatenate([u8, 300], { axis: null }), { code: "DTY002" });
});

Deno.test("reshape() gives axes of one element the stride of an element", () => {
  deepStrictEqual(nd.array(0, "i32").reshape([1, 1]).strides, [4, 4]);
  deepStrictEqual(nd.array([0], "f64").reshape([1, 1, 1]).strides, [8, 8, 8]);
  deepStrictEqual(nd.arange(6).astype("i32").reshape([3, 2, 1, 1]).strides, [8, 4, 4, 4]);
});

Deno.test("arange() gives its start where the step is too long to be counted", () => {
  deepStrictEqual(nd.arange(0, 1, Infinity).toList(), [0]);
  deepStrictEqual(nd.arange(0, -1, -Infinity).toList(), [0]);
  deepStrictEqual(nd.arange(0, 5e-324, 1e10).toList(), [0]);
  deepStrictEqual(nd.arange(0, 1, -Infinity).toList(), []);
  deepStrictEqual(nd.arange(1, 1, Infinity).toList(), []);
  throws(() => nd.arange(0, 1, NaN), { code: "ARR002" });
  throws(() => nd.arange(0, Infinity), { code: "ARR002" });
});

Deno.test("quantile() refuses an out to which its floats do not cast, as NumPy", () => {
  const out = nd.array(0, "i8");
  throws(() => nd.quantile([1.5, 2], 0.5, null, { out }), { code: "DTY004" });
  throws(() => nd.percentile([1.5, 2], 50, null, { out }), { code: "DTY004" });
  strictEqual(nd.percentile([1, 2], 50, null, { out: nd.array(0, "f32") }).item(), 1.5);
});

Deno.test("partition() and argpartition() of no elements take any kth", () => {
  deepStrictEqual(nd.partition([], 0).shape, [0]);
  deepStrictEqual(nd.partition(nd.zeros([3, 0]), 7, 0).shape, [3, 0]);
  deepStrictEqual(nd.partition(nd.zeros([0, 3]), [2, 7]).shape, [0, 3]);
  const order = nd.argpartition(nd.zeros([2, 0, 3]), 1, null);
  deepStrictEqual([order.dtype, order.shape], ["i64", [0]]);
  throws(() => nd.partition([], 0.5), { code: "ARR002" });
  throws(() => nd.partition([1], 1), { code: "ARR002" });
});

Deno.test("einsum() computes in a dtype, and writes to an out, where that is safe or allowed", () => {
  const a = nd.array([[1, 2], [3, 4]], "f32"), out = nd.zeros([2, 2]);
  strictEqual(nd.einsum("ij,jk", [a, a], { out }), out);
  deepStrictEqual(out.toList(), [[7, 10], [15, 22]]);
  strictEqual(nd.einsum("ij,jk", a, a, { dtype: "f64" }).dtype, "f64");
  strictEqual(nd.einsum("i->", [nd.array([100, 100], "i8")], { dtype: "i32" }).item(), 200);
  throws(() => nd.einsum("ij->j", out, { dtype: "f32" }), { code: "DTY004" });
  strictEqual(nd.einsum("ij->j", out, { dtype: "f32", casting: "same_kind" }).dtype, "f32");
  throws(() => nd.einsum("ij->", out, { out: nd.array(0, "f32") }), { code: "DTY004" });
  throws(() => nd.einsum("ij->j", out, { out: nd.zeros(3) }), { code: "SHP001" });
  nd.einsum("ij->ji", out, { out });
  deepStrictEqual(out.toList(), [[7, 15], [10, 22]]);
  throws(() => nd.einsumPath("ij->j", [out], { dtype: "f32" } as never), { code: "ARR002" });
});

Deno.test("insert() takes a mask that is shorter or longer than the axis, where its places are there", () => {
  deepStrictEqual(nd.insert([1, 2, 3], [true, true, true, true], 9).toList(), [9, 1, 9, 2, 9, 3, 9]);
  deepStrictEqual(nd.insert([1, 2, 3], [true], 9).toList(), [9, 1, 2, 3]);
  deepStrictEqual(nd.insert([1, 2, 3], [false, true], [9, 8]).toList(), [1, 9, 8, 2, 3]);
  deepStrictEqual(nd.insert([1, 2, 3], nd.zeros(9, "bool"), 9).toList(), [1, 2, 3]);
  throws(() => nd.insert([1, 2, 3], [false, false, false, false, true], 9), { code: "SHP010" });
  throws(() => nd.insert([1, 2, 3], nd.ones([1, 3], "bool"), 9), { code: "SHP009" });
  throws(() => nd.deleteAt([1, 2, 3], [true]), { code: "SHP009" });
});

Deno.test("linalg.matrixPower() takes a power of any size as a bigint", () => {
  const turn = nd.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]);
  deepStrictEqual(nd.linalg.matrixPower(turn, 3n ** 70n).toList(), nd.eye(3).toList());
  deepStrictEqual(nd.linalg.matrixPower(turn, 3n ** 70n + 1n).toList(), turn.toList());
  deepStrictEqual(nd.linalg.matrixPower(turn, -1n).toList(), nd.linalg.matrixPower(turn, 2).toList());
  deepStrictEqual(nd.linalg.matrixPower(turn, 0n).toList(), nd.eye(3).toList());
  for (const n of [2 ** 60, 0.5, "2", null]) {
    throws(() => nd.linalg.matrixPower(turn, n as number), { code: "ARR002" });
  }
});

Deno.test("vecdot() and linspace() refuse a list where one axis stands", () => {
  const a = nd.arange(6).reshape([2, 3]);
  throws(() => nd.vecdot(a, a, { axis: [0] as never }), { code: "ARR002", message: /vecdot.*axis/ });
  throws(() => nd.linalg.vecdot(a, a, { axis: [0] as never }), { code: "ARR002" });
  for (const start of [0, [0, 1]]) {
    throws(() => nd.linspace(start, 1, { axis: [0] as never }), { code: "ARR002", message: /axis/ });
    throws(() => nd.linspace(start, 1, { axis: 5 }), { code: "SHP004" });
    strictEqual(nd.linspace(start, 1, { axis: -1 }).shape.at(-1), 50);
  }
  deepStrictEqual(nd.vecdot(a, a, { axis: 0 }).toList(), [9, 17, 29]);
});
