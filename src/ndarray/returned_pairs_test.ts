/** What NumPy gives as a second result where it is asked for, and arguments that change nothing: values of NumPy 2.4. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

Deno.test("linspace() gives the step with retstep, as an option or by position", () => {
  const { samples, step } = nd.linspace(0, 1, { num: 5, retstep: true });
  deepStrictEqual([samples.toList(), step.item()], [[0, 0.25, 0.5, 0.75, 1], 0.25]);
  const [open, width] = nd.linspace(0, 1, 2, false, true, "i32");
  deepStrictEqual([open.dtype, open.toList(), width.dtype, width.item()], ["i32", [0, 0], "f64", 0.5]);
  strictEqual(nd.linspace(0, 1, 1, { retstep: true }).step.item(), NaN);
  strictEqual(nd.linspace(0, 1, 1, false, true).step.item(), 1);
  strictEqual(nd.linspace([0, 1], [2, 5], 0, { retstep: true }).step.item(), NaN);
  const rows = nd.linspace([[0], [1]], [2, 5], 3, { retstep: true, axis: 1 });
  deepStrictEqual([rows.samples.shape, rows.step.toList()], [[2, 3, 2], [[1, 2.5], [0.5, 2]]]);
  const ends = [nd.array(0, "f32"), nd.array(1, "f32")] as const;
  const narrow = nd.linspace(...ends, 4, { retstep: true });
  deepStrictEqual([narrow.samples.dtype, narrow.step.dtype], ["f32", "f32"]);
  strictEqual(narrow.step.item(), Math.fround(1 / 3));
  deepStrictEqual(nd.linspace(0, 4, 3, true, false, "f32", 0).dtype, "f32");
  throws(() => nd.linspace(0, 1, { retstep: 2 as never }), { code: "ARR002", message: /retstep/ });
});

Deno.test("average() gives the sums of the weights where they are returned", () => {
  const a = nd.array([[1, 2], [3, 4]]);
  const both = nd.average(a, 0, [1, 3], true);
  deepStrictEqual([both.average.toList(), both.sumOfWeights.toList()], [[2.5, 3.5], [4, 4]]);
  const [kept, counts] = nd.average(a, 0, { returned: true, keepdims: true });
  deepStrictEqual([kept.toList(), counts.toList()], [[[2, 3]], [[2, 2]]]);
  const [all, count] = nd.average(nd.array([1, 2, 3], "f32"), { returned: true });
  deepStrictEqual([all.item(), count.item(), count.dtype], [2, 3, "f32"]);
  const { sumOfWeights } = nd.average(a, { axis: 1, weights: [1, 3], returned: true });
  deepStrictEqual(sumOfWeights.toList(), [4, 4]);
  deepStrictEqual(nd.average(a, 0, [1, 3], false).toList(), [2.5, 3.5]);
  const { bytesInUse } = nd.memoryStatistics();
  nd.average(a, 0).dispose();
  strictEqual(nd.memoryStatistics().bytesInUse, bytesInUse);
});

Deno.test("arguments by which nothing changes here are taken as NumPy has them, and nothing else", () => {
  const a = nd.array([[3, 1, 2], [9, 7, 8]], "f64"), plain = a.toList();
  for (const middle of [nd.median, nd.nanmedian]) {
    deepStrictEqual(middle(a, 1, { overwriteInput: true }).toList(), [2, 8]);
    deepStrictEqual(middle(a, 1, null, true, true).toList(), [[2], [8]]);
  }
  for (const quantile of [nd.quantile, nd.nanquantile]) {
    deepStrictEqual(quantile(a, 0.5, 1, { overwriteInput: true }).toList(), [2, 8]);
    deepStrictEqual(quantile(a, 0.4, 1, null, true, "lower", true).toList(), [[1], [7]]);
  }
  for (const percentile of [nd.percentile, nd.nanpercentile]) {
    deepStrictEqual(percentile(a, 40, 1, null, false, "higher").toList(), [2, 8]);
  }
  deepStrictEqual(a.toList(), plain);
  deepStrictEqual(nd.partition([3, 1, 2], 0, -1, "introselect").toList(), [1, 3, 2]);
  deepStrictEqual(nd.argpartition([3, 1, 2], 0, { kind: "introselect" }).toList(), [1, 0, 2]);
  throws(() => nd.partition([1], 0, { kind: "quick" as never }), { code: "ARR002", message: /introselect/ });
  deepStrictEqual(nd.unique([2, 1, 2], { sorted: false }).toList(), [1, 2]);
  throws(() => nd.median(a, { overwriteInput: 3 as never }), { code: "ARR002", message: /overwriteInput/ });
});
