/**
 * Whether the main thread stands in for one of the workers that compute. With as many of these as there are cores, it
 * is one thread too many: each time that it wakes to hand out a chunk, it takes a core from a thread that computes, and
 * what it needs from the caches.
 *
 * @module
 */
import { isSmallInput } from "../plan/chunk_choice.ts";
import type { Prepared } from "./prepared.ts";

/** While this thread computes one chunk, each of the others takes another: two wait in a run's slots (`slotsOf`). */
const MOST_WORKERS = 3;

/** @param workers that compute, this thread among them */
export function canStandIn(workers: number, cores: number = navigator.hardwareConcurrency): boolean {
  return workers > 1 && workers <= MOST_WORKERS && workers >= cores;
}

/**
 * What comes by a pipe or over the network comes while this thread waits for it, so there it does not compute; and of
 * a small input the threads that were asked for do all the work.
 */
export function mainStandsIn({ memory, inputs, inputBytes }: Prepared): boolean {
  return memory.isThreaded && canStandIn(memory.workers) && !isSmallInput(inputBytes) &&
    inputs.every(({ stamp }) => stamp !== null);
}
