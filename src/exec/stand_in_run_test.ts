/** Runs in which the main thread computes too: those of run_test.ts are of small inputs, where it does not. */
import assert from "node:assert/strict";
import { carry, definePipeline, input } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import type { PrepareOptions } from "./prepare.ts";
import { run, type RunOptions } from "./run.ts";
import { mainStandsIn } from "./stand_in.ts";
import { settings } from "./testing.ts";
import { refusalOf } from "../../tests/support/refusal.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-stand-in-run-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const NUM_ROWS = 3001, LARGE = 2 ** 30;
const lineOf = (row: number) =>
  `${row},${row % 7 === 0 ? "" : `"name, ${"é".repeat(row % 40)}"`},${Math.sin(row)},${Math.cos(row)}`;
const LINES = Array.from({ length: NUM_ROWS }, (_, row) => lineOf(row));
Deno.writeTextFileSync(`${folder}/table.csv`, ["id,name,x_0,x_1", ...LINES, ""].join("\n"));

const INPUTS = { id: carry(), name: carry(), x: input("f64", ["N", "k=2"], { columns: "x_*" }) };
const COPY = definePipeline({
  name: "copy",
  inputs: { id: carry(), name: carry(), x_0: input("f64", ["N"]), x_1: input("f64", ["N"]) },
  transform: (all) => all,
});
const SCORE = definePipeline({
  name: "score",
  inputs: INPUTS,
  transform: ({ id, name, x }) => ({ id, name, x, y: x.mul(2).sum("k").exp() }),
});
const KEEP = definePipeline({
  name: "keep",
  inputs: INPUTS,
  transform: ({ id, name, x }) => {
    const mask = x.sum("k").gt(0.1);
    return { name: name.filter(mask, "K"), x: x.filter(mask, "K").sub(1), id: id.filter(mask, "K") };
  },
});
const FORMATS = ["csv", "arrow", "arrows", "parquet", "ndjson"];

interface Given extends Partial<PrepareOptions>, Partial<Pick<RunOptions, "signal" | "onProgress">> {
  readonly output?: string;
}

let numOutputs = 0;

/** Runs with as many workers as there are cores; with more than one, the main thread is one of them. */
async function bytesOf(pipeline: unknown, { signal, onProgress, ...given }: Given): Promise<Uint8Array> {
  const output = given.output ?? `${folder}/out-${numOutputs++}.arrow`, workers = given.workers ?? 1;
  Object.defineProperty(navigator, "hardwareConcurrency", { value: workers, configurable: true });
  try {
    const csv = { types: { id: "i64" } } as never;
    const options = settings({ batchRows: 512, csv, ...given, workers });
    const prepared = { ...await prepare(pipeline as never, options), inputBytes: LARGE };
    assert.equal(mainStandsIn(prepared), workers > 1);
    const told = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    await run(prepared, { output, to: null, force: true, ...told });
    return Deno.readFileSync(output);
  } finally {
    Reflect.deleteProperty(navigator, "hardwareConcurrency");
  }
}

function leftOver(): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /ndpipe-tmp/.test(name));
}

Deno.test("run() writes the same bytes where the main thread computes too, of text and binary, one input and two", async () => {
  for (const format of FORMATS.slice(1)) {
    await bytesOf(COPY, { inputs: [`${folder}/table.csv`], output: `${folder}/table.${format}` });
  }
  // threads take their time to start: each pipeline has one setting
  for (const [pipeline, workers, chunkRows] of [[SCORE, 2, 64], [KEEP, 3, 700]] as const) {
    const one = `${folder}/table.arrow`;
    const expected = await bytesOf(pipeline, { inputs: [one, one], chunkRows: 4096 });
    assert.ok(expected.length > 30_000);
    for (const format of FORMATS) {
      const inputs = [`${folder}/table.${format}`, `${folder}/table.${format}`];
      const bytes = await bytesOf(pipeline, { inputs, workers, chunkRows });
      assert.deepEqual(bytes, expected, `${format}, ${chunkRows} rows, ${workers} workers`);
    }
  }
});

Deno.test("run() ends with the first error in the input's order where the main thread's chunks have errors too", async () => {
  const path = `${folder}/bad.csv`, output = `${folder}/never.arrow`, messages = new Set<string>();
  // every chunk from the first error on has one, whichever thread computes it
  const lines = LINES.map((line, row) => row >= 1700 ? line.replace(/,([^,]*)$/, ",no$1") : line);
  Deno.writeTextFileSync(path, ["id,name,x_0,x_1", ...lines, ""].join("\n"));
  for (const [workers, chunkRows] of [[1, 50], [2, 10], [3, 50], [2, 1500]] as const) {
    const error = await refusalOf(bytesOf(SCORE, { inputs: [path], workers, chunkRows, output }));
    assert.equal(error.code, "DAT002");
    messages.add([error.message, ...error.notes].join("\n"));
    assert.throws(() => Deno.statSync(output), Deno.errors.NotFound);
  }
  assert.equal(messages.size, 1, [...messages].join("\n---\n"));
  assert.match([...messages][0]!, /"no-?0\.\d+" in column "x_1" is no number\nrecord 1,?701 of the file/);
  assert.deepEqual(leftOver(), []);
});

Deno.test("run() ends when its signal aborts, whatever the main thread is at, and leaves the old output", async () => {
  const output = `${folder}/old.arrow`;
  for (const [inputs, workers] of [["table.csv", 2], ["table.arrow", 3], ["table.parquet", 2]] as const) {
    Deno.writeTextFileSync(output, "old");
    const controller = new AbortController();
    let numCalls = 0;
    const promise = bytesOf(SCORE, {
      inputs: [`${folder}/${inputs}`],
      workers,
      chunkRows: 1,
      output,
      signal: controller.signal,
      onProgress: () => (numCalls++, controller.abort(new Error("enough"))),
    });
    await assert.rejects(promise, /enough/);
    assert.equal(numCalls, 1);
    assert.equal(Deno.readTextFileSync(output), "old");
  }
  assert.deepEqual(leftOver(), []);
});
