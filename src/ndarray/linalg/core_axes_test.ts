import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("matmul() promises products of the axes that are named, and its own where they are named", () => {
  nd.scope(() => {
    const a = nd.arange(24).reshape([2, 3, 4]), m = nd.arange(6).reshape([2, 3]);
    deepStrictEqual(nd.matmul(m, m, { axes: [[1, 0], [0, 1], [1, 0]] }).toList(), [
      [9, 12, 15],
      [12, 17, 22],
      [15, 22, 29],
    ]);
    const turned = nd.matmul(a, a, { axes: [[-2, -1], [-1, -2], [-1, -2]] });
    deepStrictEqual(turned.toList(), nd.matmul(a, a.mT).mT.toList());
    const first = nd.matmul(nd.ones([2, 3, 4]), nd.ones([4, 5, 2]), { axes: [[1, 2], [0, 1], [0, 2]] });
    deepStrictEqual([first.shape, first.base, first.at(0, 0, 0)], [[3, 2, 5], null, 4]);
    deepStrictEqual(nd.matmul(m, nd.arange(3), { axes: [[0, 1], 0, 0] }).toList(), [5, 14]);
    deepStrictEqual(nd.matmul(m, nd.arange(3), { axes: [[0, 1], [0], [0]] }).toList(), [5, 14]);
    deepStrictEqual(nd.matmul(nd.arange(3), nd.arange(3), { axes: [0, 0, []] }).item(), 5);
    strictEqual(nd.matmul(nd.arange(3), nd.arange(3), { axes: [0, 0] }).item(), 5);
    const out = nd.zeros([2, 2]);
    strictEqual(nd.matmul(m, m.T, { axes: [[0, 1], [0, 1], [1, 0]], out }), out);
    deepStrictEqual(out.toList(), [[5, 14], [14, 50]]);
    const many = nd.zeros([2, 2, 2]);
    nd.matmul(m, nd.arange(6).reshape([3, 2]), { axes: [[0, 1], [0, 1], [2, 0]], out: many });
    deepStrictEqual(many.toList(), [[[10, 28], [10, 28]], [[13, 40], [13, 40]]]);
  });
});

Deno.test("matmul() refuses axes that are not those of its matrices", () => {
  nd.scope(() => {
    const m = nd.ones([2, 3]);
    for (
      const axes of [3, [0, 1], [[1, 0], [0, 1]], [0, [0, 1], [0, 1]], [[0, 1, 2], [0, 1], [0, 1]], [
        [0.5, 1],
        [
          0,
          1,
        ],
        [0, 1],
      ]]
    ) throws(() => nd.matmul(m, m, { axes: axes as never }), { code: "ARR002", message: /matmul/ });
    throws(() => nd.matmul(m, m, { axes: [[1, 0], [0, 1], [0, 3]] }), { code: "SHP004" });
    throws(() => nd.matmul(m, m, { axes: [[1, 5], [0, 1], [0, 1]] }), { code: "SHP004" });
    throws(() => nd.matmul(m, m, { axes: [[0, 0], [0, 1], [0, 1]] }), { code: "ARR002", message: /twice/ });
    throws(() => nd.matmul(m, m, { axes: [[1, 0], [0, 1], [0, 0]] }), { code: "ARR002", message: /twice/ });
  });
});

Deno.test("matmul(), matvec() and vecmat() promise a dtype and a casting", () => {
  nd.scope(() => {
    const m = nd.ones([2, 3]), wide = nd.full([2, 3], 100, { dtype: "i8" });
    const f32 = nd.matmul(m, m.T, { dtype: "f32" });
    deepStrictEqual([f32.dtype, f32.toList()], ["f32", [[3, 3], [3, 3]]]);
    deepStrictEqual(nd.matmul(wide, wide.T, { dtype: "i32" }).at(0, 0), 30000);
    throws(() => nd.matmul(m, m.T, { dtype: "i64" }), { code: "DTY004" });
    deepStrictEqual(nd.matmul(m, m.T, { dtype: "i64", casting: "unsafe" }).dtype, "i64");
    const out = nd.zeros([2, 2], "i64");
    throws(() => nd.matmul(m, m.T, { out }), { code: "DTY004" });
    deepStrictEqual(nd.matmul(m, m.T, { out, casting: "unsafe" }).toList(), [[3, 3], [3, 3]]);
    throws(() => nd.matmul(wide, wide.T, { out, casting: "no" }), { code: "DTY004" });
    deepStrictEqual(nd.matvec(m, [1, 2, 3], { dtype: "f32" }).dtype, "f32");
    throws(() => nd.vecmat([1.5, 2], m, { dtype: "i64" }), { code: "DTY004" });
  });
});

Deno.test("matvec(), vecmat() and vecdot() promise the axes that are named, alone or in lists", () => {
  nd.scope(() => {
    const a = nd.arange(24).reshape([2, 3, 4]), m = nd.arange(6).reshape([2, 3]);
    deepStrictEqual(
      nd.matvec(nd.arange(6).reshape([3, 2]), [1, 2, 3], { axes: [[1, 0], 0, 0] }).toList(),
      [16, 22],
    );
    const columns = nd.matvec(a, nd.arange(8).reshape([4, 2]), { axes: [[1, 2], 0, 0] });
    deepStrictEqual(columns.toList(), [[28, 226], [76, 290], [124, 354]]);
    deepStrictEqual(nd.vecmat([1, 2, 3], m, { axes: [0, [1, 0], 0] }).toList(), [8, 26]);
    throws(() => nd.vecmat([1, 2], m, { axes: [0, 0, 0] }), { code: "ARR002" });
    throws(() => nd.matvec(m, [1, 2, 3], { axes: [[0, 1], 0] }), { code: "ARR002" });
    const across = nd.vecdot(a, a, { axis: 1 }).toList();
    deepStrictEqual(nd.vecdot(a, a, { axes: [[1], [1], []] }).toList(), across);
    deepStrictEqual(nd.vecdot(a, a, { axes: [[1], 1] }).toList(), across);
    deepStrictEqual(nd.vecdot(a, a, { axes: [1, 1, 0], keepdims: true }).shape, [1, 2, 4]);
    for (const axes of [[1], [1, 1, 1], [[0, 1], 1], [[], 1], [["1"], 1]]) {
      throws(() => nd.vecdot(a, a, { axes: axes as never }), { code: "ARR002", message: /vecdot/ });
    }
  });
});
