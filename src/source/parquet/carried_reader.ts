/**
 * Rows of a column that is carried, as Arrow lays them out: a bit a row, offsets, values. Read in order on the
 * reading thread, because how many rows of text have room is known only from their lengths.
 *
 * A chunk never passes the end of a page of values of any length, so rows can be measured before one is taken.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import type { MemoryError } from "../../errors.ts";
import { isUtf8Type } from "../../schema/arrow_numbers.ts";
import { type CarriedLayout, type CarriedView, MAX_VALUE_BYTES } from "../../schema/mod.ts";
import { PHYSICAL } from "../../schema/parquet_numbers.ts";
import { type ByteValues, dictionaryPlaces, openByteValues, type Places } from "./byte_values.ts";
import type { CarriedLeaf } from "./carried_type.ts";
import { convertBytes, convertWord, storedBytes, valueTooLong } from "./carried_values.ts";
import { type ColumnChunk, corruption } from "./metadata.ts";
import { type ColumnPlace, type Dictionary, type OpenPage, unknownEncoding } from "./page.ts";
import { PageReader } from "./page_reader.ts";
import { firstNonUtf8, notUtf8 } from "./text_check.ts";
import type { Fail } from "./thrift.ts";
import { openValues, type ValueReader, wordBytes } from "./values.ts";

/** Where rows go: the column's part of the slot. */
export interface CarriedTarget {
  readonly buffer: ArrayBufferLike;
  /** of the slot */
  readonly byteOffset: number;
  /** of the part, counted from the slot's start */
  readonly start: number;
  readonly layout: CarriedLayout;
}

/** A page whose levels are read. */
interface CarriedPage {
  /** by entry, whether it has a value; null: all have */
  readonly presence: Uint8Array | null;
  readonly numEntries: number;
  /** one of the two */
  readonly values: ByteValues | null;
  readonly words: ValueReader | null;
  /** entries and values that were taken */
  entry: number;
  value: number;
}

/** words that are converted at once */
const WORD_BLOCK = 4096;
/** Bytes that a reader holds besides its pages: words before they are converted, and a value that prefixes are of. */
export const CARRIED_BYTES: number = 8 * WORD_BLOCK + MAX_VALUE_BYTES;

/** Reads one column in order. */
export class CarriedReader {
  readonly #place: ColumnPlace<CarriedLeaf>;
  readonly #pages: PageReader;
  readonly #width: number | null;
  readonly #isBytes: boolean;
  readonly #words: Uint8Array;
  #page: CarriedPage | null = null;
  #dictionary: { readonly of: Dictionary; readonly places: Places } | null = null;
  #groupLeft = 0;
  #rowGroup = 0;
  #row = 0;
  #fail: Fail;

