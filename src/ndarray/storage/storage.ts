/**
 * The bytes of arrays: one heap for all of them, made when the first array is, with a limit that is checked before
 * anything is allocated. A storage is shared by an array and its views and counts its holders: the last one that
 * lets go gives the bytes back.
 *
 * @module
 */
import { bytesText } from "../../wording/bytes_text.ts";
import { countText } from "../../wording/count_text.ts";
import { MemoryError } from "../../errors.ts";
import { type Allocation, Heap, MAX_MEMORY_BYTES, PAGE_BYTES, type Region } from "../../memory/mod.ts";

/** What an operation would allocate, for the message of a refusal. */
export interface Demand {
  readonly numBytes: number;
  /** "add gives f64 (3, 4)" */
  readonly sentence: string;
  /** the operands, one a line */
  readonly operands: readonly string[];
  /** what was probably meant, asked for where it is refused; null: nothing is known of it */
  readonly meant?: () => string | null;
}

/** What helps wherever memory is refused. */
export function memoryHelp(): string {
  const few = "dispose of arrays that are no longer needed";
  const freeing = numStorages < MANY_STORAGES
    ? few
    : `${few} (using, or nd.scope around each turn of a loop: the collector frees arrays only while the program waits)`;
  return limitBytes < MAX_MEMORY_BYTES
    ? `${freeing}, work on slices, or raise the limit (setMemoryLimit)`
    : `${freeing}, or work on slices: 4 GiB is the most that there is`;
}

/** As many arrays are alive where a loop makes them and nobody disposes of them. */
const MANY_STORAGES = 100;

/** refusals whose help begins with what was probably meant */
const meantInHelp = new WeakSet<MemoryError>();

/** Whether the help of a refusal begins with what was probably meant by its operands. */
export function saysWhatWasMeant(refusal: MemoryError): boolean {
  return meantInHelp.has(refusal);
}

/** Numbers of the arrays' memory. */
export interface MemoryStatistics {
  /** bytes that arrays hold */
  readonly bytesInUse: number;
  readonly peakBytesInUse: number;
  readonly limitBytes: number;
  /** storages that are alive; views share their base's */
  readonly numStorages: number;
}

/** Behind every storage: what kernels may write past the last element. */
const SLACK_BYTES = 64;
/** descriptors and plain numbers of the kernel that runs */
const SCRATCH_BYTES = 16384;

let heap: Heap | null = null;
let scratchRegion: Allocation | null = null;
let limitBytes = MAX_MEMORY_BYTES;
let bytesInUse = 0;
let peakBytesInUse = 0;
let numStorages = 0;

function arraysHeap(): Heap {
  heap ??= wholeHeap() ?? new Heap();
  return heap;
}

/** A heap of all that 32-bit addresses reach; null where the system does not give that much address space. */
function wholeHeap(): Heap | null {
  try {
    return new Heap({ initialBytes: MAX_MEMORY_BYTES });
  } catch (error) {
    if (error instanceof MemoryError) return null;
    throw error;
  }
}

/** The pages of the arrays' memory where it cannot grow, for modules that are made for that; null where it may. */
export function fixedPages(): number | null {
  const { byteLength } = arraysMemory().buffer;
  return byteLength === MAX_MEMORY_BYTES ? byteLength / PAGE_BYTES : null;
}

/** The memory in which all arrays lie. */
export function arraysMemory(): WebAssembly.Memory {
  return arraysHeap().memory;
}

/** Bytes for the descriptor of the kernel that is about to run. */
export function scratch(): Region {
  scratchRegion ??= arraysHeap().allocate(SCRATCH_BYTES);
  return scratchRegion;
}

/** Bytes that stay for good and count to no array: tables of kernels. */
export function allocateForGood(numBytes: number): Region {
  return arraysHeap().allocate(numBytes);
}

/** Bytes of a table that counts to no array; whoever takes it frees it. Refused: MEM005. */
export function allocateTable(numBytes: number, sentence: string): Allocation {
  const demand: Demand = { numBytes, sentence, operands: [] };
  guard(demand);
  return fromHeap(numBytes, demand);
}

