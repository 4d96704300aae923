/**
 * Packed values taken apart into the columns of Parquet: of each leaf its levels and its values, a record batch at a
 * time.
 *
 * Source: "Nested Encoding" of the Parquet format's README; Melnik et al., "Dremel", 2010, section 4.
 *
 * @module
 */
import { DataError } from "../../../errors.ts";
import { fixedBytes } from "../../../schema/packed.ts";
import { PackedCursor } from "../../packed_cursor.ts";
import type { CarriedBatch } from "../../sink.ts";
import { LeafBuffer } from "./leaf_buffer.ts";
import type { WrittenColumn, WrittenLeaf, WrittenList, WrittenNode } from "./nested_schema.ts";

/** Takes the batches of one column apart, in the same memory. */
export class Shredder {
  readonly leaves: readonly LeafBuffer[];
  readonly #column: WrittenColumn;

  constructor(column: WrittenColumn) {
    this.#column = column;
    this.leaves = column.leaves.map((leaf) => new LeafBuffer(leaf));
  }

  /**
   * Fills the leaves with the rows of a batch.
   *
   * @throws DataError DAT001 a null where the column's type has none
   */
  shred(memory: WebAssembly.Memory, { data, dataBytes }: CarriedBatch): void {
    for (const leaf of this.leaves) leaf.clear();
    const cursor = new PackedCursor(memory), end = data + dataBytes, { root } = this.#column;
    cursor.position = data;
    while (cursor.position < end) this.#value(root, 0, cursor);
  }

  #value(node: WrittenNode, repetition: number, cursor: PackedCursor): void {
    if (!cursor.tag()) return this.#null(node, repetition, cursor);
    if (node.kind === "leaf") return this.#leafValue(node, repetition, cursor);
    if (node.kind === "list") return this.#list(node, repetition, cursor);
    for (const child of node.children) this.#value(child, repetition, cursor);
  }

  #leafValue(node: WrittenLeaf, repetition: number, cursor: PackedCursor): void {
    const { packed } = node, leaf = this.leaves[node.firstLeaf]!;
    if (packed.kind === "null") throw this.#nullFound(node);
    const numBytes = packed.kind === "variable" ? cursor.uint32() : fixedBytes(packed);
    leaf.add(repetition, { bytes: cursor.bytes, position: cursor.position, numBytes });
    cursor.position += numBytes;
  }

  #list(node: WrittenList, repetition: number, cursor: PackedCursor): void {
    const { packed, element } = node;
    const count = packed.kind === "fixedSizeList" ? packed.listSize : cursor.uint32();
    if (count === 0) return this.#nothing(node, repetition, node.definition);
    if (element.kind === "leaf" && element.packed.kind === "fixed") {
      return this.#fixedElements(element, { count, first: repetition, others: node.repetition }, cursor);
    }
    for (let i = 0; i < count; i++) this.#value(element, i === 0 ? repetition : node.repetition, cursor);
  }

  /** tags of all elements, then their values */
  #fixedElements(
    node: WrittenLeaf,
    { count, first, others }: { readonly count: number; readonly first: number; readonly others: number },
    cursor: PackedCursor,
  ): void {
    const leaf = this.leaves[node.firstLeaf]!, numBytes = fixedBytes(node.packed), { bytes } = cursor;
    const tags = cursor.position;
    let position = tags + count, numValues = 0;
    while (numValues < count && bytes[tags + numValues] === 1) numValues += 1;
    if (numValues === count) {
      leaf.addElements(count, { first, others }, { bytes, position });
      cursor.position = position + count * numBytes;
      return;
    }
    for (let i = 0; i < count; i++, position += numBytes) {
      const repetition = i === 0 ? first : others;
      if (bytes[tags + i] === 1) leaf.add(repetition, { bytes, position, numBytes });
      else if (node.isOptional) leaf.addNull(repetition, node.definition - 1);
      else throw this.#nullFound(node);
    }
    cursor.position = position;
  }

  #null(node: WrittenNode, repetition: number, cursor: PackedCursor): void {
    if (!node.isOptional) throw this.#nullFound(node);
    cursor.skipParts(node.packed);
    this.#nothing(node, repetition, node.definition - 1);
  }

  #nothing({ firstLeaf, numLeaves }: WrittenNode, repetition: number, definition: number): void {
    for (let i = firstLeaf; i < firstLeaf + numLeaves; i++) this.leaves[i]!.addNull(repetition, definition);
  }

  #nullFound({ packed }: WrittenNode): DataError {
    const { name } = this.#column;
    return new DataError("DAT001", `the carried column ${name} has a null where its type has none`, {
      notes: [
        `the part ${JSON.stringify(packed.field.name)} is declared not nullable, or is the key of a map`,
      ],
      help: "write the table again with a type that allows nulls, or write Arrow (-o FILE.arrow)",
    });
  }
}
