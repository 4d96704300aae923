/** Which files can be pipelines, by their names. @module */

/**
 * Whether a file is a module by its name. Deno takes every other file for JavaScript too, and would execute a table.
 *
 * @example
 * ```ts
 * import { isModuleName } from "./module_name.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(isModuleName("jobs/score.ts"), true);
 * strictEqual(isModuleName("scores.csv"), false);
 * ```
 */
export function isModuleName(file: string): boolean {
  return /\.[cm]?[jt]sx?$/i.test(file);
}
