/**
 * The pages of one column in one row group, before they are compressed: levels, then values, PLAIN or as indices of
 * a dictionary.
 *
 * Source: Encodings.md and README.md ("Data Pages") of the Parquet format.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { ENCODING } from "../../schema/parquet_numbers.ts";
import type { CarriedBatch } from "../sink.ts";
import { MAX_PAGE_ELEMENTS, NumberDictionary } from "./number_dictionary.ts";
import type { PageScratch } from "./page_scratch.ts";
import type { Encoding, ParquetColumn } from "./parquet_schema.ts";
import { type Bounds, ByteBounds, numberBounds } from "./statistics.ts";
import { TextDictionary } from "./text_dictionary.ts";
import { varintBytes } from "./varint.ts";

/** elements of a page, at most, but whole rows and at least one */
export const PAGE_ELEMENTS: number = MAX_PAGE_ELEMENTS;
/** bytes of text of a page, about; never more than twice as many, but of one value */
export const PAGE_TEXT_BYTES: number = 1024 * 1024;

/** A column's rows in memory. */
export interface ColumnRows {
  readonly memory: WebAssembly.Memory;
  readonly numRows: number;
  /** where computed elements begin */
  readonly pointer: number;
  /** null: the column is computed */
  readonly carried: CarriedBatch | null;
  /** of whoever writes: values of a page are put together there */
  readonly scratch: PageScratch;
}

/** A page: its parts follow one another. They are the writer's until the next page is asked for. */
export interface PlainPage {
  readonly numValues: number;
  readonly encoding: number;
  readonly parts: readonly Uint8Array[];
}

/** What is known of the rows, once all pages were made. */
export interface RowStatistics {
  readonly numNulls: number;
  readonly bounds: Bounds | null;
}

/** The pages of some rows. */
export interface ColumnPages {
  /** values of a dictionary, PLAIN; null: there is none */
  readonly dictionary: PlainPage | null;
  pages(): Iterable<PlainPage>;
  statistics(): RowStatistics;
}

/** levels behind their size, as pages of the first version have them */
function sized(levels: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + levels.length);
  new DataView(bytes.buffer).setUint32(0, levels.length, true);
  bytes.set(levels, 4);
  return bytes;
}

/** one run of a level */
function run(count: number, level: number): Uint8Array {
  return Uint8Array.from([...varintBytes(count * 2), level]);
}

/** Bits as one packed run; what is behind the last is padding. */
function packedBits(bits: Uint8Array): Uint8Array {
  const header = varintBytes(bits.length * 2 + 1), bytes = new Uint8Array(header.length + bits.length);
  bytes.set(header);
  bytes.set(bits, header.length);
  return bytes;
}

/** Levels of whole lists of `width`: repetition 0, 1, 1, … packed in bits; definition 1 as one run. */
function listLevels(numElements: number, width: number): readonly Uint8Array[] {
  const bits = new Uint8Array(Math.ceil(numElements / 8)).fill(0xff);
  for (let element = 0; element < numElements; element += width) bits[element >> 3]! &= ~(1 << (element & 7));
  return [sized(packedBits(bits)), sized(run(numElements, 1))];
}

/** Bits or bytes of bools as bits, the first in the lowest. */
export function packBools(isTrue: (index: number) => boolean, count: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(count / 8));
  for (let i = 0; i < count; i++) if (isTrue(i)) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** Elements as a page has them. */
export function encodeElements(encoding: Encoding, elements: Uint8Array): Uint8Array {
  switch (encoding.kind) {
    case "same":
      return elements;
    case "widen": {
      const { buffer, byteOffset, length } = elements;
      const narrow = encoding.itemsize === 1
        ? encoding.isSigned ? new Int8Array(buffer, byteOffset, length) : elements
        : encoding.isSigned
        ? new Int16Array(buffer, byteOffset, length / 2)
        : new Uint16Array(buffer, byteOffset, length / 2);
      return new Uint8Array(Int32Array.from(narrow).buffer);
    }
    case "reverse": {
      const bytes = elements.slice();
      for (let at = 0; at < bytes.length; at += encoding.itemsize) {
        bytes.subarray(at, at + encoding.itemsize).reverse();
      }
      return bytes;
    }
    case "scale":
      return scaled(elements, encoding);
    case "bool":
    case "variable":
      throw new Error(`${encoding.kind} elements are not encoded here`);
    default:
      return encoding satisfies never;
  }
}