/**
 * Sets the most bytes that arrays may hold together; the default is 4 GiB, which is also the most. Arrays that are
 * alive stay.
 *
 * @throws {RangeError} for what is no number of bytes up to 4 GiB
 * @example
 * ```ts
 * import { setMemoryLimit, zeros } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * setMemoryLimit(1 << 20);
 * throws(() => zeros([1000, 1000]), { code: "MEM005" });
 * setMemoryLimit(4 * 1024 ** 3);
 * ```
 */
export function setMemoryLimit(numBytes: number): void {
  if (!Number.isInteger(numBytes) || numBytes < 0 || numBytes > MAX_MEMORY_BYTES) {
    throw new RangeError(`a memory limit of ${numBytes} bytes: give 0 to ${MAX_MEMORY_BYTES}`);
  }
  limitBytes = numBytes;
}

/**
 * What arrays hold and have held.
 *
 * @example
 * ```ts
 * import { memoryStatistics, zeros } from "ndpipe/ndarray";
 * import { ok } from "node:assert/strict";
 * const a = zeros(1000);
 * ok(memoryStatistics().bytesInUse >= a.nbytes);
 * ```
 */
export function memoryStatistics(): MemoryStatistics {
  return { bytesInUse, peakBytesInUse, limitBytes, numStorages };
}

/**
 * Refuses what would pass the limit.
 *
 * @throws {MemoryError} MEM005
 */
export function guard(demand: Demand): void {
  if (bytesInUse + demand.numBytes > limitBytes) throw memoryRefusal(demand);
}

function memoryRefusal(demand: Demand, cause?: MemoryError): MemoryError {
  const { numBytes, sentence, operands } = demand, meant = demand.meant?.() ?? null, help = memoryHelp();
  const used = `${bytesText(bytesInUse)} of the limit of ${bytesText(limitBytes)} are in use`;
  const refusal = new MemoryError(
    "MEM005",
    `${sentence}: ${bytesText(numBytes)} do not fit the memory of arrays`,
    {
      operands,
      notes: [
        `${countText(numBytes)} B are needed; ${used}` +
        (numStorages < MANY_STORAGES ? "" : `, by ${countText(numStorages)} arrays`),
        // within the limit, but not in one piece; the heap knows its pieces
        ...cause?.notes.slice(1) ?? [],
      ],
      help: meant === null ? help : `${meant}; else ${help}`,
      cause,
    },
  );
  if (meant !== null) meantInHelp.add(refusal);
  return refusal;
}

/** Bytes of the heap, which may have none in one piece though the limit is not reached. */
function fromHeap(numBytes: number, demand: Demand): Allocation {
  try {
    return arraysHeap().allocate(numBytes);
  } catch (error) {
    throw error instanceof MemoryError ? memoryRefusal(demand, error) : error;
  }
}

/** Bytes that an array and its views share. */
export class Storage {
  readonly byteLength: number;
  readonly region: Region;
  /** null: the bytes are not ours to free */
  readonly allocation: Allocation | null;
  #numHolders = 0;

  private constructor(byteLength: number, region: Region, allocation: Allocation | null) {
    this.byteLength = byteLength;
    this.region = region;
    this.allocation = allocation;
  }

  /**
   * New bytes, not cleared.
   *
   * @throws {MemoryError} MEM005
   */
  static allocate(demand: Demand): Storage {
    guard(demand);
    const { numBytes } = demand;
    const allocation = fromHeap(numBytes + SLACK_BYTES, demand);
    bytesInUse += numBytes;
    peakBytesInUse = Math.max(peakBytesInUse, bytesInUse);
    numStorages++;
    return new Storage(numBytes, allocation, allocation);
  }

  /** Bytes of the arrays' memory that somebody else frees, not before `owner` is collected. */
  static borrow(region: Region, owner: object): Storage {
    return new Storage(region.byteLength, { ...region, owner } as Region, null);
  }

  get isFreed(): boolean {
    return this.allocation?.isFreed ?? false;
  }

  /** the address; throws MEM006 when the bytes were given back */
  get byteOffset(): number {
    return this.region.byteOffset;
  }

  hold(): void {
    this.#numHolders++;
  }

  /** one holder less; the last one frees */
  release(): void {
    this.#numHolders--;
    this.freeUnheld();
  }

  /** frees what nobody holds: the intermediates of an operation */
  freeUnheld(): void {
    if (this.#numHolders > 0 || this.allocation === null || this.allocation.isFreed) return;
    this.allocation.free();
    bytesInUse -= this.byteLength;
    numStorages--;
  }
}