  constructor(place: ColumnPlace<CarriedLeaf>) {
    const { leaf } = place;
    this.#place = place;
    this.#width = storedBytes(leaf);
    this.#isBytes = [PHYSICAL.int96, PHYSICAL.byteArray, PHYSICAL.fixedLengthByteArray].some((type) =>
      type === leaf.physicalType
    );
    this.#words = new Uint8Array(this.#isBytes ? 0 : 8 * WORD_BLOCK);
    this.#pages = new PageReader(place, this.#width);
    this.#fail = corruption(place.access.path, `column ${JSON.stringify(place.column)}`);
  }

  /** Starts with the first row of a row group. */
  begin(chunk: ColumnChunk, rowGroup: number): void {
    const { access, column } = this.#place;
    this.#fail = corruption(access.path, `row group ${rowGroup}, column ${JSON.stringify(column)}`);
    this.#pages.begin(chunk, rowGroup);
    this.#rowGroup = rowGroup;
    this.#row = 0;
    this.#page = null;
    this.#dictionary = null;
    this.#groupLeft = chunk.numValues;
  }

  /** Checks that the row group has been read to its end. */
  finish(): void {
    const page = this.#page, left = this.#groupLeft + (page === null ? 0 : page.numEntries - page.entry);
    if (left > 0) this.#fail(`${left} values are left when its rows are read`);
  }

  /**
   * How many of the next rows have room, at least one.
   *
   * @throws MemoryError MEM003 the first value alone has more than a mebibyte
   */
  rowsThatFit(limit: number, dataBytes: number): number {
    if (this.#place.leaf.conversion.kind !== "text") return limit;
    const page = this.#current(), { presence, values } = page;
    const end = Math.min(limit, page.numEntries - page.entry);
    let numBytes = 0, value = page.value;
    for (let i = 0; i < end; i++) {
      if (presence !== null && presence[page.entry + i] === 0) continue;
      const length = values!.lengthOf(value++);
      if (length > MAX_VALUE_BYTES || numBytes + length > dataBytes) {
        if (i > 0) return i;
        throw this.#tooLong(length);
      }
      numBytes += length;
    }
    return end;
  }

  /** Writes the next rows; gives where they are, counted from the slot's start. */
  read(numRows: number, target: CarriedTarget): CarriedView {
    const { buffer, byteOffset, start, layout } = target, at = byteOffset + start;
    const bits = new Uint8Array(buffer, at + layout.validity, Math.ceil(numRows / 8));
    const rows = {
      target,
      offsets: new Uint32Array(buffer as ArrayBuffer, at + layout.offsets, numRows + 1),
    };
    bits.fill(0);
    let numNulls = 0;
    for (let row = 0; row < numRows;) {
      const page = this.#current(), part = Math.min(numRows - row, page.numEntries - page.entry);
      const presence = page.presence?.subarray(page.entry, page.entry + part) ?? null;
      for (let i = 0; i < part; i++) {
        if (presence === null || presence[i] === 1) bits[(row + i) >> 3]! |= 1 << ((row + i) & 7);
        else numNulls += 1;
      }
      if (this.#isBytes) this.#readBytes(page, { ...rows, row, part, presence });
      else this.#readWords(page, { ...rows, row, part, presence });
      page.entry += part;
      row += part;
    }
    const { conversion, type } = this.#place.leaf, isText = conversion.kind === "text";
    if (isText && isUtf8Type(type)) this.#checkText(rows);
    this.#row += numRows;
    return {
      validity: numNulls === 0 ? null : { pointer: start + layout.validity, firstBit: 0 },
      offsets: isText ? start + layout.offsets : null,
      pointer: start + layout.data,
      firstBit: 0,
    };
  }

  #checkText({ target, offsets }: Pick<Part, "target" | "offsets">): void {
    const { buffer, byteOffset, start, layout } = target, { access, column } = this.#place;
    const data = new Uint8Array(buffer, byteOffset + start + layout.data, layout.dataBytes);
    const bad = firstNonUtf8(data, offsets);
    if (bad < 0) return;
    throw notUtf8(
      access.path,
      column,
      `row group ${this.#rowGroup}, row ${countText(this.#row + bad)}, counted from 0`,
    );
  }

  #readBytes(page: CarriedPage, { target, offsets, row, part, presence }: Part): void {
    const { buffer, byteOffset, start, layout } = target, { conversion, type } = this.#place.leaf;
    const data = new Uint8Array(buffer, byteOffset + start + layout.data, layout.dataBytes);
    const values = page.values!, isText = conversion.kind === "text";
    const itemsize = isText ? 0 : type.bitWidth! / 8;
    if (row === 0) offsets[0] = 0;
    for (let i = 0; i < part; i++) {
      const isPresent = presence === null || presence[i] === 1, at = row + i;
      if (isText) {
        const from = offsets[at]!;
        if (isPresent) {
          const length = values.lengthOf(page.value);
          values.copy(page.value++, data, from);
          offsets[at + 1] = from + length;
        } else offsets[at + 1] = from;
        continue;
      }
      const to = at * itemsize;
      if (!isPresent) data.fill(0, to, to + itemsize);
      else if (conversion.kind === "bytes") values.copy(page.value++, data, to);
      else this.#convertBytes(values, page.value++, data.subarray(to, to + itemsize));
    }
  }

  #convertBytes(values: ByteValues, index: number, target: Uint8Array): void {
    const copy = (bytes: Uint8Array) => values.copy(index, bytes, 0);
    convertBytes(this.#place, { numBytes: values.lengthOf(index), copy, fail: this.#fail }, target);
  }

  #readWords(page: CarriedPage, { target, row, part, presence }: Part): void {
    const { leaf } = this.#place, { conversion } = leaf, width = wordBytes(leaf.physicalType);
    const { buffer, byteOffset, start, layout } = target, base = byteOffset + start + layout.data;
    const data = new Uint8Array(buffer, base, layout.dataBytes), words = this.#words;
    for (let first = 0; first < part; first += WORD_BLOCK) {
      const count = Math.min(WORD_BLOCK, part - first);
      const block = presence?.subarray(first, first + count) ?? null;
      const numValues = block === null ? count : block.reduce((sum, one) => sum + one, 0);
      if (numValues > 0) page.words!.read(words.subarray(0, numValues * width), numValues);
      let value = 0;
      for (let i = 0; i < count; i++) {
        const isPresent = block === null || block[i] === 1, at = row + first + i;
        const from = width * (isPresent ? value++ : 0);
        if (conversion.kind === "bool") {
          const mask = 1 << (at & 7);
          if (isPresent && words[from] === 1) data[at >> 3]! |= mask;
          else data[at >> 3]! &= ~mask;
          continue;
        }
        const { bytes } = conversion as Extract<typeof conversion, { kind: "word" }>;
        if (isPresent) convertWord(words, { from, width }, { bytes: data, at: at * bytes, itemsize: bytes });
        else data.fill(0, at * bytes, (at + 1) * bytes);
      }
    }
  }

  /** the page that has the next entry */
  #current(): CarriedPage {
    let page = this.#page;
    while (page === null || page.entry === page.numEntries) {
      const opened = this.#pages.next();
      if (opened.numEntries > this.#groupLeft) this.#fail("its pages have more values than the row group");
      this.#groupLeft -= opened.numEntries;
      page = this.#open(opened);
    }
    this.#page = page;
    return page;
  }

  #open(page: OpenPage): CarriedPage {
    const { numEntries, definitions } = page;
    let presence: Uint8Array | null = null, numValues = numEntries;
    // levels of one run are the usual case
    const present = definitions?.skipEqual(1, numEntries) ?? numEntries;
    if (present < numEntries) {
      presence = new Uint8Array(numEntries).fill(1, 0, present);
      definitions!.read(presence, present, numEntries - present);
      numValues = presence.reduce((sum, one) => sum + one, 0);
    }
    const common = { presence, numEntries, entry: 0, value: 0 };
    if (numValues === 0) return { ...common, values: null, words: null };
    return this.#isBytes
      ? { ...common, values: this.#openBytes(page, numValues), words: null }
      : { ...common, values: null, words: this.#openWords(page) };
  }

  #openBytes(page: OpenPage, count: number): ByteValues {
    const dictionary = this.#pages.dictionary(), width = this.#width, fail = this.#fail;
    if (dictionary !== null && this.#dictionary?.of !== dictionary) {
      this.#dictionary = { of: dictionary, places: dictionaryPlaces(dictionary, width, fail) };
    }
    const values = openByteValues(page, { count, width, dictionary: this.#dictionary?.places ?? null, fail });
    if (values === null) throw unknownEncoding(this.#place, page.encoding);
    return values;
  }

  #openWords({ encoding, bytes, start }: OpenPage): ValueReader {
    const { leaf: { physicalType }, scratch: { indices } } = this.#place;
    const dictionary = this.#pages.dictionary()?.bytes ?? null, fail = this.#fail;
    const values = openValues({
      physicalType,
      encoding,
      page: bytes,
      start,
      dictionary,
      indices,
      fail,
      native: null,
    });
    if (values === null) throw unknownEncoding(this.#place, encoding);
    return values;
  }

  #tooLong(numBytes: number): MemoryError {
    return valueTooLong(this.#place, { rowGroup: this.#rowGroup, row: this.#row, numBytes });
  }
}

/** rows of a chunk that come from one page */
interface Part {
  readonly target: CarriedTarget;
  readonly offsets: Uint32Array;
  readonly row: number;
  readonly part: number;
  readonly presence: Uint8Array | null;
}
