/**
 * Worker threads that process chunks. Which thread takes a chunk makes no difference to anyone.
 *
 * Chunks go to whoever is free through shared memory (`hand_out.ts`). While it would only wait, this thread decodes
 * chunks where it has a core of its own: those beyond two a worker, which no worker is given yet. Where it has none, it
 * may stand in for a worker (`stand_in.ts`), and computes the first chunk that no one has. It waits without blocking,
 * so that pipes, URLs and signals go on, and only for an answer that it cannot do without: each time that it is woken
 * costs 20 µs.
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
import { createPlaces, HandOut } from "./hand_out.ts";
import type { OpenDecoder } from "./open_decoder.ts";
import type { PackedPlace } from "./packed_values.ts";
import type { FromWorker, HandedChunk, ToWorker } from "./worker_messages.ts";

/** Chunks of a worker that this thread leaves alone: one that it works on, and one that waits at its side. */
const CHUNKS_PER_WORKER = 2;
/** Places beyond one a worker: a run has so many slots more (`slotsOf`, this thread's own included). */
const MORE_PLACES = 4;

/** What became of a chunk. */
export type ChunkOutcome = ProcessedChunk | { readonly error: unknown };

/** A chunk that was submitted. */
export interface SubmittedChunk {
  /** null: it is not known yet */
  readonly outcome: ChunkOutcome | null;
  /** the outcome once it is known; an error is one too */
  wait(): Promise<ChunkOutcome>;
}

/** A chunk whose outcome is known. */
export class SettledChunk implements SubmittedChunk {
  readonly outcome: ChunkOutcome;

  constructor(outcome: ChunkOutcome) {
    this.outcome = outcome;
  }

  wait(): Promise<ChunkOutcome> {
    return Promise.resolve(this.outcome);
  }
}

/** A chunk of the pool. */
class PendingChunk implements SubmittedChunk {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  readonly decoderOptions: unknown;
  ready: ReadyChunk | null = null;
  readonly #onWait: () => void;
  #outcome: ChunkOutcome | null = null;
  #resolve: ((outcome: ChunkOutcome) => void) | null = null;

  /** @param onWait is told that someone waits */
  constructor(
    { ticket, slot, decoderOptions }: Pick<PendingChunk, "ticket" | "slot" | "decoderOptions">,
    onWait: () => void,
  ) {
    this.ticket = ticket;
    this.slot = slot;
    this.decoderOptions = decoderOptions;
    this.#onWait = onWait;
  }

  get outcome(): ChunkOutcome | null {
    return this.#outcome;
  }

  /** whether someone waits in vain */
  get isAwaited(): boolean {
    return this.#resolve !== null && this.#outcome === null;
  }

  wait(): Promise<ChunkOutcome> {
    if (this.#outcome !== null) return Promise.resolve(this.#outcome);
    const { promise, resolve } = Promise.withResolvers<ChunkOutcome>(), before = this.#resolve;
    this.#resolve = (outcome) => {
      before?.(outcome);
      resolve(outcome);
    };
    this.#onWait();
    return promise;
  }

