import { ok } from "node:assert/strict";
import fc from "fast-check";
import { DTYPES } from "../src/dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../src/expr/primitives.ts";
import type { Access } from "../src/plan/loop_kernel.ts";
import { compareRun, compile } from "../src/kernel/compile/testing/compare.ts";
import { primitiveKernel, TRANSCENDENTAL } from "../src/kernel/compile/testing/kernels.ts";
import { randomKernelCase } from "../src/kernel/compile/testing/random_kernels.ts";

/** strides of the two operands and the result, by their access classes */
const LAYOUTS: readonly { readonly access: readonly Access[]; readonly strides: readonly number[] }[] = [
  { access: ["unit", "unit", "unit"], strides: [1, 1, 1] },
  { access: ["strided", "unit", "unit"], strides: [-1, 1, 1] },
  { access: ["unit", "strided", "strided"], strides: [1, 3, -2] },
  { access: ["zero", "unit", "unit"], strides: [0, 1, 1] },
  { access: ["unit", "zero", "unit"], strides: [1, 0, 1] },
  { access: ["zero", "zero", "strided"], strides: [0, 0, 2] },
];

Deno.test("emitLoopKernel() equals the evaluator for every primitive, dtype, layout, length 0 to 67, alignment", () => {
  let numRuns = 0;
  for (const name of Object.keys(ELEMENTWISE) as ElementwiseOp[]) {
    for (const dtype of DTYPES) {
      if (TRANSCENDENTAL.has(name) || (name === "pow" && (dtype === "f32" || dtype === "f64"))) continue;
      for (const { access, strides } of LAYOUTS) {
        const { arity } = ELEMENTWISE[name];
        const order = arity === 1 ? [0, 2] : [0, 1, 2];
        const kernel = primitiveKernel(name, dtype, order.map((i) => access[i]!));
        if (kernel === null) continue;
        const compiled = compile(kernel);
        for (let numElements = 0; numElements <= 67; numElements++) {
          const layouts = order.map((i) => ({
            strides: [strides[i]!],
            offsetBytes: (i * 5 + numElements) % 16,
          }));
          compareRun(compiled, { sizes: [numElements], layouts, seed: numRuns++ });
        }
      }
    }
  }
  ok(numRuns > 80_000, `${numRuns} runs`);
});

Deno.test("emitLoopKernel() equals the evaluator on 20,000 random kernels", () => {
  fc.assert(
    fc.property(randomKernelCase, fc.nat(), ({ kernel, sizes, layouts }, seed) => {
      compareRun(compile(kernel), { sizes, layouts, seed });
    }),
    { numRuns: 20_000 },
  );
});
