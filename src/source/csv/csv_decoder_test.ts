import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import { parseFloat32 } from "../../dtype/decimal_text.ts";
import type { NullPolicy } from "../../schema/mod.ts";
import type { CsvOptions } from "../text/options.ts";
import { MemoryInput, readTable, textBinding } from "./testing.ts";
import { refusal } from "../../../tests/support/refusal.ts";

/** The values of a column of one text each, quoted where the text asks for it. */
function column(dtype: DType, texts: readonly string[], options: CsvOptions & { nulls?: NullPolicy } = {}) {
  const { nulls, ...rest } = options;
  // a second column, so that an empty field is no blank line
  const text = `x,y\n${texts.map((t) => `${t},z\n`).join("")}`;
  return readTable(text, [textBinding(dtype, [0], nulls)], rest).values[0]!;
}

/** Spellings of one number: plain, with zeros, signs, exponents, and cut or prolonged digits. */
const decimal = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat({ max: 20 })).map(([digits, places]) => {
    const text = String(digits).padStart(places + 1, "0");
    return `${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`;
  }),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 19n }), fc.integer({ min: -60, max: 60 })).map(([d, e]) =>
    `-${d}E${e}`
  ),
  fc.tuple(fc.nat(), fc.integer({ min: -400, max: 400 })).map(([d, e]) => `+000${d}.e${e}`),
  fc.bigInt({ min: 0n, max: 10n ** 40n }).map((digits) => `.${digits}`),
);

Deno.test("decode() rounds every decimal to the float64 that Number() gives", () => {
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 1, maxLength: 30 }), (texts) => {
      deepStrictEqual(column("f64", texts), texts.map(Number));
    }),
    { numRuns: 100 },
  );
});

Deno.test("decode() rounds 13 to 20 digits right, wherever the point stands and whatever column is next", () => {
  const text = fc.record({
    digits: fc.integer({ min: 13, max: 20 }).chain((count) =>
      fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: count, maxLength: count })
    ),
    point: fc.nat({ max: 20 }),
    sign: fc.constantFrom("", "-", "+"),
  }).map(({ digits, point, sign }) => `${sign}${digits.slice(0, point)}.${digits.slice(point)}`);
  const short = fc.integer({ min: -999, max: 999 }).map(String);
  const rows = fc.array(
    fc.array(fc.oneof({ weight: 4, arbitrary: text }, short), { minLength: 6, maxLength: 6 }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  // runs of floats in the order of the fields, backwards, with steps of their own, of f32, and a field twice
  const orders = [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [0, 2, 4], [1], [3, 5]];
  fc.assert(
    fc.property(rows, (rows) => {
      const table = `a,b,c,d,e,f\n${rows.map((row) => `${row.join(",")}\n`).join("")}`;
      const bindings = orders.flatMap((order) => [textBinding("f64", order), textBinding("f32", order)]);
      const { values } = readTable(table, bindings, { chunkRows: 7 });
      for (const [i, order] of orders.entries()) {
        const texts = rows.flatMap((row) => order.map((field) => row[field]!));
        deepStrictEqual(values[2 * i], texts.map(Number));
        deepStrictEqual(values[2 * i + 1], texts.map(parseFloat32));
      }
      for (const order of orders) {
        const alone = readTable(table, [textBinding("f64", order)], { chunkRows: 16 }).values[0];
        deepStrictEqual(alone, rows.flatMap((row) => order.map((field) => Number(row[field]!))));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("decode() rounds 16 to 18 digits right, next to halfway points too", () => {
  const halfway = fc.tuple(
    fc.bigInt({ min: 2n ** 53n, max: 10n ** 18n - 2n }),
    fc.integer({ min: -22, max: 22 }),
  );
  const text = fc.tuple(halfway, fc.constantFrom(-1n, 0n, 1n)).map(([[digits, power], step]) => {
    const bits = BigInt(digits.toString(2).length - 53);
    // the middle of two neighbouring float64 numbers, and the integers beside it
    const middle = ((digits >> bits) << bits) + (1n << bits) / 2n + step;
    return [`${middle}`, `${middle}e${power}`, `${digits}e${power}`, `-${digits}e${power}`];
  });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 100 }), (rows) => {
      deepStrictEqual(column("f64", rows.flat()), rows.flat().map(Number));
    }),
    { numRuns: 60 },
  );
  // W. Kahan's and others' hard cases
  const hard = [
    "2.2250738585072011e-308",
    "9007199254740993",
    "1.7976931348623159e308",
    "6929495644600919.5",
    "4.9e-324",
  ];
  deepStrictEqual(column("f64", hard), hard.map(Number));
});

Deno.test("decode() rounds once to float32", () => {
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 1, maxLength: 30 }), (texts) => {
      deepStrictEqual(column("f32", texts), texts.map(parseFloat32));
    }),
    { numRuns: 100 },
  );
  deepStrictEqual(
    column("f32", ["1.00000005960464477539062501", "16777217", "16777217.0000000001", "1e39"]),
    [
      1.0000001192092896,
      16777216,
      16777218,
      Infinity,
    ],
  );
});

