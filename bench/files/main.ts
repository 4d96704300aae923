/**
 * `deno task bench:files [--rows N] [--rounds N] [--folder DIR] [--json FILE]`: file to file through the real command
 * line. A table of 1,000,000 × 200 f32 (800 MB) is scored beside pyarrow and NumPy in chunks, and standardised beside
 * NumPy, Polars and DuckDB as well, with one thread and with two. Results are compared before a time is taken; sides
 * alternate, and each starts without its last output; ours count from the start of the run to its end, those of peers
 * without the start of Python. The machine's limit is a bare loop that reads the same input and writes the same output
 * in blocks.
 *
 * The folder is in memory where there is /dev/shm: peers do not sync what they write, and we do.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { bytesText } from "../../src/wording/bytes_text.ts";
import { describeMachine } from "../machine.ts";
import { findPython } from "../peer_process.ts";
import { sample } from "../sample.ts";
import { NUM_FEATURES, writeParams, writeTable } from "./table.ts";

const WORKS = [
  { work: "scoring", table: "list", params: "params", peers: ["numpy"] },
  { work: "standardise", table: "columns", params: "standardise", peers: ["numpy", "polars", "duckdb"] },
] as const;
const TITLES: Readonly<Record<string, string>> = {
  numpy: "pyarrow + NumPy",
  polars: "Polars",
  duckdb: "DuckDB through pyarrow",
};
const BLOCK_BYTES = 1 << 20;
/** a peer that takes longer is timed once, by the run whose result is compared */
const MAX_SECONDS = 5;

type Work = typeof WORKS[number];

/** One side of a comparison, with its seconds. */
interface Side {
  readonly title: string;
  readonly seconds: number[];
  readonly run: () => Promise<number>;
}

/** Removes a side's last output: freeing its pages took part of some sides' next run and not of others'. */
function removeLast(output: string): void {
  try {
    Deno.removeSync(output);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function runOurs(folder: string, { work, table, params }: Work, workers: number): Promise<number> {
  const path = (name: string) => `${folder}/${name}`;
  removeLast(path(`${work}-ours.arrow`));
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      new URL("../../main.ts", import.meta.url).pathname,
      ...["run", new URL(`./${work}.ts`, import.meta.url).pathname, "-i", path(`${table}.arrow`)],
      ...["--params", path(`${params}.json`), "-o", path(`${work}-ours.arrow`)],
      ...["--workers", String(workers), "--progress", "none", "--report", path("report.json")],
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`ndpipe ended with exit ${code}`);
  return JSON.parse(await Deno.readTextFile(path("report.json"))).summary.elapsedMs / 1000;
}

async function python(args: readonly string[]): Promise<Record<string, unknown>> {
  const command = (await findPython("pyarrow"))!;
  const { code, stdout } = await new Deno.Command(command, {
    args: [new URL("./peers.py", import.meta.url).pathname, ...args],
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`${args.join(" ")} ended with exit ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Seconds of reading a file and writing so many bytes, in blocks through one buffer. */
function bareLoop(input: string, output: string, writtenBytes: number): number {
  const block = new Uint8Array(BLOCK_BYTES);
  const started = performance.now();
  using source = Deno.openSync(input),
    target = Deno.openSync(output, { write: true, create: true, truncate: true });
  let left = writtenBytes;
  for (let count = source.readSync(block); count !== null; count = source.readSync(block)) {
    if (left > 0) left -= target.writeSync(block.subarray(0, Math.min(count, left)));
  }
  while (left > 0) left -= target.writeSync(block.subarray(0, Math.min(BLOCK_BYTES, left)));
  return (performance.now() - started) / 1000;
}

/** The peers that are installed. */
async function installed(names: readonly string[]): Promise<string[]> {
  if (await findPython("pyarrow") === null) return [];
  const found = await Promise.all(names.map((name) => findPython(name)));
  return names.filter((_, i) => found[i] !== null);
}

/** Runs all sides of a work, compares, and times them in turn. */
async function measure(folder: string, work: Work, { threads, rounds }: { threads: number; rounds: number }) {
  const name = work.work, ours = `${folder}/${name}-ours.arrow`, input = `${folder}/${work.table}.arrow`;
  await runOurs(folder, work, threads);
  const peers = await installed(work.peers);
  const writtenBytes = Deno.statSync(ours).size, bytes = Deno.statSync(input).size + writtenBytes;
  const sides: Side[] = [
    { title: "ndpipe", seconds: [], run: () => runOurs(folder, work, threads) },
    ...peers.map((peer): Side => ({
      title: TITLES[peer]!,
      seconds: [],
      run: async () => {
        removeLast(`${folder}/${name}-${peer}.arrow`);
        return Number((await python([folder, name, peer, String(threads)])).ms) / 1000;
      },
    })),
    {
      title: "bare reads and writes",
      seconds: [],
      run: () => {
        removeLast(`${folder}/bare`);
        return Promise.resolve(bareLoop(input, `${folder}/bare`, writtenBytes));
      },
    },
  ];
  for (const [i, peer] of peers.entries()) {
    const seconds = await sides[i + 1]!.run();
    if (seconds > MAX_SECONDS) sides[i + 1]!.seconds.push(seconds);
    const { same } = await python([folder, name, peer, String(threads), "compare"]);
    console.log(`  ${TITLES[peer]}: ${same}`);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { seconds, run } of sides) if ((seconds[0] ?? 0) <= MAX_SECONDS) seconds.push(await run());
  }
  const own = sample(sides[0]!.seconds);
  console.log(`  ${"".padEnd(24)}  median     least      spread   GB/s    time to ours (medians, least)`);
  return sides.map(({ title, seconds }) => {
    const { median, least, spread } = sample(seconds), gbPerSecond = bytes / median / 1e9;
    const ms = (value: number) => `${(value * 1e3).toFixed(0).padStart(5)} ms`;
    const ratio = (value: number) => value.toFixed(2).padStart(5);
    console.log(
      `  ${title.padEnd(24)}  ${ms(median)}   ${ms(least)}   ${ms(spread)}  ${gbPerSecond.toFixed(2)}    ` +
        `${ratio(median / own.median)} ${ratio(least / own.least)}`,
    );
    return { work: name, threads, title, median, least, spread, gbPerSecond };
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "5" },
      folder: { type: "string" },
      json: { type: "string" },
    },
  });
  const numRows = Number(values.rows), rounds = Number(values.rounds);
  const shared = await Deno.stat("/dev/shm").then(() => "/dev/shm", () => ".");
  const folder = await Deno.makeTempDir({ dir: values.folder ?? shared, prefix: "bench-files-" });
  const results: unknown[] = [];
  const machine = describeMachine();
  try {
    console.log(
      `${machine.cpu}, ${machine.cores} cores; a copy in memory: ${machine.copyGBs.toFixed(1)} GB/s`,
    );
    console.log(
      `${numRows.toLocaleString("en")} × ${NUM_FEATURES} f32, ${bytesText(numRows * NUM_FEATURES * 4)}`,
    );
    writeParams(folder);
    for (const work of WORKS) {
      writeTable(`${folder}/${work.table}.arrow`, numRows, work.table);
      for (const threads of machine.cores > 1 ? [1, 2] : [1]) {
        console.log(`\n${work.work}, ${threads} ${threads === 1 ? "thread" : "threads"}`);
        results.push(...await measure(folder, work, { threads, rounds }));
      }
      await Deno.remove(`${folder}/${work.table}.arrow`);
    }
    if (values.json !== undefined) {
      await Deno.writeTextFile(values.json, JSON.stringify({ machine, numRows, results }, null, 2) + "\n");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
