/**
 * How chunks go to a worker and come back: by shared memory. A message between threads wakes an event loop on either
 * side and takes both together 40 µs, as long as many a chunk is computed in; this takes a third of it. What is no plain
 * data, or too long, is sent as a message all the same, and its place here says so.
 *
 * Invariants
 * 1. A worker has at most `MAX_CHUNKS` chunks. Chunk n of a worker has place n modulo `MAX_CHUNKS`, and the main thread
 *    fills the place again only after it took the answer.
 * 2. A place is written before its counter is raised: who sees the counter sees the place.
 * 3. An answer that is a message is sent before its counter is raised; the main thread waits for it then.
 *
 * @module
 */
import type { CarriedView } from "../schema/mod.ts";
import type { ProcessedChunk } from "./chunk_computer.ts";
import { type PackedPlace, PackedReader, PackedWriter } from "./packed_values.ts";

/** Chunks that a worker has at a time: one that it works on, and one that waits at its side. */
export const MAX_CHUNKS = 2;

/** What the main thread and one worker share. Plain data that can be posted. */
export interface SharedPlaces {
  /** `SENT`, `DONE`, `BEGUN`, `ENDED` */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** of all workers together, how many answers there were: what the main thread waits for */
  readonly news: Int32Array<SharedArrayBuffer>;
  /** of each place: `PACKED` or `AS_MESSAGE`, and the messages that the worker has to have by then */
  readonly heads: Int32Array<SharedArrayBuffer>;
  readonly chunks: readonly PackedPlace[];
  /** of each place: how many numbers the answer has (`AS_MESSAGE`: none), and these */
  readonly answers: Float64Array<SharedArrayBuffer>;
}

/** Index of the state: chunks that the worker was ever given. */
const SENT = 0;
/** Index of the state: chunks that it is through with. */
const DONE = 1;
/** Index of the state: 1 once its modules are loaded. */
const BEGUN = 2;
/** Index of the state: 1 once the worker is to end. */
const ENDED = 3;

/** stands in place of `PACKED` or of a length */
const AS_MESSAGE = -1;
/** the chunk lies in its place */
const PACKED = 0;
/** room for the tickets of about a thousand columns */
const CHUNK_WORDS = 4096, CHUNK_NUMBERS = 4096;
/** room for the counts of some hundred stages */
const ANSWER_NUMBERS = 1024;
/** numbers of an answer before those of its carried columns, which its stages follow */
const FIXED_NUMBERS = 9;
const NUMBERS_PER_COLUMN = 5;
/** stands in place of a pointer */
const NONE = -1;

/** A counter of chunks, as shared memory holds it: after 2 ** 31 it goes on below zero. */
function oneMore(count: number): number {
  return (count + 1) | 0;
}

/** The place of a worker's chunk by how many were before it. */
function placeOf(count: number): number {
  return (count >>> 0) % MAX_CHUNKS;
}

/** The shared memory of one worker. */
export function createPlaces(news: Int32Array<SharedArrayBuffer>): SharedPlaces {
  const shared = (numBytes: number) => new SharedArrayBuffer(numBytes);
  return {
    state: new Int32Array(shared(4 * 4)),
    news,
    heads: new Int32Array(shared(MAX_CHUNKS * 2 * 4)),
    chunks: Array.from({ length: MAX_CHUNKS }, () => ({
      words: new Uint16Array(shared(CHUNK_WORDS * Uint16Array.BYTES_PER_ELEMENT)),
      numbers: new Float64Array(shared(CHUNK_NUMBERS * Float64Array.BYTES_PER_ELEMENT)),
    })),
    answers: new Float64Array(shared(MAX_CHUNKS * (1 + ANSWER_NUMBERS) * 8)),
  };
}

/** The main thread's end. */
export class HandOut {
  readonly places: SharedPlaces;
  readonly #writer = new PackedWriter();
  #numSent: number;
  #numTaken: number;

  constructor(places: SharedPlaces) {
    this.places = places;
    this.#numSent = Atomics.load(places.state, SENT);
    this.#numTaken = Atomics.load(places.state, DONE);
  }

  /** whether the worker's modules are loaded */
  get hasBegun(): boolean {
    return Atomics.load(this.places.state, BEGUN) === 1;
  }

