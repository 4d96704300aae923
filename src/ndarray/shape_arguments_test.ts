/**
 * Sizes, axes and ranks as arguments: numbers, lists, typed arrays and arrays; anything else is refused by name.
 *
 * Over 400 lines because it goes over all functions that take any of them.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";

/** functions of a list of integers, as callers without types reach them */
const OF_INTEGERS: Readonly<Record<string, (list: never) => unknown>> = {
  zeros: (list) => nd.zeros(list),
  ones: (list) => nd.ones(list),
  empty: (list) => nd.empty(list),
  full: (list) => nd.full(list, 1),
  zerosLike: (list) => nd.zerosLike([1], { shape: list }),
  reshape: (list) => nd.reshape(nd.arange(6), list),
  "reshape in columns": (list) => nd.arange(6).reshape(list, { order: "F" }),
  broadcastTo: (list) => nd.broadcastTo([1], list),
  resize: (list) => nd.resize([1], list),
  tile: (list) => nd.tile([1], list),
  indices: (list) => nd.indices(list),
  fromfunction: (list) => nd.fromfunction((i) => i, list),
  unravelIndex: (list) => nd.unravelIndex([0], list),
  ravelMultiIndex: (list) => nd.ravelMultiIndex([[0], [0]], list),
  broadcastShapes: (list) => nd.broadcastShapes(list, [1]),
  slidingWindowView: (list) => nd.slidingWindowView(nd.zeros([4, 4]), list),
  "random.random": (list) => nd.random.defaultRng(1).random(list),
  "random.normal": (list) => nd.random.defaultRng(1).normal(0, 1, list),
  "random.choice": (list) => nd.random.defaultRng(1).choice(3, { size: list }),
  "fft.fftn": (list) => nd.fft.fftn(nd.zeros([2, 3]), { s: list }),
};

const SHAPES: readonly (readonly [string, unknown])[] = [
  ["a text", "2"],
  ["a bigint that no number is", 2n ** 53n],
  ["an object", {}],
  ["true", true],
  ["a text in a list", ["2", 3]],
  // deno-lint-ignore no-sparse-arrays
  ["a list with a hole", [, 3]],
];

for (const [name, call] of Object.entries(OF_INTEGERS)) {
  Deno.test(`${name}() refuses as a shape what is no list of integers`, () => {
    // by position, an object is options
    const shapes = SHAPES.filter(([what]) => what !== "an object" || !/random.(random|normal)/.test(name));
    for (const [what, shape] of shapes) throws(() => call(shape as never), { code: "ARR002" }, what);
  });
  Deno.test(`${name}() takes sizes in a typed array or an array as in a list`, () => {
    for (const shape of [new Int32Array([2, 3]), new BigInt64Array([2n, 3n]), nd.array([2, 3]), [2n, 3]]) {
      deepStrictEqual(shapeOf(call(shape as never)), shapeOf(call([2, 3] as never)));
    }
  });
}

/** the shapes of what a function gave */
function shapeOf(value: unknown): unknown {
  if (value instanceof nd.NDArray) return value.shape;
  if (Array.isArray(value)) return value.map(shapeOf);
  return typeof value === "object" && value !== null ? Object.values(value).map(shapeOf) : value;
}

Deno.test("zeros(), ones() and empty() refuse null as a shape", () => {
  for (const make of [nd.zeros, nd.ones, nd.empty]) throws(() => make(null as never), { code: "ARR002" });
});

Deno.test("moveaxis(), expandDims(), transpose(), split() and partition() refuse what is no list of integers", () => {
  const a = nd.zeros([2, 3]);
  for (const bad of ["0", 2n ** 60n, { by: 1 }, true]) {
    const given = bad as never;
    throws(() => nd.moveaxis(a, given, 0), { code: "ARR002" });
    throws(() => nd.expandDims(a, given), { code: "ARR002" });
    throws(() => nd.transpose(a, given), { code: "ARR002" });
    throws(() => nd.permuteDims(a, given), { code: "ARR002" });
    throws(() => nd.split(a, given), { code: "ARR002" });
    throws(() => nd.partition(a, given), { code: "ARR002" });
    throws(() => nd.argpartition(a, given), { code: "ARR002" });
    throws(() => nd.einsum(given, [a]), { code: "ARR002" });
    throws(() => nd.tensordot(a, a, [given, [0]]), { code: "ARR002" });
  }
});

