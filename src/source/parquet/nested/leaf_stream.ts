/**
 * The entries of one leaf of a nested column, one after the other: levels, and values as packed values have them.
 *
 * Source: "Nested Encoding" of the Parquet format's README; Melnik et al., "Dremel: Interactive Analysis of Web-Scale
 * Datasets", 2010, for what levels mean.
 *
 * @module
 */
import { isUtf8Type } from "../../../schema/arrow_numbers.ts";
import { MAX_VALUE_BYTES } from "../../../schema/mod.ts";
import { PHYSICAL } from "../../../schema/parquet_numbers.ts";
import { NoRoom, type PackedWriter } from "../../packed_writer.ts";
import { type ByteValues, dictionaryPlaces, openByteValues, type Places } from "../byte_values.ts";
import { convertBytes, type ConvertedLeaf, convertWord, storedBytes } from "../carried_values.ts";
import { type ColumnChunk, corruption } from "../metadata.ts";
import { type ColumnPlace, type Dictionary, type OpenPage, unknownEncoding } from "../page.ts";
import { PageReader } from "../page_reader.ts";
import type { HybridReader } from "../hybrid.ts";
import { isNonUtf8, notUtf8 } from "../text_check.ts";
import type { Fail } from "../thrift.ts";
import { openValues, type ValueReader, wordBytes } from "../values.ts";
import type { NestedLeaf } from "./nested_type.ts";

/** values of a fixed width that are made together */
const BLOCK = 1024;

/** A leaf as pages are opened for it. */
type StreamShape = ConvertedLeaf & { readonly nested: NestedLeaf };

/** Bytes that a stream holds besides its pages: a block, and a value that prefixes are of. */
export function streamBytes({ packed: { bitWidth } }: NestedLeaf, pageBytes: number): number {
  // a value has at most the bytes of its page, whatever it has of the one before
  return BLOCK * (8 + Math.max(1, bitWidth / 8)) + Math.min(MAX_VALUE_BYTES, pageBytes);
}

/** Bytes of `ElementScratch`, while it grows. */
export const SCRATCH_BYTES: number = 4 * MAX_VALUE_BYTES;

/** Elements of one list while they are counted: tags, and values. Columns read by one thread share it. */
export class ElementScratch {
  tags: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  values: Uint8Array<ArrayBuffer> = new Uint8Array(64);

  /** makes room; what is there stays */
  reserve(count: number, itemBytes: number): void {
    this.tags = withRoom(this.tags, count);
    this.values = withRoom(this.values, count * itemBytes);
  }
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= size) return bytes;
  const larger = new Uint8Array(Math.max(size, Math.min(2 * bytes.length, MAX_VALUE_BYTES)));
  larger.set(bytes);
  return larger;
}

/** Bytes that the levels of a page take. */
export function levelBytes(numEntries: number): number {
  return 2 * numEntries;
}

function shapeOf(leaf: NestedLeaf): StreamShape {
  const { physicalType, definition, repetition, conversion } = leaf;
  return {
    physicalType,
    maxDefinition: definition,
    maxRepetition: repetition,
    list: null,
    // nulls have no values to convert
    conversion: conversion.kind === "null" ? { kind: "text" } : conversion,
    nested: leaf,
  };
}

/** Gives the entries of one leaf, row group after row group. */
export class LeafStream {
  /** of the entry that is next; -1: the row group has no more */
  definition = -1;
  repetition = 0;
  readonly leaf: NestedLeaf;
  readonly #place: ColumnPlace<StreamShape>;
  readonly #pages: PageReader;
  readonly #storedBytes: number | null;
  readonly #isBytes: boolean;
  readonly #itemBytes: number;
  readonly #isText: boolean;
  /** a block of values of a fixed width as they are packed, and words that they are made of */
  readonly #items: Uint8Array;
  readonly #words: Uint8Array;
  readonly #scratch: ElementScratch;
  /** of the page */
  #definitions = new Uint8Array(0);
  #repetitions = new Uint8Array(0);
  #size = 0;
  #at = 0;
  #page: OpenPage | null = null;
  /** values that are there, those made, and the next one: in the page where they vary in length, else in the block */
  #numValues = 0;
  #numMade = 0;
  #item = 0;
  #numItems = 0;
  #bytes: ByteValues | null = null;
  #wordValues: ValueReader | null = null;
  /** entries of the row group that no page has brought yet */
  #groupLeft = 0;
  #rowGroup = 0;
  #dictionary: { readonly of: Dictionary; readonly places: Places } | null = null;
  #fail: Fail;

