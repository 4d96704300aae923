/**
 * Worker threads that process chunks. Which worker takes a chunk makes no difference to anyone.
 *
 * Each worker has up to two chunks: one that it works on, and one that waits at its side, so that it goes on at once
 * while the main thread writes. A chunk beyond these waits here, and where this thread has a core of its own it decodes
 * such a chunk in place of waiting: so no worker is ever short of one because this thread was at another. Where it has
 * none, it may stand in for a worker (`stand_in.ts`), and computes such a chunk too. Chunks and answers go through
 * shared memory (`hand_out.ts`); this thread waits for answers without blocking, so that pipes, URLs and signals go on.
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
import { createPlaces, HandOut, MAX_CHUNKS } from "./hand_out.ts";
import type { FromWorker, HandedChunk, ToWorker } from "./worker_messages.ts";

/** What became of a chunk. */
export type ChunkOutcome = ProcessedChunk | { readonly error: unknown };

interface PendingChunk extends HandedChunk {
  readonly decoderOptions: unknown;
  readonly resolve: (outcome: ChunkOutcome) => void;
}

interface PoolWorker {
  readonly worker: Worker;
  readonly handOut: HandOut;
  /** chunks that it has, the one that it works on first */
  readonly chunks: PendingChunk[];
  /** answers that came as messages, and are to be taken yet */
  readonly messages: FromWorker[];
  /** messages that it was ever posted, but for the setup */
  numPosted: number;
  /** what it was last told of its chunks' input */
  decoderOptions: unknown;
}

/** Threads that are started before it is known what they will work on: starting takes longer than compiling. */
export function startThreads(count: number): Worker[] {
  const threads: Worker[] = [];
  try {
    while (threads.length < count) {
      threads.push(new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }));
    }
  } catch (error) {
    for (const thread of threads) thread.terminate();
    throw error;
  }
  return threads;
}

