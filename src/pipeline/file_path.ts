/**
 * Paths as `node:path` and `node:url` have them, without loading these: that takes as long as a quarter of a small run.
 *
 * @module
 */
import { builtinModule } from "../load_module.ts";

/**
 * The absolute path of a file that is named relative to the working directory, without `.` and `..`.
 *
 * @example
 * ```ts
 * import { absolutePath } from "./file_path.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(absolutePath("/data/./2025/../x.arrow"), "/data/x.arrow");
 * ```
 */
export function absolutePath(file: string): string {
  if (Deno.build.os === "windows") return builtinModule("node:path").resolve(Deno.cwd(), file);
  const kept: string[] = [];
  for (const name of (file.startsWith("/") ? file : `${Deno.cwd()}/${file}`).split("/")) {
    if (name === "..") kept.pop();
    else if (name !== "" && name !== ".") kept.push(name);
  }
  return `/${kept.join("/")}`;
}

/**
 * The URL of an absolute path.
 *
 * @example
 * ```ts
 * import { fileUrl } from "./file_path.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(fileUrl("/data/50 % #1.ts"), "file:///data/50%20%25%20%231.ts");
 * ```
 */
export function fileUrl(path: string): string {
  if (Deno.build.os === "windows") return builtinModule("node:url").pathToFileURL(path).href;
  // what a URL would take for something else, or leave out; the others it escapes itself
  return new URL(`file://${path.replace(/[\0- %\\?#]/g, encodeURIComponent)}`).href;
}

/**
 * The folder that an absolute path lies in; of the root, the root.
 *
 * @example
 * ```ts
 * import { parentFolder } from "./file_path.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(parentFolder("/data/x.arrow"), "/data");
 * ```
 */
export function parentFolder(path: string): string {
  if (Deno.build.os === "windows") return builtinModule("node:path").dirname(path);
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
