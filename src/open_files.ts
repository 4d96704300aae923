/** What is said where a process may open no more files. @module */

/** What lets it open more. */
export const MORE_FILES = "let the shell that starts it open more files: ulimit -n 1024";

/**
 * Whether an error says that this process has as many files open as it may.
 *
 * @example
 * ```ts
 * import { isOutOfFiles } from "./open_files.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(isOutOfFiles(new Error("Too many open files (os error 24): readfile '/x/text.wasm'")), true);
 * strictEqual(isOutOfFiles(new Error("Too many open files in system (os error 23)")), false);
 * ```
 */
export function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && /Too many open files(?! in system)/.test(error.message);
}
