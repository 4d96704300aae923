import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import * as arrow from "apache-arrow";
import { DTYPE, DTYPES } from "../../dtype/mod.ts";
import { DataError, FormatError, MemoryError } from "../../errors.ts";
import { bindInputs } from "../../schema/bind.ts";
import type { InputRequest, Schema } from "../../schema/mod.ts";
import { openArrowDecoder } from "./decoder.ts";
import { MemoryAccess } from "../random_access.ts";
import { openArrowSource, openBatches } from "./open.ts";
import { ArrowPipeSource } from "./pipe_source.ts";
import { MemoryPipe, readAll, readBytes, readPipe, request, sourceOf } from "./testing.ts";

const PROFILES = new URL("../../../testdata/fashion-mnist/profiles.arrow", import.meta.url).pathname;

function matrix(pattern: string, width: number, dtype: InputRequest["dtype"] = "f32"): InputRequest {
  return {
    input: "features",
    dtype,
    width,
    isScalar: false,
    selection: { kind: "pattern", pattern },
    nulls: { kind: "error" },
  };
}

/** value of row r, column c */
function cell(row: number, column: number): number {
  return Math.fround((row * 31 + column * 7) % 1009 - 500.25);
}

function floatTable(numRows: number, numColumns: number, batchRows: number): Uint8Array {
  const batches: arrow.RecordBatch[] = [];
  for (let start = 0; start < numRows; start += batchRows) {
    const length = Math.min(batchRows, numRows - start);
    const columns: Record<string, arrow.Data> = {};
    for (let c = 0; c < numColumns; c++) {
      columns[`p${c}`] = arrow.makeData({
        type: new arrow.Float32(),
        data: Float32Array.from({ length }, (_, row) => cell(start + row, c)),
      });
    }
    batches.push(new arrow.RecordBatch(columns));
  }
  return arrow.tableToIPC(new arrow.Table(batches), "file");
}

function expectedMatrix(numRows: number, columns: readonly number[]): number[] {
  return Array.from({ length: numRows }, (_, row) => columns.map((column) => cell(row, column))).flat();
}

Deno.test("openArrowSource() reads magic and footer to open a file, and no byte of a column to count rows", () => {
  const bytes = Deno.readFileSync(PROFILES);
  const { source, access } = sourceOf(bytes);
  const footerBytes = new DataView(bytes.buffer).getInt32(bytes.byteLength - 10, true);
  strictEqual(access.bytesRead, 6 + 10 + footerBytes);
  strictEqual(source.info.metadataBytes, access.bytesRead);
  strictEqual(source.info.numRows, null);
  strictEqual(source.countRows(), 10_000);
  ok(access.bytesRead < 10_000, String(access.bytesRead));
  strictEqual(source.info.metadataBytes, access.bytesRead);
});

Deno.test("openArrowSource() reads the real table: ids, labels and pixels", async () => {
  const source = openArrowSource(PROFILES);
  const { schema } = source.info;
  deepStrictEqual(schema.fields.map((field) => field.type), [
    { kind: "primitive", dtype: "i64" },
    { kind: "primitive", dtype: "u8" },
    { kind: "fixedSizeList", dtype: "u8", listSize: 784 },
  ]);
  const names = ["features", "profile_id", "label"];
  const table = await readAll(source, names.map((name) => request(name, schema)), { chunkRows: 777 });
  source.close();
  const [features, ids, labels] = table.columns as [number[], bigint[], number[]];
  strictEqual(table.numRows, 10_000);
  strictEqual(table.copiedBytes, 0);
  deepStrictEqual(ids, Array.from({ length: 10_000 }, (_, i) => BigInt(1_000_000 + i)));
  strictEqual(labels.reduce((a, b) => a + b), 45_000);
  deepStrictEqual(labels.slice(0, 5), [9, 2, 1, 1, 6]);
  // by pyarrow
  strictEqual(features.reduce((a, b) => a + b, 0), 573_469_082);
});

Deno.test("a thousand columns are one matrix: columns a constant distance apart, none copied", async () => {
  const bytes = floatTable(150, 1000, 64);
  for (const chunkRows of [1, 7, 64, 150]) {
    const table = await readBytes(bytes, () => [matrix("p*", 1000)], chunkRows);
    deepStrictEqual(table.columns[0], expectedMatrix(150, Array.from({ length: 1000 }, (_, i) => i)));
    strictEqual(table.copiedBytes, 0);
  }
});

Deno.test("a chunk that is a whole batch of aligned columns is one read, where the file has it", async () => {
  // 64 rows of f32 are 256 bytes: every buffer lies on a multiple of 64 from the first one
  const bytes = floatTable(128, 40, 64);
  const table = await readBytes(bytes, () => [matrix("p*", 40)], 64);
  strictEqual(table.numChunks, 2);
  strictEqual(table.numReads, 2);
  strictEqual(table.readBytes, 128 * 40 * 4);
});