Deno.test("axes are taken as numbers, bigints, lists, typed arrays and arrays, wherever they stand", () => {
  const a = nd.arange(24).reshape([2, 3, 4]);
  const calls: Readonly<Record<string, (axis: never) => nd.NDArray>> = {
    sum: (axis) => a.sum(axis),
    "sum by name": (axis) => a.sum({ axis }),
    "nd.sum": (axis) => nd.sum(a, axis),
    "nd.median": (axis) => nd.median(a, axis),
    "nd.quantile": (axis) => nd.quantile(a, 0.5, { axis }),
    "nd.nanmax": (axis) => nd.nanmax(a, axis),
    var: (axis) => a.var(axis),
    flip: (axis) => a.flip(axis),
    "nd.flip": (axis) => nd.flip(a, axis),
    squeeze: (axis) => nd.zeros([1, 2]).squeeze(axis),
    expandDims: (axis) => nd.expandDims(a, axis),
    roll: (axis) => nd.roll(a, 1, axis),
    "add.reduce": (axis) => nd.add.reduce(a, axis),
    fftshift: (axis) => nd.fft.fftshift(a, axis),
    fftn: (axis) => nd.fft.fftn(a, { axes: axis }).re,
    norm: (axis) => nd.linalg.norm(a, { axis }),
    vectorNorm: (axis) => nd.linalg.vectorNorm(a, { axis }),
    countNonzero: (axis) => nd.countNonzero(a, axis),
  };
  for (const [name, call] of Object.entries(calls)) {
    const one = call(0 as never).toList();
    for (const axis of [0n, [0n], new Int32Array([0]), new BigInt64Array([0n]), nd.array(0), nd.array([0])]) {
      deepStrictEqual(call(axis as never).toList(), one, name);
    }
    for (const axis of ["0", [0.5], ["0"], new Map(), 2n ** 60n, nd.array([0.5])]) {
      throws(() => call(axis as never), NdpipeError, `${name} ${String(axis)}`);
    }
  }
  const turned = nd.transpose(a, [2, 0, 1]).toList();
  for (const axes of [new Int32Array([2, 0, 1]), nd.array([2, 0, 1]), [2n, 0n, 1n]] as never[]) {
    deepStrictEqual(a.transpose(axes).toList(), turned);
    deepStrictEqual(nd.transpose(a, axes).toList(), turned);
    deepStrictEqual(nd.permuteDims(a, axes).toList(), turned);
  }
  for (
    const [one, other] of [
      [nd.cumsum(a, 1n as never), nd.cumsum(a, 1)],
      [nd.sort(a, { axis: 1n as never }), nd.sort(a, { axis: 1 })],
      [nd.argmax(a, nd.array(1) as never), nd.argmax(a, 1)],
      [nd.take(a, [0], 1n as never), nd.take(a, [0], 1)],
      [nd.concatenate([a, a], { axis: 1n as never }), nd.concatenate([a, a], { axis: 1 })],
      [nd.stack([a, a], 1n as never), nd.stack([a, a], 1)],
      [nd.repeat(a, 2, 1n as never), nd.repeat(a, 2, 1)],
      [nd.diff(a, 1n as never, 1n as never), nd.diff(a, 1, 1)],
      [nd.rot90(a, 3n as never), nd.rot90(a, 3)],
      [nd.fft.fft(a, 6n as never, 1n as never).re, nd.fft.fft(a, 6, 1).re],
      [nd.swapaxes(a, 0n as never, 2n as never), nd.swapaxes(a, 0, 2)],
      [nd.eye(3n as never, 4n as never, { k: 1n as never }), nd.eye(3, 4, { k: 1 })],
      [nd.round(nd.array([1.26]), 1n as never), nd.round(nd.array([1.26]), 1)],
      [nd.diagonal(a, 1n as never, 1n as never, 2n as never), nd.diagonal(a, 1, 1, 2)],
      [nd.tril(nd.ones([3, 3]), 1n as never), nd.tril(nd.ones([3, 3]), 1)],
      [nd.insert([1, 2], 1n as never, 5), nd.insert([1, 2], 1, 5)],
      [nd.delete([1, 2], 1n as never), nd.delete([1, 2], 1)],
    ] as [nd.NDArray, nd.NDArray][]
  ) deepStrictEqual(one.toList(), other.toList());
});

