/**
 * How chunks go to threads and come back: by shared memory. Chunks lie in places, in order; whoever is free takes the
 * first that no one has, by a counter, the main thread too where it computes. So no one is handed anything: no thread
 * waits for a chunk while another has one to spare, and the main thread is not woken for what it does not wait for. A
 * message between threads wakes an event loop on either side and takes both together 40 µs, as long as many a chunk is
 * computed in. An answer that is too long is sent as a message all the same, and its place here says so.
 *
 * Invariants
 * 1. The n-th chunk has place n modulo their number, a power of two, so that counters may wrap; it is published when
 *    the chunk that had the place before was taken back, answered or not begun.
 * 2. `TAKEN` never passes `PUBLISHED`, and who raises it from n has the n-th chunk. It is read before `PUBLISHED`: read
 *    the other way round, both may have been raised between.
 * 3. A place is written before `PUBLISHED` is raised, an answer before its mark is set: who sees one sees the other.
 * 4. An answer that is a message is sent before its mark is set; the main thread waits for it then.
 *
 * @module
 */
import { NdpipeError } from "../errors.ts";
import type { CarriedView } from "../schema/mod.ts";
import type { ProcessedChunk } from "./chunk_computer.ts";
import { type PackedPlace, PackedReader, PackedWriter, type ShapeLog } from "./packed_values.ts";

/** What the main thread and its workers share. Plain data that can be posted. */
export interface SharedPlaces {
  /** the counters below, each on a line of the cache of its own */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** of each place: the messages that a worker has to have read before it reads the chunk, and the answer's mark */
  readonly heads: Int32Array<SharedArrayBuffer>;
  readonly chunks: readonly PackedPlace[];
  readonly shapes: ShapeLog;
  /** of each place: how many numbers the answer has (`AS_MESSAGE`: none), and these */
  readonly answers: Float64Array<SharedArrayBuffer>;
}

/** Numbers of 32 bits between two counters: two lines of the cache, which are fetched together. */
const APART = 32;
/** Index of the state: chunks that were ever published. */
const PUBLISHED = 0;
/** Index of the state: chunks that someone has, or had. */
const TAKEN = APART;
/** Index of the state: answers that there ever were, and what else the main thread may wait for. */
const NEWS = 2 * APART;
/** Index of the state: workers whose modules are loaded. */
const BEGUN = 3 * APART;
/** Index of the state: 1 once the workers are to end. */
const ENDED = BEGUN + 1;

/** of a head */
const MESSAGES = 0, ANSWERED = 1, HEAD_NUMBERS = 2;

/** stands in place of a length */
const AS_MESSAGE = -1;
/** room for the tickets of about a thousand columns */
const CHUNK_WORDS = 4096, CHUNK_NUMBERS = 4096;
/** room for the shapes of all formats' tickets many times over */
const SHAPE_WORDS = 8192;
/** a place that is too small becomes so many times larger */
const GROWTH = 4;
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

function createRoom(numWords: number, numNumbers: number): PackedPlace {
  return {
    words: new Uint16Array(new SharedArrayBuffer(numWords * Uint16Array.BYTES_PER_ELEMENT)),
    numbers: new Float64Array(new SharedArrayBuffer(numNumbers * Float64Array.BYTES_PER_ELEMENT)),
  };
}

/** @param numPlaces a power of two */
export function createPlaces(numPlaces: number): SharedPlaces {
  const numbers = (count: number) => new Int32Array(new SharedArrayBuffer(count * 4));
  return {
    state: numbers(ENDED + APART),
    heads: numbers(numPlaces * HEAD_NUMBERS),
    chunks: Array.from({ length: numPlaces }, () => createRoom(CHUNK_WORDS, CHUNK_NUMBERS)),
    shapes: new Uint16Array(new SharedArrayBuffer(SHAPE_WORDS * Uint16Array.BYTES_PER_ELEMENT)),
    answers: new Float64Array(new SharedArrayBuffer(numPlaces * (1 + ANSWER_NUMBERS) * 8)),
  };
}

/** The place of the first chunk that no one has, which the caller has from now on; null: there is none. */
function takeFirst({ state, chunks }: SharedPlaces): number | null {
  for (;;) {
    const taken = Atomics.load(state, TAKEN);
    if (taken === Atomics.load(state, PUBLISHED)) return null;
    if (Atomics.load(state, ENDED) === 1) return null;
    if (Atomics.compareExchange(state, TAKEN, taken, oneMore(taken)) === taken) {
      return (taken >>> 0) % chunks.length;
    }
  }
}

/** The main thread's end. */
export class HandOut {
  readonly places: SharedPlaces;
  readonly #writer: PackedWriter;
  /** as they are now: some may have grown since the workers got theirs */
  readonly #rooms: PackedPlace[];

  constructor(places: SharedPlaces) {
    this.places = places;
    this.#writer = new PackedWriter(places.shapes);
    this.#rooms = [...places.chunks];
  }

  /** whether a worker's modules are loaded */
  get hasBegun(): boolean {
    return Atomics.load(this.places.state, BEGUN) > 0;
  }

