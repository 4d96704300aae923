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

Deno.test({
  name: "many chunks of thousands of columns of Arrow stay within the predicted peak",
  ignore: Deno.build.os !== "linux",
  async fn(t) {
    const folder = Deno.makeTempDirSync({ prefix: "ndpipe-memory-wide-" });
    try {
      for (const numColumns of [2000, 3000]) {
        const input = `${folder}/wide.arrow`;
        writeWide(input, numColumns, { numRows: 64, batchRows: 64 });
        for (const outputEnding of ["csv", "parquet"]) {
          await t.step(`${numColumns} columns to ${outputEnding}`, async () => {
            const flags = ["--chunk-rows", "2"];
            assertWithin(await measured(["convert"], input, flags, { budgetMib: BUDGET_MIB, outputEnding }));
          });
        }
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a pipeline of 10,000 outputs runs without settings, and stays within the predicted peak",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = Deno.makeTempDirSync({ prefix: "ndpipe-memory-wide-" });
    try {
      const input = `${folder}/wide.arrow`, pipeline = `${folder}/many.ts`;
      writeWide(input, 10_000, { numRows: 64, batchRows: 64 });
      Deno.writeTextFileSync(
        pipeline,
        `import { definePipeline, input } from "${new URL("../src/mod.ts", import.meta.url).href}";
const names = Array.from({ length: 10_000 }, (_, i) => \`column_\${i}\`);
export default definePipeline({
  name: "many",
  inputs: Object.fromEntries(names.map((name) => [name, input("f64", ["N"])])),
  // deno-lint-ignore no-explicit-any
  transform: (columns: any) => Object.fromEntries(names.map((name) => [name, columns[name].mul(2)])),
});
`,
      );
      assertWithin(await measured(["run", pipeline], input, [], { budgetMib: BUDGET_MIB }));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
