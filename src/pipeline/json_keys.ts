/** Keys of an object of JSON, which `JSON.parse` keeps the last of. @module */

const QUOTE = 0x22, BACKSLASH = 0x5c, COLON = 0x3a, SPACE = 0x20;
const OPENING = new Set([0x7b, 0x5b]), CLOSING = new Set([0x7d, 0x5d]);

/**
 * The first key that stands twice in the object that a text is; null: none does.
 *
 * @param text that `JSON.parse` takes
 *
 * @example
 * ```ts
 * import { repeatedKey } from "./json_keys.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const texts = ['{"a": 1, "b": ["a"]}', '{"mean": 1, "std": 2, "m\\u0065an": 3}'];
 * deepStrictEqual(texts.map(repeatedKey), [null, "mean"]);
 * ```
 */
export function repeatedKey(text: string): string | null {
  const keys = new Set<string>();
  for (let at = 0, depth = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (OPENING.has(code)) depth++;
    else if (CLOSING.has(code)) depth--;
    if (code !== QUOTE) continue;
    const start = at;
    for (at++; text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
    if (depth !== 1) continue;
    let next = at + 1;
    while (text.charCodeAt(next) <= SPACE) next++;
    if (text.charCodeAt(next) !== COLON) continue;
    const key: string = JSON.parse(text.slice(start, at + 1));
    if (keys.has(key)) return key;
    keys.add(key);
  }
  return null;
}
