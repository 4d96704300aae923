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
import { OutputError, UsageError } from "../../errors.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { TEXT_SLACK_BYTES, type TextKernels, textKernels } from "../../text/mod.ts";
import type { OutputField, Sink } from "../sink.ts";
import { TILE_BYTES, TileWriter } from "./tile_writer.ts";

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

const PAGE_BYTES = 65536;

/** characters that values are made of (a carried time has colons), or that end lines */
const NOT_A_DELIMITER = /[0-9A-Za-z+\-.:\r\n\0"]/;

/** Bytes that a CSV sink holds while it writes. */
export function csvSinkBytes(options: CsvSinkOptions = {}): number {
  const bytes = TILE_BYTES + (options.bufferBytes ?? DEFAULT_BUFFER_BYTES) + TEXT_SLACK_BYTES;
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
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
  return new CsvSink(output, fields, options);
}

/**
 * The names of the columns that the fields become, a matrix one for each element of a row.
 *
 * @param format for messages
 * @throws OutputError OUT003 when there is no column, or two of one name
 */
export function columnNames(fields: readonly OutputField[], format = "CSV"): string[] {
  const owners = new Map<string, string>();
  for (const { name, width } of fields) {
    const names = width === null ? [name] : Array.from({ length: width }, (_, k) => `${name}_${k}`);
    for (const column of names) {
      const owner = owners.get(column);
      if (owner !== undefined) {
        throw new OutputError(
          "OUT003",
          `two columns of the ${format} output would be named ${JSON.stringify(column)}`,
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
    throw new OutputError("OUT003", `the ${format} output would have no column`, {
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

/**
 * The delimiter, a comma where none is given.
 *
 * @throws UsageError USE002 when it is not one ASCII character, or one that values are made of
 */
export function checkDelimiter(delimiter = ","): string {
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
export function csvHeader(fields: readonly OutputField[], delimiter: string): string {
  return columnNames(fields).map((name) => quoteName(name, delimiter)).join(delimiter);
}

/** Writes computed columns; `openCsvTableSink` writes carried ones too. */
export class CsvSink implements Sink {
  readonly #output: ByteOutput;
  readonly #delimiter: number;
  readonly #kernels: TextKernels;
  readonly #tiles: TileWriter;
  /** starts with the tiles' part; the text's follows */
  readonly #memory: WebAssembly.Memory;
  readonly #bufferBytes: number;
  #filled = 0;

  constructor(output: ByteOutput, fields: readonly OutputField[], options: CsvSinkOptions) {
    const delimiter = checkDelimiter(options.delimiter);
    const lineEnd = options.lineEnd ?? "\n", header = csvHeader(fields, delimiter);
    const pages = csvSinkBytes(options) / PAGE_BYTES;
    this.#output = output;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#bufferBytes = options.bufferBytes ?? DEFAULT_BUFFER_BYTES;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#kernels = textKernels(this.#memory);
    this.#tiles = new TileWriter(this.#memory, fields, lineEnd);
    if (options.header ?? true) {
      this.#writeBytes(header + lineEnd);
    }
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void {
    const kernels = this.#kernels, limit = TILE_BYTES + this.#bufferBytes;
    this.#tiles.forEachTile({ memory, numRows, pointers }, (tile) => {
      let row = 0, column = 0;
      while (row < tile.numRows) {
        if (this.#filled >= this.#bufferBytes) this.flush();
        const end = kernels.writeRows(
          tile.descriptors,
          tile.numColumns,
          tile.tables,
          row,
          column,
          tile.numRows,
          TILE_BYTES + this.#filled,
          limit,
          this.#delimiter,
        );
        this.#filled = end - TILE_BYTES;
        row = kernels.nextRow.value;
        column = kernels.nextColumn.value;
      }
    });
  }

  /** Writes text of any length. */
  #writeBytes(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) {
      if (this.#filled >= this.#bufferBytes) this.flush();
      const part = bytes.subarray(done, done + this.#bufferBytes - this.#filled);
      new Uint8Array(this.#memory.buffer, TILE_BYTES + this.#filled).set(part);
      this.#filled += part.length;
      done += part.length;
    }
  }

  /** hands what is collected to the output */
  flush(): void {
    if (this.#filled === 0) return;
    this.#output.write(new Uint8Array(this.#memory.buffer, TILE_BYTES, this.#filled));
    this.#filled = 0;
  }

  finish(): void {
    this.flush();
    this.#output.commit();
  }

  abort(): void {
    this.#filled = 0;
    this.#output.abort();
  }
}
