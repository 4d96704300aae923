/** Files as messages name them. @module */

/** The path of a place's file, which may be named as a `file://` URL. */
export function placePath(file: string): string {
  return file.startsWith("file://") ? decodeURIComponent(new URL(file).pathname) : file;
}

/**
 * A path relative to the working directory where that is shorter.
 *
 * @example
 * ```ts
 * import { shortPath } from "./short_path.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(shortPath("file:///home/ann/jobs/score.ts", "/home/ann"), "jobs/score.ts");
 * assert.equal(shortPath("/srv/score.ts", "/home/ann/jobs"), "/srv/score.ts");
 * ```
 */
export function shortPath(file: string, cwd: string = Deno.cwd()): string {
  const path = placePath(file);
  if (!path.startsWith("/") || !cwd.startsWith("/")) return path;
  const [from, to] = [cwd, path].map((one) => one.split("/").filter((part) => part !== "")) as [
    string[],
    string[],
  ];
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  const relative = [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
  return relative.length < path.length ? relative : path;
}
