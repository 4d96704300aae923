/**
 * Rows of one column, written where the kernel will find them: values of the pages, spread over the rows where
 * nulls lie between them, and what the policy puts in the nulls' place.
 *
 * Source: "Nested Encoding" and "Nulls" of the Parquet format's README (definition and repetition levels).
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { DataError } from "../../errors.ts";
import type { NullPolicy } from "../../schema/mod.ts";
import { corruption } from "./metadata.ts";
import type { ColumnPlace, OpenPage, PageSupply } from "./page.ts";
import { unknownEncoding } from "./page.ts";
import type { Fail } from "./thrift.ts";
import type { NativePages } from "./native_pages.ts";
import { openValues, type ValueReader, wordBytes } from "./values.ts";

/** entries whose levels are looked at together */
export const LEVEL_BLOCK = 4096;
/** Bytes of `LevelBlocks`. */
export const BLOCK_BYTES = 6 * LEVEL_BLOCK;

/** Memory for a block of entries: levels, and values before they are narrowed. Columns read whole chunks may share it. */
export class LevelBlocks {
  readonly wide: Int32Array = new Int32Array(LEVEL_BLOCK);
  readonly definitions: Uint8Array = new Uint8Array(LEVEL_BLOCK);
  readonly repetitions: Uint8Array = new Uint8Array(LEVEL_BLOCK);
}

/** Where rows go: `byteLength` bytes, elements of the column's dtype one after the other. */
export interface RowTarget {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

/** What a block of entries amounts to. */
interface Block {
  readonly numEntries: number;
  readonly numElements: number;
  readonly numValues: number;
}

/** Reads one column in order. */
export class ColumnReader {
  readonly #place: ColumnPlace;
  #pages: PageSupply | null = null;
  readonly #nulls: NullPolicy;
  readonly #listSize: number;
  readonly #itemsize: number;
  readonly #wordBytes: number;
  /** values that are wider in the file than their dtype */
  readonly #wide: Int32Array;
  readonly #definitions: Uint8Array;
  readonly #repetitions: Uint8Array;
  /** entries whose levels were read and which are still to be written: from, to */
  #levelStart = 0;
  #levelEnd = 0;
  #page: OpenPage | null = null;
  /** the page's values, opened with the first of them: a page of nulls may have none to open */
  #values: ValueReader | null = null;
  /** entries of the page whose levels have not been read */
  #pageLeft = 0;
  /** entries of the row group that no page has brought yet */
  #groupLeft = 0;
  #rowGroup = 0;
  /** rows of the row group that were written */
  #row = 0;
  #fail: Fail;

  constructor(place: ColumnPlace, nulls: NullPolicy, blocks: LevelBlocks) {
    const { leaf } = place;
    this.#place = place;
    this.#nulls = nulls;
    this.#listSize = leaf.list?.size ?? 1;
    this.#itemsize = DTYPE[leaf.dtype].itemsize;
    this.#wordBytes = wordBytes(leaf.physicalType);
    this.#wide = blocks.wide;
    this.#definitions = blocks.definitions;
    this.#repetitions = blocks.repetitions;
    this.#fail = corruption(place.access.path, `column ${JSON.stringify(place.column)}`);
  }

  /**
   * Starts with the first row of a row group, or further on.
   *
   * @param pages from one that holds row `firstRow` on, which `firstEntry` entries of the row group are before
   */
  begin(
    pages: PageSupply,
    { rowGroup, numEntries, firstRow = 0, firstEntry = 0 }: {
      readonly rowGroup: number;
      readonly numEntries: number;
      readonly firstRow?: number;
      readonly firstEntry?: number;
    },
  ): void {
    const { access, column } = this.#place;
    this.#fail = corruption(access.path, `row group ${rowGroup}, column ${JSON.stringify(column)}`);
    this.#pages = pages;
    this.#rowGroup = rowGroup;
    this.#row = firstRow;
    this.#page = null;
    this.#pageLeft = 0;
    this.#levelStart = this.#levelEnd = 0;
    this.#groupLeft = numEntries - firstEntry;
    // without null lists an entry is an element
    const skipped = firstRow * this.#listSize - firstEntry;
    if (skipped > 0) this.#skip(skipped);
  }

