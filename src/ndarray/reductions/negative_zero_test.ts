/** The sign of sums of -0, as NumPy 2.4 gives it for f32 and f64, in arrays of one element and of thousands. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as nd from "../mod.ts";

const SIZES = [0, 1, 2, 3, 9, 129, 5000] as const;
const FLOATS = ["f32", "f64"] as const;

/** for each size and dtype, whether the function's results have the sign of -0 */
function signs(of: (a: nd.NDArray) => nd.NDArray, sizes: readonly number[] = SIZES): boolean[] {
  return FLOATS.flatMap((dtype) =>
    sizes.map((size) => nd.signbit(of(nd.full(size, -0, dtype))).all().item() as boolean)
  );
}

const all = (sign: boolean, sizes: readonly number[] = SIZES) =>
  Array.from({ length: 2 * sizes.length }, () => sign);
const filled = SIZES.slice(1);

Deno.test("sum() and add.reduce() of -0 begin with 0, and with -0 where that is the initial", () => {
  const initial = -0;
  for (const sum of [nd.sum, nd.add.reduce, nd.nansum]) {
    deepStrictEqual(signs((a) => sum(a)), all(false));
    deepStrictEqual(signs((a) => sum(a, { initial: 0 })), all(false));
    deepStrictEqual(signs((a) => sum(a, { initial })), all(true));
    deepStrictEqual(signs((a) => sum(a, { initial, keepdims: true })), all(true));
    deepStrictEqual(signs((a) => sum(a, { initial, where: nd.ones(a.shape, "bool") })), all(true));
    deepStrictEqual(signs((a) => sum(a, { initial, where: false })), all(true));
    deepStrictEqual(signs((a) => sum(a, { where: false })), all(false));
    deepStrictEqual(signs((a) => sum(a, { initial, axis: [] }), filled), all(true, filled));
    deepStrictEqual(signs((a) => sum(a, { axis: [] }), filled), all(false, filled));
    for (const axis of [0, 1, null]) {
      const rows = (a: nd.NDArray) => nd.broadcastTo(a, [3, a.size]);
      deepStrictEqual(signs((a) => sum(rows(a), { axis, initial }), filled), all(true, filled));
    }
    deepStrictEqual(signs((a) => sum(a, { initial, out: nd.zeros([], a.dtype) })), all(true));
  }
});

Deno.test("sum() with an initial of -0 is 0 where an element that counts is, and integers have no -0", () => {
  const initial = -0;
  for (const dtype of FLOATS) {
    const a = nd.array([[-0, 0], [-0, -0], [1, -1], [NaN, -0]], dtype);
    const found = nd.sum(a, { axis: 1, initial }).toList() as number[];
    deepStrictEqual(found, [0, -0, 0, NaN]);
    deepStrictEqual(nd.nansum(a, { axis: 1, initial }).toList(), [0, -0, 0, 0]);
    const where = nd.array([[true, false], [true, true], [false, false], [false, true]]);
    deepStrictEqual(nd.sum(a, { axis: 1, initial, where }).toList(), [-0, -0, -0, -0]);
    strictEqual(nd.sum(nd.full(3, 2, dtype), { initial }).item(), 6);
  }
  strictEqual(nd.sum(nd.zeros(2, "i32"), { initial }).item(), 0);
  strictEqual(nd.sum(nd.zeros(2, "bool"), { initial, dtype: "f32" }).item(), 0);
  strictEqual(nd.sum(nd.full(2, -0, "f32"), { initial, dtype: "f64" }).item(), -0);
});

Deno.test("add.reduceat() begins each run with its first element: of -0 alone it is -0", () => {
  for (const dtype of FLOATS) {
    const a = nd.array([-0, -0, 0, -0, 1, -1, -0], dtype);
    deepStrictEqual(nd.add.reduceat(a, [0, 2, 3, 4, 6]).toList(), [-0, 0, -0, 0, -0]);
    deepStrictEqual(nd.add.reduceat(a, [1, 0]).toList(), [-0, 0]);
  }
  deepStrictEqual(nd.add.reduceat(nd.array([true, true]), [0, 1]).toList(), [1, 1]);
  deepStrictEqual(nd.add.reduceat(nd.array([5n, 2n], "u64"), [0]).toList(), [7]);
});

Deno.test("running sums, products and extrema keep the sign of -0, means do not", () => {
  for (const keeping of [nd.cumsum, nd.nancumsum, nd.add.accumulate]) {
    deepStrictEqual(signs((a) => keeping(a), filled), all(true, filled));
  }
  for (const keeping of [nd.min, nd.max, nd.nanmin, nd.nanmax, nd.minimum.reduce]) {
    deepStrictEqual(signs((a) => keeping(a), filled), all(true, filled));
  }
  for (const losing of [nd.mean, nd.nanmean, nd.average]) {
    deepStrictEqual(signs((a) => losing(a), filled), all(false, filled));
  }
  const signsOfProducts = [true, false, true, true, false];
  deepStrictEqual(signs((a) => nd.prod(a), [1, 2, 3, 9, 10]), [...signsOfProducts, ...signsOfProducts]);
});
