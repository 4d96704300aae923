/**
 * Runs what was proven: chunks are read in order, computed by one or many threads, and written in order.
 *
 * Invariants
 * 1. The output's bytes depend on the input's bytes, the program, the params, the numerics mode and `batchRows`;
 *    not on chunk rows, workers or timing.
 * 2. The error that ends a run is the first in input order, whatever the timing.
 * 3. However a run ends, its output is whole or not there, its inputs are closed, its threads are ended.
 *
 * @module
 */
import { NdpipeError } from "../errors.ts";
import { isSmallInput } from "../plan/chunk_choice.ts";
import { compileProgram, outputRowBytes, writeConstants } from "../kernel/run_program.ts";
import { holdRemotes } from "../source/remote/mod.ts";
import type { ChunkTicket } from "../source/source.ts";
import { BatchAssembler } from "./batch_assembler.ts";
import { ChunkProcessor, type ProcessorSetup } from "./chunk_processor.ts";
import { withDeclaration } from "./declared_place.ts";
import { refuseChanged } from "./input_stamp.ts";
import { InputSequence } from "./input_sequence.ts";
import { Meter, type Progress, type Summary } from "./meter.ts";
import type { OpenDecoder } from "./open_decoder.ts";
import { openOutput, type OutputOptions } from "./open_output.ts";
import { outputMetadata } from "./output_metadata.ts";
import type { Prepared } from "./prepared.ts";
import { createRunMemory, type RunMemory } from "./run_memory.ts";
import { type ChunkOutcome, startThreads, WorkerPool } from "./worker_pool.ts";

export type { Progress, Summary } from "./meter.ts";

/** Where a run writes, and who listens. */
export interface RunOptions extends OutputOptions {
  /** ends the run after the chunk that is being computed; `run` then throws the signal's reason */
  readonly signal?: AbortSignal;
  /** called at most ten times a second */
  readonly onProgress?: (progress: Progress) => void;
}

/** a run on one thread lets signals and timers in this often */
const YIELD_MILLISECONDS = 50;

/**
 * Runs a prepared pipeline to the end.
 *
 * @throws what the inputs' readers and the output's writer throw; the signal's reason
 */
export async function run(prepared: Prepared, options: RunOptions): Promise<Summary> {
  const paths = prepared.inputs.map(({ path }) => path);
  const releaseRemotes = holdRemotes();
  let sequence: InputSequence | null = null;
  let engine: Engine | null = null;
  try {
    if (prepared.params === null) throw new NdpipeError("BUG001", "a run began without its params' values");
    const sink = await openOutput(options, {
      fields: prepared.outputs,
      metadata: outputMetadata(prepared),
    }, paths);
    let threads: readonly Worker[] = [];
    try {
      const { isThreaded, workers } = prepared.memory;
      if (isThreaded) threads = startThreads(workers);
      const meter = new Meter(prepared, options.onProgress ?? null);
      const memory = createRunMemory(prepared.memory, prepared.program);
      const assembler = new BatchAssembler({
        memory: memory.memory,
        batchRows: prepared.memory.heldRows,
        rowBytes: outputRowBytes(prepared.program),
        batchPointers: memory.batchPointers,
        carried: prepared.carried,
        totalRows: knownRows(prepared),
        sink,
      });
      // of a small input the workers that were asked for do all the work
      const helpsStarting = !isSmallInput(prepared.inputBytes);
      engine = startEngine(setUp(prepared, memory), {
        openDecoder: prepared.openDecoder,
        threads,
        helpsStarting,
      });
      sequence = new InputSequence(prepared, engine.beginInput);
      await new ChunkLoop({ engine, sequence, memory, assembler, meter, signal: options.signal ?? null })
        .run();
      refuseChanged(prepared.inputs);
      meter.writing("rows", () => assembler.flush());
      meter.writing("end", () => sink.finish());
      return meter.summary({
        outputRows: assembler.numRows,
        bytesWritten: sink.numBytes,
        output: options.output,
      });
    } catch (error) {
      for (const thread of threads) thread.terminate();
      try {
        sink.abort();
      } catch {
        // what ended the run says more than what could not be tidied up after it
      }
      throw withDeclaration(error, prepared.requests);
    }
  } finally {
    engine?.close();
    if (sequence !== null) sequence.close();
    else for (const { source } of prepared.inputs) source?.close();
    releaseRemotes();
  }
}

/** Rows of the output, where metadata tells: no filter decides about them. */
function knownRows({ program, inputs }: Prepared): number | null {
  if (program.inputSymbol !== program.outputSymbol) return null;
  return inputs.reduce<number | null>(
    (sum, { numRows }) => sum === null || numRows === null ? null : sum + numRows,
    0,
  );
}

/** Compiles, runs what is computed from params alone, and says what each thread needs. */
function setUp(
  prepared: Prepared,
  { memory, constants, work, slots, rowNumbers: pointer }: RunMemory,
): ProcessorSetup[] {
  const compiled = compileProgram(prepared.program, prepared.numerics, memory);
  writeConstants(compiled, constants, prepared.params!);
  const rowNumbers = { pointer, isCarried: prepared.requests.map(({ carry }) => carry !== undefined) };
  return work.map((region) => ({ compiled, constants, work: region, slots, rowNumbers }));
}

