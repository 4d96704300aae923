import assert from "node:assert/strict";
import { refusal } from "../../../tests/support/refusal.ts";
import { FormatError } from "../../errors.ts";
import type { CsvOptions } from "../text/options.ts";
import type { TextSample } from "../text/text_sample.ts";
import { sampleCsv } from "./sample.ts";

function sample(text: string, options: CsvOptions = {}): TextSample {
  const file = Deno.makeTempFileSync({ suffix: ".csv" });
  try {
    Deno.writeTextFileSync(file, text);
    return sampleCsv(file, options);
  } finally {
    Deno.removeSync(file);
  }
}

Deno.test("sampleCsv() tells integers, numbers, text and missing fields apart", () => {
  const found = sample('id,x,name,gap,odd\n1,1.5,"a, b",,1\n-2,2,c,NA,NaN\n3,, 4 ,,2\n');
  assert.deepEqual(found.names, ["id", "x", "name", "gap", "odd"]);
  assert.deepEqual(found.kinds, ["integer", "number", "text", "missing", "number"]);
  assert.deepEqual(found.numMissing, [0, 1, 0, 3, 0]);
  assert.equal(found.numRecords, 3);
  assert.equal(found.isWhole, true);
});

Deno.test("sampleCsv() counts the nulls of text as reading does: fields without a byte, and neither spaces, quotes nor NA", () => {
  const found = sample('a,b,c\nx,1,NA\nNA,, \n,2,\n" ",3," "\n"",4,""\n');
  assert.deepEqual(found.kinds, ["text", "integer", "text"]);
  assert.deepEqual(found.numMissing, [1, 1, 1]);
});

Deno.test("sampleCsv() takes words for booleans, but not beside numbers", () => {
  const found = sample("a,b,c,d\ntrue,true,1,x\nFALSE,1,0.5,true\n,0,2,f\n");
  assert.deepEqual(found.kinds, ["boolean", "text", "number", "text"]);
});

Deno.test("sampleCsv() takes integers beyond 64 bits for text, and for numbers beside numbers: none is rounded", () => {
  const found = sample(
    "a,b,c,d\n9223372036854775807,9223372036854775808,1e20,1\n1,2,100000000000000000000,0.5\n",
  );
  assert.deepEqual(found.kinds, ["integer", "text", "number", "number"]);
  const late = sample("a,b\n1,18446744073709551615\n18446744073709551615,1.5\n-0,x\n");
  assert.deepEqual(late.kinds, ["number", "text"]);
});

Deno.test("sampleCsv() takes ZIP codes and phone numbers for text: zeros in front and plus signs are kept", () => {
  const found = sample(
    "zip,phone,late,zero,fraction,group\n01067,+49351,1,0,00.5,1\n10115,030,007,-1,+1.5,2\n",
  );
  assert.deepEqual(found.kinds, ["text", "text", "text", "integer", "number", "integer"]);
});

Deno.test("sampleCsv() takes other spaces than blanks and tabs for text, as reading does", () => {
  const found = sample("a,b,c\n\ufeff2,\u00a01, 1\t\n3,4,5\n");
  assert.deepEqual(found.kinds, ["text", "text", "integer"]);
});

Deno.test("sampleCsv() stops at a thousand records and at a MiB", () => {
  const many = sample("a\n" + "1\n".repeat(999) + "2\n" + "x\n");
  assert.deepEqual([many.numRecords, many.isWhole, many.kinds[0]], [1000, false, "integer"]);
  const wide = sample("a,b\n" + `1,${"y".repeat(100_000)}\n`.repeat(20));
  assert.deepEqual([wide.numRecords, wide.isWhole], [10, false]);
});

Deno.test("sampleCsv() reads on to the end of a longer first record, as far as records may go", () => {
  const record = (byte: string, numBytes: number) => `1,"${byte.repeat(numBytes)}",2.5\n`;
  const kindsOf = (text: string, options: CsvOptions = {}) => {
    const { kinds, numRecords, isWhole } = sample(text, options);
    return [...kinds, numRecords, isWhole];
  };
  const text = "id,t,x\n" + record("y", 3 << 20) + record("y", 3 << 20);
  const first = ["integer", "text", "number"];
  const refused = (of: string, options?: CsvOptions) => refusal("MEM004", () => kindsOf(of, options));
  assert.deepEqual(kindsOf(text, { maxRecordBytes: 4 << 20 }), [...first, 1, false]);
  assert.deepEqual(kindsOf(text, { maxRecordBytes: 16 << 20 }), [...first, 1, false]);
  refused(text, { maxRecordBytes: 2 << 20 });
  refused(text);
  // a record of the very limit, whose end is that of the file
  const whole = "id,t,x\n" + record("y", (4 << 20) - 8).trimEnd();
  assert.deepEqual(kindsOf(whole, { maxRecordBytes: 4 << 20 }), [...first, 1, true]);
  refused(whole, { maxRecordBytes: (4 << 20) - 1 });
  // without the flag, many columns give a record more room
  const names = Array.from({ length: 40_000 }, (_, i) => `c${i}`);
  const wide = `${names.join(",")}\n${names.map(() => "0.1234567890123456789012345678").join(",")}\n`;
  assert.equal(sample(wide).kinds.at(-1), "number");
  // spaces amid a field take no longer than others
  assert.deepEqual(
    kindsOf("id,t,x\n" + record(" ", 3 << 20).replace("2.5", " 2.5\t"), { maxRecordBytes: 4 << 20 })[2],
    "number",
  );
});

Deno.test("sampleCsv() goes by header, delimiter, quotes and spellings of missing values", () => {
  const found = sample('1;"2"\n-;3\n', { header: false, delimiter: ";", missing: ["-"] });
  assert.deepEqual([found.names, found.kinds, found.numMissing], [
    ["column_0", "column_1"],
    ["integer", "integer"],
    [1, 0],
  ]);
  assert.deepEqual(sample("a,b\n").kinds, ["missing", "missing"]);
});

Deno.test("sampleCsv() leaves a broken record to the reader, and refuses what has no header", () => {
  const found = sample('a,b\n1,2\n3,"open\n');
  assert.deepEqual([found.numRecords, found.isWhole], [1, false]);
  assert.throws(() => sample(""), (error) => error instanceof FormatError && error.code === "FMT003");
});

Deno.test("sampleCsv() takes a column with a negative zero for floats, which have one", () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "a,b\n-0,0\n3,-1\n");
    assert.deepEqual(sampleCsv(path).kinds, ["number", "integer"]);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("sampleCsv() sees a first record near the limit behind comments and blank lines", () => {
  const maxRecordBytes = 3 << 20, long = "x".repeat(maxRecordBytes - 10);
  for (
    const before of ["# a hundred bytes\n".repeat(6), "\n".repeat(100), `${"# a line\n".repeat(300_000)}\n`]
  ) {
    const found = sample(`a,b\n${before}1,${long}\n`, { comment: "#", maxRecordBytes });
    assert.deepEqual([found.kinds, found.numRecords, found.isWhole], [["integer", "text"], 1, true]);
  }
});

Deno.test("sampleCsv() sees records behind a MiB of comments, and tells the line of one that is too long there", () => {
  const comments = "# a line\n".repeat(300_000);
  const found = sample(`a,b\n${comments}1,x\n2,y\n`, { comment: "#" });
  assert.deepEqual([found.kinds, found.numRecords], [["integer", "text"], 2]);
  const error = refusal(
    "MEM004",
    () => sample(`a,b\n${comments}1,${"x".repeat(2 << 20)}\n`, { comment: "#" }),
  );
  assert.equal(error.place?.line, 300_002);
});
