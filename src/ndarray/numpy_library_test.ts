/** Corners of what NumPy's library of functions over its core does: transforms, histograms, selections, positions. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

/** the refusal of a call, with what it says to do */
function helpOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { readonly help?: string }).help ?? "";
  }
  return "nothing is refused";
}

const pairOf = (shape: number[], dtype: "f32" | "f64" = "f64") => ({
  re: nd.full(shape, 7, dtype),
  im: nd.full(shape, 7, dtype),
});

Deno.test("transforms of one axis write to out, which may be their input, and give it back", () => {
  const a = nd.array([1, 2, 3, 4]), out = pairOf([4]);
  strictEqual(nd.fft.fft(a, { out }), out);
  deepStrictEqual([out.re.toList(), out.im.toList()], [[10, -2, -2, -2], [0, 2, 0, -2]]);
  strictEqual(nd.fft.ifft(out, null, -1, null, { out }), out);
  deepStrictEqual([out.re.toList(), out.im.toList()], [[1, 2, 3, 4], [0, 0, 0, 0]]);
  const half = pairOf([3], "f32");
  strictEqual(nd.fft.rfft(a, { out: half }), half);
  deepStrictEqual([half.re.dtype, half.re.toList()], ["f32", [10, -2, -2]]);
  const real = nd.zeros(4);
  strictEqual(nd.fft.irfft(half, null, -1, null, real), real);
  deepStrictEqual(real.toList(), [1, 2, 3, 4]);
  strictEqual(nd.fft.hfft([1, 2, 3], { out: real }), real);
  deepStrictEqual(real.toList(), [8, -2, 0, -2]);
  strictEqual(nd.fft.ihfft(real, { out: half }), half);
  deepStrictEqual(half.re.toList(), [1, 2, 3]);
});

Deno.test("transforms of several axes write to out, whatever sizes they pass through", () => {
  const a = nd.arange(6).reshape([2, 3]).astype("f64");
  for (const name of ["fftn", "ifftn", "fft2", "ifft2", "rfftn", "rfft2"] as const) {
    const wanted = nd.fft[name](a, { s: [3, 4] }), out = pairOf([...wanted.re.shape]);
    strictEqual(nd.fft[name](a, { s: [3, 4], out }), out);
    deepStrictEqual([out.re.toList(), out.im.toList()], [wanted.re.toList(), wanted.im.toList()], name);
  }
  for (const name of ["irfftn", "irfft2"] as const) {
    const out = nd.zeros([2, 4]);
    strictEqual(nd.fft[name](a, { out }), out);
    deepStrictEqual(out.toList(), nd.fft[name](a).toList());
  }
});

Deno.test("transforms refuse an out that is no pair, of another shape or of integers, and leave it as it was", () => {
  const a = nd.array([1, 2, 3, 4]), real = nd.zeros(4);
  throws(() => nd.fft.fft(a, { out: real as never }), { code: "ARR002", message: /a pair of arrays as out/ });
  throws(() => nd.fft.irfft(pairOf([3]), { out: pairOf([4]) as never }), { code: "ARR002" });
  throws(() => nd.fft.fft(a, { out: pairOf([3]) }), { code: "SHP001" });
  throws(() => nd.fft.fft(a, { out: { re: real, im: nd.zeros(3) } }), {
    code: "ARR002",
    message: /one shape/,
  });
  throws(() => nd.fft.fft(a, { out: { re: real, im: nd.zeros(4, "i32") } }), { code: "DTY004" });
  const fixed = nd.zeros(4);
  fixed.setflags({ write: false });
  throws(() => nd.fft.fft(a, { out: { re: real, im: fixed } }), { code: "ARR001" });
  deepStrictEqual(real.toList(), [0, 0, 0, 0]);
});

Deno.test("histogramdd() has edges of f32 between elements of it alone, and of f64 between plain numbers", () => {
  const points = nd.array([[0.5, 1], [0.75, 2]], "f32");
  const dtypes = (options: object) => nd.histogramdd(points, options).edges.map(({ dtype }) => dtype);
  deepStrictEqual(dtypes({ bins: 3 }), ["f32", "f32"]);
  deepStrictEqual(dtypes({ bins: 3, range: [[0, 1], null] }), ["f64", "f32"]);
  deepStrictEqual(nd.histogramdd(nd.zeros([0, 1], "f32")).edges[0]!.dtype, "f64");
  const [, edges] = nd.histogram2d(points.slice(":, 0"), points.slice(":, 1"), 3, [[0, 1], [0, 1]]);
  deepStrictEqual(edges.toList(), [0, 1 / 3, 2 / 3, 1]);
  strictEqual(nd.histogram(nd.array([0.5], "f32"), { range: [0, 1] }).edges.dtype, "f32");
});

