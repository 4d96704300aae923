/**
 * Sorting, searching, statistics and sets beside NumPy: every case of testdata/ndarray/statistics_cases.json, and
 * properties of long rows, which take another path than short ones.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import * as nd from "../mod.ts";
import { type NumpyCase, type PackedArray, testCases } from "../testing/numpy_cases.ts";

interface Packed extends PackedArray {
  readonly values: readonly (string | boolean)[];
}

const cases = JSON.parse(
  Deno.readTextFileSync(new URL("../../../testdata/ndarray/statistics_cases.json", import.meta.url)),
) as readonly NumpyCase<Packed>[];

testCases(cases, {
  nameOf: ({ code }) => /nd\.(\w+)/.exec(code)![1]!,
  elementsOf: ({ dtype, values }) => {
    const { TypedArray, isBigInt } = DTYPE[dtype], elements = new TypedArray(values.length);
    values.forEach((value, i) => elements[i] = isBigInt ? BigInt(value) : Number(value));
    return elements;
  },
});

/** elements of every dtype in no order, with repetitions and the special values */
function elementsFor(dtype: DType, length: number): nd.NDArray {
  const { TypedArray, isBigInt, kind, range } = DTYPE[dtype], elements = new TypedArray(length);
  let state = 12345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const number = kind === "f"
      ? [
        NaN,
        -0,
        0,
        Infinity,
        -Infinity,
        (state / 2 ** 32 - 0.5) * 2 ** (state % 60),
      ][Math.min(5, state % 40)]!
      : kind === "b"
      ? state >>> 31
      : Number(range![0]) * (kind === "i" ? 1 : 0) + state * 2 ** ((8 * DTYPE[dtype].itemsize) - 33);
    elements[i] = isBigInt ? BigInt(Math.floor(number)) : number;
  }
  return dtype === "bool"
    ? nd.fromTypedArray(elements).astype("bool")
    : nd.fromTypedArray(elements, { dtype });
}

/** NumPy's order: NaN is last */
function compare(a: number | bigint, b: number | bigint): number {
  if (a !== a) return b !== b ? 0 : 1;
  return b !== b || a < b ? -1 : a > b ? 1 : 0;
}

for (const dtype of DTYPES) {
  Deno.test(`sort() and argsort() sort ${dtype} of every length stably`, () => {
    for (const length of [0, 1, 9, 100, 767, 768, 5000]) {
      nd.scope(() => {
        const a = elementsFor(dtype, length), elements = [...a.toTypedArray()] as (number | bigint)[];
        const wanted = elements.map((_, i) => i).sort((i, j) => compare(elements[i]!, elements[j]!) || i - j);
        deepStrictEqual(nd.argsort(a).toList(), wanted);
        deepStrictEqual([...nd.sort(a).toTypedArray()] as unknown[], wanted.map((i) => elements[i]));
        const rows = a.reshape([1, length]).broadcastTo([2, length]);
        deepStrictEqual(nd.argsort(rows).toList(), [wanted, wanted]);
      });
    }
  });
}

Deno.test("NDArray.sort() and partition() sort in place, through a view, and refuse what is read-only", () => {
  nd.scope(() => {
    const a = nd.array([[3, 1, 2], [9, 8, 7]]);
    a.slice(":, ::-1").sort();
    deepStrictEqual(a.toList(), [[3, 2, 1], [9, 8, 7]]);
    a.sort(0);
    a.T.partition(1, 0);
    deepStrictEqual(a.toList(), [[1, 2, 3], [7, 8, 9]]);
    throws(() => a.broadcastTo([2, 2, 3]).sort(), { code: "ARR001" });
    throws(() => nd.array(1).sort(), { code: "SHP004" });
    throws(() => nd.partition(a, 3), { code: "ARR002" });
  });
});

Deno.test("the methods of sorting and cumulating give what the functions give", () => {
  nd.scope(() => {
    const a = nd.array([[3, 1, 2], [9, 7, 8]]);
    deepStrictEqual(a.argsort().toList(), nd.argsort(a).toList());
    deepStrictEqual(a.argsort(null).toList(), [1, 2, 0, 4, 5, 3]);
    deepStrictEqual(a.argpartition(1, 0).toList(), [[0, 0, 0], [1, 1, 1]]);
    deepStrictEqual(a.cumsum().toList(), [3, 4, 6, 15, 22, 30]);
    deepStrictEqual(a.cumprod(1).toList(), [[3, 3, 6], [9, 63, 504]]);
    deepStrictEqual(nd.array([1, 3]).searchsorted(3, { side: "right" }).item(), 2);
    deepStrictEqual(nd.searchsorted(nd.array([3, 1, 2]), [2, 4], { sorter: [1, 2, 0] }).toList(), [1, 3]);
  });
});

