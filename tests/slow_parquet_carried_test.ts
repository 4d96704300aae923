/**
 * Columns that are carried through Parquet: what other writers wrote comes out as the very bytes of the Arrow table
 * that they had, and what is written here is read back so, and by a reader that is not ours.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { run } from "../src/exec/run.ts";
import { settings } from "../src/exec/testing.ts";
import { carry, definePipeline, input } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { type CarryOptions, carryTo, namesOf } from "./support/carrying.ts";

const FOLDER = new URL("../testdata/parquet_carried/", import.meta.url).pathname;
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".parquet")
);
const folder = Deno.makeTempDirSync({ prefix: "ndpipe-parquet-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Carries columns from a file to another. */
const convert = (path: string, ending: "arrow" | "parquet" | "csv", options: CarryOptions) =>
  carryTo(folder, path, ending, options);

const TABLE = `${FOLDER}table.arrow`;
const ALL = namesOf(TABLE);

Deno.test("carry() gives the same bytes from Parquet as from Arrow, whatever the writer, encoding and chunk", async () => {
  ok(FILES.length >= 9);
  const whole = Deno.readFileSync(await convert(TABLE, "arrow", { names: ALL, chunkRows: 13 }));
  for (const file of FILES) {
    const names = namesOf(FOLDER + file), isWhole = names.length === ALL.length;
    for (const [chunkRows, workers] of [[null, 1], [7, file.startsWith("v1") ? 2 : 1]] as const) {
      const found = Deno.readFileSync(await convert(FOLDER + file, "arrow", { names, chunkRows, workers }));
      const what = `${file}, chunks of ${chunkRows}`;
      if (isWhole) {
        deepStrictEqual(found, whole, what);
        continue;
      }
      // Polars has large texts and times of nanoseconds only, DuckDB keeps no Arrow schema: the values are the same
      for (const name of names.filter((one) => one !== "time_us")) {
        deepStrictEqual(valuesOf(found, name), valuesOf(whole, name), `${what}: ${name}`);
      }
    }
  }
});

function valuesOf(bytes: Uint8Array, name: string): unknown[] {
  return [...tableFromIPC(bytes, { useBigInt: true, useDecimalInt: true }).getChild(name)];
}

for (const compress of ["none", "snappy", "lz4", "zstd", "gzip"] as const) {
  Deno.test(`carry() to Parquet with --compress ${compress} keeps every value, type and null`, async () => {
    const whole = await convert(TABLE, "arrow", { names: ALL });
    const written = await convert(TABLE, "parquet", { names: ALL, compress, chunkRows: 31 });
    const back = await convert(written, "arrow", { names: ALL, chunkRows: 11, workers: 2 });
    deepStrictEqual(Deno.readFileSync(back), Deno.readFileSync(whole));
    const again = await convert(TABLE, "parquet", { names: ALL, compress, workers: 2 });
    deepStrictEqual(Deno.readFileSync(again), Deno.readFileSync(written), "chunks do not show");
  });
}

Deno.test("hyparquet reads what is written to Parquet: text, numbers, nulls, statistics, dictionaries", async () => {
  const names = [
    "utf8",
    "repeated",
    "binary",
    "date",
    "ts_us",
    "bool",
    "i8",
    "u32",
    "i64",
    "f64",
    "only_nulls",
  ];
  const path = await convert(TABLE, "parquet", { names, compress: "snappy" });
  const bytes = Deno.readFileSync(path), file = bytes.buffer;
  const rows = await parquetReadObjects({ file, utf8: false });
  strictEqual(rows.length, 120);
  for (const [i, row] of rows.entries()) {
    const isNull = i % 7 === 3;
    strictEqual(row["utf8"], isNull ? null : `text ${(i * 7919) % 100003}${"é".repeat(i % 50)}`);
    strictEqual(row["repeated"], i % 5 === 3 ? null : ["red", "green", "blue", ""][i % 4]);
    deepStrictEqual(row["binary"], isNull ? null : Uint8Array.of(i % 256, 255 - (i % 256)));
    strictEqual(row["bool"], isNull ? null : i % 3 === 0);
    strictEqual(row["i8"], isNull ? null : i - 100);
    strictEqual(row["u32"], isNull ? null : i * 21474836);
    strictEqual(row["i64"], isNull ? null : 2n ** 62n - BigInt(i));
    strictEqual(row["f64"], isNull ? null : i / 7);
    strictEqual(row["only_nulls"], null);
  }
  const metadata = parquetMetadata(file), [first] = metadata.row_groups;
  strictEqual(metadata.row_groups.length, 3);
  const chunk = (name: string) =>
    first!.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)!.meta_data!;
  const { statistics } = chunk("i8");
  strictEqual(statistics?.null_count, 7n);
  deepStrictEqual([statistics?.min_value, statistics?.max_value], [-100, -53]);
  deepStrictEqual(chunk("utf8").statistics?.max_value, "text 97972" + "é".repeat(25));
  ok(chunk("repeated").dictionary_page_offset !== undefined, "text that repeats has a dictionary");
  ok(chunk("utf8").dictionary_page_offset === undefined);
});

Deno.test("carry() beside what is computed: text from Parquet to CSV, rows kept by a filter", async () => {
  const pipeline = definePipeline({
    name: "kept",
    inputs: { repeated: carry(), x: input("f64", ["N"], { column: "f64", nulls: { fill: -1 } }) },
    transform({ repeated, x }) {
      const mask = x.ge(10);
      return { repeated: repeated.filter(mask, "K"), x: x.filter(mask, "K") };
    },
  });
  const outputs: string[] = [];
  for (const workers of [1, 2]) {
    const output = `${folder}/kept-${workers}.csv`;
    const given = settings({ inputs: [`${FOLDER}v1_dictionary.parquet`], chunkRows: 9, workers });
    await run(await prepare(pipeline, given), { output, to: null, force: false });
    outputs.push(Deno.readTextFileSync(output));
  }
  const lines = ["repeated,x"];
  for (let i = 70; i < 120; i++) {
    if (i % 7 === 3) continue;
    const text = i % 5 === 3 ? "" : ["red", "green", "blue", '""'][i % 4]!;
    lines.push(`${text},${i / 7}`);
  }
  strictEqual(outputs[0], lines.join("\n") + "\n");
  strictEqual(outputs[1], outputs[0]);
});
