/**
 * Reads a CSV of numbers by the pool of a run: this thread reads, finds where chunks end and, where a core is left
 * for it, parses and computes chunks too; workers do the others. What is computed from a chunk is the maximum of each row.
 *
 * @module
 */
import { ChunkProcessor, type ProcessorSetup } from "../src/exec/chunk_processor.ts";
import { loadDecoder, type OpenDecoder } from "../src/exec/open_decoder.ts";
import { canStandIn } from "../src/exec/stand_in.ts";
import { SettledChunk, type SubmittedChunk, WorkerPool } from "../src/exec/worker_pool.ts";
import { probeFusedMadd } from "../src/kernel/numerics.ts";
import { compileProgram, constantBytes, outputRowBytes, workerBytes } from "../src/kernel/run_program.ts";
import { Arena, ARENA_OVERHEAD_BYTES, createMemory } from "../src/memory/mod.ts";
import { slotsOf } from "../src/plan/memory_plan.ts";
import { planProgram } from "../src/plan/planner.ts";
import type { ColumnBinding } from "../src/schema/mod.ts";
import { openCsvSource } from "../src/source/csv/mod.ts";
import { traceWork } from "./in_memory.ts";

/** What reads a table, and how its chunks are. */
export interface ThreadedOptions {
  readonly path: string;
  readonly binding: ColumnBinding;
  readonly chunkRows: number;
  /** 0: this thread alone */
  readonly numWorkers: number;
}

/** Gets a chunk's values, row after row, in the order of the file. */
export type CheckChunk = (values: Float64Array, firstRow: number) => void;

interface Engine {
  readonly beginInput: (decoderOptions: unknown) => void;
  readonly submit: WorkerPool["submit"];
  readonly help: () => boolean;
  readonly close: () => void;
}

/** A pool with its memory, which reads a table any number of times. */
export class ThreadedReading {
  readonly #options: ThreadedOptions;
  readonly #setups: readonly ProcessorSetup[];
  readonly #engine: Engine;

  static async open(options: ThreadedOptions): Promise<ThreadedReading> {
    return new ThreadedReading(options, await loadDecoder({ format: "csv" }));
  }

  constructor(options: ThreadedOptions, openDecoder: OpenDecoder) {
    this.#options = options;
    const { numWorkers } = options;
    this.#setups = setUp(options);
    this.#engine = numWorkers > 0
      ? new WorkerPool(this.#setups.slice(0, numWorkers), {
        openDecoder,
        readsAhead: navigator.hardwareConcurrency > numWorkers,
        own: this.#setups[numWorkers]!,
        standsIn: canStandIn(numWorkers + 1),
      })
      : alone(this.#setups[0]!, openDecoder);
  }

  /** Reads the table; gives the rows and the seconds that it took. */
  async read(check?: CheckChunk): Promise<{ readonly numRows: number; readonly seconds: number }> {
    const { path, binding, chunkRows } = this.#options, { slots } = this.#setups[0]!, engine = this.#engine;
    const start = performance.now();
    const source = openCsvSource(path);
    source.begin([binding], chunkRows);
    engine.beginInput(source.decoderOptions());
    const free = [...slots.keys()],
      inFlight: { readonly slot: number; readonly submitted: SubmittedChunk }[] = [];
    let numRows = 0, isEnd = false;
    try {
      for (;;) {
        while (!isEnd && free.length > 0) {
          const ticket = await source.next(slots[free.at(-1)!]!.input);
          if (ticket === null) isEnd = true;
          else {
            const slot = free.pop()!;
            inFlight.push({ slot, submitted: engine.submit(ticket, slot) });
          }
        }
        const first = inFlight.shift();
        if (first === undefined) break;
        const { submitted } = first;
        while (submitted.outcome === null && engine.help()) await null;
        const outcome = submitted.outcome ?? await submitted.wait();
        if ("error" in outcome) throw outcome.error;
        if (check !== undefined) {
          const { memory, byteOffset } = slots[first.slot]!.input;
          const width = binding.request.width;
          check(new Float64Array(memory.buffer as ArrayBuffer, byteOffset, outcome.numRows * width), numRows);
        }
        numRows += outcome.numRows;
        free.push(first.slot);
      }
    } finally {
      source.close();
    }
    return { numRows, seconds: (performance.now() - start) / 1000 };
  }

  close(): void {
    this.#engine.close();
  }
}

function alone(setup: ProcessorSetup, openDecoder: OpenDecoder): Engine {
  const processor = new ChunkProcessor(setup, openDecoder);
  return {
    beginInput: (decoderOptions) => processor.beginInput(decoderOptions),
    submit: (ticket, slot) => new SettledChunk(processor.process(ticket, slot)),
    help: () => false,
    close: () => processor.close(),
  };
}

/** One setup a worker and one for this thread, over one memory: a program that takes the maximum of each row. */
function setUp({ path, binding, chunkRows, numWorkers }: ThreadedOptions): ProcessorSetup[] {
  const program = planProgram(
    traceWork({
      letter: "csv",
      title: "maxima of rows",
      numRows: chunkRows,
      leaves: { x: { kind: "input", dtype: "f64", shape: ["N", binding.request.width], range: [0, 1] } },
      transform: ({ x }) => ({ maximum: x.max(1) }),
      target: 1,
      tolerance: 0,
    }),
    { inputs: [{ name: "x", layout: "row" }] },
  );
  const source = openCsvSource(path), slotBytes = source.slotBytes([binding], chunkRows);
  source.close();
  const numThreads = numWorkers + 1, numSlots = slotsOf(numThreads, numWorkers > 0, true);
  const outputBytes = outputRowBytes(program).map((bytes) => bytes * chunkRows + 64);
  const bytes = constantBytes(program) + numThreads * (workerBytes(program) + 64) +
    numSlots * (slotBytes + 128 + outputBytes.reduce((sum, size) => sum + size + 64, 0));
  const memory = createMemory({ bytes: bytes + ARENA_OVERHEAD_BYTES + 4096 });
  const compiled = compileProgram(program, probeFusedMadd() ? "fused" : "strict", memory);
  const arena = new Arena(memory);
  const constants = arena.allocate(constantBytes(program), "constants");
  const works = Array.from({ length: numThreads }, () => arena.allocate(workerBytes(program), "tile"));
  const slots = Array.from({ length: numSlots }, () => {
    const { byteOffset, byteLength } = arena.allocate(slotBytes, "slot");
    const outputs = outputBytes.map((size) => arena.allocate(size, "output").byteOffset);
    return { input: { memory, byteOffset, byteLength }, outputs };
  });
  return works.map((work) => ({
    compiled,
    constants,
    work,
    slots,
    rowNumbers: { pointer: 0, isCarried: [false] },
  }));
}
