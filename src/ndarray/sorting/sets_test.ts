/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DTYPES } from "../../dtype/mod.ts";
import * as nd from "../mod.ts";

Deno.test("isin() promises the same of few integers in a table as of wide ones in a search, of every dtype", () => {
  nd.scope(() => {
    for (const dtype of DTYPES) {
      const elements = nd.array([0, 1, 5, 1, 0, 100, 7], { dtype });
      const near = [1, 5, 100], wide = dtype === "bool" || /8$/.test(dtype) ? near : [...near, 30_000];
      const expected = [...elements].map((each) =>
        near.some((one) => nd.eq(each, nd.array(one, { dtype })).item())
      );
      for (const others of [near, wide]) {
        const among = nd.array(others, { dtype });
        deepStrictEqual(nd.isin(elements, among).toList(), expected, dtype);
        deepStrictEqual(
          nd.isin(elements, among, { invert: true }).toList(),
          expected.map((is) => !is),
          dtype,
        );
      }
      deepStrictEqual(nd.isin(elements, nd.array([], { dtype })).any().item(), false, dtype);
    }
    // below, beyond and between the table's ends; integers that 32 bits do not hold; dtypes that differ
    deepStrictEqual(nd.isin([-1, 3, 9, 4], [3, 5]).toList(), [false, true, false, false]);
    const far = nd.array([2n ** 60n, 2n ** 60n + 1n, 3n]);
    deepStrictEqual(nd.isin(far, [3, 4]).toList(), [false, false, true]);
    deepStrictEqual(nd.isin(far, nd.array([2n ** 60n + 1n])).toList(), [false, true, false]);
    const bytes = nd.array([3, 250], { dtype: "u8" }), signed = nd.array([-6, 3], { dtype: "i8" });
    deepStrictEqual(nd.isin(bytes, signed).toList(), [true, false]);
    deepStrictEqual(nd.isin(nd.array([true, false]), [1]).toList(), [true, false]);
    deepStrictEqual(nd.isin([[1, 2], [3, 4]], [2, 3]).toList(), [[false, true], [true, false]]);
    strictEqual(nd.isin([], [1]).size, 0);
  });
});
