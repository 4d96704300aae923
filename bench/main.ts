/**
 * `deno task bench [LETTER…] [--peers NAME,…] [--rounds N] [--numerics fused|strict] [--json FILE]`: times the fused
 * chains in memory on one thread against the NumPy that one would write first, and against every other library that
 * is installed and can express them. Runs of all sides alternate, so that what else the machine does hits all;
 * results are compared before times are.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Numerics, probeFusedMadd } from "../src/kernel/numerics.ts";
import { REVECTORIZE_FLAG } from "../src/kernel/vector_bits.ts";
import { countOf, runCommand, writeResults } from "./command.ts";
import { InArraysWork } from "./in_arrays.ts";
import { InMemoryWork, type RunnableWork } from "./in_memory.ts";
import { describeMachine } from "./machine.ts";
import { writeNpy } from "./npy.ts";
import {
  NPM_PEERS,
  PEER_TITLES,
  PeerFailure,
  type PeerName,
  PeerProcess,
  PYTHON_PEERS,
  type Versions,
  WIDE_PEER,
} from "./peer_process.ts";
import { type Sample, sample } from "./sample.ts";
import { ResultDiffers, verifyOutputs } from "./verify.ts";
import { type Work, WORKS } from "./works.ts";

/** Runs before the first that counts: the engine's optimiser is in, pages are there. */
const WARM_UP_ROUNDS = 3;

const ALL_PEERS: readonly PeerName[] = [
  WIDE_PEER,
  ...PYTHON_PEERS,
  ...Object.keys(NPM_PEERS) as (keyof typeof NPM_PEERS)[],
];

interface Measurement {
  readonly letter: string;
  readonly title: string;
  readonly target: number;
  readonly compileMilliseconds: number | null;
  readonly ours: Sample;
  /** NumPy with pages fresh from the system, in place of those that earlier runs have left in its allocator */
  readonly freshNumpy: PeerTime | null;
  readonly peers: Readonly<Partial<Record<PeerName, PeerTime>>>;
}

/** A peer's times, and the ratio of our median to its. */
interface PeerTime {
  readonly time: Sample;
  readonly ratio: number;
}

