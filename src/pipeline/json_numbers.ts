/**
 * JSON whose integers beyond 2^53 stay exact.
 *
 * @module
 */

const INTEGER = /^-?\d+$/;

/**
 * `JSON.parse`, but an integer that a float64 does not tell from its neighbours is a bigint.
 *
 * Source: "JSON.parse source text access" (ECMAScript 2026): a reviver is told the number's text.
 *
 * @throws SyntaxError as `JSON.parse`
 *
 * @example
 * ```ts
 * import { parseJson } from "./json_numbers.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(parseJson("[1, 0.5, 9007199254740993]"), [1, 0.5, 9007199254740993n]);
 * ```
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const source = context?.source;
    return source !== undefined && INTEGER.test(source) ? BigInt(source) : value;
  });
}
