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
import { compileEmitted, emitProgram, outputRowBytes, writeConstants } from "../kernel/run_program.ts";
import type { Sink } from "../sink/sink.ts";
import type { ChunkTicket } from "../source/source.ts";
import { BatchAssembler } from "./batch_assembler.ts";
import { ChunkProcessor, type ProcessorSetup } from "./chunk_processor.ts";
import { withDeclaration } from "./declared_place.ts";
import { GarbageWatch } from "./garbage_watch.ts";
import { InputSequence } from "./input_sequence.ts";
import { Meter, type Progress, type Summary } from "./meter.ts";
import type { OpenDecoder } from "./open_decoder.ts";
import { openOutput, type OutputOptions } from "./open_output.ts";
import { outputMetadata } from "./output_metadata.ts";
import type { StampedInput } from "./input_stamp.ts";
import { closePrepared, type Prepared } from "./prepared.ts";
import { type FramedRun, runFramed } from "./run_frame.ts";
import { createRunMemory, type RunMemory } from "./run_memory.ts";
import type { SignalWatch } from "./signal_watch.ts";
import { BudgetSpare } from "./spare_memory.ts";
import { mainStandsIn } from "./stand_in.ts";
import {
  type ChunkOutcome,
  SettledChunk,
  startThreads,
  type SubmittedChunk,
  WorkerPool,
} from "./worker_pool.ts";

export type { Progress, Summary } from "./meter.ts";

/** Where a run writes, and who listens. */
export interface RunOptions extends OutputOptions {
  /** ends the run after the chunk that is being computed; `run` then throws the signal's reason */
  readonly signal?: AbortSignal;
  /** called at most ten times a second */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Runs a prepared pipeline to the end.
 *
 * @throws what the inputs' readers and the output's writer throw; the signal's reason
 */
export async function run(prepared: Prepared, options: RunOptions): Promise<Summary> {
  try {
    return await runFramed(new KernelRun(prepared, options), options.signal ?? null);
  } catch (error) {
    throw withDeclaration(error, prepared.requests);
  }
}

/** A run of a program over chunks. */
class KernelRun implements FramedRun<Sink, Summary> {
  readonly #prepared: Prepared;
  readonly #options: RunOptions;
  #threads: readonly Worker[] = [];
  #engine: Engine | null = null;
  #sequence: InputSequence | null = null;
  #moved: { readonly meter: Meter; readonly assembler: BatchAssembler } | null = null;

  constructor(prepared: Prepared, options: RunOptions) {
    this.#prepared = prepared;
    this.#options = options;
  }

  open(): Promise<Sink> {
    const prepared = this.#prepared;
    if (prepared.params === null) throw new NdpipeError("BUG001", "a run began without its params' values");
    const written = { fields: prepared.outputs, metadata: outputMetadata(prepared) };
    return openOutput(this.#options, written, prepared.inputs.map(({ path }) => path));
  }

  async move(sink: Sink, watch: SignalWatch): Promise<void> {
    const prepared = this.#prepared, { isThreaded, workers, heldRows: batchRows } = prepared.memory;
    const computesToo = mainStandsIn(prepared);
    if (isThreaded) this.#threads = startThreads(computesToo ? workers - 1 : workers);
    const { onProgress = null } = this.#options;
    const spare = new BudgetSpare(prepared);
    const meter = new Meter(prepared, { numThreads: this.#threads.length, onProgress, spare });
    const memory = createRunMemory(prepared.memory, prepared.program);
    const assembler = new BatchAssembler({
      memory: memory.memory,
      batchRows,
      rowBytes: outputRowBytes(prepared.program),
      batchPointers: memory.batchPointers,
      carried: prepared.carried,
      totalRows: knownRows(prepared),
      sink,
    });
    this.#moved = { meter, assembler };
    const engine = this.#engine = startEngine(setUp(prepared, memory), {
      openDecoder: prepared.openDecoder,
      threads: this.#threads,
      // of a small input the workers that were asked for do all the work
      helpsStarting: !isSmallInput(prepared.inputBytes),
      standsIn: computesToo,
      predictedBytes: spare.predictedBytes,
    });
    const sequence = this.#sequence = new InputSequence(prepared, engine.beginInput, spare);
    const garbage = new GarbageWatch(() => spare.predictedBytes);
    await new ChunkLoop({ engine, sequence, memory, assembler, meter, watch, garbage }).run();
  }

  inputs(): readonly StampedInput[] {
    return this.#prepared.inputs.map(({ path, info, stamp }, i) => {
      return { path, info, stamp, endsInRecord: this.#sequence?.endsInRecord(i) ?? false };
    });
  }

