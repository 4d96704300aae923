/**
 * The order of elements as unsigned integers, and stable sorting by them. Numbers in NumPy's order have keys in the
 * order of unsigned integers: NaN is last, zeros of both signs are equal.
 *
 * Long rows are sorted by their digits (D. E. Knuth, "The Art of Computer Programming" 3, 5.2.5: least significant
 * digit first), 11 bits at a time, without the digits in which all keys agree; short ones by merging.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, type TypedArray } from "../dtype/mod.ts";

/** The key of each element: 32 bits, or 64 in two words. */
export interface Keys {
  readonly low: Uint32Array;
  readonly high: Uint32Array | null;
}

/** Rows below this length are sorted without digits. */
const SHORT = 768;
const DIGIT_BITS = 11;
const RADIX = 1 << DIGIT_BITS;
const SIGN = 0x8000_0000;

/** The keys of elements that stand at the start of a buffer. `apart`: -0 is below 0, so that keys have elements. */
export function keysOf(elements: TypedArray, dtype: DType, { apart = false } = {}): Keys {
  const { length, buffer } = elements, { itemsize, kind } = DTYPE[dtype];
  const low = new Uint32Array(length);
  if (itemsize < 8) {
    if (kind === "f") keysOfFloats(new Int32Array(buffer, 0, length), low, apart);
    else {
      const flip = kind === "i" ? SIGN : 0;
      for (let i = 0; i < length; i++) low[i] = (elements[i] as number) ^ flip;
    }
    return { low, high: null };
  }
  const high = new Uint32Array(length), words = new Int32Array(buffer, 0, 2 * length);
  if (kind === "f") keysOfDoubles(words, [low, high], apart);
  else {
    const flip = kind === "i" ? SIGN : 0;
    for (let i = 0; i < length; i++) {
      low[i] = words[2 * i]!;
      high[i] = words[2 * i + 1]! ^ flip;
    }
  }
  return { low, high };
}

function keysOfFloats(bits: Int32Array, keys: Uint32Array, apart: boolean): void {
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i]!, magnitude = b & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) keys[i] = 0xffff_ffff;
    else if (magnitude === 0 && !apart) keys[i] = SIGN;
    else keys[i] = b < 0 ? ~b : b ^ SIGN;
  }
}

function keysOfDoubles(words: Int32Array, [low, high]: readonly [Uint32Array, Uint32Array], apart: boolean) {
  for (let i = 0; i < low.length; i++) {
    const l = words[2 * i]!, h = words[2 * i + 1]!, magnitude = h & 0x7fff_ffff;
    if (magnitude > 0x7ff0_0000 || (magnitude === 0x7ff0_0000 && l !== 0)) {
      low[i] = 0xffff_ffff;
      high[i] = 0xffff_ffff;
    } else if (h < 0 && (apart || (magnitude | l) !== 0)) {
      low[i] = ~l;
      high[i] = ~h;
    } else {
      low[i] = l;
      high[i] = magnitude ^ SIGN;
    }
  }
}

/** The elements of keys made with `apart`, at `start` of an array of the dtype. */
function writeElements(keys: Keys, elements: TypedArray, dtype: DType, start: number): void {
  const { low, high } = keys, { kind } = DTYPE[dtype], n = low.length;
  if (high === null) {
    if (kind !== "f") {
      const flip = kind === "i" ? SIGN : 0;
      for (let i = 0; i < n; i++) elements[start + i] = low[i]! ^ flip;
      return;
    }
    const bits = new Uint32Array(elements.buffer, 4 * start, n);
    for (let i = 0; i < n; i++) {
      const key = low[i]!;
      bits[i] = key >= SIGN ? key ^ SIGN : ~key;
    }
    return;
  }
  const words = new Uint32Array(elements.buffer, 8 * start, 2 * n);
  for (let i = 0; i < n; i++) {
    const isFlipped = kind === "f" && high[i]! < SIGN;
    words[2 * i] = isFlipped ? ~low[i]! : low[i]!;
    words[2 * i + 1] = isFlipped ? ~high[i]! : kind === "u" ? high[i]! : high[i]! ^ SIGN;
  }
}

/** Moves `moved` (the keys among them) into the order of the words of the keys, least significant first. */
function sortByDigits(keyWords: readonly number[], moved: Uint32Array[]): void {
  const n = moved[0]!.length;
  let spare: Uint32Array[] = moved.map(() => new Uint32Array(n));
  for (const word of keyWords) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      const keys = moved[word]!, counts = new Uint32Array(RADIX);
      for (let i = 0; i < n; i++) counts[(keys[i]! >>> shift) & (RADIX - 1)]!++;
      if (counts[(keys[0]! >>> shift) & (RADIX - 1)] === n) continue;
      for (let digit = 0, sum = 0; digit < RADIX; digit++) {
        const count = counts[digit]!;
        counts[digit] = sum;
        sum += count;
      }
      const targets = spare;
      scatter({ keys, shift, places: counts }, moved, targets);
      spare = moved.splice(0, moved.length, ...targets);
    }
  }
}

