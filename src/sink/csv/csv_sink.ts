/**
 * Writes record batches as CSV text.
 *
 * What is written reads back as the same values, bit for bit (NaN as some NaN): floats as the shortest text that
 * round-trips in their own dtype, "NaN", "inf", "-inf" and "-0"; integers in full; bools as true and false. A
 * matrix of shape (N, k) becomes columns name_0 … name_{k−1}. Names are quoted where they must be (RFC 4180),
 * numbers never. Lines end with LF.
 *
 * The same rows give the same bytes, however they are divided into batches.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { ByteOutput } from "../atomic_file.ts";
import type { OutputField, Sink } from "../sink.ts";
import { columnNames } from "../text/column_names.ts";
import { RowsSink } from "../text/rows_sink.ts";
import { TableRows, tableRowsBytes } from "../text/table_rows.ts";
import { carriedCsv } from "./carried_csv.ts";
import { CsvRows, csvRowsBytes } from "./csv_rows.ts";

/** How CSV text is written. */
export interface CsvSinkOptions {
  /** whether a first line names the columns (default true) */
  readonly header?: boolean;
  /** one ASCII character between fields (default ",") */
  readonly delimiter?: string;
  /** (default "\n") */
  readonly lineEnd?: "\n" | "\r\n";
  /** bytes that are collected before the operating system is called (default 1 MiB) */
  readonly bufferBytes?: number;
}

const DEFAULT_BUFFER_BYTES = 1 << 20;

/** characters that values are made of (a carried time has colons), or that end lines */
const NOT_A_DELIMITER = /[0-9A-Za-z+\-.:\r\n\0"]/;

function hasCarried(fields: readonly OutputField[]): boolean {
  return fields.some(({ carried }) => carried !== undefined);
}

/** Bytes that a CSV sink holds while it writes. */
export function csvSinkBytes(
  fields: readonly OutputField[],
  { bufferBytes = DEFAULT_BUFFER_BYTES }: CsvSinkOptions = {},
): number {
  return hasCarried(fields) ? tableRowsBytes({ fields, keys: null }) : csvRowsBytes(bufferBytes);
}

function quoteName(name: string, delimiter: string): string {
  const mustQuote = name === "" || /["\r\n\uFEFF]|^\s|\s$/.test(name) || name.includes(delimiter);
  return mustQuote ? `"${name.replaceAll('"', '""')}"` : name;
}

/**
 * The delimiter, a comma where none is given.
 *
 * @throws UsageError USE002 when it is not one ASCII character, or one that values are made of
 */
function checkDelimiter(delimiter = ","): string {
  if (delimiter.length === 1 && delimiter.charCodeAt(0) <= 127 && !NOT_A_DELIMITER.test(delimiter)) {
    return delimiter;
  }
  throw new UsageError("USE002", `the CSV delimiter ${JSON.stringify(delimiter)} is not usable`, {
    notes: ["it must be one ASCII character that neither values, quotes nor line ends are made of"],
    help: 'for example "," or ";" or "\\t" or "|"',
  });
}

/**
 * The line that names the columns, without its end.
 *
 * @throws OutputError OUT003 when there is no column, or two of one name
 */
function csvHeader(fields: readonly OutputField[], delimiter: string): string {
  return columnNames(fields, "CSV").map((name) => quoteName(name, delimiter)).join(delimiter);
}

/**
 * A sink that writes CSV to `output`, which it commits on `finish` and aborts on `abort`.
 *
 * @throws OutputError OUT003 when the fields have no column, two columns of one name, or a carried one of a type that
 *   CSV has no text for; UsageError USE002 for a delimiter that is not one ASCII character, or that values are made of
 *
 * @example
 * ```ts
 * import { openCsvSink } from "./csv_sink.ts";
 * import { StandardOutput } from "../atomic_file.ts";
 * import { strictEqual } from "node:assert/strict";
 * let text = "";
 * const writer = { writeSync: (view: Uint8Array) => (text += new TextDecoder().decode(view.slice()), view.length) };
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 0, 4).set([0.1, -2, NaN, 4]);
 * const sink = openCsvSink(new StandardOutput(writer), [{ name: "p", dtype: "f32", width: 2 }]);
 * sink.writeBatch(memory, 2, [0]);
 * sink.finish();
 * strictEqual(text, "p_0,p_1\n0.1,-2\nNaN,4\n");
 * ```
 */
export function openCsvSink(
  output: ByteOutput,
  fields: readonly OutputField[],
  options: CsvSinkOptions = {},
): Sink {
  const { header = true, lineEnd = "\n", bufferBytes = DEFAULT_BUFFER_BYTES } = options;
  const delimiter = checkDelimiter(options.delimiter), names = csvHeader(fields, delimiter);
  const rows = hasCarried(fields)
    ? tableRows(output, fields, { delimiter, lineEnd })
    : new CsvRows(output, fields, { delimiter, lineEnd, bufferBytes });
  if (header) rows.put(new TextEncoder().encode(names + lineEnd));
  return new RowsSink(output, rows);
}

function tableRows(
  output: ByteOutput,
  fields: readonly OutputField[],
  { delimiter, lineEnd }: { readonly delimiter: string; readonly lineEnd: "\n" | "\r\n" },
): TableRows {
  const how = { delimiter: delimiter.charCodeAt(0), take: (piece: Uint8Array) => rows.put(piece) };
  const rows: TableRows = new TableRows(output, {
    fields,
    keys: null,
    delimiter,
    lineEnd,
    format: (field) => carriedCsv(field, how),
  });
  return rows;
}
