/**
 * Bump allocation in one memory that never grows: what a run uses. The plan sizes the memory; the arena hands it out.
 *
 * Invariant: every region begins on a multiple of `ALIGNMENT` and lies `GUARD_BYTES` from the memory's ends; no two
 * overlap, and none is taken back.
 *
 * @module
 */
import { ALIGNMENT, alignUp } from "../dtype/mod.ts";
import { MemoryError } from "../errors.ts";
import { GUARD_BYTES, inBytes } from "./linear_memory.ts";
import type { Region } from "./region.ts";

/** Bytes of a memory that its arena does not give out. */
export const ARENA_OVERHEAD_BYTES: number = 2 * GUARD_BYTES;

/**
 * A bump allocator over a whole memory.
 *
 * @example
 * ```ts
 * import { Arena } from "./arena.ts";
 * import { createMemory } from "./linear_memory.ts";
 * import { strictEqual } from "node:assert/strict";
 * const arena = new Arena(createMemory({ bytes: 65536 }));
 * const price = arena.allocate(1000, "column price"), scratch = arena.allocate(4096, "scratch");
 * strictEqual(price.byteLength, 1000);
 * strictEqual(scratch.byteOffset, price.byteOffset + 1024);
 * ```
 */
export class Arena {
  /** bytes that can be handed out in all */
  readonly limit: number;
  readonly #memory: WebAssembly.Memory;
  readonly #handedOut: { readonly label: string; readonly bytes: number }[] = [];
  #used = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    const room = Math.max(0, memory.buffer.byteLength - ARENA_OVERHEAD_BYTES);
    this.limit = Math.floor(room / ALIGNMENT) * ALIGNMENT;
  }

  /**
   * Hands out bytes whose contents are undefined.
   *
   * @param label what they are for, as a refusal names it
   * @throws {MemoryError} MEM005 when they are not left
   */
  allocate(numBytes: number, label: string): Region {
    if (!Number.isInteger(numBytes) || numBytes < 0) throw new RangeError(`${label}: ${numBytes} bytes`);
    const bytes = alignUp(numBytes);
    if (bytes > this.limit - this.#used) throw this.#exhausted(numBytes, label);
    const byteOffset = GUARD_BYTES + this.#used;
    this.#handedOut.push({ label, bytes });
    this.#used += bytes;
    return { memory: this.#memory, byteOffset, byteLength: numBytes };
  }

  #exhausted(numBytes: number, label: string): MemoryError {
    const largest = this.#handedOut.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5);
    return new MemoryError("MEM005", `${inBytes(numBytes)} for ${label} do not fit the arena`, {
      notes: [
        `${inBytes(this.#used)} of ${inBytes(this.limit)} are in use`,
        ...largest.map((entry) => `${entry.label}: ${inBytes(entry.bytes)}`),
      ],
      help: "lower --chunk-rows, or raise --memory",
    });
  }
}