Deno.test("cumsum() is exact beyond 2^53 and wraps at 64 bits", () => {
  nd.scope(() => {
    const large = 2n ** 62n;
    deepStrictEqual(nd.cumsum(nd.array([1n, 2n ** 53n, 1n, large, large])).toList(), [
      1,
      2n ** 53n + 1n,
      2n ** 53n + 2n,
      large + 2n ** 53n + 2n,
      -(2n ** 63n) + 2n ** 53n + 2n,
    ]);
    deepStrictEqual(nd.cumsum(nd.array([-5, 2, 3])).toList(), [-5, -3, 0]);
    const counts = nd.array([200, 100], { dtype: "u8" });
    strictEqual(nd.cumsum(counts).dtype, "u64");
  });
});

Deno.test("quantile() counts elements by weights, and refuses them with other methods", () => {
  nd.scope(() => {
    const a = nd.array([1, 2, 3]);
    strictEqual(nd.quantile(a, 0.5, 0, { method: "inverted_cdf", weights: [0, 0, 1] }).item(), 3);
    throws(() => nd.quantile(a, 0.5, 0, { weights: [1, 1, 1] }), { code: "ARR002" });
    throws(() => nd.quantile(a, 1.5), { code: "ARR002" });
    throws(() => nd.quantile(a.slice(":0"), 0.5), { code: "ARR003" });
    deepStrictEqual(nd.nanquantile(nd.array([NaN, 4, 2]), [0, 1]).toList(), [2, 4]);
    strictEqual(nd.nanpercentile(nd.array([NaN, 4, 2]), 50).item(), 3);
    strictEqual(nd.quantile(nd.array([NaN, 1]), 0.5).item(), NaN);
  });
});

Deno.test("uniqueAll(), uniqueCounts(), uniqueInverse() and uniqueValues() tell every NaN apart", () => {
  nd.scope(() => {
    const a = nd.array([NaN, 2, NaN, 2]);
    deepStrictEqual(nd.uniqueAll(a).values.toList(), [2, NaN, NaN]);
    deepStrictEqual(nd.uniqueAll(a).counts.toList(), [2, 1, 1]);
    deepStrictEqual(nd.uniqueAll(a, { equalNan: true }).counts.toList(), [2, 2]);
    deepStrictEqual(nd.uniqueCounts(a).counts.toList(), [2, 1, 1]);
    deepStrictEqual(nd.uniqueInverse(a).inverseIndices.toList(), [1, 0, 2, 0]);
    deepStrictEqual(nd.uniqueValues(a).toList(), [2, NaN, NaN]);
    deepStrictEqual(nd.union1d([1, NaN], [NaN, 0]).toList(), [0, 1, NaN]);
    deepStrictEqual(nd.setdiff1d([NaN, 1], [NaN]).toList(), [1, NaN]);
    deepStrictEqual(nd.unique(nd.array([[1, 2], [1, 2], [0, 5]]), { axis: 0 }).toList(), [[0, 5], [1, 2]]);
  });
});

Deno.test("statistics refuse what has no value", () => {
  nd.scope(() => {
    const a = nd.array([1, 2, 3]);
    throws(() => nd.average(a, 0, { weights: [1, -1, 0] }), { code: "ARR002" });
    throws(() => nd.nanargmin(nd.array([NaN])), { code: "ARR003" });
    throws(() => nd.histogram(nd.array([Infinity])), { code: "ARR002" });
    throws(() => nd.histogram(a, { bins: [2, 1] }), { code: "ARR002" });
    throws(() => nd.bincount(nd.array([-1])), { code: "ARR002" });
    throws(() => nd.digitize(a, [1, 3, 2]), { code: "ARR002" });
    throws(() => nd.interp(a, [1, 2], [1]), { code: "ARR002" });
    throws(() => nd.convolve(a, []), { code: "ARR002" });
    throws(() => nd.gradient(nd.array([1])), { code: "ARR002" });
    throws(() => nd.lexsort([a, [1, 2]]), { code: "ARR002" });
    throws(() => nd.searchsorted(a.reshape([1, 3]), 1), { code: "ARR002" });
    throws(() => nd.median(a, 1), { code: "SHP004" });
  });
});

