/**
 * Operations that are done again from memory against what they give the first time.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { arange, array, memoryStatistics, scope, setMemoryLimit, where, zeros } from "../mod.ts";

Deno.test("a repeated operation promises the elements and addresses of its own call", () => {
  scope(() => {
    for (let round = 0; round < 3; round++) {
      const a = arange(10).add(round), b = arange(10).mul(round), shifted = arange(round, round + 12);
      const list = (f: (i: number) => number) => Array.from({ length: 10 }, (_, i) => f(i));
      deepStrictEqual(a.add(b).toList(), list((i) => i + round + i * round));
      deepStrictEqual(a.add(a).toList(), list((i) => 2 * (i + round)));
      deepStrictEqual(b.add(a).toList(), list((i) => i + round + i * round));
      deepStrictEqual(a.sub(shifted.slice("2:")).toList(), list(() => -2));
      deepStrictEqual(a.slice("::-1").add(b).toList(), list((i) => 9 - i + round + i * round));
      deepStrictEqual(where(a.gt(5), a, b).toList(), list((i) => i + round > 5 ? i + round : i * round));
      strictEqual(a.sum().item(), 45 + 10 * round);
      strictEqual(a.max().item(), 9 + round);
      strictEqual(a.mean().item(), 4.5 + round);
      deepStrictEqual(a.copy().toList(), a.toList());
    }
  });
});

Deno.test("a repeated operation promises each plain number, dtype and option its own result", () => {
  scope(() => {
    const ones = array([1, 1]), halves = array([0.5, 2.5]), flags = array([true, false]);
    for (let round = 0; round < 2; round++) {
      for (const by of [2, 3, 4]) deepStrictEqual(ones.mul(by).toList(), [by, by]);
      deepStrictEqual(halves.copysign(0).toList(), [0.5, 2.5]);
      deepStrictEqual(halves.copysign(-0).toList(), [-0.5, -2.5]);
      strictEqual(flags.add(1).dtype, "i64");
      strictEqual(flags.add(true).dtype, "bool");
      strictEqual(halves.astype("f32").add(1).dtype, "f32");
      deepStrictEqual(halves.sum({ initial: 1 }).item(), 4);
      deepStrictEqual(halves.sum({ initial: 2 }).item(), 5);
      strictEqual(halves.sum({ keepdims: true }).ndim, 1);
      strictEqual(halves.sum({ dtype: "f32" }).dtype, "f32");
      strictEqual(halves.var({ correction: 0 }).item(), 1);
      strictEqual(halves.var({ correction: 1 }).item(), 2);
      throws(() => ones.pow(array([-1, 1])), { code: "ARR002" });
      deepStrictEqual(ones.pow(array([1, 1])).toList(), [1, 1]);
    }
  });
});

Deno.test("a repeated operation promises the guard before it allocates", () => {
  using a = zeros(1000);
  a.add(a).dispose();
  const { bytesInUse, limitBytes } = memoryStatistics();
  setMemoryLimit(bytesInUse + 100);
  try {
    throws(() => a.add(a), { code: "MEM005", message: /add gives f64 \(1000,\)/ });
    strictEqual(memoryStatistics().bytesInUse, bytesInUse);
  } finally {
    setMemoryLimit(limitBytes);
  }
});

Deno.test("a repeated reduction in blocks promises the elements of its own call, and frees what a refusal leaves", () => {
  scope(() => {
    for (let round = 0; round < 3; round++) {
      // more than is reduced by one kernel; rows are left beside those that are joined at once
      const x = arange(round, round + 1031 * 300).reshape([1031, 300]);
      for (const view of [x, x.slice("::-1"), x.slice("1::2, ::-1"), x.slice(":, 1:")]) {
        const ends = [0, 1, 150, -1], [numRows] = view.shape;
        const columns = ends.map((index) => view.slice([{}, index]).copy());
        deepStrictEqual(ends.map((i) => view.sum(0).at(i)), columns.map((column) => column.sum().item()));
        deepStrictEqual(ends.map((i) => view.max(0).at(i)), columns.map((column) => column.max().item()));
        const means = columns.map((column) => Number(column.sum().item()) / numRows!);
        deepStrictEqual(ends.map((i) => view.mean(0).at(i)), means);
        deepStrictEqual(
          ends.map((i) => view.sum({ axis: 0, initial: round }).at(i)),
          columns.map((column) => column.sum({ initial: round }).item()),
        );
      }
    }
  });
  using x = zeros([2000, 300]);
  x.mean(0).dispose();
  const { bytesInUse, limitBytes } = memoryStatistics();
  // room for the result, not for the partial results of two blocks
  setMemoryLimit(bytesInUse + 300 * 8 + 100);
  try {
    throws(() => x.mean(0), { code: "MEM005", message: /mean gives f64 \(600,\)/ });
    strictEqual(memoryStatistics().bytesInUse, bytesInUse);
  } finally {
    setMemoryLimit(limitBytes);
  }
});
