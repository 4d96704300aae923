/**
 * What every output format offers: batches in, bytes out, whole or not at all.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { KeyValues } from "../schema/arrow_tree.ts";
import type { CarriedType } from "../schema/carried.ts";

/** The formats that are written. */
export type OutputFormat = "arrow-file" | "arrow-stream" | "csv" | "ndjson" | "npy" | "npz" | "parquet";

/** One output column: `width` null for shape (N), k for (N, k), which becomes a FixedSizeList (in CSV, k columns). */
export interface OutputField {
  readonly name: string;
  readonly dtype: DType;
  readonly width: number | null;
  /** its values are carried: `dtype` then means nothing, and each batch has a `CarriedBatch`; absent: computed */
  readonly carried?: { readonly type: CarriedType; readonly nullable: boolean };
  /** custom metadata of the column, where the format has such; absent: none */
  readonly metadata?: KeyValues;
}

/** A carried column of a record batch. Pointers into the memory. */
export interface CarriedBatch {
  readonly numNulls: number;
  /** a bit a row, 1 where there is a value */
  readonly validity: number;
  /** of variable length: u32, one more than rows, from 0; else null */
  readonly offsets: number | null;
  readonly data: number;
  /** bytes of the values, bools as bits */
  readonly dataBytes: number;
}

/** Record batches that are written as their rows come. */
export interface BatchStream {
  /** begins a batch of so many rows; all of them follow */
  begin(numRows: number): void;
  /** the next rows of the batch: columns as `writeBatch` takes them; the memory is the caller's again on return */
  write(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void;
}

/** An opened output. Every method throws OutputError (OUT…) when bytes cannot be written. */
export interface Sink {
  /** bytes handed to the operating system so far */
  readonly numBytes: number;
  /**
   * Writes one record batch. Column i is contiguous in `memory` from `pointers[i]`: `numRows` rows of `width`
   * elements; bool is one byte an element, 0 or 1. The memory is the caller's again on return.
   *
   * @param carried by column, what is carried; null: it is computed, and lies at its pointer
   */
  writeBatch(
    memory: WebAssembly.Memory,
    numRows: number,
    pointers: readonly number[],
    carried?: readonly (CarriedBatch | null)[],
  ): void;
  /** absent or null: a batch has to be there as a whole, for `writeBatch` */
  readonly stream?: BatchStream | null;
  /** writes what closes the format, syncs, and gives the file its name */
  finish(): void;
  /** removes whatever was written; the old output stays as it was */
  abort(): void;
}
