/** Packages that cannot be had: Deno downloads each once, at its first use. @module */
import { NdpipeError, type Place } from "./errors.ts";

/** Deno's words for a package, or a module of a registry, that was not downloaded; the first line of its message */
const FAILURES: readonly RegExp[] = [
  /\bfailed (?:loading|caching) /i,
  /\bfailed to load\. Import '/,
  /\berror sending request for url\b/,
  /\bnot found in cache\b/,
];

/** Why it failed, which Deno says beneath: "    0: error sending request for url (…)". */
function causesIn(message: string): string[] {
  return message.split("\n").slice(1).flatMap((line) => /^\s+\d+: (.+)$/.exec(line)?.[1] ?? []);
}

/**
 * What Deno says where a package cannot be downloaded, as ENV002; null: it says something else.
 *
 * @example
 * ```ts
 * import { packageError } from "./package_errors.ts";
 * import assert from "node:assert/strict";
 * const error = packageError('Failed loading http://127.0.0.1:9/aws4fetch for package "aws4fetch"');
 * assert.equal(error?.code, "ENV002");
 * assert.equal(packageError("npm package 'x' does not exist"), null);
 * ```
 */
export function packageError(
  message: string,
  { place = null, cause }: { readonly place?: Place | null; readonly cause?: unknown } = {},
): NdpipeError | null {
  const [first = ""] = message.split("\n");
  if (!FAILURES.some((failure) => failure.test(first))) return null;
  const reason = first.charAt(0).toLowerCase() + first.slice(1).replace(/ at file:\/\/\S+$/, "");
  return new NdpipeError("ENV002", `a package cannot be downloaded: ${reason}`, {
    place,
    notes: [
      ...causesIn(message),
      "Deno downloads a package when it is first needed, and keeps it in the folder DENO_DIR, else below HOME",
    ],
    help:
      "run deno install once where the registry can be reached, or name one that can: NPM_CONFIG_REGISTRY=URL",
    cause,
  });
}
