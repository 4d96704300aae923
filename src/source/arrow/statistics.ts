/**
 * What the metadata of an Arrow file says of its rows and nulls. Reads the metadata of every record batch, never a
 * column's bytes.
 *
 * @module
 */
import { openAccess } from "../remote/mod.ts";
import { layOutBatch } from "./batch_layout.ts";
import { type BodyCodec, corruption } from "./metadata.ts";
import { openBatches } from "./open.ts";

/** One record batch. */
export interface BatchStatistics {
  readonly numRows: number;
  readonly bodyBytes: number;
}

/** Rows and nulls of an Arrow file. */
export interface ArrowStatistics {
  readonly batches: readonly BatchStatistics[];
  /**
   * Nulls of each column, by the field's index; of a FixedSizeList the null lists and the null elements. Null for
   * a type that is not computed with.
   */
  readonly nullCounts: readonly (number | null)[];
  /** codecs of compressed batches, each once; empty: none is compressed */
  readonly codecs: readonly BodyCodec[];
  /** bytes read to learn this */
  readonly metadataBytes: number;
}

/**
 * Reads the metadata of all record batches of a file.
 *
 * @throws FormatError FMT001 to FMT005, as `openArrowSource` and reading the batches' metadata would
 */
export function readArrowStatistics(path: string): ArrowStatistics {
  const access = openAccess(path);
  try {
    const found = openBatches(access);
    const fields = found.schema.arrowFields;
    const nullCounts: (number | null)[] = fields.map(({ type }) => (type.dtype === null ? null : 0));
    const batches: BatchStatistics[] = [], codecs = new Set<BodyCodec>();
    for (let batch = found.batch(0); batch !== null; batch = found.batch(batches.length)) {
      const { metadata, bodyBytes } = batch;
      const fail = corruption(path, `record batch ${batches.length}`);
      for (const [index, column] of layOutBatch(fields, metadata, { bodyBytes, fail }).columns.entries()) {
        if (column !== null) nullCounts[index]! += column.nullCount + column.childNullCount;
      }
      batches.push({ numRows: metadata.numRows, bodyBytes });
      if (metadata.codec !== null) codecs.add(metadata.codec);
    }
    return { batches, nullCounts, codecs: [...codecs], metadataBytes: found.metadataBytes };
  } finally {
    access.close();
  }
}
