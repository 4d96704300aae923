/**
 * What is said of a list of times.
 *
 * @module
 */

/** Seconds. `spread` is half the distance of the quartiles. */
export interface Sample {
  readonly median: number;
  readonly spread: number;
  readonly least: number;
}

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q, below = Math.floor(at);
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** The middle of a list of times, and how far they lie apart. */
export function sample(seconds: readonly number[]): Sample {
  const sorted = seconds.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2,
    least: sorted[0]!,
  };
}
