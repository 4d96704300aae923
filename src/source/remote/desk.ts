/**
 * Where the threads of a run meet the thread that fetches: a shared buffer with a few blocks of one remote file.
 * Readers are synchronous, and any thread may read; the fetching thread never waits for one. A reader asks for bytes
 * by claiming a block and ringing the bell, waits for its state to change, and copies what it needs. All desks of a
 * fetching thread have one bell.
 *
 * Invariants
 * 1. Blocks are claimed and looked up under the lock, which nobody holds while waiting for bytes.
 * 2. A block with pins is not claimed anew: its reader is waiting for it, or copying.
 * 3. Only the fetching thread writes a block's bytes, and only between `taken` and `ready` or `failed`.
 *
 * @module
 */

/** What a block is up to. */
export const BLOCK = { free: 0, asked: 1, taken: 2, ready: 3, failed: 4 } as const;

/** Blocks of a desk. */
export const NUM_BLOCKS = 8;
/** Bytes that a block has room for. */
export const BLOCK_BYTES: number = 1 << 20;

// int32 words of the header
const LOCK = 0, CLOCK = 1, CLOSED = 2, CHUNKS = 3, SIGNAL = 4;
const FIRST_BLOCK = 8, WORDS_PER_BLOCK = 4;
const STATE = 0, PINS = 1, USED = 2, LENGTH = 3;
const POSITIONS_OFFSET = 256, DATA_OFFSET = 512;

/** signals by their number in the header, from 1 on */
const SIGNALS: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];

/** Bytes of a desk's buffer. */
export const DESK_BYTES: number = DATA_OFFSET + NUM_BLOCKS * BLOCK_BYTES;

/** What the fetching thread waits at: a number that grows. */
export class Bell {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  get numRings(): number {
    return Atomics.load(this.#words, 0);
  }

  ring(): void {
    Atomics.add(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
  }

  /** Holds the thread until there are more rings than it has heard; whether there are. */
  wait(heard: number, milliseconds: number): boolean {
    return Atomics.wait(this.#words, 0, heard, milliseconds) !== "timed-out";
  }
}

/** A view on a desk's buffer. Every thread makes its own. */
export class Desk {
  readonly buffer: SharedArrayBuffer;
  readonly bell: Bell;
  readonly #words: Int32Array;
  readonly #positions: Float64Array;

  constructor(bell: Bell, buffer: SharedArrayBuffer = new SharedArrayBuffer(DESK_BYTES)) {
    this.bell = bell;
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, FIRST_BLOCK + NUM_BLOCKS * WORDS_PER_BLOCK);
    this.#positions = new Float64Array(buffer, POSITIONS_OFFSET, NUM_BLOCKS);
  }

  /** Runs `work` while no other thread does. */
  locked<T>(work: () => T): T {
    while (Atomics.compareExchange(this.#words, LOCK, 0, 1) !== 0) Atomics.wait(this.#words, LOCK, 1, 1);
    try {
      return work();
    } finally {
      Atomics.store(this.#words, LOCK, 0);
      Atomics.notify(this.#words, LOCK, 1);
    }
  }

  /** The room of a block. */
  data(block: number): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.buffer, DATA_OFFSET + block * BLOCK_BYTES, BLOCK_BYTES);
  }

  state(block: number): number {
    return Atomics.load(this.#words, wordOf(block, STATE));
  }

  setState(block: number, state: number): void {
    Atomics.store(this.#words, wordOf(block, STATE), state);
    Atomics.notify(this.#words, wordOf(block, STATE));
  }

  /** where the block begins in the file */
  position(block: number): number {
    return this.#positions[block]!;
  }

  /** bytes that were asked for; of a block that is ready or failed, those that are there */
  length(block: number): number {
    return Atomics.load(this.#words, wordOf(block, LENGTH));
  }

  /** A block whose bytes (or whose error) are all there. */
  finish(block: number, state: number, length: number): void {
    Atomics.store(this.#words, wordOf(block, LENGTH), length);
    this.setState(block, state);
  }

  /** The block that has the byte, or will; -1: none. Under the lock. */
  find(position: number): number {
    for (let block = 0; block < NUM_BLOCKS; block++) {
      const state = this.state(block);
      if (state === BLOCK.free || state === BLOCK.failed) continue;
      const start = this.position(block);
      if (start === position || (start < position && position < start + this.length(block))) return block;
    }
    return -1;
  }

  /** Claims the block that was used longest ago; -1: all are in use. Under the lock. */
  claim(position: number, length: number): number {
    let found = -1, oldest = Infinity;
    for (let block = 0; block < NUM_BLOCKS; block++) {
      const state = this.state(block);
      if (state === BLOCK.asked || state === BLOCK.taken) continue;
      if (Atomics.load(this.#words, wordOf(block, PINS)) > 0) continue;
      const used = state === BLOCK.free ? -1 : Atomics.load(this.#words, wordOf(block, USED));
      if (used >= oldest) continue;
      oldest = used;
      found = block;
    }
    if (found < 0) return -1;
    this.#positions[found] = position;
    this.#touch(found);
    this.finish(found, BLOCK.asked, length);
    this.bell.ring();
    return found;
  }

  /** Keeps a block from being claimed until `unpin`. Under the lock. */
  pin(block: number): void {
    Atomics.add(this.#words, wordOf(block, PINS), 1);
    this.#touch(block);
  }

  unpin(block: number): void {
    Atomics.sub(this.#words, wordOf(block, PINS), 1);
  }

  /** Holds the thread until the block is in another state, or the time is over. */
  wait(block: number, state: number, milliseconds: number): void {
    Atomics.wait(this.#words, wordOf(block, STATE), state, milliseconds);
  }

  /** the signal after which nothing is answered any more; null: none came */
  get interruptedBy(): Deno.Signal | null {
    return SIGNALS[Atomics.load(this.#words, SIGNAL) - 1] ?? null;
  }

  /**
   * Nobody has to wait any longer: neither those who do, nor those who will. Blocks fail as they are: bytes of what
   * was under way may still come into them, so no word of it stands there.
   */
  interrupt(signal: Deno.Signal): void {
    Atomics.store(this.#words, SIGNAL, 1 + SIGNALS.indexOf(signal));
    for (let block = 0; block < NUM_BLOCKS; block++) {
      const state = this.state(block);
      if (state === BLOCK.asked || state === BLOCK.taken) this.setState(block, BLOCK.failed);
    }
  }

  /** chunks that were handed out and are not decoded yet: other threads may still ask for bytes of them */
  get numChunks(): number {
    return Atomics.load(this.#words, CHUNKS);
  }

  /** Counts a chunk that is handed out (1), or decoded (-1). */
  countChunk(by: 1 | -1): void {
    Atomics.add(this.#words, CHUNKS, by);
  }

  get isClosed(): boolean {
    return Atomics.load(this.#words, CLOSED) === 1;
  }

  close(): void {
    Atomics.store(this.#words, CLOSED, 1);
    this.bell.ring();
  }

  #touch(block: number): void {
    Atomics.store(this.#words, wordOf(block, USED), Atomics.add(this.#words, CLOCK, 1));
  }
}

function wordOf(block: number, word: number): number {
  return FIRST_BLOCK + block * WORDS_PER_BLOCK + word;
}
