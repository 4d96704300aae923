/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

const { array, bincount, histogram, histogramBinEdges } = nd;

const RULES: readonly nd.BinRule[] = ["auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt"];

function numBins(a: nd.NDArray, range?: readonly [number, number]): number[] {
  return RULES.map((bins) => histogramBinEdges(a, range === undefined ? { bins } : { bins, range }).size - 1);
}

Deno.test("histogramBinEdges() promises NumPy's number of bins by each rule", () => {
  nd.scope(() => {
    const numbers = Array.from({ length: 120 }, (_, i) => ((i * 7919) % 101) / 10 + (i % 7) ** 2 / 3);
    const sample = array(numbers);
    deepStrictEqual(numBins(sample), [8, 8, 10, 7, 4, 10, 8, 11]);
    deepStrictEqual(numBins(sample, [2, 8]), [7, 4, 8, 4, 2, 8, 7, 7]);
    deepStrictEqual(numBins(array(new Float32Array(numbers))), [8, 8, 10, 7, 4, 10, 8, 11]);
    // bins of integers are no narrower than 1
    deepStrictEqual(numBins(nd.arange(20).floorDivide(3)), [6, 3, 6, 3, 6, 6, 6, 5]);
  });
});

Deno.test("histogramBinEdges() promises one bin where a rule finds no width", () => {
  nd.scope(() => {
    const one = RULES.map(() => 1);
    deepStrictEqual(numBins(array([1, 1, 1, 1])), one);
    deepStrictEqual(numBins(nd.zeros(0)), one);
    deepStrictEqual(numBins(array([true, false, true])), one);
    deepStrictEqual(numBins(array([1, NaN]), [3, 4]), one);
  });
});

Deno.test("histogram() refuses a rule that there is not, and rules with weights", () => {
  throws(() => histogram([1, 2], { bins: "best" as nd.BinRule }), { code: "ARR002" });
  throws(() => histogram([1, 2], { bins: "auto", weights: [1, 1] }), { code: "ARR002" });
  throws(() => histogram([0, 1e-300, 1e300], { bins: 2 ** 62 }), { code: "MEM005" });
});

Deno.test("histogram() promises counts in the dtype of the weights", () => {
  nd.scope(() => {
    for (const dtype of ["i32", "f32", "u8", "f64"] as const) {
      const { counts } = histogram([1, 2, 3], { bins: 2, weights: array([1, 2, 3], { dtype }) });
      deepStrictEqual([counts.dtype, counts.toList()], [dtype, [1, 5]]);
    }
  });
});

Deno.test("histogramdd() promises a coordinate for each array of a list, and a column for each of an array", () => {
  nd.scope(() => {
    const x = array([0, 1, 2, 3]), y = array([0, 0, 5, 5]);
    const wanted = [[2, 0], [0, 2]];
    deepStrictEqual(nd.histogramdd([x, y], { bins: 2 }).counts.toList(), wanted);
    deepStrictEqual(nd.histogramdd([[0, 1, 2, 3], [0, 0, 5, 5]], { bins: 2 }).counts.toList(), wanted);
    deepStrictEqual(nd.histogramdd(nd.stack([x, y], 1), { bins: 2 }).counts.toList(), wanted);
    deepStrictEqual(nd.histogramdd(x, { bins: 2 }).counts.toList(), [2, 2]);
    const { counts, edges } = nd.histogram2d(x, y, { bins: [0, 1, 2, 9] });
    deepStrictEqual(counts.toList(), [[1, 0, 0], [1, 0, 0], [0, 0, 2]]);
    deepStrictEqual(edges.map((each) => each.toList()), [[0, 1, 2, 9], [0, 1, 2, 9]]);
  });
});

Deno.test("bincount() refuses a minlength below 0", () => {
  throws(() => nd.bincount([0, 1], { minlength: -1 }), { code: "ARR002" });
});

Deno.test("histogram() promises counts where the reciprocal of the range is beyond f64", () => {
  const counts = (bins: number) => nd.histogram([0, 5e-309, 1e-308], { bins }).counts.toList();
  deepStrictEqual(counts(10), [1, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  deepStrictEqual(counts(3), [1, 1, 1]);
});

Deno.test("bincount() counts places of every dtype and layout, and adds weights in their order", () => {
  const places = Array.from({ length: 40_001 }, (_, i) => (i * 7919) % 97);
  const counts = new Array<number>(97).fill(0), sums = new Array<number>(97).fill(0);
  const weights = places.map((_, i) => (i % 13) * 0.1);
  places.forEach((place, i) => {
    counts[place]!++;
    sums[place]! += weights[i]!;
  });
  for (const dtype of ["u8", "i8", "i16", "u32", "i64", "u64"] as const) {
    using all = array(places, { dtype });
    deepStrictEqual(bincount(all).toList(), counts);
    deepStrictEqual(bincount(all, { weights }).toList(), sums);
    deepStrictEqual(
      bincount(all.slice("::-2")).toList(),
      bincount(array(places.filter((_, i) => i % 2 === 0))).toList(),
    );
  }
  deepStrictEqual(bincount([true, false, true]).toList(), [1, 2]);
  throws(() => bincount([0, -1]), { code: "ARR002" });
  throws(() => bincount(array([2n ** 40n], { dtype: "i64" })), { code: "MEM005" });
});
