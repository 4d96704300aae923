/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, ok, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

const { array, geomspace, linspace, logspace } = nd;

function isNear(actual: nd.NDArray, wanted: nd.NestedList): void {
  const expected = array(wanted);
  deepStrictEqual(actual.shape, expected.shape);
  ok(nd.allclose(actual, expected, { rtol: 1e-13, atol: 0, equalNan: true }), `${actual} is not ${expected}`);
}

Deno.test("linspace() promises the numbers between each pair of ends, along a new axis", () => {
  nd.scope(() => {
    deepStrictEqual(linspace([0, 10], [1, 20], { num: 3 }).toList(), [[0, 10], [0.5, 15], [1, 20]]);
    isNear(linspace([0, 10], 5, { num: 3, axis: -1, endpoint: false }), [
      [0, 1.6666666666666667, 3.3333333333333335],
      [10, 8.333333333333334, 6.666666666666666],
    ]);
    deepStrictEqual(linspace([[0], [1]], [4, 8], { num: 2, axis: 1 }).toList(), [[[0, 0], [4, 8]], [[1, 1], [
      4,
      8,
    ]]]);
    deepStrictEqual(linspace(array(1), 2, { num: 3 }).toList(), [1, 1.5, 2]);
    deepStrictEqual(linspace([1, 2], [5, 6], { num: 1 }).toList(), [[1, 2]]);
    deepStrictEqual(linspace([1, 2], [5, 6], { num: 0 }).shape, [0, 2]);
    const single = linspace(new Float32Array([0, 1]), new Float32Array([1, 3]), { num: 4 });
    deepStrictEqual([single.dtype, single.at(1, 1)], ["f32", 1.6666667461395264]);
  });
});

Deno.test("linspace() promises integers that are floored, and ends that do not move where they are level", () => {
  nd.scope(() => {
    const floored = linspace([0.5, -0.5], [2.5, -2.5], { num: 3, dtype: "i64" });
    deepStrictEqual([floored.dtype, floored.toList()], ["i64", [[0, -1], [1, -2], [2, -3]]]);
    deepStrictEqual(linspace([0, 2], [2, 2], { num: 3, dtype: "i32" }).toList(), [[0, 2], [1, 2], [2, 2]]);
  });
  throws(() => linspace([0, 1], [1, 2, 3]), { code: "SHP001" });
  throws(() => linspace([0], [1], { num: -1 }), { code: "ARR002" });
});

Deno.test("logspace() promises powers between arrays, also of bases that are one", () => {
  nd.scope(() => {
    isNear(logspace([0, 1], [2, 3], { num: 3 }), [[1, 10], [10, 100], [100, 1000]]);
    isNear(logspace(0, [2, 3], { num: 3, axis: -1 }), [[1, 10, 100], [1, 31.622776601683793, 1000]]);
    isNear(logspace(0, 2, { num: 3, base: [2, 3] }), [[1, 1], [2, 3], [4, 9]]);
    isNear(logspace([0, 1], [2, 1], { num: 3, base: [[2], [3]], axis: -1 }), [
      [[1, 2, 4], [2, 2, 2]],
      [[1, 3, 9], [3, 3, 3]],
    ]);
  });
});

Deno.test("geomspace() promises the ends exactly, signs that go with the first, and NaN across 0", () => {
  nd.scope(() => {
    isNear(geomspace([1, -1], [100, -10000], { num: 3 }), [[1, -1], [10, -100], [100, -10000]]);
    isNear(geomspace([1, 2], [4, 8], { num: 3, axis: 1 }), [[1, 2, 4], [2, 4, 8]]);
    deepStrictEqual(geomspace(-3, 3, { num: 4 }).toList(), [-3, NaN, NaN, 3]);
    isNear(geomspace([1, 2], [4, -8], { num: 3 }), [[1, 2], [2, NaN], [4, -8]]);
    const whole = geomspace([1, 1], [256, 4], { num: 3, dtype: "i64" });
    deepStrictEqual([whole.dtype, whole.toList()], ["i64", [[1, 1], [16, 2], [256, 4]]]);
  });
  throws(() => geomspace(0, 1), { code: "ARR002" });
  throws(() => geomspace([1, 0], 4), { code: "ARR002" });
});
