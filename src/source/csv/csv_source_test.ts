import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { NdpipeError } from "../../errors.ts";
import { READING_TABLES_BYTES } from "../../text/mod.ts";
import { openCsvSource } from "./csv_source.ts";
import type { CsvOptions } from "../text/options.ts";
import { MemoryInput, readTable, textBinding } from "./testing.ts";
import { refusal } from "../../../tests/support/refusal.ts";

const F64 = [textBinding("f64", [0])];

/** Asserts that the call is refused with the code and gives the error. */
Deno.test("openCsvSource() reads the header and no data", () => {
  const input = new MemoryInput("a,b\n" + "1,2\n".repeat(100_000));
  const source = openCsvSource(input);
  deepStrictEqual(source.info.schema.fields.map((field) => field.name), ["a", "b"]);
  deepStrictEqual(source.info.schema.fields[0]!.type, { kind: "text" });
  strictEqual(source.info.numRows, null);
  strictEqual(source.countRows(), null);
  strictEqual(source.info.numBytes, 400_004);
  strictEqual(source.info.metadataBytes, input.numRead);
  ok(input.numRead <= 4096);
  source.close();
  ok(input.isClosed);
});

Deno.test("openCsvSource() reads headers longer than a block, quoted names, a byte order mark", () => {
  const names = Array.from({ length: 3000 }, (_, i) => `feature_${i}`);
  const row = names.map((_, i) => i).join(",");
  deepStrictEqual(
    readTable(`${names.join(",")}\n${row}`, [textBinding("i32", [2999, 7])]).values,
    [[2999, 7]],
  );
  const text = '\uFEFF"a, b","say ""x""","two\nlines",ü\n1,2,3,4\n';
  const { fieldNames, values, tickets } = readTable(text, F64);
  deepStrictEqual(fieldNames, ["a, b", 'say "x"', "two\nlines", "ü"]);
  deepStrictEqual(values, [[1]]);
  strictEqual(tickets[0]!.place, "line 3");
});

Deno.test("openCsvSource() without a header numbers the columns and keeps the first row", () => {
  const { fieldNames, values } = readTable("\uFEFF1,2\n3,4\n", [textBinding("u8", [1, 0])], {
    header: false,
  });
  deepStrictEqual(fieldNames, ["column_0", "column_1"]);
  deepStrictEqual(values, [[2, 1, 4, 3]]);
});

Deno.test("openCsvSource() refuses what is no CSV text by name", () => {
  const utf32 = new Uint8Array([0xff, 0xfe, 0, 0, 97, 0, 0, 0]);
  match(refusal("FMT006", () => openCsvSource(new MemoryInput(utf32))).message, /UTF-32LE/);
  const cases: [string, RegExp][] = [
    ["ARROW1\0\0", /Arrow file/],
    ["PAR1abc", /Parquet/],
    ["PK\x03\x04rest", /zip/],
    ["a,\0b\n1,2\n", /NUL/],
  ];
  for (const [text, words] of cases) {
    match(refusal("FMT002", () => openCsvSource(new MemoryInput(text))).message, words);
  }
  const gzip = new Uint8Array([0x1f, 0x8b, 8, 0]);
  refusal("FMT003", () => openCsvSource(new MemoryInput(gzip)));
  for (const empty of ["", "\n\n", "\uFEFF"]) refusal("FMT003", () => openCsvSource(new MemoryInput(empty)));
  refusal("FMT006", () => openCsvSource(new MemoryInput(new Uint8Array([97, 44, 0xe9, 10]))));
  strictEqual(refusal("FMT007", () => openCsvSource(new MemoryInput('a,"b\n1,2\n'))).code, "FMT007");
});

Deno.test("openCsvSource() says why a path cannot be read", () => {
  match(refusal("FMT001", () => openCsvSource("no/such/file.csv")).message, /no\/such\/file\.csv/);
  refusal("FMT001", () => openCsvSource("src"));
});

