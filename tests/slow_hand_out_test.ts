/**
 * What threads hand to one another while they are too many for the machine: whoever is interrupted between two steps
 * of the protocol is so here, sooner or later, and the output has other bytes or is an error.
 *
 * @module
 */
import assert from "node:assert/strict";
import { definePipeline, input } from "ndpipe";
import { run } from "../src/exec/run.ts";
import { settings, writeTable } from "../src/exec/testing.ts";
import { prepare } from "../src/pipeline/prepare.ts";

/** a worker that was woken late and took a place before it was filled was found after 10 to 50 runs */
const NUM_ROWS = 3000, NUM_RUNS = 120;

const pipeline = definePipeline({
  name: "sums",
  inputs: { id: input("i64", ["N"]), features: input("f32", ["N", 8]) },
  transform: ({ id, features }) => ({ id, sum: features.mul(features).sum(1) }),
});

/** Threads that compute for nothing, in bursts, so that others lose their core at any step. */
function startLoad(numThreads: number): Worker[] {
  const code = `for (;;) {
    const end = performance.now() + 3 * Math.random();
    while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }`;
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  return Array.from({ length: numThreads }, () => new Worker(url, { type: "module" }));
}

Deno.test("run() writes the same bytes by several workers under load, one row a chunk", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe-hand-out-" });
  const load = startLoad(navigator.hardwareConcurrency);
  try {
    const table = `${folder}/table.arrow`;
    writeTable(table, [
      { name: "id", dtype: "i64", width: null, value: (row) => row },
      { name: "features", dtype: "f32", width: 8, value: (row, k) => Math.fround(Math.sin(row * 8 + k)) },
    ], { numRows: NUM_ROWS, batchRows: 997 });
    const outputOf = async (workers: number, chunkRows: number): Promise<Uint8Array> => {
      const options = settings({ inputs: [table], outputFormat: "csv", workers, chunkRows });
      const output = `${folder}/out.csv`;
      await run(await prepare(pipeline, options), { output, to: null, force: true });
      return Deno.readFileSync(output);
    };
    const expected = await outputOf(1, NUM_ROWS);
    assert.ok(expected.length > 10 * NUM_ROWS);
    for (let i = 0; i < NUM_RUNS; i++) {
      const workers = 2 + i % 2;
      assert.deepEqual(await outputOf(workers, 1), expected, `run ${i}, ${workers} workers`);
    }
  } finally {
    for (const worker of load) worker.terminate();
    Deno.removeSync(folder, { recursive: true });
  }
});
