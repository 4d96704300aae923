import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { document, Panel, shortCount } from "../bench/plots/chart.ts";
import { reasonOf } from "../bench/sweep/known.ts";
import { findCliffs, type MeasuredPoint } from "../bench/sweep/line.ts";

/** Points of as many elements and nanoseconds each. */
const points = (...pairs: readonly (readonly [number, number])[]): MeasuredPoint[] =>
  pairs.map(([numElements, nanoseconds]) => ({ label: String(numElements), numElements, nanoseconds }));

Deno.test("findCliffs() holds a growing line's point against the one before, and a call against the next", () => {
  const line = { name: "add", axis: "growing" } as const;
  // a fixed cost of a call is no cliff
  deepStrictEqual(findCliffs(line, points([1, 1000], [10, 1000], [1000, 1500], [100_000, 60_000])), []);
  const rising = points([1000, 1000], [10_000, 30_000], [100_000, 100_000]);
  deepStrictEqual(findCliffs(line, rising), [{ name: "add / 10000", factor: 3, against: "1000" }]);
  const falling = points([1, 3000], [2, 1000], [4, 1200]);
  deepStrictEqual(findCliffs(line, falling), [{ name: "add / 1", factor: 3, against: "2" }]);
});

Deno.test("findCliffs() holds points of equal work against both neighbours, and layouts against the first", () => {
  const equal = [50, 120, 70].map((nanoseconds, i) => ({ label: `${i}`, numElements: 100, nanoseconds }));
  deepStrictEqual(findCliffs({ name: "k", axis: "equal" }, equal), [
    { name: "k / 1", factor: 2.4, against: "0" },
  ]);
  deepStrictEqual(findCliffs({ name: "k", axis: "layout" }, equal).map(({ against }) => against), ["0"]);
});

Deno.test("reasonOf() knows the reason of a point that is expected to stand out, and of no other", () => {
  match(reasonOf("copy f32, by layout / transposed")!, /turned in registers/);
  strictEqual(reasonOf("copy f32, by layout / reversed"), null);
});

Deno.test("Panel places values on logarithmic axes; document() escapes what it is told", () => {
  const axis = { domain: [1, 100], label: "", format: shortCount } as const;
  const panel = new Panel({ x: 10, y: 20, width: 200, height: 100 }, { x: axis, y: axis });
  deepStrictEqual(panel.place(10, 100), [110, 20]);
  deepStrictEqual([1000, 2.5e6, 0.1].map(shortCount), ["1k", "2.5M", "0.1"]);
  const page = document([], { width: 1, height: 1, title: "a < b", sentence: "x & y", note: "" });
  match(page, /<title>a &lt; b<\/title>/);
  match(page, /x &amp; y/);
});
