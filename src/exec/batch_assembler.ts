/**
 * Chunks in, record batches out: every batch has exactly `batchRows` rows, but the last, and but those that end before
 * a row whose carried values have no room any more. So the output's bytes do not depend on chunks.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { FormatError } from "../errors.ts";
import type { CarriedView } from "../schema/mod.ts";
import type { BatchStream, Sink } from "../sink/sink.ts";
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
  /** of all chunks together; absent or null: not known before they are there */
  readonly totalRows?: number | null;
  readonly sink: Pick<Sink, "writeBatch" | "stream">;
}

/**
 * A batch is streamed where the chunk that it begins with has so many bytes in every column: smaller writes cost more
 * than a copy.
 */
const MIN_STREAMED_BYTES = 64 * 1024;

/**
 * Gathers the rows of chunks. Rows that make a whole batch by themselves are written from where they are, and so are
 * those of a batch that is streamed: how many it will have is known.
 */
export class BatchAssembler {
  readonly #options: BatchAssemblerOptions;
  /** the memory never grows during a run, so this view stays good */
  readonly #bytes: Uint8Array;
  /** rows that wait in the batch buffers */
  #filled = 0;
  #numRows = 0;
  /** by output; null: it is computed */
  readonly #gatherers: readonly (CarriedGatherer | null)[];
  /** null: batches are written whole */
  readonly #stream: BatchStream | null;
  /** rows that the batch which is streamed still lacks */
  #rowsLeft = 0;

  constructor(options: BatchAssemblerOptions) {
    const { memory, batchRows, batchPointers } = options;
    this.#options = options;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#gatherers = batchPointers.map((pointer, i) => {
      const output = options.carried?.[i] ?? null;
      return output === null ? null : new CarriedGatherer(output, { memory, pointer, batchRows });
    });
    this.#clear();
    this.#stream = (options.totalRows ?? null) === null ? null : options.sink.stream ?? null;
  }

  /** rows taken so far */
  get numRows(): number {
    return this.#numRows;
  }

  /**
   * Takes the rows of a chunk: output i lies at `pointers[i]`; of a carried one there are the rows' numbers, and the
   * chunk's carried columns. The memory is the caller's again on return.
   *
   * @throws FormatError FMT004 more rows than were known of
   */
  add(numRows: number, pointers: readonly number[], chunk: readonly CarriedView[] = []): void {
    const { memory, batchRows, rowBytes } = this.#options;
    for (let row = 0; row < numRows;) {
      const from = pointers.map((pointer, i) => pointer + row * rowBytes[i]!);
      const isBoundary = this.#filled === 0 && this.#rowsLeft === 0;
      let taken = Math.min(numRows - row, batchRows);
      if (isBoundary && taken === batchRows && this.#rowsThatFit(chunk, from, taken) === taken) {
        this.#gather(chunk, from, batchRows);
        this.#write(batchRows, from);
      } else if (this.#rowsLeft > 0 || (isBoundary && this.#begin(numRows))) {
        taken = Math.min(taken, this.#rowsLeft);
        this.#stream!.write(memory, taken, from);
        this.#rowsLeft -= taken;
      } else {
        const wanted = Math.min(taken, batchRows - this.#filled);
        taken = this.#rowsThatFit(chunk, from, wanted);
        // it would be tried again for ever
        if (taken === 0 && this.#filled === 0) throw new Error("a value longer than its input's longest");
        this.#fill(chunk, from, taken);
        if (taken < wanted) this.flush();
      }
      this.#numRows += taken;
      row += taken;
    }
  }

  /** Begins to stream a batch, where a chunk of so many rows is worth it. */
  #begin(chunkRows: number): boolean {
    const { batchRows, rowBytes, totalRows } = this.#options;
    if (this.#stream === null || rowBytes.some((bytes) => chunkRows * bytes < MIN_STREAMED_BYTES)) {
      return false;
    }
    this.#rowsLeft = Math.min(batchRows, totalRows! - this.#numRows);
    if (this.#rowsLeft <= 0) throw this.#otherRows("more");
    this.#stream.begin(this.#rowsLeft);
    return true;
  }

  /** Copies rows to the batch buffers. */
  #fill(chunk: readonly CarriedView[], pointers: readonly number[], numRows: number): void {
    const { batchRows, rowBytes, batchPointers } = this.#options;
    this.#gather(chunk, pointers, numRows);
    for (const [i, source] of pointers.entries()) {
      if (this.#gatherers[i] !== null) continue;
      const target = batchPointers[i]! + this.#filled * rowBytes[i]!;
      this.#bytes.copyWithin(target, source, source + numRows * rowBytes[i]!);
    }
    this.#filled += numRows;
    if (this.#filled === batchRows) this.flush();
  }

  #otherRows(which: "fewer" | "more"): FormatError {
    const total = countText(this.#options.totalRows!);
    return new FormatError("FMT004", `the inputs have ${which} rows than the ${total} of their metadata`, {
      help: "run again when nothing writes to the inputs any more",
    });
  }

  /**
   * Writes the rows that wait, as a shorter batch.
   *
   * @throws FormatError FMT004 fewer rows than were known of
   */
  flush(): void {
    if (this.#rowsLeft > 0) throw this.#otherRows("fewer");
    if (this.#filled === 0) return;
    this.#write(this.#filled, this.#options.batchPointers);
    this.#filled = 0;
  }

  /** rows that every carried column of the batch has room for */
  #rowsThatFit(chunk: readonly CarriedView[], pointers: readonly number[], numRows: number): number {
    return this.#gatherers.reduce(
      (rows, gatherer, i) => gatherer?.rowsThatFit(chunk, pointers[i]!, rows) ?? rows,
      numRows,
    );
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
