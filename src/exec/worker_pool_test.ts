import assert from "node:assert/strict";
import { DataError, NdpipeError } from "../errors.ts";
import type { ChunkTicket } from "../source/source.ts";
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
    const outcomes = await Promise.all([0, 1, 2, 3].map((slot) => pool.submit(ticket, slot).wait()));
    for (const outcome of outcomes) assert.ok("error" in outcome && outcome.error instanceof Error);
    const late = await pool.submit(ticket, 0).wait();
    assert.ok("error" in late && late.error instanceof Error && !(late.error instanceof NdpipeError));
  } finally {
    pool.close();
  }
});

Deno.test("WorkerPool.help() decodes the first chunk that no worker is given yet, where a core is left for it", async () => {
  const decoded: string[] = [];
  const openDecoder = () => ({
    decode({ place }: ChunkTicket) {
      decoded.push(place);
      if (place === "lines 5 to 6") throw new DataError("DAT002", "no number");
      return { numRows: 1, columns: [], copiedBytes: 0 };
    },
    close() {},
  });
  const setup = {
    slots: Array.from({ length: 5 }, () => ({ input: {}, outputs: [] })),
  } as unknown as ProcessorSetup;
  const tickets = [0, 1, 2, 3, 4].map((i): ChunkTicket => ({
    sourceIndex: 0,
    numRows: 2,
    numBytes: 1,
    place: `lines ${2 * i + 1} to ${2 * i + 2}`,
    payload: null,
  }));
  for (const readsAhead of [false, true]) {
    const pool = new WorkerPool([setup], { openDecoder, readsAhead });
    try {
      pool.beginInput({ format: "csv" });
      const outcomes = tickets.map((ticket, slot) => pool.submit(ticket, slot));
      // the first two are left to the thread, which has not begun
      const helped = [pool.help(), pool.help(), pool.help(), pool.help()];
      assert.deepEqual(helped, readsAhead ? [true, true, true, false] : [false, false, false, false]);
      assert.deepEqual(decoded, readsAhead ? ["lines 5 to 6", "lines 7 to 8", "lines 9 to 10"] : []);
      const { error } = await outcomes[2]!.wait() as { readonly error: unknown };
      assert.equal(error instanceof DataError, readsAhead, "what the decoder threw is the chunk's outcome");
      await Promise.all(outcomes.map((chunk) => chunk.wait()));
    } finally {
      pool.close();
    }
  }
});

Deno.test("WorkerPool.close() ends its threads, also those that wait for a chunk, and so lets the process end", async () => {
  const script = `
    import { WorkerPool } from ${JSON.stringify(import.meta.resolve("./worker_pool.ts"))};
    const pool = new WorkerPool([{}, {}], { openDecoder() {} });
    pool.beginInput({ format: "csv" });
    const ticket = { sourceIndex: 0, numRows: 1, numBytes: 1, place: "line 2", payload: null };
    await Promise.all([0, 1, 2, 3].map((slot) => pool.submit(ticket, slot).wait()));
    pool.close();
    console.log("closed");`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(300_000),
  });
  const { code, stdout } = await process.output();
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, "closed\n"]);
});
