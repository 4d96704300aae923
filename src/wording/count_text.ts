/**
 * Whole numbers as people read them.
 *
 * @module
 */

/**
 * A whole number with "," between thousands, whatever the machine's locale. `toLocaleString` says the same, but its
 * first call takes 15 to 30 ms: the engine then loads what it knows of languages.
 *
 * @example
 * ```ts
 * import { countText } from "./count_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(countText(5_000_000), "5,000,000");
 * ```
 */
export function countText(count: number | bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
