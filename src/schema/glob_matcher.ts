/** Patterns of column names. @module */

/**
 * Matches names against a pattern of `*` and `?`. Only the last star is taken back, so no pattern can be made
 * exponentially slow, as a regular expression could.
 *
 * @example
 * ```ts
 * import { globMatcher } from "./glob_matcher.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(["p0", "p10", "q1"].filter(globMatcher("p?")), ["p0"]);
 * deepStrictEqual(["p0", "p10", "q1"].filter(globMatcher("p*")), ["p0", "p10"]);
 * ```
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  const wanted = Array.from(pattern);
  return (name) => {
    const text = Array.from(name);
    let p = 0, star = -1, resume = 0;
    for (let t = 0; t < text.length;) {
      if (p < wanted.length && wanted[p] === "*") {
        star = p++;
        resume = t;
      } else if (p < wanted.length && (wanted[p] === "?" || wanted[p] === text[t])) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (wanted[p] === "*") p++;
    return p === wanted.length;
  };
}
