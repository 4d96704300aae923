/**
 * Tables that are wider than a person writes: no part of planning goes over all columns for each column.
 *
 * @module
 */
import assert from "node:assert/strict";
import { GraphBuilder } from "../src/expr/mod.ts";
import { planProgram } from "../src/plan/planner.ts";
import { cpuMilliseconds } from "./support/cpu_time.ts";

/** the least of three, in milliseconds of this thread, or as much as the system may count for less */
function least(work: () => unknown): number {
  return Math.min(...[0, 1, 2].map(() => {
    const start = cpuMilliseconds();
    work();
    return Math.max(10, cpuMilliseconds() - start);
  }));
}

/** Plans a program that copies so many columns. */
function planCopies(numColumns: number): void {
  const builder = new GraphBuilder(), names = Array.from({ length: numColumns }, (_, i) => `c${i}`);
  const nodes = names.map((name) => builder.addLeaf("input", name, { dtype: "f64", shape: ["N"] }));
  const graph = builder.finish(nodes.map((node, i) => ({ name: names[i]!, node })));
  const program = planProgram(graph, { inputs: names.map((name) => ({ name, layout: "row" })) });
  assert.equal(program.stages.length, numColumns);
}

Deno.test("planProgram() takes time that grows as the columns do", () => {
  planCopies(1000);
  const ratio = least(() => planCopies(40_000)) / least(() => planCopies(2000));
  // 20 times the columns: where all were gone over for each, it took 150 times as long
  assert.ok(ratio < 60, String(ratio));
});
