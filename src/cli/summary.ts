/** What a finished run says of itself on stderr. @module */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import type { Measured, MeasuredKernel, Summary } from "../exec/meter.ts";
import { formatByteRate, formatDuration, formatPlural, formatRowRate } from "./format.ts";
import { logLine } from "./log_line.ts";
import { visibleText } from "./terminal.ts";

/** The summary for people: what was written, how fast, in how much memory; then what was measured of each part. */
export function formatSummary(summary: Summary): string {
  const { rows, outputRows, bytesRead, bytesWritten, elapsedMs, chunks, workers, numerics, output } = summary;
  const target = output === "-" ? "stdout" : visibleText(output);
  const seconds = elapsedMs / 1000;
  const rates = seconds > 0
    ? ` (${formatRowRate(rows / seconds)}, ${formatByteRate(bytesRead / seconds)})`
    : "";
  const kept = outputRows === rows ? "" : ` of ${countText(rows)}`;
  return [
    `wrote ${target}: ${countText(outputRows)}${kept} row${outputRows === 1 && kept === "" ? "" : "s"}, ${
      bytesText(bytesWritten)
    }`,
    `read ${bytesText(rows === 0 ? headBytes(summary) : bytesRead)} in ${
      formatDuration(elapsedMs)
    }${rates}; ` +
    `${formatPlural(chunks, "chunk")}, ${formatPlural(workers, "worker")}, ${numerics} numerics`,
    `peak memory ${bytesText(summary.peakRssBytes)} of ${bytesText(summary.predictedPeakBytes)} predicted`,
    ...(summary.measured === undefined ? [] : measuredLines(summary.measured)),
  ].map((line) => line + "\n").join("");
}

/** What was read of inputs that have no row: headers and footers. */
function headBytes({ measured, bytesRead }: Summary): number {
  return measured?.sources.reduce((sum, source) => sum + source.bytesRead, 0) ?? bytesRead;
}

/** Whether a kernel only moves columns: all that a conversion does, column by column. */
function isCopy({ steps }: MeasuredKernel): boolean {
  return steps.split(" + ").every((step) => step.startsWith("copy "));
}

/** Time by part, summed over threads; then a line for each kernel that computes. */
function measuredLines({ sources, kernels, sink, waits }: Measured): string[] {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const readMs = total(sources.map((source) => source.readMs));
  const parts = [
    `reading ${timeAndRate(readMs, total(sources.map(({ bytesRead }) => bytesRead)))}`,
    `decoding ${formatDuration(total(sources.map(({ decodeMs }) => decodeMs)))}`,
    `computing ${formatDuration(total(kernels.map(({ ms }) => ms)))}`,
    `writing ${timeAndRate(sink.writeMs, sink.bytesWritten)}`,
    `closing ${formatDuration(sink.closeMs)}`,
  ];
  const idle = `waiting ${formatDuration(waits.mainWaitMs)} for workers, ${
    formatDuration(waits.workerWaitMs)
  } by them`;
  return [
    `time ${parts.join(", ")}; ${idle}`,
    ...kernels.filter((kernel) => !isCopy(kernel)).map(kernelLine),
  ];
}

function kernelLine(measured: MeasuredKernel): string {
  const { kernel, steps, rows, keptRows, ms } = measured;
  const moved = measured.readBytes + measured.writtenBytes;
  const kept = keptRows === null ? "" : `, kept ${countText(keptRows)}`;
  return `kernel ${kernel}  ${shortSteps(steps)}: ${formatPlural(rows, "row")}${kept}; ` +
    `read ${beside(measured.readBytes, measured.predictedReadBytes)}, ` +
    `wrote ${beside(measured.writtenBytes, measured.predictedWrittenBytes)}; ${timeAndRate(ms, moved)}`;
}

/** The longest list of steps that a line shows whole. */
const MAX_STEPS = 12;

/** "add + mul + … + sigmoid (400 steps)": a kernel may be of thousands. */
function shortSteps(steps: string): string {
  const names = steps.split(" + ");
  if (names.length <= MAX_STEPS) return steps;
  const shown = [...names.slice(0, MAX_STEPS - 2), "…", names.at(-1)].join(" + ");
  return `${shown} (${countText(names.length)} steps)`;
}

/** "763 MiB as predicted", "12 MiB of 763 MiB predicted" */
function beside(measured: number, predicted: number): string {
  return measured === predicted
    ? `${bytesText(measured)} as predicted`
    : `${bytesText(measured)} of ${bytesText(predicted)} predicted`;
}

function timeAndRate(ms: number, numBytes: number): string {
  const rate = ms >= 0.5 && numBytes > 0 ? ` (${formatByteRate((numBytes / ms) * 1000)})` : "";
  return `${formatDuration(ms)}${rate}`;
}

/** The summary as one JSON object on one line. */
export function formatSummaryJson(summary: Summary): string {
  return logLine({ level: "info", event: "summary" }, {
    ...summary,
    elapsedMs: Math.round(summary.elapsedMs),
  });
}
