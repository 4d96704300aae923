/**
 * What the values of a column are: nulls, NaNs, extremes, mean, and a histogram, in one pass and in bounded memory.
 *
 * @module
 */

/** Bins of a histogram: bin i holds values from (first + i) × width on. Widths are powers of two. */
export interface Histogram {
  readonly width: number;
  readonly first: number;
  readonly counts: readonly number[];
}

/** What a column's values are. */
export interface ColumnStatistics {
  readonly values: number;
  readonly nulls: number;
  /** null: they were not looked for */
  readonly nans: number | null;
  /** null: there is no value; as decimal text where a number would not hold it */
  readonly min: number | string | null;
  readonly max: number | string | null;
  /** of finite values */
  readonly mean: number | null;
  readonly histogram: Histogram | null;
}

/** bins that are kept while values come */
const NUM_BINS = 128;
/** the first width is so much finer than the first value */
const FIRST_BITS = 30;

/**
 * Counts values in bins whose width doubles as their range grows: neighbours are added, so that nothing has to be read
 * twice.
 *
 * @example
 * ```ts
 * import { GrowingHistogram } from "./column_statistics.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const histogram = new GrowingHistogram();
 * for (const value of [0, 1, 2, 3, 3]) histogram.add(value);
 * deepStrictEqual(histogram.result(4), { width: 1, first: 0, counts: [1, 1, 1, 2] });
 * ```
 */
export class GrowingHistogram {
  #counts = new Float64Array(NUM_BINS);
  #width = 0;
  #first = 0;
  #numBins = 0;

  /** Takes a finite value. */
  add(value: number): void {
    if (this.#width === 0) {
      const exponent = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value)));
      this.#width = 2 ** Math.max(-1074, exponent - FIRST_BITS);
      this.#first = binOf(value, this.#width);
      this.#numBins = 1;
    }
    let bin = binOf(value, this.#width) - this.#first;
    while (!(bin >= 0 && bin < this.#numBins)) {
      if (bin >= 0 && bin < NUM_BINS) {
        this.#numBins = bin + 1;
      } else if (bin < 0 && this.#numBins - bin <= NUM_BINS) {
        this.#counts.copyWithin(-bin, 0, this.#numBins);
        this.#counts.fill(0, 0, -bin);
        this.#first += bin;
        this.#numBins -= bin;
      } else {
        this.#double();
      }
      bin = binOf(value, this.#width) - this.#first;
    }
    this.#counts[bin]! += 1;
  }

  #double(): void {
    const { first, counts } = merged(this.#first, this.#counts.subarray(0, this.#numBins));
    this.#counts = new Float64Array(NUM_BINS);
    this.#counts.set(counts);
    this.#first = first;
    this.#numBins = counts.length;
    this.#width *= 2;
  }

  /** At most `maxBins` bins; null: there was no value. */
  result(maxBins: number): Histogram | null {
    if (this.#width === 0) return null;
    let width = this.#width, first = this.#first, counts = [...this.#counts.subarray(0, this.#numBins)];
    while (counts.length > maxBins) {
      ({ first, counts } = merged(first, counts));
      width *= 2;
    }
    return { width, first, counts };
  }
}

/** The number of the bin, exactly: a quotient by a power of two is rounded only where it underflows. */
export function binOf(value: number, width: number): number {
  const quotient = value / width;
  return quotient === 0 && value < 0 ? -1 : Math.floor(quotient);
}

function merged(first: number, counts: ArrayLike<number>): { first: number; counts: number[] } {
  const half = Math.floor(first / 2), result: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    const bin = Math.floor((first + i) / 2) - half;
    result[bin] = (result[bin] ?? 0) + counts[i]!;
  }
  return { first: half, counts: result };
}

/** bins that are shown */
const SHOWN_BINS = 32;

/** Collects the values of one column. */
export class StatisticsCollector {
  readonly #histogram = new GrowingHistogram();
  #values = 0;
  #nulls = 0;
  #nans = 0;
  #finite = 0;
  #min: number | bigint | null = null;
  #max: number | bigint | null = null;
  /** A. Neumaier's sum, with what rounding lost */
  #sum = 0;
  #lost = 0;

  addNulls(count: number): void {
    this.#nulls += count;
  }

  addCount(count: number): void {
    this.#values += count;
  }

  add(value: number | bigint): void {
    this.#values++;
    const number = Number(value);
    if (number !== number) {
      this.#nans++;
      return;
    }
    if (this.#min === null || value < this.#min) this.#min = value;
    if (this.#max === null || value > this.#max) this.#max = value;
    if (!Number.isFinite(number)) return;
    this.#finite++;
    const total = this.#sum + number;
    this.#lost += Math.abs(this.#sum) >= Math.abs(number)
      ? this.#sum - total + number
      : number - total + this.#sum;
    this.#sum = total;
    this.#histogram.add(number);
  }

  result(): ColumnStatistics {
    const shown = (value: number | bigint | null) =>
      typeof value !== "bigint"
        ? (value === null || Number.isFinite(value) ? value : String(value))
        : Number.isSafeInteger(Number(value))
        ? Number(value)
        : String(value);
    return {
      values: this.#values,
      nulls: this.#nulls,
      nans: this.#nans,
      min: shown(this.#min),
      max: shown(this.#max),
      mean: this.#finite === 0 ? null : (this.#sum + this.#lost) / this.#finite,
      histogram: this.#histogram.result(SHOWN_BINS),
    };
  }
}
