/**
 * Footers as older writers have them, put together here: no writer at hand makes them still. Each is of one column of
 * three 32-bit integers.
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { ThriftWriter } from "../../sink/parquet/thrift_writer.ts";
import { MemoryAccess } from "../random_access.ts";
import { openParquet } from "./footer.ts";
import type { ParquetMetadata } from "./metadata.ts";

const PATH = "old.parquet", INT32 = 1, REQUIRED = 0, OPTIONAL = 1, REPEATED = 2, BYTE_ARRAY = 6, NUM_ROWS = 3;

/** Writes what a test wants to say of the column, the schema's root or the file. */
type Write = (writer: ThriftWriter) => ThriftWriter;

const same: Write = (writer) => writer;

function footerOf(
  {
    physicalType = INT32,
    repetition = REQUIRED,
    root = same,
    column = same,
    file = same,
    numRows = NUM_ROWS,
  }: {
    readonly physicalType?: number;
    readonly repetition?: number;
    /** fields before that of the name, which is the fourth */
    readonly root?: Write;
    /** fields behind that of the name */
    readonly column?: Write;
    /** fields behind that of the row groups, which is the fourth */
    readonly file?: Write;
    readonly numRows?: number;
  },
): ParquetMetadata {
  const values = new Uint8Array(4 * NUM_ROWS);
  const header = new ThriftWriter().i32(1, 0).i32(2, values.length).i32(3, values.length)
    .struct(5, (data) => data.i32(1, NUM_ROWS).i32(2, 0).i32(3, 3).i32(4, 3)).finish();
  const numBytes = header.length + values.length;
  const footer = file(
    new ThriftWriter().i32(1, 1)
      .structs(2, ["schema", "a"], (writer, name) => {
        if (name === "schema") root(writer).text(4, name).i32(5, 1);
        else column(writer.i32(1, physicalType).i32(3, repetition).text(4, name));
      })
      .i64(3, numRows)
      .structs(
        4,
        [null],
        (group) =>
          group.structs(
            1,
            [null],
            (chunk) =>
              chunk.i64(2, 0).struct(3, (metadata) =>
                metadata.i32(1, physicalType).i32s(2, [0, 3]).texts(3, ["a"]).i32(4, 0).i64(5, NUM_ROWS)
                  .i64(6, numBytes).i64(7, numBytes).i64(9, 4)),
          )
            .i64(2, 0).i64(3, NUM_ROWS),
      ),
  ).finish();
  const magic = new TextEncoder().encode("PAR1"), size = new Uint8Array(Uint32Array.of(footer.length).buffer);
  const bytes = Uint8Array.from([...magic, ...header, ...values, ...footer, ...size, ...magic]);
  return openParquet(PATH, () => new MemoryAccess(bytes, PATH)).metadata;
}

function fieldOf(metadata: ParquetMetadata) {
  return metadata.schema.fields[0]!;
}

Deno.test("openParquet() takes the converted type that parquet-cpp 1.3 to 1.5 gave columns of nulls for one of nulls", () => {
  const field = fieldOf(footerOf({ repetition: OPTIONAL, column: (writer) => writer.i32(6, 24) }));
  deepStrictEqual([field.type, field.carried?.name], [{ kind: "other", name: "null" }, "null"]);
});

Deno.test("openParquet() passes over a type that a group has, as parquet-go writes it", () => {
  deepStrictEqual(fieldOf(footerOf({ root: (writer) => writer.i32(1, 0) })).type, {
    kind: "primitive",
    dtype: "i32",
  });
});

Deno.test("openParquet() passes over metadata whose values are no text, as fastparquet 0.8 wrote them", () => {
  const keyValues: Write = (writer) =>
    writer.structs(5, [5, 6], (pair, value) => pair.text(1, "number").i32(2, value));
  strictEqual(footerOf({ file: keyValues }).numRows, NUM_ROWS);
});

Deno.test("openParquet() counts the rows of the row groups where the file says none, as parquet-rs 0.3 does", () => {
  strictEqual(footerOf({ numRows: 0 }).numRows, NUM_ROWS);
  throws(() => footerOf({ numRows: 2 }), {
    code: "FMT004",
    message: /its row groups have 3 rows, the file 2/,
  });
});

Deno.test("openParquet() computes with no instants of 32 bits, and with no dates of 64", () => {
  for (const converted of [8, 9, 10]) {
    const field = fieldOf(footerOf({ column: (writer) => writer.i32(6, converted) }));
    deepStrictEqual([field.type.kind, field.carried], ["other", undefined], `converted type ${converted}`);
  }
  for (const converted of [6, 7]) {
    strictEqual(fieldOf(footerOf({ column: (writer) => writer.i32(6, converted) })).type.kind, "primitive");
  }
});

Deno.test("openParquet() names no extension of a list after that of its elements", () => {
  const json: Write = (writer) => writer.i32(6, 19), physicalType = BYTE_ARRAY;
  strictEqual(fieldOf(footerOf({ physicalType, repetition: REPEATED, column: json })).metadata, undefined);
  deepStrictEqual(fieldOf(footerOf({ physicalType, column: json })).metadata?.[0]?.[1], "arrow.json");
});