async function measure(work: Work, { peers, rounds, numerics }: {
  readonly peers: readonly PeerProcess[];
  readonly rounds: number;
  readonly numerics: Numerics;
}): Promise<Measurement> {
  const { letter, title, target } = work;
  const ours = "compute" in work ? new InArraysWork(work) : new InMemoryWork(work, numerics);
  const able = await verifyAgainst(peers.filter(({ letters }) => letters.has(letter)), work, ours);
  const own: number[] = [], fresh: number[] = [];
  const times = new Map(able.map((peer) => [peer, [] as number[]]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const seconds = ours.run();
    if (round >= 0) own.push(seconds);
    for (const [peer, list] of times) {
      if (peer.name === "numpy") {
        const seconds = await peer.run(letter, { fresh: true });
        if (round >= 0) fresh.push(seconds);
        await peer.run(letter);
      }
      try {
        const seconds = await peer.run(letter);
        if (round >= 0) list.push(seconds);
      } catch (error) {
        // one that keeps memory from run to run may fail in a later one
        if (!(error instanceof PeerFailure) || peer.name === "numpy") throw error;
        console.log(error.message);
        times.delete(peer);
        await peer.restart();
      }
    }
  }
  const median = sample(own);
  const compared = (seconds: readonly number[]): PeerTime => {
    const time = sample(seconds);
    return { time, ratio: median.median / time.median };
  };
  return {
    letter,
    title,
    target,
    compileMilliseconds: ours.compileMilliseconds,
    ours: median,
    freshNumpy: fresh.length === 0 ? null : compared(fresh),
    peers: Object.fromEntries([...times].map(([{ name }, seconds]) => [name, compared(seconds)])),
  };
}

/** Gives the peers the work's data and compares one result of each. Gives those that could do it. */
async function verifyAgainst(
  peers: readonly PeerProcess[],
  work: Work,
  ours: RunnableWork,
): Promise<PeerProcess[]> {
  const able: PeerProcess[] = [];
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_bench_" });
  try {
    for (const { name, leaf, shape, data } of ours.leaves) {
      writeNpy(`${folder}/${name}.npy`, { dtype: leaf.dtype, shape, data });
    }
    ours.run();
    for (const peer of peers) {
      await peer.load(work.letter, folder, ours.leaves.map(({ name }) => name));
      try {
        await peer.run(work.letter);
        await peer.save(folder);
        verifyOutputs(folder, ours.outputs(), { ...work, peer: peer.name });
        able.push(peer);
      } catch (error) {
        // NumPy is the judge; of the others one may fail at this size, or be wrong, and is left out
        const isPeers = error instanceof PeerFailure ||
          error instanceof ResultDiffers && peer.name !== "numpy" && peer.name !== WIDE_PEER;
        if (!isPeers) throw error;
        console.log(error.message);
        if (error instanceof PeerFailure) await peer.restart();
      }
    }
    return able;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const milliseconds = (seconds: number) => (seconds * 1000).toFixed(2);
const timeText = ({ median, spread }: Sample) => `${milliseconds(median)} ± ${milliseconds(spread)}`;

/** The time of 256-bit vectors by NumPy's. */
function wideRatio({ ours, peers: { numpy, [WIDE_PEER]: wide } }: Measurement): number {
  // a peer's ratio is our time by its
  return numpy === undefined || wide === undefined ? NaN : numpy.ratio * wide.time.median / ours.median;
}

function verdict(measurement: Measurement): string {
  const { peers, freshNumpy, target } = measurement;
  if (peers.numpy === undefined) return "";
  if (peers.numpy.ratio <= target) return "reached";
  if (wideRatio(measurement) <= target) return "reached with 256 bits";
  return freshNumpy!.ratio <= target ? "reached with fresh pages" : "missed";
}

/** Beside NumPy, with the target. */
function numpyRow(measurement: Measurement): string[] {
  const { letter, title, target, ours, peers: { numpy, [WIDE_PEER]: wide }, freshNumpy } = measurement;
  return [
    `${letter}. ${title}`,
    timeText(ours),
    numpy === undefined ? "-" : timeText(numpy.time),
    numpy?.ratio.toFixed(2) ?? "-",
    wide === undefined ? "-" : timeText(wide.time),
    Number.isNaN(wideRatio(measurement)) ? "-" : wideRatio(measurement).toFixed(2),
    freshNumpy === null ? "-" : timeText(freshNumpy.time),
    freshNumpy?.ratio.toFixed(2) ?? "-",
    target.toFixed(2),
    verdict(measurement),
  ];
}

/** Our time by that of each other peer, with the peer's time in milliseconds. */
function peersRow({ letter, title, peers }: Measurement, names: readonly PeerName[]): string[] {
  return [
    `${letter}. ${title}`,
    ...names.map((name) => {
      const peer = peers[name];
      return peer === undefined ? "-" : `${peer.ratio.toFixed(2)} (${milliseconds(peer.time.median)})`;
    }),
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

interface Settings {
  readonly letters: ReadonlySet<string>;
  readonly peers: readonly PeerName[];
  readonly rounds: number;
  readonly numerics: Numerics;
  readonly json: string;
}

function parse(): Settings {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      peers: { type: "string", default: ALL_PEERS.join() },
      rounds: { type: "string", default: "9" },
      numerics: { type: "string", default: probeFusedMadd() ? "fused" : "strict" },
      json: { type: "string", default: new URL("../out/bench.json", import.meta.url).pathname },
    },
  });
  const rounds = countOf("rounds", values.rounds), { numerics } = values;
  const unknown = positionals.find((letter) => !WORKS.some((work) => work.letter === letter));
  if (unknown !== undefined) throw new Error(`no work ${unknown}; there are ${WORKS.map((w) => w.letter)}`);
  const peers = values.peers.split(",").filter((name) => name !== "") as PeerName[];
  const stranger = peers.find((name) => !ALL_PEERS.includes(name));
  if (stranger !== undefined) throw new Error(`no peer ${stranger}; there are ${ALL_PEERS}`);
  if (numerics !== "fused" && numerics !== "strict") {
    throw new Error(`--numerics ${numerics}: fused or strict`);
  }
  return { letters: new Set(positionals), peers, rounds, numerics, json: values.json };
}

/** Starts the peers that are installed, and says which are not. */
async function startPeers(names: readonly PeerName[], stack: AsyncDisposableStack): Promise<PeerProcess[]> {
  const started: PeerProcess[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const peer = await PeerProcess.start(name);
    if (peer === null) missing.push(PEER_TITLES[name]);
    else started.push(stack.use(peer));
  }
  if (missing.length > 0) console.log(`not installed (deno task bench:setup): ${missing.join(", ")}`);
  if (started.length === 0) console.log("no peer: ndpipe alone, unverified");
  return started;
}

function print(results: readonly Measurement[], others: readonly PeerName[], rounds: number): void {
  const head = [
    "work",
    "ndpipe ms",
    "NumPy ms",
    "ratio",
    "256-bit ms",
    "ratio",
    "fresh pages ms",
    "ratio",
    "target",
    "",
  ];
  printTable([head, ...results.map(numpyRow)]);
  console.log(`one thread each, median of ${rounds} alternating runs ± half the distance of the quartiles`);
  console.log(
    "fresh pages: NumPy's allocator keeps no pages of earlier runs, as in a job that does the work once",
  );
  console.log(`256-bit: ndpipe with DENO_V8_FLAGS=${REVECTORIZE_FLAG}, the same bits; the ratio is to NumPy`);
  if (others.length === 0) return;
  console.log(
    "\nndpipe's time by that of each (and its milliseconds); -: it cannot express the work, or not at this size",
  );
  printTable([
    ["work", ...others.map((name) => PEER_TITLES[name])],
    ...results.map((row) => peersRow(row, others)),
  ]);
  console.log();
}

async function main(): Promise<void> {
  const { letters, peers: names, rounds, numerics, json } = parse();
  const machine = describeMachine();
  await using stack = new AsyncDisposableStack();
  const peers = await startPeers(names, stack);
  const versions: Versions = Object.assign(
    { deno: Deno.version.deno, v8: Deno.version.v8, numerics },
    ...peers.map((peer) => peer.versions),
  );
  const results: Measurement[] = [];
  for (const work of WORKS) {
    if (letters.size > 0 && !letters.has(work.letter)) continue;
    results.push(await measure(work, { peers, rounds, numerics }));
  }
  print(
    results,
    peers.map(({ name }) => name).filter((name) => name !== "numpy" && name !== WIDE_PEER),
    rounds,
  );
  console.log(`${machine.cpu}, ${machine.cores} cores, copies ${machine.copyGBs.toFixed(1)} GB/s`);
  console.log(Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "));
  writeResults(json, { machine, versions, rounds, results });
  console.log(`written to ${json}`);
}

if (import.meta.main) await runCommand(main);
