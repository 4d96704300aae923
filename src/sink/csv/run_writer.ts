/**
 * How the fields of a run of columns are made, some rows of a batch at a time: what every text format shares.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { ByteOutput } from "../atomic_file.ts";
import type { CarriedBatch } from "../sink.ts";
import type { CarriedFormat, FieldBytes } from "./carried_text.ts";
import { LineBuffer, pieceRows, rowTextBytes, type Run } from "./column_runs.ts";

/** Makes the fields of a run. */
export interface RunWriter {
  readonly maxRows: number;
  readonly begin: (
    batch: { readonly memory: WebAssembly.Memory; readonly pointers: readonly number[] },
    carried: readonly (CarriedBatch | null)[],
    rows: { readonly firstRow: number; readonly numRows: number },
  ) => FieldBytes;
}

/** Writes computed columns as lines. */
interface LineWriter {
  write(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void;
  flush(): void;
}

/** The run of a carried column. */
export function carriedWriter({ firstField }: Run, format: CarriedFormat): RunWriter {
  return {
    maxRows: Infinity,
    begin: ({ memory }, carried) => format(memory, carried[firstField]!),
  };
}

/**
 * A run of computed columns: their lines are held for some rows.
 *
 * @param extraBytes of text beside each number
 * @param open what writes the lines
 */
export function computedWriter(
  run: Run,
  extraBytes: number,
  open: (output: ByteOutput) => LineWriter,
): RunWriter {
  const maxRows = pieceRows(run, extraBytes);
  const lines = new LineBuffer(maxRows * rowTextBytes(run, extraBytes)), writer = open(lines);
  return {
    maxRows,
    begin: ({ memory, pointers }, _carried, { firstRow, numRows }) => {
      const from = run.fields.map(({ dtype, width }, i) =>
        pointers[run.firstField + i]! + firstRow * (width ?? 1) * DTYPE[dtype].itemsize
      );
      lines.clear();
      writer.write(memory, numRows, from);
      writer.flush();
      return () => lines.line();
    },
  };
}
