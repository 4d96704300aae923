/**
 * Corners that NumPy's own test suite visits, and that the cases of tools/make_*_cases.py do not. What is expected is
 * what NumPy 2.4 gives.
 *
 * Over 400 lines because it is a list: no corner shares code with another, and each is looked for by its function.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

const { array } = nd;

Deno.test("average() promises weights of several axes in the order in which the axes are named", () => {
  nd.scope(() => {
    const a = nd.arange(12).reshape([2, 2, 3]), weights = [[0, 0.5], [0, 1]];
    deepStrictEqual(nd.average(a, [1, 0], { weights }).toList(), [8, 9, 10]);
    deepStrictEqual(nd.average(a, [0, 1], { weights }).toList(), [7, 8, 9]);
    deepStrictEqual(nd.average(a, [-2, 0], { weights }).toList(), [8, 9, 10]);
  });
});

Deno.test("isclose() promises a tolerance for each element where tolerances are arrays", () => {
  nd.scope(() => {
    const near = nd.isclose([2.1, 2.1, 2.1, 2.1, 5], [2, 2, 2, 2, 2], {
      rtol: [1e-8, 1e-8, 0.06, 0.04, 1],
      atol: [0.11, 0.09, 1e-8, 1e-8, 1],
    });
    deepStrictEqual(near.toList(), [true, false, true, false, true]);
    deepStrictEqual(
      nd.allclose([2.3, 3.6, NaN], [2, 3, NaN], { rtol: 0, atol: [0.31, 0.61, 1], equalNan: true }),
      true,
    );
    deepStrictEqual(nd.isclose(1, [1, 2]).toList(), [true, false]);
    throws(() => nd.isclose([1, 2, 3], [1, 2, 3], { atol: [1, 2] }), { code: "SHP001" });
  });
});

Deno.test("interp() promises NaN where a neighbouring coordinate is NaN", () => {
  nd.scope(() => {
    deepStrictEqual(nd.interp([0.5, 1, 2, 0], [NaN, 1], [0, 10]).toList(), [NaN, 10, 10, NaN]);
    deepStrictEqual(nd.interp([0.5, 1, 2, 0], [0, NaN], [0, 10]).toList(), [NaN, NaN, NaN, 0]);
  });
});

Deno.test("unique() promises elements, and one NaN, along the axis of an array that has one", () => {
  nd.scope(() => {
    const a = array([NaN, 0, 0, NaN]);
    deepStrictEqual(nd.unique(a, { axis: 0 }).toList(), [0, NaN]);
    deepStrictEqual(nd.unique(a, { axis: 0, equalNan: false }).toList(), [0, NaN, NaN]);
    deepStrictEqual(nd.uniqueAll(a, { axis: -1, equalNan: true }).counts.toList(), [2, 2]);
    throws(() => nd.unique(a, { axis: 1 }), { code: "SHP004" });
  });
});

Deno.test("ravelMultiIndex() promises a mode for each axis", () => {
  nd.scope(() => {
    const indices = [[3, 6, 6], [4, 5, 1]];
    deepStrictEqual(nd.ravelMultiIndex(indices, [4, 4], { mode: ["clip", "wrap"] }).toList(), [12, 13, 13]);
    throws(() => nd.ravelMultiIndex(indices, [7, 6], { mode: ["clip"] }), { code: "ARR002" });
  });
});

Deno.test("pad() promises NaN as the mean and median of no elements, and refuses lengths below 0", () => {
  nd.scope(() => {
    for (const mode of ["mean", "median"] as const) {
      deepStrictEqual(nd.pad([1.5, 2], [1, 2], mode, { statLength: 0 }).toList(), [NaN, 1.5, 2, NaN, NaN]);
      throws(() => nd.pad([1, 2], 1, mode, { statLength: -2 }), { code: "ARR002" });
    }
    deepStrictEqual(nd.pad(nd.ones([2, 0]), [[1], [0]], "maximum").shape, [4, 0]);
    throws(() => nd.pad([1, 2], "3" as unknown as number), { code: "ARR002" });
  });
});

Deno.test("zerosLike() and its kin promise another shape where it is asked for", () => {
  nd.scope(() => {
    const turned = nd.ones([2, 3]).T;
    deepStrictEqual(nd.zerosLike(turned, { shape: [4] }).shape, [4]);
    deepStrictEqual(nd.onesLike(turned, { shape: 2, dtype: "u8" }).toList(), [1, 1]);
    deepStrictEqual(nd.fullLike(turned, 7, { shape: [5, 2] }).strides, [8, 40]);
    deepStrictEqual(nd.emptyLike(turned, { shape: [1, 2, 3] }).strides, [48, 24, 8]);
  });
});

Deno.test("clip() promises no bound where one is left out", () => {
  nd.scope(() => {
    deepStrictEqual(nd.clip([1, 5, 9], 2).toList(), [2, 5, 9]);
    deepStrictEqual(array([1, 5, 9]).clip(undefined, 6).toList(), [1, 5, 6]);
    deepStrictEqual(nd.clip([1, 5, 9]).toList(), [1, 5, 9]);
  });
});

Deno.test("cond() promises infinity for matrices of zeros in every norm, and NaN for those with NaN", () => {
  nd.scope(() => {
    for (const p of [1, "fro", Infinity] as const) {
      deepStrictEqual(nd.linalg.cond(nd.zeros([2, 2]), { p }).item(), Infinity);
      ok(Number.isNaN(nd.linalg.cond([[NaN, 1], [1, 2]], { p }).item()));
    }
  });
});

Deno.test("trimZeros() and eigvalsh() promise letters of either case", () => {
  nd.scope(() => {
    deepStrictEqual(nd.trimZeros([0, 1, 0], "F").toList(), [1, 0]);
    deepStrictEqual(nd.linalg.eigvalsh([[0, 0], [1, 0]], { uplo: "l" }).round().toList(), [-1, 1]);
    deepStrictEqual(nd.linalg.eigvalsh([[0, 0], [1, 0]], { uplo: "u" }).toList(), [0, 0]);
  });
});

Deno.test("functions refuse arguments that NumPy refuses", () => {
  nd.scope(() => {
    const a = array([1, 2, 3]), m = nd.eye(2), cube = nd.ones([2, 2, 2]);
    const refused: readonly (() => unknown)[] = [
      () => nd.trimZeros(a, "front" as "f"),
      () => nd.trimZeros(a, "" as "f"),
      () => nd.rot90(cube, 1, [0, 1, 2] as unknown as [number, number]),
      () => nd.putAlongAxis(m, [[0], [1]], 1, null),
      () => nd.cov(m, null, { fweights: [-1, 1] }),
      () => nd.cov(m, null, { aweights: [-1, 1] }),
      () => nd.cov(m, null, { fweights: [1.5, 1] }),
      () => nd.convolve(a, a, "f" as "full"),
      () => nd.correlate(a, a, 1 as unknown as "full"),
      () => nd.linalg.pinv(m, { rcond: 0.1, rtol: 0.1 }),
      () => nd.linalg.matrixRank(m, { tol: 0.1, rtol: 0.1 }),
      () => a.var({ ddof: 1, correction: 0 }),
      () => nd.std(a, { ddof: 1, correction: 1 }),
      () => nd.nanvar([1, NaN], { ddof: 1, correction: 1 }),
      () => nd.nanstd(a, { ddof: 1, correction: 1 }),
    ];
    for (const refuse of refused) throws(refuse, { code: "ARR002" }, String(refuse));
  });
});

Deno.test("arrays without axes promise axis 0 and -1 where NumPy gives them one, and refuse it elsewhere", () => {
  nd.scope(() => {
    const zero = array(5);
    for (const axis of [0, -1]) {
      for (const name of ["sum", "prod", "min", "max", "any", "all"] as const) {
        deepStrictEqual(nd[name](zero, axis).shape, []);
        throws(() => nd[name](zero, [axis]), { code: "SHP004" }, name);
      }
      for (const name of ["mean", "var", "std", "average", "nanmean", "nanvar", "median"] as const) {
        throws(() => nd[name](zero, axis), { code: "SHP004" }, name);
        deepStrictEqual(nd[name](zero).shape, []);
      }
      deepStrictEqual(nd.cumsum(zero, { axis }).toList(), [5]);
      deepStrictEqual(zero.cumprod(axis).toList(), [5]);
      deepStrictEqual(nd.argsort(zero, { axis }).toList(), [0]);
      deepStrictEqual(nd.repeat(zero, 2, axis).toList(), [5, 5]);
      deepStrictEqual(zero.squeeze(axis).shape, []);
      throws(() => nd.sort(zero, { axis }), { code: "SHP004" });
    }
    throws(() => nd.sum(zero, 1), { code: "SHP004" });
    throws(() => nd.cumsum(zero, { axis: 1 }), { code: "SHP004" });
  });
});

Deno.test("reshape(), ravel() and flatten() promise orders by letters of either case, and refuse others", () => {
  nd.scope(() => {
    const a = array([[1, 2], [3, 4]]), wanted = [1, 3, 2, 4];
    deepStrictEqual(a.flatten({ order: "f" }).toList(), wanted);
    deepStrictEqual(nd.ravel(a, { order: "f" }).toList(), wanted);
    deepStrictEqual(a.reshape(4, { order: "f" }).toList(), wanted);
    deepStrictEqual(a.T.ravel({ order: "k" }).toList(), [1, 2, 3, 4]);
    throws(() => a.ravel({ order: "row" as "C" }), { code: "ARR002" });
    throws(() => a.reshape(4, { order: "K" as "C" }), { code: "ARR002" });
  });
});

Deno.test("choose() promises numbers of choices as they are, counted round or clipped", () => {
  nd.scope(() => {
    const choices = [10, 20, 30];
    throws(() => nd.choose([0, -1, 2], choices), { code: "SHP010" });
    throws(() => nd.choose([0, 3], choices), { code: "SHP010" });
    deepStrictEqual(nd.choose([0, -1, 4], choices, { mode: "wrap" }).toList(), [10, 30, 20]);
    deepStrictEqual(nd.choose([0, -1, 4], choices, { mode: "clip" }).toList(), [10, 10, 30]);
  });
});

Deno.test("take() and put() promise indices counted round or clipped, along an axis and on the flat array", () => {
  nd.scope(() => {
    const a = nd.arange(12).reshape([3, 4]), out = [5, -7, 3];
    deepStrictEqual(nd.take(a, out, { mode: "wrap" }).toList(), [5, 5, 3]);
    deepStrictEqual(nd.take(a, out, { mode: "clip" }).toList(), [5, 0, 3]);
    deepStrictEqual(nd.take(a, out, { axis: 0, mode: "wrap" }).slice(":, 0").toList(), [8, 8, 0]);
    deepStrictEqual(nd.take(a, out, { axis: 1, mode: "clip" }).slice("0").toList(), [3, 0, 3]);
    deepStrictEqual(nd.take(a, []).shape, [0]);
    const wrapped = nd.zeros(4);
    nd.put(wrapped, [5, -6], [1, 2], { mode: "wrap" });
    deepStrictEqual(wrapped.toList(), [0, 1, 2, 0]);
    nd.put(wrapped, [9, -9], 7, { mode: "clip" });
    deepStrictEqual(wrapped.toList(), [7, 1, 2, 7]);
  });
});

Deno.test("gradient() and ediff1d() refuse bools, and what NumPy does not cast to the array", () => {
  nd.scope(() => {
    throws(() => nd.gradient([true, false]), { code: "DTY001" });
    throws(() => nd.ediff1d([true]), { code: "DTY001" });
    throws(() => nd.ediff1d([1, 2, 4], { toEnd: 1.5 }), { code: "DTY004" });
    throws(() => nd.gradients(nd.ones([5, 5]), [nd.arange(5)]), { code: "ARR002" });
    deepStrictEqual(nd.gradients(nd.ones([5, 5]), [2]).length, 2);
  });
});

Deno.test("matmul(), dot() and outer() promise to write to out, also where it is an operand", () => {
  nd.scope(() => {
    const a = array([[1, 2], [3, 4]]), out = nd.zeros([2, 2], { dtype: "f32" });
    ok(nd.matmul(a, a, { out }) === out);
    deepStrictEqual(out.toList(), [[7, 10], [15, 22]]);
    nd.dot(a, a, { out: a });
    deepStrictEqual(a.toList(), [[7, 10], [15, 22]]);
    nd.outer([1, 2], [3, 4], { out });
    deepStrictEqual(out.toList(), [[3, 4], [6, 8]]);
    throws(() => nd.matmul(a, a, { out: nd.zeros(4) }), { code: "SHP001" });
    throws(() => nd.dot(out, out, { out: a }), { code: "DTY004" });
    throws(() => nd.outer(a, a, { out: nd.zeros(1).broadcastTo([4, 4]) }), { code: "ARR001" });
  });
});

Deno.test("quantile() promises f32 of f32 quantiles, and compares weights of f32 in it", () => {
  nd.scope(() => {
    const a = array([15, 20, 35, 40, 50], { dtype: "f32" });
    deepStrictEqual(nd.quantile(a, 0.4, { method: "inverted_cdf", weights: nd.onesLike(a) }).item(), 20);
    deepStrictEqual(nd.quantile(a, array([0.5], { dtype: "f32" }), { method: "hazen" }).dtype, "f32");
    deepStrictEqual(nd.quantile(a, [0.5]).dtype, "f64");
  });
});

Deno.test("delete() promises places of any shape, gradients() spacings without axes, meshgrid() two indexings", () => {
  nd.scope(() => {
    deepStrictEqual(nd.delete([0, 1, 2, 3, 4], [[0, 1], [2, 1]]).toList(), [3, 4]);
    deepStrictEqual(nd.gradients(nd.ones([5, 5]), [array(1.5)]).length, 2);
    deepStrictEqual(nd.gradient([1, 3, 5], array(2)).toList(), [1, 1, 1]);
    throws(() => nd.meshgrid([nd.arange(2)], { indexing: "yx" as "xy" }), { code: "ARR002" });
  });
});

Deno.test("full() and fullLike() promise an array's values, repeated", () => {
  nd.scope(() => {
    deepStrictEqual(nd.full([2, 3], [1, 2, 3]).toList(), [[1, 2, 3], [1, 2, 3]]);
    deepStrictEqual(nd.full([2, 2], new Float32Array([0.5])).dtype, "f32");
    deepStrictEqual(nd.full([2], array([1.9, 2]), { dtype: "u8" }).toList(), [1, 2]);
    deepStrictEqual(nd.full(2, array(7)).toList(), [7, 7]);
    const turned = nd.ones([3, 2]).T;
    const like = nd.fullLike(turned, [[1], [2]]);
    deepStrictEqual([like.toList(), like.strides], [[[1, 1, 1], [2, 2, 2]], [8, 16]]);
    deepStrictEqual(nd.fullLike(nd.zeros(3, { dtype: "i8" }), array([2])).toList(), [2, 2, 2]);
    throws(() => nd.full([2, 3], [1, 2]), { code: "SHP012" });
    throws(() => nd.fullLike(turned, [1, 2]), { code: "SHP012" });
  });
});

Deno.test("einsum() promises NumPy's true and false for how it chooses its path, and refuses other names", () => {
  nd.scope(() => {
    const operands = [nd.arange(6).reshape([2, 3]), nd.arange(12).reshape([3, 4]), nd.ones([4])];
    for (const optimize of [true, false, "greedy", "optimal", "written", [[1, 2], [0, 1]]] as const) {
      deepStrictEqual(nd.einsum("ij,jk,k->i", operands, { optimize }).toList(), [98, 296], String(optimize));
    }
    deepStrictEqual(nd.einsumPath("ij,jk,k->i", operands, { optimize: true }).path, [[1, 2], [0, 1]]);
    for (const optimize of ["best", ["einsum_path", [0, 1]], 3]) {
      throws(() => nd.einsum("ij,jk,k->i", operands, { optimize: optimize as "greedy" }), { code: "ARR002" });
    }
  });
});

Deno.test("pad() refuses extrema of no elements, even where nothing is padded", () => {
  for (const mode of ["minimum", "maximum"] as const) {
    throws(() => nd.pad([1, 2], 0, mode, { statLength: 0 }), { code: "ARR002" });
    throws(() => nd.pad([1, 2], 1, mode, { statLength: [1, 0] }), { code: "ARR002" });
  }
});

Deno.test("searchsorted() refuses a sorter that names no element", () => {
  for (const sorter of [[0, 1, 2, 3, 5], [-1, 0, 1, 2, 3], [4, 0, -1, 2, 3]]) {
    throws(() => nd.searchsorted([5, 2, 1, 3, 4], 4, { sorter }), { code: "ARR002" });
  }
});

Deno.test("take(), compress(), choose(), trace() and vecdot() and its kin promise an out", () => {
  nd.scope(() => {
    const a = array([[1, 2], [3, 4]]);
    const two = nd.zeros(2, { dtype: "f32" }), one = nd.zeros([], { dtype: "i32" });
    ok(nd.take(a, [3, 0], { out: two }) === two);
    deepStrictEqual(two.toList(), [4, 1]);
    deepStrictEqual(a.take([0, 1], null, { out: two }).toList(), [1, 2]);
    deepStrictEqual(nd.extract([true, false], [5, 6]).toList(), [5]);
    deepStrictEqual(nd.compress([true, false, true], [5, 6, 7], null, { out: two }).toList(), [5, 7]);
    deepStrictEqual(a.compress([false, true], 0, { out: nd.zeros([1, 2]) }).toList(), [[3, 4]]);
    deepStrictEqual(nd.choose([1, 0], [[1, 2], [3, 4]], { out: two }).toList(), [3, 2]);
    const places = array(1);
    deepStrictEqual(places.choose([10, 20, 30], { out: places }).item(), 20);
    deepStrictEqual(nd.trace([[1.5, 2], [3, 4.5]], 0, [0, 1], { out: one }).item(), 6);
    deepStrictEqual(a.trace(1, [0, 1], { dtype: "f32" }).dtype, "f32");
    ok(nd.vecdot(a, [1, 10], { out: two }) === two);
    deepStrictEqual(two.toList(), [21, 43]);
    deepStrictEqual(nd.matvec(a, [1, 10], { out: two }).toList(), [21, 43]);
    deepStrictEqual(nd.vecmat([1, 10], a, { out: two }).toList(), [31, 42]);
    throws(() => nd.take(a, [0], { out: two }), { code: "SHP001" });
    throws(() => nd.vecdot([1.5], [1], { out: one }), { code: "DTY004" });
  });
});

Deno.test("ufunc.at() promises results cast whatever that loses, and refuses operands too many or too few", () => {
  nd.scope(() => {
    const a = array([64, 3, -5]);
    nd.add.at(a, 0, 0.75);
    nd.divide.at(a, array([1, 2, 2]), array([2, 2, 2]));
    deepStrictEqual(a.toList(), [64, 1, -1]);
    throws(() => nd.add.at(a, 0, undefined as unknown as number), { code: "ARR002" });
    throws(() => (nd.neg.at as (...all: unknown[]) => void)(a, 0, 1), { code: "ARR002" });
  });
});

Deno.test("what is no axis, shape or index is refused in words", () => {
  nd.scope(() => {
    const a = array([1, 2, 3]);
    throws(() => a.sum("rows" as unknown as number), { code: "ARR002" });
    throws(() => a.argmax("0" as unknown as number), { code: "ARR002" });
    throws(() => a.get(2n ** 64n as unknown as number), { code: "ARR002", message: /18446744073709551616n/ });
    throws(() => a.get([2n ** 64n] as unknown as number[]), { code: "ARR002" });
    deepStrictEqual(array([1]).broadcastTo(3).toList(), [1, 1, 1]);
    deepStrictEqual(nd.broadcastTo(5, 2).toList(), [5, 5]);
  });
});

Deno.test("toString() promises an exponent where NumPy has one: f32 is compared in f32", () => {
  nd.scope(() => {
    const texts = [[1e-4], [-1e-4, 0], [1, 1000.00006]].map((list) => String(array(list, { dtype: "f32" })));
    deepStrictEqual(texts, ["[0.0001]", "[-0.0001  0.    ]", "[1.00000000e+00 1.00000006e+03]"]);
    deepStrictEqual(String(array([9.99e-5], { dtype: "f32" })), "[9.99e-05]");
  });
});

Deno.test("unwrap() promises integers where the period is one, with no middle of an odd period", () => {
  nd.scope(() => {
    const list = (values: number[], period: number, dtype: nd.DType = "i64") => {
      const result = nd.unwrap(array(values, { dtype }), { period });
      return [result.dtype, result.toList()];
    };
    deepStrictEqual(list([0, 1, 2, -1, 0], 4), ["i64", [0, 1, 2, 3, 4]]);
    deepStrictEqual(list([1, 2, 3, 1, 2, 3], 3, "i8"), ["i8", [1, 2, 3, 4, 5, 6]]);
    deepStrictEqual(list([0, 5, 1, 6, 2], 5), ["i64", [0, 0, 1, 1, 2]]);
    deepStrictEqual(list([0, 1, 2, 0], 2.5), ["f64", [0, 1, 2, 2.5]]);
  });
});

Deno.test("nanToNum() promises a replacement for each element where replacements are arrays", () => {
  nd.scope(() => {
    const x = array([Infinity, -Infinity, NaN, -128, 128]);
    const options = { nan: [11, 12, -9999, 13, 14], posinf: [3, 1, 1, 1, 1], neginf: [1, 4, 1, 1, 1] };
    deepStrictEqual(nd.nanToNum(x, options).toList(), [3, 4, -9999, -128, 128]);
    deepStrictEqual(nd.nanToNum(x.astype("f32"), { nan: [7], posinf: 1, neginf: 2 }).toList(), [
      1,
      2,
      7,
      -128,
      128,
    ]);
    deepStrictEqual(nd.nanToNum([NaN, 1], { nan: 5, posinf: null }).toList(), [5, 1]);
    throws(() => nd.nanToNum(x, { nan: [1, 2] }), { code: "SHP001" });
  });
});

Deno.test("vander() promises powers in columns, from the right or the left", () => {
  nd.scope(() => {
    deepStrictEqual(nd.vander(array([1, 2, 3, 5], { dtype: "u8" }), { N: 3 }).toList(), [
      [1, 1, 1],
      [4, 2, 1],
      [9, 3, 1],
      [25, 5, 1],
    ]);
    deepStrictEqual(nd.vander(array([2, 3], { dtype: "f32" })).dtype, "f64");
    deepStrictEqual(nd.vander([2.5, 2], { N: 1 }).toList(), [[1], [1]]);
    deepStrictEqual(nd.vander([1, 2], { N: 0 }).shape, [2, 0]);
    throws(() => nd.vander([[1, 2]]), { code: "ARR002" });
  });
});

Deno.test("trilIndicesFrom() and its kin promise indices in the shape of an array; maskIndices() what a mask leaves", () => {
  nd.scope(() => {
    const lists = (arrays: readonly nd.NDArray[]) => arrays.map((along) => along.toList());
    const a = nd.zeros([2, 3]);
    deepStrictEqual(lists(nd.trilIndicesFrom(a, 1)), [[0, 0, 1, 1, 1], [0, 1, 0, 1, 2]]);
    deepStrictEqual(lists(nd.triuIndicesFrom(a, 1)), [[0, 0, 1], [1, 2, 2]]);
    deepStrictEqual(lists(nd.maskIndices(3, nd.triu, 1)), [[0, 0, 1], [1, 2, 2]]);
    deepStrictEqual(lists(nd.diagIndicesFrom(nd.zeros([2, 2, 2]))), [[0, 1], [0, 1], [0, 1]]);
    throws(() => nd.diagIndicesFrom(a), { code: "ARR002" });
    throws(() => nd.trilIndicesFrom([1, 2]), { code: "ARR002" });
  });
});

Deno.test("constants are those of the array API", () => {
  deepStrictEqual([nd.pi, nd.e, nd.inf, nd.nan, nd.eulerGamma], [
    Math.PI,
    Math.E,
    Infinity,
    NaN,
    0.5772156649015329,
  ]);
  deepStrictEqual(array([1, 2]).get([nd.newaxis, ":"]).shape, [1, 2]);
});

Deno.test("promoteTypes(), canCast() and resultType() refuse what is no dtype", () => {
  const other = "float32" as nd.DType;
  for (
    const call of [
      () => nd.promoteTypes(other, "f64"),
      () => nd.promoteTypes("f64", other),
      () => nd.canCast(other, "f64"),
      () => nd.canCast("f64", other, "unsafe"),
      () => nd.resultType("f32", other),
    ]
  ) throws(call, { code: "ARR002", message: /float32 is no dtype/ });
});

Deno.test("unravelIndex() and ravelMultiIndex() refuse shapes beyond what is counted, and positions in no axes", () => {
  nd.scope(() => {
    throws(() => nd.unravelIndex(1, [4294967295, 2147483649]), { code: "ARR002" });
    throws(() => nd.ravelMultiIndex([[0], [0]], [2 ** 62, 2]), { code: "ARR002" });
    throws(() => nd.unravelIndex([0], []), { code: "ARR002" });
    deepStrictEqual(nd.unravelIndex(0, []), []);
    const large = nd.ravelMultiIndex([[4294967294], [2097160]], [4294967295, 2097169]);
    deepStrictEqual(large.toList(), [4294967294n * 2097169n + 2097160n]);
  });
});

Deno.test("searchsorted() refuses a sorter that is not of integers", () => {
  for (const sorter of [[0.5, 1, 2], nd.zeros(3)]) {
    throws(() => nd.searchsorted([1, 2, 3], 2, { sorter }), { code: "DTY001" });
  }
});

Deno.test("results promise to go into an out of their kind only, as NumPy's", () => {
  nd.scope(() => {
    const a = nd.array([[1.5, 2], [3, 5]]), whole = nd.zeros(2, "i64"), floats = nd.zeros(2, "f32");
    for (const run of [nd.std, nd.nanmean, nd.nanvar, nd.nanstd, nd.ptp]) {
      throws(() => run(a, 0, { out: whole }), { code: "DTY004" });
      strictEqual(run(a, 0, { out: floats }), floats);
    }
    throws(() => nd.ptp(nd.array([[1, 5]]), 0, { out: nd.zeros(2, "u8") }), { code: "DTY004" });
    for (const run of [nd.argmax, nd.argmin]) {
      throws(() => run(a, 0, { out: floats }), { code: "DTY004" });
      throws(() => run(a, 0, { out: nd.zeros(2, "u64") }), { code: "DTY004" });
      const narrow = nd.zeros(2, "i32");
      strictEqual(run(a, 0, { out: narrow }), narrow);
    }
    for (const run of [nd.logaddexp, nd.logaddexp2]) {
      throws(() => run([1], [2], { dtype: "i64" }), { code: "DTY001" });
      strictEqual(run([1], [2], { dtype: "f32" }).dtype, "f32");
    }
  });
});

Deno.test("assignment promises to refuse what NumPy refuses: lists for one element, values of several axes for a mask", () => {
  nd.scope(() => {
    const a = nd.zeros([2, 2]);
    throws(() => a.set([0, 0], [1]), { code: "ARR002" });
    throws(() => nd.zeros(2).set(0, nd.ones(1)), { code: "ARR002" });
    throws(() => a.set(a.eq(0), nd.ones([1, 4])), { code: "ARR002" });
    deepStrictEqual(a.set([0, 0], 3).set("0, 1:2", [4]).toList(), [[3, 4], [0, 0]]);
    deepStrictEqual(a.set(a.eq(0), nd.ones(2)).toList(), [[3, 4], [1, 1]]);
    deepStrictEqual(a.set(nd.array([true, false]), nd.zeros([1, 2])).toList(), [[0, 0], [1, 1]]);
  });
});

Deno.test("arrays without axes promise NumPy's answers: taken from along one, accumulated along none", () => {
  nd.scope(() => {
    deepStrictEqual(nd.take(nd.array(7), [0, -1], 0).toList(), [7, 7]);
    deepStrictEqual(nd.take(nd.array(7), [0, -1], -1).toList(), [7, 7]);
    throws(() => nd.take(nd.array(7), [1], 0), { code: "SHP010" });
    for (const { accumulate } of [nd.add, nd.multiply, nd.maximum]) {
      throws(() => accumulate(nd.array(7)), { code: "ARR002" });
    }
  });
});

Deno.test("ravel() and flatten() in order K promise repeated axes their place", () => {
  nd.scope(() => {
    const repeated = nd.array([[6, -5], [7, -8]]).broadcastTo([2, 2, 2]), rows = [6, -5, 7, -8, 6, -5, 7, -8];
    deepStrictEqual(repeated.ravel({ order: "K" }).toList(), rows);
    deepStrictEqual(repeated.flatten({ order: "K" }).toList(), rows);
    deepStrictEqual(nd.array([[1, 2], [3, 4]]).T.ravel({ order: "K" }).toList(), [1, 2, 3, 4]);
  });
});

Deno.test("astype() promises the order that it is asked for, and a copy where that is another", () => {
  nd.scope(() => {
    const a = nd.array([[1, 2, 3], [4, 5, 6]]),
      strides = (order: "K" | "C" | "F" | "A", of = a) => of.astype("f32", { order }).strides;
    deepStrictEqual(
      [strides("K"), strides("C"), strides("F"), strides("A")],
      [[12, 4], [12, 4], [4, 8], [12, 4]],
    );
    deepStrictEqual(
      [strides("K", a.T), strides("C", a.T), strides("F", a.T), strides("A", a.T)],
      [[4, 12], [8, 4], [4, 12], [4, 12]],
    );
    strictEqual(a.astype("i64", { copy: false }), a);
    strictEqual(a.astype("i64", { copy: false, order: "C" }), a);
    deepStrictEqual(a.astype("i64", { copy: false, order: "F" }).strides, [8, 16]);
    deepStrictEqual(a.astype("i64", { copy: false, order: "F" }).toList(), a.toList());
    throws(() => a.astype("f32", { order: "X" as "C" }), { code: "ARR002" });
  });
});

Deno.test("interp() over one point promises its value for NaN too, as NumPy's", () => {
  nd.scope(() => {
    deepStrictEqual(nd.interp([NaN, 0, 2], [1], [5]).toList(), [5, 5, 5]);
    deepStrictEqual(nd.interp([NaN, 0], [1, 2], [5, 6], { left: 7 }).toList(), [NaN, 7]);
  });
});

Deno.test("bins without order, no elements and one axis promise NumPy's answers", () => {
  nd.scope(() => {
    deepStrictEqual(nd.digitize([1, 2], [NaN, NaN]).toList(), [2, 2]);
    deepStrictEqual(nd.digitize([1, 2], [1, 1]).toList(), [2, 2]);
    deepStrictEqual(nd.digitize([3, 1.5, 0], [2, 2, 1]).toList(), [0, 2, 3]);
    throws(() => nd.digitize([1], [1, 3, 2]), { code: "ARR002" });
    strictEqual(nd.bincount([], { weights: [], minlength: 2 }).dtype, "i64");
    throws(() => nd.histogram([1, 2], { range: [1, 2, 3] as unknown as [number, number] }), {
      code: "ARR002",
    });
    throws(() => nd.histogram([1, 2], { range: 3 as unknown as [number, number] }), { code: "ARR002" });
    const a = nd.array([1, 2]);
    strictEqual(nd.diff(a, 0, { prepend: 7 }), a);
    strictEqual(nd.std([1, 3], { ddof: 0, correction: 1 }).item(), Math.SQRT2);
    throws(() => nd.std([1, 3], { ddof: 1, correction: 1 }), { code: "ARR002" });
  });
});

Deno.test("nanmean() and its kin refuse integers as the dtype of floats; pad() promises bigints as they are", () => {
  nd.scope(() => {
    for (const run of [nd.nanmean, nd.nanvar, nd.nanstd]) {
      throws(() => run([1.5, NaN], { dtype: "i64" }), { code: "DTY001" });
      strictEqual(run([1.5, NaN], { dtype: "f32" }).dtype, "f32");
    }
    const most = 2n ** 63n - 1n, a = nd.array([most]);
    deepStrictEqual(nd.pad(a, 1, "constant", { constantValues: most }).toList(), [most, most, most]);
    deepStrictEqual(nd.pad(a, 1, "constant", { constantValues: [1n, most] }).toList(), [1, most, most]);
    throws(() => nd.pad(a, -1n as unknown as number), { code: "ARR002" });
  });
});
