/**
 * What a rule of shapes answers: the resulting shape, or a refusal. A refusal is a value, so that the caller,
 * who knows the names of the operands and the place in the pipeline file, makes the error of it.
 *
 * @module
 */
import type { ErrorCode } from "../error_codes.ts";

/** Why a shape is refused. The types of `types/` give the same sentence. */
export class Refusal {
  readonly code: ErrorCode;
  /** lower case, no full stop, with the shapes and the numbers in it */
  readonly sentence: string;
  /** a fix that works when applied */
  readonly hint: string | null;

  constructor(code: ErrorCode, sentence: string, hint: string | null = null) {
    this.code = code;
    this.sentence = sentence;
    this.hint = hint;
  }
}

/** A new refusal. */
export function refuse(code: ErrorCode, sentence: string, hint: string | null = null): Refusal {
  return new Refusal(code, sentence, hint);
}

/**
 * Whether a rule has refused.
 *
 * @example
 * ```ts
 * import { isRefusal } from "./refusal.ts";
 * import { broadcastShapes } from "./broadcast.ts";
 * import { ok, strictEqual } from "node:assert/strict";
 * const shape = broadcastShapes(["N", 1], [1, "N"]);
 * ok(isRefusal(shape));
 * strictEqual(shape.code, "SHP003");
 * ```
 */
export function isRefusal(answer: unknown): answer is Refusal {
  return answer instanceof Refusal;
}
