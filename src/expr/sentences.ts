/**
 * From a refusal's sentence back to its code, by the words that never change. The types can only speak a
 * sentence; this table gives it the code that the run-time rule would have given.
 *
 * @module
 */
import type { ErrorCode } from "../error_codes.ts";

/** The first row that matches decides: what stands above is more special. */
const FIXED_WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^the shape \(.*\) is malformed: /, "SHP013"],
  [/^cannot .* would have a shape that neither operand has$/, "SHP003"],
  [/^cannot .*: the labels of (?:axis -?\d+|the inner axis) differ: /, "SHP002"],
  [/^cannot broadcast \(.*\) to \(/, "SHP012"],
  [/^(?:cannot matmul .*: )?cannot broadcast \(.*\) with \(/, "SHP001"],
  [/^(?:no axis |more than one axis named |axis \S+ of \(.*\) is given twice$)/, "SHP004"],
  [/^cannot squeeze axis /, "SHP005"],
  [/^cannot reshape \(/, "SHP006"],
  [/^cannot matmul \(/, "SHP007"],
  [/^cannot (?:concat|stack) /, "SHP008"],
  [/^cannot filter \(/, "SHP009"],
  [/^cannot (?:slice \(|take from axis )/, "SHP010"],
  [/^cannot take \(.*\) as \(/, "SHP011"],
  [/^cannot transpose \(/, "SHP014"],
  [/^cannot take the outer product of \(/, "SHP015"],
  [/ does not fit \w+, which holds /, "DTY002"],
  [/^\w+ is not defined for /, "DTY001"],
];

/**
 * The code of a sentence that a rule of shapes or dtypes speaks; null where none speaks it.
 *
 * @example
 * ```ts
 * import { codeOfSentence } from "./sentences.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(codeOfSentence("cannot squeeze axis 1 of (N, 3): its size is 3, not 1"), "SHP005");
 * strictEqual(codeOfSentence("Cannot find name 'x'"), null);
 * ```
 */
export function codeOfSentence(sentence: string): ErrorCode | null {
  return FIXED_WORDS.find(([words]) => words.test(sentence))?.[1] ?? null;
}
