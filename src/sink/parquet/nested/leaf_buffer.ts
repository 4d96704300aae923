/** The levels and values of one leaf in a record batch, and the pages that they become. @module */
import { fixedBytes } from "../../../schema/packed.ts";
import { ENCODING } from "../../../schema/parquet_numbers.ts";
import {
  type ColumnPages,
  encodeElements,
  packBools,
  PAGE_ELEMENTS,
  PAGE_TEXT_BYTES,
  type PlainPage,
  type RowStatistics,
} from "../column_pages.ts";
import { TextDictionary } from "../text_dictionary.ts";
import { encodeLevels } from "./levels.ts";
import type { WrittenLeaf } from "./nested_schema.ts";

/** more texts than these get no dictionary: its table would take more than it saves */
export const MAX_DICTIONARY_TEXTS: number = 256 * 1024;

/** memory of at least that size, with what was in it */
function withRoom(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= size) return bytes;
  const larger = new Uint8Array(Math.max(2 * bytes.length, size));
  larger.set(bytes);
  return larger;
}

/** Entries of a leaf, batch after batch in the same memory. */
export class LeafBuffer implements ColumnPages {
  readonly #leaf: WrittenLeaf;
  /** of a value of fixed width, else 0 */
  readonly #itemBytes: number;
  #definitions: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #repetitions: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #values: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  /** of values of variable length: where each ends */
  #offsets: Uint32Array<ArrayBuffer> = new Uint32Array(256);
  #numEntries = 0;
  #numValues = 0;
  #numBytes = 0;
  /** made once a batch, when it is asked for; undefined: it was not yet */
  #dictionaryOfBatch: TextDictionary | null | undefined;

  constructor(leaf: WrittenLeaf) {
    this.#leaf = leaf;
    this.#itemBytes = leaf.packed.kind === "fixed" ? fixedBytes(leaf.packed) : 0;
  }

  clear(): void {
    this.#numEntries = this.#numValues = this.#numBytes = 0;
    this.#dictionaryOfBatch = undefined;
  }

  addNull(repetition: number, definition: number): void {
    const at = this.#numEntries++;
    if (at >= this.#definitions.length) {
      this.#definitions = withRoom(this.#definitions, at + 1);
      this.#repetitions = withRoom(this.#repetitions, at + 1);
    }
    this.#definitions[at] = definition;
    this.#repetitions[at] = repetition;
  }

