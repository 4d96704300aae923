/**
 * The linear memory that kernels, columns and arrays share.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { MemoryError } from "../errors.ts";

/** Bytes of a page of WebAssembly. */
export const PAGE_BYTES = 65536;
/** The most bytes a memory with 32-bit addresses has: 4 GiB. */
export const MAX_MEMORY_BYTES: number = 65536 * PAGE_BYTES;
/**
 * Bytes at either end of a memory that allocators never give out: address 0 stays invalid, and kernels may read up
 * to 64 bytes behind an operand.
 */
export const GUARD_BYTES = 64;

/** A number of bytes as text: "4,294,967,296 B". */
export function inBytes(numBytes: number): string {
  return `${countText(numBytes)} B`;
}

function allocateMemory(initial: number, maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch (cause) {
    throw new MemoryError("MEM005", `the system has no address space for ${inBytes(maximum * PAGE_BYTES)}`, {
      notes: [cause instanceof Error ? cause.message : String(cause)],
      help: "lower --memory, or lift the limit on the process's address space (ulimit -v)",
      cause,
    });
  }
}

/**
 * A shared memory of at least `bytes` bytes whose maximum is its size: it never grows during a run. Pages cost no
 * physical memory before they are touched.
 *
 * @throws {MemoryError} MEM005 beyond 4 GiB
 * @example
 * ```ts
 * import { createMemory } from "./linear_memory.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(createMemory({ bytes: 100_000 }).buffer.byteLength, 131_072);
 * ```
 */
export function createMemory({ bytes }: { readonly bytes: number }): WebAssembly.Memory {
  const pages = pagesOf(bytes);
  return allocateMemory(pages, pages);
}

/** A shared memory that may grow from `initialBytes` to `maximumBytes`. For the eager API only. */
export function createGrowingMemory(
  { initialBytes, maximumBytes }: { readonly initialBytes: number; readonly maximumBytes: number },
): WebAssembly.Memory {
  return allocateMemory(pagesOf(Math.min(initialBytes, maximumBytes)), pagesOf(maximumBytes));
}

function pagesOf(bytes: number): number {
  if (!Number.isInteger(bytes) || bytes < 0) throw new RangeError(`a memory of ${bytes} bytes`);
  if (bytes > MAX_MEMORY_BYTES) {
    throw new MemoryError("MEM005", `a memory of ${inBytes(bytes)} was asked for, the most is 4 GiB`, {
      notes: [`a kernel's 32-bit addresses reach ${inBytes(MAX_MEMORY_BYTES)}`],
      help: "lower --memory to at most 4GiB, or let the plan choose fewer chunk rows",
    });
  }
  return Math.ceil(bytes / PAGE_BYTES);
}
