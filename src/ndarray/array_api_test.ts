import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

function scoped(name: string, run: () => void): void {
  Deno.test(name, () => nd.scope(run));
}

scoped("arrays iterate along their first axis: views of rows, elements of one axis", () => {
  const a = nd.arange(6).reshape([3, 2]);
  deepStrictEqual([...a].map((row) => (row as nd.NDArray).toList()), [[0, 1], [2, 3], [4, 5]]);
  deepStrictEqual([...nd.array([true, false])], [true, false]);
  deepStrictEqual([...nd.array([1n << 60n, 1n])], [1n << 60n, 1]);
  deepStrictEqual([...nd.zeros([0, 2])], []);
  for (const row of a.rows()) row.set("0", 9);
  deepStrictEqual(a.toList(), [[9, 1], [9, 3], [9, 5]]);
  ok([...a.rows()].every((row) => nd.sharesMemory(row, a)));
  deepStrictEqual([...nd.array([4, 5]).rows()].map((row) => row.shape), [[], []]);
  throws(() => [...nd.array(3)], { code: "ARR002" });
  throws(() => [...nd.array(3).rows()], { code: "ARR002" });
});

scoped("iterating holds no more than the rows that are kept", () => {
  const before = nd.memoryStatistics().bytesInUse;
  nd.scope(() => {
    const a = nd.zeros([1000, 8]);
    for (const row of a) (row as nd.NDArray).dispose();
  });
  strictEqual(nd.memoryStatistics().bytesInUse, before);
});

scoped("mT exchanges the last two axes, as a view", () => {
  const a = nd.arange(6).reshape([1, 2, 3]);
  deepStrictEqual([a.mT.shape, nd.sharesMemory(a, a.mT)], [[1, 3, 2], true]);
  throws(() => nd.arange(3).mT, { code: "SHP004" });
});

scoped("isdtype() knows the standard's kinds, dtypes and lists of both", () => {
  strictEqual(nd.isdtype("bool", "numeric"), false);
  strictEqual(nd.isdtype("u8", "unsigned integer"), true);
  strictEqual(nd.isdtype("f64", ["integral", "real floating"]), true);
  strictEqual(nd.isdtype("i8", "i16"), false);
  // as a caller without types would write them
  throws(() => nd.isdtype("i8", "whole" as "bool"), { code: "ARR002" });
  throws(() => nd.isdtype("int8" as "i8", "bool"), { code: "ARR002" });
});

scoped("cumulativeSum() and cumulativeProd() begin with nothing where asked", () => {
  const a = nd.array([[1, 2], [3, 4]], { dtype: "i8" });
  const sums = nd.cumulativeSum(a, { axis: 1, includeInitial: true });
  deepStrictEqual([sums.dtype, sums.toList()], ["i64", [[0, 1, 3], [0, 3, 7]]]);
  deepStrictEqual(nd.cumulativeProd([2, 3], { includeInitial: true, dtype: "f32" }).toList(), [1, 2, 6]);
  deepStrictEqual(nd.cumulativeSum(a, { axis: -2 }).toList(), [[1, 2], [4, 6]]);
  const out = nd.zeros(2);
  strictEqual(nd.cumulativeSum([1, 2], { out }), out);
  deepStrictEqual(out.toList(), [1, 3]);
  throws(() => nd.cumulativeSum(a), { code: "ARR002" });
});

scoped("unstack() gives views, one for each index of an axis", () => {
  const a = nd.arange(6).reshape([2, 3]);
  const columns = nd.unstack(a, { axis: -1 });
  deepStrictEqual(columns.map((column) => column.toList()), [[0, 3], [1, 4], [2, 5]]);
  ok(columns.every((column) => nd.sharesMemory(column, a)));
  deepStrictEqual(nd.unstack(nd.zeros([0, 2])), []);
  throws(() => nd.unstack(nd.array(1)), { code: "SHP004" });
});

scoped("vecdot(), matvec() and vecmat() broadcast all axes but those they sum", () => {
  const matrices = nd.arange(12).reshape([2, 2, 3]), vectors = nd.array([[1, 0, 2], [0, 1, 0]]);
  deepStrictEqual(nd.matvec(matrices, vectors).toList(), [[4, 13], [7, 10]]);
  deepStrictEqual(nd.matvec(matrices, [1, 1, 1]).toList(), [[3, 12], [21, 30]]);
  deepStrictEqual(nd.vecmat([1, 2], matrices).toList(), [[6, 9, 12], [24, 27, 30]]);
  deepStrictEqual(nd.vecdot(vectors, [1, 2, 3]).toList(), [7, 2]);
  ok(nd.matvec(matrices, vectors).flags.ownData);
  throws(() => nd.matvec([1, 2], [1, 2]), { code: "ARR002" });
  throws(() => nd.vecmat([1, 2], [[1], [2], [3]]), { code: "SHP007" });
});

