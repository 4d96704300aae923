/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("pad() promises odd reflections in whole lengths of the array, however unequal the widths are", () => {
  const cases: [number[], [number, number], number[], number[]][] = [
    [[0, 1, 3], [1, 10], [-1, 0, 1, 3, 5, 6, 7, 9, 11, 12, 13, 15, 17, 18], [
      0,
      0,
      1,
      3,
      3,
      5,
      6,
      6,
      7,
      9,
      9,
      11,
      12,
      12,
    ]],
    [[2, 3, 7, 1], [1, 10], [1, 2, 3, 7, 1, -5, -1, 0, 1, 5, -1, -7, -3, -2, -1], [
      2,
      2,
      3,
      7,
      1,
      1,
      -5,
      -1,
      0,
      0,
      1,
      5,
      -1,
      -1,
      -7,
    ]],
    [[0, 1, 3], [10, 1], [-15, -13, -12, -11, -9, -7, -6, -5, -3, -1, 0, 1, 3, 5], [
      -9,
      -9,
      -7,
      -6,
      -6,
      -5,
      -3,
      -3,
      -1,
      0,
      0,
      1,
      3,
      3,
    ]],
    [[2, 3, 7, 1], [10, 1], [11, 5, -1, 3, 4, 5, 9, 3, -3, 1, 2, 3, 7, 1, -5], [
      3,
      4,
      4,
      5,
      9,
      3,
      3,
      -3,
      1,
      2,
      2,
      3,
      7,
      1,
      1,
    ]],
    [[0, 1, 3], [2, 5], [-3, -1, 0, 1, 3, 5, 6, 7, 9, 11], [-1, 0, 0, 1, 3, 3, 5, 6, 6, 7]],
    [[2, 3, 7, 1], [2, 5], [-3, 1, 2, 3, 7, 1, -5, -1, 0, 1, 5], [1, 2, 2, 3, 7, 1, 1, -5, -1, 0, 0]],
    [[0, 1, 3], [7, 3], [-11, -9, -7, -6, -5, -3, -1, 0, 1, 3, 5, 6, 7], [
      -6,
      -6,
      -5,
      -3,
      -3,
      -1,
      0,
      0,
      1,
      3,
      3,
      5,
      6,
    ]],
    [[2, 3, 7, 1], [7, 3], [3, 4, 5, 9, 3, -3, 1, 2, 3, 7, 1, -5, -1, 0], [
      5,
      9,
      3,
      3,
      -3,
      1,
      2,
      2,
      3,
      7,
      1,
      1,
      -5,
      -1,
    ]],
  ];
  for (const [a, widths, reflected, symmetric] of cases) {
    deepStrictEqual(nd.pad(a, widths, "reflect", { reflectType: "odd" }).toList(), reflected);
    deepStrictEqual(nd.pad(a, widths, "symmetric", { reflectType: "odd" }).toList(), symmetric);
  }
});

Deno.test("roll() promises shifts cut to integers, each on its own", () => {
  deepStrictEqual(nd.roll([1, 2, 3], 1.7).toList(), [3, 1, 2]);
  deepStrictEqual(nd.roll([1, 2, 3], -1.7).toList(), [2, 3, 1]);
  deepStrictEqual(nd.roll([1, 2, 3], [0.5, 0.5]).toList(), [1, 2, 3]);
  deepStrictEqual(nd.roll([[1, 2], [3, 4]], [1.5, 0.2], [0, 1]).toList(), [[3, 4], [1, 2]]);
  for (const shift of [NaN, Infinity]) throws(() => nd.roll([1, 2], shift), { code: "ARR002" });
});

Deno.test("repeat() refuses counts whose places take more memory than there is", () => {
  for (const count of [1e10, 2 ** 52]) throws(() => nd.repeat([1, 2], [count, 1]), { code: "MEM005" });
});

Deno.test("repeat() promises each element or row so many times, of every dtype, axis and layout", () => {
  for (const dtype of nd.DTYPES) {
    for (const count of [0, 1, 3]) {
      nd.scope(() => {
        const size = [7, 5, 4], a = nd.arange(140).mod(2).reshape(size).astype(dtype);
        for (const view of [a, a.slice("::-1, :, ::2"), a.transpose([2, 0, 1])]) {
          for (const axis of [0, 1, 2]) {
            const places = Array.from({ length: view.shape[axis]! * count }, (_, i) => Math.floor(i / count));
            deepStrictEqual(nd.repeat(view, count, axis).toList(), view.take(places, axis).toList());
          }
          const flat = view.ravel().toList() as unknown[];
          deepStrictEqual(
            nd.repeat(view, count).toList(),
            flat.flatMap((value) => new Array(count).fill(value)),
          );
        }
      });
    }
  }
});

Deno.test("repeat() and concatenate() promise the same of more than one call takes", () => {
  nd.scope(() => {
    const a = nd.arange(20_000), twice = nd.repeat(a, 2);
    deepStrictEqual(twice.toList(), Array.from({ length: 40_000 }, (_, i) => i >> 1));
    const both = nd.concatenate([a, twice.slice("::2"), a]);
    deepStrictEqual(both.toList(), Array.from({ length: 60_000 }, (_, i) => i % 20_000));
  });
});

Deno.test("repeat() takes counts of any size for elements of every width, and for rows", () => {
  for (const dtype of ["u8", "i16", "f32", "i64"] as const) {
    for (
      const counts of [
        [],
        [0, 0],
        [3],
        [0, 7, 1, 0, 40, 2, 0, 5, 4, 33],
        Array.from({ length: 70 }, (_, i) => i % 6),
      ]
    ) {
      const list = counts.flatMap((count, i) => Array<number>(count).fill(i));
      using a = nd.arange(counts.length).astype(dtype), rows = nd.stack([a, a.add(1)], 1);
      deepStrictEqual(nd.repeat(a, nd.array(counts, "i64")).toList(), list);
      deepStrictEqual(nd.repeat(rows, nd.array(counts, "u32"), 0).toList(), list.map((i) => [i, i + 1]));
      deepStrictEqual(nd.repeat(rows.T, nd.array(counts, "i64"), 1).toList(), [list, list.map((i) => i + 1)]);
    }
  }
});
