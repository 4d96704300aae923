/** Loads what decodes one format, and no other: a worker thread starts in a third of the time. @module */
import type { Decoder } from "../source/source.ts";

/** Opens a decoder from what a source's `decoderOptions()` gave. */
export type OpenDecoder = (options: unknown) => Decoder;

/** Loads the modules that decode the chunks of an input. */
export async function loadDecoder(options: unknown): Promise<OpenDecoder> {
  const { format } = options as { readonly format: string };
  switch (format) {
    case "arrow":
      return (await import("../source/arrow/decoder.ts")).openArrowDecoder;
    case "csv":
      return (await import("../source/csv/csv_decoder.ts")).openCsvDecoder;
    case "npz":
      return (await import("../source/npy/npz_source.ts")).openNpzDecoder;
    case "parquet":
      return (await import("../source/parquet/decoder.ts")).openParquetDecoder;
    default:
      // a decoder around another one, or a format whose own module is as much as all of them
      return (await import("./open_input.ts")).openDecoder;
  }
}
