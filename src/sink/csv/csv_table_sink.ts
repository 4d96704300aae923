/**
 * Writes tables of computed and carried columns as CSV. Computed columns that stand side by side are written by the
 * sink of numbers, some rows at a time, into memory; the lines are then put together field by field.
 *
 * @module
 */
import { GATHERED_BYTES, GatheringWriter } from "../gathering_writer.ts";
import type { ByteOutput } from "../atomic_file.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";
import { carriedFormat } from "./carried_text.ts";
import { pieceRows, rowTextBytes, type Run, RUN_BUFFER_BYTES, runsOf } from "./column_runs.ts";
import { checkDelimiter, csvHeader, CsvSink, csvSinkBytes, type CsvSinkOptions } from "./csv_sink.ts";
import { carriedWriter, computedWriter, type RunWriter } from "./run_writer.ts";

/** Bytes that the sink of a table holds while it writes. */
export function csvTableBytes(fields: readonly OutputField[]): number {
  if (fields.every(({ carried }) => carried === undefined)) return csvSinkBytes();
  const runs = runsOf(fields).filter((run) => run.carried === null);
  return GATHERED_BYTES + runs.reduce(
    (total, run) =>
      total + csvSinkBytes({ bufferBytes: RUN_BUFFER_BYTES }) + pieceRows(run) * rowTextBytes(run),
    0,
  );
}

function numbersWriter(run: Run, delimiter: string): RunWriter {
  return computedWriter(run, 0, (lines) => {
    const sink = new CsvSink(lines, run.fields, { header: false, delimiter, bufferBytes: RUN_BUFFER_BYTES });
    return {
      write: (memory, numRows, pointers) => sink.writeBatch(memory, numRows, pointers),
      flush: () => sink.flush(),
    };
  });
}

class CsvTableSink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  readonly #runs: readonly RunWriter[];
  readonly #delimiter: Uint8Array;
  readonly #lineEnd: Uint8Array;

  constructor(output: ByteOutput, fields: readonly OutputField[], options: CsvSinkOptions) {
    const delimiter = checkDelimiter(options.delimiter), encoder = new TextEncoder();
    const lineEnd = options.lineEnd ?? "\n", header = csvHeader(fields, delimiter);
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#delimiter = encoder.encode(delimiter);
    this.#lineEnd = encoder.encode(lineEnd);
    this.#runs = runsOf(fields).map((run) =>
      run.carried === null
        ? numbersWriter(run, delimiter)
        : carriedWriter(run, carriedFormat(run.carried, delimiter.charCodeAt(0)))
    );
    if (options.header ?? true) this.#writer.write(encoder.encode(header + lineEnd));
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
    const writer = this.#writer, maxRows = Math.min(...this.#runs.map((run) => run.maxRows));
    for (let firstRow = 0; firstRow < numRows; firstRow += maxRows) {
      const rows = { firstRow, numRows: Math.min(maxRows, numRows - firstRow) };
      const fields = this.#runs.map((run) => run.begin({ memory, pointers }, carried, rows));
      for (let row = firstRow; row < firstRow + rows.numRows; row++) {
        for (let i = 0; i < fields.length; i++) {
          if (i > 0) writer.write(this.#delimiter);
          writer.write(fields[i]!(row));
        }
        writer.write(this.#lineEnd);
      }
    }
  }

  finish(): void {
    this.#writer.flush();
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
