/**
 * `deno task bench:workers [LETTER…] [--rounds N] [--chunk-rows N] [--patience SECONDS] [--json FILE]`: the same works
 * on one thread and on two, chunk by chunk over one shared memory, by the very processor and pool of a run; where there
 * are no more cores than workers, this thread is one of them, as in a run. The bytes
 * of both are compared before a time is taken; batches of both alternate, and those count in which other processes
 * and the host of a virtual machine left the cores alone. Beside them stands what two threads of pure arithmetic reach
 * in the same batches.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { parseArgs } from "node:util";
import { ChunkProcessor, type ProcessorSetup } from "../src/exec/chunk_processor.ts";
import { loadDecoder } from "../src/exec/open_decoder.ts";
import { canStandIn } from "../src/exec/stand_in.ts";
import { type SubmittedChunk, WorkerPool } from "../src/exec/worker_pool.ts";
import { type Numerics, probeFusedMadd } from "../src/kernel/numerics.ts";
import { OUTPUT_SLACK_BYTES } from "../src/plan/memory_plan.ts";
import { slotsOf } from "../src/plan/memory_plan.ts";
import type { ArrowDecoderOptions, ArrowPayload } from "../src/source/arrow/decoder.ts";
import type { ChunkTicket } from "../src/source/source.ts";
import { countOf, runCommand, writeResults } from "./command.ts";
import { InMemoryWork } from "./in_memory.ts";
import { describeMachine, loadAverage, ProcessorClock } from "./machine.ts";
import { type Sample, sample } from "./sample.ts";
import { quietest, type Quietness, type QuietRounds, TwoThreads } from "./two_threads.ts";
import { type PipelineWork, WORKS } from "./works.ts";

/** Batches that do not count: the engine's optimiser is in, on every thread. */
const WARM_UP_BATCHES = 2;

/** A batch of runs takes about this long, so that the system's clock of busy cores tells who had them. */
const BATCH_MILLISECONDS = 120;

/** Batches in which other processes kept more than this of a core busy do not count, while there are quiet ones. */
const QUIET_CORES = 0.1;

/** A chunk's rows lie in memory already, as those of a pipe do when its ticket is made. */
const DECODER: ArrowDecoderOptions = { format: "arrow", path: "memory", readsFile: false };

/** The works of the acceptance table, and one that memory bounds, which two threads share. */
const LETTERS = ["a", "c", "g", "i", "f"];

/** A work's chunks as a run's tickets and slots. */
class ChunkedWork {
  readonly work: InMemoryWork;
  readonly setups: readonly ProcessorSetup[];
  readonly #tickets: readonly ChunkTicket[];
  /** by chunk, one an output: where its rows go, and how many bytes they are */
  readonly #outputs: readonly (readonly { readonly pointer: number; readonly numBytes: number }[])[];

