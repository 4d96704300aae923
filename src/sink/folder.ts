/** Whether a path is a folder. @module */

/**
 * Whether a path names a folder that can be seen.
 *
 * @example
 * ```ts
 * import { isFolder } from "./folder.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([isFolder("."), isFolder("./no such folder")], [true, false]);
 * ```
 */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // missing, or not to be seen: whoever opens it says why it cannot be
  }
}