  /** passes over entries of the page that comes next */
  #skip(count: number): void {
    this.#openPage();
    if (count > this.#pageLeft) this.#fail("its pages are not where they were");
    const { definitions, repetitions } = this.#page!;
    repetitions?.skip(count);
    let numValues = count;
    if (definitions !== null) {
      const { maxDefinition } = this.#place.leaf, levels = this.#definitions;
      numValues = 0;
      for (let left = count; left > 0;) {
        const present = definitions.skipEqual(maxDefinition, left);
        const part = present > 0 ? present : Math.min(left, LEVEL_BLOCK);
        if (present === 0) definitions.read(levels, 0, part);
        numValues += present > 0 ? present : countOf(levels, maxDefinition, part);
        left -= part;
      }
    }
    if (numValues > 0) this.#openValues().skip(numValues);
    this.#pageLeft -= count;
  }

  /** Writes the next `numRows` rows of the row group. */
  read(numRows: number, target: RowTarget): void {
    const numElements = numRows * this.#listSize;
    for (let done = 0; done < numElements;) {
      if (this.#levelStart === this.#levelEnd && this.#pageLeft === 0) this.#openPage();
      done += this.#place.leaf.list === null
        ? this.#flat(target, { done, numElements })
        : this.#lists(target, { done, numElements });
    }
    this.#row += numRows;
  }

  /** Checks that the row group has been read to its end. */
  finish(): void {
    const left = this.#groupLeft + this.#pageLeft + this.#levelEnd - this.#levelStart;
    if (left > 0) this.#fail(`${left} values are left when its rows are read`);
  }

  #openPage(): void {
    while (this.#pageLeft === 0) {
      const page = this.#pages!.next();
      if (page.numEntries > this.#groupLeft) this.#fail("its pages have more values than the row group");
      this.#groupLeft -= page.numEntries;
      this.#pageLeft = page.numEntries;
      this.#page = page;
      this.#values = null;
    }
  }

  /** kernels, where they can read the page */
  #nativeFor(page: Uint8Array): NativePages | null {
    const native = this.#place.native ?? null;
    return native !== null && native.holds(page) ? native : null;
  }

  #openValues(): ValueReader {
    if (this.#values !== null) return this.#values;
    const { leaf, scratch } = this.#place, { encoding, bytes, start } = this.#page!;
    this.#values = openValues({
      physicalType: leaf.physicalType,
      encoding,
      page: bytes,
      start,
      dictionary: this.#pages!.dictionary()?.bytes ?? null,
      indices: scratch.indices,
      fail: this.#fail,
      native: this.#nativeFor(bytes),
    });
    if (this.#values === null) throw unknownEncoding(this.#place, encoding);
    return this.#values;
  }

