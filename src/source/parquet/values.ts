/**
 * The values of a page, whatever their encoding, read in parts: words of the physical type's width (4 or 8 bytes),
 * or one byte a boolean. Floats of 16 bits, which are FIXED_LEN_BYTE_ARRAY(2) in the file, become those of 32.
 *
 * Source: Encodings.md of the Parquet format.
 *
 * @module
 */
import { ENCODING, PHYSICAL } from "../../schema/parquet_numbers.ts";
import { expandHalves } from "../half_floats.ts";
import { DeltaReader } from "./delta.ts";
import { HybridReader, unpackBits } from "./hybrid.ts";
import { type NativePages, STAGED_ELEMENTS } from "./native_pages.ts";
import type { Fail } from "./thrift.ts";

/** Values of a page, in order. */
export interface ValueReader {
  /** reads the next `count` values into the start of `target`, which has that many words */
  read(target: Uint8Array, count: number): void;
  /** passes over `count` values */
  skip(count: number): void;
  /** gives the next `count` values, at most `STAGED_ELEMENTS`, where kernels find them; absent: they are read */
  readonly place?: (count: number) => number;
}

/** Numbers of dictionary indices that are unpacked at once. */
export const INDEX_BLOCK = 4096;

/** What values are read from. */
export interface ValueSource {
  readonly physicalType: number;
  readonly encoding: number;
  /** where values end is where the page ends */
  readonly page: Uint8Array;
  /** where they start */
  readonly start: number;
  /** the dictionary's values; null where the column has none */
  readonly dictionary: Uint8Array | null;
  /** memory for `INDEX_BLOCK` indices */
  readonly indices: Int32Array;
  readonly fail: Fail;
  /** kernels, for pages that they can read; null: there are none */
  readonly native: NativePages | null;
}

/** Bytes of a value as a `ValueReader` gives it. */
export function wordBytes(physicalType: number): 1 | 4 | 8 {
  if (physicalType === PHYSICAL.boolean) return 1;
  return physicalType === PHYSICAL.int64 || physicalType === PHYSICAL.double ? 8 : 4;
}

/** Bytes of a value as the page or the dictionary has it; of those of fixed length only float16 is a number. */
export function pageBytes(physicalType: number): 1 | 2 | 4 | 8 {
  return physicalType === PHYSICAL.fixedLengthByteArray ? 2 : wordBytes(physicalType);
}

/** Opens the values of a page; null for an encoding that is not read here. */
export function openValues(source: ValueSource): ValueReader | null {
  const { encoding, physicalType } = source;
  if (physicalType === PHYSICAL.fixedLengthByteArray) return halves(source);
  switch (encoding) {
    case ENCODING.plain:
      return physicalType === PHYSICAL.boolean ? plainBooleans(source) : plain(source);
    case ENCODING.plainDictionary:
    case ENCODING.rleDictionary:
      return dictionary(source);
    case ENCODING.rle:
      return physicalType === PHYSICAL.boolean ? runBooleans(source) : null;
    case ENCODING.deltaBinaryPacked:
      return physicalType === PHYSICAL.int32 || physicalType === PHYSICAL.int64 ? delta(source) : null;
    case ENCODING.byteStreamSplit:
      return physicalType === PHYSICAL.boolean ? null : streams(source);
    default:
      return null;
  }
}

const TOO_FEW = "a page holds fewer values than its header says";

type Words = Int32Array | Int16Array;

function longWords(target: Uint8Array): Int32Array {
  return new Int32Array(target.buffer, target.byteOffset, target.byteLength / 4);
}

function shortWords(target: Uint8Array): Int16Array {
  return new Int16Array(target.buffer, target.byteOffset, target.byteLength / 2);
}

function plain({ physicalType, page, start, fail, native }: ValueSource): ValueReader {
  const width = pageBytes(physicalType);
  let at = start;
  const advance = (numBytes: number) => {
    if (numBytes > page.length - at) fail(TOO_FEW);
    at += numBytes;
    return at - numBytes;
  };
  const skip = (count: number) => void advance(count * width);
  if (native === null) {
    return { read: (target, count) => target.set(page.subarray(advance(count * width), at)), skip };
  }
  const place = (count: number) => page.byteOffset + advance(count * width);
  return { read: (target, count) => native.copyTo(target, place(count)), skip, place };
}

function plainBooleans({ page, start, fail }: ValueSource): ValueReader {
  let bit = start * 8;
  const advance = (count: number) => {
    if (bit + count > page.length * 8) fail(TOO_FEW);
    bit += count;
    return bit - count;
  };
  return {
    read: (target, count) =>
      unpackBits(page, { firstBit: advance(count), bitWidth: 1 }, target, { start: 0, count }),
    skip: (count) => void advance(count),
  };
}

function runBooleans({ page, start, fail }: ValueSource): ValueReader {
  if (page.length - start < 4) return fail("a page ends inside a length");
  const numBytes = new DataView(page.buffer, page.byteOffset + start, 4).getUint32(0, true);
  const end = start + 4 + numBytes;
  if (end > page.length) return fail("a page ends inside its values");
  const reader = new HybridReader(page, 1, { start: start + 4, end, fail });
  return { read: (target, count) => reader.read(target, 0, count), skip: (count) => reader.skip(count) };
}

function delta({ physicalType, page, start, indices, fail }: ValueSource): ValueReader {
  const isLong = wordBytes(physicalType) === 8;
  const reader = new DeltaReader(page, { start, fail });
  const read = (target: Int32Array, count: number) =>
    isLong ? reader.read64(target, 0, count) : reader.read32(target, 0, count);
  return {
    read: (target, count) => read(longWords(target), count),
    skip: (count) => {
      // each number is the one before it and a difference
      const part = isLong ? indices.length / 2 : indices.length;
      for (let left = count; left > 0; left -= part) read(indices, Math.min(left, part));
    },
  };
}

