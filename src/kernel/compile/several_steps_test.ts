import { deepStrictEqual } from "node:assert/strict";
import { drivenKernel, rowMapKernel } from "./several_steps.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";
import { type RowProgram, rowProgram as program } from "./testing/row_program.ts";

/** how many steps each stage takes in a turn */
function steps(width: number, given?: RowProgram): number[] {
  return program(width, given).stages.map((stage) =>
    stage.kind === "loop" ? drivenKernel(stage).stepsAtOnce ?? 1 : 0
  );
}

Deno.test("drivenKernel() takes several steps at once along rows, and leaves functions, indices and columns alone", () => {
  deepStrictEqual(steps(1024), [2, 2]);
  deepStrictEqual(steps(1024, { transform: (x) => x.exp() }), [1]);
  deepStrictEqual(steps(1024, { transform: (x) => x.argmax("f") }), [1]);
  deepStrictEqual(steps(1024, { transform: (x) => x.sum("f"), layout: "column" }), [1]);
});

Deno.test("drivenKernel() reduces rows in turns that leave the fewest steps over", () => {
  // steps of 8: 125, 129, 119, 127; the second stage finds its rows in the cache
  deepStrictEqual([1000, 1032, 952, 1016].map((width) => steps(width)), [[5, 2], [3, 2], [7, 2], [2, 2]]);
  // steps of 16: 62 and a half
  deepStrictEqual(steps(1000, { transform: (x) => x.sub(x.max("f", { keepdims: true })) }), [2, 2]);
});

/** steps in a turn and registers in a step of x - m, which is read once */
function stepsOfMap(width: number, access: "unit" | "strided" = "unit"): unknown[] {
  const kernel = mapKernel([["f32", "unit"], ["f32", access], ["f32", "unit"]], [
    load("f32", 0),
    load("f32", 1),
    apply("sub", "f32", 0, 1),
  ], 2);
  const { stepsAtOnce, registers } = rowMapKernel({ kernel, sizes: [{ symbol: "N", times: 1 }, width] });
  return [stepsAtOnce, registers];
}

Deno.test("rowMapKernel() takes steps that leave the smallest part of one over, and turns that leave the fewest", () => {
  // 125 steps of 8; 12 and 3 elements, as many as of 4
  deepStrictEqual(stepsOfMap(1000), [2, undefined]);
  deepStrictEqual(stepsOfMap(99), [3, undefined]);
  // 25 steps of 4, where 4 elements are left of 8; one of 8; 29 steps
  deepStrictEqual([100, 11, 116].map((width) => stepsOfMap(width)), [[5, 1], [undefined, undefined], [7, 1]]);
});

Deno.test("rowMapKernel() leaves alone short rows and what lies apart", () => {
  deepStrictEqual(stepsOfMap(7), [undefined, undefined]);
  deepStrictEqual(stepsOfMap(100, "strided"), [undefined, undefined]);
});