  add(
    repetition: number,
    { bytes, position, numBytes }: {
      readonly bytes: Uint8Array;
      readonly position: number;
      readonly numBytes: number;
    },
  ): void {
    this.addNull(repetition, this.#leaf.definition);
    const start = this.#numBytes;
    this.#numBytes = start + numBytes;
    this.#values = withRoom(this.#values, this.#numBytes);
    // a view costs more than a few bytes one by one
    if (numBytes <= 32) { for (let i = 0; i < numBytes; i++) this.#values[start + i] = bytes[position + i]!; }
    else this.#values.set(bytes.subarray(position, position + numBytes), start);
    this.#numValues += 1;
    if (this.#itemBytes > 0) return;
    if (this.#numValues >= this.#offsets.length) {
      const offsets = new Uint32Array(2 * this.#offsets.length);
      offsets.set(this.#offsets);
      this.#offsets = offsets;
    }
    this.#offsets[this.#numValues] = this.#numBytes;
  }

  /** Elements of a list, of a fixed width, which all have values. */
  addElements(
    count: number,
    { first, others }: { readonly first: number; readonly others: number },
    { bytes, position }: { readonly bytes: Uint8Array; readonly position: number },
  ): void {
    const at = this.#numEntries, end = at + count, start = this.#numBytes, numBytes = count * this.#itemBytes;
    this.#definitions = withRoom(this.#definitions, end);
    this.#repetitions = withRoom(this.#repetitions, end);
    this.#values = withRoom(this.#values, start + numBytes);
    this.#definitions.fill(this.#leaf.definition, at, end);
    this.#repetitions[at] = first;
    this.#repetitions.fill(others, at + 1, end);
    if (numBytes <= 32) { for (let i = 0; i < numBytes; i++) this.#values[start + i] = bytes[position + i]!; }
    else this.#values.set(bytes.subarray(position, position + numBytes), start);
    this.#numEntries = end;
    this.#numValues += count;
    this.#numBytes = start + numBytes;
  }

  get dictionary(): PlainPage | null {
    const text = this.#text;
    return text === null ? null : { numValues: text.size, encoding: ENCODING.plain, parts: [text.plain()] };
  }

  /** the same for the page of the dictionary and for those of its indices; all entries of the batch are there */
  get #text(): TextDictionary | null {
    if (this.#dictionaryOfBatch === undefined) this.#dictionaryOfBatch = this.#makeDictionary();
    return this.#dictionaryOfBatch;
  }

  *pages(): Iterable<PlainPage> {
    const { definition, repetition } = this.#leaf;
    for (let entry = 0, value = 0; entry < this.#numEntries;) {
      const { end, lastValue } = this.#pageEnd(entry, value), parts: Uint8Array[] = [];
      if (repetition > 0) parts.push(encodeLevels(this.#repetitions.subarray(entry, end), repetition));
      if (definition > 0) parts.push(encodeLevels(this.#definitions.subarray(entry, end), definition));
      parts.push(this.#encoded(value, lastValue));
      yield {
        numValues: end - entry,
        encoding: this.#text === null ? ENCODING.plain : ENCODING.rleDictionary,
        parts,
      };
      entry = end;
      value = lastValue;
    }
  }

  statistics(): RowStatistics {
    // readers take no bounds of lists
    return { numNulls: this.#numEntries - this.#numValues, bounds: null };
  }

  /** whole rows: about as many entries or bytes as a page has */
  #pageEnd(entry: number, value: number): { readonly end: number; readonly lastValue: number } {
    const { definition } = this.#leaf, limit = entry + PAGE_ELEMENTS, first = this.#bytesBefore(value);
    let end = entry, lastValue = value;
    do {
      do {
        if (this.#definitions[end] === definition) lastValue += 1;
        end += 1;
      } while (end < this.#numEntries && this.#repetitions[end] !== 0);
    } while (end < this.#numEntries && end < limit && this.#bytesBefore(lastValue) - first < PAGE_TEXT_BYTES);
    return { end, lastValue };
  }

  #bytesBefore(value: number): number {
    return this.#itemBytes > 0 ? value * this.#itemBytes : this.#offsets[value]!;
  }

  #encoded(first: number, end: number): Uint8Array {
    const { encoding } = this.#leaf.column;
    if (encoding.kind === "bool") return packBools((i) => this.#values[first + i] === 1, end - first);
    if (encoding.kind !== "variable") {
      const { itemsize } = encoding;
      return encodeElements(encoding, this.#values.subarray(first * itemsize, end * itemsize));
    }
    if (this.#text !== null) return this.#text.indices(range(first, end));
    const offsets = this.#offsets, numBytes = offsets[end]! - offsets[first]!;
    const bytes = new Uint8Array(numBytes + 4 * (end - first)), view = new DataView(bytes.buffer);
    for (let value = first, at = 0; value < end; value++) {
      const text = this.#values.subarray(offsets[value]!, offsets[value + 1]!);
      view.setUint32(at, text.length, true);
      bytes.set(text, at + 4);
      at += 4 + text.length;
    }
    return bytes;
  }

  #makeDictionary(): TextDictionary | null {
    const numValues = this.#numValues;
    if (this.#leaf.column.encoding.kind !== "variable" || numValues > MAX_DICTIONARY_TEXTS) return null;
    const offsets = this.#offsets.subarray(0, numValues + 1);
    return TextDictionary.of(range(0, numValues), { bytes: this.#values, data: 0, offsets });
  }
}

function range(first: number, end: number): Uint32Array {
  const numbers = new Uint32Array(end - first);
  for (let i = 0; i < numbers.length; i++) numbers[i] = first + i;
  return numbers;
}
