/** Runs in one process: at once, and after one that was given up or failed. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { definePipeline, input } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import { run } from "./run.ts";
import { settings, type TestColumn, writeTable } from "./testing.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-again-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const COLUMNS: readonly TestColumn[] = [
  { name: "id", dtype: "i64", width: null, value: (row) => row },
  { name: "x", dtype: "f32", width: 2, value: (row, k) => Math.fround(Math.sin(row * 3 + k)) },
];
const NUM_ROWS = 20_000;
const PIPELINE = definePipeline({
  name: "again",
  inputs: { id: input("i64", ["N"]), x: input("f32", ["N", "feature=2"]) },
  transform: ({ id, x }) => ({ id, x: x.mul(2) }),
});

let numOutputs = 0;

interface Given {
  readonly inputs: readonly string[];
  readonly workers: number;
  readonly ending?: string;
  readonly signal?: AbortSignal;
}

/** Runs the pipeline; gives the output's path. */
async function runOnce({ inputs, workers, ending = "arrow", signal }: Given): Promise<string> {
  const output = `${folder}/out-${numOutputs++}.${ending}`;
  const outputFormat = ending === "arrow" ? "arrow-file" as const : ending as "csv" | "parquet" | "ndjson";
  const prepared = await prepare(
    PIPELINE,
    settings({ inputs, workers, chunkRows: 512, batchRows: 4096, outputFormat }),
  );
  await run(prepared, { output, to: null, force: false, ...(signal === undefined ? {} : { signal }) });
  return output;
}

/** A table in every format, written by the pipeline's own writers. */
async function tables(): Promise<readonly string[]> {
  const arrow = `${folder}/table.arrow`;
  writeTable(arrow, COLUMNS, { numRows: NUM_ROWS, batchRows: 4096 });
  const others = [];
  for (const ending of ["csv", "parquet", "ndjson"]) {
    others.push(await runOnce({ inputs: [arrow], workers: 1, ending }));
  }
  // all of the same values, which were doubled once
  return [await runOnce({ inputs: [arrow], workers: 1 }), ...others];
}

const TABLES = await tables();
const EXPECTED = Deno.readFileSync(await runOnce({ inputs: TABLES.slice(0, 1), workers: 1 }));

function assertWhole(output: string, what: string): void {
  assert.ok(Buffer.compare(Deno.readFileSync(output), EXPECTED) === 0, what);
}

Deno.test("run() promises the same bytes where runs over every format go on at once in one process", async () => {
  const jobs = TABLES.flatMap((path) => [1, 2].map((workers) => ({ path, workers })));
  const outputs = await Promise.all(jobs.map(({ path, workers }) => runOnce({ inputs: [path], workers })));
  for (const [i, output] of outputs.entries()) assertWhole(output, JSON.stringify(jobs[i]));
});

Deno.test("run() promises the same bytes after a run that was given up, and beside one", async () => {
  for (const path of TABLES) {
    for (const workers of [1, 2]) {
      for (const afterMs of [0, 3, 12]) {
        const controller = new AbortController();
        const given = runOnce({ inputs: [path, path, path, path], workers, signal: controller.signal });
        const beside = runOnce({ inputs: [path], workers });
        setTimeout(() => controller.abort(new Error("given up")), afterMs);
        // it may have been faster
        await given.catch(({ message }) => assert.equal(message, "given up"));
        assertWhole(await beside, `beside ${path}`);
        assertWhole(await runOnce({ inputs: [path], workers }), `after ${path}`);
      }
    }
  }
});

Deno.test("run() promises the same bytes after a run that failed in its middle", async () => {
  const [arrow = "", csv = "", parquet = ""] = TABLES;
  const damaged = `${folder}/damaged.parquet`, bytes = Deno.readFileSync(parquet);
  bytes.fill(0xff, bytes.length >> 2, bytes.length >> 1);
  Deno.writeFileSync(damaged, bytes);
  const torn = `${folder}/torn.csv`;
  Deno.writeTextFileSync(torn, Deno.readTextFileSync(csv) + "1,x,2\n");
  for (const [bad, good] of [[damaged, parquet], [torn, csv], [torn, arrow]] as const) {
    for (const workers of [1, 2]) {
      await assert.rejects(runOnce({ inputs: [bad], workers }), { name: /DataError|FormatError/ });
      assertWhole(await runOnce({ inputs: [good], workers }), `${good} after ${bad}`);
    }
  }
  const left = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.startsWith("."));
  assert.deepEqual(left, [], "temporary files");
});

Deno.test("run() that gets no threads fails with the reason, and leaves neither an output nor a part of one", async () => {
  const { Worker } = globalThis;
  const before = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  let numStarted = 0, numEnded = 0;
  class Scarce extends EventTarget {
    constructor() {
      super();
      if (++numStarted > 1) throw new Error("no more threads");
    }
    terminate(): void {
      numEnded++;
    }
  }
  globalThis.Worker = Scarce as unknown as typeof Worker;
  try {
    await assert.rejects(runOnce({ inputs: TABLES.slice(0, 1), workers: 2 }), /no more threads/);
  } finally {
    globalThis.Worker = Worker;
  }
  assert.deepStrictEqual([numStarted, numEnded], [2, 1]);
  assert.deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), before);
});
