/**
 * `ndpipe inspect FILE`: schema, rows, chunks, nulls and layout, from metadata; of text, which has none, from its first
 * 1000 records. With --stats and --html what the values are, too.
 *
 * @module
 */
import { EXIT, type ExitCode } from "../error_codes.ts";
import { isNumberType } from "../schema/arrow_numbers.ts";
import type { ColumnType, Field } from "../schema/mod.ts";
import { isDType } from "../dtype/mod.ts";
import { isRemote, RemoteFile } from "../source/remote/mod.ts";
import { UsageError } from "../errors.ts";
import { loadModule } from "../load_module.ts";
import { dataFormat, delimiterByEnding, formatByEnding, isTextFormat } from "../exec/data_format.ts";
import { temporalText } from "../sink/text/temporal_text.ts";
import { carriedTextType, type TextType } from "../source/text/text_type.ts";
import type { ColumnStatistics } from "./column_statistics.ts";
import type { ColumnTypeName } from "./flag_rows.ts";
import type { TextSample } from "../source/text/text_sample.ts";
import type { ArgumentsOf, INSPECT_FLAGS } from "./command_flags.ts";
import { dialectOptions } from "./csv_flags.ts";
import { formatPlural } from "./format.ts";
import type { ColumnReport, TableReport } from "./inspect_report.ts";
import { formatReport } from "./inspect_text.ts";
import { expandInputs } from "./inputs.ts";
import { shellWord } from "../wording/shell_word.ts";
import { paintFor, printOut } from "./terminal.ts";

type InspectFlags = ArgumentsOf<typeof INSPECT_FLAGS>["flags"];

/** The file that a path names: a folder and a pattern may stand for one. */
function oneFile(path: string): string {
  const files = expandInputs([path]);
  if (files.length === 1) return files[0]!;
  const first = files.find((file) => formatByEnding(file) !== null) ?? files[0]!;
  throw new UsageError(
    "USE001",
    `inspect takes one file, and ${path} stands for ${formatPlural(files.length, "file")}`,
    { help: `ndpipe inspect ${shellWord(first)}` },
  );
}

/** Prints what is known of a table without reading its data; of text, what its first records show. */
export async function inspect({ operands, flags }: ArgumentsOf<typeof INSPECT_FLAGS>): Promise<ExitCode> {
  const path = oneFile(operands[0] ?? "");
  if ((flags.stats || flags.html !== null) && path === "-") {
    throw new UsageError("USE001", "a pipe can be read once only, and its columns are looked at first", {
      help: "write it to a file, and name that",
    });
  }
  const format = dataFormat(path, flags.from, "--from");
  const known = isTextFormat(format)
    ? await inspectText(path, format, flags)
    : format === "parquet"
    ? await inspectParquet(path)
    : format === "npy" || format === "npz"
    ? await inspectNumpy(path, format)
    : await inspectArrow(path);
  const report = flags.stats || flags.html !== null ? await withStatistics(known, { path, flags }) : known;
  if (flags.html !== null) {
    const [{ htmlReport }, { AtomicFile }] = await Promise.all([
      loadModule<typeof import("./inspect_html.ts")>(import.meta.resolve("./inspect_html.ts")),
      loadModule<typeof import("../sink/atomic_file.ts")>(import.meta.resolve("../sink/atomic_file.ts")),
    ]);
    const file = AtomicFile.open(flags.html, { force: flags.force, flag: "--html" });
    try {
      file.write(new TextEncoder().encode(htmlReport(report)));
      file.commit();
    } catch (error) {
      file.abort();
      throw error;
    }
  }
  printOut(flags.json ? JSON.stringify(report, null, 2) + "\n" : formatReport(report, paintFor(Deno.stdout)));
  return EXIT.ok;
}

async function inspectArrow(path: string): Promise<TableReport> {
  const [{ openArrowSource }, { readArrowStatistics }] = await Promise.all([
    loadModule<typeof import("../source/arrow/mod.ts")>(import.meta.resolve("../source/arrow/mod.ts")),
    loadModule<typeof import("../source/arrow/statistics.ts")>(
      import.meta.resolve("../source/arrow/statistics.ts"),
    ),
  ]);
  const source = openArrowSource(path);
  try {
    const { info } = source;
    // a pipe can be read once only, and its rows are behind its data
    const statistics = info.numBytes === null ? null : readArrowStatistics(path);
    return {
      path: info.path,
      format: info.format,
      bytes: info.numBytes,
      rows: statistics === null ? null : statistics.batches.reduce((sum, { numRows }) => sum + numRows, 0),
      batches: statistics?.batches ?? null,
      columns: info.schema.fields.map((field, index) => {
        const nulls = statistics === null
          ? (field.nullable ? null : 0)
          : statistics.nullCounts[index] ?? null;
        return {
          name: field.name,
          ...arrowColumn(field, { nulls, codecs: statistics?.codecs ?? [] }),
          nulls,
        };
      }),
      metadataBytes: statistics?.metadataBytes ?? info.metadataBytes,
      notes: statistics === null ? ["a pipe: rows and nulls are known once it has been read"] : [],
    };
  } finally {
    source.close();
  }
}

