import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { readAll, request } from "../../source/arrow/testing.ts";
import { openParquet } from "../../source/parquet/footer.ts";
import { openParquetDecoder, openParquetSource } from "../../source/parquet/mod.ts";
import { readParquetStatistics } from "../../source/parquet/statistics.ts";
import { MemoryAccess } from "../../source/random_access.ts";
import type { OutputField } from "../sink.ts";
import { bytesOf, MemoryOutput, placeBatch } from "../testing.ts";
import { openParquetSink, parquetSinkBytes } from "./mod.ts";

const DTYPES = Object.keys(DTYPE) as DType[];

/** element i of a column: every bit pattern's bytes, and 0 or 1 for bool */
function byteOf(dtype: DType, i: number): number {
  return dtype === "bool" ? Number(i % 3 === 0) : (i * 37 + 11) & 0xff;
}

/** Writes rows of made-up bytes in batches; returns the file and the columns' values. */
function write(fields: readonly OutputField[], batches: readonly number[]) {
  const output = new MemoryOutput();
  const sink = openParquetSink("memory", { force: false, fields, output });
  const memory = new WebAssembly.Memory({ initial: 160 });
  const columns = fields.map((): (number | bigint)[] => []);
  let rowsBefore = 0;
  for (const numRows of batches) {
    const pointers = placeBatch(memory, { fields, numRows }, (elements, index) => {
      const bytes = bytesOf(elements), { dtype } = fields[index]!;
      for (let i = 0; i < bytes.length; i++) bytes[i] = byteOf(dtype, i + 8 * rowsBefore);
      for (const value of elements as Float64Array) columns[index]!.push(value);
    });
    sink.writeBatch(memory, numRows, pointers);
    rowsBefore += numRows;
  }
  sink.finish();
  strictEqual(output.state, "committed");
  return { bytes: output.bytes, columns };
}

async function readBack(bytes: Uint8Array, fields: readonly OutputField[], chunkRows: number) {
  const access = new MemoryAccess(bytes, "memory");
  const source = openParquetSource("memory", { open: () => access });
  const requests = fields.map(({ name }) => request(name, source.info.schema));
  const options = { chunkRows, openDecoder: openParquetDecoder, open: () => access };
  return { source, table: await readAll(source, requests, options) };
}

const ALL_FIELDS: readonly OutputField[] = [
  ...DTYPES.map((dtype) => ({ name: dtype, dtype, width: null })),
  ...DTYPES.map((dtype) => ({ name: `matrix of ${dtype} · ä`, dtype, width: 3 })),
];

Deno.test("openParquetSink() writes every dtype and shape so that they are read back bit for bit", async () => {
  const { bytes, columns } = write(ALL_FIELDS, [5, 0, 17, 1]);
  const { rowGroups } = openParquet("memory", () => new MemoryAccess(bytes)).metadata;
  deepStrictEqual(rowGroups.map(({ numRows }) => numRows), [5, 17, 1]);
  for (const chunkRows of [3, 100]) {
    const { source, table } = await readBack(bytes, ALL_FIELDS, chunkRows);
    strictEqual(table.numRows, 23);
    for (const [i, { name, dtype, width }] of ALL_FIELDS.entries()) {
      const field = source.info.schema.fields[i]!;
      strictEqual(field.nullable, false);
      deepStrictEqual(
        field.type,
        width === null ? { kind: "primitive", dtype } : { kind: "fixedSizeList", dtype, listSize: width },
      );
      // NaNs keep their bits, which deepStrictEqual does not see: bytes do
      const { TypedArray } = DTYPE[dtype];
      const bitsOf = (values: readonly (number | bigint)[]) => {
        const array = new TypedArray(values.length);
        for (const [at, value] of values.entries()) array[at] = value as never;
        return new Uint8Array(array.buffer);
      };
      deepStrictEqual(bitsOf(table.columns[i]!), bitsOf(columns[i]!), name);
    }
  }
});

Deno.test("openParquetSink() writes numbers that repeat as indices of a dictionary, every dtype, bit for bit", async () => {
  const numRows = 140_000, values = [0, -0, Number.NaN, 1.5, Infinity, -3, 100, 7];
  const fields = [
    ...DTYPES.map((dtype): OutputField => ({ name: dtype, dtype, width: null })),
    { name: "matrix", dtype: "f32", width: 2 } as const,
  ];
  const isFloat = (dtype: DType) => dtype.startsWith("f");
  const memory = new WebAssembly.Memory({ initial: 256 });
  let end = 64;
  const written: Uint8Array[] = [];
  const pointers = fields.map(({ dtype, width }) => {
    const pointer = end, { TypedArray, isBigInt } = DTYPE[dtype];
    const array = new TypedArray(memory.buffer, pointer, numRows * (width ?? 1)) as Float64Array;
    for (let i = 0; i < array.length; i++) {
      const value = isFloat(dtype) ? values[(i * 7) % 8]! : dtype === "bool" ? i & 1 : (i * 7) % 100;
      array[i] = (isBigInt ? BigInt(value) : value) as number;
    }
    end = Math.ceil((pointer + array.byteLength) / 64) * 64;
    written.push(new Uint8Array(memory.buffer).slice(pointer, pointer + array.byteLength));
    return pointer;
  });
  const output = new MemoryOutput();
  const sink = openParquetSink("memory", { force: false, fields, output, compression: "none" });
  sink.writeBatch(memory, numRows, pointers);
  sink.finish();
  const bytes = output.bytes, plainBytes = written.reduce((sum, { length }) => sum + length, 0);
  ok(bytes.length < plainBytes / 3, `${bytes.length} of ${plainBytes} bytes`);
  const { source, table } = await readBack(bytes, fields, 50_000);
  source.close();
  for (const [i, { name, dtype }] of fields.entries()) {
    const array = new DTYPE[dtype].TypedArray(table.columns[i]!.length);
    for (const [at, value] of table.columns[i]!.entries()) array[at] = value as never;
    const read = new Uint8Array(array.buffer), other = written[i]!.findIndex((byte, at) => byte !== read[at]);
    strictEqual(other, -1, name);
  }
});