/** The threads of a run. */
export class WorkerPool {
  readonly #workers: readonly PoolWorker[];
  /** see `SharedPlaces` */
  readonly #news = new Int32Array(new SharedArrayBuffer(4));
  #isListening = false;
  readonly #setups: readonly ProcessorSetup[];
  readonly #pending: PendingChunk[] = [];
  readonly #readsAhead: boolean;
  /** computes on this thread */
  readonly #own: ChunkComputer | null;
  readonly #standsIn: boolean;
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
   * @param readsAhead `help` decodes: there is a core for this thread beside the workers'
   * @param own this thread computes chunks until a worker has begun; absent or null: it does not
   * @param standsIn with `own`: this thread is one of those that compute, and `help` does so
   */
  constructor(
    setups: readonly ProcessorSetup[],
    { openDecoder, threads = startThreads(setups.length), readsAhead = false, own = null, standsIn = false }:
      {
        readonly openDecoder: OpenDecoder;
        readonly threads?: readonly Worker[];
        readonly readsAhead?: boolean;
        readonly own?: ProcessorSetup | null;
        readonly standsIn?: boolean;
      },
  ) {
    this.#setups = setups;
    this.#readsAhead = readsAhead;
    this.#decoder = new ChunkDecoder(openDecoder);
    this.#own = own === null ? null : new ChunkComputer(own);
    this.#standsIn = standsIn && own !== null;
    this.#workers = setups.map((setup, i) => {
      const worker = threads[i]!, handOut = new HandOut(createPlaces(this.#news));
      const entry: PoolWorker = {
        worker,
        handOut,
        chunks: [],
        messages: [],
        numPosted: 0,
        decoderOptions: null,
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        entry.messages.push(data);
        this.#collect();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.#die(event.error ?? new Error(`a worker thread ended: ${event.message}`));
      };
      worker.onmessageerror = () => this.#die(new Error("a worker thread's message could not be read"));
      post(worker, { kind: "setup", setup, places: handOut.places });
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
    this.#collect();
    if (this.#own !== null && !this.#workers.some(({ handOut }) => handOut.hasBegun)) {
      return this.#compute(this.#own, { ticket, slot, decoderOptions: this.#decoderOptions });
    }
    return new Promise((resolve) => {
      this.#pending.push({ ticket, slot, decoderOptions: this.#decoderOptions, ready: null, resolve });
      this.#dispatch();
      this.#listen();
    });
  }

  /**
   * What this thread can do while it would only wait: takes the answers that are there, or else decodes the first chunk
   * that no worker has yet, and computes it where this thread stands in for a worker. False: there is nothing, or no
   * core to do it on.
   */
  help(): boolean {
    if (!(this.#readsAhead || this.#standsIn) || this.#death !== null) return false;
    if (this.#collect()) return true;
    if (this.#standsIn) {
      const own = this.#pending.shift();
      own?.resolve(this.#compute(this.#own!, own));
      return own !== undefined;
    }
    const index = this.#pending.findIndex(({ ready }) => ready === null), chunk = this.#pending[index];
    if (chunk === undefined) return false;
    try {
      const ready = this.#decode(chunk.ticket, chunk.slot, chunk.decoderOptions);
      this.#pending[index] = { ...chunk, ready };
    } catch (error) {
      this.#pending.splice(index, 1);
      chunk.resolve({ error });
    }
    return true;
  }

  /** ends all threads at once, whatever they are at */
  close(): void {
    for (const { worker, handOut } of this.#workers) {
      handOut.end();
      worker.terminate();
    }
    this.#die(new Error("the threads were ended"));
    this.#decoder.close();
  }

  #decode(ticket: ChunkTicket, slot: number, decoderOptions: unknown): ReadyChunk {
    if (this.#ownOptions !== decoderOptions) {
      this.#ownOptions = decoderOptions;
      this.#decoder.beginInput(decoderOptions);
    }
    return this.#decoder.decode(ticket, this.#setups[0]!.slots[slot]!.input);
  }

  /** This thread's whole work on a chunk. */
  #compute(
    own: ChunkComputer,
    { ticket, slot, decoderOptions }: Pick<PendingChunk, "ticket" | "slot" | "decoderOptions">,
  ): ChunkOutcome {
    try {
      const ready = this.#decode(ticket, slot, decoderOptions), chunk = own.compute(ready, slot);
      // that is of the other threads
      return { ...chunk, counts: { ...chunk.counts, busyMs: 0 } };
    } catch (error) {
      return { error };
    }
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

  #send(entry: PoolWorker, pending: PendingChunk): void {
    entry.chunks.push(pending);
    const { ticket, slot, ready, decoderOptions } = pending, chunk: HandedChunk = { ticket, slot, ready };
    if (entry.decoderOptions !== decoderOptions) {
      entry.decoderOptions = decoderOptions;
      entry.numPosted += 1;
      post(entry.worker, { kind: "input", decoderOptions });
    }
    entry.handOut.send(chunk, entry.numPosted, () => {
      entry.numPosted += 1;
      post(entry.worker, { kind: "chunk", chunk });
    });
  }

  /** Takes answers as they come, while there are chunks to be answered. Nothing that this does blocks or fails. */
  async #listen(): Promise<void> {
    if (this.#isListening) return;
    this.#isListening = true;
    while (this.#workers.some(({ chunks }) => chunks.length > 0)) {
      const seen = Atomics.load(this.#news, 0);
      if (this.#collect()) continue;
      const waited = Atomics.waitAsync(this.#news, 0, seen);
      if (waited.async) await waited.value;
    }
    this.#isListening = false;
  }

  /** Takes the answers that are there, and gives the workers more to do; returns whether there was one. */
  #collect(): boolean {
    const taken: (() => void)[] = [];
    for (const entry of this.#workers) {
      for (let answer = takeAnswer(entry); answer !== null; answer = takeAnswer(entry)) {
        const outcome = answer, chunk = entry.chunks.shift();
        taken.push(() => chunk?.resolve(outcome));
      }
    }
    this.#dispatch();
    for (const resolve of taken) resolve();
    return taken.length > 0;
  }

  #die(error: unknown): void {
    this.#death ??= { error };
    for (const { chunks } of this.#workers) {
      for (const { resolve } of chunks.splice(0)) resolve(this.#death);
    }
    for (const { resolve } of this.#pending.splice(0)) resolve(this.#death);
    Atomics.notify(this.#news, 0);
  }
}

/** The worker's next answer; null: there is none yet, or its message is still on the way. */
function takeAnswer({ handOut, messages }: PoolWorker): ChunkOutcome | null {
  const answer = handOut.take(messages.length > 0);
  if (answer !== "message") return answer;
  const message = messages.shift()!;
  return message.kind === "done" ? message.chunk : { error: fromPlainError(message.error) };
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
