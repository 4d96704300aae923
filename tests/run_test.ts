/** `ndpipe run` as users start it: the same bytes by every way, pipes, several inputs. @module */
import assert from "node:assert/strict";
import { writeTable } from "../src/exec/testing.ts";
import { ndpipe, startNdpipe } from "./support/ndpipe_process.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-cli-run-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const fixture = (name: string) => new URL(`fixtures/${name}.ts`, import.meta.url).pathname;

const NUM_ROWS = 500;
for (const ending of ["arrow", "arrows", "csv"]) {
  writeTable(`${folder}/table.${ending}`, [
    { name: "id", dtype: "i64", width: null, value: (row) => row },
    { name: "features", dtype: "f32", width: 100, value: (row, k) => Math.fround(Math.sin(row * 100 + k)) },
  ], { numRows: NUM_ROWS, batchRows: 130 });
}

/** Runs with data on stdin, and gives the bytes of stdout. */
async function piped(args: readonly string[], stdin: Uint8Array) {
  const child = startNdpipe(args, { stdin });
  const writer = child.stdin.getWriter();
  const [output] = await Promise.all([
    child.output(),
    // a reader that ends early is told by its exit code
    writer.write(stdin).then(() => writer.close()).catch(() => {}),
  ]);
  return { code: output.code, stdout: output.stdout, stderr: new TextDecoder().decode(output.stderr) };
}

let numOutputs = 0;

async function outputOf(name: string, input: string, ending: string, flags: readonly string[]) {
  const output = `${folder}/out-${numOutputs++}.${ending}`;
  const args = [
    "run",
    fixture(name),
    "-i",
    `${folder}/${input}`,
    "-o",
    output,
    "--batch-rows",
    "200",
    ...flags,
  ];
  const { code, stderr } = await ndpipe(args);
  assert.equal(code, 0, stderr);
  return Deno.readFileSync(output);
}

// both pipelines to both endings, by more settings: src/exec/run_test.ts, which starts no processes
for (const [name, ending] of [["score_profiles", "arrow"], ["keep_profiles", "csv"]] as const) {
  Deno.test(`ndpipe run writes the same bytes by every format, chunk size and number of workers: ${name}`, async () => {
    const expected = await outputOf(name, "table.arrow", ending, []);
    assert.ok(expected.length > 3000);
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ["table.arrow", ["--chunk-rows", "7", "--workers", "3"]],
      ["table.arrows", ["--chunk-rows", "65536", "--workers", "1"]],
      ["table.csv", ["--workers", "2"]],
      ["table.csv", ["--chunk-rows", "1"]],
    ];
    const outputs = await Promise.all(cases.map(([input, flags]) => outputOf(name, input, ending, flags)));
    for (const [index, bytes] of outputs.entries()) assert.deepEqual(bytes, expected, String(cases[index]));
  });
}

Deno.test("ndpipe run reads stdin and writes stdout, as an Arrow stream or as CSV", async () => {
  const stream = Deno.readFileSync(`${folder}/table.arrows`), text = Deno.readFileSync(`${folder}/table.csv`);
  const toStdout = ["run", fixture("score_profiles"), "-i", "-", "-o", "-", "--batch-rows", "200"];
  const expected = await outputOf("score_profiles", "table.arrow", "arrows", []);
  const csv = await outputOf("score_profiles", "table.arrow", "csv", []);
  const results = await Promise.all([
    piped(toStdout, stream),
    // batches of 130 rows, chunks of 50: the reader holds a batch
    piped([...toStdout, "--chunk-rows", "50", "--workers", "2"], stream),
    piped([...toStdout, "--from", "csv"], text),
    piped([...toStdout, "--from", "csv", "--to", "csv"], text),
  ]);
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout, index < 3 ? expected : csv, `case ${index}`);
  }
});

Deno.test("ndpipe run ends with 5 and no output where data break the contract, the same with every worker count", async () => {
  const lines = Deno.readTextFileSync(`${folder}/table.csv`).split("\n");
  lines[301] = lines[301]!.replace(",", ",x");
  lines[450] = "1";
  Deno.writeTextFileSync(`${folder}/bad.csv`, lines.join("\n"));
  const results = await Promise.all(["1", "3"].map(async (workers) => {
    const output = `${folder}/bad-${workers}.arrow`;
    const flags = ["--workers", workers, "--chunk-rows", "20", "--progress", "none"];
    const result = await ndpipe([
      "run",
      fixture("score_profiles"),
      "-i",
      `${folder}/bad.csv`,
      "-o",
      output,
      ...flags,
    ]);
    assert.throws(() => Deno.statSync(output), Deno.errors.NotFound);
    return result;
  }));
  assert.equal(results[0]!.code, 5);
  assert.match(results[0]!.stderr, /bad\.csv:302/);
  assert.deepEqual(results[1], results[0]);
});

Deno.test("ndpipe run refuses to replace its own input", async () => {
  const path = `${folder}/table.arrow`;
  const { code, stderr } = await ndpipe(["run", fixture("keep_profiles"), "-i", path, "-o", path, "--force"]);
  assert.equal(code, 8);
  assert.match(stderr, /is also an input/);
});
