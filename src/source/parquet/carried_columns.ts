/** The carried columns of a file, flat or with parts: how each is read, and what memory that takes. @module */
import { carriedDataBytes, type CarriedLayout, carriedLayout } from "../../schema/mod.ts";
import type { CarriedRead } from "../read_schema.ts";
import type { RandomAccess } from "../random_access.ts";
import { byteValuesMemory } from "./byte_values.ts";
import { CARRIED_BYTES, CarriedReader } from "./carried_reader.ts";
import type { ParquetMetadata } from "./metadata.ts";
import { ElementScratch, SCRATCH_BYTES } from "./nested/leaf_stream.ts";
import { type IndexedColumn, nestedBytesPerRow, nestedStreamBytes } from "./nested/nested_memory.ts";
import { NestedReader, stagingBytes } from "./nested/nested_reader.ts";
import type { SharedScratch } from "./page.ts";
import type { PageIndex } from "./page_index.ts";

/** A carried column that is being read. */
export interface CarriedColumn {
  readonly reader: Pick<CarriedReader, "rowsThatFit" | "read" | "finish">;
  /** starts with the first row of a row group */
  readonly begin: (rowGroup: number) => void;
  readonly layout: CarriedLayout;
  /** of its part of the slot */
  readonly start: number;
}

/** What reading a column takes beside its slot. */
export interface CarriedMemory {
  readonly numBytes: number;
  /** of what all carried columns share */
  readonly sharedBytes: number;
  /** as in `PageSizes` */
  readonly compressed: number;
  readonly codec: number;
}

function layoutOf({ type, bytesPerRow }: CarriedRead, chunkRows: number): CarriedLayout {
  return carriedLayout(type, chunkRows, carriedDataBytes(type, chunkRows, { bytesPerRow }));
}

/** The columns of one file. */
export class CarriedColumns {
  readonly #access: RandomAccess;
  readonly #metadata: ParquetMetadata;
  readonly #indexOf: (leaf: number, column: string) => PageIndex;

  /** @param indexOf reads the headers of a leaf's pages, once */
  constructor(
    access: RandomAccess,
    metadata: ParquetMetadata,
    indexOf: (leaf: number, column: string) => PageIndex,
  ) {
    this.#access = access;
    this.#metadata = metadata;
    this.#indexOf = indexOf;
  }

  /** Bytes of a value, on average, in the row group where it is the most. */
  averageBytes(fieldIndex: number): number {
    const nested = this.#nested(fieldIndex);
    return Math.ceil(
      nested === null
        ? this.#flatIndex(fieldIndex).sizes.bytesPerValue
        : nestedBytesPerRow(nested, this.#metadata.rowGroups),
    );
  }

  memory(read: CarriedRead, chunkRows: number): CarriedMemory {
    const nested = this.#nested(read.fieldIndex);
    const indices = nested?.indices ?? [this.#flatIndex(read.fieldIndex)];
    const most = (measure: (sizes: PageIndex["sizes"]) => number) =>
      Math.max(...indices.map(({ sizes }) => measure(sizes)));
    const shared = {
      compressed: most(({ compressed }) => compressed),
      codec: most(({ codec, staging }) => codec + staging),
    };
    if (nested !== null) {
      const numBytes = nestedStreamBytes(nested) + stagingBytes(layoutOf(read, chunkRows), chunkRows);
      return { numBytes, sharedBytes: SCRATCH_BYTES, ...shared };
    }
    const { page, dictionary, numEntries, numDictionaryValues } = indices[0]!.sizes;
    const numBytes = CARRIED_BYTES + page + dictionary + byteValuesMemory(numEntries, page) +
      8 * numDictionaryValues;
    return { numBytes, sharedBytes: 0, ...shared };
  }

  /** @param start of the first one's part of the slot */
  open(
    reads: readonly CarriedRead[],
    { scratch, chunkRows, start }: {
      readonly scratch: SharedScratch;
      readonly chunkRows: number;
      readonly start: number;
    },
  ): CarriedColumn[] {
    const elements = new ElementScratch();
    let end = start;
    return reads.map((read): CarriedColumn => {
      const layout = layoutOf(read, chunkRows), own = end;
      end += layout.numBytes;
      return { ...this.#reader(read, { scratch, layout, chunkRows, elements }), layout, start: own };
    });
  }

  #reader(
    { fieldIndex, name }: CarriedRead,
    { scratch, ...rows }: {
      readonly scratch: SharedScratch;
      readonly layout: CarriedLayout;
      readonly chunkRows: number;
      readonly elements: ElementScratch;
    },
  ): Pick<CarriedColumn, "reader" | "begin"> {
    const { carried, nested, firstLeaf, numLeaves } = this.#metadata.columns[fieldIndex]!;
    const place = { access: this.#access, column: name, scratch };
    const chunksOf = (rowGroup: number) =>
      this.#metadata.rowGroups[rowGroup]!.chunks.slice(firstLeaf, firstLeaf + numLeaves);
    if (nested !== null) {
      const reader = new NestedReader(place, { column: nested, ...rows });
      return { reader, begin: (rowGroup) => reader.begin(chunksOf(rowGroup), rowGroup) };
    }
    const reader = new CarriedReader({ ...place, leaf: carried! });
    return { reader, begin: (rowGroup) => reader.begin(chunksOf(rowGroup)[0]!, rowGroup) };
  }

  #flatIndex(fieldIndex: number): PageIndex {
    const { field, firstLeaf } = this.#metadata.columns[fieldIndex]!;
    return this.#indexOf(firstLeaf, field.name);
  }

  /** null: the column is flat */
  #nested(fieldIndex: number): IndexedColumn | null {
    const { nested: column, firstLeaf } = this.#metadata.columns[fieldIndex]!;
    if (column === null) return null;
    const indices = column.leaves.map(({ path }, i) => this.#indexOf(firstLeaf + i, path));
    return { column, firstLeaf, indices };
  }
}
