/** What the footer of a Parquet file says of its rows and nulls. @module */
import { openAccess } from "../remote/mod.ts";
import { openParquet } from "./footer.ts";

/** Rows and nulls of a Parquet file. */
export interface ParquetStatistics {
  readonly rowGroups: readonly { readonly numRows: number; readonly bodyBytes: number }[];
  /**
   * Nulls of each column, by the field's index: as the footer says; 0 where none can be; null where it does not
   * say, and for what is not computed with.
   */
  readonly nullCounts: readonly (number | null)[];
  /** bytes read to learn this */
  readonly metadataBytes: number;
}

/**
 * Reads the footer of a file.
 *
 * @throws FormatError FMT001 to FMT005, as `openParquetSource` would
 */
export function readParquetStatistics(path: string): ParquetStatistics {
  const { access, metadata, metadataBytes } = openParquet(path, openAccess);
  access.close();
  const nullCounts = metadata.columns.map(({ leaf, firstLeaf }) => {
    if (leaf === null) return null;
    if (leaf.maxDefinition === 0 || (leaf.list?.nullElement === -1 && leaf.list.nullList === -1)) return 0;
    return metadata.rowGroups.reduce(
      (sum: number | null, { chunks }) => {
        const { nullCount } = chunks[firstLeaf]!;
        return sum === null || nullCount === null ? null : sum + nullCount;
      },
      0,
    );
  });
  const rowGroups = metadata.rowGroups.map(({ numRows, numBytes }) => ({ numRows, bodyBytes: numBytes }));
  return { rowGroups, nullCounts, metadataBytes };
}
