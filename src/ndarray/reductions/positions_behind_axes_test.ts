/** What NumPy takes by position behind the axes of a reduction stands there too, and nothing there is passed over. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { NdpipeError } from "../../errors.ts";
import * as nd from "../mod.ts";

const m = () => nd.array([[3, 1.5], [2, 4]]);

Deno.test("reductions take dtype, out, ddof, keepdims, initial and where by position, as NumPy", () => {
  nd.scope(() => {
    const a = m(), where = nd.array([[true, false], [true, true]]);
    const out = () => nd.zeros(2),
      alike: readonly (readonly [nd.NDArray, nd.NDArray])[] = [
        [nd.sum(a, 0, "f32"), nd.sum(a, { axis: 0, dtype: "f32" })],
        [a.sum(0, null, null, true, 10, where), a.sum({ axis: 0, keepdims: true, initial: 10, where })],
        [nd.prod(a, 1, "f32"), nd.prod(a, { axis: 1, dtype: "f32" })],
        [nd.mean(a, 0, "f32", null, true), nd.mean(a, 0, { dtype: "f32", keepdims: true })],
        [nd.std(a, 0, null, null, 1), nd.std(a, { axis: 0, ddof: 1 })],
        [nd.var(a, 0, null, null, 1, true), nd.var(a, { axis: 0, ddof: 1, keepdims: true })],
        [a.var(0, "f32", { correction: 1 }), a.var({ axis: 0, dtype: "f32", correction: 1 })],
        [nd.max(a, 0, null, true), nd.max(a, 0, { keepdims: true })],
        [a.min(0, null, false, 1), a.min({ axis: 0, initial: 1 })],
        [nd.any(a, 0, null, true), nd.any(a, { axis: 0, keepdims: true })],
        [nd.ptp(a, 0, null, true), nd.ptp(a, { axis: 0, keepdims: true })],
        [nd.average(a, 0, [1, 3]), nd.average(a, { axis: 0, weights: [1, 3] })],
        [nd.nanstd(a, 0, null, null, 1), nd.nanstd(a, { axis: 0, ddof: 1 })],
        [nd.nansum(a, 0, "f32"), nd.nansum(a, { axis: 0, dtype: "f32" })],
        [nd.nanmax(a, 1, null, true), nd.nanmax(a, { axis: 1, keepdims: true })],
      ];
    alike.forEach(([given, expected], at) => {
      deepStrictEqual([given.dtype, given.shape, given.toList()], [
        expected.dtype,
        expected.shape,
        expected.toList(),
      ], String(at));
    });
    const into: readonly ((target: nd.NDArray) => nd.NDArray)[] = [
      (target) => nd.sum(a, 0, null, target),
      (target) => nd.max(a, 0, target),
      (target) => nd.median(a, 0, target),
      (target) => nd.nanmean(a, 0, null, target),
      (target) => nd.quantile(a, 0.5, 0, target),
      (target) => nd.ptp(a, 0, target),
    ];
    for (const call of into) {
      const target = out();
      strictEqual(call(target), target);
      ok(target.ne(0).all().item());
    }
    const places = nd.zeros(2, "i64");
    strictEqual(nd.argmax(a, 0, places), places);
    deepStrictEqual(places.toList(), [0, 1]);
  });
});

Deno.test("what stands behind the arguments of a reduction is refused: it was passed over", () => {
  nd.scope(() => {
    const a = m(),
      stray: readonly (() => unknown)[] = [
        () => nd.countNonzero(a, 0, true as never),
        () => nd.argmax(a, 0, null, true as never),
        () => nd.median(a, 0, null, true, false, 1 as never),
        () => nd.percentile(a, 50, 0, null, "linear" as never),
        () => nd.sum(a, 0, "f32", { dtype: "f64" }),
        () => nd.sum(a, { axis: 0 }, "f32" as never),
        () => nd.mean(a, 0, null, null, false, 1 as never),
        () => nd.average(a, 0, [1, 2], true, 1 as never),
      ];
    for (const call of stray) {
      throws(call, (error: unknown) => {
        ok(error instanceof NdpipeError && error.code === "ARR002", String(error));
        return true;
      });
    }
  });
});
