import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { MemoryInput, readTable, textBinding } from "../../source/csv/testing.ts";
import type { OutputField } from "../sink.ts";
import { MemoryOutput, placeBatch } from "../testing.ts";
import { csvSinkBytes, type CsvSinkOptions, openCsvSink } from "./csv_sink.ts";

/** Collects what a sink writes, and how. */
interface Column {
  readonly field: OutputField;
  readonly values: readonly (number | bigint)[];
}

/** The CSV text of columns, written in batches of `batchRows` from shared memory. */
function write(columns: readonly Column[], batchRows: number, options: CsvSinkOptions = {}): MemoryOutput {
  const output = new MemoryOutput();
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
  const sink = openCsvSink(output, columns.map(({ field }) => field), options);
  const width = (column: Column) => column.field.width ?? 1;
  const numRows = columns[0]!.values.length / width(columns[0]!);
  for (let row = 0; row < numRows; row += batchRows) {
    const rows = Math.min(batchRows, numRows - row);
    const fields = columns.map(({ field }) => field);
    const pointers = placeBatch(memory, { fields, numRows: rows }, (elements, i) => {
      const column = columns[i]!, first = row * width(column);
      for (let j = 0; j < elements.length; j++) elements[j] = column.values[first + j]!;
    });
    sink.writeBatch(memory, rows, pointers);
    // the memory is the caller's again
    new Uint8Array(memory.buffer).fill(0xff);
  }
  sink.finish();
  strictEqual(output.state, "committed");
  strictEqual(sink.numBytes, output.numBytes);
  return output;
}

const single = (name: string, dtype: DType, values: readonly (number | bigint)[]): Column => ({
  field: { name, dtype, width: null },
  values,
});

Deno.test("openCsvSink() writes the shortest text of each dtype", () => {
  const third = Math.fround(1 / 3);
  const text = write([
    single("f32", "f32", [Math.fround(0.1), third, NaN, Infinity, -0]),
    single("f64", "f64", [0.1, third, -Infinity, 1e21, 5e-324]),
    single("i64", "i64", [-(2n ** 63n), 2n ** 63n - 1n, 0n, 1n, -1n]),
    single("u64", "u64", [2n ** 64n - 1n, 0n, 1n, 2n, 3n]),
    single("u8", "u8", [0, 1, 2, 254, 255]),
    single("bool", "bool", [1, 0, 1, 1, 0]),
  ], 2).text;
  strictEqual(
    text,
    [
      "f32,f64,i64,u64,u8,bool",
      "0.1,0.1,-9223372036854775808,18446744073709551615,0,true",
      "0.33333334,0.3333333432674408,9223372036854775807,0,1,false",
      "NaN,-inf,0,1,2,true",
      "inf,1e+21,1,2,254,true",
      "-0,5e-324,-1,3,255,false",
      "",
    ].join("\n"),
  );
});

Deno.test("openCsvSink() writes millionths and their neighbours as Number::toString does", () => {
  const values: number[] = [];
  for (let digits = 0; digits <= 15; digits++) {
    for (const whole of [10 ** digits - 1, 10 ** digits, 10 ** digits + 1, Math.floor(10 ** digits / 7)]) {
      for (let places = 4; places <= 8; places++) {
        const value = whole / 10 ** places, bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
        for (const near of [bits - 1n, bits, bits + 1n]) {
          const neighbour = Number(new Float64Array(BigUint64Array.of(near).buffer)[0]);
          if (whole > 0) values.push(neighbour, -neighbour);
        }
      }
    }
  }
  for (let i = 0; i < 2000; i++) values.push(Math.imul(i, 0x9e3779b9) / 1e6, i * 2 ** -7);
  const lines = write([single("x", "f64", values)], 500).text.split("\n").slice(1, -1);
  for (const [i, value] of values.entries()) strictEqual(lines[i], String(value), `value ${i}`);
  strictEqual(lines.length, values.length);
});

Deno.test("openCsvSink() numbers a matrix's columns and quotes only the names that need it", () => {
  const matrix: Column = { field: { name: "p", dtype: "i8", width: 2 }, values: [1, 2, 3, 4] };
  const names = ["plain name", "a,b", 'say "x"', "two\nlines", " edge", "ü"];
  const text = write([matrix, ...names.map((name) => single(name, "u8", [7, 8]))], 10).text;
  strictEqual(
    text,
    'p_0,p_1,plain name,"a,b","say ""x""","two\nlines"," edge",ü\n' + "1,2,7,7,7,7,7,7\n3,4,8,8,8,8,8,8\n",
  );
  const { fieldNames } = readTable(text, []);
  deepStrictEqual(fieldNames.slice(2), names);
  strictEqual(write([single("\uFEFFx", "u8", [1])], 1).text, '"\uFEFFx"\n1\n');
});

