/**
 * The writer of each format: the memory that it takes, and how it is opened. A format's modules are loaded when it is
 * asked for.
 *
 * @module
 */
import { loadModule } from "../load_module.ts";
import type { KeyValues } from "../schema/arrow_tree.ts";
import type { PackedNode } from "../schema/packed.ts";
import type { ByteOutput } from "../sink/atomic_file.ts";
import { openOn, openTarget } from "../sink/open_target.ts";
import type { OutputField, OutputFormat, Sink } from "../sink/sink.ts";
import type { TextCodec } from "../source/text/decompressed_input.ts";
import { codecByEnding, delimiterByEnding } from "./data_format.ts";
import { arrowCompression, type OutputCompression } from "./output_compression.ts";
import { CARRIED_WRITING_BYTES, TEXT_CODEC_BYTES } from "./runtime_memory.ts";

/** What a writer's memory depends on. */
export interface WriterDemands {
  readonly outputs: readonly OutputField[];
  /** custom metadata of the table */
  readonly metadata: KeyValues;
  /** rows of an output record batch */
  readonly batchRows: number;
  /** of a record batch */
  readonly bodyBytes: number;
  /** what packed values take of them */
  readonly packedBytes: number;
  /** bytes that a carried value may have */
  readonly longestBytes: number;
  /** `--compress`; null: not asked for */
  readonly compress: OutputCompression | null;
  /** what the ending of a text output says; null: plain */
  readonly textCodec: TextCodec | null;
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
  /** packed values that a record batch should have at most, of all columns of these types; absent: as many as there are */
  readonly mostPackedBytes?: (types: readonly PackedNode[]) => number;
  /** Opens a path, or "-" for standard output. Throws OutputError OUT001 to OUT003. */
  readonly open: (target: string, options: WriterTarget) => Sink | Promise<Sink>;
}

/** of custom metadata: encoded, in memory that grows to twice what it needs, and as it is written */
const METADATA_COPIES = 4;

/** Bytes that custom metadata of the table and of its columns takes while the schema or the footer is put together. */
function metadataBytes({ outputs, metadata }: WriterDemands): number {
  const encoder = new TextEncoder();
  return [metadata, ...outputs.map((field) => field.metadata ?? [])].flat(2)
    .reduce((sum, text) => sum + METADATA_COPIES * encoder.encode(text).length, 0);
}

/** Loads what tells the memory of a format's writer; the writer itself, and its packages, when it opens. */
export function loadWriter(format: OutputFormat): Promise<OutputWriter> {
  return WRITERS[format]();
}

async function loadArrowWriter(format: "arrow-file" | "arrow-stream"): Promise<OutputWriter> {
  const { arrowSinkBytes } = await loadModule<typeof import("../sink/arrow/arrow_sink_bytes.ts")>(
    import.meta.resolve("../sink/arrow/arrow_sink_bytes.ts"),
  );
  return {
    sinkBytes: (demands) => {
      const { outputs, compress, bodyBytes, packedBytes } = demands;
      const compression = arrowCompression(compress, format);
      const compressed = compression === null ? null : { compression, bodyBytes };
      return arrowSinkBytes(outputs, { compressed, packedBytes }) + metadataBytes(demands);
    },
    open: async (target, { fields, metadata, force, compress }) => {
      const { openArrowSink } = await loadModule<typeof import("../sink/arrow/arrow_sink.ts")>(
        import.meta.resolve("../sink/arrow/arrow_sink.ts"),
      );
      const compression = arrowCompression(compress, format);
      return openArrowSink(target, { format, fields, metadata, force, compression });
    },
  };
}

/** What writes text: opened on the bytes' way out, which may compress them. */
interface TextWriter {
  readonly sinkBytes: (outputs: readonly OutputField[]) => number;
  readonly open: (output: ByteOutput, fields: readonly OutputField[], options: CsvDelimiter) => Sink;
}

type CsvDelimiter = ReturnType<typeof delimiterByEnding>;

async function textWriter(loading: Promise<TextWriter>): Promise<OutputWriter> {
  const [{ sinkBytes, open }, { CompressedOutput }] = await Promise.all([
    loading,
    import("../sink/compressed_output.ts"),
  ]);
  return {
    sinkBytes({ outputs, textCodec }) {
      const carries = outputs.some(({ carried }) => carried !== undefined);
      return sinkBytes(outputs) + (carries ? CARRIED_WRITING_BYTES : 0) +
        (textCodec === null ? 0 : TEXT_CODEC_BYTES[textCodec]);
    },
    open: (target, { fields, force }) => {
      const file = openTarget(target, { force }), codec = codecByEnding(target);
      const output = openOn(file, (bytes) => codec === null ? bytes : new CompressedOutput(bytes, codec));
      return openOn(output, (bytes) => open(bytes, fields, delimiterByEnding(target)));
    },
  };
}

async function loadCsvWriter(): Promise<TextWriter> {
  const { csvSinkBytes, openCsvSink } = await loadModule<typeof import("../sink/csv/mod.ts")>(
    import.meta.resolve("../sink/csv/mod.ts"),
  );
  return { sinkBytes: csvSinkBytes, open: openCsvSink };
}

async function loadNdjsonWriter(): Promise<TextWriter> {
  const { ndjsonSinkBytes, openNdjsonSink } = await loadModule<typeof import("../sink/ndjson/mod.ts")>(
    import.meta.resolve("../sink/ndjson/mod.ts"),
  );
  return { sinkBytes: ndjsonSinkBytes, open: openNdjsonSink };
}

const WRITERS: Readonly<Record<OutputFormat, () => Promise<OutputWriter>>> = {
  "arrow-file": () => loadArrowWriter("arrow-file"),
  "arrow-stream": () => loadArrowWriter("arrow-stream"),
  csv: () => textWriter(loadCsvWriter()),
  ndjson: () => textWriter(loadNdjsonWriter()),
  npy: async () => {
    const { npySinkBytes, openNpySink } = await loadModule<typeof import("../sink/npy/npy_sink.ts")>(
      import.meta.resolve("../sink/npy/npy_sink.ts"),
    );
    return { sinkBytes: ({ outputs }) => npySinkBytes(outputs), open: openNpySink };
  },
  npz: async () => {
    const { npzSinkBytes, openNpzSink } = await loadModule<typeof import("../sink/npy/npz_sink.ts")>(
      import.meta.resolve("../sink/npy/npz_sink.ts"),
    );
    return { sinkBytes: ({ outputs }) => npzSinkBytes(outputs), open: openNpzSink };
  },
  parquet: async () => {
    const { DEFAULT_COMPRESSION, mostPackedBytes, parquetSinkBytes } = await loadModule<
      typeof import("../sink/parquet/parquet_sink_bytes.ts")
    >(import.meta.resolve("../sink/parquet/parquet_sink_bytes.ts"));
    return {
      mostPackedBytes,
      sinkBytes: (demands) => {
        const { outputs, batchRows, compress, packedBytes, longestBytes } = demands;
        const compression = compress ?? DEFAULT_COMPRESSION;
        return parquetSinkBytes(outputs, { packedBytes, batchRows, longestBytes, compression }) +
          metadataBytes(demands);
      },
      open: async (target, { fields, metadata, force, compress }) => {
        const { openParquetSink } = await loadModule<typeof import("../sink/parquet/parquet_sink.ts")>(
          import.meta.resolve("../sink/parquet/parquet_sink.ts"),
        );
        const compression = compress ?? DEFAULT_COMPRESSION;
        return openParquetSink(target, { fields, metadata, force, compression });
      },
    };
  },
};
