/**
 * Computed columns as CSV, written by the text kernel from its own memory: tiles of values are copied to it, and text is
 * collected in it.
 *
 * @module
 */
import type { ByteOutput } from "../atomic_file.ts";
import { TEXT_SLACK_BYTES, type TextKernels, textKernels } from "../../text/mod.ts";
import type { OutputField } from "../sink.ts";
import type { RowBatch, RowWriter } from "../text/rows_sink.ts";
import { TILE_BYTES, TileWriter } from "../text/tile_writer.ts";

const PAGE_BYTES = 65536;

/** What the rows of some columns are written with. */
export interface CsvRowsOptions {
  readonly delimiter: string;
  readonly lineEnd: "\n" | "\r\n";
  /** text that is collected before it goes on */
  readonly bufferBytes: number;
}

/** Bytes that writing the rows holds. */
export function csvRowsBytes(bufferBytes: number): number {
  return Math.ceil((TILE_BYTES + bufferBytes + TEXT_SLACK_BYTES) / PAGE_BYTES) * PAGE_BYTES;
}

/** Writes rows to an output, which it neither commits nor aborts. */
export class CsvRows implements RowWriter {
  readonly #output: Pick<ByteOutput, "write">;
  readonly #delimiter: number;
  readonly #kernels: TextKernels;
  readonly #tiles: TileWriter;
  /** starts with the tiles' part; the text's follows */
  readonly #memory: WebAssembly.Memory;
  readonly #bufferBytes: number;
  #filled = 0;

  constructor(
    output: Pick<ByteOutput, "write">,
    fields: readonly OutputField[],
    { delimiter, lineEnd, bufferBytes }: CsvRowsOptions,
  ) {
    const pages = csvRowsBytes(bufferBytes) / PAGE_BYTES;
    this.#output = output;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#bufferBytes = bufferBytes;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#kernels = textKernels(this.#memory);
    this.#tiles = new TileWriter(this.#memory, fields, lineEnd);
  }

  write(batch: RowBatch): void {
    const kernels = this.#kernels, limit = TILE_BYTES + this.#bufferBytes;
    this.#tiles.forEachTile(batch, (tile) => {
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

  /** Text that is put as it is: of any length. */
  put(bytes: Uint8Array): void {
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
}
