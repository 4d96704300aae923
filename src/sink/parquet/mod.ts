/** Parquet files as outputs. */
export type { ParquetCompression } from "./page_compressor.ts";
export { openParquetSink, type ParquetSinkOptions } from "./parquet_sink.ts";
export { DEFAULT_COMPRESSION, parquetSinkBytes, type ParquetSinkDemands } from "./parquet_sink_bytes.ts";
