/**
 * Names that are near to one that is not there.
 *
 * @module
 */

/**
 * The `count` candidates nearest to a name by {@link editDistance}; of equal ones the first
 * first.
 *
 * @example
 * ```ts
 * import { nearestNames } from "./nearest_names.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(nearestNames("wieghts", ["mean", "weights", "std"], 1), ["weights"]);
 * ```
 */
export function nearestNames(name: string, candidates: readonly string[], count: number): string[] {
  return candidates
    .map((candidate, order) => ({ candidate, order, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance || a.order - b.order)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/**
 * What helps who named a column that is not there: the nearest name, or where none is near those that there are.
 *
 * @example
 * ```ts
 * import { columnHelp } from "./nearest_names.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(columnHelp("prize", ["id", "price"]), 'did you mean "price"?');
 * strictEqual(columnHelp("weight", ["id", "price"]), 'name one of its columns: "id", "price"');
 * ```
 */
export function columnHelp(name: string, columns: readonly string[]): string {
  const [first, ...others] = nearestNames(name, columns, MAX_LISTED).map((column) => JSON.stringify(column));
  const [nearest = ""] = nearestNames(name, columns, 1);
  if (editDistance(name, nearest) <= Math.max(1, name.length / 3)) return `did you mean ${first}?`;
  const rest = columns.length > MAX_LISTED ? `, … ${columns.length - MAX_LISTED} more` : "";
  return `name one of its columns: ${[first, ...others].join(", ")}${rest}`;
}

/** columns that a help names */
const MAX_LISTED = 6;

/** names are compared up to here: a name of a megabyte must not cost a minute */
const MAX_COMPARED = 64;

/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other, capitals aside.
 * Source: Damerau, "A technique for computer detection and correction of spelling errors", 1964; in the restricted
 * form that edits no part twice (optimal string alignment).
 */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, MAX_COMPARED).toLowerCase(), b = right.slice(0, MAX_COMPARED).toLowerCase();
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? beforePrevious[j - 2]! + 1 : Infinity;
      current.push(Math.min(change, previous[j]! + 1, current[j - 1]! + 1, swap));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
