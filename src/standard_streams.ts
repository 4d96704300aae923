/** Names that the system gives to standard input and standard output, and folders that Deno guards. @module */

/** Why a path below /dev, such as one in /dev/shm, cannot be opened with the permissions that `-P` grants. */
export const GUARDED =
  "Deno opens what lies below /dev, /proc or /sys with every permission only (-A for -P)";

/**
 * Which of the standard streams a path names. Deno opens these names with every permission only; `-` needs none.
 *
 * @example
 * ```ts
 * import { standardStream } from "./standard_streams.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(standardStream("/dev/stdin"), "input");
 * strictEqual(standardStream("/proc/self/fd/1"), "output");
 * strictEqual(standardStream("/dev/fd/63"), null);
 * ```
 */
export function standardStream(path: string): "input" | "output" | null {
  if (/^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/0)$/.test(path)) return "input";
  return /^\/(?:dev\/stdout|(?:dev|proc\/self)\/fd\/1)$/.test(path) ? "output" : null;
}
