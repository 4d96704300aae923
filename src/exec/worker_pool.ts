/**
 * Worker threads that process chunks. A chunk that no worker is free for waits here; which worker takes it makes no
 * difference to anyone.
 *
 * @module
 */
import type { ChunkTicket } from "../source/source.ts";
import type { ProcessedChunk, ProcessorSetup } from "./chunk_processor.ts";
import { fromPlainError } from "./error_transfer.ts";
import type { FromWorker, ToWorker } from "./worker_messages.ts";

/** What became of a chunk. */
export type ChunkOutcome = ProcessedChunk | { readonly error: unknown };

interface PendingChunk {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  readonly decoderOptions: unknown;
  readonly resolve: (outcome: ChunkOutcome) => void;
}

interface PoolWorker {
  readonly worker: Worker;
  /** the chunk that it works on */
  chunk: PendingChunk | null;
  /** what it was last told of its chunks' input */
  decoderOptions: unknown;
}

/** The threads of a run. */
export class WorkerPool {
  readonly #workers: readonly PoolWorker[];
  readonly #pending: PendingChunk[] = [];
  #decoderOptions: unknown = null;
  /** once a thread has died, every chunk fails with this */
  #death: { readonly error: unknown } | null = null;

  /** @param setups one a worker */
  constructor(setups: readonly ProcessorSetup[]) {
    this.#workers = setups.map((setup) => {
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      const entry: PoolWorker = { worker, chunk: null, decoderOptions: null };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(entry, data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.#die(event.error ?? new Error(`a worker thread ended: ${event.message}`));
      };
      worker.onmessageerror = () => this.#die(new Error("a worker thread's message could not be read"));
      post(worker, { kind: "setup", setup });
      return entry;
    });
  }

  /** the chunks that follow belong to another input */
  beginInput(decoderOptions: unknown): void {
    this.#decoderOptions = decoderOptions;
  }

  /** Has a worker process the chunk. The promise is always kept; an error is an outcome. */
  submit(ticket: ChunkTicket, slot: number): Promise<ChunkOutcome> {
    if (this.#death !== null) return Promise.resolve(this.#death);
    return new Promise((resolve) => {
      this.#pending.push({ ticket, slot, decoderOptions: this.#decoderOptions, resolve });
      this.#dispatch();
    });
  }

  /** ends all threads at once, whatever they are at */
  close(): void {
    for (const { worker } of this.#workers) worker.terminate();
  }

  #dispatch(): void {
    for (const entry of this.#workers) {
      if (entry.chunk !== null) continue;
      const chunk = this.#pending.shift();
      if (chunk === undefined) return;
      entry.chunk = chunk;
      if (entry.decoderOptions !== chunk.decoderOptions) {
        entry.decoderOptions = chunk.decoderOptions;
        post(entry.worker, { kind: "input", decoderOptions: chunk.decoderOptions });
      }
      post(entry.worker, { kind: "chunk", ticket: chunk.ticket, slot: chunk.slot });
    }
  }

  #onMessage(entry: PoolWorker, message: FromWorker): void {
    const chunk = entry.chunk;
    entry.chunk = null;
    this.#dispatch();
    chunk?.resolve(
      message.kind === "done" ? message.chunk : { error: fromPlainError(message.error) },
    );
  }

  #die(error: unknown): void {
    this.#death = { error };
    for (const { chunk } of this.#workers) chunk?.resolve(this.#death);
    for (const { resolve } of this.#pending.splice(0)) resolve(this.#death);
  }
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