async function inspectParquet(path: string): Promise<TableReport> {
  const [{ openParquetSource }, { readParquetStatistics }] = await Promise.all([
    loadModule<typeof import("../source/parquet/mod.ts")>(import.meta.resolve("../source/parquet/mod.ts")),
    loadModule<typeof import("../source/parquet/statistics.ts")>(
      import.meta.resolve("../source/parquet/statistics.ts"),
    ),
  ]);
  const source = openParquetSource(path);
  try {
    const { info } = source;
    const { rowGroups, nullCounts, metadataBytes } = readParquetStatistics(path);
    return {
      path: info.path,
      format: info.format,
      bytes: info.numBytes,
      rows: info.numRows,
      batches: rowGroups,
      columns: info.schema.fields.map((field, index) => {
        const nulls = nullCounts[index] ?? null, mapping = arrowColumn(field, { nulls, codecs: [] });
        const layout = mapping.dtype === null ? mapping.layout : parquetLayout(nulls);
        return { name: field.name, ...mapping, layout, nulls };
      }),
      metadataBytes,
      notes: [],
    };
  } finally {
    source.close();
  }
}

async function inspectNumpy(path: string, format: "npy" | "npz"): Promise<TableReport> {
  const { openNpySource, openNpzSource } = await loadModule<typeof import("../source/npy/mod.ts")>(
    import.meta.resolve("../source/npy/mod.ts"),
  );
  const source = format === "npy" ? openNpySource(path) : openNpzSource(path);
  try {
    const { info } = source;
    return {
      path: info.path,
      format,
      bytes: info.numBytes,
      rows: info.numRows,
      batches: null,
      columns: info.schema.fields.map((field) => {
        const mapping = arrowColumn(field, { nulls: 0, codecs: [] });
        return {
          name: field.name,
          ...mapping,
          layout: format === "npy" ? "read by rows" : "streamed by rows",
          nulls: 0,
        };
      }),
      metadataBytes: info.metadataBytes,
      notes: [],
    };
  } finally {
    source.close();
  }
}

function parquetLayout(nulls: number | null): string {
  return nulls === 0 ? "decoded from pages" : "decoded from pages; nulls need a policy";
}

type ColumnMapping = Pick<ColumnReport, "type" | "dtype" | "shape" | "layout">;

/** What the metadata says of a column's bytes. */
interface StoredColumn {
  readonly nulls: number | null;
  readonly codecs: readonly string[];
}

function arrowColumn(field: Field, stored: StoredColumn): ColumnMapping {
  const { type, carried, listOf } = field;
  // dates and times are whole numbers to a program, and floats of 16 bits are of 32
  const storedAs = type.kind === "primitive" ? type.storedAs : undefined;
  const isNumber = storedAs === undefined && (carried === undefined || isNumberType(carried));
  switch (type.kind) {
    case "primitive":
      return {
        type: isNumber ? type.dtype : storedAs ?? carried!.name,
        dtype: type.dtype,
        shape: ["N"],
        layout: arrowLayout(type, stored),
      };
    case "fixedSizeList":
      return {
        type: `FixedSizeList<${type.storedAs ?? type.dtype}>[${type.listSize}]`,
        dtype: type.dtype,
        shape: ["N", type.listSize],
        layout: arrowLayout(type, stored),
      };
    case "text":
    case "other":
      return {
        type: type.kind === "other" ? type.name : "text",
        dtype: null,
        shape: null,
        layout: carried === undefined
          ? "neither computed with nor carried"
          : listOf !== undefined
          ? `carry() passes it on; ${listOf} (N, k) where all lists have k elements`
          : "no numbers: carry() passes it on",
      };
    default:
      return type satisfies never;
  }
}

function arrowLayout(
  { dtype, storedAs }: Extract<ColumnType, { kind: "primitive" | "fixedSizeList" }>,
  { nulls, codecs }: StoredColumn,
): string {
  const bits = codecs.length > 0
    ? `decompressed (${codecs.join(", ")}), then copied`
    : dtype === "bool"
    ? "bits become bytes"
    : storedAs !== undefined
    ? `${storedAs} becomes ${dtype}`
    : "no copy";
  return nulls === null || nulls === 0 ? bits : `${bits}; the nulls need a policy`;
}

function remoteBytes(url: string): number | null {
  const file = RemoteFile.open(url);
  file.close();
  return file.info.size;
}

