/** Words of command lines that messages show. @module */

/**
 * A word as a shell takes it, and no command takes it for a flag, but one that looks like a flag's name, which it is.
 *
 * @example
 * ```ts
 * import { shellWord } from "./shell_word.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(shellWord("data/a.csv"), "data/a.csv");
 * assert.equal(shellWord("my table.csv"), "'my table.csv'");
 * assert.equal(shellWord("-dash.csv"), "./-dash.csv");
 * ```
 */
export function shellWord(word: string): string {
  const named = /^-./.test(word) && !/^--?[a-z]+$/.test(word) ? `./${word}` : word;
  return /^[\w./,:=@%+-]+$/.test(named) ? named : `'${named.replaceAll("'", "'\\''")}'`;
}
