/**
 * `deno task bench:ndarray [WORK…] [--rounds N] [--json FILE]`: times operations of the eager arrays beside NumPy and
 * numpy-ts, on one thread, at 1000, 100,000 and 5,000,000 elements. Runs of all sides alternate, so that what else the
 * machine does hits all; every result is compared before a time is taken.
 *
 * A run of little takes many calls, about half a millisecond: what is said is the time of one, with what it takes to
 * give its result back.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { NDArray } from "../../src/ndarray/mod.ts";
import { countOf, runCommand, writeResults } from "../command.ts";
import { describeMachine } from "../machine.ts";
import { writeNpy } from "../npy.ts";
import { PEER_TITLES, PeerFailure, PeerProcess } from "../peer_process.ts";
import { type Sample, sample } from "../sample.ts";
import { verifyOutputs } from "../verify.ts";
import { type ArrayCase, casesOf, makeOperand } from "./works.ts";

const PEERS = ["numpy", "numpy_ts"] as const;
type ArrayPeer = typeof PEERS[number];

/** Seconds that a run of small works takes, and the most calls in it. */
const RUN_SECONDS = 5e-4, MOST_CALLS = 500;
/** Seconds of ours before the first that counts: the engine's optimiser is in. */
const WARM_UP_SECONDS = 0.15;

interface PeerTime {
  readonly time: Sample;
  /** our median by the peer's */
  readonly ratio: number;
}

interface Measurement extends Pick<ArrayCase, "work" | "title" | "size" | "target"> {
  readonly ours: Sample;
  readonly peers: Readonly<Partial<Record<ArrayPeer, PeerTime>>>;
}

/** Our side of a case. */
class OwnRun implements Disposable {
  readonly one: ArrayCase;
  readonly operands: Readonly<Record<string, NDArray>>;
  #results: Readonly<Record<string, NDArray>> = {};

  constructor(one: ArrayCase) {
    this.one = one;
    this.operands = Object.fromEntries(
      Object.entries(one.operands).map(([name, spec], at) => [name, makeOperand(spec, at + 1)]),
    );
  }

