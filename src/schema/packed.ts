/**
 * Packed values: the form in which values of nested types pass through a run. One row is one run of bytes, so that
 * rows are filtered and gathered as text is, however deep their type goes.
 *
 * A value is a tag (1 byte: 1 a value, 0 a null) and what its kind asks for; numbers are little-endian:
 * - null: nothing
 * - fixed: the value, a bool in one byte
 * - variable: its bytes (u32), then these
 * - list (also a map): how many elements (u32); elements of kind "fixed" as a tag each and then all values, others
 *   as values one after the other
 * - fixedSizeList: its elements, as those of a list; struct: its parts as values one after the other
 * - denseUnion: the number of the child (u32) and its value; sparseUnion: the number, and a value of every child
 *
 * Invariant: a null has the parts that its place in Arrow's buffers has: a fixed one its width, a list of a fixed size
 * all elements. So what is written of a packed value takes at most `WRITTEN_PER_PACKED` times its bytes.
 *
 * @module
 */
import type { FieldTree } from "./arrow_tree.ts";

/** Arrow's offsets of 64 bits stand for lengths of 32, a union's type and offset for its number. */
export const WRITTEN_PER_PACKED = 2;

/** How values of a type are packed. */
export type PackedKind =
  | "null"
  | "fixed"
  | "variable"
  | "list"
  | "fixedSizeList"
  | "struct"
  | "denseUnion"
  | "sparseUnion";

/** A type as it is carried in packed values, and as it is written. Plain data. */
export interface PackedNode {
  readonly kind: PackedKind;
  /** how it is written; its children stand in `children` */
  readonly field: Omit<FieldTree, "children" | "dictionary">;
  /** of a fixed one, else 0; 1: a bool */
  readonly bitWidth: number;
  /** whether its offsets are written with 64 bits */
  readonly isLarge: boolean;
  /** of a list of a fixed size, else 0 */
  readonly listSize: number;
  /** of a union: the type id of each child */
  readonly typeIds: readonly number[];
  readonly children: readonly PackedNode[];
}

/** The node as a field of a schema. */
export function packedField({ field, children }: PackedNode): FieldTree {
  return { ...field, dictionary: null, children: children.map(packedField) };
}

/** The node and all below it. */
export function countNodes({ children }: PackedNode): number {
  return children.reduce((count, child) => count + countNodes(child), 1);
}

/** Bytes that a fixed value takes when it is packed. */
export function fixedBytes({ bitWidth }: PackedNode): number {
  return Math.ceil(bitWidth / 8);
}
