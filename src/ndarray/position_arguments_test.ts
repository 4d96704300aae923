/** Positions, ranges, spacings and contracted axes as arguments: what is none is refused by the argument's name. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";

/** functions of positions, with what a refusal calls them, as callers without types reach them */
const OF_POSITIONS: Readonly<Record<string, (positions: never) => unknown>> = {
  "indices of take": (list) => nd.take([1, 2, 3], list),
  "indices of put": (list) => nd.put(nd.zeros(3), list, 7),
  "indices of takeAlongAxis": (list) => nd.takeAlongAxis([1, 2, 3], list),
  "indices of putAlongAxis": (list) => nd.putAlongAxis(nd.zeros(3), list, 7),
  "selector of choose": (list) => nd.choose(list, [[1], [2], [3]]),
  "places of delete": (list) => nd.delete([1, 2, 3], list),
  "places of insert": (list) => nd.insert([1, 2, 3], list, 7),
  "positions of unravelIndex": (list) => nd.unravelIndex(list, [3]),
  "indices of ravelMultiIndex": (list) => nd.ravelMultiIndex([list], [3]),
  "repeats of repeat": (list) => nd.repeat([1, 2, 3], list),
};

for (const [argument, call] of Object.entries(OF_POSITIONS)) {
  Deno.test(`${argument} that are none are refused by that name`, () => {
    const none = [["x"], [null], [{}], [1, [2]], [0.5], [NaN], nd.array([0.5]), new Float64Array([1])];
    for (const list of none) {
      throws(() => nd.scope(() => call(list as never)), (error: unknown) => {
        ok(error instanceof NdpipeError && ["ARR002", "DTY001"].includes(error.code), String(error));
        ok(error.message.startsWith(`${argument}: `), error.message);
        return true;
      });
    }
    for (const list of [null, new Map(), () => 0, "first", Symbol("first")]) {
      throws(() => nd.scope(() => call(list as never)), NdpipeError);
    }
    if (argument === "repeats of repeat") return;
    throws(() => nd.scope(() => call([99] as never)), (error: unknown) => {
      ok(error instanceof NdpipeError && error.code === "SHP010");
      ok(error.message.startsWith(`${argument}: index 99 is out of `), error.message);
      return true;
    });
  });
  Deno.test(`${argument} are taken of every integer dtype and in bigints`, () => {
    const read = (list: unknown) => nd.scope(() => JSON.stringify(call(list as never), (_, x) => asList(x)));
    const expected = read([1]);
    for (const dtype of nd.DTYPES.filter((each) => /^[iu]/.test(each))) {
      strictEqual(read(nd.array([1], dtype)), expected, dtype);
    }
    strictEqual(read([1n]), expected);
  });
}

/** an array as nested lists */
function asList(value: unknown): unknown {
  return value instanceof nd.NDArray ? value.toList() : value;
}

Deno.test("an object that is no range indexes nothing", () => {
  const a = nd.arange(6);
  for (const bad of [new Map(), { strat: 1 }, { start: 0.5 }, nd.array([1]), new Int32Array([1])]) {
    throws(() => a.slice(bad as never), { code: "ARR002" });
    throws(() => nd.delete(a, { ...bad, ...{ strat: 1 } } as never), NdpipeError);
  }
  throws(() => a.get({ strat: 1 } as never), { code: "ARR002" });
  throws(() => a.set([{ stopp: 1 }] as never, 0), { code: "ARR002" });
  throws(() => nd.insert(a, new Map() as never, 0), NdpipeError);
  deepStrictEqual(a.get([{ start: 1, step: 2 }]).toList(), [1, 3, 5]);
  deepStrictEqual(nd.delete(a, { stop: 4 }).toList(), [4, 5]);
});

Deno.test("lexsort() of keys without axes gives one position, as NumPy", () => {
  const only = nd.lexsort([3, nd.array(1)]);
  deepStrictEqual([only.shape, only.dtype, only.item()], [[], "i64", 0]);
  throws(() => nd.lexsort([3], 1), { code: "SHP004" });
});

