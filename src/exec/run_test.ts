import assert from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { definePipeline, input, param } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import { loadReaders, type OpenInput } from "./open_input.ts";
import type { PrepareOptions } from "./prepare.ts";
import { run, type RunOptions } from "./run.ts";
import { settings, type TestColumn, writeTable } from "./testing.ts";
import { refusalOf } from "../../tests/support/refusal.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-run-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const COLUMNS: readonly TestColumn[] = [
  { name: "id", dtype: "i64", width: null, value: (row) => row },
  { name: "x", dtype: "f32", width: 3, value: (row, k) => Math.fround(Math.sin(row * 3 + k)) },
];
const NUM_ROWS = 1501;
for (const ending of ["arrow", "arrows", "csv"]) {
  writeTable(`${folder}/table.${ending}`, COLUMNS, { numRows: NUM_ROWS, batchRows: 700 });
}

const SCORE = definePipeline({
  name: "score",
  inputs: { id: input("i64", ["N"]), x: input("f32", ["N", "feature=3"]) },
  params: { mean: param("f32", ["feature=3"], { value: [0.25, -0.5, 0] }) },
  transform: ({ id, x }, { mean }) => ({
    id,
    z: x.sub(mean),
    p: x.sum("feature").sigmoid(),
    up: x.max(1).gt(0.5),
  }),
});
const KEEP = definePipeline({
  name: "keep",
  inputs: { id: input("i64", ["N"]), x: input("f32", ["N", "feature=3"]) },
  transform: ({ id, x }) => {
    const mask = x.sum("feature").gt(0.1);
    return { id: id.filter(mask, "K"), x: x.filter(mask, "K") };
  },
});

let numOutputs = 0;

/** Runs a pipeline over files of the folder; gives the output's bytes. */
async function bytesOf(
  pipeline: typeof SCORE,
  given: Partial<PrepareOptions> & { readonly ending?: string },
  options: Partial<RunOptions> = {},
) {
  const { ending = "arrow", ...rest } = given;
  const output = options.output ?? `${folder}/out-${numOutputs++}.${ending}`;
  const prepared = await prepare(pipeline, settings({ batchRows: 512, ...rest }));
  const summary = await run(prepared, { output, to: null, force: false, ...options });
  return { bytes: Deno.readFileSync(output), summary, prepared };
}

for (const [name, pipeline] of [["SCORE", SCORE], ["KEEP", KEEP]] as const) {
  Deno.test(`run() writes the same bytes for every chunk size, worker count and input format: ${name}`, async () => {
    for (const ending of ["arrow", "csv"]) {
      const inputs = [`${folder}/table.arrow`];
      const expected = (await bytesOf(pipeline, { inputs, ending, workers: 1, chunkRows: 7 })).bytes;
      assert.ok(expected.length > 10_000);
      for (const format of ["arrow", "arrows", "csv"]) {
        for (const chunkRows of [64, 4096, null]) {
          // each format with two threads and with three, though not to each ending: threads take their time to start
          for (const workers of chunkRows === 64 ? [1, ending === "csv" ? 2 : 3] : [1]) {
            const from = [`${folder}/table.${format}`];
            const { bytes } = await bytesOf(pipeline, { inputs: from, ending, workers, chunkRows });
            assert.deepEqual(bytes, expected, `${format} → ${ending}, ${chunkRows} rows, ${workers} workers`);
          }
        }
      }
      const single = (await bytesOf(pipeline, { inputs, ending, workers: 2, chunkRows: 1 })).bytes;
      assert.deepEqual(single, expected);
    }
  });
}

Deno.test("run() writes the same bytes of wide rows, which go out as they come, as of those that are gathered", async () => {
  const path = `${folder}/wide.arrow`;
  const wide: TestColumn = { name: "x", dtype: "f32", width: 200, value: (row, k) => row + k / 256 };
  writeTable(path, [{ ...COLUMNS[0]!, width: 30 }, wide], { numRows: 1500, batchRows: 700 });
  const pipeline = definePipeline({
    name: "wide",
    inputs: { id: input("i64", ["N", "k=30"]), x: input("f32", ["N", "feature=200"]) },
    transform: ({ id, x }) => ({ id, y: x.mul(2), z: x.sub(1).clip(0, 900) }),
  });
  const bytes = async (chunkRows: number, workers: number) =>
    (await bytesOf(pipeline, { inputs: [path], chunkRows, workers, batchRows: 800 })).bytes;
  const gathered = await bytes(64, 1);
  assert.equal(tableFromIPC(gathered).numRows, 1500);
  // rows of 240, 800 and 800 bytes: from 274 rows on they are streamed
  for (const [chunkRows, workers] of [[300, 1], [4096, 1], [512, 2]] as const) {
    assert.deepEqual(await bytes(chunkRows, workers), gathered, `${chunkRows} rows, ${workers} workers`);
  }
});

