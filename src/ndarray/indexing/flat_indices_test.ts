import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import * as nd from "../mod.ts";

const DTYPES = ["f32", "f64", "i64", "i32", "u8", "i16", "bool"] as const;
const INDEX_DTYPES = ["i64", "i32", "u64", "u8", "i8"] as const;
const NUM_ROWS = 7, NUM_COLUMNS = 5, DEPTH = 3;

const table = (dtype: typeof DTYPES[number]) =>
  nd.arange(NUM_ROWS * NUM_COLUMNS * DEPTH).reshape([NUM_ROWS, NUM_COLUMNS, DEPTH]).mod(113).astype(dtype);
const plain = (a: nd.NDArray): number[] => [...a.toTypedArray()].map(Number);
const wrap = (index: number, size: number) => ((index % size) + size) % size;

Deno.test("getItem() and setItem() by several lists promise the elements at each, of every dtype and layout", () => {
  const index = (size: number) => fc.integer({ min: -size, max: size - 1 });
  const pairs = fc.array(fc.tuple(index(NUM_ROWS), index(NUM_COLUMNS)), { minLength: 1, maxLength: 40 });
  const unsigned = (list: number[], size: number) => list.map((i) => wrap(i, size));
  fc.assert(
    fc.property(
      pairs,
      fc.constantFrom(...DTYPES),
      fc.constantFrom(...INDEX_DTYPES),
      (at, dtype, indexDtype) => {
        using a = table(dtype);
        const lists = [0, 1].map((axis) => {
          const list = at.map((pair) => pair[axis]!), size = axis === 0 ? NUM_ROWS : NUM_COLUMNS;
          return nd.array(indexDtype.startsWith("u") ? unsigned(list, size) : list, { dtype: indexDtype });
        });
        const values = plain(a);
        const expected = at.flatMap(([row, column]) => {
          const start = (wrap(row, NUM_ROWS) * NUM_COLUMNS + wrap(column, NUM_COLUMNS)) * DEPTH;
          return values.slice(start, start + DEPTH);
        });
        using taken = a.get(lists);
        deepStrictEqual(taken.shape, [at.length, DEPTH]);
        deepStrictEqual(plain(taken), expected);
        // columns that lie first, which no kernel moves as runs
        using turned = a.transpose([2, 1, 0]).copy();
        using same = turned.transpose([2, 1, 0]).get(lists);
        deepStrictEqual(plain(same), expected);
        // what was taken, put where it was, changes nothing; of places that stand twice the last stays
        using target = a.copy();
        target.set(lists, taken);
        deepStrictEqual(plain(target), values);
        using numbers = nd.arange(at.length).reshape([at.length, 1]).astype(dtype);
        target.set(lists, numbers);
        at.forEach(([row, column], i) => {
          const last = at.findLastIndex(([r, c]) =>
            wrap(r - row, NUM_ROWS) === 0 && wrap(c - column, NUM_COLUMNS) === 0
          );
          if (last === i) strictEqual(Number(target.at(row, column, 0)), Number(numbers.at(i, 0)));
        });
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("getItem() by several lists broadcasts them, and refuses what is out of an axis before anything is written", () => {
  using a = nd.arange(12).reshape([3, 4]);
  deepStrictEqual(a.get([[[0], [-1]], [1, 3]]).toList(), [[1, 3], [9, 11]]);
  deepStrictEqual(a.get([2, [0, -1]]).toList(), [8, 11]);
  const before = nd.memoryStatistics().numStorages, elements = plain(a);
  for (const index of [[[0, 3], [0, 0]], [[0, 0], [0, -5]], [[0, 1, 2], [0, 1]]]) {
    throws(() => a.get(index));
    throws(() => a.set(index, 5));
  }
  deepStrictEqual([nd.memoryStatistics().numStorages, plain(a)], [before, elements]);
});

Deno.test("getItem() by several lists names the index that is out of its axis, wherever it stands", () => {
  using a = nd.arange(12).reshape([3, 4]);
  for (const dtype of ["i64", "i32"] as const) {
    for (let place = 0; place < 11; place++) {
      for (const outside of [-4, 3, 2 ** 31 - 1, -(2 ** 31)]) {
        using rows = nd.array([0, -1, 2, -3, 1, -2, 0, 1, -1, 2, -3], { dtype });
        using columns = nd.arange(11).mod(4).astype(dtype);
        using right = a.get([rows, columns]);
        deepStrictEqual(plain(right), [0, 9, 10, 3, 4, 5, 2, 7, 8, 9, 2]);
        rows.set(place, outside);
        throws(() => a.get([rows, columns]), { code: "SHP010", message: new RegExp(`${outside}\\b`) });
      }
    }
  }
});

Deno.test("take(), put() and choose() count round and clip indices of every dtype", () => {
  using a = nd.array([10, 20, 30]);
  for (const dtype of ["i64", "i32", "i8"] as const) {
    using at = nd.array([-7, -3, -1, 0, 2, 3, 100], { dtype });
    deepStrictEqual(nd.take(a, at, { mode: "wrap" }).toList(), [30, 10, 30, 10, 30, 10, 20]);
    deepStrictEqual(nd.take(a, at, { mode: "clip" }).toList(), [10, 10, 10, 10, 30, 30, 30]);
    deepStrictEqual(nd.choose(at, [1, 2, 3], { mode: "wrap" }).toList(), [3, 1, 3, 1, 3, 1, 2]);
    deepStrictEqual(nd.choose(at, [1, 2, 3], { mode: "clip" }).toList(), [1, 1, 1, 1, 3, 3, 3]);
    using target = nd.zeros([3], { dtype: "i64" });
    nd.put(target, at, [1, 2, 3, 4, 5, 6, 7], { mode: "wrap" });
    deepStrictEqual(plain(target), [6, 7, 5]);
  }
  using far = nd.array([2n ** 63n, 2n ** 64n - 1n], { dtype: "u64" });
  deepStrictEqual(nd.take(a, far, { mode: "clip" }).toList(), [30, 30]);
  deepStrictEqual(nd.take(a, far, { mode: "wrap" }).toList(), [30, 10]);
  throws(() => nd.take(a, far), { code: "SHP010" });
  throws(() => nd.choose([0, -1], [1, 2]), { code: "SHP010", message: /not -1/ });
  throws(() => nd.choose([0, 2], [1, 2]), { code: "SHP010" });
  throws(() => nd.put(a, [0, 3], [1, 2]), { code: "SHP010" });
  deepStrictEqual(plain(a), [10, 20, 30]);
});

Deno.test("takeAlongAxis() and putAlongAxis() promise one element for each index, along every axis", () => {
  using a = table("f64");
  const { shape } = a;
  for (const axis of [0, 1, 2]) {
    const size = shape[axis]!;
    using at = nd.random.defaultRng(axis).integers(-size, size, { size: shape.with(axis, 4) });
    using taken = nd.takeAlongAxis(a, at, axis), target = a.copy();
    nd.putAlongAxis(target, at, taken, axis);
    deepStrictEqual(plain(target), plain(a));
    nd.putAlongAxis(target, at, -1, axis);
    using marks = target.eq(-1);
    at.shape.reduce(
      (places, length) => places.flatMap((place) => [...Array(length).keys()].map((i) => [...place, i])),
      [
        [],
      ] as number[][],
    ).forEach((place) => {
      const source = place.with(axis, wrap(Number(at.at(...place)), size));
      strictEqual(taken.at(...place), a.at(...source));
      strictEqual(marks.at(...source), true);
    });
    throws(() => nd.takeAlongAxis(a, at.add(size), axis), { code: "SHP010" });
  }
});

Deno.test("takeAlongAxis(), lists and putAlongAxis() promise elements of axes of one element, whatever strides these have", () => {
  using column = nd.array([[4], [4], [2], [3], [2]], { dtype: "u32" });
  for (const text of ["..., ::-1", "..., ::3", "::1, ::-1"]) {
    const view = column.slice(text), zeros = [[0], [0], [0], [0], [0]];
    deepStrictEqual(nd.takeAlongAxis(view, zeros, -1).toList(), [[4], [4], [2], [3], [2]]);
    deepStrictEqual(view.get([[1, 3, 4], [0, -1, 0]]).toList(), [4, 3, 2]);
    using target = column.copy();
    nd.putAlongAxis(target.slice(text), zeros, [[7], [8], [9], [10], [11]], -1);
    target.slice(text).set([[0, 1], [0, 0]], [1, 2]);
    deepStrictEqual(target.toList(), [[1], [2], [9], [10], [11]]);
  }
});
