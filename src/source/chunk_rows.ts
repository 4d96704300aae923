/**
 * A chunk as rows of an input that knows its rows: how messages name it, and which bytes of the file it stands for.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";

/** Rows of an input, or of a part of it; counted from 0. */
export interface RowRange {
  readonly firstRow: number;
  readonly numRows: number;
}

/** "rows 0 to 65,535" */
export function rowsText({ firstRow, numRows }: RowRange): string {
  return `rows ${countText(firstRow)} to ${countText(firstRow + numRows - 1)}`;
}

/** Bytes that a range of rows stands for, of a total; those of all ranges add up to it. */
export function shareOfBytes(
  { firstRow, numRows }: RowRange,
  total: { readonly numRows: number; readonly numBytes: number },
): number {
  const before = (row: number) =>
    row === total.numRows ? total.numBytes : Math.floor((total.numBytes / total.numRows) * row);
  return before(firstRow + numRows) - before(firstRow);
}