  settle(outcome: ChunkOutcome): void {
    this.#outcome ??= outcome;
    this.#resolve?.(this.#outcome);
  }
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
  readonly #workers: readonly Worker[];
  readonly #handOut: HandOut;
  /** by place, the chunk that is there */
  readonly #handed: (PendingChunk | null)[];
  /** answers that came as messages, by place */
  readonly #messages = new Map<number, FromWorker>();
  /** messages that each worker was ever posted, but for the setup */
  #numPosted = 0;
  /** of the answers in the places; those that were taken */
  #numTaken = 0;
  #isListening = false;
  readonly #setups: readonly ProcessorSetup[];
  /** chunks that are in no place yet */
  readonly #pending: PendingChunk[] = [];
  readonly #readsAhead: boolean;
  /** computes on this thread */
  readonly #own: ChunkComputer | null;
  readonly #standsIn: boolean;
  readonly #decoder: ChunkDecoder;
  #decoderOptions: unknown = null;
  /** what the workers were last told of their chunks' input */
  #postedOptions: unknown = null;
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
   * @param predictedBytes the peak of the process; absent: garbage is left to V8
   * @param standsIn with `own`: this thread is one of those that compute, and `help` does so
   */
  constructor(
    setups: readonly ProcessorSetup[],
    {
      openDecoder,
      threads = startThreads(setups.length),
      readsAhead = false,
      own = null,
      standsIn = false,
      predictedBytes = Infinity,
    }: {
      readonly openDecoder: OpenDecoder;
      readonly threads?: readonly Worker[];
      readonly readsAhead?: boolean;
      readonly own?: ProcessorSetup | null;
      readonly standsIn?: boolean;
      readonly predictedBytes?: number;
    },
  ) {
    this.#setups = setups;
    this.#decoder = new ChunkDecoder(openDecoder);
    this.#own = own === null ? null : new ChunkComputer(own);
    this.#standsIn = standsIn && own !== null;
    this.#readsAhead = readsAhead && !this.#standsIn;
    const numPlaces = 2 ** Math.ceil(Math.log2(setups.length + MORE_PLACES)),
      places = createPlaces(numPlaces);
    this.#handOut = new HandOut(places);
    this.#handed = Array.from({ length: numPlaces }, () => null);
    this.#workers = setups.map((setup, i) => {
      const worker = threads[i]!;
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        this.#messages.set(data.place, data);
        this.#collect();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.#die(event.error ?? new Error(`a worker thread ended: ${event.message}`));
      };
      worker.onmessageerror = () => this.#die(new Error("a worker thread's message could not be read"));
      post(worker, { kind: "setup", setup, places, predictedBytes });
      return worker;
    });
  }

  /** the chunks that follow belong to another input */
  beginInput(decoderOptions: unknown): void {
    this.#decoderOptions = decoderOptions;
  }

  /** Has the chunk processed. */
  submit(ticket: ChunkTicket, slot: number): SubmittedChunk {
    if (this.#death !== null) return new SettledChunk(this.#death);
    const given = { ticket, slot, decoderOptions: this.#decoderOptions };
    if (this.#own !== null && !this.#handOut.hasBegun) {
      return new SettledChunk(this.#compute(this.#own, given));
    }
    const chunk = new PendingChunk(given, this.#onWait);
    this.#pending.push(chunk);
    if (!this.#collect()) this.#publish(!this.#readsAhead);
    return chunk;
  }

  /**
   * What this thread can do while it would only wait: takes the answers that are there, or else decodes the first chunk
   * that no worker is given yet, or computes the first that none has where this thread stands in for one. False: there
   * is nothing, or no core to do it on.
   */
  help(): boolean {
    if (!(this.#readsAhead || this.#standsIn) || this.#death !== null) return false;
    if (this.#collect()) return true;
    return this.#standsIn ? this.#computeFirst(this.#own!) : this.#decodeFirst();
  }

  /** ends all threads at once, whatever they are at */
  close(): void {
    this.#handOut.end();
    for (const worker of this.#workers) worker.terminate();
    this.#die(new Error("the threads were ended"));
    this.#decoder.close();
  }

  #computeFirst(own: ChunkComputer): boolean {
    const place = this.#handOut.takeBack();
    if (place === null) return false;
    const chunk = this.#handed[place]!;
    this.#handed[place] = null;
    chunk.settle(this.#compute(own, chunk));
    return true;
  }

  #decodeFirst(): boolean {
    const index = this.#pending.findIndex(({ ready }) => ready === null), chunk = this.#pending[index];
    if (chunk === undefined) return false;
    try {
      chunk.ready = this.#decode(chunk);
      this.#publish(false);
    } catch (error) {
      this.#pending.splice(index, 1);
      chunk.settle({ error });
    }
    return true;
  }

  #decode(
    { ticket, slot, decoderOptions }: Pick<PendingChunk, "ticket" | "slot" | "decoderOptions">,
  ): ReadyChunk {
    if (this.#ownOptions !== decoderOptions) {
      this.#ownOptions = decoderOptions;
      this.#decoder.beginInput(decoderOptions);
    }
    return this.#decoder.decode(ticket, this.#setups[0]!.slots[slot]!.input);
  }

  /** This thread's whole work on a chunk. */
  #compute(
    own: ChunkComputer,
    given: Pick<PendingChunk, "ticket" | "slot" | "decoderOptions">,
  ): ChunkOutcome {
    try {
      const chunk = own.compute(this.#decode(given), given.slot);
      // that is of the other threads
      return { ...chunk, counts: { ...chunk.counts, busyMs: 0 } };
    } catch (error) {
      return { error };
    }
  }

  /**
   * Puts chunks into free places.
   *
   * @param all also those that this thread might decode
   */
  #publish(all: boolean): void {
    const most = all ? this.#handed.length : CHUNKS_PER_WORKER * this.#workers.length;
    let numHanded = 0;
    for (const chunk of this.#handed) if (chunk !== null) numHanded++;
    for (; this.#pending.length > 0; numHanded++) {
      if (numHanded >= most && this.#pending[0]!.ready === null) return;
      const place = this.#handOut.nextPlace;
      // that of a chunk that has taken longer than all that came after it
      if (this.#handed[place] !== null) return;
      this.#publishAt(place, this.#pending.shift()!);
    }
  }

  #publishAt(place: number, chunk: PendingChunk): void {
    const { ticket, slot, ready, decoderOptions } = chunk, handed: HandedChunk = { ticket, slot, ready };
    if (this.#postedOptions !== decoderOptions) {
      this.#postedOptions = decoderOptions;
      this.#post({ kind: "input", decoderOptions });
    }
    try {
      const postRoom = (room: PackedPlace) => this.#post({ kind: "room", place, room });
      this.#handOut.publish(handed, this.#numPosted, postRoom);
      this.#handed[place] = chunk;
    } catch (error) {
      chunk.settle({ error });
    }
  }

  #post(message: ToWorker): void {
    for (const worker of this.#workers) post(worker, message);
    this.#numPosted += 1;
  }

  readonly #onWait = (): void => {
    this.#publish(true);
    this.#listen();
  };

  /** Takes answers as they come, while someone waits for one. Nothing that this does blocks or fails. */
  async #listen(): Promise<void> {
    if (this.#isListening) return;
    this.#isListening = true;
    while (this.#isAwaited) {
      const seen = this.#handOut.numNews;
      if (!this.#collect()) await this.#handOut.news(seen);
    }
    this.#isListening = false;
  }

  get #isAwaited(): boolean {
    return this.#handed.some((chunk) => chunk?.isAwaited) || this.#pending.some(({ isAwaited }) => isAwaited);
  }

  /** Takes the answers that are there, and gives the workers more to do; returns whether there was one. */
  #collect(): boolean {
    const before = this.#numTaken;
    if (this.#handOut.numNews !== before) {
      for (let place = 0; place < this.#handed.length; place++) {
        const chunk = this.#handed[place] ?? null, outcome = chunk === null ? null : this.#outcomeAt(place);
        if (outcome === null) continue;
        this.#handed[place] = null;
        this.#numTaken = (this.#numTaken + 1) | 0;
        chunk!.settle(outcome);
      }
    }
    if (this.#numTaken === before) return false;
    this.#publish(!this.#readsAhead);
    return true;
  }

  /** A worker's answer; null: there is none yet, or its message is still on the way. */
  #outcomeAt(place: number): ChunkOutcome | null {
    const answer = this.#handOut.answerAt(place);
    if (answer !== "message") return answer;
    const message = this.#messages.get(place);
    if (message === undefined) return null;
    this.#messages.delete(place);
    return message.kind === "done" ? message.chunk : { error: fromPlainError(message.error) };
  }

  #die(error: unknown): void {
    this.#death ??= { error };
    for (const chunk of this.#handed) chunk?.settle(this.#death);
    this.#handed.fill(null);
    for (const chunk of this.#pending.splice(0)) chunk.settle(this.#death);
    this.#handOut.wake();
  }
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