Deno.test("partition() and split() take positions in an array", () => {
  deepStrictEqual(nd.partition([3, 1, 2, 0], nd.array([1]) as never).get(1).item(), 1);
  deepStrictEqual(nd.split(nd.arange(5), nd.array([1, 3]) as never).map(({ size }) => size), [1, 2, 2]);
});

Deno.test("unravelIndex(), ravelMultiIndex() and broadcastShapes() take a number as a shape of one axis", () => {
  deepStrictEqual(nd.unravelIndex([1, 4], 6).map((each) => each.toList()), [[1, 4]]);
  deepStrictEqual(nd.ravelMultiIndex([[1, 4]], 6).toList(), [1, 4]);
  deepStrictEqual(nd.broadcastShapes(6, [2, 1]), [2, 6]);
});

Deno.test("permuteDims() reverses the axes where no list is given", () => {
  deepStrictEqual(nd.permuteDims(nd.zeros([2, 3, 4])).shape, [4, 3, 2]);
  deepStrictEqual(nd.permuteDims(nd.zeros([2, 3, 4]), null).shape, [4, 3, 2]);
});

Deno.test("arange() counts bools as 0 and 1, as NumPy, and refuses what is no number", () => {
  deepStrictEqual(nd.arange(true as never).toList(), [0]);
  deepStrictEqual(nd.arange(false as never, 2).toList(), [0, 1]);
  deepStrictEqual(nd.arange(true as never, undefined, { dtype: "bool" }).toList(), [false]);
  for (const bad of [null, "3", [3], {}, undefined]) {
    throws(() => nd.arange(bad as never), { code: "ARR002" });
  }
  throws(() => nd.arange(0, 3, "1" as never), { code: "ARR002" });
});

Deno.test("einsum() refuses a diagonal of axes of two sizes, of which one is 1", () => {
  for (const operand of [nd.zeros([1, 3]), nd.zeros([3, 1])]) {
    throws(() => nd.einsum("ii", [operand]), { code: "SHP001" });
    throws(() => nd.einsum("ii->i", [operand]), { code: "SHP001" });
    throws(() => nd.einsum("ii,i", [operand, nd.zeros([3])]), { code: "SHP001" });
  }
  // between operands 1 broadcasts
  strictEqual(nd.einsum("ij,ij", [[[1, 2, 3]], [[1], [1]]]).item(), 12);
});

Deno.test("poly() gives the number 1 without roots", () => {
  for (const roots of [[], nd.zeros([0], "f32")]) {
    const made = nd.poly(roots);
    deepStrictEqual([made.shape, made.dtype, made.item()], [[], "f64", 1]);
  }
});

Deno.test("angle() of bools is f64, as of the integers that they count as", () => {
  const angles = nd.angle([true, false]);
  deepStrictEqual([angles.dtype, angles.toList()], ["f64", [0, 0]]);
});

Deno.test("ix() keeps the dtype of an array without elements; an empty list is of indices", () => {
  strictEqual(nd.ix(nd.zeros([0]))[0]!.dtype, "f64");
  strictEqual(nd.ix([])[0]!.dtype, "i64");
});

