/** The columns that declarations speak of, for a table that says nothing of its own. @module */
import { globMatcher } from "./glob_matcher.ts";
import type { InputRequest } from "./schema.ts";

/**
 * Names of columns to which every request binds: those that are named, then as many more as a pattern needs. JSON lines
 * without a line are a table without rows; which columns it would have, only the pipeline knows.
 *
 * @example
 * ```ts
 * import { declaredColumns } from "./declared_columns.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const request = { input: "features", dtype: "f32", width: 3, isScalar: false, nulls: { kind: "error" } } as const;
 * deepStrictEqual(
 *   declaredColumns([
 *     { ...request, selection: { kind: "pattern", pattern: "p*" } },
 *     { ...request, selection: { kind: "names", names: ["p0", "b", "c"] } },
 *   ]),
 *   ["p0", "b", "c", "p1", "p2"],
 * );
 * ```
 */
export function declaredColumns(requests: readonly InputRequest[]): string[] {
  const names = new Set<string>();
  for (const { selection, width, isScalar } of requests) {
    if (selection.kind === "names") selection.names.forEach((name) => names.add(name));
    if (selection.kind !== "name") continue;
    const isMatrix = !isScalar;
    for (let i = 0; i < width; i++) names.add(isMatrix ? `${selection.name}_${i}` : selection.name);
  }
  const patterns = requests.flatMap(({ selection, width }) =>
    selection.kind === "pattern"
      ? [{ pattern: selection.pattern, width, matches: globMatcher(selection.pattern) }]
      : []
  );
  // what a pattern of more letters adds, one of fewer may match too, and then it needs fewer of its own
  patterns.sort((one, other) => narrowness(other.pattern) - narrowness(one.pattern));
  for (const pattern of patterns) fill(names, pattern, patterns);
  return [...names];
}

/** A pattern, and how many names it is to match. */
interface WidePattern {
  readonly pattern: string;
  readonly width: number;
  readonly matches: (name: string) => boolean;
}

/** Letters before all; of as many, a pattern without `*`; of such, one of more `?`. */
function narrowness(pattern: string): number {
  const numLetters = pattern.replace(/[*?]/g, "").length, numOnes = pattern.split("?").length - 1;
  return numLetters + (pattern.includes("*") ? 0 : 0.5) + numOnes / (4 * (numOnes + 1));
}

/** where patterns contradict each other, names that only this one matches are looked for so often */
const MAX_REFUSED_NAMES = 10_000;

function missingNames(names: ReadonlySet<string>, { matches, width }: WidePattern): number {
  return width - [...names].filter(matches).length;
}

/** Adds names until the pattern matches as many as it is to, of such that no pattern matches which has all of its own. */
function fill(names: Set<string>, wanted: WidePattern, patterns: readonly WidePattern[]): void {
  const { pattern } = wanted;
  if (!/[*?]/.test(pattern)) {
    // it matches its own name alone: that it is not wider than 1 is for the binding to say
    names.add(pattern);
    return;
  }
  const rooms = patterns.map((one) => ({ ...one, missing: missingNames(names, one) }));
  const own = rooms[patterns.indexOf(wanted)]!;
  for (let i = 0, numRefused = 0; own.missing > 0; i++) {
    const name = filledPattern(pattern, i);
    if (names.has(name)) continue;
    const matching = rooms.filter(({ matches }) => matches(name));
    if (matching.some(({ missing }) => missing <= 0) && numRefused++ < MAX_REFUSED_NAMES) continue;
    names.add(name);
    for (const one of matching) one.missing--;
  }
}

/** The first code point of a block that has more letters than a pattern has columns. */
const FIRST_LETTER = 0x4e00;

/** A name that the pattern matches, another for each number. */
function filledPattern(pattern: string, i: number): string {
  const sign = pattern.includes("*") ? "*" : "?";
  const text = sign === "*" ? String(i) : String.fromCodePoint(FIRST_LETTER + i);
  return pattern.replace(sign, () => text).replaceAll("*", "").replaceAll("?", "_");
}