function dictionary(source: ValueSource): ValueReader {
  const { physicalType, page, start, dictionary, indices, fail, native } = source;
  const width = pageBytes(physicalType);
  if (dictionary === null) return fail("a page refers to a dictionary that is not there");
  if (physicalType === PHYSICAL.boolean) return fail("a dictionary of booleans");
  const bitWidth = page[start];
  // a page of nulls has nothing here
  if (bitWidth === undefined) return { read: refuseAny, skip: (count) => refuseAny(page, count) };
  if (bitWidth > 32) return fail(`indices of ${bitWidth} bits`);
  const reader = new HybridReader(page, bitWidth, { start: start + 1, end: page.length, fail });
  const numValues = dictionary.length / width;
  const words = width === 2 ? shortWords : longWords, table = words(dictionary);
  const read = (target: Uint8Array, count: number) => {
    const output = words(target);
    for (let first = 0; first < count; first += INDEX_BLOCK) {
      const part = Math.min(INDEX_BLOCK, count - first);
      reader.read(indices, 0, part);
      const isInside = width === 8
        ? gatherPairs(table, indices, { output, first, part })
        : gatherWords(table, indices, { output, first, part });
      if (!isInside) fail(`an index beyond its dictionary of ${numValues} values`);
    }
  };
  const skip = (count: number) => reader.skip(count);
  if (native === null || !native.holds(dictionary)) return { read, skip };
  const { kernels, values, bytes, state, stateWords } = native;
  const gather = width === 4 ? kernels.gather4 : kernels.gather8;
  return {
    ...staged(native, width, (count) => {
      reader.save(stateWords);
      const isGathered = gather(state, bitWidth, count, dictionary.byteOffset, numValues, values) !== 0;
      if (isGathered) reader.restore(stateWords);
      // what is wrong is said there
      else read(bytes.subarray(values, values + count * width), count);
      return values;
    }),
    skip,
  };

  function refuseAny(_: Uint8Array, count: number): void {
    if (count > 0) fail("a page holds no values");
  }
}

/** values that kernels make a block at a time in this thread's staging */
function staged(
  native: NativePages,
  width: number,
  place: (count: number) => number,
): Pick<Required<ValueReader>, "read" | "place"> {
  return {
    read: (target, count) => {
      for (let first = 0; first < count; first += STAGED_ELEMENTS) {
        const part = Math.min(STAGED_ELEMENTS, count - first);
        native.copyTo(target.subarray(first * width, (first + part) * width), place(part));
      }
    },
    place,
  };
}

interface GatherTarget {
  readonly output: Words;
  readonly first: number;
  readonly part: number;
}

function gatherWords(table: Words, indices: Int32Array, { output, first, part }: GatherTarget): boolean {
  const size = table.length;
  for (let i = 0; i < part; i++) {
    const index = indices[i]!;
    if (index >>> 0 >= size) return false;
    output[first + i] = table[index]!;
  }
  return true;
}

/** of words of 4 bytes */
function gatherPairs(table: Words, indices: Int32Array, { output, first, part }: GatherTarget): boolean {
  const size = table.length / 2;
  for (let i = 0, to = 2 * first; i < part; i++, to += 2) {
    const index = indices[i]!;
    if (index >>> 0 >= size) return false;
    output[to] = table[2 * index]!;
    output[to + 1] = table[2 * index + 1]!;
  }
  return true;
}

/** floats of 16 bits, widened where they are read to */
function halves(source: ValueSource): ValueReader | null {
  const stored = storedHalves({ ...source, native: null });
  if (stored === null) return null;
  const read = (target: Uint8Array, count: number) => {
    const { buffer, byteOffset } = target, second = byteOffset + 2 * count;
    stored.read(new Uint8Array(buffer, second, 2 * count), count);
    expandHalves(new Uint16Array(buffer, second, count), new Uint32Array(buffer, byteOffset, count));
  };
  return { read, skip: stored.skip };
}

function storedHalves(source: ValueSource): ValueReader | null {
  switch (source.encoding) {
    case ENCODING.plain:
      return plain(source);
    case ENCODING.plainDictionary:
    case ENCODING.rleDictionary:
      return dictionary(source);
    case ENCODING.byteStreamSplit:
      return streams(source);
    default:
      return null;
  }
}

/** byte b of value i is at b × the number of values + i */
function streams({ physicalType, page, start, fail, native }: ValueSource): ValueReader {
  const width = pageBytes(physicalType);
  const numValues = (page.length - start) / width;
  if (!Number.isInteger(numValues)) return fail("a page of streams of different lengths");
  let next = 0;
  const advance = (count: number) => {
    if (count > numValues - next) fail(TOO_FEW);
    next += count;
    return start + next - count;
  };
  const skip = (count: number) => void advance(count);
  if (native !== null) {
    const { kernels, values } = native, join = width === 4 ? kernels.joinStreams4 : kernels.joinStreams8;
    const place = (count: number) => {
      join(page.byteOffset + advance(count), numValues, count, values);
      return values;
    };
    return { ...staged(native, width, place), skip };
  }
  return {
    read: (target, count) => {
      const first = advance(count);
      for (let byte = 0; byte < width; byte++) {
        const from = first + byte * numValues;
        for (let i = 0, to = byte; i < count; i++, to += width) target[to] = page[from + i]!;
      }
    },
    skip,
  };
}
