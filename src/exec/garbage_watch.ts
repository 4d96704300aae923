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
/** After a collection the next one waits for at least so much more, or a share of what is in use by then. */
const STEP_BYTES = 4 * MIB, STEP_SHARE = 1 / 16;
/** between two looks at the memory, which take 0.02 ms */
const LOOK_MILLISECONDS = 5;

/** The garbage of one thread. Collections take some 50 ms. */
export class GarbageWatch {
  readonly #predictedBytes: () => number;
  #lookedAt = 0;
  /** of the process: with less, a collection would find little */
  #enoughBytes = 0;

  /** @param predictedBytes the peak of the process that was predicted, as far as it is known */
  constructor(predictedBytes: () => number) {
    this.#predictedBytes = predictedBytes;
  }

  /** Called between chunks. */
  collectIfNear(): void {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MILLISECONDS) return;
    this.#lookedAt = now;
    const predicted = this.#predictedBytes();
    if (currentRssBytes() < Math.max(predicted - NEAR_BYTES, this.#enoughBytes)) return;
    collectGarbage();
    const used = currentRssBytes();
    this.#enoughBytes = used + Math.max(STEP_BYTES, STEP_SHARE * used, (predicted - used) / 2);
  }
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