Deno.test("histograms take a range in an array as in a list", () => {
  const range = nd.array([0, 4]) as never;
  deepStrictEqual(nd.histogram([1, 2, 9], 2, range).counts.toList(), [1, 1]);
  deepStrictEqual(nd.histogram([1, 2, 9], 2, new Float64Array([0, 4]) as never).counts.toList(), [1, 1]);
  deepStrictEqual(nd.histogramBinEdges([1], { bins: 2, range }).toList(), [0, 2, 4]);
  const ranges = nd.array([[0, 2], [0, 4]]) as never;
  deepStrictEqual(nd.histogramdd([[1], [3]], { bins: 2, range: ranges }).counts.toList(), [[0, 0], [0, 1]]);
  throws(() => nd.histogram([1], { range: nd.array(3) as never }), {
    code: "ARR002",
    message: /pair of numbers/,
  });
});

Deno.test("histogram() by weights of bool counts each bin once, also as a density", () => {
  const options = { bins: 3, weights: [true, true, true, false, true] };
  const { counts } = nd.histogram([0, 0, 0, 1, 3], options);
  deepStrictEqual([counts.dtype, counts.toList()], ["bool", [true, false, true]]);
  deepStrictEqual(nd.histogram([0, 0, 0, 1, 3], { ...options, density: true }).counts.toList(), [
    0.5,
    0,
    0.5,
  ]);
});

Deno.test("quantile() for no q gives no results, of no elements too", () => {
  const none = nd.quantile([], []);
  deepStrictEqual([none.dtype, none.shape], ["f64", [0]]);
  deepStrictEqual(nd.percentile(nd.zeros([0, 3], "f32"), nd.array([]), { axis: 0 }).shape, [0, 3]);
  strictEqual(nd.quantile(nd.zeros(0, "i16"), [], { method: "lower" }).dtype, "i16");
  deepStrictEqual(nd.quantile([1, 2], []).shape, [0]);
  throws(() => nd.quantile([], [0.5]), { code: "ARR003" });
});

Deno.test("select() and resultType() take an integer beside a fraction as one among floats", () => {
  const a = nd.array([2, 3], "u16");
  const chosen = nd.select([[true, false], [false, false]], [a, 2.5], { default: -1 });
  deepStrictEqual([chosen.dtype, chosen.toList()], ["f64", [2, -1]]);
  deepStrictEqual([nd.resultType(a, 2.5, -1), nd.resultType(a, -1, 2.5)], ["f64", "f64"]);
  deepStrictEqual(nd.resultType(nd.ones(2, "f32"), -1, 2.5), "f32");
  throws(() => nd.resultType(a, -1), { code: "DTY002" });
});

Deno.test("ravelMultiIndex() counts indices beyond 2^53 round exactly; positions may be bools", () => {
  const far = nd.array([-(2n ** 63n) + 1n, 2n ** 63n - 1n]);
  deepStrictEqual(nd.ravelMultiIndex([far], [3], { mode: "wrap" }).toList(), [2, 1]);
  deepStrictEqual(nd.ravelMultiIndex([far, far], [3, 4], { mode: ["clip", "wrap"] }).toList(), [1, 11]);
  deepStrictEqual(nd.ravelMultiIndex([[true, false], [1, 1]], [2, 2]).toList(), [3, 1]);
  deepStrictEqual(nd.unravelIndex([true, false], [2, 2]).map((along) => along.toList()), [[0, 0], [1, 0]]);
});

Deno.test("roll() takes bigints of any size, also in lists and arrays", () => {
  const a = nd.arange(3);
  deepStrictEqual(nd.roll(a, 2n ** 100n as never).toList(), [2, 0, 1]);
  deepStrictEqual(nd.roll(a, nd.array(2n ** 63n + 2n, "u64") as never).toList(), nd.roll(a, 1).toList());
  const grid = nd.arange(6).reshape([2, 3]);
  const rolled = nd.roll(grid, [2n ** 64n + 1n, -(2n ** 64n)] as never, [0, 1]);
  deepStrictEqual(rolled.toList(), nd.roll(grid, [1, -1], [0, 1]).toList());
  deepStrictEqual(nd.roll(nd.zeros(0), 2n ** 64n as never).shape, [0]);
});

