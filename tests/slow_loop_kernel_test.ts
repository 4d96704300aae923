import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { DTYPES } from "../src/dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../src/expr/primitives.ts";
import type { Access } from "../src/plan/loop_kernel.ts";
import {
  compareRun,
  compile,
  type Compiled,
  type Fill,
  runAndRead,
} from "../src/kernel/compile/testing/compare.ts";
import { primitiveKernel, TRANSCENDENTAL } from "../src/kernel/compile/testing/kernels.ts";
import { writeElement } from "../src/kernel/compile/testing/naive_scalars.ts";
import { probeFusedMadd } from "../src/kernel/numerics.ts";
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

// deno-fmt-ignore
const REALS = [
  0, 0.5, -1.25, 1, 3.75, NaN, 0.1, -0.3, 700, 1e-40, -0, 2, 0.99, Infinity, 1e5, -7, 0.49, 12.5, 1e30, -Infinity, 5e-324,
  1.0001, -88, 0.75, 2 ** 20, 1e-5, -0.9, 0.6, 100, 1 / 3, -2.5,
];

/** the results of elements `first` and on of two endless lists of reals; an operand without a stride has one value */
function runReals(
  compiled: Compiled,
  { strides, first, numElements, offset }: {
    readonly strides: readonly number[];
    readonly first: number;
    readonly numElements: number;
    readonly offset: number;
  },
): unknown[] {
  let numFilled = 0;
  const fill: Fill = (view, address, dtype) => {
    const operand = Math.floor(numFilled / numElements), i = numFilled++ % numElements;
    const at = strides[operand] === 0 ? 2 : first + i + 7 * operand * (first + i + 1);
    writeElement(view, address, dtype, REALS[at % REALS.length]!);
  };
  const layouts = strides.map((stride, i) => ({ strides: [stride], offsetBytes: (i * 5 + offset) % 16 }));
  return runAndRead(compiled, { sizes: [numElements], layouts, fill, operand: strides.length - 1 });
}

Deno.test("emitLoopKernel() gives reals the same bits in every layout, length 0 to 67, alignment and lane", () => {
  const modes = probeFusedMadd() ? ["fused", "strict"] as const : ["strict"] as const;
  let numRuns = 0;
  for (const name of [...TRANSCENDENTAL, "pow"] as const) {
    const order = ELEMENTWISE[name].arity === 1 ? [0, 2] : [0, 1, 2];
    for (const [dtype, numerics] of modes.flatMap((mode) => [["f32", mode], ["f64", mode]] as const)) {
      /** the first results by which operands have one value */
      const expected = new Map<string, unknown[]>();
      for (const layout of LAYOUTS) {
        const strides = order.map((i) => layout.strides[i]!);
        const kernel = primitiveKernel(name, dtype, order.map((i) => layout.access[i]!))!;
        const compiled = compile(kernel, numerics);
        const key = strides.slice(0, -1).map((stride) => stride === 0).join();
        const whole = expected.get(key) ??
          runReals(compiled, { strides, first: 0, numElements: 72, offset: 0 });
        expected.set(key, whole);
        for (let numElements = 0; numElements <= 67; numElements++) {
          const first = numElements % 5;
          const part = runReals(compiled, { strides, first, numElements, offset: numElements });
          deepStrictEqual(
            part,
            whole.slice(first, first + numElements),
            `${name} ${dtype} ${key} ${numElements}`,
          );
          numRuns++;
        }
      }
    }
  }
  ok(numRuns > 20_000, `${numRuns} runs`);
});

Deno.test("emitLoopKernel() equals the evaluator on 20,000 random kernels", () => {
  fc.assert(
    fc.property(randomKernelCase, fc.nat(), ({ kernel, sizes, layouts }, seed) => {
      compareRun(compile(kernel), { sizes, layouts, seed });
    }),
    { numRuns: 20_000 },
  );
});
