/**
 * Bump allocation in one memory that never grows: what a run uses. The plan sizes the memory; the arena hands it
 * out, labelled, and knows at the end what its peak was made of.
 *
 * Invariants
 * 1. Every region begins on a multiple of `ALIGNMENT` and lies inside the arena, `GUARD_BYTES` from the memory's ends.
 * 2. Regions are released in the reverse order of their allocation; live regions do not overlap.
 * 3. `peak` is the largest `used` that ever was, and `report()` lists the regions of that moment.
 *
 * @module
 */
import { ALIGNMENT, alignUp } from "../dtype/mod.ts";
import { MemoryError, NdpipeError } from "../errors.ts";
import { GUARD_BYTES, inBytes } from "./linear_memory.ts";
import type { Region } from "./region.ts";

/** One line of the memory report. */
export interface LabelledBytes {
  readonly label: string;
  /** with the padding up to the alignment */
  readonly bytes: number;
}

/** A state of an arena to which it can be released. */
export interface ArenaMark {
  readonly numRegions: number;
  readonly used: number;
}

/** A region that is released at the end of a scope: `using lease = arena.lease(bytes, "label")`. */
export interface Lease extends Disposable {
  readonly label: string;
  /**
   * The leased bytes.
   *
   * @throws {NdpipeError} BUG001 once it was released
   */
  readonly region: Region;
}

/** Bytes that an arena over a whole memory does not give out. */
export const ARENA_OVERHEAD_BYTES: number = 2 * GUARD_BYTES;

/**
 * A bump allocator.
 *
 * @example
 * ```ts
 * import { Arena } from "./arena.ts";
 * import { createMemory } from "./linear_memory.ts";
 * import { strictEqual } from "node:assert/strict";
 * const arena = Arena.over(createMemory({ bytes: 65536 }));
 * const column = arena.allocate(1000, "column price");
 * {
 *   using scratch = arena.lease(4096, "scratch");
 *   strictEqual(scratch.region.byteOffset % 64, 0);
 * }
 * strictEqual(column.byteLength, 1000);
 * strictEqual(arena.used, 1024);
 * strictEqual(arena.peak, 1024 + 4096);
 * ```
 */
export class Arena {
  readonly #region: Region;
  readonly #base: number;
  readonly #live: LabelledBytes[] = [];
  #used = 0;
  #peak = 0;
  /** the regions at the peak; null while the live ones are those */
  #atPeak: readonly LabelledBytes[] | null = null;

  /** @param region what is handed out; whoever made it keeps the guards at the memory's ends */
  constructor(region: Region) {
    this.#region = region;
    this.#base = alignUp(region.byteOffset);
  }

  /** an arena over a whole memory but for the guards at its ends */
  static over(memory: WebAssembly.Memory): Arena {
    const byteLength = Math.max(0, memory.buffer.byteLength - ARENA_OVERHEAD_BYTES);
    return new Arena({ memory, byteOffset: GUARD_BYTES, byteLength });
  }

  /** bytes that can be handed out in all */
  get limit(): number {
    const end = this.#region.byteOffset + this.#region.byteLength;
    return Math.max(0, Math.floor((end - this.#base) / ALIGNMENT) * ALIGNMENT);
  }

  /** bytes handed out now, with padding */
  get used(): number {
    return this.#used;
  }

  /** the most bytes that were ever handed out at once */
  get peak(): number {
    return this.#peak;
  }

  /**
   * Hands out bytes whose contents are undefined.
   *
   * @param label what they are for, as the memory report prints it
   * @throws {MemoryError} MEM005 when they are not left
   */
  allocate(numBytes: number, label: string): Region {
    if (!Number.isInteger(numBytes) || numBytes < 0) throw new RangeError(`${label}: ${numBytes} bytes`);
    const bytes = alignUp(numBytes);
    if (bytes > this.limit - this.#used) throw this.#exhausted(numBytes, label);
    const byteOffset = this.#base + this.#used;
    this.#live.push({ label, bytes });
    this.#used += bytes;
    if (this.#used > this.#peak) {
      this.#peak = this.#used;
      this.#atPeak = null;
    }
    return { memory: this.#region.memory, byteOffset, byteLength: numBytes };
  }

  #exhausted(numBytes: number, label: string): MemoryError {
    const largest = [...this.#live].sort((a, b) => b.bytes - a.bytes).slice(0, 5);
    return new MemoryError("MEM005", `${inBytes(numBytes)} for ${label} do not fit the arena`, {
      notes: [
        `${inBytes(this.#used)} of ${inBytes(this.limit)} are in use`,
        ...largest.map((entry) => `${entry.label}: ${inBytes(entry.bytes)}`),
      ],
      help: "lower --chunk-rows, or raise --memory",
    });
  }

  /** the state now, for `release` */
  mark(): ArenaMark {
    return { numRegions: this.#live.length, used: this.#used };
  }

  /** takes back all that was handed out since the mark */
  release(mark: ArenaMark): void {
    if (mark.numRegions > this.#live.length || mark.used > this.#used) {
      throw new NdpipeError("BUG001", "an arena was released to a mark that is released already");
    }
    if (mark.numRegions === this.#live.length) return;
    if (this.#used === this.#peak) this.#atPeak ??= [...this.#live];
    this.#live.length = mark.numRegions;
    this.#used = mark.used;
  }

  /** bytes for a scope; leases end in the reverse order of their beginning, together with all allocated since */
  lease(numBytes: number, label: string): Lease {
    const before = this.mark();
    const region = this.allocate(numBytes, label);
    const after = this.mark();
    const isLive = () => this.#live.length >= after.numRegions && this.#live[before.numRegions] === entry;
    const entry = this.#live[before.numRegions]!;
    return {
      label,
      get region() {
        if (!isLive()) throw new NdpipeError("BUG001", `the lease of ${label} is used after its release`);
        return region;
      },
      [Symbol.dispose]: () => {
        if (!isLive()) {
          throw new NdpipeError("BUG001", `the lease of ${label} is released twice or out of order`);
        }
        this.release(before);
      },
    };
  }

  /** what the peak was made of, equal labels added up, largest first */
  report(): readonly LabelledBytes[] {
    const total = new Map<string, number>();
    for (const { label, bytes } of this.#atPeak ?? this.#live) {
      total.set(label, (total.get(label) ?? 0) + bytes);
    }
    return [...total].map(([label, bytes]) => ({ label, bytes })).sort((a, b) => b.bytes - a.bytes);
  }
}