  /** a column without lists: one entry a row; returns the elements written */
  #flat(
    target: RowTarget,
    { done, numElements }: { readonly done: number; readonly numElements: number },
  ): number {
    const { definitions } = this.#page!;
    const wanted = Math.min(numElements - done, this.#pageLeft);
    if (definitions === null) {
      this.#read(target, done, wanted);
      this.#pageLeft -= wanted;
      return wanted;
    }
    const { maxDefinition } = this.#place.leaf;
    const present = definitions.skipEqual(maxDefinition, wanted);
    if (present > 0) {
      this.#read(target, done, present);
      this.#pageLeft -= present;
      return present;
    }
    const count = Math.min(wanted, LEVEL_BLOCK), levels = this.#definitions;
    const native = this.#nativeFor(this.#page!.bytes);
    if (native !== null && this.#wordBytes === this.#itemsize && this.#itemsize >= 4) {
      this.#flatNative(target, { native, done, count });
      this.#pageLeft -= count;
      return count;
    }
    definitions.read(levels, 0, count);
    this.#pageLeft -= count;
    const numValues = countOf(levels, maxDefinition, count);
    this.#read(target, done, numValues);
    if (numValues < count) {
      this.#spread(target, done, {
        numEntries: count,
        numElements: count,
        numValues,
      }, 0);
    }
    return count;
  }

  /** a block with nulls, by kernels in this thread's staging; what is refused is told as below */
  #flatNative(
    target: RowTarget,
    { native, done, count }: { readonly native: NativePages; readonly done: number; readonly count: number },
  ): void {
    const definitions = this.#page!.definitions!, { kernels, bytes, levels, values, spread } = native;
    const { maxDefinition } = this.#place.leaf, width = this.#itemsize;
    definitions.runs(count, {
      packed: (bit, part, at) => {
        const source = definitions.bytes.byteOffset + Math.floor(bit / 8);
        kernels.unpackBytes(source, bit % 8, definitions.bitWidth, part, levels + at);
      },
      repeated: (level, part, at) => void bytes.fill(level, levels + at, levels + at + part),
    });
    const numValues = kernels.countEqual(levels, count, maxDefinition);
    const first = target.byteOffset + done * width;
    const rows = new Uint8Array(target.buffer, first, count * width);
    if (numValues < count && this.#nulls.kind === "error") {
      this.#definitions.set(bytes.subarray(levels, levels + count));
      throw this.#nullFound(done, { numEntries: count, numElements: count, numValues }, 0);
    }
    if (numValues > 0) this.#openValues().read(rows.subarray(0, numValues * width), numValues);
    if (numValues === count) return;
    bytes.set(rows.subarray(0, numValues * width), values);
    const fill = fillBits(this.#place.leaf.dtype, this.#nulls as Filling);
    if (width === 4) kernels.spread4(levels, count, maxDefinition, values, Number(fill), spread);
    else kernels.spread8(levels, count, maxDefinition, values, fill, spread);
    native.copyTo(rows, spread);
  }

  /** a column of lists of one size: entries until the target is full or the page is empty */
  #lists(
    target: RowTarget,
    { done, numElements }: { readonly done: number; readonly numElements: number },
  ): number {
    const page = this.#page!;
    if (this.#levelStart === this.#levelEnd) {
      const count = Math.min(this.#pageLeft, LEVEL_BLOCK);
      page.repetitions!.read(this.#repetitions, 0, count);
      if (page.definitions === null) this.#definitions.fill(this.#place.leaf.maxDefinition, 0, count);
      else page.definitions.read(this.#definitions, 0, count);
      this.#pageLeft -= count;
      this.#levelStart = 0;
      this.#levelEnd = count;
    }
    const block = this.#measure(done, numElements);
    this.#read(target, done, block.numValues);
    if (block.numValues < block.numElements) this.#spread(target, done, block, this.#levelStart);
    this.#levelStart += block.numEntries;
    return block.numElements;
  }

  /** how many of the entries fit, and what they amount to; every list must have the column's size */
  #measure(done: number, limit: number): Block {
    const list = this.#place.leaf.list!, { maxDefinition } = this.#place.leaf;
    let element = done, numValues = 0, at = this.#levelStart;
    for (; at < this.#levelEnd && element < limit; at++) {
      const definition = this.#definitions[at]!, isStart = element % list.size === 0;
      if ((this.#repetitions[at] === 0) !== isStart) {
        return this.#fail(`a list in row ${this.#rowOf(element)} has not ${list.size} elements`);
      }
      if (definition === maxDefinition) {
        numValues += 1;
        element += 1;
      } else if (definition === list.nullElement) {
        element += 1;
      } else if (definition === list.nullList && isStart) {
        element += list.size;
      } else {
        return this.#fail(`a list in row ${this.#rowOf(element)} has not ${list.size} elements`);
      }
    }
    return { numEntries: at - this.#levelStart, numElements: element - done, numValues };
  }

  #rowOf(element: number): number {
    return this.#row + Math.floor(element / this.#listSize);
  }

  /** the page's next values, one after the other from element `first` */
  #read({ buffer, byteOffset }: RowTarget, first: number, count: number): void {
    if (count === 0) return;
    const values = this.#openValues(), itemsize = this.#itemsize;
    if (this.#wordBytes === itemsize) {
      values.read(new Uint8Array(buffer, byteOffset + first * itemsize, count * itemsize), count);
      return;
    }
    const narrow = itemsize === 1
      ? new Uint8Array(buffer, byteOffset + first, count)
      : new Uint16Array(buffer, byteOffset + first * 2, count);
    const wide = this.#wide;
    for (let done = 0; done < count; done += LEVEL_BLOCK) {
      const part = Math.min(LEVEL_BLOCK, count - done);
      values.read(new Uint8Array(wide.buffer, 0, part * 4), part);
      for (let i = 0; i < part; i++) narrow[done + i] = wide[i]!;
    }
  }

  /** moves a block's values to their rows, from the last to the first, and fills the nulls */
  #spread(target: RowTarget, first: number, block: Block, firstEntry: number): void {
    const { leaf } = this.#place, { maxDefinition, list } = leaf, definitions = this.#definitions;
    if (this.#nulls.kind === "error") throw this.#nullFound(first, block, firstEntry);
    const lanes = new Lanes(target, first, { dtype: leaf.dtype, nulls: this.#nulls });
    let element = block.numElements, value = block.numValues;
    for (let i = firstEntry + block.numEntries - 1; i >= firstEntry; i--) {
      const definition = definitions[i]!;
      if (definition === maxDefinition) lanes.move(--value, --element);
      else {
        const count = list === null || definition === list.nullElement ? 1 : list.size;
        element -= count;
        lanes.fill(element, count);
      }
    }
  }

  #nullFound(first: number, { numEntries }: Block, firstEntry: number): DataError {
    const { leaf, access, column } = this.#place;
    let element = first;
    for (let i = 0; i < numEntries && this.#definitions[firstEntry + i] === leaf.maxDefinition; i++) {
      element += 1;
    }
    const inList = leaf.list === null ? "" : `, element ${element % leaf.list.size}`;
    return new DataError("DAT001", `${access.path} has a null in column ${JSON.stringify(column)}`, {
      notes: [
        `row group ${this.#rowGroup}, column ${column}, row ${this.#rowOf(element)}${inList}, counted from 0`,
      ],
      help: DTYPE[leaf.dtype].kind === "f"
        ? 'declare what a null means: nulls: "nan", or a fill value: nulls: { fill: 0 }'
        : "declare what a null means, by a fill value: nulls: { fill: 0 }",
    });
  }
}

function countOf(levels: Uint8Array, level: number, count: number): number {
  let found = 0;
  for (let i = 0; i < count; i++) found += levels[i] === level ? 1 : 0;
  return found;
}

/** A policy that puts something in a null's place. */
type Filling = Exclude<NullPolicy, { kind: "error" }>;

/** The bits of what stands in a null's place. */
function fillBits(dtype: DType, nulls: Filling): bigint {
  const { TypedArray, isBigInt } = DTYPE[dtype];
  const value = nulls.kind === "nan" ? Number.NaN : nulls.value, one = new TypedArray(1);
  // the planner has checked that the value fits the dtype (DTY002, DTY003)
  one[0] = isBigInt ? BigInt(value) : Number(value);
  const bytes = new Uint8Array(8);
  bytes.set(new Uint8Array(one.buffer));
  return new BigUint64Array(bytes.buffer)[0]!;
}

/** Elements as words: moved and filled without a look at what they mean. */
class Lanes {
  readonly #lanes: Uint8Array | Uint16Array | Uint32Array;
  /** words of an element: 2 for 8 bytes, else 1 */
  readonly #perElement: 1 | 2;
  readonly #low: number;
  readonly #high: number;

  constructor(
    { buffer, byteOffset }: RowTarget,
    first: number,
    { dtype, nulls }: { readonly dtype: DType; readonly nulls: Filling },
  ) {
    const { itemsize } = DTYPE[dtype];
    const start = byteOffset + first * itemsize;
    this.#perElement = itemsize === 8 ? 2 : 1;
    this.#lanes = itemsize === 1
      ? new Uint8Array(buffer, start)
      : itemsize === 2
      ? new Uint16Array(buffer, start)
      : new Uint32Array(buffer, start);
    const fill = fillBits(dtype, nulls);
    this.#low = Number(fill & 0xffff_ffffn);
    this.#high = Number(fill >> 32n);
  }

  move(from: number, to: number): void {
    const lanes = this.#lanes;
    if (this.#perElement === 1) lanes[to] = lanes[from]!;
    else {
      lanes[2 * to] = lanes[2 * from]!;
      lanes[2 * to + 1] = lanes[2 * from + 1]!;
    }
  }

  fill(start: number, count: number): void {
    const lanes = this.#lanes;
    for (let i = start; i < start + count; i++) {
      if (this.#perElement === 1) lanes[i] = this.#low;
      else {
        lanes[2 * i] = this.#low;
        lanes[2 * i + 1] = this.#high;
      }
    }
  }
}
