import assert from "node:assert/strict";
import type { ColumnReport, TableReport } from "./inspect_report.ts";
import { formatReport } from "./inspect_text.ts";

const F32 = { type: "f32", nulls: 0, dtype: "f32", shape: ["N"], layout: "no copy" } as const;

function table(columns: readonly ColumnReport[]): TableReport {
  return {
    path: "t.arrow",
    format: "arrow-file",
    bytes: 2048,
    rows: 10,
    batches: [{ numRows: 7, bodyBytes: 1 }, { numRows: 3, bodyBytes: 1 }],
    columns,
    metadataBytes: 100,
    notes: ["a note"],
  };
}

function rowsOf(columns: readonly ColumnReport[]): string[] {
  return formatReport(table(columns)).split("\n").slice(4).filter((line) =>
    line !== "" && !line.startsWith("note")
  );
}

function numbered(prefix: string, numbers: readonly (number | string)[]): ColumnReport[] {
  return numbers.map((number) => ({ name: `${prefix}${number}`, ...F32 }));
}

Deno.test("formatReport() prints a head, one aligned row a column, and notes", () => {
  const report = table([
    { name: "id", type: "i64", nulls: null, dtype: "i64", shape: ["N"], layout: "no copy" },
    {
      name: "features",
      type: "FixedSizeList<u8>[784]",
      nulls: 1234,
      dtype: "u8",
      shape: ["N", 784],
      layout: "no copy",
    },
    { name: "name", type: "utf8", nulls: null, dtype: null, shape: null, layout: "not computed with" },
  ]);
  assert.equal(
    formatReport(report),
    `t.arrow: Arrow file, 2 KiB
10 rows in 2 record batches of 3 to 7 rows

column    type                    nulls  as an input  layout
id        i64                     ?      i64 (N)      no copy
features  FixedSizeList<u8>[784]  1,234  u8 (N, 784)  no copy
name      utf8                    ?      —            not computed with

note: a note
`,
  );
});

Deno.test("formatReport() puts numbered columns of one type on one line, with a pattern that selects just them", () => {
  assert.deepEqual(rowsOf(numbered("p", [0, 1, 2, 3, 4])), [
    'p0 … p4  5 × f32  0      f32 (N, 5) by columns: "p*"  no copy',
  ]);
  assert.equal(rowsOf(numbered("p", ["008", "009", "010", "011"])).length, 1);
  const [group] = rowsOf([...numbered("p", [0, 1, 2, 3]), { name: "price", ...F32 }]);
  assert.match(group ?? "", /columns: \[…\]/);
});

Deno.test("formatReport() keeps apart what is no run of numbers", () => {
  assert.equal(rowsOf(numbered("p", [0, 1, 2])).length, 3);
  assert.equal(rowsOf(numbered("p", [0, 1, 3, 4, 9])).length, 5);
  const mixed = numbered("p", [0, 1, 2, 3, 4, 5]);
  mixed[2] = { ...mixed[2]!, type: "f64", dtype: "f64" };
  assert.equal(rowsOf(mixed).length, 6);
});

Deno.test("formatReport() adds up a group's nulls, unknown where one is", () => {
  const columns = numbered("p", [0, 1, 2, 3]).map((column) => ({ ...column, nulls: 2 }));
  assert.match(rowsOf(columns)[0] ?? "", /4 × f32 {2}8 /);
  assert.match(rowsOf([...columns.slice(0, 3), { ...columns[3]!, nulls: null }])[0] ?? "", /4 × f32 {2}\? /);
});

Deno.test("formatReport() says when rows are not known", () => {
  const text = formatReport({
    ...table([]),
    rows: null,
    batches: null,
    bytes: null,
    path: "stdin",
    format: "arrow-stream",
  });
  assert.match(text, /^stdin: Arrow stream\nrows: known once the data has been read\n/);
  assert.match(
    formatReport({ ...table([]), batches: [{ numRows: 10, bodyBytes: 0 }] }),
    /10 rows in 1 record batch\n/,
  );
});
