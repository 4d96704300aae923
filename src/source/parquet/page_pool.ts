/**
 * Decompressed pages that all threads of a run share: whoever needs a page that is not there loads it, the others
 * wait for it or take it. So a page that several chunks have rows of is read and decompressed once, whatever the
 * number of threads.
 *
 * Invariants
 * 1. A page that somebody uses stays where it is.
 * 2. No deadlock: a thread takes its dictionary before its page, holds at most one of each, and waits for nothing
 *    while it holds a page, except for one that another thread is loading.
 *
 * @module
 */

/** Pages of a column that are there at once: what one chunk ends with, and what the next one goes on with. */
export const POOLED_PAGES = 2;

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
  readonly buffer: SharedArrayBuffer;
  readonly parts: readonly PoolPart[];
}

const ALIGNMENT = 64;

function alignUp(numBytes: number): number {
  return Math.ceil(numBytes / ALIGNMENT) * ALIGNMENT;
}

/** Bytes of a pool whose parts have entries of these sizes. */
export function poolBytes(entryBytes: readonly number[]): number {
  const pages = entryBytes.reduce((sum, bytes) => sum + POOLED_PAGES * alignUp(bytes), 0);
  return alignUp(entryBytes.length * PART_WORDS * 4) + pages;
}

/** Makes a pool. What is never loaded takes no memory of the system. */
export function createPagePool(entryBytes: readonly number[]): PagePoolPlan {
  let byteOffset = alignUp(entryBytes.length * PART_WORDS * 4);
  const parts = entryBytes.map((bytes, i) => {
    const part = { word: i * PART_WORDS, byteOffset, entryBytes: alignUp(bytes) };
    byteOffset += POOLED_PAGES * part.entryBytes;
    return part;
  });
  return { buffer: new SharedArrayBuffer(byteOffset), parts };
}

/** A page that is held until `release`. */
export interface HeldPage {
  readonly part: number;
  readonly entry: number;
  readonly bytes: Uint8Array;
}

/** One thread's way to the pool. */
export class PagePool {
  readonly #words: Int32Array;
  readonly #buffer: SharedArrayBuffer;
  readonly #parts: readonly PoolPart[];

  constructor({ buffer, parts }: PagePoolPlan) {
    this.#buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#parts = parts;
  }

  /**
   * Gives the page of that number, loading it where nobody has.
   *
   * @param load fills the start of the memory, and tells how many bytes; what it throws is thrown here
   */
  acquire(part: number, page: number, load: (memory: Uint8Array) => number): HeldPage {
    const words = this.#words, { word } = this.#parts[part]!, key = page + 1;
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
      const numBytes = load(new Uint8Array(this.#buffer, byteOffset + at * entryBytes, entryBytes));
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
    return { part, entry: at, bytes: new Uint8Array(this.#buffer, byteOffset + at * entryBytes, numBytes) };
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

  /** the entry that nobody uses with the earliest page; -1: all are used */
  #unused(word: number): number {
    let best = -1, least = Infinity;
    for (let at = 0; at < POOLED_PAGES; at++) {
      const entry = this.#entry(word, at), key = Atomics.load(this.#words, entry + KEY);
      if (Atomics.load(this.#words, entry + USERS) === 0 && key < least) {
        least = key;
        best = at;
      }
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
