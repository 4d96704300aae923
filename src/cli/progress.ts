/**
 * Progress on stderr: one line that is rewritten on a terminal, a line every few seconds elsewhere, JSON lines
 * for machines, or nothing. No clock is read here: the run says how much time has passed.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import type { Progress } from "../exec/run.ts";
import { formatByteRate, formatClock, formatPercent, formatRowRate } from "./format.ts";
import { logLine } from "./log_line.ts";

/** What `--progress` may say. */
export type ProgressMode = "auto" | "plain" | "json" | "none";

/** Shows a run's progress. */
export interface ProgressDisplay {
  /** called after each chunk */
  update(progress: Progress): void;
  /** takes the live line away, so that other text may follow */
  clear(): void;
}

/** Where and how to show. */
export interface ProgressOptions {
  readonly mode: ProgressMode;
  readonly isTerminal: boolean;
  /** columns of the terminal */
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

const LIVE_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5000;
const JSON_INTERVAL_MS = 1000;

/** The display for a mode; "auto" is live on a terminal and plain elsewhere. */
export function createProgress(options: ProgressOptions): ProgressDisplay {
  const { mode, isTerminal, write } = options;
  if (mode === "none") return { update() {}, clear() {} };
  if (mode === "json") return lines(JSON_INTERVAL_MS, (progress) => write(formatJson(progress)));
  if (mode === "auto" && isTerminal) return liveLine(options);
  return lines(PLAIN_INTERVAL_MS, (progress) => write(formatProgress(progress) + "\n"));
}

/** One line for people: rows, percent, rates, time left, memory now and predicted. */
export function formatProgress(progress: Progress): string {
  const { rows, totalRows, bytes, elapsedMs, rssBytes, predictedBytes } = progress;
  const parts = [
    totalRows === null ? `${countText(rows)} rows` : `${countText(rows)} of ${countText(totalRows)} rows`,
  ];
  const done = fractionDone(progress);
  if (done !== null) parts.push(formatPercent(done, 1));
  if (elapsedMs > 0) {
    parts.push(formatRowRate((rows / elapsedMs) * 1000), formatByteRate((bytes / elapsedMs) * 1000));
  }
  const leftMs = timeLeft(progress);
  parts.push(leftMs === null ? `${formatClock(elapsedMs)} so far` : `${formatClock(leftMs)} left`);
  parts.push(`${bytesText(rssBytes)} of ${bytesText(predictedBytes)} memory`);
  return parts.join("  ");
}

function formatJson(progress: Progress): string {
  const { elapsedMs } = progress;
  const rate = (amount: number) => (elapsedMs > 0 ? Math.round((amount / elapsedMs) * 1000) : null);
  const leftMs = timeLeft(progress);
  return logLine({ level: "info", event: "progress" }, {
    ...progress,
    elapsedMs: Math.round(elapsedMs),
    rowsPerSecond: rate(progress.rows),
    bytesPerSecond: rate(progress.bytes),
    leftMs: leftMs === null ? null : Math.round(leftMs),
  });
}

/** By rows where the input says how many there are, else by bytes; null for a pipe. */
function fractionDone({ rows, totalRows, bytes, totalBytes }: Progress): number | null {
  const [part, whole] = totalRows !== null ? [rows, totalRows] : [bytes, totalBytes];
  if (whole === null) return null;
  return whole === 0 ? 1 : Math.min(1, part / whole);
}

function timeLeft(progress: Progress): number | null {
  const done = fractionDone(progress);
  return done === null || done === 0 ? null : (progress.elapsedMs * (1 - done)) / done;
}

/** Prints when at least `intervalMs` have passed since the run's start or the last print. */
function lines(intervalMs: number, print: (progress: Progress) => void): ProgressDisplay {
  let nextMs = intervalMs;
  return {
    update(progress) {
      if (progress.elapsedMs < nextMs) return;
      nextMs = progress.elapsedMs + intervalMs;
      print(progress);
    },
    clear() {},
  };
}

const ERASE_LINE = "\r\x1b[K";

function liveLine({ columns, write }: ProgressOptions): ProgressDisplay {
  let isShown = false;
  const { update } = lines(LIVE_INTERVAL_MS, (progress) => {
    // a line that wraps could not be taken back
    write(ERASE_LINE + formatProgress(progress).slice(0, Math.max(1, columns() - 1)));
    isShown = true;
  });
  return {
    update,
    clear() {
      if (isShown) write(ERASE_LINE);
      isShown = false;
    },
  };
}
