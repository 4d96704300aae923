/**
 * The frame of every sink of text: its rows are written as text, which is collected and handed to the output.
 *
 * @module
 */
import type { ByteOutput } from "../atomic_file.ts";
import type { CarriedBatch, Sink } from "../sink.ts";

/** A record batch as sinks are given it. */
export interface RowBatch {
  readonly memory: WebAssembly.Memory;
  readonly numRows: number;
  readonly pointers: readonly number[];
  readonly carried: readonly (CarriedBatch | null)[];
}

/** Writes rows to an output, which it neither commits nor aborts. */
export interface RowWriter {
  write(batch: RowBatch): void;
  /** hands what is collected to the output */
  flush(): void;
}

/** A sink that commits and aborts the output which its rows go to. */
export class RowsSink implements Sink {
  readonly #output: ByteOutput;
  readonly #rows: RowWriter;

  constructor(output: ByteOutput, rows: RowWriter) {
    this.#output = output;
    this.#rows = rows;
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
