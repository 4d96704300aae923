/** Goldens: files that hold what a program must give. `UPDATE_GOLDEN=1` rewrites them. @module */

/** Whether the goldens are rewritten by this run. */
export function isUpdatingGoldens(): boolean {
  return Deno.env.get("UPDATE_GOLDEN") === "1";
}