Deno.test("statistics leave no storage behind but their results", () => {
  using a = nd.array([[3, 1, NaN], [9, 7, 8]]);
  using counts = nd.array([1, 2, 2]);
  const { numStorages } = nd.memoryStatistics();
  const operations: (() => nd.NDArray | Record<string, nd.NDArray> | nd.NDArray[])[] = [
    () => nd.sort(a, { axis: 0 }),
    () => nd.median(a, 1),
    () => nd.percentile(a, [1, 2], 0),
    () => nd.nanpercentile(a, 50),
    () => nd.nanstd(a, 0),
    () => nd.cov(a),
    () => nd.corrcoef(a),
    () => nd.average(a, 1, { weights: [1, 2, 3] }),
    () => nd.diff(a, { prepend: 0 }),
    () => nd.trapezoid(a, { x: [1, 2, 4] }),
    () => nd.gradients(a, [1, 2]),
    () => nd.histogram(counts, { weights: [1, 2, 3] }) as unknown as Record<string, nd.NDArray>,
    () => nd.bincount(counts, { weights: [1, 2, 3] }),
    () => nd.digitize(counts, [3, 1]),
    () => nd.setdiff1d(counts, [1]),
    () => nd.isin(counts, [1]),
    () => nd.interp([1], [1, 2], [3, 4]),
    () => nd.uniqueAll(counts) as unknown as Record<string, nd.NDArray>,
    () => nd.quantile(counts, [0.5], null, { method: "inverted_cdf", weights: [1, 2, 3] }),
  ];
  for (const operation of operations) {
    const result = operation();
    const arrays = result instanceof nd.NDArray ? [result] : Object.values(result);
    for (const array of arrays) array.dispose();
    strictEqual(nd.memoryStatistics().numStorages, numStorages, operation.toString());
  }
});

Deno.test("statistics, sorting and searching take lists and typed arrays, and leave nothing behind", () => {
  const numbers = [3, 1, 2], typed = new Float32Array(numbers), before = nd.memoryStatistics().bytesInUse;
  const functions: Readonly<Record<string, (a: nd.ArrayLike) => unknown>> = {
    median: (a) => nd.median(a).item(),
    nanmedian: (a) => nd.nanmedian(a).item(),
    quantile: (a) => nd.quantile(a, 0.5).item(),
    nanpercentile: (a) => nd.nanpercentile(a, 50).item(),
    ptp: (a) => nd.ptp(a).item(),
    average: (a) => nd.average(a, { weights: [1, 1, 2] }).item(),
    nansum: (a) => nd.nansum(a).item(),
    nanargmax: (a) => nd.nanargmax(a).item(),
    cov: (a) => nd.cov(a, a).toList(),
    sort: (a) => nd.sort(a).toList(),
    argsort: (a) => nd.argsort(a).toList(),
    partition: (a) => nd.partition(a, 0).at(0),
    searchsorted: (a) => nd.searchsorted(a, 2.5, { sorter: [1, 2, 0] }).item(),
    unique: (a) => nd.unique(a).toList(),
    uniqueAll: (a) => nd.uniqueAll(a).inverseIndices.toList(),
    cumsum: (a) => nd.cumsum(a).toList(),
    diff: (a) => nd.diff(a, { prepend: 0 }).toList(),
    ediff1d: (a) => nd.ediff1d(a).toList(),
    gradient: (a) => nd.gradient(a).toList(),
    trapezoid: (a) => nd.trapezoid(a).item(),
    histogram: (a) => nd.histogram(a, { bins: [1, 2, 3] }).counts.toList(),
    digitize: (a) => nd.digitize(a, [2]).toList(),
  };
  for (const [name, run] of Object.entries(functions)) {
    nd.scope(() => {
      const wanted = run(nd.array(numbers));
      deepStrictEqual(run(numbers), wanted, name);
      deepStrictEqual(run(typed), wanted, name);
    });
  }
  nd.scope(() => deepStrictEqual(nd.bincount([0, 2, 2]).toList(), [1, 0, 2]));
  strictEqual(nd.memoryStatistics().bytesInUse, before);
});

