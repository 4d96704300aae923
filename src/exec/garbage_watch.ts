/**
 * Collects garbage before it takes a run past its plan.
 *
 * V8 collects when its own rates say so: late where a processor is busy, and with a young generation that may have grown
 * or not. The same run over 900 files peaked at 110 MiB and at 135, of 131 predicted. What lies between collections is
 * planned for (`runtime_memory.ts`), and where it comes near the plan all the same, it is collected.
 *
 * @module
 */
import { builtinModule } from "../load_module.ts";
import { currentRssBytes } from "./rss.ts";

const MIB = 1024 ** 2;

/**
 * So far below the plan: what loads Node's modules takes 9 MiB once, and a collection copies what lives. Most runs stay
 * further away, and load nothing.
 */
const NEAR_BYTES = 16 * MIB;
/** A collection waits for at least so much more than the last one left, or for a share of that. */
const STEP_BYTES = 4 * MIB, STEP_SHARE = 1 / 16;
/** between two looks at the memory, which take 0.02 ms */
const LOOK_MILLISECONDS = 5;

/** The garbage of one thread. Collections take some 50 ms. */
export class GarbageWatch {
  readonly #predictedBytes: () => number;
  readonly #rssBytes: () => number;
  #lookedAt = 0;
  readonly #bytesAtStart: number;
  /** of the process: with less, a collection would find little */
  #enoughBytes = 0;

  /**
   * @param predictedBytes the peak of the process that was predicted, as far as it is known
   * @param rssBytes the resident memory of the process now
   */
  constructor(predictedBytes: () => number, rssBytes: () => number = currentRssBytes) {
    this.#predictedBytes = predictedBytes;
    this.#rssBytes = rssBytes;
    this.#bytesAtStart = rssBytes();
  }

  /** Called between chunks. */
  collectIfNear(): void {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MILLISECONDS) return;
    this.#lookedAt = now;
    const predicted = this.#predictedBytes();
    if (this.#rssBytes() < Math.max(this.#nearBytes(predicted), this.#enoughBytes)) return;
    collectGarbage();
    const used = this.#rssBytes();
    this.#enoughBytes = Math.max(withStep(used), (predicted + used) / 2);
  }

  /** A process that had more than the plan before the run does more than run: what counts is what comes on top. */
  #nearBytes(predicted: number): number {
    return this.#bytesAtStart < predicted ? predicted - NEAR_BYTES : withStep(this.#bytesAtStart);
  }
}

function withStep(bytes: number): number {
  return bytes + Math.max(STEP_BYTES, STEP_SHARE * bytes);
}

/** of this thread; null: it was not needed yet */
let collector: (() => void) | null = null;

function collectGarbage(): void {
  collector ??= findCollector();
  collector();
}

/**
 * V8 gives its collector to contexts that are made while a flag asks for it. The flag is the process's and stays set:
 * another thread may be about to make its context.
 */
function findCollector(): () => void {
  builtinModule("node:v8").setFlagsFromString("--expose-gc");
  return builtinModule("node:vm").runInNewContext("gc");
}
