/**
 * Transforms that are deeper than a person writes: no part of planning goes as deep into the call stack as the graph
 * goes. Tables that are wider: `slow_planning_time_test.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { definePipeline, input, param } from "ndpipe";
import { run } from "../src/exec/run.ts";
import { settings, writeTable } from "../src/exec/testing.ts";
import type { Pipeline } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";

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
