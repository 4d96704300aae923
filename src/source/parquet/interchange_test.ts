/** Reads every file of testdata/parquet and compares with what pyarrow read from them. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { NullPolicy, Schema } from "../../schema/mod.ts";
import { readAll, request } from "../arrow/testing.ts";
import { openParquetDecoder, openParquetSource } from "./mod.ts";
import { readParquetStatistics } from "./statistics.ts";

type Cell = number | boolean | null;
interface Content {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly (Cell | readonly Cell[])[]>>;
  readonly others: readonly string[];
}

const FOLDER = new URL("../../../testdata/parquet/", import.meta.url);
const EXPECTED: {
  readonly files: Readonly<Record<string, number>>;
  readonly contents: readonly Content[];
} = JSON.parse(Deno.readTextFileSync(new URL("expected.json", FOLDER)));
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".parquet")
)
  .sort();

/** one of the values that no file holds */
const FILL = 111;

function policy(dtype: string): NullPolicy {
  return dtype === "f32" || dtype === "f64"
    ? { kind: "nan" }
    : { kind: "fill", value: dtype === "bool" ? true : FILL };
}

function requestsOf(names: readonly string[], schema: Schema) {
  return names.map((name) => request(name, schema, policy(request(name, schema).dtype)));
}

/** pyarrow's values, row after row, with what the policy puts in place of nulls */
function flatten(
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

Deno.test("testdata/parquet has an expectation for every file", () =>
  deepStrictEqual(FILES, Object.keys(EXPECTED.files).sort()));

for (const name of FILES) {
  const path = new URL(name, FOLDER).pathname;
  const expectation = EXPECTED.contents[EXPECTED.files[name]!]!;
  const names = Object.keys(expectation.columns);
  Deno.test(`openParquetSource() reads ${name} as pyarrow does, in chunks of 1, 7, 40 and all rows`, async () => {
    for (const chunkRows of [1, 7, 40, 1000]) {
      const source = openParquetSource(path);
      const { schema, numRows } = source.info;
      strictEqual(numRows, expectation.rows);
      for (const other of expectation.others) {
        strictEqual(schema.fields.find((field) => field.name === other)?.type.kind, "other", other);
      }
      const requests = requestsOf(names, schema);
      const table = await readAll(source, requests, { chunkRows, openDecoder: openParquetDecoder });
      source.close();
      strictEqual(table.numRows, expectation.rows);
      for (const [i, { dtype, width }] of requests.entries()) {
        deepStrictEqual(table.columns[i], flatten(expectation.columns[names[i]!]!, dtype, width), names[i]);
      }
    }
  });
  Deno.test(`readParquetStatistics() counts the nulls of ${name} as its writer did`, () => {
    const source = openParquetSource(path), { schema } = source.info;
    source.close();
    const { nullCounts } = readParquetStatistics(path);
    for (const column of names) {
      const known = nullCounts[schema.fields.findIndex((field) => field.name === column)]!;
      const cells = expectation.columns[column]!.flatMap((row): readonly Cell[] =>
        Array.isArray(row) ? row : [row as Cell]
      );
      if (known !== null) strictEqual(known, cells.filter((cell) => cell === null).length, column);
    }
  });
}