/** Moves each element to the next place of its key's digit; one loop for each number of words, which stay in registers. */
function scatter(
  { keys, shift, places }: {
    readonly keys: Uint32Array;
    readonly shift: number;
    readonly places: Uint32Array;
  },
  [a, b, c]: readonly Uint32Array[],
  [x, y, z]: readonly Uint32Array[],
): void {
  const n = keys.length;
  if (b === undefined) {
    for (let i = 0; i < n; i++) x![places[(keys[i]! >>> shift) & (RADIX - 1)]!++] = a![i]!;
  } else if (c === undefined) {
    for (let i = 0; i < n; i++) {
      const place = places[(keys[i]! >>> shift) & (RADIX - 1)]!++;
      x![place] = a![i]!;
      y![place] = b[i]!;
    }
  } else {
    for (let i = 0; i < n; i++) {
      const place = places[(keys[i]! >>> shift) & (RADIX - 1)]!++;
      x![place] = a![i]!;
      y![place] = b[i]!;
      z![place] = c[i]!;
    }
  }
}

/** The positions, in order, of the keys of one row; equal keys stay in order. */
export function argsortKeys({ low, high }: Keys, start: number, length: number): Uint32Array {
  const indices = new Uint32Array(length);
  for (let i = 0; i < length; i++) indices[i] = i;
  const end = start + length;
  if (length < SHORT) {
    return mergeSort(indices, low.subarray(start, end), high?.subarray(start, end) ?? null);
  }
  const moved = [low.slice(start, end), ...(high === null ? [] : [high.slice(start, end)]), indices];
  sortByDigits(high === null ? [0] : [0, 1], moved);
  return moved.at(-1)!;
}

/** Stable: runs of eight by insertion, then merged in pairs. */
function mergeSort(indices: Uint32Array, low: Uint32Array, high: Uint32Array | null): Uint32Array {
  const n = indices.length;
  const isAbove = (a: number, b: number): boolean =>
    high === null || high[a] === high[b] ? low[a]! > low[b]! : high[a]! > high[b]!;
  for (let from = 0; from < n; from += 8) {
    const to = Math.min(from + 8, n);
    for (let i = from + 1; i < to; i++) {
      const index = indices[i]!;
      let place = i;
      for (; place > from && isAbove(indices[place - 1]!, index); place--) {
        indices[place] = indices[place - 1]!;
      }
      indices[place] = index;
    }
  }
  let source = indices, target: Uint32Array = new Uint32Array(n);
  for (let run = 8; run < n; run *= 2) {
    for (let from = 0; from < n; from += 2 * run) {
      const middle = Math.min(from + run, n), to = Math.min(from + 2 * run, n);
      for (let i = from, j = middle, k = from; k < to; k++) {
        const takesSecond = i >= middle || (j < to && isAbove(source[i]!, source[j]!));
        target[k] = takesSecond ? source[j++]! : source[i++]!;
      }
    }
    [source, target] = [target, source];
  }
  return source;
}

/** Sorts each row of `length` elements in place; zeros of both signs stay in the order in which they were. */
export function sortRows(elements: TypedArray, dtype: DType, length: number): void {
  if (length < 2) return;
  for (let start = 0; start < elements.length; start += length) {
    const row = elements.subarray(start, start + length);
    const zeros = isFloat(dtype) ? zerosOf(row as Float64Array) : null;
    if (length < SHORT) row.sort();
    else {
      const { low, high } = keysOf(row.slice(), dtype, { apart: true });
      const moved = high === null ? [low] : [low, high];
      sortByDigits(high === null ? [0] : [0, 1], moved);
      writeElements({ low: moved[0]!, high: moved[1] ?? null }, elements, dtype, start);
    }
    if (zeros !== null) (row as Float64Array).set(zeros, firstZero(row as Float64Array));
  }
}

/** the zeros of a row where they have both signs, else null */
function zerosOf(row: Float64Array | Float32Array): number[] | null {
  let hasNegative = false;
  for (let i = 0; i < row.length && !hasNegative; i++) hasNegative = row[i] === 0 && Object.is(row[i], -0);
  return hasNegative ? [...row.filter((value) => value === 0)] : null;
}

/** the position of the first zero of a sorted row that has one */
function firstZero(row: Float64Array | Float32Array): number {
  let low = 0, high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (row[middle]! < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a comes before b in NumPy's order: NaN is last. */
export function isBefore(a: number | bigint, b: number | bigint): boolean {
  return a < b || (b !== b && a === a);
}

/** The first position of a sorted row at which `value` may be inserted, or the last. */
export function insertionPoint(
  row: TypedArray,
  value: number | bigint,
  side: "left" | "right",
  sorter: Float64Array | null = null,
): number {
  let low = 0, high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = row[sorter === null ? middle : sorter[middle]!]!;
    const goesOn = side === "left" ? isBefore(element, value) : !isBefore(value, element);
    if (goesOn) low = middle + 1;
    else high = middle;
  }
  return low;
}
