/**
 * Decompressed pages that all threads of a run share: whoever needs a page that is not there loads it, the others
 * wait for it or take it. So a page that several chunks have rows of is read and decompressed once, whatever the
 * number of threads.
 *
 * Invariants
 * 1. A page that somebody uses stays where it is.
 * 2. No deadlock: a thread takes its dictionary before its page, holds at most one of each, and waits for nothing
 *    while it holds a page, except for one that another thread is loading.
 * 3. Who loads a page comes to an end with it, so that nobody waits for ever: what fails is thrown, and threads are
 *    ended by the main thread alone, which is not waiting then.
 *
 * @module
 */
import { alignUp } from "../../dtype/mod.ts";
import { createMemory } from "../../memory/linear_memory.ts";
import type { RunShared } from "../source.ts";
import { NativePages, STAGING_BYTES } from "./native_pages.ts";

/** Pages of a column that are there at once: what one chunk ends with, and what the next one goes on with. */
const POOLED_PAGES = 2;

/** words of an entry in the control words: which page, its state, its users, its bytes */
const KEY = 0, STATE = 1, USERS = 2, SIZE = 3, ENTRY_WORDS = 4;
const EMPTY = 0, LOADING = 1, READY = 2;
/** of a part: its lock, and a count that grows whenever something changes */
const LOCK = 0, CHANGES = 1, PART_WORDS = 2 + POOLED_PAGES * ENTRY_WORDS;

/** What can be had from the pool: the pages of one column, or its dictionaries. */
export interface PoolPart {
  /** of the part's control words */
  readonly word: number;
  /** of its memory, and the bytes of each of its entries */
  readonly byteOffset: number;
  readonly entryBytes: number;
}

/** A pool's memory and how it is divided. Plain data that can be posted. */
export interface PagePoolPlan {
  readonly memory: WebAssembly.Memory;
  readonly parts: readonly PoolPart[];
  /** of the word that counts the threads which came, and of the first one's staging */
  readonly threadsWord: number;
  readonly stagings: number;
  /** bytes of the largest compressed page */
  readonly compressedBytes: number;
  /** of the pool, within the process */
  readonly id: number;
  /** what the number of the first page counts from: files that share a pool have numbers of their own */
  readonly firstPage: number;
}

/** Threads that have staging, and room for a compressed page; those that come later go without kernels. */
const MAX_THREADS = 16;
/** kernels load a little behind the last byte */
const SLACK_BYTES = 64;

/** What a pool has to hold. */
export interface PoolSizes {
  /** by part, bytes of the largest page */
  readonly entryBytes: readonly number[];
  readonly compressedBytes: number;
}

function threadBytes(compressedBytes: number): number {
  return alignUp(STAGING_BYTES) + alignUp(compressedBytes);
}

/** Bytes of a pool that so many threads use. */
export function poolBytes(
  { entryBytes, compressedBytes }: PoolSizes,
  numThreads: number = MAX_THREADS,
): number {
  const pages = entryBytes.reduce((sum, bytes) => sum + POOLED_PAGES * alignUp(bytes), 0);
  const words = alignUp((1 + entryBytes.length * PART_WORDS) * 4);
  return words + pages + numThreads * threadBytes(compressedBytes) + SLACK_BYTES;
}

/**
 * Makes a pool. What is never loaded takes no memory of the system.
 *
 * @throws MemoryError MEM005 beyond 4 GiB
 */
export function createPagePool(sizes: PoolSizes): PagePoolPlan {
  const { entryBytes, compressedBytes } = sizes, id = numPools++;
  let byteOffset = alignUp((1 + entryBytes.length * PART_WORDS) * 4);
  const parts = entryBytes.map((bytes, i) => {
    const part = { word: 1 + i * PART_WORDS, byteOffset, entryBytes: alignUp(bytes) };
    byteOffset += POOLED_PAGES * part.entryBytes;
    return part;
  });
  const memory = createMemory({ bytes: poolBytes(sizes) });
  seatsOfMade.set(memory, null);
  return { memory, parts, threadsWord: 0, stagings: byteOffset, compressedBytes, id, firstPage: 0 };
}

let numPools = 0;
/**
 * Of each run, the pools of its files, by their number of parts, and the first number that none of their pages has. A
 * run that was given up may leave pages of its pool held, and locks: none other uses it.
 */
const runPools = new WeakMap<
  RunShared,
  Map<number, { readonly plan: PagePoolPlan; readonly nextPage: number }>
>();

/** numbers of pages are words of 32 bits, one more than the page's */
const MAX_PAGE = 2 ** 31 - 2;

/** The sizes as numbers that can be compared: those of files with as many parts. */
export function sharedSizesOf({ entryBytes, compressedBytes }: PoolSizes): readonly number[] {
  return [compressedBytes, ...entryBytes];
}

