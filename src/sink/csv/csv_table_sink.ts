/**
 * Writes tables of computed and carried columns as CSV.
 *
 * @module
 */
import type { ByteOutput } from "../atomic_file.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";
import { carriedFormat } from "./carried_text.ts";
import { checkDelimiter, csvHeader, CsvSink, csvSinkBytes, type CsvSinkOptions } from "./csv_sink.ts";
import { TableRows, tableRowsBytes } from "./table_rows.ts";

/** Bytes that the sink of a table holds while it writes. */
export function csvTableBytes(fields: readonly OutputField[]): number {
  return fields.every(({ carried }) => carried === undefined)
    ? csvSinkBytes()
    : tableRowsBytes({ fields, keys: null });
}

class CsvTableSink implements Sink {
  readonly #output: ByteOutput;
  readonly #rows: TableRows;

  constructor(output: ByteOutput, fields: readonly OutputField[], options: CsvSinkOptions) {
    const delimiter = checkDelimiter(options.delimiter);
    const lineEnd = options.lineEnd ?? "\n", header = csvHeader(fields, delimiter);
    this.#output = output;
    this.#rows = new TableRows(output, {
      fields,
      keys: null,
      delimiter,
      lineEnd,
      format: (field) =>
        carriedFormat(field, {
          delimiter: delimiter.charCodeAt(0),
          take: (piece) => this.#rows.put(piece),
        }),
    });
    if (options.header ?? true) this.#rows.put(new TextEncoder().encode(header + lineEnd));
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(
    memory: WebAssembly.Memory,
    numRows: number,
    pointers: readonly number[],
    carried: readonly (CarriedBatch | null)[] = [],
  ): void {
    this.#rows.write({ memory, numRows, pointers, carried });
  }

  finish(): void {
    this.#rows.flush();
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }
}

/**
 * A sink that writes a table as CSV: as `openCsvSink`, and carried columns too.
 *
 * @throws OutputError OUT003 when the fields have no column, two columns of one name, or a carried one of a type that
 *   CSV has no text for; UsageError USE002 for the delimiter
 */
export function openCsvTableSink(
  output: ByteOutput,
  fields: readonly OutputField[],
  options: CsvSinkOptions = {},
): Sink {
  return fields.some(({ carried }) => carried !== undefined)
    ? new CsvTableSink(output, fields, options)
    : new CsvSink(output, fields, options);
}