Deno.test("windows, binaryRepr() and baseRepr() take an array without axes as its number", () => {
  for (const name of ["bartlett", "blackman", "hamming", "hanning"] as const) {
    deepStrictEqual(nd[name](nd.array(5) as never).toList(), nd[name](5).toList());
    throws(() => nd[name]("5" as never), { code: "ARR002", message: /number of points/ });
  }
  deepStrictEqual(
    nd.kaiser(nd.array(5) as never, nd.array(2.5) as never).toList(),
    nd.kaiser(5, 2.5).toList(),
  );
  strictEqual(nd.binaryRepr(nd.array(-3, "i8") as never, 5), "11101");
  strictEqual(nd.baseRepr(nd.array(2n ** 62n) as never, 16), "4000000000000000");
  throws(() => nd.binaryRepr(nd.array([1]) as never), { code: "ARR002", message: /not an NDArray/ });
});

Deno.test("geomspace() is of f64 between ends of f32, where linspace() and logspace() are of f32", () => {
  const [start, stop] = [nd.array(1, "f32"), nd.array(100, "f32")];
  const numbers = nd.geomspace(start, stop, { num: 3 });
  deepStrictEqual([numbers.dtype, numbers.toList()], ["f64", [1, 10, 100]]);
  deepStrictEqual([nd.linspace(start, stop).dtype, nd.logspace(start, stop, 2).dtype], ["f32", "f32"]);
  strictEqual(nd.geomspace(start, stop, { num: 3, dtype: "f32" }).dtype, "f32");
});

Deno.test("options that NumPy has and others have here are refused with the name of what does it", () => {
  const a = [1, 2, 2];
  for (const name of ["returnIndex", "returnInverse", "returnCounts"]) {
    ok(helpOf(() => nd.unique(a, { [name]: true })).includes("uniqueAll"));
  }
  for (const name of ["full", "cov"]) {
    ok(helpOf(() => nd.polyfit(a, a, 1, { [name]: true } as never)).includes("polyfitAll"));
  }
  ok(helpOf(() => nd.trilIndices(4, { m: 5 } as never)).includes("numColumns"));
  ok(helpOf(() => nd.triuIndices(4, { m: 5 } as never)).includes("numColumns"));
  ok(helpOf(() => nd.eye(4, { M: 5 } as never)).includes("columns"));
  const integers = nd.zeros(2, "i32"), floats = nd.array([0.5]);
  strictEqual(
    helpOf(() => nd.place(integers, [true, false], floats)),
    'cast the values first: .astype("i32")',
  );
  strictEqual(
    helpOf(() => nd.putmask(integers, [true, false], floats)),
    'cast the values first: .astype("i32")',
  );
});

/** an .npy file of version 1 */
function npyOf(header: string, elements: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8];
  return Uint8Array.from([...magic, ...text, ...elements]);
}

Deno.test("fromNpy() reads either order of bytes, float16 as f32, and headers as others write them", () => {
  const of = (descr: string, shape: string, elements: readonly number[]) =>
    nd.fromNpy(npyOf(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`, elements));
  deepStrictEqual(of(">i2", "2,", [1, 2, 255, 254]).toList(), [258, -2]);
  deepStrictEqual(of(">f8", "", [63, 248, 0, 0, 0, 0, 0, 0]).toList(), 1.5);
  deepStrictEqual(of(">u8", "1, 1", [255, 0, 0, 0, 0, 0, 0, 1]).toList(), [[0xff00000000000001n]]);
  for (const [descr, elements] of [["<f2", [0, 0x3e, 1, 0]], [">f2", [0x3e, 0, 0, 1]]] as const) {
    const halves = of(descr, "2,", elements);
    deepStrictEqual([halves.dtype, halves.toList()], ["f32", [1.5, 2 ** -24]]);
  }
  deepStrictEqual(of("?", "2,", [0, 1]).toList(), [false, true]);
  deepStrictEqual([of("=i2", "1,", [1, 2]).dtype, of("i1", "2L,", [1, 2]).dtype], ["i16", "i8"]);
  const quoted = '{"shape" : (1, 2), "fortran_order" : True, "descr" : "<u2"}';
  deepStrictEqual(nd.fromNpy(npyOf(quoted, [1, 0, 2, 0])).toList(), [[1, 2]]);
  throws(() => of("<c8", "0,", []), { code: "FMT005" });
  const fields = "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (1,), }";
  throws(() => nd.fromNpy(npyOf(fields, [1, 0])), { code: "FMT005", message: /fields/ });
  throws(() => of("<f4", "2,", [0, 0, 0, 0]), { code: "FMT003", message: /4 bytes are not 2 elements/ });
  const whole = nd.toNpy(nd.arange(3));
  throws(() => nd.fromNpy(whole.subarray(0, 40)), { code: "FMT003", message: /header .* cut off/ });
});
