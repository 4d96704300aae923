import { strictEqual } from "node:assert/strict";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import { apply, load } from "./testing/kernels.ts";
import { printLoopKernel } from "./print.ts";

const KERNEL: LoopKernel = {
  numKept: 1,
  numReduced: 2,
  vector: "kept",
  operands: [
    { dtype: "f32", access: "unit" },
    { dtype: "u8", access: "zero" },
    { dtype: "f32", access: "strided" },
    { dtype: "i64", access: "unit" },
  ],
  body: [
    load("f32", 0),
    load("u8", 1),
    { op: "constant", dtype: "f32", value: -0 },
    apply("lt", "f32", 0, 2),
    { op: "cast", dtype: "f32", from: "u8", args: [1] },
    { op: "where", dtype: "f32", args: [3, 4, 0] },
    apply("mul", "f32", 5, 0),
    { op: "multiplyAdd", dtype: "f32", args: [6, 4, 0] },
  ],
  accumulators: [
    { op: "sum", dtype: "f32", value: 6, fuseMultiply: true },
    { op: "argmax", dtype: "f32", value: 5, fuseMultiply: false },
  ],
  epilogue: [{ op: "accumulator", dtype: "i64", index: 1 }],
  stores: [{ operand: 2, value: 7, at: "body" }, { operand: 3, value: 0, at: "epilogue" }],
};

Deno.test("printLoopKernel() shows every kind of instruction, the accumulators and where values are stored", () => {
  strictEqual(
    printLoopKernel(KERNEL),
    `loops: 1 kept, 2 reduced, vector along the last kept
  $0: f32 unit, $1: u8 zero, $2: f32 strided, $3: i64 unit
body
  %0 = load f32 $0
  %1 = load u8 $1
  %2 = constant f32 -0
  %3 = lt bool in f32 %0 %2
  %4 = cast f32 from u8 %1
  %5 = where f32 %3 %4 %0
  %6 = mul f32 %5 %0
  %7 = multiplyAdd f32 %6 %4 %0
  @0 = sum f32 %6 (fused product)
  @1 = argmax f32 %5
  store $2 = %7
epilogue
  %0 = accumulator i64 @1
  store $3 = %0
`,
  );
});
