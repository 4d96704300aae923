/** Runs the cases of a fuzz test, each within limits of time and memory, and counts how they end. @module */
import { ok } from "node:assert/strict";
import type { ErrorCode } from "../../src/error_codes.ts";
import { NdpipeError } from "../../src/errors.ts";
import { cpuMilliseconds } from "./cpu_time.ts";

/** of this thread: a case takes some; this is far beyond noise, and far below a hang */
const MAX_MILLISECONDS = 2_000;

/** How a case may end other than in success. */
export interface DamageLimits {
  readonly allowed: readonly ErrorCode[];
  /** what one case may allocate, garbage included */
  readonly maxBytes: number;
}

/** A collection between two calls only makes the difference smaller: what passes is bounded in any case. */
function allocatedBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** The cases of one test. */
export class DamagedCases {
  readonly #limits: DamageLimits;
  readonly #counts = new Map<string, number>();

  constructor(limits: DamageLimits) {
    this.#limits = limits;
  }

  /**
   * Runs one case.
   *
   * @returns what was read; null: it was refused with an allowed code
   * @throws AssertionError for any other error, and beyond the limits; it names the case
   */
  async run<Read>(name: string, read: () => Read | Promise<Read>): Promise<Read | null> {
    const bytesBefore = allocatedBytes(), start = cpuMilliseconds();
    let result: Read | null = null, outcome = "read";
    try {
      result = await read();
    } catch (error) {
      ok(
        error instanceof NdpipeError && this.#limits.allowed.includes(error.code),
        `${name}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      outcome = error.code;
    }
    const milliseconds = cpuMilliseconds() - start, grown = allocatedBytes() - bytesBefore;
    ok(milliseconds < MAX_MILLISECONDS, `${name} took ${milliseconds} ms of this thread`);
    ok(grown < this.#limits.maxBytes, `${name} allocated ${grown} bytes`);
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
    return result;
  }

  /** A test has power only if its cases ended in each of these more than `least` times. */
  checkPower(outcomes: readonly ("read" | ErrorCode)[], least = 10): void {
    for (const outcome of outcomes) {
      ok((this.#counts.get(outcome) ?? 0) > least, `few ${outcome}: ${JSON.stringify([...this.#counts])}`);
    }
  }
}
