/** What a finished run says of itself on stderr. @module */
import { bytesText } from "../dtype/bytes_text.ts";
import type { Summary } from "../exec/run.ts";
import { formatByteRate, formatCount, formatDuration, formatPlural, formatRowRate } from "./format.ts";

/** The summary for people: what was written, how fast, in how much memory. */
export function formatSummary(summary: Summary): string {
  const { rows, outputRows, bytesRead, bytesWritten, elapsedMs, chunks, workers, numerics, output } = summary;
  const target = output === "-" ? "stdout" : output;
  const seconds = elapsedMs / 1000;
  const rates = seconds > 0
    ? ` (${formatRowRate(rows / seconds)}, ${formatByteRate(bytesRead / seconds)})`
    : "";
  const kept = outputRows === rows ? "" : ` of ${formatCount(rows)}`;
  return [
    `wrote ${target}: ${formatCount(outputRows)}${kept} row${outputRows === 1 && kept === "" ? "" : "s"}, ${
      bytesText(bytesWritten)
    }`,
    `read ${bytesText(bytesRead)} in ${formatDuration(elapsedMs)}${rates}; ` +
    `${formatPlural(chunks, "chunk")}, ${formatPlural(workers, "worker")}, ${numerics} numerics`,
    `peak memory ${bytesText(summary.peakRssBytes)} of ${bytesText(summary.predictedPeakBytes)} predicted`,
  ].map((line) => line + "\n").join("");
}

/** The summary as one JSON object on one line. */
export function formatSummaryJson(summary: Summary): string {
  return JSON.stringify({ event: "summary", ...summary, elapsedMs: Math.round(summary.elapsedMs) }) + "\n";
}
