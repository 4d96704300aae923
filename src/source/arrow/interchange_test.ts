/** Reads every file of testdata/arrow, as files and through pipes, and compares with what pyarrow read from them. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Schema } from "../../schema/mod.ts";
import { expectedPolicy, type ExpectedTable, expectedValues } from "../testing.ts";
import { readAll, readPipe, type ReadTable, request } from "./testing.ts";
import { openArrowSource } from "./open.ts";

const FOLDER = new URL("../../../testdata/arrow/", import.meta.url);
const EXPECTED: Readonly<Record<string, ExpectedTable>> = JSON.parse(
  Deno.readTextFileSync(new URL("expected.json", FOLDER)),
);
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.includes(".arrow"))
  .sort();

/** the columns of a compressed batch are decompressed, then copied chunk by chunk */
function isCompressed(name: string): boolean {
  return /lz4|zstd|feather/.test(name);
}

function requestsOf(names: readonly string[]) {
  return (schema: Schema) =>
    names.map((name) => {
      const { dtype } = request(name, schema);
      return request(name, schema, expectedPolicy(dtype));
    });
}

function check(table: ReadTable, names: readonly string[], schema: Schema, expectation: ExpectedTable): void {
  strictEqual(table.numRows, expectation.rows);
  for (const [i, name] of names.entries()) {
    const { dtype, width } = request(name, schema);
    deepStrictEqual(table.columns[i], expectedValues(expectation.columns[name]!, dtype, width), name);
  }
}

Deno.test("testdata/arrow has an expectation for every file", () =>
  deepStrictEqual(FILES, Object.keys(EXPECTED).sort()));

for (const name of FILES) {
  const path = new URL(name, FOLDER).pathname;
  const expectation = EXPECTED[name]!;
  const names = Object.keys(expectation.columns);
  Deno.test(`openArrowSource() reads ${name} as pyarrow does, in chunks of 1, 2, 3 and all rows`, async () => {
    for (const chunkRows of [1, 2, 3, 100]) {
      const source = openArrowSource(path);
      const { schema } = source.info;
      strictEqual(source.countRows(), expectation.rows);
      strictEqual(source.info.numRows, expectation.rows);
      for (const other of expectation.others) {
        strictEqual(schema.fields.find((field) => field.name === other)?.type.kind, "other", other);
      }
      const table = await readAll(source, requestsOf(names)(schema), { chunkRows });
      source.close();
      check(table, names, schema, expectation);
      strictEqual(table.copiedBytes > 0, isCompressed(name));
    }
  });
  // Polars leaves the head of a file without a message: only the footer has the schema
  if (name.startsWith("polars") && name.endsWith(".arrow")) continue;
  Deno.test(`openArrowSource() reads ${name} through a pipe`, async () => {
    const bytes = Deno.readFileSync(path);
    const { schema } = openArrowSource(path).info;
    for (const [chunkRows, maxBytes] of [[1, 13], [2, 65536], [100, 1], [100, 65536]] as const) {
      const table = await readPipe(bytes, requestsOf(names), { chunkRows, maxBytes });
      check(table, names, schema, expectation);
      strictEqual(table.numReads, 0);
      // batches have at most 7 rows: with chunks of 100 every batch goes straight to its slot
      if (chunkRows === 100 && !isCompressed(name)) strictEqual(table.copiedBytes, 0);
    }
  });
}