Deno.test("run() computes what the transform says, in the order of the rows", async () => {
  const { bytes, summary } = await bytesOf(KEEP, {
    inputs: [`${folder}/table.csv`],
    workers: 2,
    chunkRows: 100,
  });
  const sums = Array.from({ length: NUM_ROWS }, (_, row) => {
    // f32 sums accumulate in f64
    return Math.fround([0, 1, 2].reduce((sum, k) => sum + Math.fround(Math.sin(row * 3 + k)), 0));
  });
  const expected = sums.flatMap((sum, row) => sum > Math.fround(0.1) ? [row] : []);
  const table = tableFromIPC(bytes);
  assert.deepEqual([...table.getChild("id")].map(Number), expected);
  assert.equal(summary.rows, NUM_ROWS);
  assert.equal(summary.outputRows, expected.length);
  assert.equal(summary.chunks, 16);
  assert.equal(summary.workers, 2);
  assert.equal(summary.bytesWritten, bytes.length);
  assert.equal(summary.bytesRead, Deno.statSync(`${folder}/table.csv`).size);
});

Deno.test("run() reads several inputs one after the other, in their order", async () => {
  const one = `${folder}/table.arrow`;
  const { bytes, summary } = await bytesOf(KEEP, { inputs: [one, one], workers: 2, chunkRows: 512 });
  const ids = [...tableFromIPC(bytes).getChild("id")].map(Number);
  assert.deepEqual(ids.slice(0, ids.length / 2), ids.slice(ids.length / 2));
  assert.equal(summary.rows, 2 * NUM_ROWS);
});

Deno.test("run() writes a valid empty output for an input without rows", async () => {
  for (const format of ["arrow", "csv"]) {
    const path = `${folder}/empty.${format}`;
    writeTable(path, COLUMNS, { numRows: 0, batchRows: 10 });
    for (const workers of [1, 2]) {
      const { bytes, summary } = await bytesOf(SCORE, { inputs: [path], workers });
      assert.deepEqual(tableFromIPC(bytes).names, ["id", "z", "p", "up"]);
      assert.equal(tableFromIPC(bytes).numRows, 0);
      assert.equal(summary.rows, 0);
      const csv = await bytesOf(KEEP, { inputs: [path], workers, ending: "csv" });
      assert.equal(new TextDecoder().decode(csv.bytes), "id,x_0,x_1,x_2\n");
    }
  }
});

Deno.test("run() ends with the first error in the input's order, whatever the workers, and leaves no output", async () => {
  const lines = Deno.readTextFileSync(`${folder}/table.csv`).split("\n");
  lines[700] = lines[700]!.replace(",", ",one");
  lines[900] = "1,2";
  lines[1400] = lines[1400]!.replace(",", ",two");
  const path = `${folder}/bad.csv`, output = `${folder}/never.arrow`;
  Deno.writeTextFileSync(path, lines.join("\n"));
  const messages = new Set<string>();
  for (const [workers, chunkRows] of [[1, 50], [2, 50], [3, 10], [3, 700], [1, 4096]] as const) {
    const error = await refusalOf(bytesOf(SCORE, { inputs: [path], workers, chunkRows }, { output }));
    assert.equal(error.code, "DAT002");
    messages.add([error.message, ...error.notes].join("\n"));
    assert.throws(() => Deno.statSync(output), Deno.errors.NotFound);
  }
  assert.equal(messages.size, 1, [...messages].join("\n---\n"));
  assert.match([...messages][0]!, /"one-?0\.\d+" in column "x_0" is no number\nrecord 700 of the file/);
  const leftOver = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".ndpipe-tmp"));
  assert.deepEqual(leftOver, []);
});

