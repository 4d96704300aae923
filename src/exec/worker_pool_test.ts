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

Deno.test("WorkerPool.close() ends its threads, also those that wait for a chunk, and so lets the process end", async () => {
  const script = `
    import { WorkerPool } from ${JSON.stringify(import.meta.resolve("./worker_pool.ts"))};
    const pool = new WorkerPool([{}, {}], { openDecoder() {} });
    pool.beginInput({ format: "csv" });
    const ticket = { sourceIndex: 0, numRows: 1, numBytes: 1, place: "line 2", payload: null };
    await Promise.all([0, 1, 2, 3].map((slot) => pool.submit(ticket, slot)));
    pool.close();
    console.log("closed");`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(20_000),
  });
  const { code, stdout } = await process.output();
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, "closed\n"]);
});
