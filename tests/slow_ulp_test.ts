import assert from "node:assert/strict";
import { ELEMENTWISE } from "../src/expr/primitives.ts";
import { probeFusedMadd } from "../src/kernel/numerics.ts";
import { FLOAT_OPS } from "./support/math_function.ts";
import { measureUlp } from "./support/ulp_measure.ts";

for (const op of FLOAT_OPS) {
  for (const numerics of probeFusedMadd() ? ["fused", "strict"] as const : ["strict"] as const) {
    Deno.test(`emitElementwise() keeps ${op} within its bound on millions of arguments, ${numerics}`, () => {
      for (const [dtype, numSamples] of [["f32", 1 << 22], ["f64", 10_000]] as const) {
        const { maxUlp, at } = measureUlp(op, dtype, { numerics, numSamples, seed: 11 });
        assert.ok(
          maxUlp <= ELEMENTWISE[op].ulp,
          `${op} ${dtype} ${numerics}: ${maxUlp} ULP at ${at.join(", ")}`,
        );
      }
    });
  }
}
