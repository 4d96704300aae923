/**
 * Moves by one list of indices: every dtype of elements and of indices, runs and strides.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { DTYPES } from "../../dtype/mod.ts";
import {
  arange,
  array,
  countNonzero,
  getItem,
  insert,
  memoryStatistics,
  put,
  scope,
  setItem,
  take,
  zeros,
} from "../mod.ts";

const INDEX_DTYPES = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"] as const;

Deno.test("take() and getItem() promise each element of every dtype by indices of every dtype", () => {
  scope(() => {
    for (const dtype of DTYPES) {
      const a = arange(40).astype(dtype), list = a.toList() as (number | bigint | boolean)[];
      for (const by of INDEX_DTYPES) {
        for (const length of [0, 1, 3, 67]) {
          const places = Array.from({ length }, (_, i) => (i * 13) % 40 - (by.startsWith("i") ? 20 : 0));
          const indices = array(places, { dtype: by }), expected = places.map((at) => list.at(at)!);
          deepStrictEqual(take(a, indices).toList(), expected, `${dtype} by ${by}`);
          deepStrictEqual(getItem(a, indices).toList(), expected, `${dtype} by ${by}`);
          deepStrictEqual(getItem(a.slice("::-1"), indices).toList(), places.map((at) => list.at(-1 - at)!));
          deepStrictEqual(getItem(a, indices.slice("::2")).toList(), expected.filter((_, i) => i % 2 === 0));
        }
      }
    }
  });
});

Deno.test("take() promises runs behind an axis, axes before it, and indices of any shape", () => {
  scope(() => {
    const a = arange(2 * 5 * 3).reshape([2, 5, 3]), rows = a.toList() as number[][][];
    const indices = array([[4, -5], [1, 1]]);
    const expected = rows.map((plane) => [[plane[4]!, plane[0]!], [plane[1]!, plane[1]!]]);
    deepStrictEqual(take(a, indices, { axis: 1 }).toList(), expected);
    deepStrictEqual(take(a.T, indices, { axis: 1 }).shape, [3, 2, 2, 2]);
    deepStrictEqual(take(a.T, [1], { axis: 0 }).toList(), [a.T.toList()].map((t) => (t as number[][][])[1]));
    deepStrictEqual(getItem(a, [[1, 0]]).toList(), [rows[1], rows[0]]);
  });
});

Deno.test("take(), getItem() and setItem() refuse the first index that is out of its axis, and leave nothing", () => {
  const before = memoryStatistics().numStorages;
  scope(() => {
    const a = arange(20_000), list = arange(20_000);
    for (const wrong of [20_000, -20_001]) {
      list.set([17_000], wrong);
      for (const by of [list, list.astype("i32")]) {
        throws(() => take(a, by), { code: "SHP010", message: new RegExp(`index ${wrong} `) });
        throws(() => getItem(a, by), { code: "SHP010" });
        throws(() => setItem(a, by, 7), { code: "SHP010" });
      }
    }
    throws(() => take(a, array([2n ** 64n - 1n], { dtype: "u64" })), { code: "SHP010" });
    throws(() => take(zeros([3, 0]), [3], { axis: 0 }), { code: "SHP010" });
    throws(() => take(zeros([0]), [0]), { code: "SHP010" });
    throws(() => take(a, array([1.5])), { code: "DTY001" });
    deepStrictEqual(a.slice("0:3").toList(), [0, 1, 2]);
  });
  strictEqual(memoryStatistics().numStorages, before);
});

Deno.test("setItem() and put() promise the last value of an index that stands twice, of every dtype and layout", () => {
  scope(() => {
    for (const dtype of DTYPES) {
      const a = zeros(6, { dtype }),
        one = array(1).astype(dtype).item(),
        none = array(0).astype(dtype).item();
      setItem(a, array([1, -1, 1]), array([0, 1, 1]).astype(dtype));
      deepStrictEqual(a.toList(), [none, one, none, none, none, one], dtype);
      put(a, [0, 5], array([1, 0]).astype(dtype));
      deepStrictEqual(a.toList(), [one, one, none, none, none, none], dtype);
    }
    const rows = zeros([3, 2]);
    setItem(rows, array([2, 0, 2]), array([[1, 2], [3, 4], [5, 6]]));
    deepStrictEqual(rows.toList(), [[3, 4], [0, 0], [5, 6]]);
    setItem(rows.T, array([1]), 9);
    deepStrictEqual(rows.toList(), [[3, 9], [0, 9], [5, 9]]);
    const own = arange(5);
    setItem(own, array([0, 1, 2, 3, 4]), own.slice("::-1"));
    deepStrictEqual(own.toList(), [4, 3, 2, 1, 0]);
  });
});

Deno.test("insert() promises runs of any number between the elements that were there", () => {
  scope(() => {
    for (const numPlaces of [0, 1, 2, 63, 64, 65, 200]) {
      for (const order of [1, -1]) {
        const places = Array.from({ length: numPlaces }, (_, i) => (i * 7) % 151).toSorted((x, y) =>
          order * (x - y)
        );
        const expected = Array.from({ length: 150 }, (_, i) => i);
        // of places that are equal, the first given stands first
        const last = places.map((place, i) => ({ place, i })).toSorted((x, y) =>
          y.place - x.place || y.i - x.i
        );
        for (const { place, i } of last) expected.splice(place, 0, 1000 + i);
        const values = arange(1000, 1000 + numPlaces);
        deepStrictEqual(insert(arange(150), places, values).toList(), expected, `${numPlaces} ${order}`);
      }
    }
    const rows = arange(6).reshape([2, 3]);
    deepStrictEqual(insert(rows, 1, array([8, 9]), 1).toList(), [[0, 8, 1, 2], [3, 9, 4, 5]]);
    deepStrictEqual(insert(rows.T, [3, 0], 7, 0).shape, [5, 2]);
  });
});

Deno.test("countNonzero() promises every true of any number of bools", () => {
  scope(() => {
    for (const length of [...Array(67).keys(), 4079, 4080, 4081, 70_000]) {
      const a = arange(length).mod(3).eq(1), expected = Math.floor((length + 1) / 3);
      strictEqual(Number(countNonzero(a).item()), expected);
      strictEqual(Number(countNonzero(a.slice("::-1")).item()), expected);
    }
    strictEqual(Number(countNonzero(zeros(5000, { dtype: "bool" }).logicalNot()).item()), 5000);
  });
});

Deno.test("setItem() promises to read indices before it writes, where they are elements of the array itself", () => {
  scope(() => {
    for (const dtype of ["i32", "i64", "u64"] as const) {
      const a = array([1, 2, 0], { dtype });
      // an index that was read anew would be far outside
      a.set(a, [1e8, 5, 6]);
      deepStrictEqual(a.toList(), [6, 1e8, 5], dtype);
      const reversed = array([1, 2, 0], { dtype });
      reversed.set(reversed.slice("::-1"), [1e8, 5, 6]);
      deepStrictEqual(reversed.toList(), [1e8, 6, 5], dtype);
      const rows = array([[1, 0], [2, 0], [0, 0]], { dtype });
      rows.set(rows.slice([":", 0]), [[1e8, 1], [5, 2], [6, 3]]);
      deepStrictEqual(rows.toList(), [[6, 3], [1e8, 1], [5, 2]], dtype);
    }
  });
});

Deno.test("put() promises indices of several axes in row-major order, however they lie", () => {
  scope(() => {
    const a = zeros(6, "i64"), indices = array([[0, 1], [4, 5], [2, 3]]).T;
    put(a, indices, [10, 11, 12, 13, 14, 15]);
    deepStrictEqual(a.toList(), [10, 13, 12, 15, 11, 14]);
    const b = zeros(6, "i64");
    put(b, indices.slice(["::-1", "1:"]), 7);
    deepStrictEqual(b.toList(), [0, 0, 7, 7, 7, 7]);
  });
});