Deno.test("average() has the dtype of its elements and weights, f64 of integers", () => {
  nd.scope(() => {
    const f32 = nd.array([1, 3], { dtype: "f32" }), i8 = nd.array([1, 3], { dtype: "i8" });
    strictEqual(nd.average(f32, { weights: i8 }).dtype, "f32");
    strictEqual(nd.average(i8, { weights: f32 }).dtype, "f64");
    strictEqual(nd.average(f32, { weights: [1.5, 1] }).dtype, "f64");
    strictEqual(nd.average(f32, { weights: i8 }).item(), 2.5);
  });
});

Deno.test("nanquantile() of no elements is NaN, where quantile() is refused", () => {
  nd.scope(() => {
    deepStrictEqual(nd.nanquantile(nd.zeros([2, 0]), 0.5, 1).toList(), [NaN, NaN]);
    strictEqual(nd.nanpercentile(nd.zeros([0], { dtype: "i8" }), 50).dtype, "f64");
    throws(() => nd.quantile(nd.zeros([2, 0]), 0.5, 1), { code: "ARR003" });
  });
});

Deno.test("quantile() has NumPy's dtype for shares of every dtype, and rounds as it", () => {
  const single = nd.array([0.3, 0.777], "f32"), data = [3, 1, 4, 1, 5, 9, 2];
  const of = (dtype: nd.DType, q: nd.NDArray | number | number[], method: nd.QuantileMethod = "linear") => {
    const a = nd.array(data).astype(dtype), given = nd.quantile(a, q, null, { method });
    return [given.dtype, given.toList()];
  };
  nd.scope(() => {
    deepStrictEqual(of("f32", 0.3), ["f32", Math.fround(1.8)]);
    deepStrictEqual(of("f32", single), ["f32", [1.8000000715255737, 4.6620001792907715]]);
    deepStrictEqual(of("u8", single)[0], "f32");
    deepStrictEqual(of("i32", single)[0], "f64");
    deepStrictEqual(of("f64", single), ["f64", [1.8000000715255737, 4.6620001792907715]]);
    deepStrictEqual(of("f32", [0.3, 0.5])[0], "f64");
    deepStrictEqual(of("u8", single, "lower"), ["u8", [1, 4]]);
    deepStrictEqual(of("i64", [0, 1]), ["i64", [1, 9]]);
    deepStrictEqual(nd.percentile(nd.array(data), single.mul(100)).toList(), [
      1.8000000715255737,
      4.66200065612793,
    ]);
    strictEqual(nd.nanpercentile(nd.array(data, "i16"), single).dtype, "f32");
  });
});

Deno.test("quantile() takes the element itself for whole shares: integers beyond 2^53, and beside infinities", () => {
  nd.scope(() => {
    const most = 2n ** 63n - 1n, odd = 2n ** 53n + 1n;
    deepStrictEqual(nd.quantile(nd.array([5n, most]), nd.array([1, 0])).toList(), [most, 5]);
    deepStrictEqual(nd.quantile(nd.array([odd]), [0]).toList(), [odd]);
    deepStrictEqual(nd.quantile(nd.array([2n ** 64n - 1n], "u64"), [1]).toList(), [2n ** 64n - 1n]);
    const high = nd.array([1, Infinity]), low = nd.array([-Infinity, 1]);
    for (const whole of [(q: number) => q, (q: number) => [q], (q: number) => nd.array([q], "u8")]) {
      const ends = (a: nd.NDArray) => [0, 1].flatMap((q) => nd.quantile(a, whole(q)).ravel().toList());
      deepStrictEqual(ends(high), [1, Infinity]);
      deepStrictEqual(ends(low), [-Infinity, 1]);
      deepStrictEqual(ends(nd.array([1, NaN])), [NaN, NaN]);
    }
    deepStrictEqual(nd.nanquantile(nd.array([1, Infinity, NaN]), [1, 0]).toList(), [Infinity, 1]);
    // as NumPy, shares that are floats are computed between elements
    deepStrictEqual(nd.quantile(high, nd.array([1], "f64")).toList(), [NaN]);
    strictEqual(nd.quantile(nd.array([1, 3]), 1).dtype, "f64");
  });
});
