/** Sorting the largest first, as the array API standard has it. */
import { deepStrictEqual, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { NdpipeError } from "../../errors.ts";
import * as nd from "../mod.ts";

Deno.test("sort() with descending promises the largest first, NaN before it, zeros in their order", () => {
  nd.scope(() => {
    const a = nd.array([0, 2, NaN, -0, -Infinity, 7]);
    deepStrictEqual(nd.sort(a, { descending: true }).toList(), [NaN, 7, 2, 0, -0, -Infinity]);
    const m = nd.array([[1, 5, 3], [4, 2, 6]], "u8");
    deepStrictEqual(nd.sort(m, { descending: true }).toList(), [[5, 3, 1], [6, 4, 2]]);
    deepStrictEqual(nd.sort(m, 0, { descending: true }).toList(), [[4, 5, 6], [1, 2, 3]]);
    deepStrictEqual(nd.sort(m, { axis: null, descending: true }).toList(), [6, 5, 4, 3, 2, 1]);
    deepStrictEqual(nd.sort(m.T, { descending: true }).strides, nd.sort(m.T).strides);
    m.sort({ descending: true });
    deepStrictEqual(m.toList(), [[5, 3, 1], [6, 4, 2]]);
    deepStrictEqual(nd.sort([], { descending: true }).toList(), []);
  });
});

Deno.test("sort() and argsort() with descending promise, for every dtype, the stable order of what is reversed", () => {
  for (const dtype of nd.DTYPES) {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }), (values) => {
        nd.scope(() => {
          const list = dtype === "bool" ? values.map((value) => value % 2) : values;
          const a = nd.array(list.map(Number), dtype);
          const expected = [...list.keys()].sort((x, y) => list[y]! - list[x]! || x - y);
          const positions = nd.argsort(a, { descending: true });
          deepStrictEqual([positions.dtype, positions.toList()], ["i64", expected]);
          const sorted = nd.sort(a, { descending: true, stable: true });
          deepStrictEqual([sorted.dtype, sorted.toList()], [dtype, a.take(positions).toList()]);
        });
      }),
      { numRuns: 30 },
    );
  }
});

Deno.test("argsort() with descending promises positions along any axis, and of an array without axes", () => {
  nd.scope(() => {
    const m = nd.array([[1, 5, 3], [4, 5, 3]]);
    deepStrictEqual(m.argsort({ descending: true }).toList(), [[1, 2, 0], [1, 0, 2]]);
    deepStrictEqual(m.argsort(0, { descending: true }).toList(), [[1, 0, 0], [0, 1, 1]]);
    deepStrictEqual(nd.argsort(m, { axis: null, descending: true }).toList(), [1, 4, 3, 2, 5, 0]);
    deepStrictEqual(nd.argsort(3, { descending: true }).toList(), nd.argsort(3).toList());
  });
});

Deno.test("sort() and argsort() take NumPy's kinds, and refuse others, and a kind beside stable", () => {
  nd.scope(() => {
    for (const kind of ["quicksort", "heapsort", "mergesort", "stable"] as const) {
      deepStrictEqual(nd.sort([2, 1], -1, kind).toList(), [1, 2]);
      deepStrictEqual(nd.argsort([2, 1], { kind }).toList(), [1, 0]);
    }
    deepStrictEqual(nd.array([2, 1]).sort({ stable: false }).toList(), [1, 2]);
    const bad: readonly (() => unknown)[] = [
      () => nd.sort([2, 1], { kind: "bubble" as "stable" }),
      () => nd.sort([2, 1], { kind: "stable", stable: true }),
      () => nd.argsort([2, 1], { descending: "yes" as never }),
    ];
    for (const call of bad) {
      throws(call, (error: unknown) => {
        ok(error instanceof NdpipeError && error.code === "ARR002", String(error));
        return true;
      });
    }
  });
});
