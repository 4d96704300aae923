/**
 * Prints the measured error of every floating-point primitive as a Markdown table, and fails when one exceeds the bound
 * that `src/expr/primitives.ts` states.
 *
 *     deno task ulp [--op NAME] [--f32 SAMPLES] [--f64 SAMPLES] [--write]
 *
 * `--f32 4294967296` tests every f32 there is (minutes a row). `--write` writes docs/accuracy.md.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { countText } from "../src/wording/count_text.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../src/expr/primitives.ts";
import { probeFusedMadd } from "../src/kernel/numerics.ts";
import { FLOAT_OPS } from "../tests/support/math_function.ts";
import { measureUlp, type UlpReport } from "../tests/support/ulp_measure.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    f32: { type: "string", default: String(2 ** 20) },
    f64: { type: "string", default: "5000" },
    op: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const samples = { f32: Number(values.f32), f64: Number(values.f64) };
const modes = probeFusedMadd() ? ["fused", "strict"] as const : ["strict"] as const;
const COLUMNS = (["f32", "f64"] as const).flatMap((dtype) => modes.map((numerics) => ({ dtype, numerics })));

const lines = [
  `| function | bound | ${COLUMNS.map(({ dtype, numerics }) => `${dtype} ${numerics}`).join(" | ")} |`,
  `| --- | ---: |${" ---: |".repeat(COLUMNS.length)}`,
];
const faults: string[] = [];

/** the largest error; a fault where it is above the bound */
function judged(op: ElementwiseOp, where: string, { maxUlp, at }: UlpReport): string {
  const bound = ELEMENTWISE[op].ulp;
  if (!(maxUlp <= bound)) faults.push(`${op} ${where}: ${maxUlp} ULP at ${at.join(", ")}, beyond ${bound}`);
  return bound === 0 && maxUlp === 0 ? "0" : maxUlp.toFixed(3);
}

if (!values.write) console.log(lines.join("\n"));
for (const op of FLOAT_OPS) {
  if (values.op !== undefined && values.op !== op) continue;
  const cells = COLUMNS.map(({ dtype, numerics }) =>
    judged(op, `${dtype} ${numerics}`, measureUlp(op, dtype, { numerics, numSamples: samples[dtype] }))
  );
  const line = `| \`${op}\` | ${ELEMENTWISE[op].ulp} | ${cells.join(" | ")} |`;
  lines.push(line);
  if (!values.write) console.log(line);
}
if (values.write) await Deno.writeTextFile(new URL("../docs/accuracy.md", import.meta.url), page());
for (const fault of faults) console.error(fault);
if (faults.length > 0) Deno.exit(1);

function page(): string {
  return `# Accuracy of the functions

Written by \`deno task ulp --write\`; do not edit.

The largest error that was found of each floating-point primitive, in units in the last place (ULP) of the exact result,
over the whole range: subnormal numbers, infinities, NaN, zeros of both signs and huge arguments among it. A bound of 0
says that every result is the exact one, correctly rounded. A result rounded correctly is off by at most 0.5. The bound is
that of the table of primitives (\`src/expr/primitives.ts\`); the command fails where a measured error is above it.

f32: ${countText(samples.f32)} arguments, evenly spread over all bit patterns, against doubles. f64: ${
    countText(samples.f64)
  } arguments
of every magnitude and of the ranges in which each function is hard, against integers of arbitrary precision. \`fused\` rounds
a * b + c once, \`strict\` twice.

Functions made of primitives (\`logaddexp\`, \`sinc\`, \`softmax\` and others) have the sum of their parts' errors, which is
relative to the largest part, not to the result.

${lines.join("\n")}
`;
}
