/**
 * The writer of each format: the memory that it takes, and how it is opened. A format's modules are loaded when it is
 * asked for.
 *
 * @module
 */
import type { KeyValues } from "../schema/arrow_tree.ts";
import { openOn, openTarget } from "../sink/open_target.ts";
import type { OutputField, OutputFormat, Sink } from "../sink/sink.ts";
import { codecByEnding, delimiterByEnding } from "./data_format.ts";
import { arrowCompression, type OutputCompression } from "./output_compression.ts";
import { CARRIED_WRITING_BYTES } from "./runtime_memory.ts";

/** What a writer's memory depends on. */
export interface WriterDemands {
  readonly outputs: readonly OutputField[];
  /** of all inputs; null where only reading them would tell */
  readonly numRows: number | null;
  /** rows of an output record batch */
  readonly batchRows: number;
  /** of a record batch */
  readonly bodyBytes: number;
  /** what packed values take of them */
  readonly packedBytes: number;
  /** `--compress`; null: not asked for */
  readonly compress: OutputCompression | null;
}

/** What is written to. */
export interface WriterTarget {
  readonly fields: readonly OutputField[];
  readonly metadata: KeyValues;
  readonly force: boolean;
  readonly compress: OutputCompression | null;
}

/** Writes one format. */
export interface OutputWriter {
  /** what the sink holds: an upper estimate for the plan */
  readonly sinkBytes: (demands: WriterDemands) => number;
  /** Opens a path, or "-" for standard output. Throws OutputError OUT001 to OUT003. */
  readonly open: (target: string, options: WriterTarget) => Sink;
}

/** Loads what writes a format. */
export async function loadWriter(format: OutputFormat): Promise<OutputWriter> {
  switch (format) {
    case "csv":
    case "ndjson":
      return await loadTextWriter(format);
    case "npy": {
      const { npySinkBytes, openNpySink } = await import(
        import.meta.resolve("../sink/npy/npy_sink.ts")
      ) as typeof import("../sink/npy/npy_sink.ts");
      return { sinkBytes: ({ outputs }) => npySinkBytes(outputs), open: openNpySink };
    }
    case "npz": {
      const { npzSinkBytes, openNpzSink } = await import(
        import.meta.resolve("../sink/npy/npz_sink.ts")
      ) as typeof import("../sink/npy/npz_sink.ts");
      return { sinkBytes: ({ outputs }) => npzSinkBytes(outputs), open: openNpzSink };
    }
    case "parquet": {
      const { DEFAULT_COMPRESSION, openParquetSink, parquetSinkBytes } = await import(
        import.meta.resolve("../sink/parquet/mod.ts")
      ) as typeof import("../sink/parquet/mod.ts");
      return {
        sinkBytes: ({ outputs, numRows, batchRows, compress, packedBytes }) =>
          parquetSinkBytes(outputs, {
            packedBytes,
            numRowGroups: numRows === null ? null : Math.ceil(numRows / batchRows),
            batchRows,
            compression: compress ?? DEFAULT_COMPRESSION,
          }),
        open: (target, { fields, force, compress }) =>
          openParquetSink(target, { fields, force, compression: compress ?? DEFAULT_COMPRESSION }),
      };
    }
    case "arrow-file":
    case "arrow-stream":
      return await loadArrowWriter(format);
    default:
      return format satisfies never;
  }
}

async function loadArrowWriter(format: "arrow-file" | "arrow-stream"): Promise<OutputWriter> {
  const { arrowSinkBytes, openArrowSink } = await import(
    import.meta.resolve("../sink/arrow/mod.ts")
  ) as typeof import("../sink/arrow/mod.ts");
  return {
    sinkBytes: ({ outputs, compress, bodyBytes, packedBytes }) => {
      const compression = arrowCompression(compress, format);
      const compressed = compression === null ? null : { compression, bodyBytes };
      return arrowSinkBytes(outputs, { compressed, packedBytes });
    },
    open: (target, { fields, metadata, force, compress }) =>
      openArrowSink(target, {
        format,
        fields,
        metadata,
        force,
        compression: arrowCompression(compress, format),
      }),
  };
}

async function loadTextWriter(format: "csv" | "ndjson"): Promise<OutputWriter> {
  const opened = async () => {
    if (format === "ndjson") {
      const { ndjsonSinkBytes, openNdjsonSink } = await import(
        import.meta.resolve("../sink/ndjson/mod.ts")
      ) as typeof import("../sink/ndjson/mod.ts");
      return { bytes: ndjsonSinkBytes, open: openNdjsonSink };
    }
    const { csvTableBytes, openCsvTableSink } = await import(
      import.meta.resolve("../sink/csv/mod.ts")
    ) as typeof import("../sink/csv/mod.ts");
    return { bytes: csvTableBytes, open: openCsvTableSink };
  };
  const [{ bytes, open }, { CompressedOutput }] = await Promise.all([
    opened(),
    import("../sink/compressed_output.ts"),
  ]);
  return {
    sinkBytes: ({ outputs }) =>
      bytes(outputs) + (outputs.some(({ carried }) => carried !== undefined) ? CARRIED_WRITING_BYTES : 0),
    open: (target, { fields, force }) => {
      const file = openTarget(target, { force }), codec = codecByEnding(target);
      const output = codec === null ? file : new CompressedOutput(file, codec);
      return openOn(output, (bytes) => open(bytes, fields, delimiterByEnding(target)));
    },
  };
}
