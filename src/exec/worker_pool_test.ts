import assert from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import type { ProcessorSetup } from "./chunk_processor.ts";
import { WorkerPool } from "./worker_pool.ts";

Deno.test("WorkerPool.submit() answers every chunk, also when its threads cannot begin", async () => {
  // nothing is compiled: the processor cannot be made
  const pool = new WorkerPool([{} as ProcessorSetup, {} as ProcessorSetup], {
    openDecoder: () => assert.fail("the threads decode"),
  });
  try {
    pool.beginInput({ format: "csv" });
    const ticket = { sourceIndex: 0, numRows: 1, numBytes: 1, place: "line 2", payload: null };
    const outcomes = await Promise.all([0, 1, 2, 3].map((slot) => pool.submit(ticket, slot)));
    for (const outcome of outcomes) assert.ok("error" in outcome && outcome.error instanceof Error);
    const late = await pool.submit(ticket, 0);
    assert.ok("error" in late && late.error instanceof Error && !(late.error instanceof NdpipeError));
  } finally {
    pool.close();
  }
});
