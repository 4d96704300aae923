/** The cousins of RFC 4180: what the options of a CSV file say, at every block and chunk size. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { ColumnBinding } from "../../schema/mod.ts";
import { openCsvSource } from "./csv_source.ts";
import { splitRecord } from "./head.ts";
import { type CsvOptions, resolveCsvOptions } from "../text/options.ts";
import { RecordScanner } from "../text/record_scanner.ts";
import { MemoryInput, readTable, textBinding } from "./testing.ts";
import { parseTemporal } from "../text/temporal_text.ts";
import { refusal } from "../../../tests/support/refusal.ts";

const AB = [textBinding("f64", [0, 1])];
const LENIENT = [textBinding("f64", [0, 1], { kind: "nan" })];

/** The values, the same for every block and chunk size. */
function valuesOf(text: string, bindings: readonly ColumnBinding[], options: CsvOptions): unknown {
  const whole = readTable(text, bindings, options).values;
  for (const blockBytes of [1, 5]) {
    for (const chunkRows of [1, 3]) {
      deepStrictEqual(readTable(text, bindings, { ...options, blockBytes, chunkRows }).values, whole);
    }
  }
  return whole;
}

Deno.test("comment passes over lines that begin with it, before the header, among the rows, and at the end", () => {
  const text = '# "made, by\n#\na,b\n#x\n1,2\n\n#"\r\n# y\r3,4\n#,"\n5,6\n# end';
  deepStrictEqual(valuesOf(text, AB, { comment: "#" }), [[1, 2, 3, 4, 5, 6]]);
  deepStrictEqual(
    valuesOf("a\n%\n1\n%2\n\n3\n%", [textBinding("f64", [0], { kind: "nan" })], { comment: "%" }),
    [
      [1, NaN, 3],
    ],
  );
  const error = refusal("DAT002", () => readTable("#\na,b\n#\n#\n1,x\n", AB, { comment: "#" }));
  deepStrictEqual([error.place?.line, error.place?.column], [5, 3]);
  refusal("DAT002", () => readTable("a,b\n1,2\n#3\n", AB));
});

Deno.test("skipRows passes over physical lines in front, whatever they hold, and counts them", () => {
  const text = '\uFEFFReport, of "today\r\n\rmore\na,b\n1,2\n';
  deepStrictEqual(valuesOf(text, AB, { skipRows: 3 }), [[1, 2]]);
  const long = "x".repeat(20_000) + "\n";
  deepStrictEqual(valuesOf(`${long}${long}a,b\n1,2`, AB, { skipRows: 2 }), [[1, 2]]);
  const error = refusal("DAT002", () => readTable("x\ny\na,b\n1,z\n", AB, { skipRows: 2 }));
  strictEqual(error.place?.line, 4);
  refusal("FMT003", () => readTable("x\ny\n", AB, { skipRows: 2 }));
});

Deno.test("escape takes the next character as text, within quotes and without", () => {
  const text = 'a,b,c\n1,"say \\"hi\\", ""x""",2\n3,p\\,q\\\nr,4\n5,"\\\\",6\n';
  const bindings = [textBinding("f64", [0, 2])];
  deepStrictEqual(valuesOf(text, bindings, { escape: "\\" }), [[1, 2, 3, 4, 5, 6]]);
  const marks = { delimiter: 44, quote: 34, comment: -1, escape: 92 };
  const { fields } = splitRecord(new TextEncoder().encode('"say \\"hi\\"",p\\,q,"\\\\",""""'), marks, 100);
  deepStrictEqual(fields, ['say "hi"', "p,q", "\\", '"']);
  const error = refusal("DAT002", () => readTable('a,b\n1,2\n3,"\\\n\\""\n5,x', [AB[0]!], { escape: "\\" }));
  strictEqual(error.place?.line, 3);
});

Deno.test("escape finds the records that a naive scanner finds", () => {
  const part = fc.constantFrom("\\", '"', ",", "\n", "a", "\\n", '\\"', "\r\n");
  fc.assert(fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
    const bytes = new TextEncoder().encode(parts.join(""));
    const scanner = new RecordScanner({
      delimiter: 44,
      quote: 34,
      skipBlankLines: true,
      maxRecordBytes: Infinity,
      comment: -1,
      escape: 92,
    });
    scanner.scan(bytes, { start: 0, end: bytes.length, isEnd: true, maxRecords: Infinity });
    const whole = { records: scanner.numRecords, position: scanner.position, problem: scanner.problem?.kind };
    let position = 0, records = 0;
    for (let end = 0; end <= bytes.length; end++) {
      const isEnd = end === bytes.length;
      scanner.scan(bytes.slice(0, end), { start: position, end, isEnd, maxRecords: Infinity });
      position = scanner.position;
      records += scanner.numRecords;
      if (scanner.problem !== null) break;
    }
    deepStrictEqual({ records, position, problem: scanner.problem?.kind }, whole);
  }));
});

