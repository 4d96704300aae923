/** Lines of `--log json` and `--progress json`: what all of them have. @module */

/** How much a line matters. */
export type LogLevel = "info" | "warning" | "error";

/** What a line tells of. */
export type LogEvent = "progress" | "summary" | "error" | "ending" | "interrupted" | "ignored" | "printed";

/**
 * One JSON object on one line, with its time (ISO 8601, UTC), level and event in front.
 *
 * @example
 * ```ts
 * import { logLine } from "./log_line.ts";
 * import assert from "node:assert/strict";
 *
 * const { time, ...rest } = JSON.parse(logLine({ level: "info", event: "printed" }, { message: "hello" }));
 * assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
 * assert.deepEqual(rest, { level: "info", event: "printed", message: "hello" });
 * ```
 */
export function logLine(
  { level, event }: { readonly level: LogLevel; readonly event: LogEvent },
  fields: object,
): string {
  return JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }) + "\n";
}
