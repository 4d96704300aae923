/**
 * Which casts lose what, by NumPy's rules.
 *
 * @module
 */
import { DTYPE, type DType, type Kind, promoteTypes } from "../dtype/mod.ts";

/** How much a cast may lose: nothing; within a kind; anything. */
export type Casting = "no" | "safe" | "same_kind" | "unsafe";

const RANK: Readonly<Record<Kind, number>> = { b: 0, u: 1, i: 2, f: 3 };

/**
 * Whether a dtype casts to another under a rule, as NumPy's `can_cast`.
 *
 * @example
 * ```ts
 * import { canCast } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([canCast("i32", "f64"), canCast("f64", "f32"), canCast("f64", "f32", "same_kind")], [true, false, true]);
 * ```
 */
export function canCast(from: DType, to: DType, casting: Casting = "safe"): boolean {
  switch (casting) {
    case "no":
      return from === to;
    case "safe":
      return promoteTypes(from, to) === to;
    case "same_kind":
      return canCast(from, to) || RANK[DTYPE[from].kind] <= RANK[DTYPE[to].kind];
    case "unsafe":
      return true;
    default:
      return casting satisfies never;
  }
}
