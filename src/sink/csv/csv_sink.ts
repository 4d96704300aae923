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
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { formatFloat32, formatFloat64 } from "../../dtype/decimal_text.ts";
import { OutputError, UsageError } from "../../errors.ts";
import type { ByteOutput } from "../atomic_file.ts";
import type { OutputField, Sink } from "../sink.ts";

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

/** no value is written with more characters: "-2.2250738585072014e-308", its delimiter, or CR LF */
const MAX_VALUE_BYTES = 32;

/** characters that values are made of, or that end lines */
const NOT_A_DELIMITER = /[0-9A-Za-z+\-.\r\n\0"]/;

/** Bytes that a CSV sink holds while it writes. */
export function csvSinkBytes(options: CsvSinkOptions = {}): number {
  return (options.bufferBytes ?? DEFAULT_BUFFER_BYTES) + MAX_VALUE_BYTES;
}

/**
 * A sink that writes CSV to `output`, which it commits on `finish` and aborts on `abort`.
 *
 * @throws OutputError OUT003 when the fields have no column, or two columns of one name; UsageError USE002 for a
 *   delimiter that is not one ASCII character, or that values are made of
 *
 * @example
 * ```ts
 * import { openCsvSink } from "./csv_sink.ts";
 * import { StandardOutput } from "../atomic_file.ts";
 * import { strictEqual } from "node:assert/strict";
 * let text = "";
 * const writer = { writeSync: (view: Uint8Array) => (text += new TextDecoder().decode(view), view.length) };
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
  return new CsvSink(output, fields, options);
}

function columnNames(fields: readonly OutputField[]): string[] {
  const owners = new Map<string, string>();
  for (const { name, width } of fields) {
    const names = width === null ? [name] : Array.from({ length: width }, (_, k) => `${name}_${k}`);
    for (const column of names) {
      const owner = owners.get(column);
      if (owner !== undefined) {
        throw new OutputError(
          "OUT003",
          `two columns of the CSV output would be named ${JSON.stringify(column)}`,
          {
            operands: [`outputs ${owner} and ${name}`],
            notes: ["a matrix of k elements a row becomes columns name_0 to name_{k−1}"],
            help: `rename one of the outputs ${owner} and ${name}`,
          },
        );
      }
      owners.set(column, name);
    }
  }
  if (owners.size === 0) {
    throw new OutputError("OUT003", "the CSV output would have no column", {
      notes: ["rows without a field cannot be told from blank lines"],
      help: "return an output with at least one element a row, or write Arrow",
    });
  }
  return [...owners.keys()];
}

function quoteName(name: string, delimiter: string): string {
  const mustQuote = name === "" || /["\r\n\uFEFF]|^\s|\s$/.test(name) || name.includes(delimiter);
  return mustQuote ? `"${name.replaceAll('"', '""')}"` : name;
}

/** The text of one element. */
function formatterOf(dtype: DType): (value: number | bigint) => string {
  switch (DTYPE[dtype].kind) {
    case "b":
      return (value) => value === 0 ? "false" : "true";
    case "i":
    case "u":
      return String;
    case "f":
      return dtype === "f32"
        ? (value) => formatFloat32(value as number)
        : (value) => formatFloat64(value as number);
    default:
      return DTYPE[dtype].kind satisfies never;
  }
}

class CsvSink implements Sink {
  readonly #output: ByteOutput;
  readonly #fields: readonly {
    readonly dtype: DType;
    readonly width: number;
    readonly format: (value: number | bigint) => string;
  }[];
  readonly #delimiter: number;
  readonly #lineEnd: "\n" | "\r\n";
  readonly #buffer: Uint8Array;
  readonly #bufferBytes: number;
  #filled = 0;

  constructor(output: ByteOutput, fields: readonly OutputField[], options: CsvSinkOptions) {
    const delimiter = options.delimiter ?? ",";
    if (delimiter.length !== 1 || delimiter.charCodeAt(0) > 127 || NOT_A_DELIMITER.test(delimiter)) {
      throw new UsageError("USE002", `the CSV delimiter ${JSON.stringify(delimiter)} is not usable`, {
        notes: ["it must be one ASCII character that neither values, quotes nor line ends are made of"],
        help: 'for example "," or ";" or "\\t" or "|"',
      });
    }
    this.#output = output;
    this.#fields = fields.map(({ dtype, width }) => ({
      dtype,
      width: width ?? 1,
      format: formatterOf(dtype),
    }));
    this.#delimiter = delimiter.charCodeAt(0);
    this.#lineEnd = options.lineEnd ?? "\n";
    this.#bufferBytes = options.bufferBytes ?? DEFAULT_BUFFER_BYTES;
    this.#buffer = new Uint8Array(csvSinkBytes(options));
    const names = columnNames(fields);
    if (options.header ?? true) {
      this.#writeBytes(names.map((name) => quoteName(name, delimiter)).join(delimiter) + this.#lineEnd);
    }
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void {
    const columns = this.#fields.map(({ dtype, width, format }, i) => ({
      // typed arrays take a shared memory's buffer too
      elements: new DTYPE[dtype].TypedArray(memory.buffer as ArrayBuffer, pointers[i]!, numRows * width),
      width,
      format,
    }));
    const delimiter = this.#delimiter, hasCr = this.#lineEnd === "\r\n", buffer = this.#buffer;
    for (let row = 0; row < numRows; row++) {
      for (const { elements, width, format } of columns) {
        for (let k = 0; k < width; k++) {
          this.#writeValue(format(elements[row * width + k]!));
          buffer[this.#filled++] = delimiter;
        }
      }
      // the last delimiter makes room for the line end
      this.#filled--;
      if (hasCr) buffer[this.#filled++] = 13;
      buffer[this.#filled++] = 10;
    }
  }

  /** Puts a value's characters, all ASCII, into the buffer, which has room for its delimiter afterwards. */
  #writeValue(text: string): void {
    if (this.#filled >= this.#bufferBytes) this.#flush();
    const buffer = this.#buffer, start = this.#filled, numCharacters = text.length;
    for (let i = 0; i < numCharacters; i++) buffer[start + i] = text.charCodeAt(i);
    this.#filled = start + numCharacters;
  }

  /** Writes text of any length. */
  #writeBytes(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) {
      if (this.#filled >= this.#bufferBytes) this.#flush();
      const part = bytes.subarray(done, done + this.#bufferBytes - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      done += part.length;
    }
  }

  #flush(): void {
    this.#output.write(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  finish(): void {
    if (this.#filled > 0) this.#flush();
    this.#output.commit();
  }

  abort(): void {
    this.#filled = 0;
    this.#output.abort();
  }
}