Deno.test("decode() gives views on the very bytes that were read", async () => {
  const bytes = floatTable(100, 5, 100);
  const { source, access } = sourceOf(bytes);
  const bindings = bindInputs([matrix("p*", 5)], source.info.schema, "test.arrow");
  const byteLength = source.slotBytes(bindings, 40);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const slot = { memory, byteOffset: 64, byteLength };
  source.begin(bindings, 40);
  const targets: number[] = [];
  const decoder = openArrowDecoder(source.decoderOptions(), () => ({
    path: access.path,
    size: access.size,
    close() {},
    readInto(view, position) {
      strictEqual(view.buffer, memory.buffer);
      targets.push(view.byteOffset);
      access.readInto(view, position);
    },
  }));
  const ticket = (await source.next(slot))!;
  const { columns: [view], copiedBytes } = decoder.decode(ticket, slot);
  strictEqual(copiedBytes, 0);
  deepStrictEqual(targets, [0, 1, 2, 3, 4].map((k) => view!.pointer + k * view!.elementStride));
  for (const target of targets) strictEqual(target % 64, 0);
  strictEqual(new Float32Array(memory.buffer, view!.pointer + 3 * view!.elementStride, 40)[17], cell(17, 3));
});

Deno.test("only bound columns are read", async () => {
  const numRows = 6000, bytes = floatTable(numRows, 30, numRows);
  const table = await readBytes(bytes, (schema) => [request("p3", schema), request("p17", schema)], 1000);
  deepStrictEqual(table.columns, [expectedMatrix(numRows, [3]), expectedMatrix(numRows, [17])]);
  strictEqual(table.readBytes, numRows * 2 * 4);
});

Deno.test("columns bound in another order than the file's, and bound twice, are read right", async () => {
  const bytes = floatTable(50, 6, 20);
  const names = (names: string[]): InputRequest => ({
    ...matrix("", names.length),
    selection: { kind: "names", names },
  });
  const requests = (schema: Schema): InputRequest[] => [
    names(["p5", "p0", "p3"]),
    request("p3", schema),
    { ...request("p3", schema), nulls: { kind: "nan" } },
    names(["p3", "p2", "p1"]),
    names(["p5", "p0", "p3"]),
  ];
  const expected = [[5, 0, 3], [3], [3], [3, 2, 1], [5, 0, 3]].map((columns) => expectedMatrix(50, columns));
  for (const chunkRows of [3, 20]) {
    deepStrictEqual((await readBytes(bytes, requests, chunkRows)).columns, expected);
  }
  const stream = arrow.tableToIPC(arrow.tableFromIPC(bytes), "stream");
  for (const chunkRows of [3, 20]) {
    deepStrictEqual((await readPipe(stream, requests, { chunkRows, maxBytes: 97 })).columns, expected);
  }
});

for (const dtype of DTYPES) {
  Deno.test(`${dtype}: scalars, lists and nulls by every policy, at odd chunk sizes`, async () => {
    const { TypedArray, isBigInt, kind } = DTYPE[dtype];
    const numRows = 131, listSize = 3;
    const value = (i: number) => kind === "b" ? i % 3 === 0 : isBigInt ? BigInt(i % 100) : i % 100;
    const isNull = (i: number) => i % 11 === 4;
    const types = {
      bool: new arrow.Bool(),
      i8: new arrow.Int8(),
      i16: new arrow.Int16(),
      i32: new arrow.Int32(),
      i64: new arrow.Int64(),
      u8: new arrow.Uint8(),
      u16: new arrow.Uint16(),
      u32: new arrow.Uint32(),
      u64: new arrow.Uint64(),
      f32: new arrow.Float32(),
      f64: new arrow.Float64(),
    };
    const type = types[dtype];
    const list = new arrow.FixedSizeList(listSize, new arrow.Field("item", type, true));
    const rows = Array.from({ length: numRows }, (_, i) => i);
    const listRow = (i: number) => [3 * i, 3 * i + 1, 3 * i + 2].map(value);
    const table = new arrow.Table({
      plain: arrow.vectorFromArray(rows.map(value), type),
      holes: arrow.vectorFromArray(rows.map((i) => isNull(i) ? null : value(i)), type),
      lists: arrow.vectorFromArray(rows.map(listRow), list),
      listHoles: arrow.vectorFromArray(rows.map((i) => isNull(i) ? null : listRow(i)), list),
    });
    const asStored = (values: readonly (number | bigint | boolean)[]) => {
      const stored = new TypedArray(values.length) as Float64Array;
      stored.set(values as number[]);
      return [...stored];
    };
    const instead = kind === "f" ? Number.NaN : kind === "b" ? true : isBigInt ? 77n : 77;
    const nulls = kind === "f" ? { kind: "nan" } as const : { kind: "fill", value: instead } as const;
    const expected = [
      rows.map(value),
      rows.map((i) => isNull(i) ? instead : value(i)),
      rows.flatMap(listRow),
      rows.flatMap((i) => isNull(i) ? [instead, instead, instead] : listRow(i)),
    ].map(asStored);
    const requests = (schema: Schema) =>
      ["plain", "holes", "lists", "listHoles"].map((name) => request(name, schema, nulls));
    for (const chunkRows of [1, 7, 64, numRows]) {
      deepStrictEqual(
        (await readBytes(arrow.tableToIPC(table, "file"), requests, chunkRows)).columns,
        expected,
      );
      deepStrictEqual(
        (await readBytes(arrow.tableToIPC(table, "stream"), requests, chunkRows)).columns,
        expected,
      );
      const piped = await readPipe(arrow.tableToIPC(table, "stream"), requests, {
        chunkRows,
        maxBytes: 1001,
      });
      deepStrictEqual(piped.columns, expected);
      strictEqual(piped.copiedBytes > 0, chunkRows < numRows);
    }
    const isRefusal = (error: unknown) =>
      error instanceof DataError && error.code === "DAT001" && error.exitCode === 5 &&
      error.notes[0] === "record batch 0, column holes, row 4, counted from 0";
    await rejects(
      readBytes(
        arrow.tableToIPC(table, "file"),
        (schema) => [request("plain", schema), request("holes", schema)],
        3,
      ),
      isRefusal,
    );
  });
}

