/** `ndpipe inspect DATA`: schema, rows, chunks, nulls and layout, from metadata alone. @module */
import { EXIT, type ExitCode } from "../error_codes.ts";
import type { ColumnType } from "../schema/mod.ts";
import { dataFormat, delimiterByEnding } from "../exec/data_format.ts";
import type { CsvSample } from "../source/csv/sample.ts";
import type { ArgumentsOf, INSPECT_FLAGS } from "./command_flags.ts";
import { csvOptions } from "./csv_flags.ts";
import { bytesText } from "../dtype/bytes_text.ts";
import { formatCount, formatPlural } from "./format.ts";
import { printOut } from "./terminal.ts";

type InspectFlags = ArgumentsOf<typeof INSPECT_FLAGS>["flags"];

/** What is known of one column without reading it. */
export interface ColumnReport {
  readonly name: string;
  /** as the format has it: "f32", "FixedSizeList<u8>[784]", "utf8", "text (whole numbers)" */
  readonly type: string;
  /** null: not known without reading the data */
  readonly nulls: number | null;
  /** how an input may declare it: dtype and shape; null where it has no dtype */
  readonly dtype: string | null;
  readonly shape: readonly (string | number)[] | null;
  /** what stands between the file's bytes and the kernel: "no copy", or what is done and why */
  readonly layout: string;
}

/** What `inspect --json` prints. */
export interface TableReport {
  readonly path: string;
  readonly format: string;
  readonly bytes: number | null;
  /** null: only reading the data tells */
  readonly rows: number | null;
  readonly batches: readonly { readonly numRows: number; readonly bodyBytes: number }[] | null;
  readonly columns: readonly ColumnReport[];
  readonly metadataBytes: number | null;
  readonly notes: readonly string[];
}

/** Prints what is known of a table without reading its data. */
export async function inspect({ operands, flags }: ArgumentsOf<typeof INSPECT_FLAGS>): Promise<ExitCode> {
  const [path = ""] = operands;
  const format = dataFormat(path, flags.from, "--from");
  const report = format === "csv"
    ? await inspectCsv(path, flags)
    : format === "parquet"
    ? await inspectParquet(path)
    : await inspectArrow(path);
  printOut(flags.json ? JSON.stringify(report, null, 2) + "\n" : formatReport(report));
  return EXIT.ok;
}

