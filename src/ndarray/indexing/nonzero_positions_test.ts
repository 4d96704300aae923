import { deepStrictEqual } from "node:assert/strict";
import { DTYPES } from "../../dtype/mod.ts";
import { argwhere, array, flatnonzero, nonzero, zeros } from "../mod.ts";

Deno.test("nonzero() finds what is not zero in every dtype, at every place of a row, and in views", () => {
  for (const dtype of DTYPES) {
    for (const length of [0, 1, 7, 8, 9, 31, 100, 16_400]) {
      for (const step of [1, 3, 40]) {
        using a = zeros([length], { dtype });
        a.slice([`::${step}`]).fill(1);
        const expected = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
        deepStrictEqual(nonzero(a)[0]!.toList(), expected);
        deepStrictEqual(flatnonzero(a).toList(), expected);
        using reversed = a.slice(["::-1"]);
        deepStrictEqual(nonzero(reversed)[0]!.toList(), expected.map((i) => length - 1 - i).toReversed());
      }
    }
  }
});

Deno.test("nonzero() takes zeros of both signs as zero, and NaN as not", () => {
  for (const dtype of ["f32", "f64"] as const) {
    using a = array([0, -0, NaN, 1e-40, -0, -Infinity, 0, -0, -0, 3], dtype);
    deepStrictEqual(nonzero(a)[0]!.toList(), [2, 3, 5, 9]);
    deepStrictEqual(argwhere(a).toList(), [[2], [3], [5], [9]]);
  }
});

Deno.test("argwhere() gives the indices of each element that is not zero, also where rows have none", () => {
  using a = zeros([300, 1, 3]);
  a.set([0, 0, 1], 1);
  a.set([299, 0, 2], 1);
  deepStrictEqual(argwhere(a).toList(), [[0, 0, 1], [299, 0, 2]]);
  deepStrictEqual(nonzero(a).map((list) => list.toList()), [[0, 299], [0, 0], [1, 2]]);
});