Deno.test("openCsvSource() reads files and standard input, a pipe in pieces", async () => {
  const text = "a,b\n" + Array.from({ length: 30_000 }, (_, i) => `${i},${i / 8}\n`).join("");
  const path = Deno.makeTempFileSync({ suffix: ".csv" });
  const script = `
    import { openCsvSource } from "${new URL("./mod.ts", import.meta.url)}";
    import { openTextInput } from "${new URL("../text/open_text_input.ts", import.meta.url)}";
    import { readWaitingTable, textBinding } from "${new URL("./testing.ts", import.meta.url)}";
    const input = openTextInput(Deno.args[0]);
    const { values } = await readWaitingTable(input, [textBinding("f64", [0, 1])], { chunkRows: 4096 });
    console.log(input.path, input.numBytes, values[0].length, values[0].reduce((a, b) => a + b, 0));
  `;
  try {
    Deno.writeTextFileSync(path, text);
    for (const argument of [path, "-"]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["eval", "--no-check", script, argument],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      if (argument === "-") {
        // in two pieces that part within a line, with a pause between them
        await writer.write(new TextEncoder().encode(text.slice(0, 100_003)));
        await new Promise((resolve) => setTimeout(resolve, 20));
        await writer.write(new TextEncoder().encode(text.slice(100_003)));
      }
      await writer.close();
      const sum = 30_000 * 29_999 / 2 * (1 + 1 / 8);
      const about = argument === "-" ? "stdin null" : `${path} ${text.length}`;
      strictEqual(new TextDecoder().decode((await child.output()).stdout).trim(), `${about} 60000 ${sum}`);
    }
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("openCsvSource() refuses separators that numbers are made of", () => {
  const bad: CsvOptions[] = [
    { delimiter: "ab" },
    { delimiter: "1" },
    { delimiter: "\n" },
    { delimiter: "é" },
    { quote: "," },
    { quote: "e" },
    { blockBytes: 0 },
    { maxRecordBytes: 1.5 },
  ];
  for (const options of bad) refusal("USE002", () => openCsvSource(new MemoryInput("a\n1\n"), options));
});

Deno.test("next() cuts chunks of at most chunkRows records, whatever the block size", () => {
  const text = "a,b\n" + Array.from({ length: 50 }, (_, i) => `${i},"x\n${i}"`).join("\r\n");
  const bindings = [textBinding("i32", [0])];
  const expected = Array.from({ length: 50 }, (_, i) => i);
  for (const chunkRows of [1, 7, 50, 1000]) {
    for (const blockBytes of [1, 2, 13, 1 << 20]) {
      for (const readBytes of [1, 5, Infinity]) {
        const input = new MemoryInput(text, readBytes);
        const { values, tickets } = readTable(input, bindings, { chunkRows, blockBytes });
        deepStrictEqual(values, [expected]);
        ok(tickets.slice(0, -1).every((ticket) => ticket.numRows === chunkRows));
        strictEqual(input.numRead, text.length);
        strictEqual(tickets.reduce((sum, ticket) => sum + ticket.numBytes, 0), text.length);
      }
    }
  }
});

Deno.test("next() names the lines of a chunk and carries the input's index", () => {
  const text = 'a,b\n1,x\n2,"y\n\ny"\n\n3,z\n4,w\n';
  const { tickets } = readTable(text, F64, { chunkRows: 2, sourceIndex: 3 });
  deepStrictEqual(tickets.map((ticket) => ticket.place), ["lines 2 to 5", "lines 6 to 8"]);
  ok(tickets.every((ticket) => ticket.sourceIndex === 3));
});

Deno.test("next() takes LF, CR LF and CR, mixed, with or without the last one", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    for (const blockBytes of [1, 3, 100]) {
      const text = ["a,b", "1,2", "3,4"].join(end);
      const bindings = [textBinding("f64", [0, 1])];
      deepStrictEqual(readTable(text, bindings, { blockBytes }).values, [[1, 2, 3, 4]]);
      deepStrictEqual(readTable(text + end, bindings, { blockBytes }).values, [[1, 2, 3, 4]]);
      deepStrictEqual(readTable(text + end + end, bindings, { blockBytes }).values, [[1, 2, 3, 4]]);
    }
  }
  deepStrictEqual(readTable("a\n1\r2\r\n3\n", F64).values, [[1, 2, 3]]);
});

Deno.test("next() passes over blank lines of a wide table; in a table of one column they are empty fields", () => {
  for (const blockBytes of [1, 4, 1000]) {
    for (const chunkRows of [1, 2, 100]) {
      const options = { blockBytes, chunkRows };
      deepStrictEqual(readTable("\n\na,b\n\n1,2\n\n\n3,4\n\n\n", F64, options).values, [[1, 3]]);
      const nullable = [textBinding("f64", [0], { kind: "nan" })];
      deepStrictEqual(readTable("a\n1\n\n3\n\n", nullable, options).values, [[1, NaN, 3, NaN]]);
      deepStrictEqual(readTable("a\r\n1\r\n\r\n\r\n", nullable, options).values, [[1, NaN, NaN]]);
    }
  }
  // more blank lines than the text area holds
  const blank = "\n".repeat(5000);
  const options = { blockBytes: 16, maxRecordBytes: 16 };
  const { values, tickets } = readTable(`a,b\n1,2\n${blank}3,4\n${blank}`, F64, { ...options, chunkRows: 1 });
  deepStrictEqual(values, [[1, 3]]);
  match(tickets[1]!.place, /\b5003$/);
});

Deno.test("next() refuses quotes that do not pair, after the rows before them", () => {
  const unclosed = refusal("FMT007", () => readTable('a,b\n1,2\n3,"x\n4,5\n', F64));
  deepStrictEqual(unclosed.place, { file: "table.csv", line: 3, column: 3 });
  const after = refusal("FMT007", () => readTable('a,b\n1,"x"y\n', F64));
  deepStrictEqual(after.place, { file: "table.csv", line: 2, column: 5 });
  for (const chunkRows of [1, 2, 100]) {
    // the bad number comes first in the file, so it is reported first
    refusal("DAT002", () => readTable('a,b\n1,2\nbad,2\n3,"x"y\n', F64, { chunkRows }));
  }
  // a quote within an unquoted field is text, and a comma within it still delimits
  deepStrictEqual(readTable('a,b\n1,5" pipe\n2,x"y"\n', F64).values, [[1, 2]]);
  deepStrictEqual(readTable('a,b\n1,"\n2,x\n', F64, { quote: null }).values, [[1, 2]]);
});

Deno.test("next() refuses a record longer than its buffer at every chunk size, and none shorter", () => {
  const text = (length: number) => `a,b\n1,2\n2,${"x".repeat(length - 2)}\n3,4\n`;
  for (const chunkRows of [1, 2, 100]) {
    for (const blockBytes of [1, 7, 64, 4096]) {
      const options = { chunkRows, blockBytes, maxRecordBytes: 50 };
      deepStrictEqual(readTable(text(50), F64, options).values, [[1, 2, 3]]);
      const error = refusal("MEM004", () => readTable(text(51), F64, options));
      deepStrictEqual(error.place, { file: "table.csv", line: 3, column: 1 });
      match(error.help!, /50/);
      refusal("MEM004", () => readTable(`a,b\n1,"${"\n".repeat(100_000)}`, F64, options));
    }
  }
  const wide = `a,b\n1,${"x".repeat((1 << 20) + 1)}\n`;
  refusal("MEM004", () => readTable(wide, F64));
});

Deno.test("slotBytes() and residentBytes() bound a source for ever", () => {
  const source = openCsvSource(new MemoryInput("a,b,c\n1,2,3\n"), {
    blockBytes: 1 << 16,
    maxRecordBytes: 1000,
  });
  const bindings = [textBinding("f64", [0, 1]), textBinding("u8", [2])];
  const resident = source.residentBytes(bindings, 10);
  strictEqual(resident, (1 << 16) + 1000 + 4096);
  // 64-byte columns, tables and three descriptors of 48 bytes, text for what is carried over, slack behind it
  const parser = READING_TABLES_BYTES + 192;
  strictEqual(source.slotBytes(bindings, 10), 192 + 64 + parser + Math.ceil((resident + 65) / 64) * 64);
  const rows = 1 << 20;
  strictEqual(source.slotBytes(bindings, rows), rows * 17 + parser + rows * 36 + 128);
});

// ---- properties

interface Spelling {
  readonly lineEnd: string;
  readonly delimiter: string;
  readonly quote: string;
  readonly quoteSeed: number;
  readonly hasLastEnd: boolean;
}

const field = fc.string({
  unit: fc.constantFrom("a", "7", ",", ";", '"', "'", "\n", "\r", " ", "é", "—"),
  maxLength: 6,
});
const row = fc.record({ x: fc.double(), n: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), s: field });
const spelling: fc.Arbitrary<Spelling> = fc.record({
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  quote: fc.constantFrom('"', "'"),
  quoteSeed: fc.nat(),
  hasLastEnd: fc.boolean(),
});

