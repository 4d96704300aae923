/** UUID and JSON of Parquet are extension types in Arrow, and the other way round. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { openParquetSource } from "../src/source/parquet/mod.ts";
import { parquetColumn } from "../src/sink/parquet/parquet_schema.ts";
import { ThriftWriter } from "../src/sink/parquet/thrift_writer.ts";

const PATH = new URL("../testdata/parquet_extensions/uuid_json.parquet", import.meta.url).pathname;
const source = openParquetSource(PATH), { fields } = source.info.schema;
source.close();

function extension(name: string): readonly (readonly [string, string])[] {
  return [["ARROW:extension:name", name], ["ARROW:extension:metadata", ""]];
}

Deno.test("openParquetSource() gives UUID and JSON as Arrow's extension types, and other columns as they are", () => {
  deepStrictEqual(fields.map(({ name, metadata }) => [name, metadata]), [
    ["id", extension("arrow.uuid")],
    ["doc", extension("arrow.json")],
    ["raw", undefined],
    ["text", undefined],
  ]);
  deepStrictEqual(fields.map(({ carried }) => carried!.name), [
    "fixed_size_binary[16]",
    "utf8",
    "fixed_size_binary[16]",
    "utf8",
  ]);
});

Deno.test("parquetColumn() writes Arrow's extension types as UUID and JSON where their storage is such", () => {
  const columnOf = (index: number, name: string) => {
    const type = fields[index]!.carried!, metadata = extension(name);
    const field = {
      name: "x",
      dtype: "f32",
      width: null,
      carried: { type, nullable: true },
      metadata,
    } as const;
    const { logicalType, convertedType } = parquetColumn(field), writer = new ThriftWriter();
    logicalType?.(writer);
    return { logicalType: [...writer.finish()], convertedType };
  };
  // the members 14, 12 and 1 of the union LogicalType, structs without fields: parquet.thrift
  deepStrictEqual(columnOf(0, "arrow.uuid"), { logicalType: [0xec, 0, 0], convertedType: null });
  deepStrictEqual(columnOf(1, "arrow.json"), { logicalType: [0xcc, 0, 0], convertedType: 19 });
  deepStrictEqual(columnOf(1, "arrow.uuid"), { logicalType: [0x1c, 0, 0], convertedType: 0 });
  strictEqual(columnOf(0, "arrow.json").convertedType, null);
});
