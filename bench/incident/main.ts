/**
 * `deno task bench:incident [--rows N] [--folder DIR]`: the incident's own size. Writes a table of 5,000,000 × 1000
 * f32 (20 GB), scores it with `--memory 512MiB` through the real command line, and the same file in chunks with
 * pyarrow and NumPy where they are installed; compares the results, prints times, and takes the files away again.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { bytesText } from "../../src/wording/bytes_text.ts";
import { createMemory } from "../../src/memory/mod.ts";
import { openArrowSink } from "../../src/sink/arrow/mod.ts";
import { writeNpy } from "../npy.ts";
import { findPython } from "../peer_process.ts";

const NUM_FEATURES = 1000;
const BATCH_ROWS = 8192;
const MEMORY = "512MiB";

/** Whole multiples of 1/64 between -4 and 4, from a counter: every run writes the same table. */
function fillFeatures(features: Float32Array, seed: number): void {
  let state = seed >>> 0;
  for (let i = 0; i < features.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    features[i] = ((state >>> 23) - 256) / 64;
  }
}

function writeTable(path: string, numRows: number): void {
  const rowBytes = NUM_FEATURES * 4;
  const memory = createMemory({ bytes: BATCH_ROWS * (rowBytes + 8) + 4096 });
  const ids = 64, features = 64 + BATCH_ROWS * 8;
  const sink = openArrowSink(path, {
    format: "arrow-file",
    force: true,
    fields: [{ name: "profile_id", dtype: "i64", width: null }, {
      name: "features",
      dtype: "f32",
      width: NUM_FEATURES,
    }],
  });
  fillFeatures(new Float32Array(memory.buffer, features, BATCH_ROWS * NUM_FEATURES), 1);
  for (let row = 0; row < numRows; row += BATCH_ROWS) {
    const count = Math.min(BATCH_ROWS, numRows - row);
    const idView = new BigInt64Array(memory.buffer, ids, count);
    for (let i = 0; i < count; i++) idView[i] = BigInt(row + i);
    // a part of the block changes from batch to batch: no batch equals another, and the disk stays the bottleneck
    fillFeatures(new Float32Array(memory.buffer, features, 64 * NUM_FEATURES), row + 7);
    sink.writeBatch(memory, count, [ids, features]);
  }
  sink.finish();
}

function writeParams(folder: string): string {
  const parameter = (name: string, shape: readonly number[], value: (i: number) => number) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));
    writeNpy(`${folder}/${name}.npy`, { dtype: "f32", shape, data });
    return [...data];
  };
  const mean = parameter("mean", [NUM_FEATURES], (i) => Math.sin(i) / 4);
  const std = parameter("std", [NUM_FEATURES], (i) => 2 + Math.cos(i));
  const flat = parameter("weights", [NUM_FEATURES, 10], (i) => Math.sin(i * 0.7) / 16);
  const weights = mean.map((_, row) => flat.slice(row * 10, row * 10 + 10));
  Deno.writeTextFileSync(`${folder}/params.json`, JSON.stringify({ mean, std, weights }));
  return `${folder}/params.json`;
}

async function runOurs(folder: string, params: string, workers: number): Promise<number> {
  const started = performance.now();
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      new URL("../../main.ts", import.meta.url).pathname,
      ...["run", new URL("./pipeline.ts", import.meta.url).pathname],
      ...["-i", `${folder}/profiles.arrow`, "--params", params, "-o", `${folder}/ours.arrow`],
      ...["--force", "--memory", MEMORY, "--workers", String(workers), "--progress", "none"],
      ...["--report", `${folder}/report.json`],
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`ndpipe ended with exit ${code}`);
  return performance.now() - started;
}

/** The peak of the process's resident memory as Linux says it, beside the plan's, of the run before. */
function peakText(folder: string): string {
  const { summary } = JSON.parse(Deno.readTextFileSync(`${folder}/report.json`));
  const { peakRssBytes, predictedPeakBytes } = summary as Record<string, number>;
  if (peakRssBytes! > predictedPeakBytes!) {
    throw new Error(`a peak of ${peakRssBytes} bytes, predicted ${predictedPeakBytes}`);
  }
  return `peak ${bytesText(peakRssBytes!)} of ${bytesText(predictedPeakBytes!)} predicted`;
}

async function runNumpy(folder: string, threads: number): Promise<{ ms: number; same: string } | null> {
  const python = await findPython();
  if (python === null) return null;
  const { code, stdout } = await new Deno.Command(python, {
    args: [new URL("./numpy_chunks.py", import.meta.url).pathname, folder],
    env: { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
    stderr: "inherit",
  }).output();
  return code === 0 ? JSON.parse(new TextDecoder().decode(stdout)) : null;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { rows: { type: "string", default: "5000000" }, folder: { type: "string" } },
  });
  const numRows = Number(values.rows);
  const folder = await Deno.makeTempDir({ dir: values.folder ?? ".", prefix: "bench-incident-" });
  try {
    const bytes = numRows * (NUM_FEATURES * 4 + 8);
    console.log(`writing ${numRows.toLocaleString("en")} × ${NUM_FEATURES} f32, ${bytesText(bytes)}`);
    writeTable(`${folder}/profiles.arrow`, numRows);
    const params = writeParams(folder);
    const rate = (ms: number) => `${(ms / 1000).toFixed(2)} s, ${(bytes / ms / 1e6).toFixed(2)} GB/s`;
    for (const workers of [1, 2]) {
      console.log(`\nndpipe run --memory ${MEMORY} --workers ${workers}`);
      console.log(
        `  from start to exit: ${rate(await runOurs(folder, params, workers))}; ${peakText(folder)}`,
      );
      const numpy = await runNumpy(folder, workers);
      console.log(
        numpy === null
          ? "  NumPy in chunks: python3 with numpy and pyarrow is not there"
          : `  NumPy in chunks, ${workers} BLAS threads: ${rate(numpy.ms)}; ${numpy.same}`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
