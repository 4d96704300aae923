/** What `inspect` finds out about a table. @module */
import type { TextType } from "../source/text/text_type.ts";
import type { ColumnStatistics } from "./column_statistics.ts";

/** What is known of one column. */
export interface ColumnReport {
  readonly name: string;
  /** as the format has it: "f32", "FixedSizeList<u8>[784]", "utf8", "text (whole numbers)" */
  readonly type: string;
  /** null: not known without reading the data */
  readonly nulls: number | null;
  /** how an input may declare it: dtype and shape; null where it has no dtype */
  readonly dtype: string | null;
  readonly shape: readonly (string | number)[] | null;
  /** of text: how its dates or times are written */
  readonly textType?: TextType;
  /** of its values; absent: they were not read. Null: nothing is said of values of such a type */
  readonly statistics?: ColumnStatistics | null;
  /** what stands between the file's bytes and the kernel: "no copy", or what is done and why */
  readonly layout: string;
}

/** What `inspect --json` prints. */
export interface TableReport {
  readonly path: string;
  readonly format: string;
  readonly bytes: number | null;
  /** null: only reading the data tells */
  readonly rows: number | null;
  readonly batches: readonly { readonly numRows: number; readonly bodyBytes: number }[] | null;
  readonly columns: readonly ColumnReport[];
  readonly metadataBytes: number | null;
  readonly notes: readonly string[];
}
