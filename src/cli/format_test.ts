import assert from "node:assert/strict";
import { countText } from "../wording/count_text.ts";
import {
  formatByteRate,
  formatClock,
  formatDuration,
  formatPercent,
  formatPlural,
  formatRowRate,
} from "./format.ts";

Deno.test("formatByteRate() and formatRowRate() print decimal units", () => {
  assert.equal(formatByteRate(480e6), "480 MB/s");
  assert.equal(formatByteRate(0), "0 B/s");
  assert.equal(formatRowRate(950), "950 rows/s");
  assert.equal(formatRowRate(1_254_000), "1.25 M rows/s");
});

Deno.test("countText() groups thousands", () => {
  assert.equal(countText(0), "0");
  assert.equal(countText(999), "999");
  assert.equal(countText(5_000_000), "5,000,000");
  assert.equal(countText(-1234), "-1,234");
  assert.equal(countText(18446744073709551615n), "18,446,744,073,709,551,615");
  assert.equal(formatPlural(1, "row"), "1 row");
  assert.equal(formatPlural(1000, "row"), "1,000 rows");
});

Deno.test("formatDuration() goes from milliseconds to hours", () => {
  for (
    const [ms, text] of [
      [0, "0 ms"],
      [999.4, "999 ms"],
      [999.6, "1.00 s"],
      [2345, "2.35 s"],
      [41_234, "41.2 s"],
      [59_960, "1:00"],
      [125_000, "2:05"],
      [3_723_000, "1:02:03"],
    ] as const
  ) assert.equal(formatDuration(ms), text);
  assert.equal(formatClock(6900), "0:07");
});

Deno.test("formatPercent() says 100 only at the end", () => {
  assert.equal(formatPercent(999_999, 1_000_000), "99.9 %");
  assert.equal(formatPercent(5, 5), "100.0 %");
  assert.equal(formatPercent(0, 0), "100.0 %");
});
