/**
 * Chunks in, record batches out: every batch has exactly `batchRows` rows, but the last. So the output's bytes do not
 * depend on chunks.
 *
 * @module
 */
import type { CarriedView } from "../schema/mod.ts";
import type { Sink } from "../sink/sink.ts";
import { CarriedGatherer, type CarriedOutput } from "./carried_outputs.ts";

/** Where batches are gathered and go. */
export interface BatchAssemblerOptions {
  readonly memory: WebAssembly.Memory;
  readonly batchRows: number;
  /** of each output, bytes of a row */
  readonly rowBytes: readonly number[];
  /** of each output, its batch buffer of `batchRows` rows */
  readonly batchPointers: readonly number[];
  /** of each output, what it carries; absent or null: it is computed */
  readonly carried?: readonly (CarriedOutput | null)[];
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
  /** by output; null: it is computed */
  readonly #gatherers: readonly (CarriedGatherer | null)[];

  constructor(options: BatchAssemblerOptions) {
    const { memory, batchRows, batchPointers } = options;
    this.#options = options;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#gatherers = batchPointers.map((pointer, i) => {
      const output = options.carried?.[i] ?? null;
      return output === null ? null : new CarriedGatherer(output, { memory, pointer, batchRows });
    });
    this.#clear();
  }

  /** rows taken so far */
  get numRows(): number {
    return this.#numRows;
  }

  /**
   * Takes the rows of a chunk: output i lies at `pointers[i]`; of a carried one there are the rows' numbers, and the
   * chunk's carried columns. The memory is the caller's again on return.
   *
   * @throws MemoryError MEM003 carried values have no room
   */
  add(numRows: number, pointers: readonly number[], chunk: readonly CarriedView[] = []): void {
    const { batchRows, rowBytes, batchPointers } = this.#options;
    for (let row = 0; row < numRows;) {
      const from = pointers.map((pointer, i) => pointer + row * rowBytes[i]!);
      if (this.#filled === 0 && numRows - row >= batchRows) {
        this.#gather(chunk, from, batchRows);
        this.#write(batchRows, from);
        row += batchRows;
        continue;
      }
      const taken = Math.min(numRows - row, batchRows - this.#filled);
      this.#gather(chunk, from, taken);
      for (const [i, source] of from.entries()) {
        if (this.#gatherers[i] !== null) continue;
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
    this.#write(this.#filled, this.#options.batchPointers);
    this.#filled = 0;
  }

  #gather(chunk: readonly CarriedView[], pointers: readonly number[], numRows: number): void {
    for (const [i, gatherer] of this.#gatherers.entries()) gatherer?.add(chunk, pointers[i]!, numRows);
  }

  #write(numRows: number, pointers: readonly number[]): void {
    const { memory, sink } = this.#options;
    sink.writeBatch(memory, numRows, pointers, this.#gatherers.map((one) => one?.batch() ?? null));
    this.#clear();
  }

  #clear(): void {
    for (const gatherer of this.#gatherers) gatherer?.clear();
  }
}
