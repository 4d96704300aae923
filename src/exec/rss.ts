/**
 * Resident memory of this process, now and at its peak, as the operating system counts it. V8's own numbers do
 * not see wasm memory, so nothing here asks V8.
 *
 * @module
 */

/** Resident bytes of this process now. */
export function currentRssBytes(): number {
  return Deno.memoryUsage().rss;
}

/**
 * Watches the peak of resident memory from its making on. `sample` is called now and then (at every chunk);
 * `peakBytes` is the truth where the system tells it and the largest sample where it does not.
 *
 * On Linux the truth is VmHWM, which Deno reads only with every permission granted. Otherwise it is `ru_maxrss`,
 * with a trap: a process starts with the `ru_maxrss` of the one that started it, so the number says something of
 * this process only once it has risen.
 */
export class RssWatch {
  readonly #maxRssAtStart: number = maxRssBytes();
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
    const highWater = highWaterBytes();
    if (highWater !== null) return highWater;
    const maxRss = maxRssBytes();
    return maxRss > this.#maxRssAtStart ? Math.max(maxRss, this.#largestSample) : this.#largestSample;
  }
}

function maxRssBytes(): number {
  // deno-lint-ignore no-process-global -- importing node:process takes as long as planning, which needs none of it
  return process.resourceUsage().maxRSS * 1024;
}

function highWaterBytes(): number | null {
  if (Deno.build.os !== "linux") return null;
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync("/proc/self/status"));
    return match === null ? null : Number(match[1]) * 1024;
  } catch {
    return null; // not every permission is granted
  }
}
