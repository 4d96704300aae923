/**
 * What the budget has beyond the plan, for inputs that turn out to need more than could be planned for.
 *
 * @module
 */
import { raiseText } from "../plan/budget.ts";
import type { SpareMemory } from "../source/source.ts";
import type { Prepared } from "./prepared.ts";

/** The spare memory of one run. */
export class BudgetSpare implements SpareMemory {
  readonly #prepared: Pick<Prepared, "budget" | "memory" | "unboundPeakBytes">;
  #takenBytes = 0;

  constructor(prepared: Pick<Prepared, "budget" | "memory" | "unboundPeakBytes">) {
    this.#prepared = prepared;
  }

  /** the predicted peak, with what was taken */
  get predictedBytes(): number {
    return this.#prepared.memory.peakBytes + this.#takenBytes;
  }

  take(numBytes: number): boolean {
    if (this.predictedBytes + numBytes > this.#prepared.budget.bytes) return false;
    this.#takenBytes += numBytes;
    return true;
  }

  raiseText(numBytes: number): string {
    const { budget, unboundPeakBytes } = this.#prepared;
    // a larger budget is first used for what the plan went without
    return raiseText(budget, unboundPeakBytes + this.#takenBytes + numBytes);
  }
}
