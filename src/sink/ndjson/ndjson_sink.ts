/**
 * Writes record batches as JSON lines: an object a row, its keys in the order of the columns.
 *
 * What is written reads back as the same values, bit for bit (NaN as some NaN): floats as the shortest text that
 * round-trips in their own dtype, integers in full, nulls as null. JSON has no NaN and no infinities; they are the
 * strings "NaN", "Infinity" and "-Infinity", as Protocol Buffers have it in JSON. A matrix of shape (N, k) becomes keys
 * name_0 … name_{k−1}. Lines end with LF. The same rows give the same bytes, however they are divided into batches.
 *
 * @module
 */
import { OutputError } from "../../errors.ts";
import { GATHERED_BYTES, GatheringWriter } from "../gathering_writer.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { pieceRows, rowTextBytes, type Run, RUN_BUFFER_BYTES, runsOf } from "../csv/column_runs.ts";
import { columnNames } from "../csv/csv_sink.ts";
import { carriedWriter, computedWriter, type RunWriter } from "../csv/run_writer.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";
import { carriedJson } from "./carried_json.ts";
import { PIECE_BYTES } from "./packed_json.ts";
import { JsonRows, jsonRowsBytes, type JsonRowsOptions } from "./json_rows.ts";

/** text that is collected where all columns are computed */
const BUFFER_BYTES = 1024 * 1024;
const OBJECT_END = new Uint8Array([0x7d, 0x0a]);

/** A run of columns, and the keys of its columns. */
interface KeyedRun extends Run {
  readonly keys: readonly Uint8Array[];
}

function keyedRuns(fields: readonly OutputField[]): KeyedRun[] {
  const encoder = new TextEncoder();
  const keys = columnNames(fields, "JSON lines").map((name, i) =>
    encoder.encode(`${i === 0 ? "{" : ","}${JSON.stringify(name)}:`)
  );
  let first = 0;
  return runsOf(fields).map((run) => {
    const numColumns = run.fields.reduce((sum, { width }) => sum + (width ?? 1), 0);
    first += numColumns;
    return { ...run, keys: keys.slice(first - numColumns, first) };
  });
}

function longestKey({ keys }: KeyedRun): number {
  return keys.reduce((most, key) => Math.max(most, key.length), 0);
}

/** A run of computed columns among carried ones: its lines are put together with theirs. */
function lineOptions({ fields, keys }: KeyedRun): JsonRowsOptions {
  return { fields, keys, lineEnd: "\n", bufferBytes: RUN_BUFFER_BYTES };
}

/**
 * Bytes that the sink holds while it writes.
 *
 * @throws OutputError OUT003 when the fields have no column, or two of one name
 */
export function ndjsonSinkBytes(fields: readonly OutputField[]): number {
  const runs = keyedRuns(fields);
  const [only] = runs;
  if (runs.length === 1 && only!.carried === null) {
    return jsonRowsBytes({ keys: only!.keys, bufferBytes: BUFFER_BYTES });
  }
  const pieceBytes = PIECE_BYTES *
    runs.filter(({ carried }) => carried?.carried?.type.packed !== undefined).length;
  return GATHERED_BYTES + pieceBytes + runs.filter((run) => run.carried === null).reduce((total, run) => {
    const extraBytes = longestKey(run);
    return total + jsonRowsBytes(lineOptions(run)) +
      pieceRows(run, extraBytes) * rowTextBytes(run, extraBytes);
  }, 0);
}

/** Computed columns alone. */
class JsonRowsSink implements Sink {
  readonly #output: ByteOutput;
  readonly #rows: JsonRows;

  constructor(output: ByteOutput, { fields, keys }: KeyedRun) {
    this.#output = output;
    this.#rows = new JsonRows(output, { fields, keys, lineEnd: "}\n", bufferBytes: BUFFER_BYTES });
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void {
    this.#rows.write(memory, numRows, pointers);
  }

  finish(): void {
    this.#rows.flush();
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }
}

/** Carried columns, and computed ones between them. */
class JsonTableSink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  /** with the key that stands before each; null: the kernel writes it itself */
  readonly #runs: readonly { readonly key: Uint8Array | null; readonly writer: RunWriter }[];

  constructor(output: ByteOutput, runs: readonly KeyedRun[]) {
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#runs = runs.map((run) =>
      run.carried === null
        ? {
          key: null,
          writer: computedWriter(run, longestKey(run), (lines) => new JsonRows(lines, lineOptions(run))),
        }
        : {
          key: run.keys[0]!,
          writer: carriedWriter(run, carriedJson(run.carried, (piece) => this.#writer.write(piece))),
        }
    );
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
    const output = this.#writer,
      maxRows = Math.min(numRows, ...this.#runs.map(({ writer }) => writer.maxRows));
    for (let firstRow = 0; firstRow < numRows; firstRow += maxRows) {
      const rows = { firstRow, numRows: Math.min(maxRows, numRows - firstRow) };
      const parts = this.#runs.map(({ key, writer }) => ({
        key,
        part: writer.begin({ memory, pointers }, carried, rows),
      }));
      for (let row = firstRow; row < firstRow + rows.numRows; row++) {
        for (const { key, part } of parts) {
          if (key !== null) output.write(key);
          output.write(part(row));
        }
        output.write(OBJECT_END);
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
 * A sink that writes JSON lines to `output`, which it commits on `finish` and aborts on `abort`.
 *
 * @throws OutputError OUT003 when the fields have no column, two columns of one name, or a carried one of a type that
 *   has no JSON here
 *
 * @example
 * ```ts
 * import { openNdjsonSink } from "./ndjson_sink.ts";
 * import { StandardOutput } from "../atomic_file.ts";
 * import { strictEqual } from "node:assert/strict";
 * let text = "";
 * const writer = { writeSync: (view: Uint8Array) => (text += new TextDecoder().decode(view.slice()), view.length) };
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 0, 4).set([0.1, -2, NaN, 4]);
 * const sink = openNdjsonSink(new StandardOutput(writer), [{ name: "p", dtype: "f32", width: 2 }]);
 * sink.writeBatch(memory, 2, [0]);
 * sink.finish();
 * strictEqual(text, '{"p_0":0.1,"p_1":-2}\n{"p_0":"NaN","p_1":4}\n');
 * ```
 */
export function openNdjsonSink(output: ByteOutput, fields: readonly OutputField[]): Sink {
  for (const { name } of fields) {
    if (name.isWellFormed()) continue;
    throw new OutputError("OUT003", `the column ${JSON.stringify(name)} has a name that is no Unicode text`, {
      help: "rename the output",
    });
  }
  const runs = keyedRuns(fields), [only] = runs;
  return runs.length === 1 && only!.carried === null
    ? new JsonRowsSink(output, only!)
    : new JsonTableSink(output, runs);
}
