import assert from "node:assert/strict";
import fc from "fast-check";
import { type MemoryDemands, planMemory, slotsOf, tilesOf } from "./memory_plan.ts";

const DEMANDS: MemoryDemands = {
  runtimeBytes: 1_000_000,
  threadBytes: 10_000,
  paramBytes: 500,
  constantBytes: 1000,
  workerBytes: 3000,
  outputRowBytes: [8, 4],
  slotBytes: (chunkRows) => 400 * chunkRows + 100,
  residentBytes: () => 77,
  sinkBytes: 88,
};

Deno.test("planMemory() adds up to its peak, and its wasm items to the wasm memory", () => {
  fc.assert(fc.property(
    fc.record({
      chunkRows: fc.integer({ min: 1, max: 100_000 }),
      batchRows: fc.integer({ min: 1, max: 100_000 }),
      workers: fc.integer({ min: 1, max: 16 }),
    }),
    (settings) => {
      const plan = planMemory(DEMANDS, settings);
      assert.equal(plan.items.reduce((sum, { bytes }) => sum + bytes, 0), plan.peakBytes);
      const up = (bytes: number) => Math.ceil(bytes / 64) * 64;
      const { chunkRows, batchRows, workers } = settings, numSlots = slotsOf(workers, workers > 1);
      const chunk = up(400 * chunkRows + 100) + up(8 * chunkRows + 64) + up(4 * chunkRows + 64);
      const expected = 128 + up(1000) + tilesOf(workers, workers > 1) * up(3000) + numSlots * chunk +
        up(8 * batchRows) +
        up(4 * batchRows);
      assert.equal(plan.wasmBytes, expected);
    },
  ));
});

Deno.test("planMemory() counts threads where they compute, a slot that waits and one that is written, of text two that wait", () => {
  const single = planMemory(DEMANDS, { chunkRows: 64, batchRows: 64, workers: 1 });
  const threaded = planMemory(DEMANDS, { chunkRows: 64, batchRows: 64, workers: 1, isThreaded: true });
  const triple = planMemory(DEMANDS, { chunkRows: 64, batchRows: 64, workers: 3 });
  assert.equal(single.items.some(({ label }) => label.includes("thread")), false);
  assert.equal(threaded.items.find(({ label }) => label === "worker thread")?.bytes, 10_000);
  assert.equal(triple.items.find(({ label }) => label === "3 worker threads")?.bytes, 30_000);
  const ofText = [true, false].map((isThreaded) =>
    planMemory({ ...DEMANDS, readsText: true }, { chunkRows: 64, batchRows: 64, workers: 1, isThreaded })
  );
  const plans = [single, threaded, triple, ...ofText];
  assert.deepEqual(plans.map(({ numSlots }) => numSlots), [1, 3, 5, 4, 1]);
});

Deno.test("planMemory() names a long transform as an item of its own, and no other", () => {
  const items = (bytes: number) =>
    planMemory({ ...DEMANDS, transform: { steps: 5000, bytes } }, {
      chunkRows: 64,
      batchRows: 64,
      workers: 1,
    })
      .items.filter(({ label }) => label.includes("transform"));
  assert.deepEqual(items(9000).map(({ label, bytes, kind }) => [label, bytes, kind]), [
    ["transform (5,000 steps)", 9000, "runtime"],
  ]);
  assert.deepEqual(items(0), []);
});

Deno.test("planMemory() says what a row costs where an item scales", () => {
  const plan = planMemory(DEMANDS, { chunkRows: 1024, batchRows: 4096, workers: 1 });
  const perRow = plan.items.filter((item) => item.perRow !== null).map((item) => [item.label, item.perRow]);
  assert.deepEqual(perRow, [["input chunk", 400], ["output chunk", 12], ["output record batch", 12]]);
});

Deno.test("planMemory() sets aside no more of a record batch than the rows that there are", () => {
  const settings = { chunkRows: 1024, batchRows: 65_536, workers: 1 };
  const planned = (numRows: number | null) => planMemory({ ...DEMANDS, numRows }, settings);
  assert.deepEqual(planned(2000).batchBytes, [16_000, 8000]);
  assert.equal(planned(2000).batchRows, 65_536, "the setting stays what it is");
  assert.deepEqual([0, 2000, 100_000, null].map((rows) => planned(rows).heldRows), [1, 2000, 65_536, 65_536]);
});
