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
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { formatFloat32, formatFloat64 } from "../../dtype/decimal_text.ts";
import { OutputError } from "../../errors.ts";
import { GATHERED_BYTES, GatheringWriter } from "../arrow/gathering_writer.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { columnNames } from "../csv/csv_sink.ts";
import { carriedJson, type JsonValue } from "./carried_json.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";

/** a piece of text that is put together before it is encoded */
const PIECE_CHARACTERS = 16 * 1024;
/** of a character in UTF-16, its UTF-8 at most */
const MAX_UTF8_BYTES = 3;

/** Bytes that the sink holds while it writes. */
export const NDJSON_SINK_BYTES: number = GATHERED_BYTES + 2 * PIECE_CHARACTERS * (2 + MAX_UTF8_BYTES);

/** Makes the values of one column of a batch. */
type ColumnFormat = (
  batch: {
    readonly memory: WebAssembly.Memory;
    readonly pointers: readonly number[];
    readonly numRows: number;
  },
  carried: readonly (CarriedBatch | null)[],
) => JsonValue;

function nonFinite(value: number): string {
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}

const FORMAT: Readonly<Record<string, (value: number | bigint) => string>> = {
  f64: (value) => Number.isFinite(Number(value)) ? formatFloat64(Number(value)) : nonFinite(Number(value)),
  f32: (value) => Number.isFinite(Number(value)) ? formatFloat32(Number(value)) : nonFinite(Number(value)),
  bool: (value) => value ? "true" : "false",
};

function computedColumns(field: OutputField, index: number): ColumnFormat[] {
  const width = field.width ?? 1, { TypedArray } = DTYPE[field.dtype as DType];
  const format = FORMAT[field.dtype] ?? String;
  return Array.from({ length: width }, (_, k): ColumnFormat => ({ memory, pointers, numRows }) => {
    // typed arrays take a shared buffer too
    const values = new TypedArray(memory.buffer as ArrayBuffer, pointers[index]!, numRows * width);
    return (row) => format(values[row * width + k]!);
  });
}

class NdjsonSink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  readonly #columns: readonly { readonly prefix: string; readonly format: ColumnFormat }[];
  readonly #encoder = new TextEncoder();
  /** used again and again: what is left to the collector outside its heap is collected late */
  readonly #encoded = new Uint8Array(2 * PIECE_CHARACTERS * MAX_UTF8_BYTES);

  constructor(output: ByteOutput, fields: readonly OutputField[]) {
    const names = columnNames(fields, "JSON lines");
    const formats = fields.flatMap((field, index) =>
      field.carried === undefined ? computedColumns(field, index) : [carriedColumn(field, index)]
    );
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#columns = formats.map((format, i) => ({
      prefix: `${i === 0 ? "{" : ","}${JSON.stringify(names[i])}:`,
      format,
    }));
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
    const batch = { memory, pointers, numRows };
    const columns = this.#columns.map(({ prefix, format }) => ({ prefix, value: format(batch, carried) }));
    let text = "";
    for (let row = 0; row < numRows; row++) {
      for (const { prefix, value } of columns) text += prefix + value(row);
      text += "}\n";
      if (text.length < PIECE_CHARACTERS) continue;
      this.#write(text);
      text = "";
    }
    this.#write(text);
  }

  /** Text in pieces that the buffer has room for, a pair of surrogates in one of them. */
  #write(text: string): void {
    for (let rest = text; rest.length > 0;) {
      const { read, written } = this.#encoder.encodeInto(rest, this.#encoded);
      this.#writer.write(this.#encoded.subarray(0, written));
      rest = rest.slice(read);
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

function carriedColumn(field: OutputField, index: number): ColumnFormat {
  const format = carriedJson(field);
  return ({ memory }, carried) => format(memory, carried[index]!);
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
  return new NdjsonSink(output, fields);
}