  constructor(
    { access, column, scratch }: Omit<ColumnPlace, "leaf">,
    { leaf, elements }: { readonly leaf: NestedLeaf; readonly elements: ElementScratch },
  ) {
    this.leaf = leaf;
    this.#place = { access, column, scratch, leaf: shapeOf(leaf) };
    this.#storedBytes = storedBytes(this.#place.leaf);
    this.#isBytes = [PHYSICAL.int96, PHYSICAL.byteArray, PHYSICAL.fixedLengthByteArray].some((type) =>
      type === leaf.physicalType
    );
    this.#itemBytes = leaf.packed.kind === "fixed" ? Math.ceil(leaf.packed.bitWidth / 8) : 0;
    this.#items = new Uint8Array(BLOCK * this.#itemBytes);
    this.#isText = isUtf8Type(leaf.packed.field);
    this.#scratch = elements;
    this.#words = new Uint8Array(this.#isBytes ? 0 : 8 * BLOCK);
    this.#pages = new PageReader(this.#place, this.#storedBytes);
    this.#fail = corruption(access.path, `column ${JSON.stringify(column)}`);
  }

  /** Goes to the first entry of a row group. */
  begin(chunk: ColumnChunk, rowGroup: number): void {
    const { access, column } = this.#place;
    this.#fail = corruption(access.path, `row group ${rowGroup}, column ${JSON.stringify(column)}`);
    this.#pages.begin(chunk, rowGroup);
    this.#rowGroup = rowGroup;
    this.#groupLeft = chunk.numValues;
    this.#dictionary = null;
    this.#size = this.#at = 0;
    this.#settle();
  }

  /** Passes over an entry without a value. */
  advance(): void {
    this.#at += 1;
    this.#settle();
  }

  /** Packs the entry, and goes behind it. */
  pack(out: PackedWriter): void {
    const { packed, definition } = this.leaf, isNull = this.definition < definition;
    if (isNull) {
      if (!packed.field.nullable) this.#fail("a null where its type has none");
      out.null(packed);
    } else if (packed.kind === "variable") {
      const length = this.#bytes!.lengthOf(this.#item);
      if (length > MAX_VALUE_BYTES) throw new NoRoom();
      const start = out.reserve(5 + length);
      out.bytes[start] = 1;
      out.setUint32(start + 1, length);
      this.#bytes!.copy(this.#item++, out.bytes, start + 5);
      if (this.#isText && isNonUtf8(out.bytes, start + 5, start + 5 + length)) {
        const { access, column } = this.#place;
        throw notUtf8(access.path, column, `row group ${this.#rowGroup}`);
      }
    } else if (packed.kind === "fixed") {
      const size = this.#itemBytes, start = out.reserve(1 + size), from = this.#nextItem() * size;
      out.bytes[start] = 1;
      for (let i = 0; i < size; i++) out.bytes[start + 1 + i] = this.#items[from + i]!;
    } else {
      this.#fail("a value in a column of nulls");
    }
    this.advance();
  }

  /**
   * Packs the elements of a list of fixed values, the entry being the first, and goes behind the last.
   *
   * @returns how many they are
   */
  packElements(
    list: { readonly repetition: number; readonly elementDefinition: number },
    out: PackedWriter,
  ): number {
    let count = 0;
    do {
      let end = this.#at + 1;
      while (end < this.#size && this.#repetitions[end] === list.repetition) end += 1;
      count = this.#collect(end, count, list.elementDefinition);
      this.#settle();
    } while (this.definition >= 0 && this.repetition === list.repetition);
    const elements = this.#scratch,
      size = this.#itemBytes,
      tags = out.reserve(count * (1 + size)),
      values = tags + count;
    if (count <= 32) {
      for (let i = 0; i < count; i++) out.bytes[tags + i] = elements.tags[i]!;
      for (let i = 0; i < count * size; i++) out.bytes[values + i] = elements.values[i]!;
    } else {
      out.bytes.set(elements.tags.subarray(0, count), tags);
      out.bytes.set(elements.values.subarray(0, count * size), values);
    }
    return count;
  }

  /** Checks that every page of the row group has been read. */
  finish(): void {
    const left = this.#groupLeft + this.#size - this.#at;
    if (left > 0) this.#fail(`${left} values are left when its rows are read`);
  }

  /** Takes the block's entries up to `end` as elements; returns how many there are then. */
  #collect(end: number, count: number, elementDefinition: number): number {
    const { packed, definition } = this.leaf, size = this.#itemBytes, total = count + end - this.#at;
    if (total * (1 + size) > MAX_VALUE_BYTES) throw new NoRoom();
    this.#scratch.reserve(total, size);
    const { tags, values: elements } = this.#scratch;
    for (let i = count; i < total;) {
      const level = this.#definitions[this.#at]!;
      let next = i + 1;
      if (level === definition) {
        while (next < total && this.#definitions[this.#at + next - i] === definition) next += 1;
        tags.fill(1, i, next);
        this.#copyItems(elements, { first: i, end: next });
      } else {
        if (level < elementDefinition || !packed.field.nullable) {
          this.#fail("an element of a list that is not there");
        }
        tags[i] = 0;
        elements.fill(0, i * size, next * size);
      }
      this.#at += next - i;
      i = next;
    }
    return total;
  }

  /** the next values, as elements `first` to `end` */
  #copyItems(elements: Uint8Array, { first, end }: { readonly first: number; readonly end: number }): void {
    const size = this.#itemBytes, items = this.#items;
    for (let element = first; element < end;) {
      if (this.#item === this.#numItems) this.#makeItems();
      const count = Math.min(end - element, this.#numItems - this.#item);
      const from = this.#item * size, to = element * size, numBytes = count * size;
      // a view costs more than a few bytes one by one
      if (numBytes <= 32) { for (let i = 0; i < numBytes; i++) elements[to + i] = items[from + i]!; }
      else elements.set(items.subarray(from, from + numBytes), to);
      this.#item += count;
      element += count;
    }
  }

  /** makes the entry at hand the next one */
  #settle(): void {
    while (this.#at === this.#size) {
      if (this.#groupLeft === 0) {
        this.definition = -1;
        this.repetition = 0;
        return;
      }
      this.#openPage();
    }
    this.definition = this.#definitions[this.#at]!;
    this.repetition = this.#repetitions[this.#at]!;
  }

  #openPage(): void {
    const page = this.#pages.next(), { numEntries } = page, { definition, repetition } = this.leaf;
    if (numEntries > this.#groupLeft) this.#fail("its pages have more values than the row group");
    this.#groupLeft -= numEntries;
    this.#page = page;
    this.#size = numEntries;
    this.#at =
      this.#item =
      this.#numItems =
      this.#numMade =
        0;
    this.#bytes = null;
    this.#wordValues = null;
    if (this.#definitions.length < numEntries) {
      this.#definitions = new Uint8Array(numEntries);
      this.#repetitions = new Uint8Array(numEntries);
    }
    this.#numValues = this.#readLevels(page.definitions, this.#definitions, {
      max: definition,
      absent: definition,
    });
    this.#readLevels(page.repetitions, this.#repetitions, { max: repetition, absent: 0 });
    if (this.#numValues === 0) return;
    if (this.leaf.conversion.kind === "null") this.#fail("a value in a column of nulls");
    if (this.#isBytes) this.#bytes = this.#openBytes();
    else this.#wordValues = this.#openWords();
  }

  /** the levels of a page; returns how many are the highest */
  #readLevels(
    reader: HybridReader | null,
    levels: Uint8Array,
    { max, absent }: { readonly max: number; readonly absent: number },
  ): number {
    const size = this.#size;
    if (reader === null) {
      levels.fill(absent, 0, size);
      return absent === max ? size : 0;
    }
    reader.read(levels, 0, size);
    let numHighest = 0;
    for (let i = 0; i < size; i++) {
      if (levels[i]! >= max) {
        numHighest += levels[i] === max ? 1 : this.#fail(`a level of ${levels[i]}, at most ${max}`);
      }
    }
    return numHighest;
  }

  /** where in the block the next value of a fixed width is */
  #nextItem(): number {
    if (this.#item === this.#numItems) this.#makeItems();
    return this.#item++;
  }

  #makeItems(): void {
    const count = Math.min(BLOCK, this.#numValues - this.#numMade), itemsize = this.#itemBytes;
    const first = this.#numMade, values = this.#bytes;
    this.#item = 0;
    this.#numItems = count;
    this.#numMade += count;
    if (values !== null) {
      for (let i = 0; i < count; i++) {
        const target = this.#items.subarray(i * itemsize, (i + 1) * itemsize), fail = this.#fail;
        const copy = (bytes: Uint8Array) => values.copy(first + i, bytes, 0);
        convertBytes(this.#place, { numBytes: values.lengthOf(first + i), copy, fail }, target);
      }
      return;
    }
    const width = wordBytes(this.leaf.physicalType), words = this.#words.subarray(0, count * width);
    this.#wordValues!.read(words, count);
    if (width === itemsize) return this.#items.set(words);
    for (let i = 0; i < count; i++) {
      convertWord(words, { from: i * width, width }, { bytes: this.#items, at: i * itemsize, itemsize });
    }
  }

  #openBytes(): ByteValues {
    const page = this.#page!, width = this.#storedBytes, fail = this.#fail, count = this.#numValues;
    const dictionary = this.#pages.dictionary();
    if (dictionary !== null && this.#dictionary?.of !== dictionary) {
      this.#dictionary = { of: dictionary, places: dictionaryPlaces(dictionary, width, fail) };
    }
    const values = openByteValues(page, { count, width, dictionary: this.#dictionary?.places ?? null, fail });
    if (values === null) throw unknownEncoding(this.#place, page.encoding);
    return values;
  }

  #openWords(): ValueReader {
    const { encoding, bytes, start } = this.#page!, { leaf: { physicalType }, scratch } = this.#place;
    const values = openValues({
      physicalType,
      encoding,
      page: bytes,
      start,
      dictionary: this.#pages.dictionary()?.bytes ?? null,
      indices: scratch.indices,
      fail: this.#fail,
      native: null,
    });
    if (values === null) throw unknownEncoding(this.#place, encoding);
    return values;
  }
}
