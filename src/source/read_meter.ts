/**
 * What this thread has read of files and pipes: counters that only grow, as a system keeps them of a process. A worker
 * has counters of its own. What a call has read is the difference of the counters before and after it.
 *
 * @module
 */

/** Calls to the system that read, what they gave, and the time that they took. */
export interface ReadCounts {
  readonly numBytes: number;
  readonly numCalls: number;
  readonly milliseconds: number;
}

const total = { numBytes: 0, numCalls: 0, milliseconds: 0 };

/** Counts one call that has just returned; `startedMs` is what `performance.now()` said before it. */
export function countRead(numBytes: number | null, startedMs: number): void {
  total.numBytes += numBytes ?? 0;
  total.numCalls += 1;
  total.milliseconds += performance.now() - startedMs;
}

/** The counters now. */
export function readCounts(): ReadCounts {
  return { ...total };
}

/** What was read since the counters stood at `before`. */
export function readSince(before: ReadCounts): ReadCounts {
  return {
    numBytes: total.numBytes - before.numBytes,
    numCalls: total.numCalls - before.numCalls,
    milliseconds: total.milliseconds - before.milliseconds,
  };
}
