/** The dtypes in which numbers are compared for closeness: expected values are NumPy's 2.4. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as nd from "../mod.ts";

const LARGEST = 3.4028234663852886e38;
const f32 = (...values: number[]) => nd.array(values, "f32");

Deno.test("isclose() takes arrays without axes as tolerances in their own dtype, plain numbers in that of the arrays", () => {
  const [largest, lowest] = [f32(LARGEST), f32(-LARGEST)];
  // the distance is infinite in f32; so is the bound, unless the tolerance makes it f64
  deepStrictEqual(nd.isclose(largest, lowest, { rtol: 2 }).toList(), [true]);
  deepStrictEqual(nd.isclose(largest, lowest, { rtol: nd.array(2, "f32") }).toList(), [true]);
  deepStrictEqual(nd.isclose(largest, lowest, { rtol: nd.array(2, "f64") }).toList(), [false]);
  deepStrictEqual(nd.isclose(largest, lowest, { rtol: nd.array([0, 2], "i32") }).toList(), [false, false]);
  strictEqual(nd.allclose(largest, lowest, { atol: nd.array(1e39) }), false);
  strictEqual(nd.allclose(largest, lowest, { atol: 1e39 }), true);
});

Deno.test("isclose() compares f32 with plain numbers in f32, with arrays of f64 in f64", () => {
  const exact = { rtol: 0, atol: 0 };
  deepStrictEqual(nd.isclose(f32(0.1), 0.1, exact).toList(), [true]);
  deepStrictEqual(nd.isclose(0.1, f32(0.1), exact).toList(), [true]);
  deepStrictEqual(nd.isclose(f32(0.1), nd.array(0.1), exact).toList(), [false]);
  deepStrictEqual(nd.isclose(f32(1), 1e39, { rtol: 1 }).toList(), [true]);
  deepStrictEqual(nd.isclose(f32(1), 1e39).toList(), [false]);
  deepStrictEqual(nd.isclose(f32(1), Infinity, { rtol: 1 }).toList(), [false]);
  deepStrictEqual(nd.isclose(nd.array(1e-45, "f32"), 0, { atol: 0 }).item(), false);
});

Deno.test("isclose() takes plain numbers that integers do not hold, which are compared as f64", () => {
  for (const dtype of ["bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"] as const) {
    const one = nd.array([1], dtype);
    deepStrictEqual(nd.isclose(one, 1e30).toList(), [false], dtype);
    deepStrictEqual(nd.isclose(300.5, one, { rtol: 0, atol: 299.5 }).toList(), [true], dtype);
    deepStrictEqual(nd.isclose(one, nd.array([0], dtype), { rtol: 0, atol: one }).toList(), [true], dtype);
  }
  deepStrictEqual(nd.isclose(nd.array([-128], "i8"), nd.array([127], "i8"), { atol: 2 }).toList(), [false]);
  deepStrictEqual(nd.isclose([2n ** 53n], [2n ** 53n + 1n], { rtol: 0, atol: 0 }).toList(), [true]);
});

Deno.test("isclose() of plain numbers, and of what is NaN, infinite, or broadcast by a tolerance", () => {
  strictEqual(nd.isclose(1, 1 + 1e-9).item(), true);
  strictEqual(nd.isclose(NaN, NaN, { equalNan: true }).item(), true);
  deepStrictEqual(nd.isclose(1, 1.5, { atol: f32(0.4, 0.6) }).toList(), [false, true]);
  deepStrictEqual(nd.isclose([NaN, Infinity, 1], NaN, { equalNan: true }).toList(), [true, false, false]);
  deepStrictEqual(nd.isclose([1, 2], [1, 2.1], { rtol: [[0], [1]] }).toList(), [[true, false], [true, true]]);
  deepStrictEqual(nd.isclose([1, Infinity], [2, -Infinity], { rtol: Infinity }).toList(), [true, false]);
});
