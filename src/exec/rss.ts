/**
 * Resident memory of this process, now and at its peak, as the operating system counts it. V8's own numbers do
 * not see wasm memory, so nothing here asks V8.
 *
 * @module
 */
import { mayReadSystemFiles, readSystemFile } from "./container_limit.ts";

/** Resident bytes of this process now. */
export function currentRssBytes(): number {
  return Deno.memoryUsage().rss;
}

/**
 * Watches the peak of resident memory from its making on. `sample` is called now and then (at every chunk);
 * `peakBytes` is the truth where the system tells it and the largest sample where it does not.
 *
 * On Linux the truth is VmHWM, but for what processors have not added to it yet. Where it cannot be read it is `ru_maxrss`, with a trap: a process starts with the
 * `ru_maxrss` of the one that started it, so the number says something of this process only once it has risen.
 */
export class RssWatch {
  /** null: VmHWM can be read, and `node:process`, which takes 10 ms to load, is not needed */
  readonly #maxRssAtStart: number | null = mayReadSystemFiles() ? null : maxRssBytes();
  #largestSample: number = currentRssBytes();

  /** Notes the memory now, and returns it in bytes. */
  sample(): number {
    const rss = currentRssBytes();
    if (rss > this.#largestSample) this.#largestSample = rss;
    return rss;
  }

  /** The peak so far in bytes, since the start of the process. */
  peakBytes(): number {
    this.sample();
    if (this.#maxRssAtStart === null) return Math.max(highWaterBytes() ?? 0, this.#largestSample);
    const maxRss = maxRssBytes();
    return maxRss > this.#maxRssAtStart ? Math.max(maxRss, this.#largestSample) : this.#largestSample;
  }
}

function maxRssBytes(): number {
  // deno-lint-ignore no-process-global -- importing node:process takes as long as planning, which needs none of it
  return process.resourceUsage().maxRSS * 1024;
}

function highWaterBytes(): number | null {
  // by its number: what reads it may be another process
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(readSystemFile(`/proc/${Deno.pid}/status`) ?? "");
  return match === null ? null : Number(match[1]) * 1024;
}
