import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { ColumnBinding, NullPolicy } from "../../schema/mod.ts";
import { MemoryInput, readCarried, readSource, textBinding } from "../csv/testing.ts";
import { readJsonLine } from "./json_line.ts";
import { type NdjsonOptions, openNdjsonDecoder, openNdjsonSource } from "./mod.ts";
import { sampleNdjson } from "./sample.ts";
import { refusal } from "../../../tests/support/refusal.ts";

type ReadOptions = NdjsonOptions & { readonly chunkRows?: number; readonly readBytes?: number };

function read(text: string | Uint8Array, bindings: readonly ColumnBinding[], options: ReadOptions = {}) {
  const source = openNdjsonSource(new MemoryInput(text, options.readBytes ?? Infinity), options);
  return readSource(source, openNdjsonDecoder, { bindings, chunkRows: options.chunkRows ?? 1000 });
}

/** The values, the same for every block and chunk size. */
function valuesOf(text: string, bindings: readonly ColumnBinding[], options: ReadOptions = {}): unknown {
  const { values } = read(text, bindings, options);
  for (const chunkRows of [1, 3]) {
    for (const blockBytes of [1, 1000]) {
      deepStrictEqual(
        read(text, bindings, { ...options, chunkRows, blockBytes, readBytes: 7 }).values,
        values,
      );
    }
  }
  return values;
}

const A = [textBinding("f64", [0])];
const lenient = (dtype: "f64" | "i64" | "bool", nulls: NullPolicy) => [textBinding(dtype, [0], nulls)];

Deno.test("openNdjsonSource() takes the keys of the first records for columns, whatever their order", () => {
  const text = '\uFEFF{"a":1,"b":"x"}\n\n{ "c" : true , "a" : 2 }\r\n{"b":"é","a":-3.5e1}';
  const { fieldNames, values, tickets } = read(text, [textBinding("f64", [0])]);
  deepStrictEqual(fieldNames, ["a", "b", "c"]);
  deepStrictEqual(values, [[1, 2, -35]]);
  strictEqual(tickets[0]!.place, "lines 1 to 4");
  deepStrictEqual(valuesOf(text, A), [[1, 2, -35]]);
  deepStrictEqual(read(gzipSync(text), A).values, [[1, 2, -35]]);
  for (const empty of ["", "\n\n"]) refusal("FMT003", () => read(empty, A));
  refusal("FMT008", () => read("{}\n", A));
});

Deno.test("decode() reads every number as it was written, in every dtype, and refuses what does not fit", () => {
  const whole = '{"a":9007199254740993}\n{"a":-9223372036854775808}\n{"a":0}\n{"a":-0}\n';
  deepStrictEqual(valuesOf(whole, [textBinding("i64", [0])]), [[9007199254740993n, -(2n ** 63n), 0n, 0n]]);
  deepStrictEqual(valuesOf('{"a":18446744073709551615}\n', [textBinding("u64", [0])]), [[2n ** 64n - 1n]]);
  deepStrictEqual(
    valuesOf('{"a":-0.0}\n{"a":1e400}\n{"a":2.5E-3}\n{"a":123456789012345678901234567890}\n', A),
    [
      [-0, Infinity, 0.0025, 123456789012345678901234567890],
    ],
  );
  deepStrictEqual(valuesOf('{"a":"NaN"}\n{"a":"-Infinity"}\n{"a":"Infinity"}\n', A), [[
    NaN,
    -Infinity,
    Infinity,
  ]]);
  refusal("DAT004", () => read('{"a":300}\n', [textBinding("u8", [0])]));
  refusal("DAT002", () => read('{"a":1.0}\n', [textBinding("i32", [0])]));
  refusal("DAT002", () => read('{"a":"1"}\n', A));
  refusal("DAT002", () => read('{"a":true}\n', A));
  refusal("DAT002", () => read('{"a":1}\n', [textBinding("bool", [0])]));
});

