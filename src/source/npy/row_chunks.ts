/**
 * Chunks of rows of arrays, and where the columns that are used go in a slot.
 *
 * @module
 */
import type { ColumnBinding, Field } from "../../schema/mod.ts";
import { type ReadGroup, type ReadSchema, readSchema } from "../read_schema.ts";
import { type RowRange, rowsText, shareOfBytes } from "../chunk_rows.ts";
import type { RandomAccess } from "../random_access.ts";
import { type PlacedColumns, placeGroups } from "../slot_columns.ts";
import type { ChunkTicket, SourceInfo } from "../source.ts";
import type { NpyTable } from "./npy_table.ts";

/** What is known of a table of arrays, its rows and bytes among it. */
export type ArraysInfo = SourceInfo & { readonly numRows: number; readonly numBytes: number };

/** The info of a source whose columns are arrays, or fields of one. */
export function arraysInfo(
  { path, size }: RandomAccess,
  format: "npy" | "npz",
  { fields, numRows, metadataBytes }: Pick<NpyTable, "numRows" | "metadataBytes"> & {
    readonly fields: readonly Field[];
  },
): ArraysInfo {
  return { path, format, schema: { fields }, numRows, numBytes: size, metadataBytes };
}

/** Where the rows of a column of the table go, counted from the slot's start. */
export interface ColumnTarget {
  readonly column: number;
  readonly offset: number;
}

/** A chunk, and where it goes. Plain data. */
export interface RowChunk extends RowRange {
  /** one a binding */
  readonly columns: readonly PlacedColumns[];
  readonly targets: readonly ColumnTarget[];
  /** what its ticket says whatever the payload */
  readonly ticket: Omit<ChunkTicket, "payload">;
}

/** Goes through the rows of a table in order. */
export class RowChunks {
  readonly #info: ArraysInfo;
  readonly #sourceIndex: number;
  #reading: ReadSchema | null = null;
  #chunkRows = 0;
  #firstRow = 0;

  constructor(info: ArraysInfo, sourceIndex: number) {
    this.#info = info;
    this.#sourceIndex = sourceIndex;
  }

  groupsOf(bindings: readonly ColumnBinding[]): readonly ReadGroup[] {
    return readSchema(bindings, this.#info.schema).groups;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return placeGroups(this.groupsOf(bindings), chunkRows).end;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#reading = readSchema(bindings, this.#info.schema);
    this.#chunkRows = chunkRows;
  }

  /** The next chunk; null at the end. */
  next(): RowChunk | null {
    if (this.#reading === null) throw new Error("next before begin");
    const firstRow = this.#firstRow, numRows = Math.min(this.#chunkRows, this.#info.numRows - firstRow);
    if (numRows === 0) return null;
    const { groups, groupOfBinding } = this.#reading, { places } = placeGroups(groups, numRows);
    this.#firstRow += numRows;
    return {
      firstRow,
      numRows,
      columns: groupOfBinding.map((group) => places[group]!),
      targets: groups.flatMap(({ fieldIndices, isMatrix }, g) => {
        const { offset, elementStride } = places[g]!;
        return fieldIndices.map((column, i) => ({
          column,
          offset: offset + (isMatrix ? i * elementStride : 0),
        }));
      }),
      ticket: {
        sourceIndex: this.#sourceIndex,
        numRows,
        numBytes: shareOfBytes({ firstRow, numRows }, this.#info),
        place: rowsText({ firstRow, numRows }),
      },
    };
  }
}
