import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { type DType, DTYPES } from "../../dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../../expr/primitives.ts";
import type { Access, Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { EMIT_ELEMENTWISE } from "./elementwise.ts";
import { compareRun, compile, type Fill, type Layout, runAndRead } from "./testing/compare.ts";
import { apply, load, mapKernel, primitiveKernel, TRANSCENDENTAL } from "./testing/kernels.ts";
import { evaluateElementwise, writeElement } from "./testing/naive_scalars.ts";

const NAMES = Object.keys(ELEMENTWISE) as ElementwiseOp[];
const isFloat = (dtype: DType) => dtype === "f32" || dtype === "f64";
const isExact = (name: ElementwiseOp, dtype: DType) =>
  !TRANSCENDENTAL.has(name) && !(name === "pow" && isFloat(dtype));

/** strides of operands by access class, the third reversed */
const STRIDES: Readonly<Record<Access, readonly number[]>> = {
  unit: [1, 1, 1],
  strided: [2, -3, -2],
  zero: [0, 1, 1],
};

for (const access of ["unit", "strided", "zero"] as const) {
  Deno.test(`emitElementwise() equals the evaluator for every primitive and dtype, first operand ${access}`, () => {
    let numKernels = 0;
    for (const name of NAMES) {
      for (const dtype of DTYPES) {
        if (!isExact(name, dtype)) continue;
        const kernel = primitiveKernel(name, dtype, access === "zero" ? ["zero"] : [access, access, access]);
        if (kernel === null) continue;
        numKernels++;
        const compiled = compile(kernel);
        for (const numElements of [0, 1, 5, 18, 67]) {
          const layouts = kernel.operands.map((_, i): Layout => ({
            strides: [STRIDES[access][i]!],
            offsetBytes: (i * 5 + numElements) % 16,
          }));
          compareRun(compiled, { sizes: [numElements], layouts, seed: numElements + 7 });
        }
      }
    }
    ok(numKernels > 200, `only ${numKernels} kernels were compared`);
  });
}

Deno.test("EMIT_ELEMENTWISE has every primitive of the table", () => {
  deepStrictEqual(Object.keys(EMIT_ELEMENTWISE).sort(), [...NAMES].sort());
});

Deno.test("emitElementwise() keeps NaN and the first of equals when a bound of minimum or maximum is a constant", () => {
  for (const name of ["minimum", "maximum"] as const) {
    for (const dtype of ["f32", "f64", "i32", "u8", "u64"] as const) {
      const values = isFloat(dtype) ? [0, -0, 3, -3, NaN, Infinity] : [0, 3, 100];
      for (const value of values) {
        for (const constantFirst of [false, true]) {
          const constant: Instruction = { op: "constant", dtype, value };
          const kernel = mapKernel([[dtype, "unit"], [dtype, "unit"]], [
            load(dtype, 0),
            constant,
            constantFirst ? apply(name, dtype, 1, 0) : apply(name, dtype, 0, 1),
          ]);
          compareRun(compile(kernel), { sizes: [67], layouts: [{ strides: [1] }, { strides: [1] }] });
        }
      }
    }
  }
});

/** the largest distance in units in the last place between two results; NaN and infinities must agree */
function ulpDistance(dtype: "f32" | "f64", actual: number, expected: number): number {
  if (Object.is(actual, expected) || (Number.isNaN(actual) && Number.isNaN(expected))) return 0;
  const [mantissa, smallest] = dtype === "f32" ? [23, -149] : [52, -1074];
  const exponent = Math.floor(Math.log2(Math.abs(expected) || Number.MIN_VALUE));
  return Math.abs(actual - expected) / 2 ** Math.max(exponent - mantissa, smallest);
}

/** runs a kernel of one or two float operands on numbers, one result each */
function runFloats(
  kernel: LoopKernel,
  dtype: "f32" | "f64",
  inputs: readonly number[][],
): Float32Array | Float64Array {
  const numElements = inputs[0]!.length;
  let at = 0;
  const fill: Fill = (view, address) =>
    writeElement(view, address, dtype, inputs[Math.floor(at / numElements)]?.[at++ % numElements] ?? 0);
  const layouts = kernel.operands.map(() => ({ strides: [1] }));
  const elements = runAndRead(compile(kernel), {
    sizes: [numElements],
    layouts,
    fill,
    operand: inputs.length,
  });
  return dtype === "f32" ? Float32Array.from(elements.map(Number)) : Float64Array.from(elements.map(Number));
}

Deno.test("emitElementwise() computes every transcendental in both float dtypes, alike in body and tail", () => {
  const xs = [-700, -3.25, -1, -0.5, -1e-6, 0, 1e-6, 0.25, 0.5, 1, 2, 3.5, 10, 80, Infinity, -Infinity, NaN];
  const ys = [2, 3, 0, -1, 2, 5, 0.5, 2, -2, 7, 10, 1.5, -3, 2, 1, 3, 0];
  for (const name of [...TRANSCENDENTAL, "pow"] as const) {
    for (const dtype of ["f32", "f64"] as const) {
      const kernel = primitiveKernel(name, dtype, [])!;
      const inputs = [xs, ys].slice(0, ELEMENTWISE[name].arity);
      const all = runFloats(kernel, dtype, inputs);
      xs.forEach((_, i) => {
        const args = inputs.map((list) => dtype === "f32" ? Math.fround(list[i]!) : list[i]!);
        const exact = Number(evaluateElementwise(name, dtype, args));
        const expected = dtype === "f32" ? Math.fround(exact) : exact;
        const distance = ulpDistance(dtype, all[i]!, expected);
        ok(distance <= 4, `${name} ${dtype} of ${args}: ${all[i]}, expected ${expected}`);
      });
      for (const start of [1, 2, 3, 11]) {
        const part = runFloats(kernel, dtype, inputs.map((list) => list.slice(start)));
        deepStrictEqual(part, all.slice(start), `${name} ${dtype} from ${start}`);
      }
    }
  }
});

Deno.test("emitElementwise() refuses bool where the primitive is not defined for it", () => {
  const kernel = mapKernel([["bool", "unit"], ["bool", "unit"]], [
    load("bool", 0),
    { op: "elementwise", name: "neg", dtype: "bool", compute: "bool", args: [0] },
  ]);
  throws(() => compile(kernel), /not defined for bool/);
});

Deno.test("compareRun() finds a planted fault", () => {
  const layouts = [{ strides: [1] }, { strides: [1] }, { strides: [1] }];
  const honest = primitiveKernel("add", "f32", [])!, faulty = primitiveKernel("sub", "f32", [])!;
  const planted = { ...compile(faulty), kernel: honest };
  throws(() => compareRun(planted, { sizes: [9], layouts }), /operand 2, element 0/);
  const { run, memory } = compile(honest);
  const outside = {
    ...compile(honest),
    run: (at: number) => {
      run(at);
      memory[2040]! ^= 1;
    },
  };
  throws(() => compareRun(outside, { sizes: [9], layouts }), /outside of the results/);
});
