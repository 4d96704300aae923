/** Options that NumPy's functions have, beside those that have tests of their own; values are NumPy 2.4's. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";

function refuses(call: () => unknown, code = "ARR002"): void {
  throws(() => nd.scope(call), (error: unknown) => {
    ok(error instanceof NdpipeError && error.code === code, String(error));
    return true;
  });
}

Deno.test("cov() and corrcoef() take bias, ddof and a dtype", () => {
  nd.scope(() => {
    const m = [[0, 1, 2], [2, 1, 5]], rows = (a: nd.NDArray) => a.mul(1e8).round().toList();
    const biased = [[66666667, 1e8], [1e8, 288888889]];
    deepStrictEqual(rows(nd.cov(m, { bias: true })), biased);
    deepStrictEqual(rows(nd.cov(m, { ddof: 0 })), biased);
    deepStrictEqual(rows(nd.cov(m, { bias: true, ddof: 1 })), rows(nd.cov(m)));
    deepStrictEqual(nd.cov(m, { dtype: "f32" }).dtype, "f32");
    deepStrictEqual([nd.corrcoef(m, { dtype: "f32" }).dtype, nd.corrcoef([1, 2], { dtype: "f32" }).dtype], [
      "f32",
      "f32",
    ]);
    refuses(() => nd.cov(m, { ddof: 1, correction: 1 }));
    refuses(() => nd.cov(m, { dtype: "i32" }), "DTY001");
    refuses(() => nd.corrcoef(m, { dtype: "i32" }), "DTY001");
  });
});

Deno.test("functions of sets take assumeUnique, intersect1d() gives positions with returnIndices", () => {
  nd.scope(() => {
    deepStrictEqual(nd.setdiff1d([3, 1, 2], [1], { assumeUnique: true }).toList(), [3, 2]);
    deepStrictEqual(nd.setdiff1d([[3, 1], [3, 2]], [1], true).toList(), [3, 3, 2]);
    deepStrictEqual(nd.setdiff1d([3, 1, 2], [1]).toList(), [2, 3]);
    deepStrictEqual(nd.setxor1d([3, 1], [1, 2], { assumeUnique: true }).toList(), [2, 3]);
    deepStrictEqual(nd.intersect1d([3, 1], [1, 3], true).toList(), [1, 3]);
    deepStrictEqual(nd.isin([1, 2], [2], { assumeUnique: true, kind: "table" }).toList(), [false, true]);
    deepStrictEqual(nd.isin([1, 2], [2], true, true).toList(), [true, false]);
    const { values, indicesOfFirst, indicesOfSecond } = nd.intersect1d([[4, 1], [1, 3]], [3, 4, 4, 1], {
      returnIndices: true,
    });
    deepStrictEqual([values, indicesOfFirst, indicesOfSecond].map((part) => part.toList()), [
      [1, 3, 4],
      [1, 3, 0],
      [3, 0, 1],
    ]);
    deepStrictEqual([indicesOfFirst.dtype, indicesOfSecond.dtype], ["i64", "i64"]);
    const [common, first] = nd.intersect1d([1, 2.5], [2.5, 9], false, true);
    deepStrictEqual([common.toList(), first.toList()], [[2.5], [1]]);
    deepStrictEqual(nd.intersect1d([1], [2], { returnIndices: true }).indicesOfFirst.toList(), []);
    refuses(() => nd.isin([1], [2], { kind: "hash" as "sort" }));
    refuses(() => nd.setxor1d([1], [2], { unique: true } as never));
  });
});

Deno.test("nanToNum() without a copy changes the array itself, and refuses one that is read-only", () => {
  nd.scope(() => {
    const a = nd.array([[NaN, 1], [Infinity, 2]]), view = a.slice(":, 0");
    strictEqual(nd.nanToNum(view, { copy: false, posinf: 9 }), view);
    deepStrictEqual(a.toList(), [[0, 1], [9, 2]]);
    const whole = nd.array([1, 2]);
    strictEqual(nd.nanToNum(whole, { copy: false }), whole);
    deepStrictEqual(nd.nanToNum([NaN, 1], { copy: false }).toList(), [0, 1]);
    deepStrictEqual(nd.nanToNum([NaN, Infinity], true, 5, 7).toList(), [5, 7]);
    refuses(() => nd.nanToNum(nd.broadcastTo(nd.array([NaN]), [2]), { copy: false }), "ARR001");
  });
});

Deno.test("einsum() takes an out, eye() an order, select() a default by its name", () => {
  nd.scope(() => {
    const a = nd.arange(4, { dtype: "f64" }).reshape(2, 2), out = nd.zeros([2, 2]);
    strictEqual(nd.einsum("ij,jk", a, a, { out }), out);
    deepStrictEqual(out.toList(), [[2, 3], [6, 11]]);
    refuses(() => nd.einsum("ij,jk", a, a, { out: nd.zeros(2) }), "SHP001");
    refuses(() => nd.einsum("ij->", a, { out: nd.zeros([], "i64") }), "DTY004");
    refuses(() => nd.einsumPath("ij->", [a], { out } as never));
    const columnsFirst = nd.eye(2, 3, { k: 1, order: "F" });
    deepStrictEqual([columnsFirst.strides, columnsFirst.toList()], [[8, 16], [[0, 1, 0], [0, 0, 1]]]);
    deepStrictEqual(nd.select([[true, false]], [[1, 2]], { default: 7 }).toList(), [1, 7]);
    deepStrictEqual(nd.select([[true, false]], [[1, 2]]).toList(), [1, 0]);
  });
});
