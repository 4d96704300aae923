/** Paths that are given as file URLs. @module */
import { UsageError } from "../errors.ts";

/**
 * The path that a file URL stands for; any other word as it is.
 *
 * Throws UsageError USE002 for an empty word, a file URL of another machine, or one that is none.
 *
 * @param what the word that it is, for messages
 *
 * @example
 * ```ts
 * import { localPath } from "./local_path.ts";
 * import assert from "node:assert/strict";
 * assert.equal(localPath("file:///data/a%20b.arrow"), "/data/a b.arrow");
 * assert.equal(localPath("a%20b.arrow"), "a%20b.arrow");
 * ```
 */
export function localPath(word: string, what = "the name"): string {
  if (word === "") {
    throw new UsageError("USE002", `${what} is empty`, {
      help: "name a file; a variable of the shell that is not set leaves an empty word",
    });
  }
  if (!/^file:/i.test(word)) return word;
  try {
    const { host, pathname } = new URL(word);
    if (host === "" && /^file:\/\//i.test(word)) return decodeURIComponent(pathname);
  } catch {
    // refused below
  }
  throw new UsageError("USE002", `${word} names no file of this machine`, {
    help: "give a path, or a URL such as file:///data/table.arrow",
  });
}
