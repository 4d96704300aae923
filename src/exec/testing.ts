/** Tables in files, and settings, for the tests of runs. @module */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { AtomicFile } from "../sink/atomic_file.ts";
import { openArrowSink } from "../sink/arrow/mod.ts";
import { openCsvSink } from "../sink/csv/mod.ts";
import { placeBatch } from "../sink/testing.ts";
import type { PrepareOptions } from "./prepare.ts";

/** A column by the value of its element k in row i. */
export interface TestColumn {
  readonly name: string;
  readonly dtype: DType;
  readonly width: number | null;
  readonly value: (row: number, k: number) => number;
}

/** Writes a table, Arrow in record batches of `batchRows` rows, or CSV. */
export function writeTable(
  path: string,
  columns: readonly TestColumn[],
  { numRows, batchRows }: { readonly numRows: number; readonly batchRows: number },
): void {
  const sink = path.endsWith(".csv")
    ? openCsvSink(AtomicFile.open(path, { force: true }), columns)
    : openArrowSink(path, {
      format: path.endsWith(".arrows") ? "arrow-stream" : "arrow-file",
      fields: columns,
      force: true,
    });
  const memory = new WebAssembly.Memory({ initial: 256 });
  for (let first = 0; first < numRows; first += batchRows) {
    const rows = Math.min(batchRows, numRows - first);
    const pointers = placeBatch(memory, { fields: columns, numRows: rows }, (elements, index) => {
      const { dtype, width, value } = columns[index]!, k = width ?? 1;
      for (let i = 0; i < elements.length; i++) {
        const element = value(first + Math.floor(i / k), i % k);
        elements[i] = DTYPE[dtype].isBigInt ? BigInt(element) : element;
      }
    });
    sink.writeBatch(memory, rows, pointers);
  }
  sink.finish();
}

/** Settings of `prepare`, the defaults but for what is given. */
export function settings(
  given: Partial<PrepareOptions> = {},
): PrepareOptions & { readonly params: null; readonly assignments: ReadonlyMap<string, string> } {
  return {
    inputs: [],
    params: null,
    assignments: new Map(),
    memoryBytes: 512 * 1024 ** 2,
    chunkRows: null,
    batchRows: null,
    workers: null,
    numerics: "strict",
    from: null,
    rows: null,
    csv: {},
    ...given,
  };
}
