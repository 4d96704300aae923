/**
 * Carried columns: columns whose values pass through a run untouched, whatever their type. A program sees of such a
 * column only its rows' numbers within the chunk; here is what else there is to know: how values lie, in what
 * buffers, and how those of some rows are gathered. Values of nested types are packed: `packed.ts`.
 *
 * @module
 */
import { alignUp } from "../dtype/mod.ts";
import { ARROW_TYPE } from "./arrow_numbers.ts";
import type { ArrowSlot } from "./arrow_tree.ts";
import type { PackedNode } from "./packed.ts";

export type { ArrowSlot } from "./arrow_tree.ts";

/** A column's type as it is carried. Plain data. */
export interface CarriedType {
  /** in Arrow's notation: "utf8", "decimal128(10, 2)", "list<struct<x: float32, label: utf8>>" */
  readonly name: string;
  /** bits of one value; null: it is of variable length */
  readonly bitWidth: number | null;
  /** whether offsets have 64 bits in Arrow (the `large_` types) */
  readonly isLarge: boolean;
  /** the number of the type in Arrow's union `Type`, and the fields of its table */
  readonly typeId: number;
  readonly slots: readonly ArrowSlot[];
  /** of a nested type, whose values are packed: what they are; absent: values are flat */
  readonly packed?: PackedNode;
}

/** Text as it stands in CSV. */
export const UTF8: CarriedType = {
  name: "utf8",
  bitWidth: null,
  isLarge: false,
  typeId: ARROW_TYPE.utf8,
  slots: [],
};

/** Bytes that the values of a column of variable length take on average, where nothing tells. */
const DEFAULT_BYTES_PER_ROW = 64;
/**
 * The longest value that is carried, but from text, whose records have a limit of their own. A longer one is refused, so
 * that whether a run ends well does not depend on its chunks.
 */
export const MAX_VALUE_BYTES: number = 1024 * 1024;
/** offsets of `utf8` and `binary` are signed 32-bit integers */
const MAX_DATA_BYTES = 2 ** 31 - 64;

/** Where a carried column's values lie in memory. Plain data. */
export interface CarriedView {
  /** a bit a row, least significant first, 1 where there is a value; null: there is one in every row */
  readonly validity: { readonly pointer: number; readonly firstBit: number } | null;
  /** of a column of variable length: u32, one more than rows, counting from `pointer`; else null */
  readonly offsets: number | null;
  /** the values; the first one starts at bit `firstBit` (0 but for bools) */
  readonly pointer: number;
  readonly firstBit: number;
}

/** How the buffers of a carried column are laid out one after the other. Offsets in bytes. */
export interface CarriedLayout {
  readonly validity: number;
  readonly offsets: number;
  readonly data: number;
  /** room for values */
  readonly dataBytes: number;
  readonly numBytes: number;
}

/**
 * Room for the values of `numRows` rows: of a fixed width exactly; else a row's average, and at least one value.
 *
 * @param longestBytes that a value may have
 */
export function carriedDataBytes(
  type: CarriedType,
  numRows: number,
  { bytesPerRow, longestBytes = MAX_VALUE_BYTES }: {
    readonly bytesPerRow: number;
    readonly longestBytes?: number;
  },
): number {
  if (type.bitWidth !== null) return Math.ceil((numRows * type.bitWidth) / 8) + 1;
  return Math.min(MAX_DATA_BYTES, Math.max(longestBytes, Math.ceil(numRows * bytesPerRow)));
}

/**
 * The buffers of a carried column with room for `numRows` rows. Bits may start inside a byte, and offsets of 64
 * bits are read where those of 32 bits will be.
 */
export function carriedLayout(type: CarriedType, numRows: number, dataBytes: number): CarriedLayout {
  const offsets = alignUp(Math.ceil(numRows / 8) + 1);
  const offsetBytes = type.bitWidth === null ? (numRows + 1) * (type.isLarge ? 8 : 4) : 0;
  const data = offsets + alignUp(offsetBytes);
  return { validity: 0, offsets, data, dataBytes, numBytes: data + alignUp(dataBytes) };
}

/** What a source needs to know of an input that is carried. */
export interface CarryRequest {
  /** the average that was declared; null: none */
  readonly bytesPerRow: number | null;
}

/** The average bytes of a row that memory is set aside for. */
export function bytesPerRowOf(carry: CarryRequest, known: number | null): number {
  return carry.bytesPerRow ?? Math.max(DEFAULT_BYTES_PER_ROW, known ?? 0);
}