scoped("ix() spans the grid of its lists, masks among them", () => {
  const a = nd.arange(12).reshape([3, 4]);
  deepStrictEqual(a.get(nd.ix([true, false, true], [3, 0])).toList(), [[3, 0], [11, 8]]);
  deepStrictEqual(nd.ix([1, 2], [0]).map(({ shape }) => shape), [[2, 1], [1, 1]]);
  deepStrictEqual(a.get(nd.ix([], [0])).shape, [0, 1]);
  throws(() => nd.ix([[1]]), { code: "ARR002" });
});

scoped("unravelIndex() and ravelMultiIndex() are each other's inverse, in rows and in columns", () => {
  const shape = [3, 4, 5], positions = nd.arange(60).reshape([6, 10]);
  for (const order of ["C", "F"] as const) {
    const along = nd.unravelIndex(positions, shape, { order });
    deepStrictEqual(along[0]!.shape, [6, 10]);
    ok(nd.arrayEqual(nd.ravelMultiIndex(along, shape, { order }), positions));
  }
  deepStrictEqual(nd.unravelIndex(22, [7, 6], { order: "F" }).map((each) => each.item()), [1, 3]);
  deepStrictEqual(nd.ravelMultiIndex([[3, 9], -1], [7, 6], { mode: "clip" }).toList(), [18, 36]);
  deepStrictEqual(nd.ravelMultiIndex([[3, 9], -1], [7, 6], { mode: "wrap" }).toList(), [23, 17]);
  throws(() => nd.unravelIndex(42, [7, 6]), { code: "SHP010" });
  throws(() => nd.unravelIndex(-1, [7, 6]), { code: "ARR002" });
  throws(() => nd.ravelMultiIndex([[7], [0]], [7, 6]), { code: "SHP010" });
  throws(() => nd.ravelMultiIndex([[-1], [0]], [7, 6]), { code: "ARR002" });
  throws(() => nd.ravelMultiIndex([[1]], [7, 6]), { code: "ARR002" });
});

scoped("diagIndices(), trilIndices() and triuIndices() name what diag, tril and triu keep", () => {
  const a = nd.arange(1, 13).reshape([3, 4]);
  for (const k of [-3, -1, 0, 2, 5]) {
    const low = nd.zerosLike(a), high = nd.zerosLike(a);
    const lowAt = nd.trilIndices(3, { k, numColumns: 4 }), highAt = nd.triuIndices(3, { k, numColumns: 4 });
    low.set(lowAt, a.get(lowAt));
    high.set(highAt, a.get(highAt));
    ok(nd.arrayEqual(low, nd.tril(a, k)) && nd.arrayEqual(high, nd.triu(a, k)), String(k));
  }
  deepStrictEqual(nd.diagIndices(2, { ndim: 3 }).map((each) => each.toList()), [[0, 1], [0, 1], [0, 1]]);
});

scoped("fillDiagonal() stops at the last column unless it wraps, and repeats its values", () => {
  const tall = nd.zeros([5, 2], { dtype: "i64" });
  nd.fillDiagonal(tall, [1, 2]);
  deepStrictEqual(tall.toList(), [[1, 0], [0, 2], [0, 0], [0, 0], [0, 0]]);
  nd.fillDiagonal(tall, 7, { wrap: true });
  deepStrictEqual(tall.toList(), [[7, 0], [0, 7], [0, 0], [7, 0], [0, 7]]);
  const cube = nd.zeros([2, 2, 2]);
  nd.fillDiagonal(cube, 1);
  deepStrictEqual([cube.at(0, 0, 0), cube.at(1, 1, 1), cube.sum().item()], [1, 1, 2]);
  throws(() => nd.fillDiagonal(nd.zeros([2, 3, 2]), 1), { code: "ARR002" });
  throws(() => nd.fillDiagonal(nd.zeros(3), 1), { code: "ARR002" });
  throws(() => nd.fillDiagonal(nd.zeros([2, 2]).broadcastTo([3, 2, 2]).slice("0"), 1), { code: "ARR001" });
});

