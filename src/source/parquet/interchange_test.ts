/** Reads every file of testdata/parquet and compares with what pyarrow read from them. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Schema } from "../../schema/mod.ts";
import { readAll, request } from "../arrow/testing.ts";
import { type Cell, expectedPolicy, type ExpectedTable, expectedValues } from "../testing.ts";
import { openParquetDecoder, openParquetSource } from "./mod.ts";
import { readParquetStatistics } from "./statistics.ts";

const FOLDER = new URL("../../../testdata/parquet/", import.meta.url);
const EXPECTED: {
  readonly files: Readonly<Record<string, number>>;
  readonly contents: readonly ExpectedTable[];
} = JSON.parse(Deno.readTextFileSync(new URL("expected.json", FOLDER)));
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".parquet")
)
  .sort();

function requestsOf(names: readonly string[], schema: Schema) {
  return names.map((name) => request(name, schema, expectedPolicy(request(name, schema).dtype)));
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
        deepStrictEqual(
          table.columns[i],
          expectedValues(expectation.columns[names[i]!]!, dtype, width),
          names[i],
        );
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