Deno.test("openParquetSink() divides columns into pages of whole rows, however wide a row is", async () => {
  const fields: readonly OutputField[] = [
    { name: "wide", dtype: "u8", width: 131_073 },
    { name: "list", dtype: "i16", width: 10_000 },
    { name: "flag", dtype: "bool", width: 10_000 },
  ];
  const { bytes, columns } = write(fields, [29]);
  const { table } = await readBack(bytes, fields, 7);
  for (const [i, { name }] of fields.entries()) {
    strictEqual(table.columns[i]!.length, columns[i]!.length);
    ok(table.columns[i]!.every((value, at) => value === columns[i]![at]), name);
  }
});

Deno.test("openParquetSink() writes a table without rows, and gives the same bytes for the same batches", async () => {
  const empty = write(ALL_FIELDS, [0, 0]);
  const { source, table } = await readBack(empty.bytes, ALL_FIELDS, 10);
  strictEqual(table.numRows, 0);
  strictEqual(source.info.numRows, 0);
  deepStrictEqual(write(ALL_FIELDS, [4, 0, 9]).bytes, write(ALL_FIELDS, [4, 9]).bytes);
});

Deno.test("openParquetSink() refuses a file that exists without force", () => {
  const path = Deno.makeTempFileSync({ suffix: ".parquet" });
  try {
    openParquetSink(path, { force: false, fields: ALL_FIELDS });
    ok(false, "it was opened");
  } catch (error) {
    ok(error instanceof OutputError && error.code === "OUT002", String(error));
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("parquetSinkBytes() grows with the columns and their names, and not with the row groups", () => {
  const one = ALL_FIELDS.slice(0, 1);
  const bytes = (fields: readonly OutputField[]) =>
    parquetSinkBytes(fields, { batchRows: 65_536, compression: "none" });
  ok(bytes(ALL_FIELDS) > bytes(one));
  ok(bytes([{ ...one[0]!, name: "x".repeat(1000) }]) >= bytes(one) + 8 * 1000);
  // 20,000 columns were refused: 12 GiB were counted for row groups that nobody knew of
  const wide = Array.from({ length: 20_000 }, (_, i) => ({ ...one[0]!, name: `column_${i}` }));
  ok(bytes(wide) < 80 * 1024 ** 2, String(bytes(wide)));
});

/** Writes so many row groups of one row to a path; returns the files beside it meanwhile. */
function writeManyGroups(path: string, numGroups: number): string[] {
  const fields = Array.from(
    { length: 50 },
    (_, i): OutputField => ({ name: `c${i}`, dtype: "i32", width: null }),
  );
  const sink = openParquetSink(path, { force: true, fields, compression: "none" });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const pointers = placeBatch(
    memory,
    { fields, numRows: 1 },
    (elements, index) => elements.fill(index as never),
  );
  for (let group = 0; group < numGroups; group++) sink.writeBatch(memory, 1, pointers);
  const meanwhile = [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].map(({ name }) => name);
  sink.finish();
  return meanwhile;
}

Deno.test({
  name: "openParquetSink() keeps the metadata of many row groups on the disk, in a file without a name",
  ignore: Deno.build.os === "windows",
  fn() {
    const folder = Deno.makeTempDirSync();
    try {
      const path = `${folder}/many.parquet`, numGroups = 1000;
      strictEqual(writeManyGroups(path, numGroups).length, 1, "the temporary sibling, and nothing else");
      const source = openParquetSource(path);
      strictEqual(source.info.numRows, numGroups);
      const footer = source.info.metadataBytes;
      ok(footer > 2 * 1024 ** 2, `the metadata was held: ${footer} bytes`);
      source.close();
      const { rowGroups } = readParquetStatistics(path);
      strictEqual(rowGroups.length, numGroups);
      strictEqual(rowGroups.at(-1)!.numRows, 1);
      deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["many.parquet"]);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("openParquetSink() keeps the table's custom metadata, and the columns', behind its own schema", () => {
  const output = new MemoryOutput(), metadata = [["pandas", "{}"], ["owner", "ä"]] as const;
  const fields = [{ name: "x", dtype: "f32", width: null, metadata: [["unit", "kg"]] }] as const;
  openParquetSink("memory", {
    force: false,
    fields,
    metadata: [...metadata, ["ARROW:schema", "another file's"]],
    output,
  }).finish();
  const source = openParquetSource("memory", { open: () => new MemoryAccess(output.bytes, "memory") });
  deepStrictEqual(source.info.schema.metadata, metadata);
  deepStrictEqual(source.info.schema.fields[0]!.metadata, [["unit", "kg"]]);
});
