/**
 * How much metadata a file may have: beyond that it is not read, because a corrupt size must not become an allocation,
 * and so it is not written either.
 *
 * @module
 */

/** Of an Arrow file's footer, or of one message: 1000 columns take 150 KB, and 2.7 million record batches 64 MiB. */
export const ARROW_METADATA_BYTES: number = 64 * 1024 * 1024;

/** Of a Parquet file's footer. */
export const PARQUET_METADATA_BYTES: number = 256 * 1024 * 1024;