function scaled(
  elements: Uint8Array,
  { itemsize, factor, divisor }: Encoding & { kind: "scale" },
): Uint8Array {
  const { buffer, byteOffset, length } = elements, count = length / itemsize;
  const view = new DataView(buffer, byteOffset, length);
  const is32 = itemsize === 4 || divisor !== 1n;
  const target = new DataView(new ArrayBuffer(count * (is32 ? 4 : 8)));
  for (let i = 0; i < count; i++) {
    const value = itemsize === 4 ? BigInt(view.getInt32(4 * i, true)) : view.getBigInt64(8 * i, true);
    const result = value * factor / divisor;
    if (is32) target.setInt32(4 * i, Number(BigInt.asIntN(32, result)), true);
    else target.setBigInt64(8 * i, result, true);
  }
  return new Uint8Array(target.buffer);
}

/** bytes of an element in the file, where dictionaries are made of such; else null */
function wordBytesOf(encoding: Encoding): 4 | 8 | null {
  switch (encoding.kind) {
    case "same":
      return encoding.itemsize === 4 || encoding.itemsize === 8 ? encoding.itemsize : null;
    case "widen":
      return 4;
    case "scale":
      return encoding.itemsize === 4 || encoding.divisor !== 1n ? 4 : 8;
    case "reverse":
    case "bool":
    case "variable":
      return null;
    default:
      return encoding satisfies never;
  }
}

/** bounds of the elements, by those of a dictionary where its values are elements */
function boundsOf(
  { dtype, encoding }: ParquetColumn,
  numbers: NumberDictionary | null,
  elements: () => Uint8Array,
): Bounds | null {
  return numberBounds(dtype!, numbers !== null && encoding.kind === "same" ? numbers.values() : elements());
}

function plainDictionary(numbers: NumberDictionary | null): PlainPage | null {
  return numbers === null
    ? null
    : { numValues: numbers.size, encoding: ENCODING.plain, parts: [numbers.values()] };
}

/** Pages of a column that is computed: every element has a value. */
class ComputedPages implements ColumnPages {
  readonly dictionary: PlainPage | null;
  readonly #column: ParquetColumn;
  readonly #rows: ColumnRows;
  readonly #pageRows: number;
  readonly #numbers: NumberDictionary | null;