Deno.test("repeat() takes bools as counts, and refuses counts along two axes", () => {
  deepStrictEqual(nd.repeat([0, 1, 2], [true, false, true]).toList(), [0, 2]);
  deepStrictEqual(nd.repeat([[1, 2]], nd.array([true]), 0).toList(), [[1, 2]]);
  throws(() => nd.repeat([1, 2], [[1, 2]]), { code: "ARR002" });
});

Deno.test("fill() takes an array without axes, and refuses what is no number", () => {
  for (const dtype of nd.DTYPES) {
    const a = nd.zeros([2], { dtype });
    a.fill(nd.array(1.0));
    deepStrictEqual(a.astype("f64").toList(), [1, 1], dtype);
    for (const bad of ["1", null, [1], nd.array([1]), {}, undefined]) {
      throws(() => a.fill(bad as never), { code: "ARR002" }, dtype);
    }
  }
});

Deno.test("full() and fullLike() refuse a text", () => {
  for (const dtype of ["i64", "f64", "bool", "u8"] as const) {
    throws(() => nd.full([2], "1" as never, dtype), { code: "ARR002" });
    throws(() => nd.fullLike([2], "1" as never, dtype), { code: "ARR002" });
  }
});

Deno.test("trapezoid() takes a distance for each trapezoid, which broadcasts", () => {
  const y = nd.arange(12).astype("f64").reshape([3, 4]).pow(2);
  deepStrictEqual(nd.trapezoid(y, { dx: [1, 2, 3] }).toList(), [25, 209, 585]);
  deepStrictEqual(nd.trapezoid(y, { dx: [[1], [2.5]], axis: 0 }).toList(), [108, 145.5, 190, 241.5]);
  deepStrictEqual(nd.trapezoid(y, { dx: [[[1]], [[2]]] }).toList(), [[9.5, 93.5, 273.5], [19, 187, 547]]);
});

Deno.test("polyval() takes coefficients of polynomials side by side", () => {
  const p = nd.arange(6).reshape([3, 2]);
  deepStrictEqual(nd.polyval(p, [2, 3]).toList(), [8, 23]);
  deepStrictEqual(nd.polyval(p, 2).toList(), [8, 15]);
  const batched = nd.polyval(nd.arange(12).reshape([2, 3, 2]), [[1], [2], [3]]);
  deepStrictEqual(batched.toList(), [[6, 8], [12, 15], [22, 26]]);
});

Deno.test("eye() and tri() take null as the number of columns: as many as rows", () => {
  deepStrictEqual(nd.eye(2, null, 1).toList(), [[0, 1], [0, 0]]);
  deepStrictEqual(nd.tri(2, null, -1).toList(), [[0, 0], [1, 0]]);
});

Deno.test("expandDims() and roll() take an array without axes as a number", () => {
  deepStrictEqual(nd.expandDims([1], nd.array(0) as never).shape, [1, 1]);
  deepStrictEqual(nd.roll([1, 2, 3], nd.array(1) as never).toList(), [3, 1, 2]);
});

Deno.test("einsum() and einsumPath() take arrays one after the other as in a list", () => {
  const a = nd.arange(6).reshape([2, 3]), b = nd.arange(12).reshape([3, 4]);
  deepStrictEqual(nd.einsum("ij,jk->ik", a, b).toList(), nd.matmul(a, b).toList());
  strictEqual(nd.einsum("ij->", a).item(), 15);
  strictEqual(nd.einsum("i,i", new Float64Array([1, 2]), [3, 4]).item(), 11);
  deepStrictEqual(nd.einsum("ij,jk", a, b, { optimize: "optimal" }).toList(), nd.matmul(a, b).toList());
  deepStrictEqual(nd.einsumPath("ij,jk", a, b), nd.einsumPath("ij,jk", [a, b]));
  // a list is of operands, an array is one: its rows were taken for operands
  throws(() => nd.einsum("i,i->i", nd.zeros([2, 3])), { code: "ARR002" });
  throws(() => nd.einsum("i", 3 as never), { code: "ARR002" });
});