Deno.test("trailingDelimiter drops the empty field behind the last column, of the header too", () => {
  const options = { trailingDelimiter: true };
  deepStrictEqual(valuesOf("a,b,\n1,2,\n3,4\r\n5,6,\r", AB, options), [[1, 2, 3, 4, 5, 6]]);
  deepStrictEqual(valuesOf("1,2,\n3,4,", AB, { ...options, header: false }), [[1, 2, 3, 4]]);
  refusal("DAT003", () => readTable("a,b,\n1,2,x\n", AB, options));
  refusal("DAT003", () => readTable("a,b\n1,2,,\n", AB, options));
  match(refusal("DAT003", () => readTable("a,b\n1,2,\n", AB)).help!, /--trailing-delimiter/);
});

Deno.test('ragged "pad" takes fields that lack as missing values, and refuses rows that are too long', () => {
  deepStrictEqual(valuesOf("a,b\n1\n2,3\n4\r\n\n5", LENIENT, { ragged: "pad" }), [[
    1,
    NaN,
    2,
    3,
    4,
    NaN,
    5,
    NaN,
  ]]);
  const error = refusal("DAT001", () => readTable("a,b\n1,2\n3\n", AB, { ragged: "pad" }));
  deepStrictEqual([error.place?.line, error.place?.column], [3, 2]);
  refusal("DAT003", () => readTable("a,b\n1,2,3\n", AB, { ragged: "pad" }));
  match(refusal("DAT003", () => readTable("a,b\n1\n", AB)).help!, /--ragged pad/);
});

Deno.test("decimal and thousands are read exactly, and digits grouped otherwise are refused", () => {
  const comma = { delimiter: ";", decimal: ",", thousands: "." } as const;
  deepStrictEqual(
    valuesOf('a;b\n1,5;-0,1\n1.234.567,25;"12,5"\n1234567;1e3\n 1,5e-3 ;+7,\n', AB, comma),
    [[1.5, -0.1, 1234567.25, 12.5, 1234567, 1000, 0.0015, 7]],
  );
  deepStrictEqual(valuesOf('a,b\n"1,234",5\n"-12,345,678.5",0.1\n', AB, { thousands: "," }), [
    [1234, 5, -12345678.5, 0.1],
  ]);
  deepStrictEqual(valuesOf('a,b\n"1,234",-7\n', [textBinding("i64", [0, 1])], { thousands: "," }), [[
    1234n,
    -7n,
  ]]);
  for (const field of ["1.5", "12.34,5", "1.2345", "1,234.567", ".123", "1..234", "1,5,5"]) {
    refusal("DAT002", () => readTable(`a;b\n0;${field}\n`, AB, comma));
  }
  deepStrictEqual(valuesOf("a;b\n-1,0;2\n", LENIENT, { delimiter: ";", decimal: ",", missing: ["-1,0"] }), [[
    NaN,
    2,
  ]]);
  refusal("USE002", () => readTable("a\n1\n", AB, { decimal: "," }));
  refusal("USE002", () => readTable("a\n1\n", AB, { thousands: "." }));
});

Deno.test("decimal commas of any number give the number, in f64 and in f32", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (numbers) => {
    const text = "a;b\n" +
      numbers.map((value) => `${Object.is(value, -0) ? "-0" : value};0`.replace(".", ",")).join("\n");
    const bindings = [textBinding("f64", [0]), textBinding("f32", [0])];
    const { values } = readTable(text, bindings, { delimiter: ";", decimal: "," });
    deepStrictEqual(values[0], numbers);
    deepStrictEqual(values[1], numbers.map(Math.fround));
  }));
});

Deno.test("trueWords and falseWords take the place of the usual spellings", () => {
  const options = { trueWords: ["yes", "Y"], falseWords: ["no", "0"] };
  deepStrictEqual(valuesOf("a\nyes\nno\n Y\n0\n", [textBinding("bool", [0])], options), [[1, 0, 1, 0]]);
  refusal("DAT002", () => readTable("a\ntrue\n", [textBinding("bool", [0])], options));
  refusal("USE002", () => readTable("a\n1\n", AB, { trueWords: ["1"], falseWords: ["1"] }));
});

Deno.test("hex integers are refused unless they are asked for", () => {
  const bindings = [textBinding("i64", [0]), textBinding("f64", [0]), textBinding("f32", [0])];
  const text =
    "a\n0x1F\n-0Xff\n0x00000000000000000000000000000000000000000000000001\n0x7fffffffffffffff\n12\n";
  const { values } = readTable(text, bindings, { hex: true });
  deepStrictEqual(values[0], [31n, -255n, 1n, 2n ** 63n - 1n, 12n]);
  deepStrictEqual(values[1], [31, -255, 1, 2 ** 63, 12]);
  deepStrictEqual(values[2], [31, -255, 1, 2 ** 63, 12]);
  refusal("DAT002", () => readTable(text, bindings));
  refusal("DAT004", () => readTable("a\n0x8000000000000000\n", bindings, { hex: true }));
  refusal("DAT002", () => readTable("a\n0x\n", bindings, { hex: true }));
});

