/**
 * Worker threads that process chunks. Which worker takes a chunk makes no difference to anyone.
 *
 * Each worker has up to two chunks: one that it works on, and one that waits at its side, so that it goes on at once
 * while the main thread writes. A chunk beyond these waits here.
 *
 * @module
 */
import type { ChunkTicket } from "../source/source.ts";
import {
  ChunkComputer,
  ChunkDecoder,
  type ProcessedChunk,
  type ProcessorSetup,
  type ReadyChunk,
} from "./chunk_computer.ts";
import { fromPlainError } from "./error_transfer.ts";
import type { OpenDecoder } from "./open_decoder.ts";
import { type FromWorker, type ToWorker, WORKER_BEGUN, WORKER_DONE } from "./worker_messages.ts";

/** What became of a chunk. */
export type ChunkOutcome = ProcessedChunk | { readonly error: unknown };

interface PendingChunk {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  readonly decoderOptions: unknown;
  ready: ReadyChunk | null;
  readonly resolve: (outcome: ChunkOutcome) => void;
}

interface PoolWorker {
  readonly worker: Worker;
  /** chunks that it has, the one that it works on first */
  readonly chunks: PendingChunk[];
  /** chunks that it was ever sent */
  numSent: number;
  /** as it says itself */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** what it was last told of its chunks' input */
  decoderOptions: unknown;
}

/** Chunks that a worker has at a time. */
const MAX_CHUNKS = 2;

/** Threads that are started before it is known what they will work on: starting takes longer than compiling. */
export function startThreads(count: number): Worker[] {
  return Array.from(
    { length: count },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
}

/** The threads of a run. */
export class WorkerPool {
  readonly #workers: readonly PoolWorker[];
  readonly #setups: readonly ProcessorSetup[];
  readonly #pending: PendingChunk[] = [];
  readonly #readsAhead: boolean;
  /** computes on this thread */
  readonly #own: ChunkComputer | null;
  readonly #decoder: ChunkDecoder;
  #decoderOptions: unknown = null;
  /** of the input that this thread's own decoder is at */
  #ownOptions: unknown = null;
  /** once a thread has died, every chunk fails with this */
  #death: { readonly error: unknown } | null = null;

  /**
   * @param setups one a worker
   * @param openDecoder opens decoders of the inputs' formats on this thread
   * @param threads as `startThreads` gave them, one a worker; absent: they are started here
   * @param readsAhead this thread decodes chunks while all workers are busy: there is a core for it
   * @param own this thread computes chunks until a worker has begun; absent or null: it does not
   */
  constructor(
    setups: readonly ProcessorSetup[],
    { openDecoder, threads = startThreads(setups.length), readsAhead = false, own = null }: {
      readonly openDecoder: OpenDecoder;
      readonly threads?: readonly Worker[];
      readonly readsAhead?: boolean;
      readonly own?: ProcessorSetup | null;
    },
  ) {
    this.#setups = setups;
    this.#readsAhead = readsAhead;
    this.#decoder = new ChunkDecoder(openDecoder);
    this.#own = own === null ? null : new ChunkComputer(own);
    this.#workers = setups.map((setup, i) => {
      const worker = threads[i]!, state = new Int32Array(new SharedArrayBuffer(8));
      const entry: PoolWorker = {
        worker,
        chunks: [],
        numSent: 0,
        state,
        decoderOptions: null,
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(entry, data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.#die(event.error ?? new Error(`a worker thread ended: ${event.message}`));
      };
      worker.onmessageerror = () => this.#die(new Error("a worker thread's message could not be read"));
      post(worker, { kind: "setup", setup, state });
      return entry;
    });
  }

  /** the chunks that follow belong to another input */
  beginInput(decoderOptions: unknown): void {
    this.#decoderOptions = decoderOptions;
  }

  /** Has the chunk processed. A promise is always kept; an error is an outcome. */
  submit(ticket: ChunkTicket, slot: number): ChunkOutcome | Promise<ChunkOutcome> {
    if (this.#death !== null) return this.#death;
    let ready: ReadyChunk | null = null;
    const computesHere = this.#own !== null && !this.#workers.some(hasBegun);
    if (computesHere || (this.#readsAhead && this.#workers.every(isBusy))) {
      try {
        ready = this.#decode(ticket, slot);
        if (computesHere) return withoutWorkers(this.#own!.compute(ready, slot));
      } catch (error) {
        return { error };
      }
    }
    return new Promise((resolve) => {
      this.#pending.push({ ticket, slot, decoderOptions: this.#decoderOptions, ready, resolve });
      this.#dispatch();
    });
  }

  /** ends all threads at once, whatever they are at */
  close(): void {
    for (const { worker } of this.#workers) worker.terminate();
    this.#decoder.close();
  }

  #decode(ticket: ChunkTicket, slot: number): ReadyChunk {
    if (this.#ownOptions !== this.#decoderOptions) {
      this.#ownOptions = this.#decoderOptions;
      this.#decoder.beginInput(this.#decoderOptions);
    }
    return this.#decoder.decode(ticket, this.#setups[0]!.slots[slot]!.input);
  }

  /** Gives chunks to those that have none, then to those that have one. */
  #dispatch(): void {
    for (let most = 0; most < MAX_CHUNKS; most++) {
      for (const entry of this.#workers) {
        if (entry.chunks.length > most) continue;
        const chunk = this.#pending.shift();
        if (chunk === undefined) return;
        this.#send(entry, chunk);
      }
    }
  }

  #send(entry: PoolWorker, chunk: PendingChunk): void {
    entry.chunks.push(chunk);
    entry.numSent += 1;
    const { ticket, slot, ready, decoderOptions } = chunk;
    if (entry.decoderOptions !== decoderOptions) {
      entry.decoderOptions = decoderOptions;
      post(entry.worker, { kind: "input", decoderOptions });
    }
    post(entry.worker, { kind: "chunk", ticket, slot, ready });
  }

  #onMessage(entry: PoolWorker, message: FromWorker): void {
    const chunk = entry.chunks.shift();
    this.#dispatch();
    chunk?.resolve(
      message.kind === "done" ? message.chunk : { error: fromPlainError(message.error) },
    );
  }

  #die(error: unknown): void {
    this.#death = { error };
    for (const { chunks } of this.#workers) {
      for (const { resolve } of chunks.splice(0)) resolve(this.#death);
    }
    for (const { resolve } of this.#pending.splice(0)) resolve(this.#death);
  }
}

/** Whether a worker has something to do now: what it was sent last is not done, or it has yet to begin. */
function isBusy({ numSent, state }: PoolWorker): boolean {
  return Atomics.load(state, WORKER_DONE) < numSent || !hasBegun({ state });
}

function hasBegun({ state }: Pick<PoolWorker, "state">): boolean {
  return Atomics.load(state, WORKER_BEGUN) === 1;
}

/** no worker was busy with it */
function withoutWorkers(chunk: ProcessedChunk): ProcessedChunk {
  return { ...chunk, counts: { ...chunk.counts, busyMs: 0 } };
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