/** Computes chunks, here or elsewhere. */
interface Engine {
  readonly beginInput: (decoderOptions: unknown) => void;
  readonly submit: (ticket: ChunkTicket, slot: number) => ChunkOutcome | Promise<ChunkOutcome>;
  /** see `WorkerPool.help` */
  readonly help: () => boolean;
  readonly close: () => void;
}

/**
 * @param threads one a setup but the last, which is this thread's; none: this thread computes alone
 * @param helpsStarting this thread computes until the others have begun
 */
function startEngine(
  setups: readonly ProcessorSetup[],
  { openDecoder, threads, helpsStarting }: {
    readonly openDecoder: OpenDecoder;
    readonly threads: readonly Worker[];
    readonly helpsStarting: boolean;
  },
): Engine {
  if (threads.length > 0) {
    const readsAhead = navigator.hardwareConcurrency > threads.length;
    const own = helpsStarting ? setups[threads.length]! : null;
    const pool = new WorkerPool(setups.slice(0, threads.length), { openDecoder, threads, readsAhead, own });
    return {
      beginInput: (decoderOptions) => pool.beginInput(decoderOptions),
      submit: (ticket, slot) => pool.submit(ticket, slot),
      help: () => pool.help(),
      close: () => pool.close(),
    };
  }
  const processor = new ChunkProcessor(setups[0]!, openDecoder);
  return {
    beginInput: (decoderOptions) => processor.beginInput(decoderOptions),
    submit: (ticket, slot) => {
      try {
        return processor.process(ticket, slot);
      } catch (error) {
        return { error };
      }
    },
    help: () => false,
    close: () => processor.close(),
  };
}

interface ChunkLoopParts {
  readonly engine: Engine;
  readonly sequence: InputSequence;
  readonly memory: RunMemory;
  readonly assembler: BatchAssembler;
  readonly meter: Meter;
  readonly signal: AbortSignal | null;
}

/** A chunk that is being computed. */
interface ChunkInFlight {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  /** the promise's value, once it is kept */
  outcome: ChunkOutcome | Promise<ChunkOutcome>;
}

/** Fills free slots with chunks, and takes results in the order of the chunks. Slots are what holds reading back. */
class ChunkLoop {
  readonly #parts: ChunkLoopParts;
  readonly #freeSlots: number[];
  readonly #inFlight: ChunkInFlight[] = [];
  /** ends the wait that goes on, if one does */
  #interrupt: ((reason: unknown) => void) | null = null;
  /** set once there is nothing more to read: the end, or the error that ended reading */
  #end: { readonly error: unknown } | null = null;
  #yieldedAt = performance.now();

  constructor(parts: ChunkLoopParts) {
    this.#parts = parts;
    this.#freeSlots = [...parts.memory.slots.keys()];
    const { signal } = parts;
    signal?.addEventListener("abort", () => this.#interrupt?.(signal.reason), { once: true });
  }

  async run(): Promise<void> {
    const { signal, assembler, memory, meter } = this.#parts;
    for (;;) {
      signal?.throwIfAborted();
      await this.#fill();
      const first = this.#inFlight.shift();
      if (first === undefined) break;
      const { ticket, slot } = first, outcome = await this.#outcomeOf(first);
      if ("error" in outcome) throw outcome.error;
      meter.writing("rows", () => {
        assembler.add(outcome.numRows, memory.slots[slot]!.outputs, outcome.carried);
      });
      this.#freeSlots.push(slot);
      meter.add(ticket, outcome);
      if (performance.now() - this.#yieldedAt > YIELD_MILLISECONDS) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        this.#yieldedAt = performance.now();
      }
    }
    meter.computed();
    if (this.#end !== null && this.#end.error !== null) throw this.#end.error;
  }

  /** Reads chunks into all free slots. An error of reading waits until the chunks before it are through. */
  async #fill(): Promise<void> {
    const { engine, sequence, memory, meter } = this.#parts;
    while (this.#end === null && this.#freeSlots.length > 0) {
      const slot = this.#freeSlots.at(-1)!;
      try {
        const ticket = await meter.reading(
          () => sequence.next(memory.slots[slot]!.input),
          (promise) => this.#wait(promise),
        );
        if (ticket === null) {
          this.#end = { error: null };
          return;
        }
        this.#freeSlots.pop();
        const chunk: ChunkInFlight = { ticket, slot, outcome: engine.submit(ticket, slot) };
        if (chunk.outcome instanceof Promise) chunk.outcome.then((outcome) => chunk.outcome = outcome);
        this.#inFlight.push(chunk);
      } catch (error) {
        this.#end = { error };
      }
    }
  }

  /** What became of the chunk. Until that is known, this thread helps, and waits where it cannot. */
  async #outcomeOf(chunk: ChunkInFlight): Promise<ChunkOutcome> {
    const { engine, meter } = this.#parts;
    // answers that were taken keep their promises before this goes on
    while (chunk.outcome instanceof Promise && engine.help()) await null;
    return chunk.outcome instanceof Promise ? await meter.waiting(this.#wait(chunk.outcome)) : chunk.outcome;
  }

  /** The promise, or the signal's reason where that comes first: a pipe may be silent for ever. */
  #wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }
}
