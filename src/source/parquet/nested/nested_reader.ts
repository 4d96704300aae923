/**
 * Rows of a column with parts, assembled from the levels of its leaves into packed values. Read in order on the
 * reading thread, as all that is carried.
 *
 * How many rows have room is known only once they are assembled, so they are put together beside the slot first, at
 * most a chunk of them, and what has no room in one chunk stands at the head of the next.
 *
 * Source: "Nested Encoding" of the Parquet format's README.
 *
 * @module
 */
import { type CarriedLayout, type CarriedView, MAX_VALUE_BYTES } from "../../../schema/mod.ts";
import { NoRoom, PackedWriter } from "../../packed_writer.ts";
import type { CarriedTarget } from "../carried_reader.ts";
import { valueTooLong } from "../carried_values.ts";
import { type ColumnChunk, corruption } from "../metadata.ts";
import type { ColumnPlace } from "../page.ts";
import type { Fail } from "../thrift.ts";
import { type ElementScratch, LeafStream } from "./leaf_stream.ts";
import type { NestedColumn, NestedList, NestedNode } from "./nested_type.ts";

/** Bytes that rows take beside the slot. */
export function stagingBytes({ dataBytes }: CarriedLayout, chunkRows: number): number {
  return dataBytes + MAX_VALUE_BYTES + 5 * (chunkRows + 1);
}

/** Reads one column in order. */
export class NestedReader {
  readonly #place: Omit<ColumnPlace, "leaf">;
  readonly #column: NestedColumn;
  readonly #streams: readonly LeafStream[];
  readonly #out: PackedWriter;
  /** of the rows that were assembled: where each ends, and whether it is a value */
  readonly #ends: Uint32Array;
  readonly #isValue: Uint8Array;
  readonly #dataBytes: number;
  #numStaged = 0;
  #rowGroup = 0;
  /** of the row group, the row that is assembled next */
  #row = 0;
  #fail: Fail;

