/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("arange() promises exact integers beyond 2^53 between bigints", () => {
  const a = nd.arange(2n ** 60n, 2n ** 60n + 7n, { step: 3n });
  strictEqual(a.dtype, "i64");
  deepStrictEqual(a.toList(), [2n ** 60n, 2n ** 60n + 3n, 2n ** 60n + 6n]);
  deepStrictEqual(nd.arange(3n).toList(), [0, 1, 2]);
  deepStrictEqual(nd.arange(2n ** 60n, 2n ** 60n - 4n, { step: -2 }).toList(), [2n ** 60n, 2n ** 60n - 2n]);
  deepStrictEqual(nd.arange(5n, 5n).shape, [0]);
  deepStrictEqual(nd.arange(2n ** 63n, 2n ** 63n + 2n, { dtype: "u64" }).toList(), [
    2n ** 63n,
    2n ** 63n + 1n,
  ]);
  strictEqual(nd.arange(4n, 8n, { dtype: "f32" }).dtype, "f32");
  strictEqual(nd.arange(0.5, 3n).dtype, "f64");
  throws(() => nd.arange(0n, 4n, { step: 0n }), { code: "ARR002" });
  throws(() => nd.arange(0n, 300n, { dtype: "u8" }), { code: "DTY002" });
  throws(() => nd.arange(-1n, 2n, { dtype: "u64" }), { code: "DTY002" });
});

Deno.test("array() promises u64 of numbers beyond i64 alone, f64 where others stand beside them", () => {
  const dtypeOf = (list: nd.NestedList) => nd.array(list).dtype;
  strictEqual(dtypeOf([2n ** 63n, 2n ** 64n - 1n]), "u64");
  strictEqual(dtypeOf([1, 2n ** 63n]), "f64");
  strictEqual(dtypeOf([1n, 2n ** 63n]), "f64");
  strictEqual(dtypeOf([-1n, 2n ** 63n]), "f64");
  strictEqual(dtypeOf([true, 2n ** 63n]), "u64");
  strictEqual(dtypeOf([1.5, 2n ** 63n]), "f64");
  strictEqual(dtypeOf([2n ** 63n - 1n, -(2n ** 63n)]), "i64");
  throws(() => nd.array([2n ** 64n]), { code: "DTY002" });
  throws(() => nd.array([1, -(2n ** 63n) - 1n]), { code: "DTY002" });
  deepStrictEqual(nd.array([1, 2n ** 63n], { dtype: "u64" }).toList(), [1, 2n ** 63n]);
});

Deno.test("copy() promises the order of the array unless it is told another; the method's is row-major", () => {
  const turned = nd.arange(6).reshape([2, 3]).T, rows = [8, 24], columns = [16, 8];
  deepStrictEqual(nd.copy(turned).strides, rows);
  deepStrictEqual(turned.copy().strides, columns);
  const orders = { C: columns, F: rows, A: rows, K: rows, c: columns, f: rows } as const;
  for (const [order, strides] of Object.entries(orders) as [keyof typeof orders, number[]][]) {
    for (const made of [nd.copy(turned, { order }), turned.copy({ order })]) {
      deepStrictEqual(made.strides, strides, order);
      deepStrictEqual(made.toList(), [[0, 3], [1, 4], [2, 5]]);
      strictEqual(nd.sharesMemory(made, turned), false);
    }
  }
  // every other column is neither row- nor column-major
  deepStrictEqual(turned.slice(":, ::2").copy({ order: "A" }).strides, [8, 8]);
  throws(() => turned.copy({ order: "Z" as "C" }), { code: "ARR002" });
});

Deno.test("arange() promises each number by itself: fractions are cut, 64-bit integers exact, what is not held refused", () => {
  const cut = [0, 0, 1, 1, 2];
  for (const dtype of ["i8", "i32", "i64", "u8", "u16", "u64"] as const) {
    // NumPy cuts the first two numbers, and adds their difference
    deepStrictEqual(nd.arange(0, 2.5, { step: 0.5, dtype }).toList(), cut, dtype);
  }
  deepStrictEqual(nd.arange(-3, 3, { step: 2 }).toList(), [-3, -1, 1]);
  const wide = nd.arange(2 ** 52, 2 ** 52 + 3), low = nd.arange(-(2 ** 40), -(2 ** 40) + 2);
  deepStrictEqual(wide.toList(), [2 ** 52, 2 ** 52 + 1, 2 ** 52 + 2]);
  deepStrictEqual(low.toList(), [-(2 ** 40), -(2 ** 40) + 1]);
  deepStrictEqual(nd.arange(2 ** 63, 2 ** 63 + 4096, { step: 2048, dtype: "u64" }).toList(), [
    2n ** 63n,
    2n ** 63n + 2048n,
  ]);
  deepStrictEqual(nd.arange(0, 1, { step: 0.25, dtype: "f32" }).toList(), [0, 0.25, 0.5, 0.75]);
  deepStrictEqual(nd.arange(0, 2, { dtype: "bool" }).toList(), [false, true]);
  throws(() => nd.arange(-1, 4, { dtype: "u8" }), { code: "DTY002" });
  throws(() => nd.arange(250, 257, { dtype: "u8" }), { code: "DTY002" });
});

Deno.test("eye(), diag(), diagonal() and trace() refuse a diagonal that is no integer", () => {
  const matrix = [[1, 2], [3, 4]];
  for (const k of [0.5, NaN, -Infinity]) {
    throws(() => nd.eye(3, 3, { k }), { code: "ARR002" });
    throws(() => nd.diagonal(matrix, k), { code: "ARR002" });
    throws(() => nd.trace(matrix, k), { code: "ARR002" });
    throws(() => nd.diag([1, 2], k), { code: "ARR002" });
    throws(() => nd.diag(matrix, k), { code: "ARR002" });
    throws(() => nd.diagflat(matrix, k), { code: "ARR002" });
  }
});

Deno.test("empty() and emptyLike() of bool hold 0 and 1 alone, whatever lay there before", () => {
  for (const make of [() => nd.empty(5000, "bool"), () => nd.emptyLike(nd.zeros(5000, "bool"))]) {
    nd.full(5000, 2, "u8").dispose();
    nd.scope(() => ok((make().toTypedArray() as Uint8Array).every((byte) => byte < 2)));
  }
});