Deno.test("a null is reported by record batch, column, row and element", async () => {
  const path = new URL("../../../testdata/arrow/pyarrow_lists.arrow", import.meta.url).pathname;
  const refusal = (notes: string) => (error: unknown) =>
    error instanceof DataError && error.notes[0] === notes;
  const read = (name: string) => readBytes(Deno.readFileSync(path), (schema) => [request(name, schema)], 1);
  await rejects(read("list_nulls"), refusal("record batch 0, column list_nulls, row 2, counted from 0"));
  await rejects(
    read("child_nulls"),
    refusal("record batch 0, column child_nulls, row 0, element 1, counted from 0"),
  );
});

Deno.test("a pipe's batch with more rows than a chunk is held and copied, up to what was planned", async () => {
  const stream = (numRows: number, batchRows: number) =>
    arrow.tableToIPC(arrow.tableFromIPC(floatTable(numRows, 4, batchRows)), "stream");
  const requests = () => [matrix("p*", 4)];
  const table = await readPipe(stream(1000, 600), requests, { chunkRows: 250 });
  deepStrictEqual(table.columns[0], expectedMatrix(1000, [0, 1, 2, 3]));
  strictEqual(table.numChunks, 5);
  strictEqual(table.copiedBytes, 1000 * 4 * 4);

  // a first batch of 10 rows plans for no batch of 300,000
  const [small, large] = [
    arrow.tableFromIPC(floatTable(10, 4, 10)),
    arrow.tableFromIPC(floatTable(300_000, 4, 300_000)),
  ];
  const grown = arrow.tableToIPC(small.concat(large), "stream");
  await rejects(
    readPipe(grown, requests, { chunkRows: 250 }),
    (error) =>
      error instanceof MemoryError && error.code === "MEM003" && error.exitCode === 4 &&
      /record batch 1 of stdin has 300,000 rows/.test(error.message) &&
      error.help === "write the stream to a file and give its path",
  );
  strictEqual((await readPipe(grown, requests, { chunkRows: 300_000 })).numRows, 300_010);

  // what the budget has beyond the plan is taken, once, and as much as is missing
  const taken: number[] = [];
  const spareOf = (leftBytes: number) => ({
    take: (numBytes: number) => numBytes <= leftBytes && taken.push(numBytes) > 0,
    raiseText: (numBytes: number) => `raise by ${numBytes}`,
  });
  const missing = 300_000 * 16 - 4 * 1024 ** 2, most = missing + 4 * 300_000 / 8 + 4096;
  const twice = arrow.tableToIPC(small.concat(large, large), "stream");
  const all = await readPipe(twice, requests, { chunkRows: 250, spare: spareOf(most) });
  deepStrictEqual(
    all.columns[0],
    [small, large, large].flatMap(({ numRows }) => expectedMatrix(numRows, [0, 1, 2, 3])),
  );
  ok(taken.length === 1 && taken[0]! >= missing && taken[0]! <= most, String(taken));
  await rejects(
    readPipe(grown, requests, { chunkRows: 250, spare: spareOf(missing - 1) }),
    (error) =>
      error instanceof MemoryError &&
      error.help ===
        `raise by ${taken[0]}; or write the stream to a file and give its path`,
  );
});

