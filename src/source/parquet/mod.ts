/** Parquet files as sources. */
export { openParquetSource, type ParquetSourceOptions } from "./parquet_source.ts";
export { openParquetDecoder, type ParquetDecoderOptions } from "./decoder.ts";
