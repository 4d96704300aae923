/**
 * Rows of one column, written where the kernel will find them: values of the pages, spread over the rows where
 * nulls lie between them, and what the policy puts in the nulls' place.
 *
 * Source: "Nested Encoding" and "Nulls" of the Parquet format's README (definition and repetition levels).
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { DataError, type ErrorDetails } from "../../errors.ts";
import type { NullPolicy } from "../../schema/mod.ts";
import { corruption } from "./metadata.ts";
import type { HybridReader } from "./hybrid.ts";
import type { ColumnPlace, OpenPage, PageSupply } from "./page.ts";
import { unknownEncoding } from "./page.ts";
import type { Fail } from "./thrift.ts";
import { NativeBlocks } from "./native_blocks.ts";
import { Lanes, type RowTarget } from "./spread.ts";
import { openValues, type ValueReader, wordBytes } from "./values.ts";

/** entries whose levels are looked at together */
const LEVEL_BLOCK = 4096;
/** Bytes of `LevelBlocks`. */
export const BLOCK_BYTES = 6 * LEVEL_BLOCK;

/** Memory for a block of entries: levels, and values before they are narrowed. Columns read whole chunks may share it. */
export class LevelBlocks {
  readonly wide: Int32Array = new Int32Array(LEVEL_BLOCK);
  readonly definitions: Uint8Array = new Uint8Array(LEVEL_BLOCK);
  readonly repetitions: Uint8Array = new Uint8Array(LEVEL_BLOCK);
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
  /** null: the pages are not where kernels are */
  readonly #native: NativeBlocks | null;
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
    const native = place.native ?? null;
    this.#native = native === null ? null : new NativeBlocks(native, leaf, nulls);
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
      numValues = 0;
      for (let left = count, part = 0; left > 0; left -= part) {
        part = Math.min(left, LEVEL_BLOCK);
        numValues += this.#native?.present(definitions, part) ?? this.#present(definitions, part);
      }
    }
    if (numValues > 0) this.#openValues().skip(numValues);
    this.#pageLeft -= count;
  }

  /** Writes the next `numRows` rows of the row group. */
  read(numRows: number, target: RowTarget): void {
    const numElements = numRows * this.#listSize;
    for (let done = 0; done < numElements;) {
      if (this.#levelStart === this.#levelEnd && this.#pageLeft === 0) {
        if (this.#groupLeft === 0 && this.#isDeclared) throw this.#otherSize(this.#rowOf(done));
        this.#openPage();
      }
      done += this.#place.leaf.list === null
        ? this.#flat(target, { done, numElements })
        : this.#lists(target, { done, numElements });
    }
    this.#row += numRows;
  }

  /** Checks that the row group has been read to its end. */
  finish(): void {
    const left = this.#groupLeft + this.#pageLeft + this.#levelEnd - this.#levelStart;
    if (left > 0 && this.#isDeclared) throw this.#otherSize(this.#row - 1);
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

  /** reads the levels of a block; how many say that there is a value */
  #present(definitions: HybridReader, count: number): number {
    const { maxDefinition } = this.#place.leaf, levels = this.#definitions;
    definitions.read(levels, 0, count);
    let found = 0;
    for (let i = 0; i < count; i++) found += levels[i] === maxDefinition ? 1 : 0;
    return found;
  }

  #openValues(): ValueReader {
    if (this.#values !== null) return this.#values;
    const { leaf, scratch } = this.#place, { encoding, bytes, start, values } = this.#page!;
    this.#values = values ?? openValues({
      physicalType: leaf.physicalType,
      encoding,
      page: bytes,
      start,
      dictionary: this.#pages!.dictionary()?.bytes ?? null,
      indices: scratch.indices,
      fail: this.#fail,
      native: this.#place.native ?? null,
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
    const native = this.#native, run = definitions.equalRun(this.#place.leaf.maxDefinition, wanted);
    // kernels take short runs together
    if (run === wanted || (run > 0 && (native === null || run >= LEVEL_BLOCK))) {
      definitions.skip(run);
      this.#read(target, done, run);
      this.#pageLeft -= run;
      return run;
    }
    const count = Math.min(wanted, LEVEL_BLOCK), inWasm = native?.present(definitions, count) ?? null;
    const numValues = inWasm ?? this.#present(definitions, count);
    this.#pageLeft -= count;
    if (inWasm !== null) {
      this.#writeNative(target, done, { numEntries: count, numElements: count, numValues });
    } else {
      this.#read(target, done, numValues);
      if (numValues < count) {
        this.#spread(target, done, { numEntries: count, numElements: count, numValues }, 0);
      }
    }
    return count;
  }

  /** a block whose bits say which of its elements have a value */
  #writeNative(target: RowTarget, done: number, block: Block): void {
    const { numElements, numValues } = block, native = this.#native!;
    if (numValues === numElements) return this.#read(target, done, numValues);
    if (this.#nulls.kind === "error") throw this.#nullFound(done + native.firstNull());
    const values = numValues === 0 ? null : this.#openValues();
    native.write(values, { numElements, numValues }, this.#elements(target, done, numElements));
  }

  #elements({ buffer, byteOffset }: RowTarget, first: number, count: number): Uint8Array {
    const itemsize = this.#itemsize;
    return new Uint8Array(buffer, byteOffset + first * itemsize, count * itemsize);
  }

  /** a column of lists of one size: entries until the target is full or the page is empty */
  #lists(
    target: RowTarget,
    { done, numElements }: { readonly done: number; readonly numElements: number },
  ): number {
    const page = this.#page!;
    if (this.#levelStart === this.#levelEnd) {
      const whole = Math.min(numElements - done, this.#pageLeft, LEVEL_BLOCK);
      const numValues = this.#native?.wholeLists(page, whole, done % this.#listSize) ?? null;
      if (numValues !== null) {
        this.#pageLeft -= whole;
        this.#writeNative(target, done, { numEntries: whole, numElements: whole, numValues });
        return whole;
      }
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
        // an element where a list should begin belongs to the one before
        throw this.#otherSize(this.#rowOf(element) - (isStart ? 1 : 0));
      }
      if (definition === maxDefinition) {
        numValues += 1;
        element += 1;
      } else if (definition === list.nullElement) {
        element += 1;
      } else if (definition === list.nullList && isStart) {
        element += list.size;
      } else {
        throw this.#otherSize(this.#rowOf(element));
      }
    }
    return { numEntries: at - this.#levelStart, numElements: element - done, numValues };
  }

  get #isDeclared(): boolean {
    return this.#place.leaf.list?.isDeclared === true;
  }

  #otherSize(row: number): Error {
    const { leaf: { list }, access, column } = this.#place;
    if (!this.#isDeclared) return this.#fail(`a list in row ${row} has not ${list!.size} elements`);
    return new DataError(
      "DAT005",
      `${access.path} has a list in column ${JSON.stringify(column)} that has not ${list!.size} elements`,
      {
        ...this.#inputDetails(),
        notes: [`row group ${this.#rowGroup}, column ${column}, row ${row}, counted from 0`],
        help: "write lists of one length where the table is made, or pass the column through: carry()",
      },
    );
  }

  /** of a refusal: who asked for the column */
  #inputDetails(): Pick<ErrorDetails, "input" | "operands"> {
    const { input, column, leaf } = this.#place;
    if (input === undefined) return {};
    return { input, operands: [`input ${input}: ${leaf.dtype} from column ${JSON.stringify(column)}`] };
  }

  #rowOf(element: number): number {
    return this.#row + Math.floor(element / this.#listSize);
  }

  /** the page's next values, one after the other from element `first` */
  #read(target: RowTarget, first: number, count: number): void {
    if (count === 0) return;
    const values = this.#openValues(), itemsize = this.#itemsize, { buffer, byteOffset } = target;
    if (this.#wordBytes === itemsize) return values.read(this.#elements(target, first, count), count);
    if (this.#native !== null) {
      for (let done = 0; done < count; done += LEVEL_BLOCK) {
        const part = Math.min(LEVEL_BLOCK, count - done), rows = this.#elements(target, first + done, part);
        this.#native.write(values, { numElements: part, numValues: part }, rows);
      }
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
    if (this.#nulls.kind === "error") {
      const end = firstEntry + block.numEntries;
      const entry = definitions.subarray(firstEntry, end).findIndex((level) => level !== maxDefinition);
      throw this.#nullFound(first + entry);
    }
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

  #nullFound(element: number): DataError {
    const { leaf, access, column } = this.#place;
    const inList = leaf.list === null ? "" : `, element ${element % leaf.list.size}`;
    return new DataError("DAT001", `${access.path} has a null in column ${JSON.stringify(column)}`, {
      ...this.#inputDetails(),
      notes: [
        `row group ${this.#rowGroup}, column ${column}, row ${this.#rowOf(element)}${inList}, counted from 0`,
      ],
      help: DTYPE[leaf.dtype].kind === "f"
        ? 'declare what a null means: nulls: "nan", or a fill value: nulls: { fill: 0 }'
        : "declare what a null means, by a fill value: nulls: { fill: 0 }",
    });
  }
}
