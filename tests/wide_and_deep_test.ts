/**
 * Tables that are wider, and transforms that are deeper, than a person writes: no part of planning goes over all
 * columns for each column, and none as deep into the call stack as the graph goes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { definePipeline, input, param } from "ndpipe";
import { run } from "../src/exec/run.ts";
import { settings, writeTable } from "../src/exec/testing.ts";
import { GraphBuilder } from "../src/expr/mod.ts";
import type { Pipeline } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { planProgram } from "../src/plan/planner.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-wide-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const X = [0.5, -3, 1e10];
writeTable(`${folder}/x.arrow`, [{ name: "x", dtype: "f64", width: null, value: (row) => X[row]! }], {
  numRows: X.length,
  batchRows: 2,
});

async function outputOf(pipeline: Pipeline): Promise<string[]> {
  const output = `${folder}/${pipeline.name}.csv`;
  const prepared = await prepare(pipeline, settings({ inputs: [`${folder}/x.arrow`], outputFormat: "csv" }));
  await run(prepared, { output, to: null, force: true });
  return Deno.readTextFileSync(output).trimEnd().split("\n").slice(1);
}

Deno.test("run() computes a transform of 4,000 steps, each from the one before, as a loop does", async () => {
  const pipeline = definePipeline({
    name: "deep",
    inputs: { x: input("f64", ["N"]) },
    transform({ x }) {
      let y = x.mul(1);
      for (let i = 0; i < 2000; i++) y = y.mul(0.5).add(i);
      return { y };
    },
  });
  const expected = X.map((x) => {
    let y = x;
    for (let i = 0; i < 2000; i++) y = y * 0.5 + i;
    return String(y);
  });
  assert.deepEqual(await outputOf(pipeline), expected);
});

Deno.test("run() computes a transform whose paths are 2 ** 60, as each value is computed once", async () => {
  const pipeline = definePipeline({
    name: "doubling",
    inputs: { x: input("f64", ["N"]) },
    params: {
      w: param("f64", [8, 2], { value: Array.from({ length: 8 }, (_, i) => i < 2 ? [1, 0.5] : [0, 0]) }),
    },
    transform({ x }, { w }) {
      let y = x.expandDims(1).broadcastTo(["N", 8]);
      for (let i = 0; i < 60; i++) y = y.add(y.mul(0.5));
      return { y: y.matmul(w) };
    },
  });
  const rows = (await outputOf(pipeline)).map((line) => line.split(",").map(Number));
  for (const [i, x] of X.entries()) {
    let y = x;
    for (let step = 0; step < 60; step++) y += y * 0.5;
    assert.deepEqual(rows[i], [2 * y, y]);
  }
});

/** the least of three, in milliseconds */
function least(work: () => unknown): number {
  return Math.min(...[0, 1, 2].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
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
