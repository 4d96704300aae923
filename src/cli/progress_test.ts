import assert from "node:assert/strict";
import type { Progress, Summary } from "../exec/run.ts";
import { createProgress, formatProgress, type ProgressMode } from "./progress.ts";
import { formatSummary, formatSummaryJson } from "./summary.ts";

const HALF: Progress = {
  rows: 2_500_000,
  totalRows: 5_000_000,
  bytes: 1_000_000_000,
  totalBytes: 2_000_000_000,
  elapsedMs: 2000,
  rssBytes: 200 * 1024 ** 2,
  predictedBytes: 256 * 1024 ** 2,
};

function record(mode: ProgressMode, options: { isTerminal: boolean; columns?: number }) {
  const written: string[] = [];
  const display = createProgress({
    mode,
    isTerminal: options.isTerminal,
    columns: () => options.columns ?? 200,
    write: (text) => written.push(text),
  });
  return { written, display };
}

Deno.test("formatProgress() tells rows, part, rates, time left and memory", () => {
  assert.equal(
    formatProgress(HALF),
    "2,500,000 of 5,000,000 rows  50.0 %  1.25 M rows/s  500 MB/s  0:02 left  200 MiB of 256 MiB memory",
  );
});

Deno.test("formatProgress() goes by bytes where the rows are not known, and without a part for a pipe", () => {
  assert.match(formatProgress({ ...HALF, totalRows: null }), /^2,500,000 rows {2}50\.0 % .* 0:02 left/);
  assert.equal(
    formatProgress({ ...HALF, totalRows: null, totalBytes: null }),
    "2,500,000 rows  1.25 M rows/s  500 MB/s  0:02 so far  200 MiB of 256 MiB memory",
  );
  const start = formatProgress({ ...HALF, rows: 0, bytes: 0, elapsedMs: 0 });
  assert.ok(!/NaN|Infinity/.test(start), start);
  assert.match(formatProgress({ ...HALF, rows: 0, totalRows: 0 }), /^0 of 0 rows {2}100\.0 %/);
});

Deno.test("createProgress() rewrites one line on a terminal, at most ten times a second, never wider than it", () => {
  const { written, display } = record("auto", { isTerminal: true, columns: 40 });
  for (let elapsedMs = 10; elapsedMs <= 1000; elapsedMs += 10) display.update({ ...HALF, elapsedMs });
  assert.equal(written.length, 10);
  for (const text of written) {
    assert.ok(text.startsWith("\r\x1b[K") && !text.includes("\n"));
    assert.ok(text.length - "\r\x1b[K".length < 40);
  }
  display.clear();
  display.clear();
  assert.deepEqual(written.slice(10), ["\r\x1b[K"]);
});

Deno.test("createProgress() prints plain lines every five seconds where there is no terminal", () => {
  for (const mode of ["auto", "plain"] as const) {
    const { written, display } = record(mode, { isTerminal: mode === "plain" });
    for (let elapsedMs = 100; elapsedMs <= 12_000; elapsedMs += 100) display.update({ ...HALF, elapsedMs });
    display.clear();
    assert.equal(written.length, 2);
    for (const text of written) {
      assert.ok(
        text.indexOf("\n") === text.length - 1 && !text.includes("\r") && !text.includes("\x1b"),
        text,
      );
    }
  }
});

Deno.test("createProgress() prints a JSON object a line, or nothing", () => {
  const json = record("json", { isTerminal: true });
  for (let elapsedMs = 100; elapsedMs <= 2050; elapsedMs += 100) json.display.update({ ...HALF, elapsedMs });
  assert.equal(json.written.length, 2);
  const parsed = JSON.parse(json.written[1] ?? "");
  assert.deepEqual([parsed.event, parsed.rows, parsed.rowsPerSecond, parsed.leftMs], [
    "progress",
    2_500_000,
    1_250_000,
    2000,
  ]);
  const none = record("none", { isTerminal: true });
  none.display.update({ ...HALF, elapsedMs: 1e9 });
  none.display.clear();
  assert.deepEqual(none.written, []);
});

const SUMMARY: Summary = {
  rows: 10_000,
  outputRows: 10_000,
  bytesRead: 8_000_000,
  copiedBytes: 0,
  bytesWritten: 320_000,
  elapsedMs: 160,
  peakRssBytes: 92 * 1024 ** 2,
  predictedPeakBytes: 110 * 1024 ** 2,
  chunks: 3,
  workers: 1,
  numerics: "fused",
  output: "scores.arrow",
};

Deno.test("formatSummary() tells output, rates and peak memory", () => {
  assert.equal(
    formatSummary(SUMMARY),
    "wrote scores.arrow: 10,000 rows, 312.5 KiB\n" +
      "read 7.63 MiB in 160 ms (62.5 k rows/s, 50 MB/s); 3 chunks, 1 worker, fused numerics\n" +
      "peak memory 92 MiB of 110 MiB predicted\n",
  );
  assert.match(formatSummary({ ...SUMMARY, outputRows: 1, output: "-" }), /^wrote stdout: 1 of 10,000 rows,/);
  assert.match(formatSummary({ ...SUMMARY, rows: 1, outputRows: 1 }), /: 1 row,/);
  assert.equal(JSON.parse(formatSummaryJson(SUMMARY)).event, "summary");
});