/** What `sharedSizesOf` gave, or the most of several of them. */
export function poolSizesOf([compressedBytes = 0, ...entryBytes]: readonly number[]): PoolSizes {
  return { entryBytes, compressedBytes };
}

/**
 * A pool for the pages of one more file of a run: that of its other files, which has room for the largest of them. The
 * collector does not see these memories, so a folder of a thousand files would leave a thousand.
 *
 * @param numPages numbers below which those of the file's pages are
 * @param run whose file it is; absent: it has a pool of its own
 * @throws MemoryError MEM005 beyond 4 GiB
 */
export function pagePoolFor(sizes: PoolSizes, numPages: number, run?: RunShared): PagePoolPlan {
  if (run === undefined) return createPagePool(sizes);
  const pools = runPools.get(run) ?? new Map<number, { plan: PagePoolPlan; nextPage: number }>();
  runPools.set(run, pools);
  const { entryBytes, compressedBytes } = sizes, last = pools.get(entryBytes.length);
  const fits = last !== undefined && last.nextPage + numPages <= MAX_PAGE &&
    compressedBytes <= last.plan.compressedBytes &&
    entryBytes.every((bytes, i) => bytes <= last.plan.parts[i]!.entryBytes);
  if (fits) {
    pools.set(entryBytes.length, { plan: last.plan, nextPage: last.nextPage + numPages });
    return { ...last.plan, firstPage: last.nextPage };
  }
  const own = sharedSizesOf(sizes), most = run.sizes.find(({ length }) => length === own.length) ?? own;
  const plan = createPagePool(poolSizesOf(own.map((bytes, i) => Math.max(bytes, most[i]!))));
  pools.set(entryBytes.length, { plan, nextPage: numPages });
  return plan;
}

/** A page that is held until `release`. */
export interface HeldPage {
  readonly part: number;
  readonly entry: number;
  readonly bytes: Uint8Array;
}

/** A thread's part of a pool. */
interface Seat {
  readonly id: number;
  /** null: there are too many threads */
  readonly staging: number | null;
  native: { readonly slots: WebAssembly.Memory; readonly pages: NativePages } | null;
}

/**
 * Of this thread, in pools that it made: each goes with its pool's memory, when the run that had it is over. A seat holds
 * the memory of the run's slots.
 */
const seatsOfMade = new WeakMap<WebAssembly.Memory, Seat | null>();
/**
 * Of a worker, in pools that it was sent, each time as another object, the last one used at the end: the worker ends
 * with its run. A seat is kept, as a pool counts it once; only the last ones hold on to their pools' memory.
 */
const seatsOfSent: Seat[] = [];
const MAX_NATIVE_SEATS = 8;

function takeSeat({ id, memory, threadsWord, stagings, compressedBytes }: PagePoolPlan): Seat {
  const thread = Atomics.add(new Int32Array(memory.buffer), threadsWord, 1);
  const staging = thread < MAX_THREADS ? stagings + thread * threadBytes(compressedBytes) : null;
  return { id, staging, native: null };
}

/** One thread's way to the pool. */
export class PagePool {
  readonly #words: Int32Array;
  readonly #memory: WebAssembly.Memory;
  readonly #parts: readonly PoolPart[];
  readonly #seat: Seat;
  readonly #threadsWord: number;
  readonly #compressedBytes: number;
  readonly #firstKey: number;

  /** @param seat of the thread; absent: one of its own */
  constructor(plan: PagePoolPlan, seat: Seat = takeSeat(plan)) {
    const { memory, parts, threadsWord, compressedBytes, firstPage } = plan;
    this.#threadsWord = threadsWord;
    this.#compressedBytes = compressedBytes;
    this.#memory = memory;
    this.#words = new Int32Array(memory.buffer);
    this.#parts = parts;
    this.#seat = seat;
    this.#firstKey = firstPage + 1;
  }

  /** This thread's way to the pool: it counts as one thread of it, whatever the number of files. */
  static ofThread(plan: PagePoolPlan): PagePool {
    const made = seatsOfMade.get(plan.memory);
    if (made === undefined) return new PagePool(plan, PagePool.#seatOfSent(plan));
    const seat = made ?? takeSeat(plan);
    seatsOfMade.set(plan.memory, seat);
    return new PagePool(plan, seat);
  }

  static #seatOfSent(plan: PagePoolPlan): Seat {
    const at = seatsOfSent.findIndex(({ id }) => id === plan.id);
    const seat = at < 0 ? takeSeat(plan) : seatsOfSent.splice(at, 1)[0]!;
    seatsOfSent.push(seat);
    const older = seatsOfSent.at(-1 - MAX_NATIVE_SEATS);
    if (older !== undefined) older.native = null;
    return seat;
  }

