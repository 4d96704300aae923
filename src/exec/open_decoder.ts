/** Loads what decodes one format, and no other: a worker thread starts in a third of the time. @module */
import { openPartitionedDecoder } from "../source/partitioned_source.ts";
import { openRemoteDecoder } from "../source/remote/mod.ts";
import type { Decoder } from "../source/source.ts";

/** Opens a decoder from what a source's `decoderOptions()` gave. */
export type OpenDecoder = (options: unknown) => Decoder;

/** What `decoderOptions()` says at least. */
interface FormatOptions {
  readonly format: "arrow" | "csv" | "ndjson" | "npy" | "parquet" | "partitioned" | "remote";
}

/** Loads the modules that decode the chunks of an input. */
export async function loadDecoder(options: unknown): Promise<OpenDecoder> {
  const { format } = options as FormatOptions;
  switch (format) {
    case "csv":
      return (await import("../source/csv/csv_decoder.ts")).openCsvDecoder;
    case "ndjson":
      return (await import("../source/ndjson/ndjson_decoder.ts")).openNdjsonDecoder;
    case "npy":
      return (await import("../source/npy/npy_source.ts")).openNpyDecoder;
    case "parquet":
      return (await import("../source/parquet/decoder.ts")).openParquetDecoder;
    case "arrow":
      return (await import("../source/arrow/decoder.ts")).openArrowDecoder;
    case "partitioned": {
      const openInner = await loadDecoder(innerOf(options));
      return (own) => openPartitionedDecoder(own, openInner);
    }
    case "remote": {
      const openInner = await loadDecoder(innerOf(options));
      return (own) => openRemoteDecoder(own, openInner);
    }
    default:
      return format satisfies never;
  }
}

function innerOf(options: unknown): unknown {
  return (options as { readonly inner: unknown }).inner;
}