Deno.test("openCsvSink() follows its options", () => {
  const columns = [single("a;b", "u8", [1, 2]), single("c,d", "u8", [3, 4])];
  strictEqual(write(columns, 1, { delimiter: ";", lineEnd: "\r\n" }).text, '"a;b";c,d\r\n1;3\r\n2;4\r\n');
  strictEqual(write(columns, 1, { header: false }).text, "1,3\n2,4\n");
  for (const delimiter of ["", ",,", "1", ".", ":", "\n", '"', "é"]) {
    throws(() => openCsvSink(new MemoryOutput(), [columns[0]!.field], { delimiter }), { code: "USE002" });
  }
});

Deno.test("openCsvSink() refuses columns of one name, and no columns", () => {
  const clash = [{ name: "a_0", dtype: "f32", width: null }, { name: "a", dtype: "f32", width: 2 }] as const;
  throws(() => openCsvSink(new MemoryOutput(), clash), (error) => {
    ok(error instanceof OutputError && error.code === "OUT003");
    match(error.message, /a_0/);
    return true;
  });
  throws(() => openCsvSink(new MemoryOutput(), []), { code: "OUT003" });
  throws(() => openCsvSink(new MemoryOutput(), [{ name: "m", dtype: "u8", width: 0 }]), { code: "OUT003" });
});

Deno.test("writeBatch() coalesces writes into its buffer, whose bytes are bounded", () => {
  const values = Array.from({ length: 2000 }, (_, i) => i / 7);
  for (const bufferBytes of [1, 33, 1000]) {
    const output = write([single("x".repeat(500), "f64", values)], 300, { bufferBytes });
    strictEqual(output.text, write([single("x".repeat(500), "f64", values)], 2000).text);
    ok(output.pieces.every((bytes) => bytes.length <= csvSinkBytes([], { bufferBytes })));
    ok(output.pieces.slice(0, -1).every((bytes) => bytes.length >= bufferBytes));
  }
  strictEqual(write([single("x", "f64", values)], 100).pieces.length, 1);
});

Deno.test("writeBatch() writes rows of more columns than a tile holds, and tables of more rows", () => {
  const wide: Column = {
    field: { name: "w", dtype: "i16", width: 9001 },
    values: Array.from({ length: 18_002 }, (_, i) => (i % 60_000) - 30_000),
  };
  const text =
    write([single("a", "u8", [1, 2]), wide, single("z", "f64", [0.5, -1])], 2, { header: false }).text;
  const row = (r: number) =>
    [r + 1, ...wide.values.slice(9001 * r, 9001 * (r + 1)), r === 0 ? 0.5 : -1].join();
  ok(text === `${row(0)}\n${row(1)}\n`);
  const values = Array.from({ length: 30_000 }, (_, i) => i % 251);
  const bytes = single("b", "u8", values);
  ok(write([bytes], 30_000, { header: false }).text === values.map((value) => `${value}\n`).join(""));
  const batch = Array.from({ length: 25_000 }, (_, i) => i / 8);
  ok(
    write([single("x", "f64", batch)], 25_000, { header: false }).text ===
      batch.map((x) => `${x}\n`).join(""),
  );
});

Deno.test("abort() hands nothing more to the output", () => {
  const output = new MemoryOutput();
  const sink = openCsvSink(output, [{ name: "x", dtype: "u8", width: null }]);
  sink.abort();
  strictEqual(output.state, "aborted");
  deepStrictEqual(output.pieces, []);
});

Deno.test("what a CSV sink writes, a CSV source reads back bit for bit, at every batch size", () => {
  const element = (dtype: DType): fc.Arbitrary<number | bigint> => {
    const { kind, range, isBigInt } = DTYPE[dtype];
    if (kind === "b") return fc.nat({ max: 1 });
    if (dtype === "f64") return fc.double();
    if (dtype === "f32") return fc.float();
    const integer = fc.bigInt({ min: range![0], max: range![1] });
    return isBigInt ? integer : integer.map(Number);
  };
  const table = fc.integer({ min: 1, max: 9 }).chain((numRows) =>
    fc.tuple(
      ...DTYPES.map((dtype) =>
        fc.array(element(dtype), { minLength: 2 * numRows, maxLength: 2 * numRows }).map((
          values,
        ): Column => ({
          field: { name: dtype, dtype, width: 2 },
          values,
        }))
      ),
    )
  );
  fc.assert(
    fc.property(table, (columns) => {
      const texts = [1, 2, 100].map((batchRows) => write(columns, batchRows).text);
      strictEqual(texts[0], texts[1]);
      strictEqual(texts[0], texts[2]);
      const bindings = columns.map(({ field }, c) => textBinding(field.dtype, [2 * c, 2 * c + 1]));
      deepStrictEqual(
        readTable(new MemoryInput(texts[0]!), bindings).values,
        columns.map(({ values }) => values),
      );
    }),
    { numRuns: 100 },
  );
});