Deno.test("decode() keeps signed zeros and takes the words for NaN and infinity in float columns", () => {
  for (const dtype of ["f32", "f64"] as const) {
    const values = column(dtype, ["0", "-0", "-0.0", "0e5", "-0e-99"]) as number[];
    ok(values.map((value) => Object.is(value, -0)).join() === "false,true,true,false,true");
    const words = ["nan", "NaN", "NAN", "-nan", "inf", "-inf", "Infinity", "-INFINITY", "+inf"];
    deepStrictEqual(column(dtype, words), [
      NaN,
      NaN,
      NaN,
      NaN,
      Infinity,
      -Infinity,
      Infinity,
      -Infinity,
      Infinity,
    ]);
  }
});

Deno.test("decode() reads integers of every width exactly up to their borders and refuses what is beyond", () => {
  for (const dtype of DTYPES) {
    const { range, isBigInt } = DTYPE[dtype];
    if (range === null) continue;
    const [low, high] = range;
    const inside = [low, low + 1n, 0n, 1n, high - 1n, high];
    const values = column(dtype, inside.map(String));
    deepStrictEqual(values, inside.map((value) => isBigInt ? value : Number(value)));
    deepStrictEqual(
      column(dtype, ["-0", "+1", "007", `0000000000000000000000${high}`]),
      [
        0n,
        1n,
        7n,
        high,
      ].map((value) => isBigInt ? value : Number(value)),
    );
    for (const outside of [low - 1n, high + 1n, high * 10n, 10n ** 30n]) {
      const error = refusal("DAT004", () => column(dtype, ["1", String(outside)]));
      match(error.message, new RegExp(`range of ${dtype}`));
      deepStrictEqual(error.place, { file: "table.csv", line: 3, column: 1 });
    }
    for (const fraction of ["1.0", "1e3", "1.", "inf"]) {
      match(refusal("DAT002", () => column(dtype, [fraction])).help!, /"f64"/);
    }
  }
});

Deno.test("decode() reads any 64-bit integer", () => {
  const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const unsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const sized = (value: bigint, shift: number) => value >> BigInt(shift);
  const shift = fc.nat({ max: 60 });
  fc.assert(
    fc.property(signed, unsigned, shift, (s, u, bits) => {
      const i = sized(s, bits), j = sized(u, bits);
      deepStrictEqual(column("i64", [String(i)]), [i]);
      deepStrictEqual(column("u64", [String(j)]), [j]);
    }),
    { numRuns: 200 },
  );
  const borders = [
    2n ** 32n,
    2n ** 53n,
    2n ** 53n + 1n,
    10n ** 18n,
    2n ** 62n,
    999999999n,
    10n ** 9n,
    2n ** 63n,
  ];
  const around = borders.flatMap((b) => [b - 1n, b, b + 1n]);
  deepStrictEqual(column("u64", around.map(String)), around);
  const negative = around.map((b) => -b).filter((b) => b >= -(2n ** 63n));
  deepStrictEqual(column("i64", negative.map(String)), negative);
  // all in one text: what stands behind a number is the next one
  for (const sign of ["", "+", "-"]) {
    const texts = Array.from(
      { length: 400 },
      (_, i) => sign + "9081726354463728190".slice(0, 1 + i % 18) + i % 10,
    )
      .filter((text) => text.length < 19 + sign.length);
    texts.push(`${sign}0000000000000000007`, `${sign}1000000000000000000`, `${sign}0999999999999999999`);
    deepStrictEqual(column("i64", texts), texts.map((text) => BigInt(text.replace("+", ""))));
  }
});

