/** Inputs that are named by URLs. @module */

/** parts of a query that let others in */
const SECRETS = /([?&](?:[^=&]*(?:signature|credential|token|secret|key|sig))=)[^&#]*/gi;

/**
 * Whether an input is read over the network.
 *
 * @example
 * ```ts
 * import { isRemote } from "./remote_url.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(["https://host/a.csv", "s3://bucket/a.parquet", "a.csv", "-"].map(isRemote), [
 *   true, true, false, false,
 * ]);
 * ```
 */
export function isRemote(path: string): boolean {
  return /^(?:https?|s3):\/\//i.test(path);
}

/**
 * A URL as messages show it: without passwords and signatures.
 *
 * @example
 * ```ts
 * import { shownUrl } from "./remote_url.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(shownUrl("https://me:word@host/a.csv?v=2&X-Amz-Signature=ab12"), "https://host/a.csv?v=2&X-Amz-Signature=…");
 * ```
 */
export function shownUrl(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/?#]*@/, "$1").replace(SECRETS, "$1…");
}

/** The name of the file that a URL leads to, without query and fragment; other paths as they are. */
export function pathOf(path: string): string {
  return isRemote(path) ? path.replace(/[?#].*$/s, "") : path;
}
