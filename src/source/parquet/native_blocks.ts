/**
 * Blocks of a column's entries by kernels, in this thread's staging: which have a value, their values among what
 * stands for nulls, narrowed to the dtype, copied to their rows. What is corrupt is left to the readers in
 * JavaScript, which say what is wrong with it.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { NullPolicy } from "../../schema/mod.ts";
import type { HybridReader } from "./hybrid.ts";
import type { NativePages } from "./native_pages.ts";
import type { OpenPage } from "./page.ts";
import type { Leaf } from "./parquet_type.ts";
import { fillBits } from "./spread.ts";
import { type ValueReader, wordBytes } from "./values.ts";

/** Decodes blocks of at most `STAGED_ELEMENTS` entries of one column. */
export class NativeBlocks {
  readonly #native: NativePages;
  readonly #leaf: Leaf;
  readonly #wordBytes: 1 | 4 | 8;
  readonly #itemsize: number;
  readonly #nulls: NullPolicy;
  /** what stands for a null, in the words of the file; null: none was found yet */
  #fill: bigint | null = null;

  constructor(native: NativePages, leaf: Leaf, nulls: NullPolicy) {
    this.#native = native;
    this.#leaf = leaf;
    this.#wordBytes = wordBytes(leaf.physicalType);
    this.#itemsize = DTYPE[leaf.dtype].itemsize;
    this.#nulls = nulls;
  }

  /** Reads the levels of a block: how many entries have a value; null: nothing was read, they are corrupt. */
  present(definitions: HybridReader, count: number): number | null {
    const { stateWords, bits } = this.#native;
    definitions.save(stateWords);
    const found = this.#equal(definitions, { level: this.#leaf.maxDefinition, count, bits });
    if (found < 0) return null;
    definitions.restore(stateWords);
    return found;
  }

  /**
   * Reads the levels of a block of lists, of which all that begin have the column's size and are no nulls.
   *
   * @param position of the first entry within its list
   * @returns how many entries have a value; null: nothing was read, they are not such lists
   */
  wholeLists({ repetitions, definitions }: OpenPage, count: number, position: number): number | null {
    const { kernels, stateWords, bits, moreBits } = this.#native, { list, maxDefinition } = this.#leaf;
    const { size, nullElement } = list!;
    repetitions!.save(stateWords);
    const within = this.#equal(repetitions!, { level: 1, count, bits: moreBits });
    if (within < 0) return null;
    const first = (size - position) % size, numClear = count - within;
    if (kernels.areListStarts(moreBits, count, first, size, numClear) === 0) return null;
    const ahead = stateWords.slice();
    let found = count;
    if (definitions !== null) {
      definitions.save(stateWords);
      const before = stateWords.slice();
      found = this.#equal(definitions, { level: maxDefinition, count, bits });
      if (found < 0) return null;
      if (found < count) {
        if (nullElement < 0) return null;
        const after = stateWords.slice();
        stateWords.set(before);
        // an entry that is neither stands for a whole list
        const nulls = this.#equal(definitions, { level: nullElement, count, bits: moreBits });
        if (found + nulls !== count) return null;
        stateWords.set(after);
      }
      definitions.restore(stateWords);
    }
    repetitions!.restore(ahead);
    return found;
  }

  #equal(
    levels: HybridReader,
    { level, count, bits }: { readonly level: number; readonly count: number; readonly bits: number },
  ): number {
    return this.#native.kernels.equalLevels(this.#native.state, levels.bitWidth, level, count, bits);
  }

  /** The first entry of the block without a value. */
  firstNull(): number {
    const { bytes, bits } = this.#native;
    let entry = 0;
    while (((bytes[bits + (entry >> 3)]! >> (entry & 7)) & 1) === 1) entry++;
    return entry;
  }

  /**
   * Writes the elements of the block whose levels were read last.
   *
   * @param values null: no entry has one
   * @param rows the elements' bytes
   */
  write(
    values: ValueReader | null,
    { numElements, numValues }: { readonly numElements: number; readonly numValues: number },
    rows: Uint8Array,
  ): void {
    const { kernels, values: staged, spread, bytes } = this.#native, width = this.#wordBytes;
    let at = staged;
    if (values?.place !== undefined) at = values.place(numValues);
    else values?.read(bytes.subarray(staged, staged + numValues * width), numValues);
    if (numValues < numElements) {
      this.#spread(at, numElements);
      at = spread;
    }
    if (this.#itemsize < width) {
      (this.#itemsize === 1 ? kernels.narrow1 : kernels.narrow2)(at, numElements, spread);
      at = spread;
    }
    this.#native.copyTo(rows, at);
  }

  #spread(at: number, count: number): void {
    const { kernels, bits, spread, table4, table8 } = this.#native, nulls = this.#nulls;
    if (nulls.kind === "error") throw new Error("nulls are refused before");
    const fill = this.#fill ??= fillBits(this.#leaf.dtype, nulls);
    switch (this.#wordBytes) {
      case 1:
        return kernels.spread1(bits, count, at, Number(fill), spread);
      case 4:
        return kernels.spread4(bits, count, at, Number(fill), table4, spread);
      case 8:
        return kernels.spread8(bits, count, at, fill, table8, spread);
    }
  }
}
