import assert from "node:assert/strict";
import { compileProgram, writeConstants } from "../kernel/run_program.ts";
import { definePipeline, input } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import type { ChunkTicket, Slot } from "../source/source.ts";
import type { ProcessorSetup } from "./chunk_processor.ts";
import { createRunMemory } from "./run_memory.ts";
import { run } from "./run.ts";
import { canStandIn, mainStandsIn } from "./stand_in.ts";
import { settings, writeTable } from "./testing.ts";
import { type ChunkOutcome, WorkerPool } from "./worker_pool.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-stand-in-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** rounds of chunks, of each of which one thread or the other may be first */
const MOST_ROUNDS = 200;

const TABLE = `${folder}/table.arrow`, LARGE = 2 ** 30;
writeTable(TABLE, [{ name: "x", dtype: "f64", width: null, value: (row) => Math.cos(row) }], {
  numRows: 20_000,
  batchRows: 700,
});
const PIPELINE = definePipeline({
  name: "stand-in",
  inputs: { x: input("f64", ["N"]) },
  transform: ({ x }) => ({ y: x.mul(2).add(1) }),
});

Deno.test("canStandIn() promises the main thread's part where workers have all cores, and slots suffice", () => {
  const yes = [[2, 1], [2, 2], [3, 2], [3, 3]] as const,
    no = [[1, 1], [2, 3], [2, 64], [4, 4], [8, 2]] as const;
  for (const [workers, cores] of yes) assert.ok(canStandIn(workers, cores), `${workers} of ${cores}`);
  for (const [workers, cores] of no) assert.ok(!canStandIn(workers, cores), `${workers} of ${cores}`);
});

Deno.test("mainStandsIn() promises no for small inputs, one thread, and what is no file", async () => {
  const small = await prepare(PIPELINE as never, settings({ inputs: [TABLE], workers: 3 }));
  const large = { ...small, inputBytes: LARGE };
  assert.equal(mainStandsIn(large), canStandIn(3));
  assert.ok(!mainStandsIn(small));
  assert.ok(!mainStandsIn({ ...large, memory: { ...large.memory, isThreaded: false } }));
  assert.ok(!mainStandsIn({ ...large, inputs: large.inputs.map((one) => ({ ...one, stamp: null })) }));
});

Deno.test("run() writes the same bytes where the main thread stands in for a worker", async () => {
  const outputs: Uint8Array[] = [];
  for (const workers of [1, 2, 3]) {
    const prepared = await prepare(PIPELINE as never, settings({ inputs: [TABLE], workers, chunkRows: 100 }));
    const output = `${folder}/out-${workers}.arrow`;
    const large = { ...prepared, inputBytes: LARGE };
    const { workers: used, elapsedMs, measured } = await run(large, { output, to: null, force: true });
    assert.equal(used, workers);
    // this thread reads and writes too: only the others wait for work
    const numThreads = workers === 1 ? 0 : mainStandsIn(large) ? workers - 1 : workers;
    const { workerWaitMs } = measured!.waits;
    assert.ok(workerWaitMs <= numThreads * elapsedMs, `${workerWaitMs} ms of ${numThreads} × ${elapsedMs}`);
    outputs.push(Deno.readFileSync(output));
  }
  assert.ok(outputs[0]!.length > 20_000 * 8);
  assert.deepEqual(outputs[1], outputs[0]);
  assert.deepEqual(outputs[2], outputs[0]);
});

/** Setups of a pool whose chunks this thread's decoder fills, 100 rows of their slot's number. */
async function createSetups(): Promise<ProcessorSetup[]> {
  const given = settings({ inputs: [TABLE], workers: 2, chunkRows: 100 });
  const { program, memory: plan } = await prepare(PIPELINE as never, given);
  const { memory, constants, work, slots } = createRunMemory(plan, program);
  const compiled = compileProgram(program, "strict", memory);
  writeConstants(compiled, constants, new Map());
  const rowNumbers = { pointer: 0, isCarried: [false] };
  return work.map((region) => ({ compiled, constants, work: region, slots, rowNumbers }));
}

Deno.test("WorkerPool.help() computes the first chunk that no worker has, where this thread stands in for one", async () => {
  const setups = await createSetups(), { slots } = setups[0]!, numSlots = slots.length;
  const decode = (_: ChunkTicket, { memory, byteOffset }: Slot) => {
    const index = slots.findIndex(({ input }) => input.byteOffset === byteOffset);
    new Float64Array(memory.buffer as ArrayBuffer, byteOffset, 100).fill(index);
    return {
      numRows: 100,
      columns: [{ pointer: byteOffset, rowStride: 8, elementStride: 8 }],
      copiedBytes: 0,
    };
  };
  const openDecoder = () => ({ decode, close() {} });
  const pool = new WorkerPool(setups.slice(0, 1), { openDecoder, own: setups[1]!, standsIn: true });
  try {
    pool.beginInput({ format: "csv" });
    const ticket = { sourceIndex: 0, numRows: 100, numBytes: 1, place: "", payload: null };
    const isComputed = (outcome: ChunkOutcome, slot: number) => {
      assert.ok(!("error" in outcome) && outcome.numRows === 100 && outcome.counts.computeMs > 0);
      const values = new Float64Array(
        slots[slot]!.input.memory.buffer as ArrayBuffer,
        slots[slot]!.outputs[0]!,
        100,
      );
      assert.ok(values.every((value) => value === 2 * slot + 1));
    };
    // until the worker has begun, this thread computes
    let first = pool.submit(ticket, 0);
    for (; first.outcome !== null; first = pool.submit(ticket, 0)) {
      isComputed(first.outcome, 0);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // now it waits: the worker has the chunk, and cannot decode it
    assert.ok("error" in await first.wait());
    let numComputed = 0;
    for (let round = 0; round < MOST_ROUNDS && numComputed === 0; round++) {
      const chunks = Array.from({ length: numSlots }, (_, slot) => pool.submit(ticket, slot));
      while (pool.help());
      for (const [slot, chunk] of chunks.entries()) {
        const outcome = await chunk.wait();
        if ("error" in outcome) continue;
        isComputed(outcome, slot);
        numComputed += 1;
      }
    }
    assert.ok(numComputed > 0, "the worker is not always the first");
  } finally {
    pool.close();
  }
});
