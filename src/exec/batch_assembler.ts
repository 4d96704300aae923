/**
 * Chunks in, record batches out: every batch has exactly `batchRows` rows, but the last. So the output's bytes do not
 * depend on chunks.
 *
 * @module
 */
import type { Sink } from "../sink/sink.ts";

/** Where batches are gathered and go. */
export interface BatchAssemblerOptions {
  readonly memory: WebAssembly.Memory;
  readonly batchRows: number;
  /** of each output, bytes of a row */
  readonly rowBytes: readonly number[];
  /** of each output, its batch buffer of `batchRows` rows */
  readonly batchPointers: readonly number[];
  readonly sink: Pick<Sink, "writeBatch">;
}

/** Gathers the rows of chunks. Rows that make a whole batch by themselves are written from where they are. */
export class BatchAssembler {
  readonly #options: BatchAssemblerOptions;
  /** the memory never grows during a run, so this view stays good */
  readonly #bytes: Uint8Array;
  /** rows that wait in the batch buffers */
  #filled = 0;
  #numRows = 0;

  constructor(options: BatchAssemblerOptions) {
    this.#options = options;
    this.#bytes = new Uint8Array(options.memory.buffer);
  }

  /** rows taken so far */
  get numRows(): number {
    return this.#numRows;
  }

  /** Takes the rows of a chunk: output i lies at `pointers[i]`. The memory is the caller's again on return. */
  add(numRows: number, pointers: readonly number[]): void {
    const { batchRows, rowBytes, batchPointers, memory, sink } = this.#options;
    for (let row = 0; row < numRows;) {
      const from = pointers.map((pointer, i) => pointer + row * rowBytes[i]!);
      if (this.#filled === 0 && numRows - row >= batchRows) {
        sink.writeBatch(memory, batchRows, from);
        row += batchRows;
        continue;
      }
      const taken = Math.min(numRows - row, batchRows - this.#filled);
      for (const [i, source] of from.entries()) {
        const target = batchPointers[i]! + this.#filled * rowBytes[i]!;
        this.#bytes.copyWithin(target, source, source + taken * rowBytes[i]!);
      }
      this.#filled += taken;
      row += taken;
      if (this.#filled === batchRows) this.flush();
    }
    this.#numRows += numRows;
  }

  /** Writes the rows that wait, as a shorter batch. */
  flush(): void {
    if (this.#filled === 0) return;
    const { memory, sink, batchPointers } = this.#options;
    sink.writeBatch(memory, this.#filled, batchPointers);
    this.#filled = 0;
  }
}
