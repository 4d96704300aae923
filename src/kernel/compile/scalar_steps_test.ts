import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import type { Stage } from "../../plan/program.ts";
import { isScalarCast, isScalarOperation, scalarSteps } from "./scalar_steps.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";

const stageOf = (kernel: LoopKernel): Stage => ({
  kind: "loop",
  kernel,
  sizes: [{ symbol: "N", times: 1 }],
  operands: kernel.operands.map((_, buffer) => ({ buffer, offset: 0, strides: [4] })),
  steps: [],
  label: "",
});

Deno.test("isScalarOperation() tells what SIMD lacks from what it has", () => {
  for (const [name, dtype] of [["mod", "i64"], ["fmod", "f32"], ["gcd", "u8"]] as const) {
    ok(isScalarOperation(name, dtype), `${name} ${dtype}`);
  }
  for (const [name, dtype] of [["add", "f32"], ["mod", "u8"], ["mul", "i64"], ["maximum", "u64"]] as const) {
    ok(!isScalarOperation(name, dtype), `${name} ${dtype}`);
  }
});

Deno.test("isScalarOperation() does not count a branch for rare values", () => {
  // the largest arguments of a sine are reduced one by one
  strictEqual(isScalarOperation("sin", "f64"), false);
});

Deno.test("isScalarCast() knows that 64-bit integers have no vector conversion to f32", () => {
  ok(isScalarCast("i64", "f32") && isScalarCast("u64", "f32"));
  ok(!isScalarCast("f64", "i64") && !isScalarCast("f32", "u64"));
  ok(!isScalarCast("i64", "f64") && !isScalarCast("f64", "i32") && !isScalarCast("u8", "f32"));
});

Deno.test("scalarSteps() names each step once with its reason, and nothing of a kernel that runs in lanes", () => {
  const vector = mapKernel([["f32", "unit"], ["f32", "unit"]], [load("f32", 0), apply("sqrt", "f32", 0)]);
  deepStrictEqual(scalarSteps(stageOf(vector)), []);
  const scalar = mapKernel([["i64", "strided"], ["i64", "unit"]], [
    load("i64", 0),
    apply("mod", "i64", 0, 0),
    apply("mod", "i64", 1, 0),
  ]);
  deepStrictEqual(scalarSteps(stageOf(scalar)).map(({ step }) => step), ["mod i64", "load i64"]);
  ok(scalarSteps(stageOf(scalar)).every(({ reason }) => reason.length > 20));
});

Deno.test("scalarSteps() says of a filter of columns that rows are copied one by one", () => {
  const operand = { buffer: 0, offset: 0, strides: [4] };
  const filter = (element: number): Stage => ({
    kind: "compress",
    itemsize: 4,
    rows: { symbol: "N", times: 1 },
    width: 3,
    mask: operand,
    source: { ...operand, strides: [4, element] },
    destination: operand,
    symbol: "K",
    steps: [],
    label: "",
  });
  strictEqual(scalarSteps(filter(4)).length, 0);
  strictEqual(scalarSteps(filter(4000))[0]!.step, "filter");
});