  end(sink: Sink): Summary {
    const { meter, assembler } = this.#moved!;
    meter.writing("rows", () => assembler.flush());
    meter.writing("end", () => sink.finish());
    const { numBytes: bytesWritten } = sink;
    return meter.summary({ outputRows: assembler.numRows, bytesWritten, output: this.#options.output });
  }

  close(): void {
    if (this.#engine !== null) this.#engine.close();
    else for (const thread of this.#threads) thread.terminate();
    if (this.#sequence !== null) this.#sequence.close();
    else closePrepared(this.#prepared);
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
  const { emitted, program, numerics } = prepared;
  const compiled = compileEmitted(emitted ?? emitProgram(program, numerics), memory);
  writeConstants(compiled, constants, prepared.params!);
  const rowNumbers = { pointer, isCarried: prepared.requests.map(({ carry }) => carry !== undefined) };
  return work.map((region) => ({ compiled, constants, work: region, slots, rowNumbers }));
}

/** Computes chunks, here or elsewhere. */
interface Engine {
  readonly beginInput: (decoderOptions: unknown) => void;
  readonly submit: (ticket: ChunkTicket, slot: number) => SubmittedChunk;
  /** see `WorkerPool.help` */
  readonly help: () => boolean;
  readonly close: () => void;
}

/**
 * @param threads one a setup but the last, which is this thread's; none: this thread computes alone
 * @param helpsStarting this thread computes until the others have begun
 * @param standsIn and after that, as one of them
 */
function startEngine(
  setups: readonly ProcessorSetup[],
  { openDecoder, threads, helpsStarting, standsIn, predictedBytes }: {
    readonly openDecoder: OpenDecoder;
    readonly threads: readonly Worker[];
    readonly helpsStarting: boolean;
    readonly standsIn: boolean;
    readonly predictedBytes: number;
  },
): Engine {
  if (threads.length > 0) {
    const readsAhead = navigator.hardwareConcurrency > threads.length;
    const own = helpsStarting ? setups[threads.length]! : null;
    const options = { openDecoder, threads, readsAhead, own, standsIn, predictedBytes };
    const pool = new WorkerPool(setups.slice(0, threads.length), options);
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
        return new SettledChunk(processor.process(ticket, slot));
      } catch (error) {
        return new SettledChunk({ error });
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
  readonly watch: SignalWatch;
  readonly garbage: GarbageWatch;
}

/** A chunk that is being computed. */
interface ChunkInFlight {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  readonly submitted: SubmittedChunk;
}

/** Fills free slots with chunks, and takes results in the order of the chunks. Slots are what holds reading back. */
class ChunkLoop {
  readonly #parts: ChunkLoopParts;
  readonly #freeSlots: number[];
  readonly #inFlight: ChunkInFlight[] = [];
  /** set once there is nothing more to read: the end, or the error that ended reading */
  #end: { readonly error: unknown } | null = null;

  constructor(parts: ChunkLoopParts) {
    this.#parts = parts;
    this.#freeSlots = [...parts.memory.slots.keys()];
  }

  async run(): Promise<void> {
    const { watch, assembler, memory, meter, garbage } = this.#parts;
    for (;;) {
      watch.throwIfAborted();
      await this.#fill();
      const first = this.#inFlight.shift();
      if (first === undefined) break;
      const { ticket, slot } = first, outcome = await this.#outcomeOf(first.submitted);
      if ("error" in outcome) throw outcome.error;
      meter.writing("rows", () => {
        assembler.add(outcome.numRows, memory.slots[slot]!.outputs, outcome.carried);
      });
      this.#freeSlots.push(slot);
      meter.add(ticket, outcome);
      garbage.collectIfNear();
      await watch.breathe();
    }
    meter.computed();
    if (this.#end !== null && this.#end.error !== null) throw this.#end.error;
  }

  /** Reads chunks into all free slots. An error of reading waits until the chunks before it are through. */
  async #fill(): Promise<void> {
    const { engine, sequence, memory, meter, watch } = this.#parts;
    while (this.#end === null && this.#freeSlots.length > 0) {
      const slot = this.#freeSlots.at(-1)!;
      try {
        const ticket = await meter.reading(
          () => sequence.next(memory.slots[slot]!.input),
          (promise) => watch.wait(promise),
        );
        if (ticket === null) {
          this.#end = { error: null };
          return;
        }
        this.#freeSlots.pop();
        this.#inFlight.push({ ticket, slot, submitted: engine.submit(ticket, slot) });
      } catch (error) {
        this.#end = { error };
      }
    }
  }

  /** What became of the chunk. Until that is known, this thread helps, and waits where it cannot. */
  async #outcomeOf(chunk: SubmittedChunk): Promise<ChunkOutcome> {
    const { engine, meter, watch } = this.#parts;
    while (chunk.outcome === null && engine.help()) {
      await watch.breathe();
      watch.throwIfAborted();
    }
    return chunk.outcome ?? await meter.waiting(watch.wait(chunk.wait()));
  }
}