Deno.test("columnTypes read ISO 8601 dates and times as Arrow's whole numbers", () => {
  const text = "d,t,u\n2026-01-31,2026-01-31T12:00:00.25,1969-12-31T23:59:59Z\n" +
    "1969-12-31,1970-01-01,1970-01-01 01:00+01:00\n";
  const columnTypes = { d: "date32", t: "timestamp[ms]", u: "timestamp[ns, UTC]" } as const;
  const bindings = [textBinding("i32", [0]), textBinding("i64", [1, 2])];
  deepStrictEqual(valuesOf(text, bindings, { columnTypes }), [
    [20484, -1],
    [1769860800250n, -1000000000n, 0n, 0n],
  ]);
  const error = refusal(
    "DAT002",
    () =>
      readTable("t\n2026-01-31T12:00:00\n2026-13-01\n", [textBinding("i64", [0])], {
        columnTypes: { t: "timestamp[s]" },
      }),
  );
  deepStrictEqual([error.place?.line, error.place?.column], [3, 1]);
  match(error.message, /is no timestamp\[s\]/);
  match(
    refusal("DAT002", () => readTable("t\n2026-01-31\n", [textBinding("i64", [0])])).help!,
    /--types t=date32/,
  );
  refusal("USE002", () => readTable("t\n1\n", [], { columnTypes: { x: "date32" } }));
});

Deno.test("parseTemporal() agrees with Date on every day of 800 years, and refuses what is no day", () => {
  const day = 86_400_000;
  for (let time = Date.UTC(1600, 0, 1); time < Date.UTC(2400, 0, 1); time += day) {
    strictEqual(
      parseTemporal(new Date(time).toISOString().slice(0, 10), { unit: null, isUtc: false }),
      time / day,
    );
  }
  const text = fc.date({
    min: new Date("0000-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(fc.property(text, (date) => {
    strictEqual(parseTemporal(date.toISOString(), { unit: "ms", isUtc: true }), BigInt(date.getTime()));
  }));
  const local = { unit: "us", isUtc: false } as const;
  for (
    const wrong of [
      "2026-02-29",
      "2026-00-01",
      "2026-04-31",
      "1900-02-29T00:00",
      "2026-01-01T24:00",
      "2026-1-1",
      "2026-01-01T00:60",
      "2026-01-01T00:00:60",
      "20260101",
      "2026-01-01T",
      "2026-01-01T00:00:00+25:00",
    ]
  ) {
    strictEqual(parseTemporal(wrong, local), "malformed");
  }
  strictEqual(parseTemporal("2026-01-01T00:00:00Z", local), "zone");
  strictEqual(parseTemporal("2026-01-01T00:00:00.0000001", local), "precision");
  strictEqual(parseTemporal("2026-01-01T00:00:00.1000000", local), 1767225600100000n);
  strictEqual(parseTemporal("2300-01-01", { unit: "ns", isUtc: false }), "outOfRange");
});

Deno.test("a row of more fields than the one of the header is told of the delimiter that it holds", () => {
  for (const [sign, word] of [[";", "semicolon"], ["\t", "tab"], ["|", "pipe"]] as const) {
    const text = `a${sign}b\n1,5${sign}2\n`;
    match(
      refusal("DAT003", () => readTable(text, [textBinding("f64", [0])])).help!,
      new RegExp(`--delimiter ${word}; numbers such as 1,5 are read by --decimal ,$`),
    );
    const table = readTable(text, AB, { delimiter: sign, decimal: "," });
    deepStrictEqual(table.values, [[1.5, 2]]);
  }
  match(refusal("DAT003", () => readTable("a\n1,2\n", [textBinding("f64", [0])])).help!, /^quote fields/);
});

Deno.test("names are those of the columns of a file without a header, one for each", () => {
  const names = ["id", "x"], text = "1,2\n3,4\n";
  const { schema } = openCsvSource(new MemoryInput(text), { names }).info;
  deepStrictEqual(schema.fields.map(({ name }) => name), names);
  deepStrictEqual(valuesOf(text, AB, { names }), [[1, 2, 3, 4]]);
  deepStrictEqual(valuesOf(`#\n${text}`, AB, { names, comment: "#", header: false }), [[1, 2, 3, 4]]);
  match(
    refusal("USE002", () => readTable(text, AB, { names: ["id"] })).message,
    /^--names gives 1 name, and the first row of .* has 2 fields$/,
  );
});

Deno.test("names are each another one, and more of them than a row has fields where rows are padded", () => {
  const bindings = [textBinding("f64", [0, 1, 2], { kind: "nan" })];
  const text = "1,2\n3,4,5\n", names = ["a", "b", "c"];
  deepStrictEqual(valuesOf(text, bindings, { names, ragged: "pad" }), [[1, 2, NaN, 3, 4, 5]]);
  match(refusal("USE002", () => readTable(text, bindings, { names })).help!, /--ragged pad/);
  refusal("USE002", () => readTable("1,2,3\n", AB, { names: ["a", "b"], ragged: "pad" }));
  for (const wrong of [["a", "a"], ["a", ""]]) {
    match(refusal("USE002", () => resolveCsvOptions({ names: wrong })).message, /^the CSV option names has/);
  }
});
