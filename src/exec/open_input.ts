/**
 * Opens inputs, and decoders for their chunks. The readers of a format are loaded when an input has it: all of them
 * together take longer to load than a small run takes.
 *
 * @module
 */
import { loadModule } from "../load_module.ts";
import type { CsvOptions } from "../source/csv/mod.ts";
import type { NdjsonOptions } from "../source/ndjson/mod.ts";
import { withRemote } from "../source/remote/mod.ts";
import { type Partition, withPartitions } from "../source/partitioned_source.ts";
import type { InputFormat, Source } from "../source/source.ts";
import { dataFormat, delimiterByEnding } from "./data_format.ts";
import { decoderOpener, type FormatDecoder, type OpenDecoder } from "./open_decoder.ts";

/** How inputs are opened. */
export interface InputOptions {
  /** `--from`; null: by the ending */
  readonly from: InputFormat | null;
  /** of text: CSV, and what of it JSON lines have too */
  readonly csv: CsvOptions & Pick<NdjsonOptions, "unknownKeys">;
  /** columns that the folders of a file give, by its path; absent: none */
  readonly partitions?: ReadonlyMap<string, readonly Partition[]> | undefined;
  /** the columns of JSON lines without a line, which name none themselves; absent: such an input is refused */
  readonly declared?: () => readonly string[];
}

/** Opens one input: `sourceIndex` is its place among the run's inputs. Another one is given in tests. */
export type OpenInput = (path: string, sourceIndex: number, options: InputOptions) => Source;

/** What reads the formats that were loaded, and no other. */
export interface Readers {
  /** Opens an input and reads its metadata. Throws what the format's reader throws, and USE003. */
  readonly openInput: OpenInput;
  /** Opens a decoder from what a source's `decoderOptions()` gave. */
  readonly openDecoder: OpenDecoder;
}

interface FormatReader {
  readonly open: OpenInput;
  readonly decoder: readonly [FormatDecoder, OpenDecoder];
}

async function loadArrow(): Promise<FormatReader> {
  const { openArrowDecoder, openArrowSource } = await loadModule<typeof import("../source/arrow/mod.ts")>(
    import.meta.resolve("../source/arrow/mod.ts"),
  );
  return {
    open: (path, sourceIndex) => openArrowSource(path, { sourceIndex }),
    decoder: ["arrow", openArrowDecoder],
  };
}

const READERS: Readonly<Record<InputFormat, () => Promise<FormatReader>>> = {
  "arrow-file": loadArrow,
  "arrow-stream": loadArrow,
  csv: async () => {
    const { openCsvDecoder, openCsvSource } = await loadModule<typeof import("../source/csv/mod.ts")>(
      import.meta.resolve("../source/csv/mod.ts"),
    );
    return {
      open: (path, sourceIndex, { csv }) =>
        openCsvSource(path, { ...delimiterByEnding(path), ...csv, sourceIndex }),
      decoder: ["csv", openCsvDecoder],
    };
  },
  ndjson: async () => {
    const { openNdjsonDecoder, openNdjsonSource } = await loadModule<
      typeof import("../source/ndjson/mod.ts")
    >(
      import.meta.resolve("../source/ndjson/mod.ts"),
    );
    return {
      open: (path, sourceIndex, { csv, declared, partitions }) => {
        const given = new Set(partitions?.get(path)?.map(({ name }) => name));
        const columns = declared?.().filter((name) => !given.has(name));
        return openNdjsonSource(path, {
          ...csv,
          sourceIndex,
          ...(columns === undefined ? {} : { declared: columns }),
        });
      },
      decoder: ["ndjson", openNdjsonDecoder],
    };
  },
  npy: async () => {
    const { openNpyDecoder, openNpySource } = await loadModule<typeof import("../source/npy/npy_source.ts")>(
      import.meta.resolve("../source/npy/npy_source.ts"),
    );
    return {
      open: (path, sourceIndex) => openNpySource(path, { sourceIndex }),
      decoder: ["npy", openNpyDecoder],
    };
  },
  npz: async () => {
    const { openNpzDecoder, openNpzSource } = await loadModule<typeof import("../source/npy/npz_source.ts")>(
      import.meta.resolve("../source/npy/npz_source.ts"),
    );
    return {
      open: (path, sourceIndex) => openNpzSource(path, { sourceIndex }),
      decoder: ["npz", openNpzDecoder],
    };
  },
  parquet: async () => {
    const { openParquetDecoder, openParquetSource } = await loadModule<
      typeof import("../source/parquet/mod.ts")
    >(import.meta.resolve("../source/parquet/mod.ts"));
    return {
      open: (path, sourceIndex) => openParquetSource(path, { sourceIndex }),
      decoder: ["parquet", openParquetDecoder],
    };
  },
};

/**
 * Loads what reads the given inputs.
 *
 * @param paths of the inputs: those of other formats cannot be opened with what is returned
 * @param from `--from`; null: by the ending
 * @throws UsageError USE003
 */
export async function loadReaders(paths: readonly string[], from: InputFormat | null): Promise<Readers> {
  const formats = [...new Set(paths.map((path) => dataFormat(path, from, "--from")))];
  const loaded = await Promise.all(formats.map((format) => READERS[format]()));
  const readers = new Map(formats.map((format, i) => [format, loaded[i]!]));
  return {
    openInput: (path, sourceIndex, options) => {
      const source = readers.get(dataFormat(path, options.from, "--from"))!.open(path, sourceIndex, options);
      return withPartitions(withRemote(source, path), options.partitions?.get(path) ?? []);
    },
    openDecoder: decoderOpener(new Map(loaded.map(({ decoder }) => decoder))),
  };
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
