/**
 * Prints the measured error of every transcendental function as a Markdown table, and fails when one exceeds the
 * bound that `src/expr/primitives.ts` states.
 *
 *     deno run tools/ulp_table.ts [--f32 SAMPLES] [--f64 SAMPLES] [--op NAME]
 *
 * `--f32 4294967296` tests every f32 there is (about three minutes a row).
 *
 * @module
 */
import { parseArgs } from "node:util";
import { ELEMENTWISE } from "../src/expr/primitives.ts";
import { probeFusedMadd } from "../src/kernel/numerics.ts";
import { MATH_OPS } from "../src/kernel/math/mod.ts";
import { measureUlp } from "../tests/support/ulp_measure.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    f32: { type: "string", default: String(2 ** 22) },
    f64: { type: "string", default: "50000" },
    op: { type: "string" },
  },
});
const samples = { f32: Number(values.f32), f64: Number(values.f64) };
const modes = probeFusedMadd() ? ["fused", "strict"] as const : ["strict"] as const;

let exceeded = false;
console.log("| function | dtype | numerics | max ULP | at | inputs tested | bound |");
console.log("|---|---|---|---:|---|---:|---:|");
for (const op of MATH_OPS) {
  if (values.op !== undefined && values.op !== op) continue;
  for (const dtype of ["f32", "f64"] as const) {
    for (const numerics of modes) {
      const { maxUlp, at, numTested } = measureUlp(op, dtype, { numerics, numSamples: samples[dtype] });
      const bound = ELEMENTWISE[op].ulp;
      if (!(maxUlp <= bound)) exceeded = true;
      const cells = [
        op,
        dtype,
        numerics,
        maxUlp.toFixed(3),
        at.join(", "),
        numTested.toLocaleString("en"),
        bound,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}
if (exceeded) {
  console.error("a function exceeds the bound of src/expr/primitives.ts");
  Deno.exit(1);
}
