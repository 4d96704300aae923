/** Parquet files as outputs. */
export type { ParquetCompression } from "./page_compressor.ts";
export {
  DEFAULT_COMPRESSION,
  openParquetSink,
  parquetSinkBytes,
  type ParquetSinkDemands,
  type ParquetSinkOptions,
} from "./parquet_sink.ts";