  constructor(declared: PipelineWork, { numerics, numThreads, chunkRows: maxChunkRows }: {
    readonly numerics: Numerics;
    readonly numThreads: number;
    readonly chunkRows: number | undefined;
  }) {
    this.work = new InMemoryWork(declared, numerics, {
      numThreads,
      ...(maxChunkRows === undefined ? {} : { maxChunkRows }),
    });
    const { compiled, chunkRows, placement: { constants, scratch, inputs, outputs, rowBytes } } = this.work;
    const { numRows } = declared, numChunks = Math.ceil(numRows / chunkRows);
    const chunks = Array.from({ length: numChunks }, (_, index) => {
      const start = index * chunkRows;
      return { index, start, rows: Math.min(chunkRows, numRows - start) };
    });
    this.#tickets = chunks.map(({ start, rows }) => {
      const columns = inputs.map(({ pointer, rowStride, elementStride }) => ({
        offset: pointer + start * rowStride,
        rowStride,
        elementStride,
      }));
      const payload: ArrowPayload = {
        batch: 0,
        firstRow: start,
        reads: new Float64Array(0),
        fixups: [],
        columns,
        carried: [],
        copiedBytes: 0,
      };
      return { sourceIndex: 0, numRows: rows, numBytes: 0, place: `rows from ${start}`, payload };
    });
    this.#outputs = chunks.map(({ index, start, rows }) =>
      outputs.map(({ byteOffset }, i) => ({
        pointer: byteOffset + start * rowBytes[i]! + index * OUTPUT_SLACK_BYTES,
        numBytes: rows * rowBytes[i]!,
      }))
    );
    const { memory } = constants;
    const input = { memory, byteOffset: 0, byteLength: memory.buffer.byteLength };
    const slots = this.#outputs.map((places) => ({ input, outputs: places.map(({ pointer }) => pointer) }));
    const rowNumbers = { pointer: 0, isCarried: inputs.map(() => false) };
    this.setups = scratch.map((work) => ({ compiled, constants, work, slots, rowNumbers }));
  }

  get numChunks(): number {
    return this.#tickets.length;
  }

  /** milliseconds of a pass over all rows on this thread */
  runAlone(processor: ChunkProcessor, passes: number): number {
    const started = performance.now();
    for (let pass = 0; pass < passes; pass++) {
      this.#tickets.forEach((ticket, slot) => processor.process(ticket, slot));
    }
    return (performance.now() - started) / passes;
  }

  /** the same on the pool's threads: as many chunks under way as a run has slots, results taken in order */
  async runTogether(pool: WorkerPool, passes: number): Promise<number> {
    const started = performance.now();
    const inFlight: SubmittedChunk[] = [];
    const numSlots = slotsOf(this.setups.length, true);
    for (let index = 0; index < passes * this.numChunks || inFlight.length > 0; index++) {
      if (index < passes * this.numChunks) {
        const slot = index % this.numChunks;
        inFlight.push(pool.submit(this.#tickets[slot]!, slot));
        if (inFlight.length < numSlots) continue;
      }
      const first = inFlight.shift()!;
      while (first.outcome === null && pool.help()) await null;
      const outcome = first.outcome ?? await first.wait();
      if ("error" in outcome) throw outcome.error;
    }
    return (performance.now() - started) / passes;
  }

  /** a copy of all outputs' bytes */
  bytes(): Uint8Array {
    const { buffer } = this.work.placement.constants.memory;
    const parts = this.#outputs.flat();
    const all = new Uint8Array(parts.reduce((sum, { numBytes }) => sum + numBytes, 0));
    let end = 0;
    for (const { pointer, numBytes } of parts) {
      all.set(new Uint8Array(buffer, pointer, numBytes), end);
      end += numBytes;
    }
    return all;
  }

  clear(): void {
    const { buffer } = this.work.placement.constants.memory;
    for (const { pointer, numBytes } of this.#outputs.flat()) {
      new Uint8Array(buffer, pointer, numBytes).fill(0xff);
    }
  }
}

/** What two threads make of a work. Times in milliseconds. */
interface Scaling {
  readonly letter: string;
  readonly title: string;
  readonly numChunks: number;
  readonly alone: Sample;
  readonly together: Sample;
  readonly scaling: number;
  /** the work done in a second of processor time, of two workers by that of one: what messages and memory cost */
  readonly efficiency: number;
  /** batches that count, cores that others had in them, on average, and what two threads of arithmetic reached */
  readonly batches: number;
  readonly othersCores: number;
  readonly ceiling: number;
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | null {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 && a.length === b.length ? null : at;
}

/** Passes over the data on one thread, then as many on all. */
interface Batch extends Quietness {
  readonly alone: number;
  readonly together: number;
  /** milliseconds of all threads' processor time for a pass, each */
  readonly aloneBusy: number;
  readonly togetherBusy: number;
}

/** Milliseconds of processor time that this process takes for a pass. */
async function busyOf(passes: number, run: () => unknown): Promise<number> {
  const before = cpuUsage();
  await run();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000 / passes;
}

/** Milliseconds of a pass, each, over so many passes without a pause. */
interface Runs {
  readonly alone: (passes: number) => number;
  readonly together: (passes: number) => Promise<number>;
}

/** `count` pairs of batches in which the machine was ours, or the quietest that there were in `patience` seconds. */
async function quietBatches(
  { alone, together }: Runs,
  { count, patience, control }: {
    readonly count: number;
    readonly patience: number;
    readonly control: TwoThreads;
  },
): Promise<QuietRounds<Batch>> {
  alone(1);
  const passes = Math.max(1, Math.round(BATCH_MILLISECONDS / alone(1)));
  const all: Batch[] = [], started = performance.now();
  for (
    let batch = -WARM_UP_BATCHES;
    batch < count || performance.now() - started < 1000 * patience;
    batch++
  ) {
    const clock = new ProcessorClock();
    let one = 0, many = 0;
    const aloneBusy = await busyOf(passes, () => one = alone(passes));
    const togetherBusy = await busyOf(passes, async () => many = await together(passes));
    const ceiling = control.scaling(), othersCores = clock.othersCores() ?? 0;
    if (batch >= 0) all.push({ alone: one, together: many, aloneBusy, togetherBusy, othersCores, ceiling });
    if (all.filter(({ othersCores }) => othersCores <= QUIET_CORES).length >= count) break;
  }
  return quietest(all, count);
}

async function measure(declared: PipelineWork, { numerics, rounds, workers, chunkRows, patience, control }: {
  readonly numerics: Numerics;
  readonly rounds: number;
  readonly workers: number;
  readonly chunkRows: number | undefined;
  readonly patience: number;
  readonly control: TwoThreads;
}): Promise<Scaling> {
  const { letter, title } = declared;
  const chunked = new ChunkedWork(declared, { numerics, numThreads: workers, chunkRows });
  const openDecoder = await loadDecoder(DECODER);
  const processor = new ChunkProcessor(chunked.setups[0]!, openDecoder);
  processor.beginInput(DECODER);
  const standsIn = canStandIn(workers), numThreads = standsIn ? workers - 1 : workers;
  const own = standsIn ? chunked.setups[numThreads]! : null;
  const pool = new WorkerPool(chunked.setups.slice(0, numThreads), { openDecoder, own, standsIn });
  pool.beginInput(DECODER);
  try {
    chunked.runAlone(processor, 1);
    const expected = chunked.bytes();
    chunked.clear();
    await chunked.runTogether(pool, 1);
    const at = firstDifference(expected, chunked.bytes());
    if (at !== null) throw new Error(`${letter}: byte ${at} of ${workers} workers differs from one's`);
    const { rounds: batches, othersCores, ceiling } = await quietBatches({
      alone: (passes) => chunked.runAlone(processor, passes),
      together: (passes) => chunked.runTogether(pool, passes),
    }, { count: rounds, patience, control });
    const one = sample(batches.map(({ alone }) => alone));
    const many = sample(batches.map(({ together }) => together));
    return {
      letter,
      title,
      numChunks: chunked.numChunks,
      alone: one,
      together: many,
      scaling: one.median / many.median,
      efficiency: sample(batches.map((batch) => batch.aloneBusy / batch.togetherBusy)).median,
      batches: batches.length,
      othersCores,
      ceiling,
    };
  } finally {
    processor.close();
    pool.close();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "7" },
      "chunk-rows": { type: "string" },
      patience: { type: "string", default: "20" },
      workers: { type: "string", default: "2" },
      json: { type: "string", default: new URL("../out/bench_workers.json", import.meta.url).pathname },
    },
  });
  const rounds = countOf("rounds", values.rounds), workers = countOf("workers", values.workers);
  const patience = countOf("patience", values.patience), rows = values["chunk-rows"];
  const chunkRows = rows === undefined ? undefined : countOf("chunk-rows", rows);
  const numerics = probeFusedMadd() ? "fused" : "strict", machine = describeMachine(), load = loadAverage();
  const results: Scaling[] = [], control = await TwoThreads.open();
  const milliseconds = ({ median, spread }: Sample) => `${median.toFixed(2)} ± ${spread.toFixed(2)}`;
  console.log(
    `| work | chunks | one thread, ms | ${workers} workers, ms | scaling | ceiling | efficiency | others |`,
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const letter of positionals.length > 0 ? positionals : LETTERS) {
    const work = WORKS.find((one) => one.letter === letter);
    if (work === undefined || !("transform" in work)) throw new Error(`no work ${letter} of a pipeline`);
    const result = await measure(work, { numerics, rounds, workers, chunkRows, patience, control });
    results.push(result);
    const { title, numChunks, alone, together, scaling, ceiling, efficiency, othersCores } = result;
    console.log(
      `| ${letter}. ${title} | ${numChunks} | ${milliseconds(alone)} | ${milliseconds(together)} | ${
        scaling.toFixed(2)
      } | ${ceiling.toFixed(2)} | ${efficiency.toFixed(2)} | ${othersCores.toFixed(2)} |`,
    );
  }
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, load ${load} before; ${numerics}; medians of ${rounds} batches in turns, ` +
      "± half the distance of the quartiles; ceiling: what two threads of pure arithmetic reached; efficiency: one " +
      "thread's processor time by that of all; others: cores that other processes and the host had; the bytes are " +
      "the same",
  );
  control.close();
  writeResults(values.json, { machine, load, numerics, rounds, results });
}

if (import.meta.main) await runCommand(main);