Deno.test("diagonal() and trace() take axes one after the other as in a list", () => {
  const a = nd.arange(12).reshape([3, 2, 2]);
  deepStrictEqual(nd.diagonal(a, 0, 1, 2).toList(), nd.diagonal(a, 0, [1, 2]).toList());
  deepStrictEqual(a.diagonal(1, 1, 2).toList(), [[1], [5], [9]]);
  deepStrictEqual(nd.trace(a, 0, 1, 2).toList(), [3, 11, 19]);
  deepStrictEqual(a.trace(0, 1, 2, "f32").dtype, "f32");
  deepStrictEqual(a.trace(0, [1, 2], { dtype: "f32" }).toList(), [3, 11, 19]);
  for (const bad of ["0", { by: 1 }, true, [0], [0, 1, 2]]) {
    throws(() => nd.diagonal(a, 0, bad as never), { code: "ARR002" });
    throws(() => nd.trace(a, 0, bad as never), { code: "ARR002" });
  }
  for (const bad of [[], [1, 2], { by: 1 }, "1"]) {
    throws(() => nd.diagonal(a, 0, 0, bad as never), { code: "ARR002" });
    throws(() => nd.trace(a, 0, 0, bad as never), { code: "ARR002" });
  }
});

Deno.test("pad() takes widths of some axes, and widths and values in arrays", () => {
  const a = nd.ones([2, 3]);
  deepStrictEqual(nd.pad(a, { 0: [1, 2] }).shape, [5, 3]);
  deepStrictEqual(nd.pad(a, { 0: 1, [-1]: 2 }).shape, [4, 7]);
  deepStrictEqual(nd.pad(a, {}).shape, [2, 3]);
  throws(() => nd.pad(a, { 5: 1 }), { code: "SHP004" });
  throws(() => nd.pad(a, { 0: [1, 2, 3] as never }), { code: "ARR002" });
  throws(() => nd.pad(a, { 0: -1 }), { code: "ARR002" });
  deepStrictEqual(nd.pad([1, 2], nd.array(1)).toList(), [0, 1, 2, 0]);
  deepStrictEqual(nd.pad([1], 1, "constant", { constantValues: nd.array([[2, 3]]) }).toList(), [2, 1, 3]);
  deepStrictEqual(nd.pad([true], 1, "constant", { constantValues: true }).toList(), [true, true, true]);
});

Deno.test("cumulativeSum() and cumulativeProd() take a number as one element along an axis", () => {
  deepStrictEqual(nd.cumulativeSum(3).toList(), [3]);
  deepStrictEqual(nd.cumulativeProd(3, { includeInitial: true }).toList(), [1, 3]);
});

Deno.test("norm() takes NumPy's short name of the Frobenius norm", () => {
  strictEqual(nd.linalg.norm([[3, 0], [0, 4]], "f").item(), 5);
});

Deno.test("resultType() of numbers alone is that of arrays of them", () => {
  deepStrictEqual(
    [
      nd.resultType(1),
      nd.resultType(1, 2.5),
      nd.resultType(true),
      nd.resultType(true, 1),
      nd.resultType(2n ** 63n),
    ],
    ["i64", "f64", "bool", "i64", "u64"],
  );
  throws(() => nd.resultType(), { code: "ARR002" });
});

Deno.test("asStrided() without strides counts rows of the new shape in a contiguous array", () => {
  const { asStrided } = nd.lib.strideTricks, a = nd.arange(10);
  deepStrictEqual(asStrided(a, [2, 5]).toList(), [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]);
  deepStrictEqual(asStrided(a.slice("2:8"), [2, 3]).toList(), [[2, 3, 4], [5, 6, 7]]);
  throws(() => asStrided(a.slice("::2"), [2, 2]), { code: "ARR002" });
  throws(() => asStrided(a, [3, 5]), { code: "ARR002" });
});

Deno.test("arange() of bigints with a step that is no integer has as many elements as they are apart", () => {
  strictEqual(nd.arange(-72057594037927945n, -72057594037927938n, 0.5, "f64").size, 14);
  strictEqual(nd.arange(0n, 3n, 0.5).size, 6);
});

