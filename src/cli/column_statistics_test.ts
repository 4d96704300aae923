import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { binOf, GrowingHistogram, StatisticsCollector } from "./column_statistics.ts";
import { escapeHtml, htmlReport } from "./inspect_html.ts";
import { blockBars } from "./inspect_text.ts";

Deno.test("GrowingHistogram counts every finite value in the bin that holds it, whatever the range", () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(fc.property(values, fc.constantFrom(4, 32, 128), (numbers, maxBins) => {
    const histogram = new GrowingHistogram();
    for (const value of numbers) histogram.add(value);
    const { width, first, counts } = histogram.result(maxBins)!;
    ok(counts.length <= maxBins);
    const expected = counts.map(() => 0);
    for (const value of numbers) expected[binOf(value, width) - first]! += 1;
    deepStrictEqual(counts, expected);
  }));
});

Deno.test("StatisticsCollector gives exact extremes, a mean that loses nothing, and counts of NaN and nulls", () => {
  const collector = new StatisticsCollector();
  for (const value of [1e100, 1, -1e100, NaN, -Infinity]) collector.add(value);
  collector.addNulls(3);
  const { values, nulls, nans, min, max, mean } = collector.result();
  deepStrictEqual({ values, nulls, nans, min, max, mean }, {
    values: 5,
    nulls: 3,
    nans: 1,
    min: "-Infinity",
    max: 1e100,
    mean: 1 / 3,
  });
  const whole = new StatisticsCollector();
  for (const value of [2n ** 63n - 1n, 2n ** 63n - 2n]) whole.add(value);
  strictEqual(whole.result().min, "9223372036854775806");
  deepStrictEqual(new StatisticsCollector().result().histogram, null);
});

Deno.test("blockBars() draws the fullest bin highest, and nothing where nothing is", () => {
  strictEqual(blockBars({ width: 1, first: 0, counts: [1, 0, 8, 4] }), "▁ █▄");
  strictEqual(blockBars(null), "");
});

Deno.test("htmlReport() escapes names and needs nothing from elsewhere", () => {
  const name = `<script>alert("x")</script>&'\u0000`;
  strictEqual(escapeHtml(`<&"'>\u0001`), "&#60;&#38;&#34;&#39;&#62;\ufffd");
  const collector = new StatisticsCollector();
  collector.add(1);
  const page = htmlReport({
    path: name,
    format: "csv",
    bytes: 1,
    rows: 1,
    batches: null,
    metadataBytes: null,
    notes: [name],
    columns: [{
      name,
      type: name,
      nulls: 0,
      dtype: "f64",
      shape: ["N"],
      layout: name,
      statistics: collector.result(),
    }],
  });
  ok(!page.includes("<script") && page.includes("<svg") && page.includes("prefers-color-scheme: dark"));
  ok(!/(src|href)=|url\(|@import|https?:/.test(page));
});