Deno.test('setBroadcast("strict") holds for what is asked for, not for what functions compute on the way', () => {
  const before = nd.setBroadcast("strict");
  try {
    nd.scope(() => {
      const tall = nd.array([[1, 2], [3, 4], [5, 7.5]]), square = nd.array([[2, 1], [1, 3]]);
      deepStrictEqual(nd.tril(square).toList(), [[2, 0], [1, 3]]);
      nd.linalg.svd(tall);
      nd.linalg.qr(tall);
      nd.linalg.pinv(tall);
      nd.linalg.lstsq(tall, [1, 2, 3]);
      nd.linalg.cond(square);
      nd.cov(tall);
      nd.corrcoef(tall);
      nd.nanvar(tall, 1);
      nd.fft.fft2(tall);
      nd.unwrap(tall);
      nd.average(tall, { axis: 1, weights: [1, 2] });
      nd.matvec(square, [1, 2]);
      throws(() => tall.slice(":, :1").sub(nd.array([1, 2])), { code: "SHP003" });
    });
  } finally {
    nd.setBroadcast(before);
  }
});

scoped("movement, joining and indexing take lists too, and a view of a list is an array of its own", () => {
  const list = [[1, 2], [3, 4]], a = nd.array(list);
  deepStrictEqual(nd.transpose(list).toList(), [[1, 3], [2, 4]]);
  deepStrictEqual([nd.transpose(list).base, nd.transpose(a).base === a], [null, true]);
  deepStrictEqual(nd.split([1, 2, 3, 4], 2).map((part) => part.toList()), [[1, 2], [3, 4]]);
  deepStrictEqual(nd.concatenate([[1], new Float32Array([2]), nd.array([3])]).toList(), [1, 2, 3]);
  deepStrictEqual([nd.stack([[1, 2], [3, 4]], 1).toList(), nd.vstack([[1, 2], [3, 4]]).toList()], [[[1, 3], [
    2,
    4,
  ]], list]);
  deepStrictEqual(nd.hstack([[1], [2, 3]]).toList(), [1, 2, 3]);
  deepStrictEqual(nd.take([5, 6, 7], [2, 0]).toList(), [7, 5]);
  deepStrictEqual(nd.argwhere([0, 3]).toList(), [[1]]);
  deepStrictEqual(nd.pad([1], 1).toList(), [0, 1, 0]);
  deepStrictEqual(nd.diag([1, 2]).toList(), [[1, 0], [0, 2]]);
  deepStrictEqual(nd.insert([1, 3], 1, 2).toList(), [1, 2, 3]);
  // as a caller without types would write it
  throws(() => nd.transpose("a" as unknown as nd.NDArray), { code: "ARR002" });
});

Deno.test("linalg.trace() takes a dtype, fftfreq() and rfftfreq() one of floats", () => {
  nd.scope(() => {
    const sum = nd.linalg.trace(nd.ones([2, 3, 3], "i8"), { dtype: "i8", offset: 1 });
    deepStrictEqual([sum.dtype, sum.toList()], ["i8", [2, 2]]);
    deepStrictEqual(nd.linalg.trace(nd.ones([3, 3], "i8")).dtype, "i64");
    const thirds = nd.fft.fftfreq(3, { dtype: "f32" });
    deepStrictEqual([thirds.dtype, thirds.toList()], ["f32", [0, Math.fround(1 / 3), Math.fround(-1 / 3)]]);
    deepStrictEqual(nd.fft.rfftfreq(4, 2, { dtype: "f32" }).dtype, "f32");
    deepStrictEqual(nd.fft.fftfreq(4).dtype, "f64");
    throws(() => nd.fft.fftfreq(4, { dtype: "i32" }), { code: "DTY001" });
  });
});

Deno.test("canCast() takes an array, whose dtype counts and whose values do not", () => {
  nd.scope(() => {
    deepStrictEqual([nd.canCast(nd.array([1]), "f64"), nd.canCast(nd.array(1), "i8")], [true, false]);
    throws(() => nd.canCast(1 as never, "f64"), { code: "ARR002" });
    throws(() => nd.canCast(null as never, "f64"), { code: "ARR002" });
  });
});

Deno.test("isdtype() knows the kind of complex numbers, of which there is no dtype", () => {
  deepStrictEqual(nd.DTYPES.filter((dtype) => nd.isdtype(dtype, "complex floating")), []);
  deepStrictEqual(nd.isdtype("f32", ["complex floating", "real floating"]), true);
});
