/** The nearest known word to one that is not known. @module */

import { editDistance } from "../wording/nearest_names.ts";

/**
 * The candidate that a typist most likely meant, or null when none is near: at most a third of the letters may
 * differ, or the word begins a candidate.
 *
 * @example
 * ```ts
 * import { suggest } from "./suggest.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(suggest("chekc", ["run", "check", "plan"]), "check");
 * assert.equal(suggest("frobnicate", ["run", "check", "plan"]), null);
 * ```
 */
export function suggest(word: string, candidates: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest ??
    (word.length >= 2 ? candidates.find((candidate) => candidate.startsWith(word)) ?? null : null);
}
