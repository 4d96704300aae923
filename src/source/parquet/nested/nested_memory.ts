/** What reading a column with parts takes, known from the footer and the headers of pages. @module */
import { byteValuesMemory } from "../byte_values.ts";
import type { RowGroup } from "../metadata.ts";
import type { PageIndex } from "../page_index.ts";
import { levelBytes, streamBytes } from "./leaf_stream.ts";
import type { NestedColumn, NestedNode } from "./nested_type.ts";

/** A column's leaves, and where their pages are. */
export interface IndexedColumn {
  readonly column: NestedColumn;
  /** of its first leaf among those of the schema */
  readonly firstLeaf: number;
  /** by leaf */
  readonly indices: readonly PageIndex[];
}

/** Bytes that the streams of a column hold. */
export function nestedStreamBytes({ column, indices }: IndexedColumn): number {
  return indices.reduce((sum, { sizes }, i) => {
    const { page, dictionary, numEntries, numDictionaryValues } = sizes;
    return sum + streamBytes(column.leaves[i]!, page) + page + dictionary + levelBytes(numEntries) +
      byteValuesMemory(numEntries, page) + 8 * numDictionaryValues;
  }, 0);
}

/** a tag and a length for each part, at most: what is more than that lets rows differ from their average */
const PART_BYTES = 5;

/** Bytes that a row's value takes on average when it is packed, in the row group where it is the most. */
export function nestedBytesPerRow(
  { column, firstLeaf, indices }: IndexedColumn,
  rowGroups: readonly RowGroup[],
): number {
  const bytesOf = (node: NestedNode, numValues: number, group: RowGroup): number => {
    const own = numValues * PART_BYTES, { packed } = node;
    if (node.kind === "leaf") {
      const { bytesPerValue } = indices[node.firstLeaf]!.sizes;
      return own + numValues * (packed.kind === "variable" ? bytesPerValue : Math.ceil(packed.bitWidth / 8));
    }
    if (node.kind === "struct") {
      return node.children.reduce((sum, child) => sum + bytesOf(child, numValues, group), own);
    }
    // a null list of a fixed size has all its elements; any other has at most one of an entry
    const numElements = packed.kind === "fixedSizeList"
      ? numValues * packed.listSize
      : group.chunks[firstLeaf + node.firstLeaf]!.numValues / group.numRows;
    return own + bytesOf(node.element, numElements, group);
  };
  return rowGroups.reduce(
    (most, group) => group.numRows === 0 ? most : Math.max(most, bytesOf(column.root, 1, group)),
    0,
  );
}
