/** Opens inputs, and decoders for their chunks, whatever the format. @module */
import { openArrowDecoder, openArrowSource } from "../source/arrow/mod.ts";
import { type CsvOptions, openCsvDecoder, openCsvSource } from "../source/csv/mod.ts";
import { type NdjsonOptions, openNdjsonDecoder, openNdjsonSource } from "../source/ndjson/mod.ts";
import { openNpyDecoder, openNpySource, openNpzDecoder, openNpzSource } from "../source/npy/mod.ts";
import { openParquetDecoder, openParquetSource } from "../source/parquet/mod.ts";
import { openRemoteDecoder, withRemote } from "../source/remote/mod.ts";
import { openPartitionedDecoder, type Partition, withPartitions } from "../source/partitioned_source.ts";
import type { Decoder, InputFormat, Source } from "../source/source.ts";
import { dataFormat, delimiterByEnding } from "./data_format.ts";

/** How inputs are opened. */
export interface InputOptions {
  /** `--from`; null: by the ending */
  readonly from: InputFormat | null;
  /** of text: CSV, and what of it JSON lines have too */
  readonly csv: CsvOptions & Pick<NdjsonOptions, "unknownKeys">;
  /** columns that the folders of a file give, by its path; absent: none */
  readonly partitions?: ReadonlyMap<string, readonly Partition[]> | undefined;
}

/** Opens one input: `sourceIndex` is its place among the run's inputs. Another one is given in tests. */
export type OpenInput = (path: string, sourceIndex: number, options: InputOptions) => Source;

/** Opens an input and reads its metadata. Throws what the format's reader throws, and USE003. */
export const openInput: OpenInput = (path, sourceIndex, options) =>
  withPartitions(withRemote(openFile(path, sourceIndex, options), path), options.partitions?.get(path) ?? []);

const openFile: OpenInput = (path, sourceIndex, { from, csv }) => {
  const format = dataFormat(path, from, "--from");
  switch (format) {
    case "csv":
      return openCsvSource(path, { ...delimiterByEnding(path), ...csv, sourceIndex });
    case "ndjson":
      return openNdjsonSource(path, { ...csv, sourceIndex });
    case "npy":
      return openNpySource(path, { sourceIndex });
    case "npz":
      return openNpzSource(path, { sourceIndex });
    case "parquet":
      return openParquetSource(path, { sourceIndex });
    case "arrow-file":
    case "arrow-stream":
      return openArrowSource(path, { sourceIndex });
    default:
      return format satisfies never;
  }
};

/** Opens a decoder from what the source's `decoderOptions()` gave. */
export function openDecoder(options: unknown): Decoder {
  const { format } = options as {
    readonly format: "arrow" | "csv" | "ndjson" | "npy" | "npz" | "parquet" | "partitioned" | "remote";
  };
  switch (format) {
    case "csv":
      return openCsvDecoder(options);
    case "ndjson":
      return openNdjsonDecoder(options);
    case "npy":
      return openNpyDecoder(options);
    case "npz":
      return openNpzDecoder();
    case "parquet":
      return openParquetDecoder(options);
    case "partitioned":
      return openPartitionedDecoder(options, openDecoder);
    case "remote":
      return openRemoteDecoder(options, openDecoder);
    case "arrow":
      return openArrowDecoder(options);
    default:
      return format satisfies never;
  }
}

/** Whether an input can be read once only: it is kept open between the plan and the run. */
export function isReadOnce(path: string): boolean {
  if (path === "-") return true;
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    // opening it says why it cannot be read
    return false;
  }
}
