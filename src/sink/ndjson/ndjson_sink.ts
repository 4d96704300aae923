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
import type { ByteOutput } from "../atomic_file.ts";
import type { OutputField, Sink } from "../sink.ts";
import { columnNames } from "../text/column_names.ts";
import { PIECE_BYTES } from "../text/plain_fields.ts";
import { RowsSink } from "../text/rows_sink.ts";
import { TableRows, tableRowsBytes, type TableRowsOptions } from "../text/table_rows.ts";
import { carriedJson } from "./carried_json.ts";
import { JsonRows, jsonRowsBytes } from "./json_rows.ts";

/** text that is collected where all columns are computed */
const BUFFER_BYTES = 1024 * 1024;

function keysOf(fields: readonly OutputField[]): Uint8Array[] {
  const encoder = new TextEncoder();
  return columnNames(fields, "JSON lines").map((name, i) =>
    encoder.encode(`${i === 0 ? "{" : ","}${JSON.stringify(name)}:`)
  );
}

/**
 * Bytes that the sink holds while it writes.
 *
 * @throws OutputError OUT003 when the fields have no column, or two of one name
 */
export function ndjsonSinkBytes(fields: readonly OutputField[]): number {
  const keys = keysOf(fields);
  if (fields.every(({ carried }) => carried === undefined)) {
    return jsonRowsBytes({ keys, bufferBytes: BUFFER_BYTES });
  }
  const numPacked = fields.filter(({ carried }) => carried?.type.packed !== undefined).length;
  return tableRowsBytes({ fields, keys }) + numPacked * PIECE_BYTES;
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
  const keys = keysOf(fields), lineEnd = "}\n";
  const rows = fields.some(({ carried }) => carried !== undefined)
    ? tableRows(output, { fields, keys, lineEnd })
    : new JsonRows(output, { fields, keys, lineEnd, bufferBytes: BUFFER_BYTES });
  return new RowsSink(output, rows);
}

function tableRows(
  output: ByteOutput,
  table: Pick<TableRowsOptions, "fields" | "keys" | "lineEnd">,
): TableRows {
  const take = (piece: Uint8Array) => rows.put(piece);
  const rows: TableRows = new TableRows(output, {
    ...table,
    delimiter: "",
    format: (field) => carriedJson(field, take),
  });
  return rows;
}
