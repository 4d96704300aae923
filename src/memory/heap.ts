/**
 * A general allocator over one shared memory that grows: what the eager NDArray API uses.
 *
 * The memory is a list of blocks by address, each free or in use. Free blocks are also in lists by size class: four
 * classes a power of two (a two-level segregated fit). An allocation takes a block of a class whose every block is
 * large enough, and leaves the rest free; a freed block merges with its free neighbours at once.
 *
 * Invariants
 * 1. Blocks cover [base, end) without gap or overlap; sizes and offsets are multiples of `ALIGNMENT`.
 * 2. No two neighbours are both free.
 * 3. A free block is in exactly the list of its class; a block in use is in none.
 *
 * Source: M. Masmano et al., "TLSF: a New Dynamic Memory Allocator for Real-Time Systems", 2004.
 *
 * @module
 */
import { ALIGNMENT, alignUp } from "../dtype/mod.ts";
import { MemoryError } from "../errors.ts";
import { createGrowingMemory, GUARD_BYTES, inBytes, MAX_MEMORY_BYTES, PAGE_BYTES } from "./linear_memory.ts";
import type { Region } from "./region.ts";

interface Block {
  offset: number;
  size: number;
  isFree: boolean;
  /** how often the block was freed: an allocation of an earlier generation is stale */
  generation: number;
  /** neighbours by address */
  before: Block | null;
  after: Block | null;
  /** neighbours in the free list */
  previousFree: Block | null;
  nextFree: Block | null;
}

/** How a heap is made. */
export interface HeapOptions {
  /** the most bytes of memory, at most 4 GiB; default 4 GiB */
  readonly limitBytes?: number;
  /** bytes of the memory at the start; default 1 MiB */
  readonly initialBytes?: number;
}

/** Numbers of a heap. */
export interface HeapStatistics {
  readonly numLive: number;
  /** bytes in use, with padding */
  readonly bytesInUse: number;
  readonly peakBytesInUse: number;
  /** bytes of the memory */
  readonly bytesReserved: number;
  readonly numFreeBlocks: number;
  readonly largestFreeBlock: number;
}

/**
 * Bytes of a heap. It is a region until it is freed; then reading `byteOffset` throws, so that no view can be made
 * of it.
 */
export interface Allocation extends Region, Disposable {
  readonly isFreed: boolean;
  /**
   * Gives the bytes back.
   *
   * @throws {MemoryError} MEM006 when they were given back before
   */
  free(): void;
}

const CLASSES_PER_POWER = 4;
/** new memory is asked for in steps of at least this, and of an eighth of what there is */
const MIN_GROWTH_BYTES = 1 << 20;

/** The class of a size: sizes of one class differ by less than a quarter of a power of two. */
function classOf(size: number): number {
  const units = size / ALIGNMENT;
  const power = 31 - Math.clz32(units);
  return power * CLASSES_PER_POWER + Math.floor((units / 2 ** power - 1) * CLASSES_PER_POWER);
}

/** The first class whose every block holds `size` bytes. */
function fittingClass(size: number): number {
  const own = classOf(size);
  return size === smallestOf(own) ? own : own + 1;
}

function smallestOf(sizeClass: number): number {
  const power = Math.floor(sizeClass / CLASSES_PER_POWER), quarter = sizeClass % CLASSES_PER_POWER;
  return Math.floor((2 ** power * (CLASSES_PER_POWER + quarter)) / CLASSES_PER_POWER) * ALIGNMENT;
}

const NUM_CLASSES = classOf(MAX_MEMORY_BYTES) + 1;

