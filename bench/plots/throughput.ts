/**
 * Throughput against size: the main chains, beside the peers that are asked for.
 *
 * @module
 */
import type { Numerics } from "../../src/kernel/numerics.ts";
import { InMemoryWork } from "../in_memory.ts";
import { writeNpy } from "../npy.ts";
import { PEER_TITLES, type PeerProcess } from "../peer_process.ts";
import { variant, widthOf, workOf } from "../sweep/chains.ts";
import { document, type Frame, legend, type LogAxis, Panel, shortCount } from "./chart.ts";

const LETTERS = ["a", "b", "f", "e", "k", "c"] as const;
/** elements of x: half a decade from one to the next */
const SIZES = [1e3, 3.2e3, 1e4, 3.2e4, 1e5, 3.2e5, 1e6, 3.2e6, 1e7];
const ROUNDS = 9, WARM_UP_ROUNDS = 3;

/** Elements of x a second, by size. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [numElements: number, perSecond: number])[];
}

/** A panel of the plot. */
export interface ChainCurves {
  readonly title: string;
  readonly curves: readonly Curve[];
}

/** Seconds of a run, the least of several, of each side in turns. */
async function measureSize(
  letter: string,
  numRows: number,
  { peers, numerics }: MeasureOptions,
): Promise<number[]> {
  const ours = new InMemoryWork(variant(workOf(letter), { dtype: "f32", numRows }), numerics);
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_plots_" });
  try {
    for (const { name, leaf, shape, data } of ours.leaves) {
      writeNpy(`${folder}/${name}.npy`, { dtype: leaf.dtype, shape, data });
    }
    for (const peer of peers) await peer.load(letter, folder, ours.leaves.map(({ name }) => name));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  const started = performance.now();
  while (performance.now() - started < 30) ours.run();
  const least = new Array<number>(1 + peers.length).fill(Infinity);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const seconds = [Math.min(ours.run(), ours.run())];
    for (const peer of peers) {
      seconds.push(peer.letters.has(letter) ? await peer.run(letter) : Infinity);
    }
    if (round >= 0) seconds.forEach((each, i) => least[i] = Math.min(least[i]!, each));
  }
  return least;
}

/** What is measured with. */
export interface MeasureOptions {
  readonly peers: readonly PeerProcess[];
  readonly numerics: Numerics;
}

/** Measures all curves. */
export async function measureThroughput(options: MeasureOptions): Promise<ChainCurves[]> {
  const names = ["ndpipe", ...options.peers.map(({ name }) => PEER_TITLES[name])];
  const all: ChainCurves[] = [];
  for (const letter of LETTERS) {
    const width = widthOf(workOf(letter));
    const sizes = [...new Set(SIZES.map((size) => Math.max(1, Math.round(size / width))))];
    const times: { readonly numElements: number; readonly seconds: readonly number[] }[] = [];
    for (const numRows of sizes) {
      times.push({ numElements: numRows * width, seconds: await measureSize(letter, numRows, options) });
    }
    const curves = names.map((name, i): Curve => ({
      name,
      points: times.flatMap(({ numElements, seconds }) =>
        Number.isFinite(seconds[i]!) ? [[numElements, numElements / seconds[i]!] as const] : []
      ),
    }));
    const title = `${letter}. ${workOf(letter).title.replace(/, [^,]*$/, "")}`;
    all.push({ title, curves });
  }
  return all;
}

/** The plot: a panel a chain. */
export function plotThroughput(chains: readonly ChainCurves[], note: string): string {
  const columns = 3, width = 270, height = 170, gapX = 24, gapY = 52, left = 78, top = 126;
  const x: LogAxis = { domain: [700, 1.4e7], label: "elements of x", format: shortCount };
  const y: LogAxis = { domain: [5e7, 1.2e10], label: "elements a second", format: shortCount };
  const panels = chains.map(({ title, curves }, i) => {
    const column = i % columns, row = Math.floor(i / columns);
    const frame: Frame = {
      x: left + column * (width + gapX),
      y: top + row * (height + gapY),
      width,
      height,
    };
    const panel = new Panel(frame, { x, y });
    const isLast = i + columns >= chains.length;
    return [
      panel.axes({ title, hasXLabels: isLast, hasYLabels: column === 0 }),
      ...curves.map(({ points }, index) => panel.series(points, index)),
    ].join("\n");
  });
  const names = chains[0]!.curves.map(({ name }) => name);
  const rows = Math.ceil(chains.length / columns);
  return document([legend(names, { x: 24, y: 82 }), ...panels], {
    width: left + columns * (width + gapX),
    height: top + rows * (height + gapY) + 36,
    title: "Throughput against size, one thread",
    sentence: "Elements of x that each chain goes through in a second, f32; higher is better",
    note,
  });
}
