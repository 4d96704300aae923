import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { DType } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Access, Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";
import { leadingFactor, maxLive, vectorFactor } from "./vector_factor.ts";

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

Deno.test("vectorFactor() takes pairs of the widest dtype, four of chains, sums and filters, one of other heavy code", () => {
  const unary = (dtype: DType, name: ElementwiseOp) =>
    mapKernel([[dtype, "unit"], [dtype, "unit"]], [load(dtype, 0), apply(name, dtype, 0)]);
  strictEqual(vectorFactor(unary("f32", "neg")), 8);
  strictEqual(vectorFactor(unary("u8", "neg")), 32);
  strictEqual(vectorFactor(unary("f64", "sqrt")), 4);
  strictEqual(vectorFactor(unary("f32", "exp")), 16);
  strictEqual(vectorFactor({ ...unary("f32", "exp"), numKept: 2 }), 4);
  strictEqual(vectorFactor(unary("f32", "log")), 4);
  strictEqual(vectorFactor(unary("f64", "log")), 2);
  strictEqual(vectorFactor(unary("f64", "log1p")), 8);
  const sum: LoopKernel = {
    ...mapKernel([["f32", "unit"], ["f64", "unit"]], [load("f32", 0), {
      op: "cast",
      dtype: "f64",
      from: "f32",
      args: [0],
    }]),
    numReduced: 1,
    accumulators: [{ op: "sum", dtype: "f64", value: 1, fuseMultiply: false }],
    epilogue: [{ op: "accumulator", dtype: "f64", index: 0 }],
    stores: [{ operand: 1, value: 0, at: "epilogue" }],
  };
  strictEqual(vectorFactor(sum), 8);
  strictEqual(vectorFactor({ ...sum, vector: "reduced" }), 8);
  const squares: LoopKernel = {
    ...sum,
    operands: [...sum.operands, { dtype: "f64", access: "unit" }],
    body: [
      ...sum.body,
      load("f64", 2),
      apply("sub", "f64", 1, 2),
      apply("square", "f64", 3),
      apply("mul", "f64", 4, 2),
    ],
    accumulators: [{ op: "sum", dtype: "f64", value: 5, fuseMultiply: false }],
  };
  const filter = (dtype: DType): LoopKernel => ({
    ...mapKernel([[dtype, "unit"], [dtype, "unit"]], [load(dtype, 0), apply("gt", dtype, 0, 0)]),
    filter: 1,
    stores: [{ operand: 1, value: 0, at: "filter" }],
  });
  strictEqual(vectorFactor(filter("f32")), 16);
  strictEqual(vectorFactor(filter("u8")), 32, "a word has the bits of so many masks");
  strictEqual(vectorFactor({ ...squares, vector: "reduced" }), 4);
  strictEqual(vectorFactor(squares), 8);
});

/** rounds of plain operations on so many values, one chain of what they give, and stores of all */
function chainAfterRounds(name: ElementwiseOp, width: number, numRounds: number, access: Access): LoopKernel {
  const body: Instruction[] = Array.from({ length: width }, (_, i) => load("f32", i));
  const add = (instruction: Instruction) => body.push(instruction) - 1;
  let values = body.map((_, i) => i);
  for (let round = 0; round < numRounds; round++) {
    values = values.map((ref, i) =>
      add(apply(i % 2 === 0 ? "mul" : "add", "f32", ref, values[(i + 1) % width]!))
    );
  }
  const chain = add(apply(name, "f32", values[0]!));
  values = values.map((ref) => add(apply("mul", "f32", ref, chain)));
  return {
    ...mapKernel([], body),
    operands: [
      ...values.map(() => ({ dtype: "f32" as const, access })),
      ...values.map(() => ({ dtype: "f32" as const, access: "unit" as const })),
    ],
    stores: values.map((value, i) => ({ operand: width + i, value, at: "body" })),
  };
}

Deno.test("vectorFactor() promises wide steps what they gain by: registers in pairs, else chains that alternate", () => {
  const factors = (name: ElementwiseOp, width: number, numRounds: number) =>
    ([null, 128, 256] as const).map((wideFor) =>
      vectorFactor({ ...chainAfterRounds(name, width, numRounds, "unit"), numKept: 2 }, wideFor)
    );
  deepStrictEqual(factors("exp", 1, 1), [4, 16, 16]);
  deepStrictEqual(factors("log", 1, 1), [4, 4, 16]);
  // many live values
  deepStrictEqual(factors("exp", 12, 10), [4, 4, 8]);
});

Deno.test("vectorFactor() gives chains four registers, fewer where plain operations with many live values spill", () => {
  const factor = (...args: Parameters<typeof chainAfterRounds>) =>
    vectorFactor(chainAfterRounds(...args)) / 4;
  strictEqual(factor("exp", 2, 10, "unit"), 4);
  // eight inputs, four or eight outputs: what waits for the chain is as well served by four
  strictEqual(factor("exp", 8, 0, "unit"), 4);
  strictEqual(factor("exp", 8, 1, "unit"), 4);
  strictEqual(factor("exp", 4, 10, "unit"), 2);
  strictEqual(factor("exp", 6, 5, "unit"), 2);
  strictEqual(factor("exp", 8, 10, "unit"), 1);
  // a longer chain waits longer
  strictEqual(factor("erf", 6, 5, "unit"), 4);
  // what is the same for all elements is computed before
  strictEqual(factor("exp", 8, 10, "zero"), 4);
});

Deno.test("maxLive() counts values from their first to their last use", () => {
  const body = [load("f32", 0), load("f32", 1), apply("add", "f32", 0, 1), apply("mul", "f32", 2, 0)];
  strictEqual(maxLive(body, [3]), 3);
  strictEqual(maxLive(body.slice(0, 3), [2]), 3);
  strictEqual(maxLive([load("f32", 0)], [0]), 1);
});