async function sampleText(path: string, format: string, flags: InspectFlags): Promise<TextSample> {
  if (format === "ndjson") {
    const { sampleNdjson } = await loadModule<typeof import("../source/ndjson/sample.ts")>(
      import.meta.resolve("../source/ndjson/sample.ts"),
    );
    return sampleNdjson(path, dialectOptions(flags));
  }
  const { sampleCsv } = await loadModule<typeof import("../source/csv/sample.ts")>(
    import.meta.resolve("../source/csv/sample.ts"),
  );
  return sampleCsv(path, { ...delimiterByEnding(path), ...dialectOptions(flags) });
}

async function inspectText(path: string, format: string, flags: InspectFlags): Promise<TableReport> {
  const sample = await sampleText(path, format, flags);
  const sampled = formatPlural(sample.numRecords, "record");
  const numBytes = path === "-" ? null : isRemote(path) ? remoteBytes(path) : Deno.statSync(path).size;
  return {
    path: path === "-" ? "stdin" : path,
    format,
    bytes: numBytes,
    rows: sample.isWhole ? sample.numRecords : null,
    batches: null,
    columns: sample.names.map((name, index) =>
      textColumn(sample, name, { index, given: flags.types?.get(name) })
    ),
    metadataBytes: null,
    notes: sample.isWhole
      ? []
      : [`types and nulls as the first ${sampled} show them; the rest has not been read`],
  };
}

/** Reads the table, and says what its values are. Text is held against the types that its first records show. */
async function withStatistics(
  report: TableReport,
  { path, flags }: { readonly path: string; readonly flags: InspectFlags },
): Promise<TableReport> {
  const { readStatistics } = await loadModule<typeof import("./read_statistics.ts")>(
    import.meta.resolve("./read_statistics.ts"),
  );
  const columns = report.columns.map(({ name, dtype, shape }) => ({
    name,
    dtype,
    width: shape === null || shape.length === 1 ? null : Number(shape[1]),
  }));
  const columnTypes = Object.fromEntries(
    report.columns.flatMap(({ name, textType }) => textType === undefined ? [] : [[name, textType]]),
  );
  const csv = { ...dialectOptions(flags), columnTypes };
  const read = await readStatistics(path, columns, { from: flags.from, csv });
  return {
    ...report,
    rows: read.numRows,
    columns: report.columns.map((column, i) => {
      const statistics = read.columns[i]!;
      return {
        ...column,
        nulls: statistics?.nulls ?? column.nulls,
        statistics: shownStatistics(column, statistics),
      };
    }),
    notes: report.notes.filter((note) => !note.endsWith("has not been read")),
  };
}

/** Extremes of dates and times as such. */
function shownStatistics(
  { textType }: ColumnReport,
  statistics: ColumnStatistics | null,
): ColumnStatistics | null {
  if (statistics === null || textType === undefined || statistics.min === null) return statistics;
  const text = temporalText(carriedTextType(textType));
  return { ...statistics, min: text(BigInt(statistics.min)), max: text(BigInt(statistics.max!)), mean: null };
}

/** What `--types` or the first records say of a column. */
function textColumn(
  sample: TextSample,
  name: string,
  { index, given }: { readonly index: number; readonly given: ColumnTypeName | undefined },
): ColumnReport {
  const nulls = sample.isWhole ? sample.numMissing[index] ?? null : null;
  const parsed = { name, nulls, shape: ["N"], layout: "parsed from text" };
  if (given !== undefined && isDType(given)) return { ...parsed, type: `text: ${given}`, dtype: given };
  const kind = given === undefined ? sample.kinds[index] ?? "missing" : given === "utf8" ? "text" : given;
  switch (kind) {
    case "integer":
      return { ...parsed, type: "text: whole numbers", dtype: "i64" };
    case "u64":
      return { ...parsed, type: "text: whole numbers", dtype: "u64" };
    case "number":
      return { ...parsed, type: "text: numbers", dtype: "f64" };
    case "boolean":
      return { ...parsed, type: "text: true, false", dtype: "bool" };
    case "missing":
      return { ...parsed, type: "text: all missing", dtype: "f64" };
    case "text":
      return {
        ...parsed,
        type: "text",
        dtype: null,
        shape: null,
        layout: "no numbers: carry() passes it on",
      };
    case "nested":
      return { ...parsed, type: "nested", dtype: null, shape: null, layout: "not flat: it cannot be read" };
    default: {
      const type = kind as TextType;
      return {
        ...parsed,
        type: `text: ${type}`,
        dtype: type === "date32" ? "i32" : "i64",
        layout: `parsed from text by --types NAME=${type.replaceAll(" ", "")}`,
        textType: type,
      };
    }
  }
}
