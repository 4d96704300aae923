/**
 * Runs one kernel of an eager operation, a reduction of much in blocks.
 *
 * @module
 */
import type { Demand } from "../storage/storage.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";
import { blockedReduction, type KernelCall } from "./blocked_reduction.ts";
import { runLoopKernel } from "./kernel_cache.ts";

/**
 * Runs the kernel.
 *
 * @param demandOf what a refusal says of partial results that do not fit
 * @throws {MemoryError} MEM005
 */
export function runKernel(
  call: KernelCall,
  demandOf: (result: PartialResults) => Omit<Demand, "numBytes">,
): void {
  const blocked = blockedReduction(call);
  if (blocked === null) {
    runLoopKernel(call.kernel, call.sizes, call.operands);
    return;
  }
  const shape = [blocked.numPartials];
  const partials: Strided[] = [];
  try {
    for (const dtype of blocked.partials) {
      partials.push(allocate(dtype, shape, { demand: demandOf({ dtype, shape }) }));
    }
    for (const { kernel, sizes, operands } of blocked.calls(partials.map(addressOf))) {
      runLoopKernel(kernel, sizes, operands);
    }
  } finally {
    for (const { storage } of partials) storage.freeUnheld();
  }
}

/** An array of the partial results of all blocks. */
export type PartialResults = Pick<Strided, "dtype" | "shape">;
