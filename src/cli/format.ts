/**
 * Numbers for people: rates, durations, one thing or many (bytes: `wording/bytes_text.ts`, counts: `wording/count_text.ts`).
 * Always in English with "," between thousands, whatever the machine's locale, so that logs compare.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";

const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;
const COUNT_UNITS = ["", "k", "M", "G", "T"] as const;

/** Bytes a second in decimal units, as disks and networks are sold: "480 MB/s". */
export function formatByteRate(bytesPerSecond: number): string {
  return `${scaled(bytesPerSecond, DECIMAL_UNITS)}/s`;
}

/** Rows a second: "950 rows/s", "1.25 M rows/s". */
export function formatRowRate(rowsPerSecond: number): string {
  return `${scaled(rowsPerSecond, COUNT_UNITS)} rows/s`;
}

/** One thing or many: "1 row", "5,000 rows", "2 batches". */
export function formatPlural(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}

/** A time span: "85 ms", "2.35 s", "41.2 s", "2:05", "1:02:03". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  return formatClock(milliseconds);
}

/** A time span as a clock shows it, for a line that is rewritten: "0:07", "12:34", "1:02:03". */
export function formatClock(milliseconds: number): string {
  const total = Math.round(milliseconds / 1000);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = seconds.toString().padStart(2, "0");
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${minutes.toString().padStart(2, "0")}:${tail}`;
}

/** A part of a whole in percent with one decimal; 100.0 only when it is complete. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return "100.0 %";
  return `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}

function scaled(value: number, units: readonly string[]): string {
  let scaledValue = value;
  let unit = 0;
  // the next unit begins where rounding would print the base itself
  while (scaledValue >= 999.5 && unit < units.length - 1) {
    scaledValue /= 1000;
    unit++;
  }
  const digits = unit === 0 ? 0 : scaledValue >= 9.995 ? 1 : 2;
  const text = scaledValue.toFixed(digits);
  const short = digits === 0 ? text : text.replace(/\.?0+$/, "");
  return `${short} ${units[unit]}`.trimEnd();
}