Deno.test("decode() gives any doubles back, as JSON writes them, on the kernel's path and on the exact one", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 30 }), (rows) => {
    // JSON.stringify has no -0
    const spell = (value: number) => Object.is(value, -0) ? "-0" : String(value);
    const text = rows.map(([a, b], i) =>
      i % 3 === 2 ? `{"b":${spell(b)},"a":${spell(a)}}` : `{"a":${spell(a)},"b":${spell(b)}}`
    ).join("\n");
    const bindings = [textBinding("f64", [0, 1]), textBinding("f32", [1])];
    const { values, fieldNames } = read(text, bindings, { chunkRows: 7 });
    deepStrictEqual(fieldNames, ["a", "b"]);
    deepStrictEqual(values[0], rows.flat());
    deepStrictEqual(values[1], rows.map(([, b]) => Math.fround(b)));
  }));
});

Deno.test("decode() takes null and keys that are missing for nulls, and follows the policy", () => {
  const text = '{"a":1,"b":1}\n{"a":null,"b":2}\n{"b":3}\n{"b":4,"a":5}\n';
  deepStrictEqual(valuesOf(text, lenient("f64", { kind: "nan" })), [[1, NaN, NaN, 5]]);
  deepStrictEqual(valuesOf(text, lenient("i64", { kind: "fill", value: 9n })), [[1n, 9n, 9n, 5n]]);
  const error = refusal("DAT001", () => read(text, A));
  deepStrictEqual([error.place?.line, error.place?.column], [2, 6]);
  deepStrictEqual(refusal("DAT001", () => read('{"a":1}\n{"b":2}\n', A)).place?.line, 2);
});

Deno.test("decode() refuses lines that are no JSON, with line and column", () => {
  const cases: [string, RegExp, number][] = [
    ["[1]", /does not begin with \{/, 1],
    ['{"a":01}', /zeros in front/, 6],
    ['{"a":+1}', /value is missing/, 6],
    ['{"a":.5}', /value is missing/, 6],
    ['{"a":5.}', /value is missing/, 8],
    ['{"a":1e}', /value is missing/, 8],
    ['{"a":NaN}', /NaN is no number of JSON/, 6],
    ['{"a":nul}', /value is missing/, 6],
    ['{"a":1,}', /key in quotes/, 8],
    ['{"a":1} x', /more text/, 9],
    ['{"a":1', /comma or }/, 7],
    ['{"a" 1}', /colon/, 6],
    ["{'a':1}", /key in quotes/, 2],
    ['{"a":1,"a":2}', /stands twice/, 8],
    ['{"a":1,"b":"x\ty"}', /control character/, 14],
    ['{"a":1,"b":"x\\q"}', /no such escape/, 14],
    ['{"a":1,"b":"\\ud800"}', /half of a surrogate pair/, 13],
    ['{"a":1,"b":"\\udc00\\ud800"}', /half of a surrogate pair/, 13],
    ['{"a":1,"b":"x', /no closing quote/, 12],
    [`{"a":1,"b":${"[".repeat(200)}`, /nested deeper/, 12 + 64],
  ];
  for (const [line, what, column] of cases) {
    const text = `{"a":1,"b":null}\n${line}\n{"a":2}\n`;
    for (const chunkRows of [1, 100]) {
      const error = refusal("FMT008", () => read(text, A, { chunkRows }));
      match(error.message, what);
      deepStrictEqual([error.place?.line, error.place?.column], [2, column], line);
    }
  }
  refusal(
    "FMT006",
    () => read(new Uint8Array([...new TextEncoder().encode('{"a":1,"b":"'), 0xff, 34, 125, 10]), A),
  );
});

Deno.test("decode() refuses keys that the first records lack, unless they are to be ignored", () => {
  const text = `${'{"a":1}\n'.repeat(1000)}{"a":2,"z":{"deep":[1]}}\n`;
  const error = refusal("DAT003", () => read(text, A));
  deepStrictEqual([error.place?.line, error.place?.column], [1001, 8]);
  match(error.help!, /--unknown-keys ignore/);
  strictEqual(read(text, A, { unknownKeys: "ignore" }).values[0]!.length, 1001);
});

