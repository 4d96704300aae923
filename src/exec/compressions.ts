/** What `--compress` takes: apart from the writers, so that help is printed without loading them. @module */

/** The values of `--compress`. */
export const COMPRESSIONS = ["none", "snappy", "lz4", "zstd", "gzip"] as const;
/** One of them. */
export type OutputCompression = (typeof COMPRESSIONS)[number];
