/**
 * `deno task bench [LETTER…] [--rounds N] [--numerics fused|strict] [--json FILE]`: times the fused chains in
 * memory on one thread against the NumPy that one would write first. Runs of both sides alternate, so that what
 * else the machine does hits both; results are compared before times are.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Numerics, probeFusedMadd } from "../src/kernel/numerics.ts";
import { InMemoryWork } from "./in_memory.ts";
import { describeMachine } from "./machine.ts";
import { writeNpy } from "./npy.ts";
import { NumpyPeer, type Versions } from "./numpy_peer.ts";
import { type Sample, sample } from "./sample.ts";
import { verifyOutputs } from "./verify.ts";
import { type Work, WORKS } from "./works.ts";

/** Runs before the first that counts: the engine's optimiser is in, pages are there. */
const WARM_UP_ROUNDS = 3;

interface Measurement {
  readonly letter: string;
  readonly title: string;
  readonly target: number;
  readonly compileMilliseconds: number;
  readonly ours: Sample;
  /** with pages that earlier runs have left in its allocator, and with pages fresh from the system */
  readonly numpy: { readonly warm: Sample; readonly fresh: Sample } | null;
  /** ours by NumPy's medians */
  readonly ratio: { readonly warm: number; readonly fresh: number } | null;
}

async function measure(work: Work, { peer, rounds, numerics }: {
  readonly peer: NumpyPeer | null;
  readonly rounds: number;
  readonly numerics: Numerics;
}): Promise<Measurement> {
  const { letter, title, target } = work;
  const ours = new InMemoryWork(work, numerics);
  if (peer !== null) await verifyAgainst(peer, work, ours);
  const times: { ours: number[]; warm: number[]; fresh: number[] } = { ours: [], warm: [], fresh: [] };
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const own = ours.run();
    const fresh = await peer?.run(letter, { fresh: true });
    await peer?.run(letter);
    const warm = await peer?.run(letter);
    if (round < 0) continue;
    times.ours.push(own);
    if (warm !== undefined) times.warm.push(warm);
    if (fresh !== undefined) times.fresh.push(fresh);
  }
  const own = sample(times.ours);
  const numpy = peer === null ? null : { warm: sample(times.warm), fresh: sample(times.fresh) };
  return {
    letter,
    title,
    target,
    compileMilliseconds: ours.compileMilliseconds,
    ours: own,
    numpy,
    ratio: numpy && { warm: own.median / numpy.warm.median, fresh: own.median / numpy.fresh.median },
  };
}

/** gives the peer the work's data and compares one result of each */
async function verifyAgainst(peer: NumpyPeer, work: Work, ours: InMemoryWork): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_bench_" });
  try {
    for (const { name, leaf, shape, data } of ours.leaves) {
      writeNpy(`${folder}/${name}.npy`, { dtype: leaf.dtype, shape, data });
    }
    await peer.load(folder, ours.leaves.map(({ name }) => name));
    await peer.run(work.letter);
    await peer.save(folder);
    ours.run();
    verifyOutputs(folder, ours.outputs(), work);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const milliseconds = (seconds: number) => (seconds * 1000).toFixed(2);

function verdict({ ratio, target }: Measurement): string {
  if (ratio === null) return "";
  return ratio.warm <= target ? "reached" : ratio.fresh <= target ? "reached with fresh pages" : "missed";
}

function rowOf(measurement: Measurement): string[] {
  const { letter, title, target, ours, numpy, ratio } = measurement;
  const time = ({ median, spread }: Sample) => `${milliseconds(median)} ± ${milliseconds(spread)}`;
  return [
    `${letter}. ${title}`,
    time(ours),
    numpy === null ? "-" : time(numpy.warm),
    ratio?.warm.toFixed(2) ?? "-",
    numpy === null ? "-" : time(numpy.fresh),
    ratio?.fresh.toFixed(2) ?? "-",
    target.toFixed(2),
    verdict(measurement),
  ];
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    console.log(
      row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")
        .trimEnd(),
    );
  }
}

function versionsOf(numerics: Numerics, peer: Versions | null): Versions {
  return { deno: Deno.version.deno, v8: Deno.version.v8, numerics, ...peer };
}

function parse(): { letters: Set<string>; rounds: number; numerics: Numerics; json: string } {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "9" },
      numerics: { type: "string", default: probeFusedMadd() ? "fused" : "strict" },
      json: { type: "string", default: new URL("../out/bench.json", import.meta.url).pathname },
    },
  });
  const rounds = Number(values.rounds), { numerics } = values;
  const unknown = positionals.find((letter) => !WORKS.some((work) => work.letter === letter));
  if (unknown !== undefined) throw new Error(`no work ${unknown}; there are ${WORKS.map((w) => w.letter)}`);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is no count`);
  if (numerics !== "fused" && numerics !== "strict") {
    throw new Error(`--numerics ${numerics}: fused or strict`);
  }
  return { letters: new Set(positionals), rounds, numerics, json: values.json };
}

async function main(): Promise<void> {
  const { letters, rounds, numerics, json } = parse();
  const machine = describeMachine();
  await using peer = await NumpyPeer.start();
  if (peer === null) {
    console.log("no Python with NumPy found (deno task bench:setup installs it): ndpipe alone, unverified");
  }
  const versions = versionsOf(numerics, await peer?.versions() ?? null);
  const works = WORKS.filter(({ letter }) => letters.size === 0 || letters.has(letter));
  const results: Measurement[] = [];
  for (const work of works) results.push(await measure(work, { peer, rounds, numerics }));
  const head = ["work", "ndpipe ms", "NumPy ms", "ratio", "fresh pages ms", "ratio", "target", ""];
  printTable([head, ...results.map(rowOf)]);
  console.log(`one thread each, median of ${rounds} alternating runs ± half the distance of the quartiles`);
  console.log(
    "fresh pages: NumPy's allocator keeps no pages of earlier runs, as in a job that does the work once",
  );
  console.log(`${machine.cpu}, ${machine.cores} cores, copies ${machine.copyGBs.toFixed(1)} GB/s`);
  console.log(Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "));
  Deno.mkdirSync(new URL(".", `file://${json}`), { recursive: true });
  Deno.writeTextFileSync(json, JSON.stringify({ machine, versions, rounds, results }, null, 2) + "\n");
  console.log(`written to ${json}`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
