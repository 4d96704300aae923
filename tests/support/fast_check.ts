/**
 * What tests import as "fast-check": it begins every property with the same seed, so that a suite that passed passes
 * again. `FAST_CHECK_SEED=7 deno test -A …` looks at other cases; a failure prints its seed and its smallest case.
 *
 * @module
 */
import fc from "fast-check-package";

fc.configureGlobal({ seed: Number(Deno.env.get("FAST_CHECK_SEED") ?? 20_250_101) });

export * from "fast-check-package";
export default fc;
