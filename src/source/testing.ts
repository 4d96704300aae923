/** What pyarrow read from the files of testdata/, and what a read of ours has to give for it. @module */
import type { NullPolicy } from "../schema/mod.ts";

/** A value as the file of expectations has it. */
export type Cell = number | boolean | null;

/** What one file holds. */
export interface ExpectedTable {
  readonly rows: number;
  /** by column that has a dtype */
  readonly columns: Readonly<Record<string, readonly (Cell | readonly Cell[])[]>>;
  /** columns without one */
  readonly others: readonly string[];
}

/** one of the values that no file holds */
const FILL = 122;

/** What is put in place of nulls: NaN, or a value that no file holds. */
export function expectedPolicy(dtype: string): NullPolicy {
  return dtype === "f32" || dtype === "f64"
    ? { kind: "nan" }
    : { kind: "fill", value: dtype === "bool" ? true : FILL };
}

/** The values of a column, row after row, with what `expectedPolicy` puts in place of nulls. */
export function expectedValues(
  rows: readonly (Cell | readonly Cell[])[],
  dtype: string,
  width: number,
): (number | bigint)[] {
  const instead = dtype.startsWith("f") ? Number.NaN : dtype === "bool" ? 1 : FILL;
  const cells = rows.flatMap((row): readonly Cell[] =>
    Array.isArray(row) ? row : row === null ? new Array<Cell>(width).fill(null) : [row as Cell]
  );
  return cells.map((cell) => {
    const value = cell === null ? instead : Number(cell);
    return dtype === "i64" || dtype === "u64" ? BigInt(value) : value;
  });
}
