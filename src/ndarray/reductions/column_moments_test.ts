import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { DType } from "../../dtype/mod.ts";
import * as nd from "../mod.ts";

/** the exact variance of whole numbers, rounded once or twice */
function exactVariance(numbers: readonly number[]): number {
  const all = numbers.map(BigInt), n = BigInt(all.length);
  const sum = all.reduce((a, b) => a + b, 0n), squares = all.reduce((a, b) => a + b * b, 0n);
  return Number(n * squares - sum * sum) / Number(n) / Number(n);
}

/** whole numbers that repeat no pattern along rows or columns */
function scattered(length: number, { least, width }: { least: number; width: number }): number[] {
  let state = 1;
  return Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return least + (state >>> 8) % width;
  });
}

const NUM_ROWS = 5003, NUM_COLUMNS = 37;

Deno.test("std() down long columns is exact to the last places, however far the numbers are from zero", () => {
  const cases: readonly [DType, number, number][] = [
    ["f32", 0, 1000],
    ["f32", 16_000_000, 256],
    ["f64", 2 ** 52, 1000],
    ["f64", -(10 ** 9), 3],
    ["i64", 10 ** 15, 1000],
    ["i32", -1000, 2000],
    ["u8", 0, 256],
    ["u16", 65_000, 500],
  ];
  for (const [dtype, least, width] of cases) {
    const numbers = scattered(NUM_ROWS * NUM_COLUMNS, { least, width });
    using wide = nd.array(numbers, { dtype: "f64" });
    using x = wide.reshape([NUM_ROWS, NUM_COLUMNS]).astype(dtype);
    using std = x.std({ axis: 0 });
    using variance = x.var({ axis: 0, correction: 1, keepdims: true });
    deepStrictEqual(variance.shape, [1, NUM_COLUMNS]);
    const tolerance = dtype === "f32" ? 2 ** -23 : 2 ** -46;
    for (let column = 0; column < NUM_COLUMNS; column++) {
      const expected = exactVariance(numbers.filter((_, i) => i % NUM_COLUMNS === column));
      const sample = expected * NUM_ROWS / (NUM_ROWS - 1);
      ok(Math.abs(Number(std.at(column)) / Math.sqrt(expected) - 1) <= tolerance, `${dtype} from ${least}`);
      ok(Math.abs(Number(variance.at(0, column)) / sample - 1) <= tolerance, `${dtype} from ${least}`);
    }
  }
});

Deno.test("var() down long columns of any layout is that of the columns one by one", () => {
  const numbers = scattered(2 * 3000 * 4 * 40, { least: -500, width: 1000 });
  using all = nd.array(numbers, { dtype: "f64" });
  const shaped = all.reshape([2, 3000, 4, 40]);
  const views: readonly [nd.NDArray, readonly number[]][] = [
    [shaped, [1]],
    [shaped, [0, 1]],
    [shaped, [1, 2]],
    [shaped, [0, 1, 2]],
    [shaped.slice(":, ::-1"), [1]],
    [shaped.transpose([3, 1, 2, 0]), [1]],
    [shaped.slice("1, :, ::2, 3:"), [0]],
  ];
  for (const [view, axis] of views) {
    using x = view.astype("f64");
    using result = x.var({ axis: [...axis] });
    using direct = view.var({ axis: [...axis] });
    const order = [...view.shape.keys()];
    const kept = order.filter((one) => !axis.includes(one));
    using columns = view.transpose([...kept, ...axis]).reshape([result.size, -1]).copy();
    for (let i = 0; i < result.size; i++) {
      using column = columns.slice([i]).copy();
      const expected = exactVariance([...column.toTypedArray()].map(Number));
      for (const made of [result, direct]) {
        using flat = made.reshape([-1]);
        ok(
          Math.abs(Number(flat.at(i)) / expected - 1) <= 2 ** -46,
          `${view.shape} over ${axis}, ${i}: ${flat.at(i)}, not ${expected}`,
        );
      }
    }
  }
});

Deno.test("std() down long columns is 0 of equal numbers, NaN beside an infinity, infinite of huge numbers", () => {
  using x = nd.full([3000, 40], 0.1);
  x.set([2999, 1], Infinity);
  x.set([0, 2], -Infinity);
  x.set([100, 3], NaN);
  x.set([2500, 4], 1e200);
  x.set([0, 5], 1e200);
  using std = x.std({ axis: 0 });
  strictEqual(std.at(0), 0);
  for (const column of [1, 2, 3]) ok(Number.isNaN(std.at(column)));
  for (const column of [4, 5]) strictEqual(std.at(column), Infinity);
  strictEqual(std.at(6), 0);
});

Deno.test("std() and var() down long columns promise each question its own answer when asked again", () => {
  using x = nd.arange(3000 * 40).reshape([3000, 40]).astype("f32");
  const squares = 1600 * 3000 * (3000 ** 2 - 1) / 12;
  for (let again = 0; again < 3; again++) {
    for (const correction of [0, 1, 2999, 3000]) {
      using variance = x.var({ axis: 0, correction, keepdims: again === 2 });
      using std = x.std({ axis: 0, correction });
      const expected = squares / (3000 - correction);
      deepStrictEqual(variance.shape, again === 2 ? [1, 40] : [40]);
      for (const column of [0, 39]) {
        strictEqual(variance.ravel().at(column), Math.fround(expected));
        strictEqual(std.at(column), Math.fround(Math.sqrt(expected)));
      }
    }
  }
});

Deno.test("var() down long columns promises each array of one layout the answer of its own elements", () => {
  using numbers = nd.array(scattered(7000 * 64, { least: 0, width: 1000 }), { dtype: "f64" });
  using table = numbers.reshape([7000, 64]);
  // the first is planned, the others repeat what was planned from where they begin
  for (const rows of [":5000", "1000:6000", "2000:"]) {
    using columns = table.slice(`${rows}, 8:48`);
    using variance = columns.var({ axis: 0 });
    for (const column of [0, 17, 39]) {
      const elements = [...columns.slice([{}, column]).copy().toTypedArray()].map(Number);
      ok(Math.abs(Number(variance.at(column)) / exactVariance(elements) - 1) <= 2 ** -46, rows);
    }
  }
});

Deno.test("std() down long columns takes out, refuses one of another shape, and leaves nothing behind", () => {
  using x = nd.arange(3000 * 40).reshape([3000, 40]).astype("f64");
  using out = nd.zeros([40]);
  const { numStorages } = nd.memoryStatistics();
  strictEqual(x.std({ axis: 0, out }), out);
  ok(Math.abs(Number(out.at(7)) / (40 * Math.sqrt((3000 ** 2 - 1) / 12)) - 1) <= 2 ** -46);
  using other = nd.zeros([41]);
  let code = "";
  try {
    x.std({ axis: 0, out: other });
  } catch (error) {
    code = (error as { code: string }).code;
  }
  strictEqual(code, "SHP001");
  strictEqual(nd.memoryStatistics().numStorages, numStorages + 1);
});