  /** the place of the chunk that is published next */
  get nextPlace(): number {
    return (this.places.state[PUBLISHED]! >>> 0) % this.#rooms.length;
  }

  /**
   * Publishes a chunk at `nextPlace`, which is free.
   *
   * @param chunk plain data
   * @param numMessages that were posted to each worker so far
   * @param postRoom posts a larger room for the place to each worker
   * @throws NdpipeError BUG001: it is no plain data, and was not published
   */
  publish(chunk: unknown, numMessages: number, postRoom: (room: PackedPlace) => void): void {
    const { state, heads } = this.places, place = this.nextPlace;
    let packed = this.#writer.write(chunk, this.#rooms[place]!), numNeeded = numMessages;
    while (packed === "room") {
      const { words, numbers } = this.#rooms[place]!;
      this.#rooms[place] = createRoom(GROWTH * words.length, GROWTH * numbers.length);
      packed = this.#writer.write(chunk, this.#rooms[place]!);
      if (packed === "packed") {
        postRoom(this.#rooms[place]!);
        numNeeded += 1;
      }
    }
    if (packed === "kind") throw new NdpipeError("BUG001", "a chunk's ticket is no plain data");
    heads[place * HEAD_NUMBERS + MESSAGES] = numNeeded;
    heads[place * HEAD_NUMBERS + ANSWERED] = 0;
    Atomics.store(state, PUBLISHED, oneMore(state[PUBLISHED]!));
    Atomics.notify(state, PUBLISHED, 1);
  }

  /** Takes back the first chunk that no worker has; gives its place. Null: there is none. */
  takeBack(): number | null {
    return takeFirst(this.places);
  }

  /** Has the workers end once they ask for a chunk: a thread that waits is not woken by being terminated. */
  end(): void {
    const { state } = this.places;
    Atomics.store(state, ENDED, 1);
    Atomics.store(state, PUBLISHED, oneMore(state[PUBLISHED]!));
    Atomics.notify(state, PUBLISHED);
  }

  /** the answer of the chunk at the place; "message": it is one; null: there is none yet */
  answerAt(place: number): ProcessedChunk | "message" | null {
    const { heads, answers } = this.places;
    if (Atomics.load(heads, place * HEAD_NUMBERS + ANSWERED) === 0) return null;
    const start = place * (1 + ANSWER_NUMBERS), count = answers[start]!;
    return count === AS_MESSAGE ? "message" : toChunk(answers.subarray(start + 1, start + 1 + count));
  }

  /** how many answers there were, for `news` */
  get numNews(): number {
    return Atomics.load(this.places.state, NEWS);
  }

  /** Waits for more answers than there were; does not block. */
  async news(seen: number): Promise<void> {
    const waited = Atomics.waitAsync(this.places.state, NEWS, seen);
    if (waited.async) await waited.value;
  }

  /** ends `news`, whatever there is */
  wake(): void {
    Atomics.add(this.places.state, NEWS, 1);
    Atomics.notify(this.places.state, NEWS);
  }
}

/** A worker's end. */
export class HandedOut {
  readonly #places: SharedPlaces;
  readonly #rooms: PackedPlace[];
  readonly #reader: PackedReader;

  /** says that this worker has begun */
  constructor(places: SharedPlaces) {
    this.#places = places;
    this.#rooms = [...places.chunks];
    this.#reader = new PackedReader(places.shapes);
    Atomics.add(places.state, BEGUN, 1);
  }

  /**
   * Waits for a chunk, and takes it: it is at the place, and can be read once so many messages were. Null: this worker
   * is to end.
   */
  next(): { readonly place: number; readonly numMessages: number } | null {
    const { state, heads } = this.#places;
    for (;;) {
      const published = Atomics.load(state, PUBLISHED);
      if (Atomics.load(state, ENDED) === 1) return null;
      const place = takeFirst(this.#places);
      if (place !== null) return { place, numMessages: heads[place * HEAD_NUMBERS + MESSAGES]! };
      // what was published since does not let it wait
      Atomics.wait(state, PUBLISHED, published);
    }
  }

  /** the chunks of the place are in this room from now on */
  setRoom(place: number, room: PackedPlace): void {
    this.#rooms[place] = room;
  }

  /** the chunk at the place, which this worker has */
  read(place: number): unknown {
    return this.#reader.read(this.#rooms[place]!);
  }

  /**
   * Answers the chunk at the place.
   *
   * @param post posts the answer as a message, where it does not fit here
   */
  answer(place: number, chunk: ProcessedChunk | null, post: () => void): void {
    const { state, heads, answers } = this.#places;
    const start = place * (1 + ANSWER_NUMBERS);
    const numbers = chunk === null ? null : toNumbers(chunk);
    if (numbers === null) post();
    else answers.set(numbers, start + 1);
    answers[start] = numbers === null ? AS_MESSAGE : numbers.length;
    Atomics.store(heads, place * HEAD_NUMBERS + ANSWERED, 1);
    Atomics.add(state, NEWS, 1);
    Atomics.notify(state, NEWS);
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
  // a call has no room for 100,000 arguments
  for (const count of stages) numbers.push(count);
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
