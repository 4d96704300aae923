/**
 * Law 2, from outside, for tables of thousands of columns: what a column takes beside its elements is planned too.
 *
 * @module
 */
import { writeTable } from "../src/exec/testing.ts";
import { assertWithin, measured } from "./support/peak_memory.ts";

const BUDGET_MIB = 2048;

function writeWide(
  path: string,
  numColumns: number,
  { numRows, batchRows }: { readonly numRows: number; readonly batchRows: number },
): void {
  const columns = Array.from({ length: numColumns }, (_, i) => ({
    name: `column_${i}`,
    dtype: "f64" as const,
    width: null,
    value: (row: number) => Math.sin(row * 31 + i),
  }));
  writeTable(path, columns, { numRows, batchRows });
}

Deno.test({
  name:
    "convert from Arrow to Arrow stays within the predicted peak, whatever the columns and record batches",
  ignore: Deno.build.os !== "linux",
  async fn(t) {
    const folder = Deno.makeTempDirSync({ prefix: "ndpipe-memory-wide-" });
    try {
      for (
        const [numColumns, numRows, batchRows] of [
          [1, 20, 20],
          [100, 20, 20],
          [1000, 20, 20],
          [1000, 400, 1],
          [10_000, 20, 20],
          [10_000, 20, 1],
          [20_000, 20, 20],
          [20_000, 20, 1],
        ] as const
      ) {
        for (const ending of ["arrow", "arrows"]) {
          const input = `${folder}/wide.${ending}`;
          writeWide(input, numColumns, { numRows, batchRows });
          for (const flags of [[], ["--compress", "zstd"]]) {
            const what = `${numColumns} columns of ${ending}, ${numRows / batchRows} batches ${
              flags.join(" ")
            }`;
            await t.step(what, async () => {
              assertWithin(await measured(["convert"], input, flags, { budgetMib: BUDGET_MIB }));
            });
          }
        }
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
