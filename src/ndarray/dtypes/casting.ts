/**
 * Which casts lose what, by NumPy's rules.
 *
 * @module
 */
import { DTYPE, type DType, type Kind, promoteTypes } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";

/** How much a cast may lose: nothing ("equiv" is "no", as there is one byte order); within a kind; anything. */
export type Casting = "no" | "equiv" | "safe" | "same_kind" | "unsafe";

const RANK: Readonly<Record<Kind, number>> = { b: 0, u: 1, i: 2, f: 3 };

/**
 * Whether a dtype casts to another under a rule, as NumPy's `can_cast`. Refused: ARR002, a rule that there is not.
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
    case "equiv":
      return from === to;
    case "safe":
      return promoteTypes(from, to) === to;
    case "same_kind":
      return canCast(from, to) || RANK[DTYPE[from].kind] <= RANK[DTYPE[to].kind];
    case "unsafe":
      return true;
    default:
      throw new NdpipeError("ARR002", `${String(casting satisfies never)} is no rule of casting`, {
        help: 'one of "no", "equiv", "safe", "same_kind", "unsafe"',
      });
  }
}
