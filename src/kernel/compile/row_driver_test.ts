import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { GraphBuilder, TracedTensor } from "../../expr/mod.ts";
import { planProgram } from "../../plan/planner.ts";
import type { Layout } from "../../plan/program.ts";
import { rowDriver } from "./row_driver.ts";

/** the program that takes from each row its mean, or only one from each element */
function program(width: number, { layout = "row" as Layout, isOnePass = false } = {}) {
  const builder = new GraphBuilder();
  const id = builder.add({ kind: "input", name: "x" }, [], { dtype: "f32", shape: ["N", `f=${width}`] });
  // the run-time class, whose methods the typed interface describes
  // deno-lint-ignore no-explicit-any
  const x = new TracedTensor(builder, id) as any;
  const y = isOnePass ? x.sub(1) : x.sub(x.mean("f", { keepdims: true }));
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
  strictEqual(rowDriver(program(1000, { isOnePass: true })), null);
});

Deno.test("rowDriver() moves each address by a row of its operand", () => {
  const { stages } = rowDriver(program(1000))!;
  deepStrictEqual(stages.map(({ size }) => size.times), [1, 1]);
  // a row of x, its mean; a row of x, its mean, a row of y
  deepStrictEqual(stages.map(({ pointers }) => pointers.map(({ rowBytes }) => rowBytes)), [
    [4000, 4],
    [4000, 4, 4000],
  ]);
});
