/**
 * Values that are bytes, of any length or of one: where each value of a page is, so that rows can be measured before
 * they are copied.
 *
 * Source: Encodings.md of the Parquet format: PLAIN, RLE_DICTIONARY, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY,
 * BYTE_STREAM_SPLIT.
 *
 * @module
 */
import { ENCODING } from "../../schema/parquet_numbers.ts";
import { DeltaReader } from "./delta.ts";
import { HybridReader } from "./hybrid.ts";
import type { Dictionary, OpenPage } from "./page.ts";
import type { Fail } from "./thrift.ts";

/** The values of a page, in order. */
export interface ByteValues {
  readonly size: number;
  lengthOf(index: number): number;
  /** copies a value; values are copied in order, each once */
  copy(index: number, target: Uint8Array, at: number): void;
}

/** Places of values in bytes. */
export interface Places {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/** Memory that a page of so many entries takes beside its bytes, whatever its encoding. */
export function byteValuesMemory(numEntries: number, pageBytes: number): number {
  // presence, starts, lengths or indices, prefixes; streams that were joined
  return 17 * numEntries + pageBytes;
}

/** Values that stand behind their lengths, or have all the same. */
function plainPlaces(
  { bytes, start, numValues, width }: {
    readonly bytes: Uint8Array;
    readonly start: number;
    readonly numValues: number;
    readonly width: number | null;
  },
  fail: Fail,
): Places {
  const starts = new Uint32Array(numValues), lengths = new Uint32Array(numValues);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  for (let i = 0; i < numValues; i++) {
    let length = width ?? 0;
    if (width === null) {
      if (bytes.length - at < 4) return fail("a page holds fewer values than its header says");
      length = view.getUint32(at, true);
      at += 4;
    }
    if (length > bytes.length - at) return fail("a page ends inside a value");
    starts[i] = at;
    lengths[i] = length;
    at += length;
  }
  return { bytes, starts, lengths };
}

/** The values of a dictionary. */
export function dictionaryPlaces({ bytes, numValues }: Dictionary, width: number | null, fail: Fail): Places {
  return plainPlaces({ bytes, start: 0, numValues, width }, fail);
}

function valuesAt({ bytes, starts, lengths }: Places, indices: Uint32Array | null): ByteValues {
  const at = indices === null ? (index: number) => index : (index: number) => indices[index]!;
  return {
    size: indices?.length ?? starts.length,
    lengthOf: (index) => lengths[at(index)]!,
    copy: (index, target, to) => {
      const start = starts[at(index)]!, length = lengths[at(index)]!;
      if (length > 32) {
        target.set(bytes.subarray(start, start + length), to);
        return;
      }
      for (let i = 0; i < length; i++) target[to + i] = bytes[start + i]!;
    },
  };
}

/**
 * Lengths, packed as differences: not negative, one a value. How many there are is a number of the file's: more than
 * the page has entries, nulls included, is more than the plan counts.
 */
function readLengths(
  { bytes, start, numEntries }: Pick<OpenPage, "bytes" | "start" | "numEntries">,
  count: number,
  fail: Fail,
): { readonly lengths: Uint32Array; readonly end: number } {
  const reader = new DeltaReader(bytes, { start, fail }), numLengths = reader.left;
  if (numLengths < count) return fail("a page holds fewer lengths than values");
  if (numLengths > numEntries) return fail(`${numLengths} lengths in a page of ${numEntries} entries`);
  const signed = new Int32Array(numLengths);
  reader.read32(signed, 0, numLengths);
  for (const length of signed) if (length < 0) return fail(`a value of ${length} bytes`);
  return { lengths: new Uint32Array(signed.buffer, 0, count), end: reader.end };
}

/** DELTA_LENGTH_BYTE_ARRAY: lengths, then all bytes */
function deltaLengths(page: OpenPage, count: number, fail: Fail): Places {
  const { bytes } = page, { lengths, end } = readLengths(page, count, fail);
  const starts = new Uint32Array(count);
  let at = end;
  for (let i = 0; i < count; i++) {
    if (lengths[i]! > bytes.length - at) return fail("a page ends inside a value");
    starts[i] = at;
    at += lengths[i]!;
  }
  return { bytes, starts, lengths };
}

/** DELTA_BYTE_ARRAY: how much each value has of the one before, then the rest of each */
function deltaBytes(page: OpenPage, count: number, fail: Fail): ByteValues {
  const { lengths: prefixes, end } = readLengths(page, count, fail);
  const { bytes, starts, lengths } = deltaLengths({ ...page, start: end }, count, fail);
  let before = 0;
  for (let i = 0; i < count; i++) {
    if (prefixes[i]! > before) return fail("a value has more of the one before than that has");
    before = prefixes[i]! + lengths[i]!;
  }
  let previous = new Uint8Array();
  return {
    size: count,
    lengthOf: (index) => prefixes[index]! + lengths[index]!,
    copy: (index, target, at) => {
      const prefix = prefixes[index]!, length = prefix + lengths[index]!;
      target.set(previous.subarray(0, prefix), at);
      target.set(bytes.subarray(starts[index]!, starts[index]! + lengths[index]!), at + prefix);
      previous = target.slice(at, at + length);
    },
  };
}

/** BYTE_STREAM_SPLIT of values of one length */
function joinedStreams({ bytes, start }: OpenPage, width: number, fail: Fail): ByteValues {
  const size = (bytes.length - start) / width;
  if (!Number.isInteger(size)) return fail("a page of streams of different lengths");
  return {
    size,
    lengthOf: () => width,
    copy: (index, target, at) => {
      for (let byte = 0; byte < width; byte++) target[at + byte] = bytes[start + byte * size + index]!;
    },
  };
}

/**
 * Opens the values of a page; null for an encoding that is not read here.
 *
 * @param count values that the page's levels speak of
 * @param width bytes of a value; null: they vary
 */
export function openByteValues(
  page: OpenPage,
  { count, width, dictionary, fail }: {
    readonly count: number;
    readonly width: number | null;
    readonly dictionary: Places | null;
    readonly fail: Fail;
  },
): ByteValues | null {
  const { encoding, bytes, start } = page;
  switch (encoding) {
    case ENCODING.plain:
      return valuesAt(plainPlaces({ bytes, start, numValues: count, width }, fail), null);
    case ENCODING.plainDictionary:
    case ENCODING.rleDictionary: {
      if (dictionary === null) return fail("a page refers to a dictionary that is not there");
      const indices = new Int32Array(count), bitWidth = bytes[start];
      if (count > 0 && bitWidth === undefined) return fail("a page holds no values");
      if ((bitWidth ?? 0) > 32) return fail(`indices of ${bitWidth} bits`);
      if (count > 0) {
        new HybridReader(bytes, bitWidth!, { start: start + 1, end: bytes.length, fail }).read(
          indices,
          0,
          count,
        );
      }
      const numValues = dictionary.starts.length;
      for (const index of indices) {
        if (index >>> 0 >= numValues) return fail(`an index beyond its dictionary of ${numValues} values`);
      }
      return valuesAt(dictionary, new Uint32Array(indices.buffer));
    }
    case ENCODING.deltaLengthByteArray:
      return width === null ? valuesAt(deltaLengths(page, count, fail), null) : null;
    case ENCODING.deltaByteArray: {
      const values = deltaBytes(page, count, fail);
      for (let i = 0; width !== null && i < count; i++) {
        if (values.lengthOf(i) !== width) return fail(`a value of ${values.lengthOf(i)} bytes, not ${width}`);
      }
      return values;
    }
    case ENCODING.byteStreamSplit: {
      const values = width === null ? null : joinedStreams(page, width, fail);
      if (values !== null && values.size < count) {
        return fail("a page holds fewer values than its header says");
      }
      return values;
    }
    default:
      return null;
  }
}