/**
 * A general allocator.
 *
 * @example
 * ```ts
 * import { Heap } from "./heap.ts";
 * import { view } from "./region.ts";
 * import { strictEqual } from "node:assert/strict";
 * const heap = new Heap({ limitBytes: 1 << 20 });
 * const allocation = heap.allocate(800);
 * view(allocation, "f64").fill(1.5);
 * allocation.free();
 * strictEqual(heap.statistics().bytesInUse, 0);
 * ```
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** the most bytes of memory, in whole pages */
  readonly limitBytes: number;
  readonly #freeLists: (Block | null)[] = Array<Block | null>(NUM_CLASSES).fill(null);
  #last: Block | null = null;
  #end: number = GUARD_BYTES;
  #numLive = 0;
  #bytesInUse = 0;
  #peakBytesInUse = 0;

  /** @throws {MemoryError} MEM005 for a limit beyond 4 GiB */
  constructor({ limitBytes = MAX_MEMORY_BYTES, initialBytes = MIN_GROWTH_BYTES }: HeapOptions = {}) {
    this.memory = createGrowingMemory({ initialBytes, maximumBytes: limitBytes });
    this.limitBytes = Math.ceil(limitBytes / PAGE_BYTES) * PAGE_BYTES;
    this.#extend();
  }

  /**
   * Hands out bytes on a multiple of 64; their contents are undefined. No bytes take as much as one.
   *
   * @throws {MemoryError} MEM005 when the limit would be passed; nothing has changed then
   */
  allocate(numBytes: number): Allocation {
    if (!Number.isInteger(numBytes) || numBytes < 0) {
      throw new RangeError(`an allocation of ${numBytes} bytes`);
    }
    const size = Math.max(ALIGNMENT, alignUp(numBytes));
    const block = this.#find(size) ?? this.#grow(size, numBytes);
    this.#take(block, size);
    this.#numLive++;
    this.#bytesInUse += size;
    this.#peakBytesInUse = Math.max(this.#peakBytesInUse, this.#bytesInUse);
    return this.#allocation(block, numBytes);
  }

  #allocation(block: Block, byteLength: number): Allocation {
    const { memory } = this;
    const { generation } = block;
    const isStale = () => block.generation !== generation;
    const free = () => {
      if (isStale()) {
        throw new MemoryError("MEM006", `an allocation of ${inBytes(byteLength)} was freed twice`);
      }
      this.#free(block);
    };
    return {
      memory,
      byteLength,
      get byteOffset() {
        if (isStale()) {
          throw new MemoryError("MEM006", `an allocation of ${inBytes(byteLength)} is used after free`);
        }
        return block.offset;
      },
      get isFreed() {
        return isStale();
      },
      free,
      [Symbol.dispose]: () => {
        if (!isStale()) free();
      },
    };
  }

  /** what the heap holds and has held */
  statistics(): HeapStatistics {
    let numFreeBlocks = 0, largestFreeBlock = 0;
    for (const first of this.#freeLists) {
      for (let block = first; block !== null; block = block.nextFree) {
        numFreeBlocks++;
        largestFreeBlock = Math.max(largestFreeBlock, block.size);
      }
    }
    return {
      numLive: this.#numLive,
      bytesInUse: this.#bytesInUse,
      peakBytesInUse: this.#peakBytesInUse,
      bytesReserved: this.memory.buffer.byteLength,
      numFreeBlocks,
      largestFreeBlock,
    };
  }

  /** a free block that holds `size` bytes */
  #find(size: number): Block | null {
    for (let sizeClass = fittingClass(size); sizeClass < NUM_CLASSES; sizeClass++) {
      const block = this.#freeLists[sizeClass];
      if (block) return block;
    }
    // some blocks of the size's own class may be large enough: better than growing
    for (let block = this.#freeLists[classOf(size)] ?? null; block !== null; block = block.nextFree) {
      if (block.size >= size) return block;
    }
    return null;
  }

  /** asks for memory until the last block holds `size` bytes */
  #grow(size: number, numBytes: number): Block {
    const reserved = this.memory.buffer.byteLength;
    const start = this.#last?.isFree ? this.#last.offset : this.#end;
    const missing = start + size + GUARD_BYTES - reserved;
    const room = this.limitBytes - reserved;
    if (missing > room) throw this.#exhausted(numBytes, this.limitBytes - GUARD_BYTES - start);
    const wanted = Math.min(room, Math.max(missing, MIN_GROWTH_BYTES, reserved / 8));
    const pages = Math.ceil(wanted / PAGE_BYTES);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new MemoryError("MEM005", `the system refuses ${inBytes(pages * PAGE_BYTES)} more`, { cause });
    }
    this.#extend();
    return this.#last!;
  }

  #exhausted(numBytes: number, lastRun: number): MemoryError {
    const { bytesInUse, largestFreeBlock } = this.statistics();
    return new MemoryError(
      "MEM005",
      `${inBytes(numBytes)} do not fit the heap's limit of ${inBytes(this.limitBytes)}`,
      {
        notes: [
          `${inBytes(bytesInUse)} in ${this.#numLive} allocations are in use`,
          `the largest run of free bytes is ${inBytes(Math.max(largestFreeBlock, lastRun))}`,
        ],
        help: "free arrays that are no longer needed, work in chunks, or raise the heap's limit",
      },
    );
  }

  /** makes the bytes between the last block and the memory's end a free block, or part of the last one */
  #extend(): void {
    const end = Math.max(this.#end, this.memory.buffer.byteLength - GUARD_BYTES);
    const size = end - this.#end;
    if (size === 0) return;
    const block: Block = {
      offset: this.#end,
      size,
      isFree: true,
      generation: 0,
      before: this.#last,
      after: null,
      previousFree: null,
      nextFree: null,
    };
    if (this.#last !== null) this.#last.after = block;
    this.#last = block;
    this.#end = end;
    this.#release(block);
  }

  #free(block: Block): void {
    block.generation++;
    this.#numLive--;
    this.#bytesInUse -= block.size;
    this.#release(block);
  }

  /** marks a block free, merged with its free neighbours */
  #release(block: Block): void {
    block.isFree = true;
    const { before, after } = block;
    if (after?.isFree) {
      this.#unlink(after);
      this.#merge(block, after);
    }
    if (before?.isFree) {
      this.#unlink(before);
      this.#merge(before, block);
      this.#link(before);
    } else this.#link(block);
  }

  /** the second block becomes part of the first */
  #merge(first: Block, second: Block): void {
    first.size += second.size;
    first.after = second.after;
    if (second.after === null) this.#last = first;
    else second.after.before = first;
  }

  /** marks the first `size` bytes of a free block used; the rest stays free */
  #take(block: Block, size: number): void {
    this.#unlink(block);
    block.isFree = false;
    if (block.size === size) return;
    const rest: Block = {
      offset: block.offset + size,
      size: block.size - size,
      isFree: true,
      generation: 0,
      before: block,
      after: block.after,
      previousFree: null,
      nextFree: null,
    };
    block.size = size;
    block.after = rest;
    if (rest.after === null) this.#last = rest;
    else rest.after.before = rest;
    this.#link(rest);
  }

  #link(block: Block): void {
    const sizeClass = classOf(block.size);
    const first = this.#freeLists[sizeClass] ?? null;
    block.previousFree = null;
    block.nextFree = first;
    if (first !== null) first.previousFree = block;
    this.#freeLists[sizeClass] = block;
  }

  #unlink(block: Block): void {
    if (block.nextFree !== null) block.nextFree.previousFree = block.previousFree;
    if (block.previousFree !== null) block.previousFree.nextFree = block.nextFree;
    else this.#freeLists[classOf(block.size)] = block.nextFree;
    block.previousFree = block.nextFree = null;
  }
}