Deno.test("decode() reads bools by their words", () => {
  const texts = ["true", "True", "TRUE", "t", "1", "false", "False", "FALSE", "f", "0"];
  deepStrictEqual(column("bool", texts), [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  deepStrictEqual(column("bool", ['"1"', " 0", '"true"']), [1, 0, 1]);
  for (const bad of ["2", "01", "+1", "yes", "tRUE", "1.0"]) {
    match(refusal("DAT002", () => column("bool", [bad])).notes.join(), /True/);
  }
});

Deno.test("decode() passes over spaces, tabs and quotes around numbers", () => {
  const texts = [" 1.5", "2.5 ", "\t3.5\t", '"4.5"', '" 5.5 "', '"6.5" '.trim()];
  deepStrictEqual(column("f64", texts), [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]);
  deepStrictEqual(
    column("i64", ['"9007199254740993"', " 9007199254740993 "]),
    Array(2).fill(9007199254740993n),
  );
  deepStrictEqual(
    readTable("a\tb\n\t 2\n1\t\n", [textBinding("f64", [0, 1], { kind: "nan" })], { delimiter: "\t" }).values,
    [
      [NaN, 2, 1, NaN],
    ],
  );
  deepStrictEqual(readTable("a b\n1 2\n", [textBinding("f64", [0, 1])], { delimiter: " " }).values, [[1, 2]]);
});

Deno.test("decode() gives nulls their substitute in every dtype, or refuses them", () => {
  const missing = ["", "NA", "N/A", "null", "NULL", "None", '""', " NA ", "  "];
  for (const dtype of DTYPES) {
    const fill = DTYPE[dtype].kind === "b" ? true : 7;
    const expected = DTYPE[dtype].isBigInt ? 7n : Number(fill);
    deepStrictEqual(
      column(dtype, missing, { nulls: { kind: "fill", value: fill } }),
      missing.map(() => expected),
    );
    for (const text of missing) {
      const error = refusal("DAT001", () => column(dtype, ["1", text]));
      strictEqual(error.place!.line, 3);
      match(error.help!, /nulls/);
    }
  }
  deepStrictEqual(column("f32", missing, { nulls: { kind: "nan" } }), missing.map(() => NaN));
  deepStrictEqual(
    column("i64", ["NaN", "nan"], { nulls: { kind: "fill", value: -(2n ** 63n) } }),
    Array(2).fill(-(2n ** 63n)),
  );
  deepStrictEqual(column("f64", ["-999", "1"], { missing: ["-999"], nulls: { kind: "nan" } }), [NaN, 1]);
});

Deno.test("decode() refuses a bad number with its text, field, line and byte column", () => {
  const text = 'id,price,note\n1,0.5,"two\nlines"\n\n2,"1,5",é\n';
  const error = refusal("DAT002", () => readTable(text, [textBinding("f64", [1])], { chunkRows: 1 }));
  strictEqual(error.message, String.raw`"\"1,5\"" in column "price" is no number`);
  deepStrictEqual(error.place, { file: "table.csv", line: 5, column: 3 });
  match(error.notes.join(), /record 2 of the file/);
  match(refusal("DAT002", () => column("f64", ["x".repeat(100)])).message, /^"x{40}…" /);
  match(refusal("DAT002", () => column("f32", ["12é"])).message, /"12é"/);
  for (const bad of ["1_000", "0x1F", "1e", "--1", "1.2.3", "1 2", ".", "+", "e5", "1f", "١"]) {
    refusal("DAT002", () => column("f64", [bad]));
    refusal("DAT002", () => column("i32", [bad]));
  }
});

Deno.test("decode() refuses a byte order mark, and every space but blanks and tabs, amid the text, and shows them", () => {
  for (
    const [text, shown] of [["\ufeff3", "ufeff3"], ["1\u00a0", "1\\\\u00a0"], ["\u200b2", "u200b2"]] as const
  ) {
    for (const dtype of ["f64", "i32"] as const) {
      match(refusal("DAT002", () => column(dtype, ["1", text])).message, new RegExp(`"[^"]*${shown}"`));
      match(refusal("DAT002", () => column(dtype, [`"${text}"`])).message, new RegExp(shown));
    }
  }
  // the one at the start of the file is not the field's
  deepStrictEqual(readTable("\ufeffa,b\n1,2\n", [textBinding("f64", [0])]).values, [[1]]);
});

Deno.test("decode() refuses ragged rows with both counts", () => {
  const cases: [string, number, number][] = [["1,2", 2, 1], ["1,2,3,4", 4, 1], ["1", 1, 1], [
    '1,",",3,',
    4,
    1,
  ]];
  for (const [record, found] of cases) {
    const text = `a,b,c\n1,2,3\n${record}\n4,5,6`;
    const error = refusal("DAT003", () => readTable(text, [textBinding("u8", [0])]));
    match(error.message, new RegExp(`has ${found} fields?, expected 3`));
    deepStrictEqual(error.place, { file: "table.csv", line: 3, column: 1 });
  }
  refusal("DAT003", () => readTable("a\n1\n2,3\n", [textBinding("u8", [0])]));
});

Deno.test("decode() refuses text that is not UTF-8, also in columns that nothing reads, after the rows before", () => {
  const bytes = new TextEncoder().encode("a,b\n1,x\n2,y?\n3,z\n").map((byte) => byte === 63 ? 0xe9 : byte);
  for (const chunkRows of [1, 100]) {
    const error = refusal(
      "FMT006",
      () => readTable(new MemoryInput(bytes), [textBinding("u8", [0])], { chunkRows }),
    );
    deepStrictEqual(error.place, { file: "table.csv", line: 3, column: 4 });
    match(error.message, /0xe9/);
    const worse = bytes.slice();
    worse[4] = 120;
    refusal("DAT002", () => readTable(new MemoryInput(worse), [textBinding("u8", [0])], { chunkRows }));
  }
});

Deno.test("decode() serves one field to several bindings, and fields in any order", () => {
  const text = "a,b,c\n1,2,3\n4,5,6\n";
  const bindings = [textBinding("f64", [2, 0]), textBinding("i16", [0]), textBinding("u64", [1])];
  deepStrictEqual(readTable(text, bindings, { chunkRows: 1 }).values, [[3, 1, 6, 4], [1, 4], [2n, 5n]]);
  deepStrictEqual(readTable(text, [], {}).tickets.map((ticket) => ticket.numRows), [2]);
});

Deno.test("decode() goes on behind each field that is out of the ordinary, in every column", () => {
  const odd = [
    "",
    " 4",
    '"5"',
    "6e0",
    "0.7e1",
    "NaN",
    "8.00000000000000000000000000001",
    "9 ",
    "+10",
    '"1""1"',
  ];
  const values = [NaN, 4, 5, 6, 7, NaN, 8.00000000000000000000000000001, 9, 10];
  const nulls = { kind: "nan" } as const;
  for (let place = 0; place < 4; place++) {
    for (const chunkRows of [1, 3, 100]) {
      const rows = odd.slice(0, 9).map((text, i) =>
        [`${i}`, `${i}.5`, `-${i}`, '"x,y"'].with(place === 3 ? 1 : place, text).join()
      );
      const bindings = [textBinding("f64", [0, 1, 2], nulls), textBinding("f32", [1], nulls)];
      const read = readTable(`a,b,c,d\n${rows.join("\n\n")}`, bindings, { chunkRows }).values;
      const expected = odd.slice(0, 9).map((_, i) =>
        [i, i + 0.5, i === 0 ? -0 : -i].with(place === 3 ? 1 : place, values[i]!)
      );
      deepStrictEqual(read[0], expected.flat());
      deepStrictEqual(read[1], expected.map((row) => row[1]));
    }
  }
  refusal("DAT002", () => column("f64", [odd[9]!]));
});

Deno.test("decode() takes a number for missing where it is spelled so, and a word of bools too", () => {
  const fill = { kind: "fill", value: 7 } as const;
  const missing = ["1e300", "-999", "12345678901234567890123"];
  const texts = ["1e300", "-999", "12345678901234567890123", "1e30", "2"];
  deepStrictEqual(column("f64", texts, { missing, nulls: fill }), [7, 7, 7, 1e30, 2]);
  deepStrictEqual(column("i64", ["-999", "12345678901234567890123"], { missing, nulls: fill }), [7n, 7n]);
  const isTrue = { kind: "fill", value: true } as const;
  deepStrictEqual(column("bool", ["f", "0", "t"], { missing: ["f"], nulls: isTrue }), [1, 0, 1]);
});
