import assert from "node:assert/strict";
import type { Summary } from "../exec/meter.ts";
import { formatSummary } from "./summary.ts";

function summaryOf(steps: string): Summary {
  return {
    rows: 5,
    outputRows: 5,
    bytesRead: 40,
    copiedBytes: 0,
    bytesWritten: 40,
    elapsedMs: 10,
    peakRssBytes: 2 ** 26,
    predictedPeakBytes: 2 ** 27,
    chunks: 1,
    workers: 1,
    numerics: "strict",
    output: "y.arrow",
    measured: {
      sources: [],
      kernels: [{
        kernel: 1,
        steps,
        calls: 1,
        rows: 5,
        keptRows: null,
        readBytes: 40,
        writtenBytes: 40,
        predictedReadBytes: 40,
        predictedWrittenBytes: 40,
        ms: 0,
      }],
      sink: { path: "y.arrow", bytesWritten: 40, writeMs: 1, closeMs: 1 },
      waits: { startMs: 0, mainWaitMs: 0, workerWaitMs: 0 },
    },
  };
}

Deno.test("formatSummary() names the steps of a kernel, of very many the first, the last and their number", () => {
  const lineOf = (steps: string) => formatSummary(summaryOf(steps)).trimEnd().split("\n").at(-1)!;
  assert.match(lineOf("sub + div + clip"), /^kernel 1 {2}sub \+ div \+ clip: 5 rows; /);
  const many = lineOf([...Array(2999).fill("mul"), "sqrt"].join(" + "));
  assert.match(many, /^kernel 1 {2}(mul \+ ){10}… \+ sqrt \(3,000 steps\): 5 rows; /);
});
