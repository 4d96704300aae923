import assert from "node:assert/strict";
import { definePipeline, input, param } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import type { Prepared } from "./prepared.ts";
import { run } from "./run.ts";
import { settings, writeTable } from "./testing.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-meter-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const NUM_ROWS = 5000, NUM_KEPT = 1250;
for (const ending of ["arrow", "csv"]) {
  writeTable(`${folder}/table.${ending}`, [
    { name: "id", dtype: "i64", width: null, value: (row) => row },
    { name: "x", dtype: "f32", width: 16, value: (row, k) => (row % 4 === 0 ? 1 : -1) * (k + 1) },
  ], { numRows: NUM_ROWS, batchRows: 1700 });
}

const WHOLE = definePipeline({
  name: "whole",
  inputs: { id: input("i64", ["N"]), x: input("f32", ["N", "feature=16"]) },
  params: {
    weights: param("f32", ["feature=16", "k=3"], { value: Array.from({ length: 16 }, () => [1, 2, 3]) }),
  },
  transform: ({ id, x }, { weights }) => {
    const p = x.sub(x.mean(1).expandDims(1).broadcastTo(["N", "feature=16"])).matmul(weights).softmax("k");
    return { id, best: p.argmax("k"), first: x.slice(":, 0:4"), p };
  },
});
const KEPT = definePipeline({
  name: "kept",
  inputs: { id: input("i64", ["N"]), x: input("f32", ["N", "feature=16"]) },
  transform: ({ id, x }) => {
    const mask = x.sum(1).gt(0);
    const rows = x.filter(mask, "K");
    return { id: id.filter(mask, "K"), y: rows.mul(2), total: rows.sum(1) };
  },
});

let numOutputs = 0;

async function measuredOf(
  pipeline: typeof WHOLE | typeof KEPT,
  change: (prepared: Prepared) => Prepared,
  ending = "arrow",
) {
  const output = `${folder}/out-${numOutputs++}.arrow`;
  const prepared = change(
    await prepare(
      pipeline as typeof WHOLE,
      settings({ inputs: [`${folder}/table.${ending}`], chunkRows: 300, batchRows: 1000 }),
    ),
  );
  const summary = await run(prepared, { output, to: null, force: false });
  return { summary, measured: summary.measured!, bytes: Deno.readFileSync(output) };
}

/** one worker thread computes, the main thread reads and writes */
function threaded(prepared: Prepared): Prepared {
  const { memory } = prepared;
  return {
    ...prepared,
    memory: { ...memory, isThreaded: true, numSlots: 3, wasmBytes: 4 * memory.wasmBytes },
  };
}

/** as a large input is run: the main thread computes too, until the worker has begun */
function helping(prepared: Prepared): Prepared {
  return { ...threaded(prepared), inputBytes: null };
}

for (
  const [name, change] of [["main thread", (p: Prepared) => p], ["worker thread", threaded], [
    "worker thread, and on the main thread before it",
    helping,
  ]] as const
) {
  Deno.test(`run() moves what the plan predicts where nothing is filtered, on the ${name}`, async () => {
    const { measured: { kernels, sink, sources, waits }, summary, bytes } = await measuredOf(WHOLE, change);
    assert.ok(kernels.length >= 3);
    for (const kernel of kernels) {
      assert.equal(kernel.rows, NUM_ROWS);
      assert.ok(kernel.readBytes > 0);
      assert.equal(kernel.readBytes, kernel.predictedReadBytes, kernel.steps);
      assert.equal(kernel.writtenBytes, kernel.predictedWrittenBytes, kernel.steps);
      assert.ok(kernel.calls >= 18, `${kernel.calls} calls for 18 chunks`);
    }
    const copied = kernels.find(({ steps }) => steps === "copy id")!;
    assert.deepEqual([copied.readBytes, copied.writtenBytes], [8 * NUM_ROWS, 8 * NUM_ROWS]);
    assert.equal(sink.bytesWritten, bytes.length);
    assert.equal(summary.bytesWritten, bytes.length);
    const dataBytes = NUM_ROWS * (8 + 16 * 4), { size } = Deno.statSync(`${folder}/table.arrow`);
    assert.equal(sources.length, 1);
    assert.ok(sources[0]!.bytesRead >= dataBytes && sources[0]!.bytesRead < size + 16_384);
    assert.ok(kernels.some(({ ms }) => ms > 0) && sources[0]!.readMs > 0 && sink.writeMs > 0);
    assert.equal(waits.workerWaitMs > 0, name !== "main thread");
  });
}

Deno.test("run() counts behind a filter the rows that it kept", async () => {
  const { measured: { kernels } } = await measuredOf(KEPT, (prepared) => prepared);
  const filters = kernels.filter(({ keptRows }) => keptRows !== null);
  assert.ok(filters.length > 0);
  for (const { rows, keptRows } of filters) assert.deepEqual([rows, keptRows], [NUM_ROWS, NUM_KEPT]);
  const behind = kernels.filter(({ rows }) => rows === NUM_KEPT);
  assert.ok(behind.length > 0, "a kernel goes through kept rows only");
  for (const kernel of behind) {
    assert.equal(kernel.readBytes * 4, kernel.predictedReadBytes);
    assert.equal(kernel.writtenBytes * 4, kernel.predictedWrittenBytes);
  }
});

Deno.test("run() reads ahead of a worker thread, and writes the same bytes as on the main thread", async () => {
  for (const pipeline of [WHOLE, KEPT]) {
    for (const ending of ["arrow", "csv"]) {
      const main = await measuredOf(pipeline, (prepared) => prepared, ending);
      for (const change of [threaded, helping]) {
        const worker = await measuredOf(pipeline, change, ending);
        assert.deepEqual(worker.bytes, main.bytes);
        assert.equal(worker.measured.sources[0]!.bytesRead, main.measured.sources[0]!.bytesRead);
      }
    }
  }
});