Deno.test("convolve() takes a number as an array of one element; to correlate() it is none, as in NumPy", () => {
  deepStrictEqual(nd.convolve(2, 3).toList(), [6]);
  deepStrictEqual(nd.convolve(2, [1, 2], "same").toList(), [2, 4]);
  throws(() => nd.correlate(1, 1), { code: "ARR002" });
});

Deno.test("gradient() refuses an order of its edges that it does not have", () => {
  for (const edgeOrder of [0, 3, 1.5]) {
    throws(() => nd.gradient(nd.arange(5), 1, { edgeOrder: edgeOrder as never }), { code: "ARR002" });
  }
});

Deno.test("get() and set() refuse indices that stand one after the other: all but the first were passed over", () => {
  const a = nd.zeros([2, 3]);
  throws(() => (a.get as (...index: number[]) => unknown).call(a, 1, 2), { code: "ARR002" });
  throws(() => (a.set as (...index: number[]) => unknown).call(a, 1, 2, 9), { code: "ARR002" });
  deepStrictEqual(a.sum().item(), 0);
});

Deno.test("get() and set() take null as a new axis, and refuse what is no index", () => {
  const a = nd.arange(3);
  deepStrictEqual(a.get(null as never).shape, [1, 3]);
  a.set(null as never, 7);
  deepStrictEqual(a.toList(), [7, 7, 7]);
  for (const bad of [{}, undefined, 2n ** 60n, () => 1]) {
    throws(() => a.get(bad as never), { code: "ARR002" });
    throws(() => a.set(bad as never, 1), { code: "ARR002" });
  }
});

Deno.test("a bigint, or an array without axes, is one number and no list of one wherever a list means something else", () => {
  const a = nd.arange(6), m = nd.array([[1, 2], [3, 4]]);
  for (
    const [one, two, three] of [[1n, 2n, 3n], [nd.array(1), nd.array(2), nd.array(3)]] as unknown as never[][]
  ) {
    for (const split of [nd.split, nd.arraySplit, nd.hsplit]) {
      deepStrictEqual(split(a, three!).map((part) => part.toList()), [[0, 1], [2, 3], [4, 5]]);
    }
    deepStrictEqual(nd.insert(m, one!, [8, 9], 1).toList(), [[1, 8, 2], [3, 9, 4]]);
    deepStrictEqual(a.reshape(two!, three!).shape, [2, 3]);
    deepStrictEqual(a.reshape([two!, three!]).shape, [2, 3]);
    deepStrictEqual(a.reshape(nd.array(6) as never).shape, [6]);
    deepStrictEqual(a.reshape(two!, three!, { order: "F" } as never).toList(), [[0, 2, 4], [1, 3, 5]]);
    deepStrictEqual(m.transpose(one!, 0).toList(), m.T.toList());
    deepStrictEqual(nd.transpose(m, [one!, 0]).toList(), m.T.toList());
    deepStrictEqual(nd.histogram(a, three!).edges.size, 4);
    deepStrictEqual(nd.histogram(a, three!).counts.toList(), [2, 2, 2]);
    deepStrictEqual(nd.histogramdd(m, three!).counts.shape, [3, 3]);
    deepStrictEqual(nd.histogramdd(m, { bins: [two!, three!] }).counts.shape, [2, 3]);
    deepStrictEqual(nd.histogram2d([0, 1], [1, 2], three!).counts.shape, [3, 3]);
    deepStrictEqual(nd.polyfit([0, 1, 2], [1, 3, 5], one!).round(9).toList(), [2, 1]);
    deepStrictEqual(nd.polyfitAll([0, 1, 2], [1, 3, 5], one!).rank, 2);
    deepStrictEqual(nd.pad([1], one!).toList(), [0, 1, 0]);
    deepStrictEqual(nd.pad([1], [one!, two!]).toList(), [0, 1, 0, 0]);
    deepStrictEqual(nd.tri(three!).toList(), nd.tri(3).toList());
    deepStrictEqual(nd.tri(2, three!, one!).toList(), nd.tri(2, 3, 1).toList());
    deepStrictEqual(nd.tril(m, one!).toList(), [[1, 2], [3, 4]]);
    deepStrictEqual(nd.applyOverAxes((x, axis) => x.sum(axis), m, one!).toList(), [[3], [7]]);
  }
  // one place in a list is a place for each of the values, as in NumPy
  deepStrictEqual(nd.insert(m, [1n], [8, 9], 1).toList(), [[1, 8, 9, 2], [3, 8, 9, 4]]);
  deepStrictEqual(nd.split(a, nd.array([3]) as never).map(({ size }) => size), [3, 3]);
  deepStrictEqual(a.slice([{ start: 1n as never, stop: 5n as never, step: 2n as never }]).toList(), [1, 3]);
  deepStrictEqual(a.get([{ start: 4n as never }]).toList(), [4, 5]);
  throws(() => a.slice([{ start: 2n ** 60n as never }]), { code: "ARR002" });
  for (const bad of [0, -1, 0n, 1.5, nd.array(-2)] as never[]) {
    throws(() => nd.arraySplit(a, bad), { code: "ARR002" });
    throws(() => nd.split(a, bad), { code: "ARR002" });
  }
});

