/**
 * Writes tables of computed and carried columns as CSV. Computed columns that stand side by side are written by the
 * sink of numbers, some rows at a time, into memory; the lines are then put together field by field.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { GATHERED_BYTES, GatheringWriter } from "../arrow/gathering_writer.ts";
import type { ByteOutput } from "../atomic_file.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";
import { type CarriedFormat, carriedFormat, type FieldBytes } from "./carried_text.ts";
import { checkDelimiter, csvHeader, CsvSink, csvSinkBytes, type CsvSinkOptions } from "./csv_sink.ts";

/** text of computed columns that is held at a time, about */
const PIECE_BYTES = 1024 * 1024;
/** no number takes more, its delimiter included */
const MAX_NUMBER_BYTES = 32;
/** the computed columns' own sinks hold little: their text goes on at once */
const RUN_BUFFER_BYTES = 64 * 1024;
const LF = 0x0a;

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

/** A carried column, or computed ones side by side. */
interface Run {
  readonly firstField: number;
  readonly fields: readonly OutputField[];
  readonly carried: OutputField | null;
}

function runsOf(fields: readonly OutputField[]): Run[] {
  const runs: Run[] = [];
  for (const [i, field] of fields.entries()) {
    const last = runs.at(-1);
    if (field.carried !== undefined) {
      runs.push({ firstField: i, fields: [field], carried: field });
    } else if (last !== undefined && last.carried === null) {
      runs[runs.length - 1] = { ...last, fields: [...last.fields, field] };
    } else runs.push({ firstField: i, fields: [field], carried: null });
  }
  return runs.filter((run) => run.fields.some(({ width }) => width !== 0));
}

function rowTextBytes({ fields }: Run): number {
  return fields.reduce((total, { width }) => total + (width ?? 1) * MAX_NUMBER_BYTES, 0);
}

function pieceRows(run: Run): number {
  return Math.max(1, Math.floor(PIECE_BYTES / rowTextBytes(run)));
}

/** Takes text as it is written, and gives it line by line. */
class LineBuffer implements ByteOutput {
  readonly path = "memory";
  numBytes = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #start = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  write(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.numBytes);
    this.numBytes += bytes.byteLength;
  }

  /** the next line without its end */
  line(): Uint8Array {
    const start = this.#start, end = this.#bytes.indexOf(LF, start);
    this.#start = end + 1;
    return this.#bytes.subarray(start, end);
  }

  clear(): void {
    this.#start = this.numBytes = 0;
  }

  commit(): void {}
  abort(): void {}
}

/** How the fields of a run are made for some rows of a batch. */
interface RunWriter {
  readonly maxRows: number;
  readonly begin: (
    batch: { readonly memory: WebAssembly.Memory; readonly pointers: readonly number[] },
    carried: readonly (CarriedBatch | null)[],
    rows: { readonly firstRow: number; readonly numRows: number },
  ) => FieldBytes;
}

function carriedWriter(run: Run, format: CarriedFormat): RunWriter {
  return {
    maxRows: Infinity,
    begin: ({ memory }, carried) => format(memory, carried[run.firstField]!),
  };
}

function computedWriter(run: Run, delimiter: string): RunWriter {
  const maxRows = pieceRows(run), lines = new LineBuffer(maxRows * rowTextBytes(run));
  const sink = new CsvSink(lines, run.fields, { header: false, delimiter, bufferBytes: RUN_BUFFER_BYTES });
  return {
    maxRows,
    begin: ({ memory, pointers }, _carried, { firstRow, numRows }) => {
      const from = run.fields.map(({ dtype, width }, i) =>
        pointers[run.firstField + i]! + firstRow * (width ?? 1) * DTYPE[dtype].itemsize
      );
      lines.clear();
      sink.writeBatch(memory, numRows, from);
      sink.flush();
      return () => lines.line();
    },
  };
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
        ? computedWriter(run, delimiter)
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