Deno.test("decode() refuses nested values by name where they are read, and passes over them where they are not", () => {
  const text = '{"a":1,"b":{"x":[1,{"y":null}]}}\n{"a":2,"b":[]}\n';
  deepStrictEqual(valuesOf(text, A), [[1, 2]]);
  const error = refusal("DAT002", () => read(text, [textBinding("f64", [1])]));
  match(error.message, /"b" holds an object, not f64/);
});

Deno.test("readJsonLine() takes the lines that JSON.parse takes, and no other", () => {
  const part = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    '"b"',
    "1",
    "-0.5e+3",
    "true",
    "null",
    " ",
    '"\\u00e9"',
    "01",
    "x",
  );
  const line = fc.oneof(
    fc.array(part, { maxLength: 12 }).map((parts) => `{${parts.join("")}`),
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value)),
  );
  let numTaken = 0;
  fc.assert(
    fc.property(line, (text) => {
      const result = readJsonLine(new TextEncoder().encode(`${text}\n`), 0);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        value = undefined;
      }
      if ("what" in result) {
        // JSON.parse takes keys twice, and halves of surrogate pairs
        ok(value === undefined || /stands twice|surrogate/.test(result.what), result.what);
      } else {
        numTaken++;
        deepStrictEqual(result.members.map(({ key }) => key).sort(), Object.keys(value as object).sort());
      }
    }),
    { numRuns: 2000 },
  );
  ok(numTaken > 500);
});

function carriedTexts(text: string): unknown[] {
  return readCarried(openNdjsonSource(new MemoryInput(text), {}), openNdjsonDecoder, "utf8");
}

Deno.test("decode() carries any text, with and without escapes, on the kernel's path and on the exact one", () => {
  const text = fc.oneof(fc.constant(null), fc.string({ unit: "grapheme", maxLength: 40 }), fc.string());
  const row = fc.tuple(text, fc.boolean());
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
    // keys in another order are for the exact path, which goes on where the kernel stopped in a row
    const lines = rows.map(([a, isSwapped], i) =>
      JSON.stringify(isSwapped && i > 0 ? { b: i, a } : { a, b: i + 0.5 })
    );
    deepStrictEqual(carriedTexts(lines.join("\n") + "\n"), rows.map(([a]) => a));
  }));
});

Deno.test("openNdjsonSource() takes the keys of a first record beyond a MiB alone, however a pipe delivers", () => {
  const text = `{"a":1,"b":"${"x".repeat(1_200_000)}"}\n{"c":2}\n`;
  for (const readBytes of [1000, 65_536, Infinity]) {
    const source = openNdjsonSource(new MemoryInput(text, readBytes), { maxRecordBytes: 1 << 21 });
    deepStrictEqual(source.info.schema.fields.map(({ name }) => name), ["a", "b"]);
    source.close();
  }
});

Deno.test("sampleNdjson() takes whole numbers beyond i64 for u64, and for numbers only beside what u64 does not hold", () => {
  const file = Deno.makeTempFileSync({ suffix: ".ndjson" });
  const kindsOf = (values: readonly string[]) => {
    Deno.writeTextFileSync(file, values.map((value) => `{"a":${value}}\n`).join(""));
    return sampleNdjson(file).kinds[0];
  };
  try {
    strictEqual(kindsOf(["1", "null", "18446744073709551615"]), "u64");
    strictEqual(kindsOf(["9223372036854775807", "-1"]), "integer");
    for (const other of ["-1", "-0", "0.5", "18446744073709551616"]) {
      strictEqual(kindsOf(["9223372036854775808", other]), "number", other);
    }
    strictEqual(kindsOf(["9223372036854775808", '"x"']), "text");
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("readJsonLine() says how NaN and infinities are spelled, which Python's json.dumps writes without quotes", () => {
  for (const word of ["NaN", "Infinity", "-Infinity"]) {
    const error = refusal("FMT008", () => read(`{"a":1}\n{"a":${word}}\n`, A));
    match(error.message, new RegExp(`: ${word} is no number of JSON; as a text, "${word}", it is read`));
    deepStrictEqual(read(`{"a":1}\n{"a":"${word}"}\n`, A).values, [[1, Number(word)]]);
  }
});