Deno.test("compressed lists in a pipe may be longer than the first batch's, and longer still if that is declared", async () => {
  // by testdata/arrow-types/make.py: lists of record batch 0 are empty
  const lists = (length: number, bytesPerRow: number | null = null) =>
    readPipe(
      Deno.readFileSync(
        new URL(`../../../tests/fixtures/grown_lists_${length}_zstd.arrows`, import.meta.url),
      ),
      () => [{
        input: "list",
        dtype: "u32",
        width: 1,
        isScalar: true,
        selection: { kind: "name", name: "list" },
        nulls: { kind: "error" },
        carry: { bytesPerRow },
      }],
      { chunkRows: 1000 },
    );
  strictEqual((await lists(9)).numRows, 40_000);
  await rejects(
    lists(30),
    (error) =>
      error instanceof MemoryError && error.code === "MEM003" &&
      /declare more: carry\(\{ maxBytesPerRow \}\)/.test(error.help!),
  );
  // the help works
  strictEqual((await lists(30, 250)).numRows, 40_000);
});

Deno.test("residentBytes() covers a pipe's large first batch", () => {
  const stream = arrow.tableToIPC(arrow.tableFromIPC(floatTable(400_000, 4, 400_000)), "stream");
  const source = ArrowPipeSource.open(new MemoryPipe(stream), 0);
  const bindings = bindInputs([matrix("p*", 4)], source.info.schema, "stdin");
  ok(source.residentBytes(bindings, 1000) >= 400_000 * 16);
  ok(source.residentBytes(bindings, 400_000) < 400_000 * 16);
});

Deno.test("a pipe of an Arrow file that holds its schema only in its footer is refused by name", () => {
  const polars = new URL("../../../testdata/arrow/polars_nulls.arrow", import.meta.url).pathname;
  for (const path of [PROFILES, polars]) {
    throws(
      () => ArrowPipeSource.open(new MemoryPipe(Deno.readFileSync(path)), 0),
      (error) =>
        error instanceof FormatError && error.code === "FMT005" &&
        /its schema stands at its end/.test(error.message),
    );
  }
});

Deno.test("next() drains what follows the stream of a piped Arrow file", async () => {
  const path = new URL("../../../testdata/arrow/pyarrow_numbers.arrow", import.meta.url).pathname;
  const pipe = new MemoryPipe(Deno.readFileSync(path));
  const source = ArrowPipeSource.open(pipe, 0);
  await readAll(source, [request("i32", source.info.schema)], { chunkRows: 10 });
  ok(pipe.isDrained);
});

Deno.test("tickets tell the bytes of the file that they stand for, and the whole is the batches", async () => {
  const bytes = floatTable(100, 3, 30);
  const { source } = sourceOf(bytes);
  const bindings = bindInputs([matrix("p*", 3)], source.info.schema, "test.arrow");
  const byteLength = source.slotBytes(bindings, 7);
  const memory = new WebAssembly.Memory({ initial: 1 });
  source.begin(bindings, 7);
  let numBytes = 0;
  const places: string[] = [];
  for (;;) {
    const ticket = await source.next({ memory, byteOffset: 0, byteLength });
    if (ticket === null) break;
    numBytes += ticket.numBytes;
    places.push(ticket.place);
  }
  const batches = openBatches(new MemoryAccess(bytes));
  const bodies = [0, 1, 2, 3].reduce((sum, index) => sum + batches.batch(index)!.bodyBytes, 0);
  strictEqual(batches.batch(4), null);
  ok(numBytes > bodies && numBytes < bytes.byteLength);
  deepStrictEqual(places.slice(3, 6), [
    "record batch 0, rows 21 to 27",
    "record batch 0, rows 28 to 29",
    "record batch 1, rows 0 to 6",
  ]);
});

Deno.test("openArrowSource() reads a FIFO by its path", { ignore: Deno.build.os === "windows" }, async () => {
  const folder = Deno.makeTempDirSync();
  const fifo = `${folder}/scores`;
  const stream = new URL("../../../testdata/arrow/pyarrow_numbers.arrows", import.meta.url).pathname;
  strictEqual((await new Deno.Command("mkfifo", { args: [fifo] }).output()).code, 0);
  const writer = new Deno.Command("sh", { args: ["-c", 'cat "$0" > "$1"', stream, fifo] }).spawn();
  const source = openArrowSource(fifo);
  strictEqual(source.info.format, "arrow-stream");
  strictEqual(source.info.numBytes, null);
  const table = await readAll(source, [request("i32", source.info.schema)], { chunkRows: 10 });
  deepStrictEqual(table.columns[0], [1, 4, 7, 10, 13, 16, 19]);
  source.close();
  strictEqual((await writer.status).code, 0);
  Deno.removeSync(folder, { recursive: true });
});
