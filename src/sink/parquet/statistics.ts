/**
 * Minimum and maximum of a column's values, in the order that its type has.
 *
 * Source: parquet.thrift (Statistics, TypeDefinedOrder): NaN is in neither; a minimum of 0 is written as -0 and a
 * maximum of -0 as 0; unsigned numbers and bytes compare as unsigned.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";

/** The smallest and the largest value of some, as PLAIN has them. */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
}

/** Longer text is left out of statistics: the footer would grow with it. */
const MAX_TEXT_BYTES = 64;

/** Bounds of numbers in memory, bools one byte each; null: there are none but NaN. */
export function numberBounds(dtype: DType, elements: Uint8Array): Bounds | null {
  const { TypedArray, itemsize, kind } = DTYPE[dtype];
  const count = elements.length / itemsize;
  if (count === 0) return null;
  if (itemsize === 8 && kind !== "f") return longBounds(elements, kind === "i");
  // copies would cost more than looking: the caller's elements are aligned
  const values = new TypedArray(elements.buffer, elements.byteOffset, count) as Float64Array;
  let min = Infinity, max = -Infinity;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    // false for NaN
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return null;
  if (kind !== "f") return { min: plain(dtype, min), max: plain(dtype, max) };
  return { min: plain(dtype, min === 0 ? -0 : min), max: plain(dtype, max === 0 ? 0 : max) };
}

function plain(dtype: DType, value: number): Uint8Array {
  switch (dtype) {
    case "bool":
      return Uint8Array.of(value);
    case "f32":
      return new Uint8Array(Float32Array.of(value).buffer);
    case "f64":
      return new Uint8Array(Float64Array.of(value).buffer);
    default:
      return new Uint8Array(Int32Array.of(value | 0).buffer);
  }
}

/** by halves: bigints would be made for each of them */
function longBounds(elements: Uint8Array, isSigned: boolean): Bounds {
  const words = new Uint32Array(elements.buffer, elements.byteOffset, elements.length / 4);
  const flip = isSigned ? 0x8000_0000 : 0;
  let minHigh = Infinity, minLow = 0, maxHigh = -1, maxLow = 0;
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i]!, high = (words[i + 1]! ^ flip) >>> 0;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      minHigh = high;
      minLow = low;
    }
    if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxHigh = high;
      maxLow = low;
    }
  }
  const bytes = (low: number, high: number) =>
    new Uint8Array(Uint32Array.of(low, (high ^ flip) >>> 0).buffer);
  return { min: bytes(minLow, minHigh), max: bytes(maxLow, maxHigh) };
}

/**
 * A value in memory of its own, which the next one may take: values in order are each a new maximum. Of a longer one
 * its first bytes, one more than bounds have: what begins with the same ones is left out of statistics as well.
 */
class KeptValue {
  readonly #bytes = new Uint8Array(MAX_TEXT_BYTES + 1);
  #length = -1;

  /** null: there was none */
  get value(): Uint8Array | null {
    return this.#length < 0 ? null : this.#bytes.subarray(0, this.#length);
  }

  /** @param sign of the comparison with the value kept that takes its place: -1 less, 1 more */
  offer(whole: Uint8Array, sign: -1 | 1): void {
    const value = whole.subarray(0, this.#bytes.length);
    if (this.#length >= 0 && sign * this.#compare(value) <= 0) return;
    this.#bytes.set(value);
    this.#length = value.length;
  }

  /** negative, 0 or positive, as bytes compare */
  #compare(value: Uint8Array): number {
    const kept = this.#bytes, shared = Math.min(value.length, this.#length);
    for (let i = 0; i < shared; i++) if (value[i] !== kept[i]) return value[i]! - kept[i]!;
    return value.length - this.#length;
  }
}

/** Takes one value after the other. */
export class ByteBounds {
  readonly #min = new KeptValue();
  readonly #max = new KeptValue();

  /** @param value is copied where it is kept */
  add(value: Uint8Array): void {
    this.#min.offer(value, -1);
    this.#max.offer(value, 1);
  }

  /** null: there are none, or they are long */
  bounds(): Bounds | null {
    const min = this.#min.value, max = this.#max.value;
    if (min === null || max === null || min.length > MAX_TEXT_BYTES || max.length > MAX_TEXT_BYTES) {
      return null;
    }
    return { min: min.slice(), max: max.slice() };
  }
}
