/** Loads what decodes one format, and no other: a worker thread starts in a third of the time. @module */
import { loadModule } from "../load_module.ts";
import { openPartitionedDecoder } from "../source/partitioned_source.ts";
import { openRemoteDecoder } from "../source/remote/mod.ts";
import type { Decoder } from "../source/source.ts";

/** Opens a decoder from what a source's `decoderOptions()` gave. */
export type OpenDecoder = (options: unknown) => Decoder;

/** What decoders are made for: both of Arrow's formats have one. */
export type FormatDecoder = "arrow" | "csv" | "ndjson" | "npy" | "npz" | "parquet";

/** What a source's `decoderOptions()` gives: of a format, or around those of another source. */
type DecoderOptions =
  | { readonly format: FormatDecoder }
  | { readonly format: "partitioned" | "remote"; readonly inner: unknown };

/** Opens decoders of the given formats, also where they are behind a URL or below folders that give columns. */
export function decoderOpener(formats: ReadonlyMap<FormatDecoder, OpenDecoder>): OpenDecoder {
  const open: OpenDecoder = (options) => {
    const { format } = options as DecoderOptions;
    if (format === "partitioned") return openPartitionedDecoder(options, open);
    if (format === "remote") return openRemoteDecoder(options, open);
    return formats.get(format)!(options);
  };
  return open;
}

/** The format of the innermost source. */
function formatOf(options: unknown): FormatDecoder {
  const known = options as DecoderOptions;
  return "inner" in known ? formatOf(known.inner) : known.format;
}

const DECODERS: Readonly<Record<FormatDecoder, () => Promise<OpenDecoder>>> = {
  arrow: async () =>
    (await loadModule<typeof import("../source/arrow/decoder.ts")>(
      import.meta.resolve("../source/arrow/decoder.ts"),
    )).openArrowDecoder,
  csv: async () =>
    (await loadModule<typeof import("../source/csv/csv_decoder.ts")>(
      import.meta.resolve("../source/csv/csv_decoder.ts"),
    )).openCsvDecoder,
  ndjson: async () =>
    (await loadModule<typeof import("../source/ndjson/ndjson_decoder.ts")>(
      import.meta.resolve("../source/ndjson/ndjson_decoder.ts"),
    )).openNdjsonDecoder,
  npy: async () =>
    (await loadModule<typeof import("../source/npy/npy_source.ts")>(
      import.meta.resolve("../source/npy/npy_source.ts"),
    )).openNpyDecoder,
  npz: async () =>
    (await loadModule<typeof import("../source/npy/npz_source.ts")>(
      import.meta.resolve("../source/npy/npz_source.ts"),
    )).openNpzDecoder,
  parquet: async () =>
    (await loadModule<typeof import("../source/parquet/decoder.ts")>(
      import.meta.resolve("../source/parquet/decoder.ts"),
    )).openParquetDecoder,
};

/** Loads the modules that decode the chunks of an input. */
export async function loadDecoder(options: unknown): Promise<OpenDecoder> {
  const format = formatOf(options);
  return decoderOpener(new Map([[format, await DECODERS[format]()]]));
}
