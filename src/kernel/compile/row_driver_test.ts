import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { GraphBuilder, TracedTensor } from "../../expr/mod.ts";
import { planProgram } from "../../plan/planner.ts";
import type { Layout } from "../../plan/program.ts";
import { drivenKernel, rowDriver } from "./row_driver.ts";

/** the program that takes from each row its mean, or what `transform` says */
function program(
  width: number,
  // the run-time class, whose methods the typed interface describes
  // deno-lint-ignore no-explicit-any
  { layout = "row" as Layout, transform = (x: any) => x.sub(x.mean("f", { keepdims: true })) } = {},
) {
  const builder = new GraphBuilder();
  const id = builder.add({ kind: "input", name: "x" }, [], { dtype: "f32", shape: ["N", `f=${width}`] });
  const y = transform(new TracedTensor(builder, id));
  return planProgram(builder.finish([{ name: "y", node: y.id }]), { inputs: [{ name: "x", layout }] });
}

Deno.test("rowDriver() takes as many rows as the nearest cache holds, one of the longest", () => {
  strictEqual(rowDriver(program(1000))?.numRows, 2);
  strictEqual(rowDriver(program(256))?.numRows, 8);
  strictEqual(rowDriver(program(100_000))?.numRows, 1);
});

Deno.test("rowDriver() leaves alone narrow rows, columns, and what goes over the rows once", () => {
  strictEqual(rowDriver(program(255)), null);
  strictEqual(rowDriver(program(1000, { layout: "column" })), null);
  strictEqual(rowDriver(program(1000, { transform: (x) => x.sub(1) })), null);
});

Deno.test("rowDriver() drives what computes one number a row between its passes, such as a standard deviation", () => {
  const standardised = program(1000, {
    transform: (x) => x.sub(x.mean("f", { keepdims: true })).div(x.std("f", { keepdims: true })),
  });
  strictEqual(rowDriver(standardised)?.numRows, 2);
});

Deno.test("rowDriver() moves the addresses of inputs and outputs by a row, and none of what stages leave for others", () => {
  const { stages } = rowDriver(program(1000))!;
  deepStrictEqual(stages.map(({ size }) => size.times), [1, 1]);
  // a row of x; a row of x, a row of y
  deepStrictEqual(stages.map(({ pointers }) => pointers.map(({ rowBytes }) => rowBytes)), [
    [4000],
    [4000, 4000],
  ]);
});

Deno.test("drivenKernel() takes several steps at once along rows, and leaves functions, indices and columns alone", () => {
  const steps = (given: Parameters<typeof program>[1]) =>
    program(1000, given).stages.map((stage) =>
      stage.kind === "loop" ? drivenKernel(stage.kernel).stepsAtOnce ?? 1 : 0
    );
  deepStrictEqual(steps({}), [2, 2]);
  deepStrictEqual(steps({ transform: (x) => x.exp() }), [1]);
  deepStrictEqual(steps({ transform: (x) => x.argmax("f") }), [1]);
  deepStrictEqual(steps({ transform: (x) => x.sum("f"), layout: "column" }), [1]);
});