Deno.test("histogram2d() and histogramdd() take an array of two numbers of bins, as NumPy", () => {
  deepStrictEqual(nd.histogram2d([0, 1, 1], [0, 2, 2], nd.array([2, 3])).counts.toList(), [[1, 0, 0], [
    0,
    0,
    2,
  ]]);
  const points = nd.array([[0, 0], [1, 2], [1, 2]]);
  deepStrictEqual(nd.histogramdd(points, nd.array([2, 3])).counts.toList(), [[1, 0, 0], [0, 0, 2]]);
  deepStrictEqual(nd.histogram2d([0, 1], [0, 1], nd.array([0, 1, 2])).counts.shape, [2, 2]);
  throws(() => nd.histogramdd(points, [2, 3, 4]), { code: "ARR002", message: /for each of 2 coordinates/ });
});

Deno.test("a shape or axes with a number that is no integer are refused in these words", () => {
  const a = nd.arange(6), m = nd.zeros([2, 3]);
  throws(() => a.reshape([0.5, 12]), { code: "ARR002", message: "reshape takes integers as shape, not 0.5" });
  throws(() => m.transpose([0, 0.5]), {
    code: "ARR002",
    message: "transpose takes integers as axes, not 0.5",
  });
  throws(() => nd.split(a, [1, NaN]), {
    code: "ARR002",
    message: "split takes integers as sections, not NaN",
  });
  // as NumPy, a shift is cut
  deepStrictEqual(nd.roll([1, 2, 3], [1.9]).toList(), [3, 1, 2]);
});

Deno.test("stack(), concatenate() and rollaxis() name what is no integer", () => {
  const m = nd.zeros([2, 3]),
    refused = (run: () => unknown, message: string) => throws(run, { code: "ARR002", message });
  refused(() => nd.stack([m, m], [0] as never), "stack takes an integer as axis, not a list");
  refused(() => nd.stack([m, m], null), "stack takes an integer as axis, not null");
  refused(() => nd.concatenate([m, m], [0] as never), "concatenate takes an integer as axis, not a list");
  refused(() => nd.rollaxis(m, 0, new Map() as never), "rollaxis takes an integer as start, not a Map");
  deepStrictEqual(nd.rollaxis(m, 1n as never, 0n as never).shape, [3, 2]);
});

Deno.test("tri() and eye() name the argument that is no integer", () => {
  throws(() => nd.tri([2, 3] as never), {
    code: "ARR002",
    message: "tri takes an integer as rows, not a list",
  });
  throws(() => nd.tri(2, "3" as never), {
    code: "ARR002",
    message: 'tri takes an integer as columns, not "3"',
  });
  throws(() => nd.eye([2, 3] as never), {
    code: "ARR002",
    message: "eye takes an integer as rows, not a list",
  });
});