  /** This thread's memory for a compressed page, from which pages are decompressed without another copy. */
  compressed(numBytes: number): Uint8Array {
    const { staging } = this.#seat;
    if (staging === null || numBytes > this.#compressedBytes) return new Uint8Array(numBytes);
    return new Uint8Array(this.#memory.buffer, staging + alignUp(STAGING_BYTES), numBytes);
  }

  /** This thread's kernels on the pool's pages, for slots in that memory; null where it is one thread too many. */
  native(slots: WebAssembly.Memory): NativePages | null {
    const seat = this.#seat;
    if (seat.staging === null) return null;
    if (seat.native?.slots !== slots) {
      seat.native = { slots, pages: new NativePages(this.#memory, slots, seat.staging) };
    }
    return seat.native.pages;
  }

  /**
   * Gives the page of that number, loading it where nobody has.
   *
   * @param load fills the start of the memory, and tells how many bytes; what it throws is thrown here
   */
  acquire(part: number, page: number, load: (memory: Uint8Array) => number): HeldPage {
    const words = this.#words, { word } = this.#parts[part]!, key = this.#firstKey + page;
    for (;;) {
      const seen = Atomics.load(words, word + CHANGES);
      this.#lock(word);
      let at = this.#find(word, key);
      if (at >= 0) {
        const state = Atomics.load(words, this.#entry(word, at) + STATE);
        if (state === READY) {
          Atomics.add(words, this.#entry(word, at) + USERS, 1);
          this.#unlock(word);
          return this.#held(part, at);
        }
        this.#unlock(word);
        Atomics.wait(words, word + CHANGES, seen);
        continue;
      }
      at = this.#unused(word);
      if (at < 0) {
        this.#unlock(word);
        Atomics.wait(words, word + CHANGES, seen);
        continue;
      }
      const entry = this.#entry(word, at);
      Atomics.store(words, entry + KEY, key);
      Atomics.store(words, entry + STATE, LOADING);
      Atomics.store(words, entry + USERS, 1);
      this.#unlock(word);
      return this.#load(part, at, load);
    }
  }

  /** The page may be overwritten from now on. */
  release({ part, entry }: HeldPage): void {
    const { word } = this.#parts[part]!;
    Atomics.sub(this.#words, this.#entry(word, entry) + USERS, 1);
    this.#changed(word);
  }

  #load(part: number, at: number, load: (memory: Uint8Array) => number): HeldPage {
    const { word, byteOffset, entryBytes } = this.#parts[part]!, entry = this.#entry(word, at);
    try {
      const numBytes = load(new Uint8Array(this.#memory.buffer, byteOffset + at * entryBytes, entryBytes));
      Atomics.store(this.#words, entry + SIZE, numBytes);
      Atomics.store(this.#words, entry + STATE, READY);
      return this.#held(part, at);
    } catch (error) {
      // whoever waits for it tries by itself, and meets the same
      Atomics.store(this.#words, entry + KEY, 0);
      Atomics.store(this.#words, entry + STATE, EMPTY);
      Atomics.store(this.#words, entry + USERS, 0);
      throw error;
    } finally {
      this.#changed(word);
    }
  }

  #held(part: number, at: number): HeldPage {
    const { word, byteOffset, entryBytes } = this.#parts[part]!;
    const numBytes = Atomics.load(this.#words, this.#entry(word, at) + SIZE);
    return {
      part,
      entry: at,
      bytes: new Uint8Array(this.#memory.buffer, byteOffset + at * entryBytes, numBytes),
    };
  }

  #entry(word: number, at: number): number {
    return word + 2 + at * ENTRY_WORDS;
  }

  #find(word: number, key: number): number {
    for (let at = 0; at < POOLED_PAGES; at++) {
      if (Atomics.load(this.#words, this.#entry(word, at) + KEY) === key) return at;
    }
    return -1;
  }

  /**
   * The entry for a page that is not there; -1: all are used. Several threads keep the page before for those that
   * are behind; a thread by itself goes on in the memory that it has touched.
   */
  #unused(word: number): number {
    const isAlone = Atomics.load(this.#words, this.#threadsWord) === 1;
    let best = -1, least = Infinity;
    for (let at = 0; at < POOLED_PAGES; at++) {
      const entry = this.#entry(word, at), key = Atomics.load(this.#words, entry + KEY);
      if (Atomics.load(this.#words, entry + USERS) !== 0) continue;
      const rank = isAlone && key === 0 ? Number.MAX_SAFE_INTEGER : key;
      if (rank >= least) continue;
      least = rank;
      best = at;
    }
    return best;
  }

  #lock(word: number): void {
    while (Atomics.compareExchange(this.#words, word + LOCK, 0, 1) !== 0) {
      Atomics.wait(this.#words, word + LOCK, 1);
    }
  }

  #unlock(word: number): void {
    Atomics.store(this.#words, word + LOCK, 0);
    Atomics.notify(this.#words, word + LOCK, 1);
  }

  #changed(word: number): void {
    Atomics.add(this.#words, word + CHANGES, 1);
    Atomics.notify(this.#words, word + CHANGES);
  }
}
