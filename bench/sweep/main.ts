/**
 * `deno task bench:sweep [TEXT…] [--json FILE]`: time per element over sizes, chunks, widths, lengths of chains,
 * layouts and dtypes; only lines whose name has one of the texts, where any is given. Lists the points that stand
 * more than twice above their neighbours, each with its reason from known.ts or without one. A point that stands out
 * is measured again before it is believed.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { NdpipeError } from "../../src/errors.ts";
import { runCommand, writeResults } from "../command.ts";
import { describeMachine, loadAverage } from "../machine.ts";
import { arrayLines } from "./arrays.ts";
import { chainLines } from "./chains.ts";
import { reasonOf } from "./known.ts";
import { type Cliff, findCliffs, type MeasuredPoint, type SweepLine, type SweepPoint } from "./line.ts";

/** before the first batch that counts: the engine's optimiser is in */
const WARM_UP_MILLISECONDS = 20, MIN_WARM_UP_RUNS = 4;
const BATCHES = 5, BATCH_MILLISECONDS = 2;
/** A line with points that stand out is measured so often in all; the least of each point counts. */
const ATTEMPTS = 4;

/** A line with its times; `refused` are the points that the dtype or the layout does not allow. */
interface MeasuredLine {
  readonly name: string;
  readonly points: readonly MeasuredPoint[];
  readonly refused: readonly string[];
  readonly cliffs: readonly Cliff[];
}

/** Nanoseconds of a call: the least of several batches. */
function timePoint({ prepare }: SweepPoint): number {
  using point = prepare();
  let numRuns = 0;
  const started = performance.now();
  while (numRuns < MIN_WARM_UP_RUNS || performance.now() - started < WARM_UP_MILLISECONDS) {
    point.run();
    numRuns++;
  }
  const each = (performance.now() - started) / numRuns;
  const runs = Math.max(1, Math.round(BATCH_MILLISECONDS / each));
  let least = Infinity;
  for (let batch = 0; batch < BATCHES; batch++) {
    const began = performance.now();
    for (let run = 0; run < runs; run++) point.run();
    least = Math.min(least, (performance.now() - began) / runs);
  }
  return least * 1e6 / (point.numCalls ?? 1);
}

function measureLine(line: SweepLine): MeasuredLine {
  const best = new Map<SweepPoint, number>(), refused: string[] = [];
  let points: MeasuredPoint[] = [], cliffs: Cliff[] = [];
  for (let attempt = 0; attempt < ATTEMPTS && (attempt === 0 || cliffs.length > 0); attempt++) {
    for (const point of line.points) {
      if (refused.includes(point.label)) continue;
      try {
        best.set(point, Math.min(timePoint(point), best.get(point) ?? Infinity));
      } catch (error) {
        if (!(error instanceof NdpipeError)) throw error;
        refused.push(point.label);
      }
    }
    points = line.points.flatMap((point) => {
      const nanoseconds = best.get(point);
      return nanoseconds === undefined
        ? []
        : [{ label: point.label, numElements: point.numElements, nanoseconds }];
    });
    cliffs = findCliffs(line, points);
  }
  return { name: line.name, points, refused, cliffs };
}

function printLine({ name, points, refused }: MeasuredLine): void {
  const text = points.map(({ label, nanoseconds, numElements }) =>
    `${label}: ${(nanoseconds / numElements).toPrecision(3)}`
  );
  const without = refused.length === 0 ? "" : `; refused: ${refused.join(", ")}`;
  console.log(`${name} (ns an element)\n  ${text.join("  ")}${without}`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      json: { type: "string", default: new URL("../../out/bench_sweep.json", import.meta.url).pathname },
    },
  });
  const lines = [...chainLines(), ...arrayLines()].filter(({ name }) =>
    positionals.length === 0 || positionals.some((text) => name.includes(text))
  );
  const machine = describeMachine(), load = loadAverage(), started = performance.now();
  const measured = lines.map((line) => {
    const result = measureLine(line);
    printLine(result);
    return result;
  });
  const numPoints = measured.reduce((sum, { points }) => sum + points.length, 0);
  const cliffs = measured.flatMap(({ cliffs }) => cliffs).map((cliff) => ({
    ...cliff,
    reason: reasonOf(cliff.name),
  }));
  console.log(
    `\n${numPoints} points on ${measured.length} lines in ${
      ((performance.now() - started) / 1000).toFixed(0)
    } s; ` +
      `${machine.cpu}, load ${load} before`,
  );
  const known = cliffs.filter(({ reason }) => reason !== null),
    unknown = cliffs.filter(({ reason }) => reason === null);
  console.log(`${known.length} points stand out for a known reason:`);
  for (const { name, factor, against, reason } of known) {
    console.log(`  ${factor.toFixed(1)} × ${name} (against ${against}): ${reason}`);
  }
  console.log(`${unknown.length} points stand out without a reason:`);
  for (const { name, factor, against } of unknown) {
    console.log(`  ${factor.toFixed(1)} × ${name} (against ${against})`);
  }
  writeResults(values.json, { machine, load, lines: measured, cliffs });
}

if (import.meta.main) await runCommand(main);