Deno.test("run() ends after the current chunk when its signal aborts, and leaves the old output", async () => {
  const output = `${folder}/old.arrow`;
  for (const workers of [1, 2]) {
    Deno.writeTextFileSync(output, "old");
    const controller = new AbortController();
    let numCalls = 0;
    const promise = bytesOf(SCORE, { inputs: [`${folder}/table.arrow`], workers, chunkRows: 1 }, {
      output,
      force: true,
      signal: controller.signal,
      onProgress: () => (numCalls++, controller.abort(new Error("enough"))),
    });
    await assert.rejects(promise, /enough/);
    assert.equal(numCalls, 1);
    assert.equal(Deno.readTextFileSync(output), "old");
  }
});

Deno.test("run() copies no byte of a column of an Arrow file, FixedSizeList or separate columns", async () => {
  const path = `${folder}/columns.arrow`, width = 784;
  const columns = Array.from({ length: width }, (_, k): TestColumn => ({
    name: `p${k}`,
    dtype: "f32",
    width: null,
    value: (row) => row + k,
  }));
  writeTable(path, columns, { numRows: 300, batchRows: 128 });
  const wide = definePipeline({
    name: "wide",
    inputs: { p: input("f32", ["N", "pixel=784"], { columns: "p*" }) },
    transform: ({ p }) => ({ total: p.sum("pixel") }),
  });
  const { summary, bytes } = await bytesOf(wide, { inputs: [path], chunkRows: 100, workers: 1 });
  assert.equal(summary.copiedBytes, 0);
  const expected = Array.from({ length: 300 }, (_, row) => width * row + (width * (width - 1)) / 2);
  assert.deepEqual([...tableFromIPC(bytes).getChild("total")], expected);
  const list = await bytesOf(SCORE, { inputs: [`${folder}/table.arrow`], chunkRows: 100, workers: 2 });
  assert.equal(list.summary.copiedBytes, 0);
});

Deno.test("run() tells its progress against totals", async () => {
  const seen: Parameters<NonNullable<RunOptions["onProgress"]>>[0][] = [];
  const path = `${folder}/table.arrow`;
  const { prepared } = await bytesOf(SCORE, { inputs: [path], chunkRows: 700, workers: 1 }, {
    onProgress: (progress) => seen.push(progress),
  });
  assert.ok(seen.length >= 1);
  assert.equal(seen[0]!.rows, 700);
  assert.equal(seen[0]!.totalRows, NUM_ROWS);
  assert.equal(seen[0]!.totalBytes, Deno.statSync(path).size);
  assert.equal(seen[0]!.predictedBytes, prepared.memory.peakBytes);
});

Deno.test("run() refuses an output that is an input, by whatever name, and leaves it", async () => {
  const path = `${folder}/both.arrow`, link = `${folder}/link.arrow`, hardLink = `${folder}/hard.arrow`;
  Deno.copyFileSync(`${folder}/table.arrow`, path);
  Deno.symlinkSync(path, link);
  Deno.linkSync(path, hardLink);
  for (const output of [path, link, hardLink]) {
    const error = await refusalOf(bytesOf(SCORE, { inputs: [path] }, { output, force: true }));
    assert.equal(error.code, "OUT001");
    assert.match(error.message, /is also an input/);
  }
  assert.deepEqual(Deno.readFileSync(path), Deno.readFileSync(`${folder}/table.arrow`));
});

Deno.test("run() refuses an output that exists before it reads a row", async () => {
  const output = `${folder}/exists.arrow`;
  Deno.writeTextFileSync(output, "here");
  let numOpened = 0;
  const { openInput } = await loadReaders([`${folder}/table.arrow`], null);
  const counting: OpenInput = (...args) => (numOpened++, openInput(...args));
  const promise = bytesOf(SCORE, { inputs: [`${folder}/table.arrow`], openInput: counting }, { output });
  assert.equal((await refusalOf(promise)).code, "OUT002");
  assert.equal(numOpened, 1, "the plan alone opened the input");
  assert.equal(Deno.readTextFileSync(output), "here");
});

Deno.test("run() refuses an input whose columns changed after the plan", async () => {
  const path = `${folder}/changes.arrow`;
  writeTable(path, COLUMNS, { numRows: 100, batchRows: 100 });
  const prepared = await prepare(SCORE, settings({ inputs: [path] }));
  writeTable(path, [{ name: "extra", dtype: "u8", width: null, value: () => 1 }, ...COLUMNS], {
    numRows: 100,
    batchRows: 100,
  });
  const promise = run(prepared, { output: `${folder}/changed.arrow`, to: null, force: false });
  assert.equal((await refusalOf(promise)).code, "FMT004");
});
