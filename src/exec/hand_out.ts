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
import type { ProcessedChunk } from "./chunk_computer.ts";

/** Chunks that a worker has at a time: one that it works on, and one that waits at its side. */
export const MAX_CHUNKS = 2;

/** What the main thread and one worker share. Plain data that can be posted. */
export interface SharedPlaces {
  /** `SENT`, `DONE`, `BEGUN`, `ENDED` */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** of all workers together, how many answers there were: what the main thread waits for */
  readonly news: Int32Array<SharedArrayBuffer>;
  /** of each place: bytes of its text (`AS_MESSAGE`: none), and the messages that the worker has to have by then */
  readonly heads: Int32Array<SharedArrayBuffer>;
  readonly texts: Uint8Array<SharedArrayBuffer>;
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

/** stands in place of a length */
const AS_MESSAGE = -1;
const TEXT_BYTES = 16 * 1024;
/** room for the counts of some hundred stages */
const ANSWER_NUMBERS = 1024;
/** numbers of an answer before those of its stages */
const FIXED_NUMBERS = 8;

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
    texts: new Uint8Array(shared(MAX_CHUNKS * TEXT_BYTES)),
    answers: new Float64Array(shared(MAX_CHUNKS * (1 + ANSWER_NUMBERS) * 8)),
  };
}

/** The main thread's end. */
export class HandOut {
  readonly places: SharedPlaces;
  readonly #encoder = new TextEncoder();
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
    const { state, heads, texts } = this.places;
    const place = placeOf(this.#numSent), text = toText(chunk);
    const bytes = text === null ? null : this.#encoder.encode(text);
    if (bytes === null || bytes.byteLength > TEXT_BYTES) {
      post();
      heads.set([AS_MESSAGE, numMessages + 1], place * 2);
    } else {
      texts.set(bytes, place * TEXT_BYTES);
      heads.set([bytes.byteLength, numMessages], place * 2);
    }
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
  readonly #decoder = new TextDecoder();
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
    const { state, heads, texts } = this.#places;
    // a chunk is counted before it is called for: the call may come when this worker has it and waits for the next
    while (Atomics.load(state, SENT) === this.#numTaken) Atomics.wait(state, SENT, this.#numTaken);
    if (Atomics.load(state, ENDED) === 1) return null;
    const place = placeOf(this.#numTaken),
      numBytes = heads[place * 2]!,
      numMessages = heads[place * 2 + 1]!;
    this.#numTaken = oneMore(this.#numTaken);
    if (numBytes === AS_MESSAGE) return { chunk: null, numMessages };
    // what is decoded may not be shared
    const bytes = texts.slice(place * TEXT_BYTES, place * TEXT_BYTES + numBytes);
    return { chunk: fromText(this.#decoder.decode(bytes)), numMessages };
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

/** An answer without carried columns as numbers; null: it has some, or more stages than there is room for. */
function toNumbers({ numRows, copiedBytes, carried = [], counts }: ProcessedChunk): number[] | null {
  const { reads, decodeMs, computeMs, busyMs, stages } = counts;
  if (carried.length > 0 || stages.length > ANSWER_NUMBERS - FIXED_NUMBERS) return null;
  const { numBytes, numCalls, milliseconds } = reads;
  return [numRows, copiedBytes, numBytes, numCalls, milliseconds, decodeMs, computeMs, busyMs, ...stages];
}

function toChunk(numbers: Float64Array): ProcessedChunk {
  const [numRows, copiedBytes, numBytes, numCalls, milliseconds, decodeMs, computeMs, busyMs] = numbers;
  const reads = { numBytes: numBytes!, numCalls: numCalls!, milliseconds: milliseconds! };
  const stages = Float64Array.from(numbers.subarray(FIXED_NUMBERS));
  const counts = { reads, decodeMs: decodeMs!, computeMs: computeMs!, busyMs: busyMs!, stages };
  return { numRows: numRows!, copiedBytes: copiedBytes!, carried: [], counts };
}

/** the only key of an object that stands for a `Float64Array` */
const FLOATS = "Float64Array";

/** Plain data as text that gives it back: objects, arrays, finite numbers, words, `Float64Array`; null: it is not such. */
export function toText(value: unknown): string | null {
  let isPlain = true;
  const text = JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key: string) {
    // as it is, before a `toJSON` of its own
    const part = this[key];
    if (typeof part === "number") isPlain &&= Number.isFinite(part) && !Object.is(part, -0);
    else if (typeof part === "bigint") return isPlain = false;
    else if (part === undefined) isPlain &&= !Array.isArray(this);
    else if (part instanceof Float64Array) return { [FLOATS]: Array.from(part) };
    else if (typeof part === "object" && part !== null && !Array.isArray(part)) {
      isPlain &&= Object.getPrototypeOf(part) === Object.prototype && !Object.hasOwn(part, FLOATS);
    }
    return part;
  });
  return isPlain ? text : null;
}

/** What `toText` was given. */
export function fromText(text: string): unknown {
  return JSON.parse(
    text,
    (_key, part) => part?.[FLOATS] === undefined ? part : Float64Array.from(part[FLOATS]),
  );
}
