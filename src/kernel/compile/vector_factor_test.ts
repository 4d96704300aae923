import { strictEqual } from "node:assert/strict";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";
import { leadingFactor } from "./vector_factor.ts";

/** a map of so many operands that are read one behind the other */
function map(numLoads: number, body: readonly Instruction[], dtype: "f32" | "f64" = "f32"): LoopKernel {
  const operands = Array.from({ length: numLoads + 1 }, () => [dtype, "unit"] as const);
  return mapKernel(operands, [...Array.from({ length: numLoads }, (_, i) => load(dtype, i)), ...body]);
}

/** functions one of the other */
const chained = (...names: readonly ElementwiseOp[]) => map(1, names.map((name, i) => apply(name, "f32", i)));

Deno.test("leadingFactor() promises eight registers of chains that gain by them", () => {
  strictEqual(leadingFactor(chained("exp")), 32);
  strictEqual(leadingFactor(chained("abs", "log1p", "neg", "exp")), 32);
  strictEqual(leadingFactor(map(1, [apply("exp", "f64", 0)], "f64")), 16);
  strictEqual(leadingFactor(chained("exp", "sin")), null, "values of sin go to memory on their way");
  strictEqual(leadingFactor(chained("exp", "log", "exp")), null, "code that is long to compile");
  strictEqual(leadingFactor(chained("sqrt")), null, "no chain");
});

Deno.test("leadingFactor() promises eight registers only where the values of plain operations find registers", () => {
  const times = (a: number, b: number) => apply("mul", "f32", a, b);
  const two = [times(0, 1), apply("exp", "f32", 2)];
  strictEqual(leadingFactor(map(2, two)), 32);
  const squares = [0, 1, 2, 3].map((ref) => apply("square", "f32", ref));
  const four = [...squares, times(4, 5), times(6, 7), times(8, 9), apply("exp", "f32", 10)];
  strictEqual(leadingFactor(map(4, four)), null);
});

Deno.test("leadingFactor() promises no such steps to a kernel that filters", () => {
  const exp = map(1, [apply("exp", "f32", 0), apply("lt", "f32", 0, 1)]);
  strictEqual(leadingFactor({ ...exp, stores: [{ operand: 1, value: 1, at: "body" }] }), 32);
  strictEqual(leadingFactor({ ...exp, filter: 2, stores: [{ operand: 1, value: 1, at: "filter" }] }), null);
});