  constructor(column: ParquetColumn, rows: ColumnRows) {
    const size = column.width ?? 1, wordBytes = wordBytesOf(column.encoding);
    this.#column = column;
    this.#rows = rows;
    this.#pageRows = Math.max(1, Math.floor(PAGE_ELEMENTS / size));
    this.#numbers = wordBytes === null || size > PAGE_ELEMENTS ? null : NumberDictionary.of({
      wordBytes,
      numElements: rows.numRows * size,
      numPages: Math.ceil(rows.numRows / this.#pageRows),
      elements: (page) => encodeElements(column.encoding, this.#elements(page)),
    });
    this.dictionary = plainDictionary(this.#numbers);
  }

  *pages(): Iterable<PlainPage> {
    const { dtype, width, encoding } = this.#column, { numRows } = this.#rows, numbers = this.#numbers;
    for (let page = 0; page * this.#pageRows < numRows; page++) {
      const elements = this.#elements(page), numValues = elements.length / DTYPE[dtype!].itemsize;
      const values = numbers !== null
        ? numbers.indices(page)
        : encoding.kind === "bool"
        ? packBools((i) => elements[i] !== 0, numValues)
        : encodeElements(encoding, elements);
      const levels = width === null ? [] : listLevels(numValues, width);
      const written = numbers === null ? ENCODING.plain : ENCODING.rleDictionary;
      yield { numValues, encoding: written, parts: [...levels, values] };
    }
  }

  statistics(): RowStatistics {
    const { dtype, width } = this.#column, { numRows, memory, pointer } = this.#rows;
    // readers take no bounds of lists
    if (width !== null) return { numNulls: 0, bounds: null };
    const elements = () => new Uint8Array(memory.buffer, pointer, numRows * DTYPE[dtype!].itemsize);
    return { numNulls: 0, bounds: boundsOf(this.#column, this.#numbers, elements) };
  }

  #elements(page: number): Uint8Array {
    const { dtype, width } = this.#column, { numRows, memory, pointer } = this.#rows;
    const row = page * this.#pageRows, rowBytes = (width ?? 1) * DTYPE[dtype!].itemsize;
    const numBytes = Math.min(this.#pageRows, numRows - row) * rowBytes;
    return new Uint8Array(memory.buffer, pointer + row * rowBytes, numBytes);
  }
}

/** Pages of a column that is carried. */
class CarriedPages implements ColumnPages {
  readonly dictionary: PlainPage | null;
  readonly #column: ParquetColumn;
  readonly #numRows: number;
  readonly #batch: CarriedBatch;
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array | null;
  readonly #text: TextDictionary | null;
  readonly #numbers: NumberDictionary | null;
  readonly #bounds = new ByteBounds();
  readonly #scratch: PageScratch;

  constructor(column: ParquetColumn, { memory, numRows, carried, scratch }: ColumnRows) {
    this.#column = column;
    this.#scratch = scratch;
    this.#numRows = numRows;
    this.#batch = carried!;
    this.#bytes = new Uint8Array(memory.buffer);
    const { offsets } = carried!;
    // typed arrays take a shared memory's buffer too
    this.#offsets = offsets === null
      ? null
      : new Uint32Array(memory.buffer as ArrayBuffer, offsets, numRows + 1);
    this.#text = this.#offsets === null ? null : this.#makeDictionary();
    this.#numbers = this.#numberDictionary();
    this.dictionary = this.#text === null
      ? plainDictionary(this.#numbers)
      : { numValues: this.#text.size, encoding: ENCODING.plain, parts: [this.#text.plain()] };
  }

  *pages(): Iterable<PlainPage> {
    for (let row = 0; row < this.#numRows;) {
      const end = this.#pageEnd(row);
      const parts = [...this.#levels(row, end), this.#values(row, end)];
      const encoding = this.dictionary === null ? ENCODING.plain : ENCODING.rleDictionary;
      yield { numValues: end - row, encoding, parts };
      row = end;
    }
  }

  statistics(): RowStatistics {
    const { numNulls } = this.#batch;
    if (this.#column.order === "bytes") {
      if (this.#text !== null) { for (const value of this.#text.values()) this.#bounds.add(value); }
      return { numNulls, bounds: this.#bounds.bounds() };
    }
    const { dtype, encoding } = this.#column;
    if (dtype === null || dtype === "bool" || this.#column.order !== "number") {
      return { numNulls, bounds: null };
    }
    const elements = () => this.#present(0, this.#numRows, itemsizeOf(encoding));
    return { numNulls, bounds: boundsOf(this.#column, this.#numbers, elements) };
  }

  /** rows of a page: multiples of 8, so that bits begin with a byte, but of long texts */
  #pageEnd(row: number): number {
    const last = Math.min(this.#numRows, row + PAGE_ELEMENTS), offsets = this.#offsets;
    if (offsets === null) return last;
    let end = Math.min(last, row + 8);
    while (end < last && offsets[end]! - offsets[row]! < PAGE_TEXT_BYTES) end = Math.min(last, end + 8);
    while (end > row + 1 && offsets[end]! - offsets[row]! > 2 * PAGE_TEXT_BYTES) end--;
    return end;
  }

  #isPresent(row: number): boolean {
    const { numNulls, validity } = this.#batch;
    return numNulls === 0 || ((this.#bytes[validity + (row >> 3)]! >> (row & 7)) & 1) === 1;
  }

  #levels(row: number, end: number): readonly Uint8Array[] {
    if (!this.#column.isOptional) return [];
    const { numNulls, validity } = this.#batch;
    if (numNulls === 0) return [sized(run(end - row, 1))];
    if (row % 8 !== 0) {
      const bits = packBools((i) => this.#isPresent(row + i), end - row);
      return [sized(packedBits(bits))];
    }
    const start = validity + (row >> 3);
    return [sized(packedBits(this.#bytes.subarray(start, start + Math.ceil((end - row) / 8))))];
  }

  #values(row: number, end: number): Uint8Array {
    const { encoding } = this.#column;
    if (encoding.kind === "variable") {
      return this.#text !== null
        ? this.#text.indices(this.#presentRows(row, end))
        : this.#plainText(row, end);
    }
    if (encoding.kind === "bool") {
      const rows = this.#presentRows(row, end), { data } = this.#batch;
      const isTrue = (i: number) => ((this.#bytes[data + (rows[i]! >> 3)]! >> (rows[i]! & 7)) & 1) === 1;
      return packBools(isTrue, rows.length);
    }
    if (this.#numbers !== null) return this.#numbers.indices(Math.floor(row / PAGE_ELEMENTS));
    return encodeElements(encoding, this.#present(row, end, itemsizeOf(encoding)));
  }

  #numberDictionary(): NumberDictionary | null {
    const { encoding } = this.#column, wordBytes = wordBytesOf(encoding), numRows = this.#numRows;
    if (wordBytes === null) return null;
    return NumberDictionary.of({
      wordBytes,
      numElements: numRows - this.#batch.numNulls,
      numPages: Math.ceil(numRows / PAGE_ELEMENTS),
      elements: (page) => {
        const row = page * PAGE_ELEMENTS, end = Math.min(numRows, row + PAGE_ELEMENTS);
        return encodeElements(encoding, this.#present(row, end, itemsizeOf(encoding)));
      },
    });
  }

  #presentRows(row: number, end: number): Uint32Array {
    const rows = new Uint32Array(end - row);
    let count = 0;
    for (let i = row; i < end; i++) if (this.#isPresent(i)) rows[count++] = i;
    return rows.subarray(0, count);
  }

  /** elements that are there, one after the other */
  #present(row: number, end: number, itemsize: number): Uint8Array {
    const { data, numNulls } = this.#batch;
    const all = this.#bytes.subarray(data + row * itemsize, data + end * itemsize);
    if (numNulls === 0) return all;
    const rows = this.#presentRows(row, end), packed = new Uint8Array(rows.length * itemsize);
    for (const [i, from] of rows.entries()) {
      const start = (from - row) * itemsize;
      packed.set(all.subarray(start, start + itemsize), i * itemsize);
    }
    return packed;
  }

  #valueAt(row: number): Uint8Array {
    const { data } = this.#batch, offsets = this.#offsets!;
    return this.#bytes.subarray(data + offsets[row]!, data + offsets[row + 1]!);
  }

  /** each value behind its length */
  #plainText(row: number, end: number): Uint8Array {
    const rows = this.#presentRows(row, end), offsets = this.#offsets!;
    let numBytes = 0;
    for (const present of rows) numBytes += 4 + offsets[present + 1]! - offsets[present]!;
    const bytes = this.#scratch.bytes(numBytes), view = new DataView(bytes.buffer);
    let at = 0;
    for (const present of rows) {
      const value = this.#valueAt(present);
      view.setUint32(at, value.length, true);
      bytes.set(value, at + 4);
      at += 4 + value.length;
      this.#bounds.add(value);
    }
    return bytes;
  }

  #makeDictionary(): TextDictionary | null {
    const rows = this.#presentRows(0, this.#numRows), { data } = this.#batch;
    return TextDictionary.of(rows, { bytes: this.#bytes, data, offsets: this.#offsets! });
  }
}

function itemsizeOf(encoding: Encoding): number {
  if (encoding.kind === "bool" || encoding.kind === "variable") {
    throw new Error(`${encoding.kind} has no size`);
  }
  return encoding.itemsize;
}

/** The pages of a column's rows. */
export function columnPages(column: ParquetColumn, rows: ColumnRows): ColumnPages {
  return rows.carried === null ? new ComputedPages(column, rows) : new CarriedPages(column, rows);
}