  /**
   * Gives the worker its next chunk.
   *
   * @param chunk plain data
   * @param numMessages that were posted to the worker so far
   * @param post posts the chunk as another message, where it does not fit here
   */
  send(chunk: unknown, numMessages: number, post: () => void): void {
    const { state, heads, chunks } = this.places, place = placeOf(this.#numSent);
    const isPacked = this.#writer.write(chunk, chunks[place]!);
    if (!isPacked) post();
    heads[place * 2] = isPacked ? PACKED : AS_MESSAGE;
    heads[place * 2 + 1] = isPacked ? numMessages : numMessages + 1;
    this.#numSent = oneMore(this.#numSent);
    Atomics.store(state, SENT, this.#numSent);
    Atomics.notify(state, SENT);
  }

  /** Has the worker end once it asks for a chunk: a thread that waits is not woken by being terminated. */
  end(): void {
    const { state } = this.places;
    Atomics.store(state, ENDED, 1);
    Atomics.store(state, SENT, oneMore(this.#numSent));
    Atomics.notify(state, SENT);
  }

  /**
   * The worker's next answer; "message": it is one, which is here; null: there is none yet.
   *
   * @param hasMessage whether a message is here that was not taken
   */
  take(hasMessage: boolean): ProcessedChunk | "message" | null {
    const { state, answers } = this.places;
    if (Atomics.load(state, DONE) === this.#numTaken) return null;
    const start = placeOf(this.#numTaken) * (1 + ANSWER_NUMBERS), count = answers[start]!;
    if (count === AS_MESSAGE && !hasMessage) return null;
    this.#numTaken = oneMore(this.#numTaken);
    return count === AS_MESSAGE ? "message" : toChunk(answers.slice(start + 1, start + 1 + count));
  }
}

/** The worker's end. */
export class HandedOut {
  readonly #places: SharedPlaces;
  readonly #reader = new PackedReader();
  #numTaken: number;

  /** says that this worker has begun */
  constructor(places: SharedPlaces) {
    this.#places = places;
    this.#numTaken = Atomics.load(places.state, DONE);
    Atomics.store(places.state, BEGUN, 1);
  }

  /**
   * Waits for the next chunk; its `chunk` is null: it is a message. `numMessages` are those that have to have been read
   * before it. Null: this worker is to end.
   */
  next(): { readonly chunk: unknown | null; readonly numMessages: number } | null {
    const { state, heads, chunks } = this.#places;
    // a chunk is counted before it is called for: the call may come when this worker has it and waits for the next
    while (Atomics.load(state, SENT) === this.#numTaken) Atomics.wait(state, SENT, this.#numTaken);
    if (Atomics.load(state, ENDED) === 1) return null;
    const place = placeOf(this.#numTaken), numMessages = heads[place * 2 + 1]!;
    this.#numTaken = oneMore(this.#numTaken);
    const isPacked = heads[place * 2] === PACKED;
    return { chunk: isPacked ? this.#reader.read(chunks[place]!) : null, numMessages };
  }

  /**
   * Answers the chunk that was taken last.
   *
   * @param post posts the answer as a message, where it does not fit here
   */
  answer(chunk: ProcessedChunk | null, post: () => void): void {
    const { state, news, answers } = this.#places;
    const start = placeOf(this.#numTaken - 1) * (1 + ANSWER_NUMBERS);
    const numbers = chunk === null ? null : toNumbers(chunk);
    if (numbers === null) post();
    else answers.set(numbers, start + 1);
    answers[start] = numbers === null ? AS_MESSAGE : numbers.length;
    Atomics.add(state, DONE, 1);
    Atomics.add(news, 0, 1);
    Atomics.notify(news, 0);
  }
}

/**
 * An answer as numbers; null: it has more stages and carried columns than there is room for. A message comes only when
 * the main thread is at its event loop: where that computes too, a worker would wait for its next chunk until then.
 */
function toNumbers({ numRows, copiedBytes, carried = [], counts }: ProcessedChunk): number[] | null {
  const { reads, decodeMs, computeMs, busyMs, stages } = counts;
  const length = FIXED_NUMBERS + NUMBERS_PER_COLUMN * carried.length + stages.length;
  if (length > ANSWER_NUMBERS) return null;
  const { numBytes, numCalls, milliseconds } = reads;
  const numbers = [numRows, copiedBytes, numBytes, numCalls, milliseconds, decodeMs, computeMs, busyMs];
  numbers.push(carried.length);
  for (const { validity, offsets, pointer, firstBit } of carried) {
    numbers.push(validity?.pointer ?? NONE, validity?.firstBit ?? 0, offsets ?? NONE, pointer, firstBit);
  }
  numbers.push(...stages);
  return numbers;
}

function toChunk(numbers: Float64Array): ProcessedChunk {
  const [numRows, copiedBytes, numBytes, numCalls, milliseconds, decodeMs, computeMs, busyMs, numCarried] =
    numbers;
  const reads = { numBytes: numBytes!, numCalls: numCalls!, milliseconds: milliseconds! };
  const firstStage = FIXED_NUMBERS + NUMBERS_PER_COLUMN * numCarried!;
  const stages = Float64Array.from(numbers.subarray(firstStage));
  const counts = { reads, decodeMs: decodeMs!, computeMs: computeMs!, busyMs: busyMs!, stages };
  const carried: CarriedView[] = [];
  for (let start = FIXED_NUMBERS; start < firstStage; start += NUMBERS_PER_COLUMN) {
    carried.push(toView(numbers.subarray(start, start + NUMBERS_PER_COLUMN)));
  }
  return { numRows: numRows!, copiedBytes: copiedBytes!, carried, counts };
}

function toView([validity, firstValid, offsets, pointer, firstBit]: Float64Array): CarriedView {
  return {
    validity: validity === NONE ? null : { pointer: validity!, firstBit: firstValid! },
    offsets: offsets === NONE ? null : offsets!,
    pointer: pointer!,
    firstBit: firstBit!,
  };
}
