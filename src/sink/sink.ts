/**
 * What every output format offers: batches in, bytes out, whole or not at all.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";

/** The formats that are written. */
export type OutputFormat = "arrow-file" | "arrow-stream" | "csv" | "parquet";

/** One output column: `width` null for shape (N), k for (N, k), which becomes a FixedSizeList (in CSV, k columns). */
export interface OutputField {
  readonly name: string;
  readonly dtype: DType;
  readonly width: number | null;
}

/** An opened output. Every method throws OutputError (OUT…) when bytes cannot be written. */
export interface Sink {
  /** bytes handed to the operating system so far */
  readonly numBytes: number;
  /**
   * Writes one record batch. Column i is contiguous in `memory` from `pointers[i]`: `numRows` rows of `width`
   * elements; bool is one byte an element, 0 or 1. The memory is the caller's again on return.
   */
  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void;
  /** writes what closes the format, syncs, and gives the file its name */
  finish(): void;
  /** removes whatever was written; the old output stays as it was */
  abort(): void;
}