  constructor(
    place: Omit<ColumnPlace, "leaf">,
    { column, layout, chunkRows, elements }: {
      readonly column: NestedColumn;
      readonly layout: CarriedLayout;
      readonly chunkRows: number;
      readonly elements: ElementScratch;
    },
  ) {
    this.#place = place;
    this.#column = column;
    this.#dataBytes = layout.dataBytes;
    this.#out = new PackedWriter(new Uint8Array(layout.dataBytes + MAX_VALUE_BYTES));
    this.#ends = new Uint32Array(chunkRows);
    this.#isValue = new Uint8Array(chunkRows);
    this.#streams = column.leaves.map((leaf) =>
      new LeafStream({ ...place, column: leaf.path }, { leaf, elements })
    );
    this.#fail = corruption(place.access.path, `column ${JSON.stringify(place.column)}`);
  }

  /** Starts with the first row of a row group. */
  begin(chunks: readonly ColumnChunk[], rowGroup: number): void {
    const { access, column } = this.#place;
    this.#fail = corruption(access.path, `row group ${rowGroup}, column ${JSON.stringify(column)}`);
    this.#rowGroup = rowGroup;
    this.#row = 0;
    this.#numStaged = 0;
    for (const [i, stream] of this.#streams.entries()) stream.begin(chunks[i]!, rowGroup);
  }

  /** Checks that the row group has been read to its end. */
  finish(): void {
    for (const stream of this.#streams) stream.finish();
  }

  /**
   * How many of the next rows have room, at least one.
   *
   * @throws MemoryError MEM003 a value has more than a mebibyte
   */
  rowsThatFit(limit: number, dataBytes: number): number {
    while (this.#numStaged < limit && this.#stagedBytes < this.#dataBytes) this.#stage();
    let numRows = Math.min(limit, this.#numStaged);
    while (numRows > 1 && this.#ends[numRows - 1]! > dataBytes) numRows -= 1;
    return numRows;
  }

  /** Writes the next rows; gives where they are, counted from the slot's start. */
  read(numRows: number, { buffer, byteOffset, start, layout }: CarriedTarget): CarriedView {
    const at = byteOffset + start, numBytes = this.#ends[numRows - 1]!;
    const bits = new Uint8Array(buffer, at + layout.validity, Math.ceil(numRows / 8));
    // typed arrays take a shared memory's buffer too
    const offsets = new Uint32Array(buffer as ArrayBuffer, at + layout.offsets, numRows + 1);
    bits.fill(0);
    offsets[0] = 0;
    offsets.set(this.#ends.subarray(0, numRows), 1);
    for (let row = 0; row < numRows; row++) bits[row >> 3]! |= this.#isValue[row]! << (row & 7);
    const { bytes } = this.#out;
    new Uint8Array(buffer, at + layout.data, numBytes).set(bytes.subarray(0, numBytes));
    bytes.copyWithin(0, numBytes, this.#stagedBytes);
    this.#isValue.copyWithin(0, numRows, this.#numStaged);
    for (let row = numRows; row < this.#numStaged; row++) {
      this.#ends[row - numRows] = this.#ends[row]! - numBytes;
    }
    this.#numStaged -= numRows;
    return {
      validity: { pointer: start + layout.validity, firstBit: 0 },
      offsets: start + layout.offsets,
      pointer: start + layout.data,
      firstBit: 0,
    };
  }

  get #stagedBytes(): number {
    return this.#numStaged === 0 ? 0 : this.#ends[this.#numStaged - 1]!;
  }

  /** assembles one row */
  #stage(): void {
    const out = this.#out, { root } = this.#column, start = this.#stagedBytes;
    out.position = start;
    out.limit = start + MAX_VALUE_BYTES;
    for (const { repetition, definition } of this.#streams) {
      if (repetition !== 0) this.#fail(`row ${this.#row} begins inside a list`);
      if (definition < 0) this.#fail(`its pages end before row ${this.#row}`);
    }
    try {
      this.#value(root, out);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      throw valueTooLong(this.#place, { rowGroup: this.#rowGroup, row: this.#row, numBytes: null });
    }
    this.#isValue[this.#numStaged] = out.bytes[start]!;
    this.#ends[this.#numStaged++] = out.position;
    this.#row += 1;
  }

  /** what holds the part is there, as the entries at hand of all its leaves say */
  #value(node: NestedNode, out: PackedWriter): void {
    const { definition } = this.#streams[node.firstLeaf]!;
    if (node.kind === "leaf") return this.#streams[node.firstLeaf]!.pack(out);
    if (definition < node.definition) {
      if (!node.packed.field.nullable) this.#fail("a null where its type has none");
      out.null(node.packed);
      return this.#passOver(node, definition);
    }
    this.#checkLevel(node, node.definition);
    out.tag(true);
    if (node.kind === "list") return this.#list(node, out);
    for (const child of node.children) this.#value(child, out);
  }

  #list(node: NestedList, out: PackedWriter): void {
    const first = this.#streams[node.firstLeaf]!, { packed, element, repetition } = node;
    const isFixed = packed.kind === "fixedSizeList";
    const countAt = isFixed ? 0 : out.reserve(4);
    let count = 0;
    if (first.definition < node.elementDefinition) this.#passOver(node, first.definition);
    else if (element.kind === "leaf" && element.packed.kind === "fixed") {
      count = first.packElements(node, out);
    } else {
      do {
        this.#checkLevel(node, node.elementDefinition);
        this.#value(element, out);
        count += 1;
      } while (this.#goesOn(node, repetition));
    }
    if (!isFixed) out.setUint32(countAt, count);
    else if (count !== packed.listSize) {
      this.#fail(`a list in row ${this.#row} has ${count} elements, not ${packed.listSize}`);
    }
  }

  /** whether the list has another element: all its leaves say the same */
  #goesOn({ firstLeaf, numLeaves }: NestedList, repetition: number): boolean {
    const goesOn = this.#streams[firstLeaf]!.repetition === repetition;
    for (let i = firstLeaf; i < firstLeaf + numLeaves; i++) {
      const level = this.#streams[i]!.repetition;
      if (level > repetition || (level === repetition) !== goesOn) this.#disagree();
    }
    return goesOn;
  }

  /** goes behind an entry that says of all leaves that there is nothing */
  #passOver({ firstLeaf, numLeaves }: NestedNode, definition: number): void {
    for (let i = firstLeaf; i < firstLeaf + numLeaves; i++) {
      const stream = this.#streams[i]!;
      if (stream.definition !== definition) this.#disagree();
      stream.advance();
    }
  }

  #checkLevel({ firstLeaf, numLeaves }: NestedNode, least: number): void {
    for (let i = firstLeaf; i < firstLeaf + numLeaves; i++) {
      if (this.#streams[i]!.definition < least) this.#disagree();
    }
  }

  #disagree(): never {
    return this.#fail(`the levels of row ${this.#row} contradict each other`);
  }
}
