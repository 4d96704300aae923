import { ok, strictEqual } from "node:assert/strict";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import { reduceKernel } from "../../kernel/compile/testing/kernels.ts";
import { blockedReduction } from "./blocked_reduction.ts";
import { joiningKernel } from "./joining_kernel.ts";
import { eagerNumerics } from "./kernel_cache.ts";
import * as nd from "../mod.ts";

const NUM_ROWS = 30_011, NUM_COLUMNS = 37;
/** whole numbers, so that every sum is exact in every dtype that can hold it */
const table = (modulus: number, [numRows, numColumns] = [NUM_ROWS, NUM_COLUMNS]) =>
  nd.arange(numRows * numColumns).reshape([numRows, numColumns]).mod(modulus);

function column(source: nd.NDArray, index: number): number[] {
  return [...source.slice([{}, index]).toTypedArray()].map(Number);
}

Deno.test("sum() and max() down the columns of much are exact, whatever the dtype and the layout", () => {
  // rows with some left beside those that are joined at once, and long ones, of more columns than two tiles
  for (const shape of [[NUM_ROWS, NUM_COLUMNS], [19, 33_003]] as const) {
    for (const dtype of ["f32", "f64", "i32", "u8", "i64", "u16"] as const) {
      using whole = table(251, [...shape]).astype(dtype);
      const views = [whole, whole.slice("::-1"), whole.slice(":, ::2"), whole.slice("1::2, ::-1")];
      for (const view of views) {
        using sums = view.sum({ axis: 0 });
        using most = view.max({ axis: 0, keepdims: true });
        const numColumns = view.shape[1]!, step = Math.ceil(numColumns / 11);
        for (let i = 0; i < numColumns; i += step) {
          const numbers = column(view, i);
          strictEqual(Number(sums.at(i)), numbers.reduce((a, b) => a + b, 0));
          strictEqual(Number(most.at(0, i)), numbers.reduce((a, b) => Math.max(a, b)));
        }
      }
    }
  }
});

Deno.test("mean() and std() down the columns of much are those of the columns alone", () => {
  using x = table(1009).astype("f32");
  using mean = x.mean({ axis: 0 });
  using std = x.std({ axis: 0 });
  for (const index of [0, 1, 17, 36]) {
    using alone = x.slice([{}, index]).copy();
    ok(Math.abs(Number(mean.at(index)) - Number(alone.mean().item())) <= 2 ** -24 * 600);
    ok(Math.abs(Number(std.at(index)) - Number(alone.std().item())) <= 2 ** -23 * 600);
  }
});

Deno.test("joiningKernel() adds numbers that one instruction converts as their products by 1, and no others", () => {
  for (const [from, isProduct] of [["f32", true], ["i32", true], ["u8", false], ["i64", false]] as const) {
    const sum: LoopKernel = {
      numKept: 1,
      numReduced: 1,
      vector: "kept",
      operands: [{ dtype: from, access: "unit" }, { dtype: "f64", access: "unit" }],
      body: [{ op: "load", dtype: from, operand: 0 }, { op: "cast", dtype: "f64", from, args: [0] }],
      accumulators: [{ op: "sum", dtype: "f64", value: 1, fuseMultiply: false }],
      epilogue: [{ op: "accumulator", dtype: "f64", index: 0 }],
      stores: [{ operand: 1, value: 0, at: "epilogue" }],
    };
    const { kernel: { body } } = joiningKernel(sum, { numLoops: 2, numRows: 4, isFixed: () => false });
    const numProducts = body.filter(({ op }) => op === "multiplyAdd").length;
    strictEqual(numProducts, isProduct && eagerNumerics() === "fused" ? 4 : 0, from);
  }
});

Deno.test("any() and all() down the columns of much find the one that differs", () => {
  using x = table(1e9).eq(NUM_COLUMNS * 29_999 + 5);
  using any = x.any({ axis: 0 });
  using none = x.logicalNot().all({ axis: 0 });
  for (let i = 0; i < NUM_COLUMNS; i++) {
    strictEqual(any.at(i), i === 5);
    strictEqual(none.at(i), i !== 5);
  }
});

Deno.test("blockedReduction() leaves alone what one pass reads once, and indices", () => {
  const place = (itemsize: number, columns: number) => ({
    pointer: 0,
    strides: [itemsize, columns * itemsize],
  });
  const call = (kernel: LoopKernel, columns: number, rows: number) => ({
    kernel,
    sizes: [columns, rows],
    operands: [place(4, columns), place(4, 1)],
  });
  const sum = reduceKernel("sum", "f32", { vector: "kept", numReduced: 1, access: "unit" });
  ok(blockedReduction(call(sum, 100, 100_000)) !== null);
  strictEqual(blockedReduction(call(sum, 100, 2600)), null);
  strictEqual(blockedReduction(call(sum, 4, 100_000)), null);
  const argmax = reduceKernel("argmax", "f32", { vector: "kept", numReduced: 1, access: "unit" });
  strictEqual(blockedReduction(call(argmax, 100, 100_000)), null);
});
