/** `plan` and `check` say the memory that `run` then says, whatever it writes; refusals of memory name a step. */
import assert from "node:assert/strict";
import { writeTable } from "../src/exec/testing.ts";
import { ndpipe as ndpipeHere } from "./support/ndpipe_in_thread.ts";
import { ndpipe } from "./support/ndpipe_process.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-planned-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const PIPELINE = new URL("fixtures/score_profiles.ts", import.meta.url).pathname;
const INPUT = `${folder}/table.arrow`;
writeTable(INPUT, [
  { name: "id", dtype: "i64", width: null, value: (row) => row },
  { name: "features", dtype: "f32", width: 100, value: (row, k) => Math.fround(Math.sin(row * 100 + k)) },
], { numRows: 300, batchRows: 130 });

const OUTPUTS: readonly (readonly string[])[] = [
  ["-o", "out.arrow"],
  ["-o", "compressed.arrow", "--compress", "zstd"],
  ["-o", "out.csv"],
  ["-o", "out.csv.gz"],
  ["-o", "out.ndjson"],
  ["-o", "out.ndjson.zst"],
  ["-o", "out.npy"],
  ["-o", "out.npz"],
  ["-o", "out.parquet"],
];

Deno.test("plan, check and run say the same memory for every format of the output", async () => {
  const peaks = new Set<number>();
  for (const output of OUTPUTS) {
    const [flag = "", name = "", ...others] = output;
    const args = [PIPELINE, "-i", INPUT, flag, `${folder}/${name}`, ...others];
    const report = `${folder}/report.json`;
    const [planned, checked, ran] = await Promise.all([
      ndpipeHere(["plan", ...args, "--json"]),
      // the type check says nothing of memory and takes a second
      name === "out.csv" ? ndpipe(["check", ...args]) : null,
      ndpipe(["run", ...args, "--report", report, "--progress", "none"]),
    ]);
    assert.deepEqual([planned.code, ran.code], [0, 0], planned.stderr + ran.stderr);
    const { memory } = JSON.parse(planned.stdout),
      { plan, summary } = JSON.parse(Deno.readTextFileSync(report));
    assert.deepEqual(memory, plan.memory, output.join(" "));
    assert.equal(summary.predictedPeakBytes, memory.predictedPeakBytes);
    assert.ok(summary.peakRssBytes <= memory.predictedPeakBytes, output.join(" "));
    peaks.add(memory.predictedPeakBytes);
    if (checked === null) continue;
    const mebibytes = /memory +([\d.]+) MiB/.exec(checked.stdout)?.[1];
    assert.equal(
      mebibytes,
      (memory.predictedPeakBytes / 2 ** 20).toFixed(1),
      checked.stdout + checked.stderr,
    );
  }
  assert.ok(peaks.size >= 5, "formats take memory of their own");
});

Deno.test("the plan counts what compresses an output of text", async () => {
  const [plain, gzip, zstd] = await Promise.all(["csv", "csv.gz", "csv.zst"].map(async (ending) => {
    const { stdout, stderr } = await ndpipeHere([
      "plan",
      PIPELINE,
      "-i",
      INPUT,
      "-o",
      `out.${ending}`,
      "--json",
    ]);
    assert.equal(stderr, "");
    return JSON.parse(stdout).memory.predictedPeakBytes;
  }));
  // what they take beside a plain file, measured
  assert.ok(gzip - plain >= 5.7 * 2 ** 20, `${plain} ${gzip}`);
  assert.ok(zstd - plain >= 9.1 * 2 ** 20, `${plain} ${zstd}`);
});

Deno.test("a refusal of memory names the place of the step that takes the most", async () => {
  const pipeline = `${folder}/wide.ts`;
  Deno.writeTextFileSync(
    pipeline,
    `import { definePipeline, input, param } from "ndpipe";
export default definePipeline({
  name: "wide",
  inputs: { x: input("f32", ["N", "feature=100"]) },
  params: { weights: param("f32", ["cluster=400"]) },
  transform({ x }, { weights }) {
    const whole = x
      .outer(weights);
    return { whole, small: x.sum(1) };
  },
});
`,
  );
  const refused = await ndpipeHere(["plan", pipeline, "--memory", "512MiB", "--workers", "1"]);
  assert.equal(refused.code, 4, refused.stderr);
  assert.match(refused.stderr, /^error\[MEM001\]: .*\n +--> .*wide\.ts:8:8\n/m);
  const guarded = await ndpipeHere(["plan", pipeline, "--chunk-rows", "65536"]);
  assert.equal(guarded.code, 4, guarded.stderr);
  assert.match(guarded.stderr, /^error\[MEM002\]: .*\n +--> .*wide\.ts:8:8\n/m);
});