  /** seconds of one call, the mean of `repeat`; the results before are freed when the new ones are there */
  run(repeat: number): number {
    const started = performance.now();
    for (let i = 0; i < repeat; i++) {
      const results = this.one.compute(this.operands);
      for (const result of Object.values(this.#results)) result.dispose();
      this.#results = results;
    }
    return (performance.now() - started) / 1000 / repeat;
  }

  get results(): Readonly<Record<string, NDArray>> {
    return this.#results;
  }

  [Symbol.dispose](): void {
    for (const array of [...Object.values(this.operands), ...Object.values(this.#results)]) array.dispose();
  }
}

/** Gives the peers the operands and compares one result of each. Gives those that could do it. */
async function verifiedPeers(peers: readonly PeerProcess[], own: OwnRun): Promise<PeerProcess[]> {
  const { work, tolerance, title } = own.one, able: PeerProcess[] = [];
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_bench_" });
  try {
    for (const [name, array] of Object.entries(own.operands)) {
      writeNpy(`${folder}/${name}.npy`, {
        dtype: array.dtype,
        shape: array.shape,
        data: array.toTypedArray(),
      });
    }
    own.run(1);
    for (const peer of peers.filter(({ letters }) => letters.has(work))) {
      await peer.load(work, folder, Object.keys(own.operands));
      try {
        await peer.run(work);
      } catch (error) {
        if (!(error instanceof PeerFailure)) throw error;
        console.log(error.message);
        await peer.restart();
        continue;
      }
      await peer.save(folder);
      verifyOutputs(folder, outputsFor(peer, own), { letter: title, tolerance, peer: peer.name });
      able.push(peer);
    }
    return able;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** our results as the peer gives them: numpy-ts has the parts of complex numbers beside each other */
function outputsFor({ name: peer }: PeerProcess, { one: { work }, results }: OwnRun) {
  const outputs = Object.entries(results).map(([name, array]) => ({
    name,
    dtype: array.dtype,
    data: array.toTypedArray(),
  }));
  if (peer !== "numpy_ts" || work !== "fft") return outputs;
  const [re, im] = outputs.map(({ data }) => data as Float64Array);
  const data = new Float64Array(2 * re!.length).map((_, i) => (i % 2 === 0 ? re : im)![i >> 1]!);
  return [{ name: "pairs", dtype: "f64" as const, data }];
}

async function measure(
  one: ArrayCase,
  { peers, rounds }: { readonly peers: readonly PeerProcess[]; readonly rounds: number },
): Promise<Measurement> {
  using own = new OwnRun(one);
  const able = await verifiedPeers(peers, own);
  const callsFor = (seconds: number) => Math.max(1, Math.min(MOST_CALLS, Math.round(RUN_SECONDS / seconds)));
  for (let spent = 0, calls = 0; spent < WARM_UP_SECONDS || calls < 3; calls++) spent += own.run(1);
  const ownCalls = callsFor(own.run(1)), seconds: number[] = [];
  const others: { readonly peer: PeerProcess; readonly calls: number; readonly seconds: number[] }[] = [];
  for (const peer of able) {
    others.push({ peer, calls: callsFor(await peer.run(one.work)), seconds: [] });
    await peer.run(one.work, { repeat: others.at(-1)!.calls });
  }
  for (let round = 0; round < rounds; round++) {
    seconds.push(own.run(ownCalls));
    for (const other of others) {
      other.seconds.push(await other.peer.run(one.work, { repeat: other.calls }));
    }
  }
  const ours = sample(seconds);
  return {
    work: one.work,
    title: one.title,
    size: one.size,
    target: one.target,
    ours,
    peers: Object.fromEntries(others.map(({ peer, seconds }) => {
      const time = sample(seconds);
      return [peer.name, { time, ratio: ours.median / time.median }];
    })),
  };
}

function timeText(seconds: number): string {
  return seconds < 1e-4 ? `${(seconds * 1e6).toFixed(2)} µs` : `${(seconds * 1e3).toFixed(3)} ms`;
}

/** A row of the table: from 100,000 elements on with the target. */
function rowOf({ title, size, ours, peers, target }: Measurement): string[] {
  const cells = PEERS.flatMap((name) => {
    const peer = peers[name];
    return peer === undefined ? ["-", "-"] : [timeText(peer.time.median), peer.ratio.toFixed(2)];
  });
  const ratio = peers.numpy?.ratio;
  const verdict = size < 100_000 || ratio === undefined
    ? ["-", ""]
    : [target.toFixed(2), ratio <= target ? "reached" : "missed"];
  return [title, size.toLocaleString("en-US"), timeText(ours.median), ...cells, ...verdict];
}

function printTable(results: readonly Measurement[]): void {
  const names = PEERS.flatMap((name) => [PEER_TITLES[name], "ratio"]);
  const rows = [["work", "elements", "ndpipe", ...names, "target", ""], ...results.map(rowOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  for (const cells of rows) {
    const padded = cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!));
    console.log(`| ${padded.join(" | ")} |`);
  }
}

async function startPeers(stack: AsyncDisposableStack): Promise<PeerProcess[]> {
  const started: PeerProcess[] = [];
  for (const name of PEERS) {
    const peer = await PeerProcess.start(name, { suite: "array" });
    if (peer === null) console.log(`not installed (deno task bench:setup): ${PEER_TITLES[name]}`);
    else started.push(stack.use(peer));
  }
  return started;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "9" },
      json: { type: "string", default: new URL("../../out/bench_ndarray.json", import.meta.url).pathname },
    },
  });
  const rounds = countOf("rounds", values.rounds);
  const cases = casesOf(positionals), machine = describeMachine();
  await using stack = new AsyncDisposableStack();
  const peers = await startPeers(stack);
  const results: Measurement[] = [];
  for (const one of cases) results.push(await measure(one, { peers, rounds }));
  printTable(results);
  const versions = Object.assign(
    { deno: Deno.version.deno, v8: Deno.version.v8 },
    ...peers.map((peer) => peer.versions),
  );
  console.log(
    `one thread each, medians of ${rounds} alternating runs; ${machine.cpu}, ${machine.cores} cores`,
  );
  writeResults(values.json, { machine, versions, rounds, results });
  console.log(`written to ${values.json}`);
}

if (import.meta.main) await runCommand(main);