async function inspectArrow(path: string): Promise<TableReport> {
  const [{ openArrowSource }, { readArrowStatistics }] = await Promise.all([
    import("../source/arrow/mod.ts"),
    import("../source/arrow/statistics.ts"),
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
      columns: info.schema.fields.map(({ name, type, nullable }, index) => {
        const nulls = statistics === null ? (nullable ? null : 0) : statistics.nullCounts[index] ?? null;
        return { name, ...arrowColumn(type, { nulls, codecs: statistics?.codecs ?? [] }), nulls };
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
    import("../source/parquet/mod.ts"),
    import("../source/parquet/statistics.ts"),
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
      columns: info.schema.fields.map(({ name, type }, index) => {
        const nulls = nullCounts[index] ?? null, mapping = arrowColumn(type, { nulls, codecs: [] });
        const layout = mapping.dtype === null ? mapping.layout : parquetLayout(nulls);
        return { name, ...mapping, layout, nulls };
      }),
      metadataBytes,
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

function arrowColumn(type: ColumnType, stored: StoredColumn): ColumnMapping {
  switch (type.kind) {
    case "primitive":
      return { type: type.dtype, dtype: type.dtype, shape: ["N"], layout: arrowLayout(type, stored) };
    case "fixedSizeList":
      return {
        type: `FixedSizeList<${type.dtype}>[${type.listSize}]`,
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
        layout: "not computed with: a pipeline passes over it",
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

async function inspectCsv(path: string, flags: InspectFlags): Promise<TableReport> {
  const { sampleCsv } = await import("../source/csv/sample.ts");
  const sample = sampleCsv(path, { ...delimiterByEnding(path), ...csvOptions(flags) });
  const sampled = formatPlural(sample.numRecords, "record");
  const numBytes = path === "-" ? null : Deno.statSync(path).size;
  return {
    path: path === "-" ? "stdin" : path,
    format: "csv",
    bytes: numBytes,
    rows: sample.isWhole ? sample.numRecords : null,
    batches: null,
    columns: sample.names.map((name, index) => csvColumn(sample, name, index)),
    metadataBytes: null,
    notes: sample.isWhole
      ? []
      : [`types and nulls as the first ${sampled} show them; the rest has not been read`],
  };
}

function csvColumn(sample: CsvSample, name: string, index: number): ColumnReport {
  const nulls = sample.isWhole ? sample.numMissing[index] ?? null : null;
  const parsed = { name, nulls, shape: ["N"], layout: "parsed from text" };
  switch (sample.kinds[index] ?? "missing") {
    case "integer":
      return { ...parsed, type: "text: whole numbers", dtype: "i64" };
    case "number":
      return { ...parsed, type: "text: numbers", dtype: "f64" };
    case "boolean":
      return { ...parsed, type: "text: true, false", dtype: "bool" };
    case "missing":
      return { ...parsed, type: "text: all missing", dtype: "f64" };
    case "date32":
      return { ...parsed, type: "text: dates", dtype: "i32" };
    case "text":
      return {
        ...parsed,
        type: "text",
        dtype: null,
        shape: null,
        layout: "no numbers: carry() passes it on",
      };
    default:
      return { ...parsed, type: `text: ${sample.kinds[index]}`, dtype: "i64" };
  }
}

const FORMAT_NAMES: Readonly<Record<string, string>> = {
  "arrow-file": "Arrow file",
  "arrow-stream": "Arrow stream",
  csv: "CSV",
  parquet: "Parquet file",
};

/** The report for people. Columns that differ only by a number in their names share a line. */
export function formatReport(report: TableReport): string {
  const { path, format, bytes, rows, batches, columns, notes } = report;
  const size = bytes === null ? "" : `, ${bytesText(bytes)}`;
  const lines = [`${path}: ${FORMAT_NAMES[format] ?? format}${size}`, formatRows(rows, batches, format), ""];
  const groups = groupColumns(columns);
  const header = ["column", "type", "nulls", "as an input", "layout"];
  const table = [header, ...groups.map((group) => groupRow(group, columns))];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) {
    lines.push(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
  }
  if (notes.length > 0) lines.push("", ...notes.map((note) => `note: ${note}`));
  return lines.join("\n") + "\n";
}

function formatRows(rows: number | null, batches: TableReport["batches"], format: string): string {
  const [one, many] = format === "parquet" ? ["row group", "row groups"] : ["record batch", "record batches"];
  if (rows === null) return "rows: known once the data has been read";
  if (batches === null) return formatPlural(rows, "row");
  const sizes = batches.map(({ numRows }) => numRows);
  if (sizes.length <= 1) {
    return `${formatPlural(rows, "row")} in ${formatPlural(sizes.length, one, many)}`;
  }
  const [least, most] = sizes.reduce(([low, high], size) => [Math.min(low, size), Math.max(high, size)], [
    Infinity,
    0,
  ]);
  const each = least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
  return `${formatPlural(rows, "row")} in ${formatCount(sizes.length)} ${many} of ${each} rows`;
}

/** Neighbours of one type whose names differ by a running number: p0, p1, … p783. */
interface ColumnGroup {
  readonly prefix: string;
  readonly first: ColumnReport;
  last: ColumnReport;
  count: number;
  nulls: number | null;
}

const MIN_GROUP = 4;

function groupColumns(columns: readonly ColumnReport[]): ColumnGroup[] {
  const groups: ColumnGroup[] = [];
  for (const column of columns) {
    const open = groups.at(-1);
    if (open !== undefined && continues(open, column)) {
      open.last = column;
      open.count++;
      open.nulls = open.nulls === null || column.nulls === null ? null : open.nulls + column.nulls;
    } else {
      const prefix = column.name.replace(/\d+$/, "");
      groups.push({ prefix, first: column, last: column, count: 1, nulls: column.nulls });
    }
  }
  // two or three columns are told one by one
  return groups.flatMap((
    group,
  ) => (group.count >= MIN_GROUP || group.count === 1 ? [group] : ungroup(group, columns)));
}

function ungroup({ first, count }: ColumnGroup, columns: readonly ColumnReport[]): ColumnGroup[] {
  const start = columns.indexOf(first);
  return columns.slice(start, start + count).map((column) => ({
    prefix: column.name,
    first: column,
    last: column,
    count: 1,
    nulls: column.nulls,
  }));
}

function continues({ prefix, first, last, count }: ColumnGroup, column: ColumnReport): boolean {
  const number = /\d+$/.exec(first.name)?.[0];
  if (number === undefined || column.dtype === null) return false;
  const expected = [
    String(Number(number) + count),
    String(Number(number) + count).padStart(number.length, "0"),
  ];
  return expected.some((text) => column.name === prefix + text) && column.type === last.type &&
    column.shape?.length === 1 && column.layout === last.layout;
}

function groupRow(
  { prefix, first, last, count, nulls }: ColumnGroup,
  columns: readonly ColumnReport[],
): string[] {
  const nullText = nulls === null ? "?" : formatCount(nulls);
  if (first.dtype === null || first.shape === null) {
    return [first.name, first.type, nullText, "—", first.layout];
  }
  if (count === 1) {
    const shape = first.shape.length === 1 ? "(N)" : `(${first.shape.join(", ")})`;
    return [first.name, first.type, nullText, `${first.dtype} ${shape}`, first.layout];
  }
  const isPattern = columns.filter(({ name }) => name.startsWith(prefix)).length === count;
  return [
    `${first.name} … ${last.name}`,
    `${formatCount(count)} × ${first.type}`,
    nullText,
    `${first.dtype} (N, ${count}) by columns: ${isPattern ? `"${prefix}*"` : "[…]"}`,
    first.layout,
  ];
}
