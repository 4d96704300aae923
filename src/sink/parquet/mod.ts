/** Parquet files as outputs. */
export { openParquetSink, parquetSinkBytes, type ParquetSinkOptions } from "./parquet_sink.ts";
