/** The report of `inspect` as text for people. @module */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import type { ColumnStatistics, Histogram } from "./column_statistics.ts";
import { formatPlural } from "./format.ts";
import type { ColumnReport, TableReport } from "./inspect_report.ts";
import { type Paint, PLAIN, visibleText } from "./terminal.ts";

/** Names of the formats, for people. */
export const FORMAT_NAMES: Readonly<Record<string, string>> = {
  "arrow-file": "Arrow file",
  "arrow-stream": "Arrow stream",
  csv: "CSV",
  ndjson: "JSON lines",
  npy: "NumPy array",
  npz: "NumPy archive",
  parquet: "Parquet file",
};

/** The report for people. Columns that differ only by a number in their names share a line. */
export function formatReport(report: TableReport, paint: Paint = PLAIN): string {
  const { path, format, bytes, rows, batches, columns, notes } = report;
  const size = bytes === null ? "" : `, ${bytesText(bytes)}`;
  const lines = [
    `${visibleText(path)}: ${FORMAT_NAMES[format] ?? format}${size}`,
    formatRows(rows, batches, format),
    "",
  ];
  const groups = groupColumns(columns);
  const header = ["column", "type", "nulls", "as an input", "layout"];
  const table = [header, ...groups.map((group) => groupRow(group, columns).map(visibleText))];
  const widths = header.map((_, column) => longest(table.map((row) => row[column] ?? "")));
  for (const row of table) {
    lines.push(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
  }
  lines.push(...statisticsLines(columns, paint));
  if (notes.length > 0) lines.push("", ...notes.map((note) => `note: ${visibleText(note)}`));
  return lines.join("\n") + "\n";
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
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
  const each = least === most ? countText(most) : `${countText(least)} to ${countText(most)}`;
  return `${formatPlural(rows, "row")} in ${countText(sizes.length)} ${many} of ${each} rows`;
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

/** a type with many parts would make the table too wide; --json has it whole */
const MAX_TYPE_CHARACTERS = 60;

function shortened(type: string): string {
  return type.length <= MAX_TYPE_CHARACTERS ? type : `${type.slice(0, MAX_TYPE_CHARACTERS - 1)}…`;
}

function groupRow(
  { prefix, first, last, count, nulls }: ColumnGroup,
  columns: readonly ColumnReport[],
): string[] {
  const nullText = nulls === null ? "?" : countText(nulls);
  if (first.dtype === null || first.shape === null) {
    return [first.name, shortened(first.type), nullText, "—", first.layout];
  }
  if (count === 1) {
    const shape = first.shape.length === 1 ? "(N)" : `(${first.shape.join(", ")})`;
    return [first.name, first.type, nullText, `${first.dtype} ${shape}`, first.layout];
  }
  const isPattern = columns.filter(({ name }) => name.startsWith(prefix)).length === count;
  return [
    `${first.name} … ${last.name}`,
    `${countText(count)} × ${first.type}`,
    nullText,
    `${first.dtype} (N, ${count}) by columns: ${isPattern ? `"${prefix}*"` : "[…]"}`,
    first.layout,
  ];
}

/** columns whose values are shown on a terminal; the others are in --json and --html */
const MAX_SHOWN = 200;

function statisticsLines(columns: readonly ColumnReport[], paint: Paint): string[] {
  const read = columns.flatMap(({ name, statistics }) => statistics ? [{ name, statistics }] : []);
  if (read.length === 0) return [];
  const header = ["column", "values", "nulls", "NaN", "min", "mean", "max"];
  const shown = read.slice(0, MAX_SHOWN);
  const table = [
    header,
    ...shown.map(({ name, statistics }) => statisticsRow(visibleText(name), statistics)),
  ];
  const widths = header.map((_, column) => longest(table.map((row) => row[column]!)));
  const lines = table.map((row, i) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    );
    const bars = i === 0 ? "distribution" : blockBars(shown[i - 1]!.statistics.histogram);
    return [...cells, i === 0 ? bars : paint("place", bars)].join("  ").trimEnd();
  });
  const left = read.length - shown.length;
  return [
    "",
    ...lines,
    ...(left === 0 ? [] : [`… and ${formatPlural(left, "column")} more: --json, --html FILE`]),
  ];
}

function statisticsRow(name: string, { values, nulls, nans, min, mean, max }: ColumnStatistics): string[] {
  const number = (value: number | string | null) =>
    value === null ? "" : typeof value === "string" ? value : shortNumber(value);
  return [
    name,
    countText(values),
    countText(nulls),
    nans === null ? "" : countText(nans),
    number(min),
    number(mean),
    number(max),
  ];
}

/** Seven digits, as few characters as they take. */
export function shortNumber(value: number): string {
  if (Number.isSafeInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(7)));
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A histogram as blocks, the fullest bin the highest; a bin without a value is a space. */
export function blockBars(histogram: Histogram | null): string {
  if (histogram === null) return "";
  const most = Math.max(...histogram.counts);
  return histogram.counts.map((count) =>
    count === 0 ? " " : BLOCKS[Math.max(0, Math.ceil((count / most) * BLOCKS.length) - 1)]
  ).join("");
}
