/**
 * Arguments as NumPy takes them: lists wherever arrays are, and by position what stands among the options.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";

const list = (value: nd.NDArray): unknown => value.toList();

Deno.test("functions promise the same by position as by option", () => {
  nd.scope(() => {
    const a = nd.array([[3, 1, 2], [6, 5, 4]]);
    const pairs: readonly (readonly [nd.NDArray, nd.NDArray])[] = [
      [nd.cumsum(a, 0), nd.cumsum(a, { axis: 0 })],
      [nd.cumprod(a, 1), nd.cumprod(a, { axis: 1 })],
      [nd.cumsum(a, null), nd.cumsum(a, { axis: null })],
      [nd.nancumsum(a, 0), nd.nancumsum(a, { axis: 0 })],
      [nd.nancumprod(a, 0), nd.nancumprod(a, { axis: 0 })],
      [nd.sort(a, 0), nd.sort(a, { axis: 0 })],
      [nd.sort(a, null), nd.sort(a, { axis: null })],
      [nd.argsort(a, 0), nd.argsort(a, { axis: 0 })],
      [nd.partition(a, 1, 0), nd.partition(a, 1, { axis: 0 })],
      [nd.argpartition(a, 1, null), nd.argpartition(a, 1, { axis: null })],
      [nd.lexsort([a], 0), nd.lexsort([a], { axis: 0 })],
      [nd.take(a, [1], 1), nd.take(a, [1], { axis: 1 })],
      [nd.diff(a, 2), nd.diff(a, { n: 2 })],
      [nd.diff(a, 1, { axis: 0 }), nd.diff(a, { axis: 0 })],
      [nd.trapezoid(a, [0, 1, 3]), nd.trapezoid(a, { x: [0, 1, 3] })],
      [nd.searchsorted([1, 2, 3], [2], "right"), nd.searchsorted([1, 2, 3], [2], { side: "right" })],
      [nd.digitize([1, 2], [2], true), nd.digitize([1, 2], [2], { right: true })],
      [nd.histogram(a, 2).counts, nd.histogram(a, { bins: 2 }).counts],
      [nd.histogramBinEdges(a, 2), nd.histogramBinEdges(a, { bins: 2 })],
      [nd.bincount([1, 2], [3, 4]), nd.bincount([1, 2], { weights: [3, 4] })],
      [nd.vander([1, 2, 3], 2), nd.vander([1, 2, 3], { N: 2 })],
      [nd.unwrap([0, 5], 6), nd.unwrap([0, 5], { discont: 6 })],
      [nd.linspace(0, 1, 5), nd.linspace(0, 1, { num: 5 })],
      [nd.logspace(0, 1, 3), nd.logspace(0, 1, { num: 3 })],
      [nd.geomspace(1, 8, 4), nd.geomspace(1, 8, { num: 4 })],
      [nd.linspace(0, 4, 5, { dtype: "i32" }), nd.linspace(0, 4, { num: 5, dtype: "i32" })],
      [nd.arange(0, 10, 3), nd.arange(0, 10, { step: 3 })],
      [nd.arange(0, 10, 3, { dtype: "f32" }), nd.arange(0, 10, { step: 3, dtype: "f32" })],
      [nd.eye(3, 3, 1), nd.eye(3, 3, { k: 1 })],
      [nd.tri(3, 3, -1), nd.tri(3, 3, { k: -1 })],
      [nd.zeros(2, "i8"), nd.zeros(2, { dtype: "i8" })],
      [nd.ones(2, "f32"), nd.ones(2, { dtype: "f32" })],
      [nd.full(2, 7, "u8"), nd.full(2, 7, { dtype: "u8" })],
      [nd.array([1, 2], "f32"), nd.array([1, 2], { dtype: "f32" })],
      [nd.asarray([1, 2], "f32"), nd.asarray([1, 2], { dtype: "f32" })],
      [nd.unstack(a, 1)[2]!, nd.unstack(a, { axis: 1 })[2]!],
      [nd.histogram(a, 2, [0, 5]).counts, nd.histogram(a, { bins: 2, range: [0, 5] }).counts],
      [nd.histogram(a, 2, null, true).counts, nd.histogram(a, { bins: 2, density: true }).counts],
      [nd.linspace(0, 1, 5, false), nd.linspace(0, 1, { num: 5, endpoint: false })],
      [nd.logspace(0, 2, 4, false, 2), nd.logspace(0, 2, { num: 4, endpoint: false, base: 2 })],
      [nd.geomspace(1, 8, 3, false), nd.geomspace(1, 8, { num: 3, endpoint: false })],
      [nd.diff(a, 1, 0), nd.diff(a, { axis: 0 })],
      [nd.bincount([1], null, 5), nd.bincount([1], { minlength: 5 })],
      [nd.polyint([6], 2, [5, 7]), nd.polyint([6], { m: 2, k: [5, 7] })],
      [nd.trapezoid(a, null, 2, 0), nd.trapezoid(a, { dx: 2, axis: 0 })],
      [nd.arange(0, 6, 2, "i32"), nd.arange(0, 6, { step: 2, dtype: "i32" })],
      [nd.cumsum(a, 0, "f32"), nd.cumsum(a, { axis: 0, dtype: "f32" })],
      [nd.zerosLike(a, "f32"), nd.zerosLike(a, { dtype: "f32" })],
      [nd.onesLike(a, "f32"), nd.onesLike(a, { dtype: "f32" })],
      [nd.fullLike(a, 7, "f32"), nd.fullLike(a, 7, { dtype: "f32" })],
      [nd.lib.strideTricks.asStrided(a, [2, 2], [8, 8]), nd.array([[3, 1], [1, 2]])],
      [nd.fromiter([1, 2, 3], "f64", 2), nd.fromiter([1, 2, 3], "f64", { count: 2 })],
      [nd.angle({ re: [0], im: [1] }, true), nd.angle({ re: [0], im: [1] }, { deg: true })],
      [nd.interp([0, 9], [1, 2], [3, 4], -1, 9), nd.array([-1, 9], "f64")],
      [nd.polyfit([0, 1, 2], [1, 3, 5], 1, 0.9), nd.polyfit([0, 1, 2], [1, 3, 5], 1, { rcond: 0.9 })],
      [nd.reshape(a, [3, 2], "F"), nd.reshape(a, [3, 2], { order: "F" })],
      [a.reshape([3, 2], "F"), a.reshape([3, 2], { order: "F" })],
      [nd.linalg.norm(a, 1, 0), nd.linalg.norm(a, { ord: 1, axis: 0 })],
      [nd.fft.rfft([1, 2, 3], 2).re, nd.fft.rfft([1, 2, 3], { n: 2 }).re],
      [
        nd.unpackbits(new Uint8Array([5]), null, 4),
        nd.unpackbits(new Uint8Array([5]), { count: 4 }),
      ],
      [a.reshape(3, 2), a.reshape([3, 2])],
      [a.reshape(3, -1, { order: "F" } as never), a.reshape([3, -1], { order: "F" })],
      [a.transpose(1, 0), a.transpose([1, 0])],
      [a.transpose(null), a.transpose()],
    ];
    for (const [i, [byPosition, byOption]] of pairs.entries()) {
      deepStrictEqual(
        [byPosition.dtype, list(byPosition)],
        [byOption.dtype, list(byOption)],
        `pair ${i}`,
      );
    }
    strictEqual(nd.empty(2, "i16").dtype, "i16");
  });
});

Deno.test("functions promise lists and typed arrays the place of arrays", () => {
  nd.scope(() => {
    const f64 = new Float64Array([1, 4]);
    deepStrictEqual(list(nd.where([true, false], [1, 2], f64)), [1, 4]);
    deepStrictEqual(nd.where([0, 5]).map(list), [[1]]);
    deepStrictEqual(list(nd.logaddexp([0, 1], [0, 1])), [Math.log(2), 1 + Math.log(2)]);
    deepStrictEqual(list(nd.logaddexp2([0, 1], f64)), list(nd.logaddexp2(nd.array([0, 1]), nd.array(f64))));
    deepStrictEqual(list(nd.sinc([0])), [1]);
    deepStrictEqual(list(nd.i0([0])), [1]);
    deepStrictEqual(nd.modf([1.5, -2.5]).map(list), [[0.5, -0.5], [1, -2]]);
    deepStrictEqual(nd.frexp(f64).map(list), [[0.5, 0.5], [1, 3]]);
    deepStrictEqual(list(nd.bitwiseCount([7, 8])), [3, 1]);
    deepStrictEqual(list(nd.clip([1, 5], [2, 2], [3, 4])), [2, 4]);
    deepStrictEqual(list(nd.array([1, 5]).clip([2, 2], 4)), [2, 4]);
    deepStrictEqual(list(nd.array([1, 5]).add([10, 20])), [11, 25]);
    deepStrictEqual(list(nd.array([1, 5]).lt(f64)), [false, false]);
    deepStrictEqual(list(nd.select([[true, false], [true, true]], [[1, 2], f64], 7)), [1, 4]);
    deepStrictEqual(list(nd.zerosLike([[1, 2]])), [[0, 0]]);
    deepStrictEqual(list(nd.onesLike([1.5])), [1]);
    deepStrictEqual(list(nd.fullLike([1, 2], 9)), [9, 9]);
    deepStrictEqual(nd.emptyLike([[1, 2]]).shape, [1, 2]);
    deepStrictEqual(nd.broadcastArrays([1, 2], [[3], [4]]).map((a) => a.shape), [[2, 2], [2, 2]]);
    deepStrictEqual(nd.unstack([[1, 2], [3, 4]]).map(list), [[1, 2], [3, 4]]);
    deepStrictEqual(list(nd.astype([1.7], "i32")), [1]);
    deepStrictEqual(list(nd.ascontiguousarray([1, 2])), [1, 2]);
    const a = nd.zeros(3, "i64");
    nd.putmask(a, [true, false, true], [1, 2, 3]);
    nd.place(a, [false, true, false], [8]);
    deepStrictEqual(list(a), [1, 8, 3]);
  });
});

Deno.test("array() promises arrays in lists the dtype that theirs have together", () => {
  nd.scope(() => {
    const f32 = nd.array([1, 2], "f32"), i8 = nd.array([3, 4], "i8");
    deepStrictEqual([nd.array([f32, i8]).dtype, list(nd.array([f32, i8]))], ["f32", [[1, 2], [3, 4]]]);
    deepStrictEqual(nd.array([new Uint8Array([1]), new Uint8Array([2])]).dtype, "u8");
    deepStrictEqual(list(nd.array([nd.array(1), 2.5])), [1, 2.5]);
    strictEqual(nd.array([f32, [1, 2]]).dtype, "f64");
    strictEqual(nd.array([f32], "i16").dtype, "i16");
    throws(() => nd.array([f32, [1]]), { code: "ARR002" });
  });
});

Deno.test("a dtype by NumPy's name promises the name that it has here", () => {
  const message = { code: "ARR002", message: /float32 is no dtype/ };
  throws(() => nd.zeros(2, "float32" as nd.DType), message);
  try {
    nd.zeros(2, "float32" as nd.DType);
  } catch (error) {
    strictEqual((error as { help?: string }).help, 'it is called "f32" here');
  }
  throws(() => nd.zeros(2, 3 as unknown as nd.DType), { code: "ARR002" });
});

Deno.test("options that are null promise what options left out give: NumPy's None", () => {
  nd.scope(() => {
    const a = nd.array([[3, 1, 2], [6, 5, 4]], "f64"), v = nd.array([3, 1, 2]), points = nd.array([0, 1, 1]);
    const text = (value: unknown): string =>
      JSON.stringify(value, (_, item) => item instanceof nd.NDArray ? [item.dtype, item.toList()] : item);
    const calls: Record<string, (options: never) => unknown> = {
      sum: (o) => nd.sum(a, 0, o),
      std: (o) => nd.std(a, 0, o),
      nanvar: (o) => nd.nanvar(a, 0, o),
      ptp: (o) => nd.ptp(a, 0, o),
      argmax: (o) => nd.argmax(a, 0, o),
      cumsum: (o) => nd.cumsum(a, 0, o),
      add: (o) => nd.add(a, a, o),
      sqrt: (o) => nd.sqrt(a, o),
      where: (o) => nd.where([true, false, true], v, v, o),
      take: (o) => nd.take(v, [0], 0, o),
      quantile: (o) => nd.quantile(v, 0.5, 0, o),
      histogram: (o) => nd.histogram(v, o),
      histogram2d: (o) => nd.histogram2d(v, v, o),
      histogramdd: (o) => nd.histogramdd(a, o),
      bincount: (o) => nd.bincount(points, o),
      searchsorted: (o) => nd.searchsorted([1, 2, 3], v, o),
      interp: (o) => nd.interp(v, [1, 2], [3, 4], o),
      linspace: (o) => nd.linspace(0, 1, o),
      arange: (o) => nd.arange(0, 5, o),
      eye: (o) => nd.eye(2, 2, o),
      zeros: (o) => nd.zeros(2, o),
      array: (o) => nd.array([1, 2], o),
    };
    const names = [
      "dtype",
      "out",
      "where",
      "initial",
      "weights",
      "sorter",
      "range",
      "bins",
      "period",
      "left",
      "method",
    ];
    for (const [name, call] of Object.entries(calls)) {
      const wanted = text(call({} as never));
      const owned = names.filter((option) => {
        try {
          strictEqual(text(call({ [option]: null } as never)), wanted, `${name} with ${option}: null`);
          return true;
        } catch (error) {
          // one that the function has not is refused, also where it is null
          if (error instanceof NdpipeError && error.message.includes("has no option")) return false;
          throw error;
        }
      });
      ok(owned.length > 0, `${name} has none of these options`);
    }
    strictEqual(nd.zeros(2, null as never).dtype, "f64");
  });
});

Deno.test("functions that join arrays promise those along the first axis of one, as NumPy's", () => {
  nd.scope(() => {
    const a = nd.arange(8).reshape(2, 2, 2), rows = [...a.rows()];
    for (const join of [nd.concatenate, nd.stack, nd.vstack, nd.hstack, nd.dstack, nd.columnStack]) {
      deepStrictEqual(list(join(a)), list(join(rows)));
    }
    deepStrictEqual(list(nd.vstack(nd.arange(2))), [[0], [1]]);
  });
});

Deno.test("options promise to be options without a prototype, and null none", () => {
  nd.scope(() => {
    const without = Object.assign(Object.create(null), { axis: 0 }), a = nd.array([[3, 1], [2, 4]]);
    deepStrictEqual(list(nd.cumsum(a, without)), [[3, 1], [5, 5]]);
    deepStrictEqual(list(nd.sum(a, without)), [5, 5]);
    deepStrictEqual(list(nd.interp([1.5], [1, 2], [3, 4], null)), [3.5]);
    deepStrictEqual(list(nd.sum(a, 0, null as never)), [5, 5]);
    deepStrictEqual(list(nd.polyfit([0, 1], [1, 2], 1, { w: null as never }).round(9)), [1, 1]);
    const target = nd.zeros([2, 2], "i64");
    nd.copyto(target, a, null);
    deepStrictEqual(list(target), [[3, 1], [2, 4]]);
  });
});

Deno.test("an option that is given twice, and a stray argument, are refused by name", () => {
  nd.scope(() => {
    const a = nd.array([3, 1, 2]), stray = nd.linspace as unknown as (...args: unknown[]) => unknown;
    throws(() => nd.cumsum(a, 0, { axis: 0 }), { code: "ARR002", message: /axis twice/ });
    throws(() => stray(0, 1, 5, true, true, "f32", 0, 7), {
      code: "ARR002",
      message: /num, endpoint, retstep, dtype, axis by position.*not 7/,
    });
    throws(() => nd.array([1]).add(2, "f32" as never), { code: "ARR002", message: /add takes an object/ });
    throws(() => nd.put(a, [0], 1, "warp" as never), {
      code: "ARR002",
      message: /raise, wrap, clip as mode/,
    });
  });
});

Deno.test("indices, masks and values promise typed arrays the place of arrays", () => {
  nd.scope(() => {
    const a = nd.array([10, 20, 30, 40]), places = new Int32Array([3, 0]);
    deepStrictEqual(list(nd.take(a, places)), [40, 10]);
    deepStrictEqual(list(a.get(places)), [40, 10]);
    deepStrictEqual(list(nd.array([[1, 2], [3, 4]]).get([places.map((each) => each % 2), 0])), [3, 1]);
    deepStrictEqual(list(nd.compress(new Uint8Array([1, 0, 1, 0]), a)), [10, 30]);
    deepStrictEqual(list(nd.choose(new Uint8Array([1, 0]), [new Float32Array([1, 2]), 7])), [7, 2]);
    strictEqual(nd.choose([1, 0], [new Float32Array([1, 2]), 7]).dtype, "f32");
    a.set(places, new Float64Array([1.9, 2.9]));
    deepStrictEqual(list(a), [2, 20, 30, 1]);
    nd.put(a, new BigInt64Array([1n]), new Int8Array([5]));
    nd.putmask(a, new Uint8Array([0, 0, 1, 1]), new Int32Array([7, 8, 9, 6]));
    deepStrictEqual(list(a), [2, 5, 9, 6]);
    throws(() => nd.putmask(a, [true], new Float64Array([1])), { code: "DTY004" });
    throws(() => nd.take(a, new Float64Array([1])), { code: "DTY001" });
    const { bytesInUse } = nd.memoryStatistics();
    nd.take(a, places).dispose();
    strictEqual(nd.memoryStatistics().bytesInUse, bytesInUse);
  });
});

Deno.test("an object without a constructor is refused as any other object", () => {
  for (const bad of [Object.create(null), { constructor: 1 }] as object[]) {
    throws(() => nd.linspace(0, 1, { num: bad as never }), {
      code: "ARR002",
      message: "linspace takes a number as num, not an object",
    });
    throws(() => nd.divmod([1], [1], { out: bad as never }), {
      code: "ARR002",
      message: "divmod takes a list of two arrays as out, not an object",
    });
  }
  throws(() => nd.zeros(new Map() as never), { code: "ARR002", message: /not a Map$/ });
});

Deno.test("divmod() refuses an out of the remainders before it writes the quotients", () => {
  const a = nd.array([5, 6]), b = nd.array([2, 3]), quotients = nd.zeros([2], "i64");
  const fixed = nd.zeros([2], "i64");
  fixed.setflags({ write: false });
  const refused: readonly (readonly [nd.NDArray, string])[] = [
    [nd.zeros([3], "i64"), "SHP001"],
    [nd.zeros([2], "bool"), "DTY004"],
    [fixed, "ARR001"],
    ["none" as never, "ARR002"],
  ];
  for (const [remainders, code] of refused) {
    throws(() => nd.divmod(a, b, { out: [quotients, remainders] }), { code });
    throws(() => nd.divmod([5, 6], 2, { out: [quotients, remainders] }), { code });
    deepStrictEqual(quotients.toList(), [0, 0]);
  }
  const taken = nd.zeros([2], "f64");
  deepStrictEqual(nd.divmod([5, 7], 3, { out: [quotients, taken] }).map((each) => each.toList()), [[1, 2], [
    2,
    1,
  ]]);
  strictEqual(nd.divmod(7, 3, { out: [null, nd.zeros([], "i64")] })[1].item(), 1);
  const where = nd.array([true, false]);
  nd.divmod(a, b, { out: [quotients, taken], where });
  deepStrictEqual([quotients.toList(), taken.toList()], [[2, 2], [1, 1]]);
});

Deno.test("unwrap() takes one axis, and no list of one", () => {
  const angles = nd.array([[0, 0], [6, 1]]);
  throws(() => nd.unwrap(angles, { axis: [0] as never }), {
    code: "ARR002",
    message: /^unwrap takes an integer as axis/,
  });
  deepStrictEqual(nd.unwrap(angles, { axis: 0n as never }).toList(), nd.unwrap(angles, { axis: 0 }).toList());
  deepStrictEqual(nd.unwrap(angles, { axis: -2 }).toList(), nd.unwrap(angles, { axis: 0 }).toList());
});