function spell(
  fields: readonly string[][],
  { lineEnd, delimiter, quote, quoteSeed, hasLastEnd }: Spelling,
): string {
  let seed = quoteSeed;
  const quoted = (text: string) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const must = [delimiter, quote, "\n", "\r"].some((c) => text.includes(c));
    return must || seed % 3 === 0 ? quote + text.replaceAll(quote, quote + quote) + quote : text;
  };
  return fields.map((record) => record.map(quoted).join(delimiter)).join(lineEnd) +
    (hasLastEnd ? lineEnd : "");
}

Deno.test("a table spelled with any quotes, delimiters and line ends reads back exactly at every chunk size", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), spelling, (rows, how) => {
      const fields = rows.map(({ x, n, s }) => [s, Object.is(x, -0) ? "-0" : String(x), s, String(n), s]);
      const text = spell([["s", "x", "t", "n", "u"], ...fields], how);
      const bindings = [textBinding("f64", [1]), textBinding("i64", [3]), textBinding("f64", [1, 1])];
      const expected = [rows.map(({ x }) => x), rows.map(({ n }) => n), rows.flatMap(({ x }) => [x, x])];
      for (const chunkRows of [1, 7, 100]) {
        for (const blockBytes of [1, 11, 1 << 16]) {
          const options = { delimiter: how.delimiter, quote: how.quote, chunkRows, blockBytes };
          const { values, tickets } = readTable(text, bindings, options);
          deepStrictEqual(values, expected);
          strictEqual(tickets.reduce((sum, ticket) => sum + ticket.numRows, 0), rows.length);
        }
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("mutated texts are read or refused, never a crash or a hang", () => {
  const base = new TextEncoder().encode(
    'id,x,name,flag\n1,0.5,"a ""quoted"", one",true\n2,-1e300,plain,f\r\n3,NA,"two\nlines",0\n4,inf,é,1\n',
  );
  const bindings = [
    textBinding("i64", [0]),
    textBinding("f32", [1], { kind: "nan" }),
    textBinding("bool", [3]),
  ];
  const interesting = [0, 9, 10, 13, 32, 34, 44, 45, 46, 48, 57, 69, 101, 0x80, 0xc3, 0xff];
  let seed = 20240229;
  const random = (below: number) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
  const outcomes = new Map<string, number>();
  // tests/slow_text_fuzz_test.ts takes more of them
  for (let round = 0; round < 2500; round++) {
    let bytes = base.slice();
    for (let edit = random(3); edit >= 0; edit--) {
      const at = random(bytes.length), value = interesting[random(interesting.length)]!;
      const how = random(4);
      if (how === 0) bytes[at] = value;
      else if (how === 1) bytes = new Uint8Array([...bytes.subarray(0, at), value, ...bytes.subarray(at)]);
      else if (how === 2) bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
      else bytes = bytes.slice(0, at + 1);
    }
    const results = [1, 100].map((chunkRows) => {
      try {
        const options = { chunkRows, blockBytes: 1 + random(64), maxRecordBytes: 200 };
        const numFields = openCsvSource(new MemoryInput(bytes), options).info.schema.fields.length;
        const bound = bindings.filter(({ fieldIndices }) => fieldIndices[0]! < numFields);
        const input = new MemoryInput(bytes, 1 + random(200));
        return JSON.stringify(readTable(input, bound, options).values, (_, v) => String(v));
      } catch (error) {
        if (!(error instanceof NdpipeError)) throw error;
        return `${error.code} ${error.message} ${JSON.stringify(error.place)}`;
      }
    });
    strictEqual(results[0], results[1]);
    const outcome = results[0]!.slice(0, 6);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  for (const code of ["DAT001", "DAT002", "DAT003", "FMT002", "FMT006", "FMT007"]) {
    ok((outcomes.get(code) ?? 0) > 10, `${code} came up too rarely`);
  }
});
