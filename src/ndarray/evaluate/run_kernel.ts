/**
 * Runs one kernel of an eager operation, a reduction of much in blocks, and what is longer than a loop in parts.
 *
 * @module
 */
import type { Demand } from "../storage/storage.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";
import { blockedReduction, type KernelCall } from "./blocked_reduction.ts";
import {
  type PreparedBlocks,
  prepareLoopKernel,
  record,
  type RecordedCall,
  runLoopKernel,
  startLoopKernel,
} from "./kernel_cache.ts";
import { longLoop, longReduction, LOOP_LIMITS, type LoopLimits, partsOf } from "./long_loops.ts";

/** What a refusal says of partial results that do not fit. */
export type DemandOfPartials = (result: PartialResults) => Omit<Demand, "numBytes">;

/**
 * Runs the kernel.
 *
 * @throws {MemoryError} MEM005
 */
export function runKernel(
  { kernel, sizes, operands }: KernelCall,
  demandOf: DemandOfPartials,
  limits: LoopLimits = LOOP_LIMITS,
): void {
  const call = { kernel, sizes, operands }, long = longLoop(call, limits);
  if (long >= 0 && long < kernel.numKept) {
    for (const part of partsOf(call, long, limits)) runKernel(part, demandOf, limits);
    return;
  }
  const blocked = long < 0 ? blockedReduction(call) : longReduction(call, long, limits);
  if (blocked === null) {
    runLoopKernel(kernel, sizes, operands);
    return;
  }
  const { partials, numPartials, calls } = blocked, pointers = operands.map(({ pointer }) => pointer);
  const prepared: PreparedBlocks = {
    partials,
    numPartials,
    calls: calls.map(({ kernel, sizes, operands }) => ({
      call: prepareLoopKernel(kernel, sizes, operands),
      operands,
    })),
  };
  record({ call: prepared, pointers });
  runBlocks(prepared, pointers, demandOf);
}

/**
 * Runs a reduction in blocks, with a pointer for each of its operands.
 *
 * @throws {MemoryError} MEM005
 */
export function runBlocks(
  { partials, numPartials, calls }: PreparedBlocks,
  pointers: readonly number[],
  demandOf: DemandOfPartials,
): void {
  const shape = [numPartials], arrays: Strided[] = [];
  try {
    for (const dtype of partials) {
      arrays.push(allocate(dtype, shape, { demand: demandOf({ dtype, shape }) }));
    }
    const places = [...pointers, ...arrays.map(addressOf)];
    for (const { call, operands } of calls) {
      startLoopKernel(call, operands.map(({ place, offset }) => places[place]! + offset));
    }
  } finally {
    for (const { storage } of arrays) storage.freeUnheld();
  }
}

/**
 * Makes a recorded call again, with other pointers.
 *
 * @throws {MemoryError} MEM005
 */
export function runRecorded(
  { call, pointers }: RecordedCall,
  demandOf: DemandOfPartials,
): void {
  record({ call, pointers });
  if ("run" in call) startLoopKernel(call, pointers);
  else runBlocks(call, pointers, demandOf);
}

/** An array of the partial results of all blocks. */
export type PartialResults = Pick<Strided, "dtype" | "shape">;