Deno.test("split() refuses places that are no integers", () => {
  for (const bad of [[1.5], [NaN], [Infinity]]) throws(() => nd.split([1, 2], bad), { code: "ARR002" });
});

Deno.test("tensordot() refuses axes that are neither a number nor a pair, and takes both in every form", () => {
  const a = nd.arange(6).reshape([2, 3]), b = nd.arange(6).reshape([3, 2]);
  for (const bad of [null, { by: 1 }, [], [[1]], [[1], [0], [0]], 0.5, -1, [[1], null]]) {
    throws(() => nd.tensordot(a, b, bad as never), { code: "ARR002" });
  }
  const expected = a.matmul(b).toList();
  for (const axes of [1, 1n, nd.array(1), [1, 0], [[1n], new Int32Array([0])], [nd.array([1]), 0]]) {
    deepStrictEqual(nd.tensordot(a, b, axes as never).toList(), expected);
  }
});

Deno.test("gradient() refuses a spacing that is none, and takes coordinates in a list", () => {
  for (const bad of [null, "1", new Map(), [1, 2], () => 1]) {
    throws(() => nd.gradient([1, 2, 4], bad as never), { code: "ARR002" });
  }
  const f = [1, 2, 4, 7], expected = nd.gradient(f, nd.array([0, 1, 3, 4])).toList();
  for (const points of [[0, 1, 3, 4], new Float64Array([0, 1, 3, 4])]) {
    deepStrictEqual(nd.gradient(f, points).toList(), expected);
  }
  // as NumPy, what f32 coordinates weigh is f32
  deepStrictEqual(nd.gradient(f, new Float32Array([0, 1, 3, 4])).toList(), [1, 1, 2.3333334624767303, 3]);
  deepStrictEqual(nd.gradients([[1, 2], [4, 8]], [1], { axis: null }).length, 2);
});

Deno.test("select() refuses a default that is no operand; null is none", () => {
  for (const bad of ["x", new Map(), () => 0]) {
    throws(() => nd.select([[true, false]], [[1, 2]], bad as never), NdpipeError);
  }
  deepStrictEqual(nd.select([[true, false]], [[1, 2]], null as never).toList(), [1, 0]);
});

Deno.test("an index may be a bigint, as elements of 64 bits are", () => {
  const a = nd.arange(6).reshape([2, 3]);
  deepStrictEqual(a.get(1n as never).toList(), [3, 4, 5]);
  deepStrictEqual(a.get([-1n, 0n] as never).item(), 3);
  a.set([0n, 0n] as never, 7);
  deepStrictEqual(a.get([0, 0]).item(), 7);
  throws(() => a.get(2n as never), { code: "SHP010" });
  throws(() => a.get(2n ** 60n as never), { code: "ARR002" });
});

Deno.test("numbers that are none are refused: diagonals, counts of axes, shares, ranges and replacements", () => {
  const m = nd.eye(3);
  for (const bad of [[null], true, [1], new Map(), "1", NaN]) {
    const none = bad as never;
    if (!Number.isNaN(bad)) {
      throws(() => nd.tril(m, none), { code: "ARR002" });
      throws(() => nd.tri(3, 3, { k: none }), { code: "ARR002" });
      throws(() => nd.linalg.lstsq(m, nd.ones(3), { rcond: none }), { code: "ARR002" });
    }
    throws(() => nd.diagIndices(3, { ndim: none }), { code: "ARR002" });
    throws(() => nd.histogram([1, 2], 3, [0, none]), { code: "ARR002" });
  }
  for (const bad of ["x", new Map(), () => 0]) {
    throws(() => nd.nanToNum([1], { nan: bad as never }), { code: "ARR002" });
  }
  deepStrictEqual(nd.tril(m, 0.5).toList(), nd.tril(m).toList());
});
