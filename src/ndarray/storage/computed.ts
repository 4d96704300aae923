/**
 * Results that own their bytes, though they were reshaped on the way.
 *
 * @module
 */
import { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { withArrays } from "./rows.ts";

/** Runs as `withArrays`; what is returned is an array of its own, never seen as a view of a temporary one. */
export function computed(values: readonly ArrayLike[], run: (...arrays: NDArray[]) => NDArray): NDArray {
  return withArrays(values, (...arrays) => {
    const result = run(...arrays);
    return result.base === null ? result : new NDArray(result.view);
  });
}
