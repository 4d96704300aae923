/** Carried fields, dates and times, as the kernel takes them: against the exact path, which reads text. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, DTYPES } from "../../dtype/mod.ts";
import type { NdpipeError } from "../../errors.ts";
import { openNdjsonDecoder, openNdjsonSource } from "../ndjson/mod.ts";
import { errorOf } from "../../../tests/support/refusal.ts";
import { openCsvDecoder } from "../csv/csv_decoder.ts";
import { openCsvSource } from "../csv/csv_source.ts";
import { type CsvOptions, MISSING } from "./options.ts";
import { parseTemporal } from "./temporal_text.ts";
import { type CarriedValue, MemoryInput, readCarried, readTable, textBinding } from "../csv/testing.ts";
import { carriedDType, temporalType, TEXT_TYPES, type TextType } from "./text_type.ts";
import { floatWord, parseValue } from "./value_text.ts";

const TYPED = TEXT_TYPES.filter((type) => type !== "utf8");
const TEMPORAL = TYPED.filter((type) => temporalType(type) !== null);

function carriedOf(lines: readonly string[], type: TextType, options: CsvOptions = {}): CarriedValue[] {
  const text = `a,b\n${lines.join("\n")}\n`;
  const source = openCsvSource(new MemoryInput(text), { ...options, columnTypes: { a: type } });
  return readCarried(source, openCsvDecoder, type);
}

/** What a text without quotes means, by the path over text; null: nothing is there. */
function meaningOf(spelled: string, type: TextType): CarriedValue | "refused" {
  const text = spelled.replace(/^[ \t]+|[ \t]+$/g, ""), temporal = temporalType(type);
  if (MISSING.includes(text) && (!/^f/.test(type) || floatWord(text) === undefined)) return null;
  if (temporal !== null) {
    const value = parseTemporal(text, temporal);
    return typeof value === "string" ? "refused" : BigInt(value);
  }
  const dtype = carriedDType(type), value = parseValue(text, dtype);
  if (typeof value === "string") return "refused";
  return dtype === "bool" ? value === 1 : DTYPE[dtype].isBigInt ? value : Number(value);
}

const of = fc.constantFrom;
const DAY = fc.tuple(
  of("2026", "2024", "1969", "0000", "9999", "1900", "2262", "1677", "26"),
  of("-", "-", "-", "-", "/"),
  of("01", "02", "04", "08", "09", "11", "12", "00", "13", "1"),
  of("-"),
  of("01", "28", "29", "30", "31", "00", "32", "1"),
);
const CLOCK = fc.tuple(
  of("T", "T", " ", "t", "x", ""),
  of("00:00", "23:59", "12:30", "24:00", "12:60", "1:00", "12"),
  of("", ":00", ":59", ":60", ":5"),
  of(
    "",
    ".5",
    ".250",
    ".123456",
    ".120000000",
    ".123456789",
    ".000000000000000001",
    ".",
    ",5",
    ".1234567890123456789",
  ),
  of("", "Z", "Z", "z", " Z", "+00:00", "-23:59", "+0130", "+01", "+24:00", "+01:", "+01:60", "+1", "ZZ"),
);
const SPELLED = fc.oneof(
  DAY.map((parts) => parts.join("")),
  fc.tuple(DAY, CLOCK).map((parts) => parts.flat().join("")),
  of(
    "",
    "NA",
    "1",
    "-0",
    "+7",
    "1.5",
    "1e3",
    ".5",
    "5.",
    "nan",
    "-inf",
    "NaN",
    "true",
    "False",
    "t",
    "0",
    "yes",
  ),
  of("9223372036854775807", "-9223372036854775808", "9223372036854775808", "00012", "123456789012345678901"),
  of(
    "127",
    "-129",
    "255",
    "256",
    "-32768",
    "65535",
    "65536",
    "4294967295",
    "-2147483649",
    "18446744073709551615",
  ),
  of("0.1", "3.4028235e38", "3.4028236e38", "1e-46", "16777217"),
  fc.double({ noNaN: true }).map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }).map(String),
);
const AROUND = of("", "", "", " ", "\t");

Deno.test("decode() takes every spelling of a carried field for what the path over text takes it for", () => {
  let numTaken = 0;
  const field = fc.tuple(AROUND, SPELLED, AROUND, fc.boolean()).filter(([, text]) => !text.includes(","));
  fc.assert(
    fc.property(of(...TYPED), field, (name, [before, text, behind, isQuoted]) => {
      const spelled = `${before}${text}${behind}`;
      const meant = meaningOf(spelled, name);
      // a row before and behind: what is left of one is seen in the next
      const rows = [",1", isQuoted ? `"${spelled}",2` : `${spelled},2`, ",3"];
      if (meant === "refused") {
        const { code } = errorOf(() => carriedOf(rows, name));
        ok(code === "DAT002" || code === "DAT004", code);
        return;
      }
      deepStrictEqual(carriedOf(rows, name), [null, meant, null]);
      numTaken++;
    }),
    { numRuns: 1500 },
  );
  ok(numTaken > 150, String(numTaken));
});

Deno.test("decode() reads declared dates and times of CSV and of JSON lines as it does carried ones", () => {
  let numTaken = 0;
  fc.assert(
    fc.property(of(...TEMPORAL), fc.tuple(DAY, CLOCK), fc.boolean(), (type, [day, clock], isDay) => {
      const text = isDay ? day.join("") : [day, clock].flat().join("");
      const temporal = temporalType(type)!, value = parseTemporal(text, temporal);
      const dtype = temporal.unit === null ? "i32" as const : "i64" as const;
      const readCsv = () =>
        readTable(`a;b\n${text};1\n"${text}";1\n`, [textBinding(dtype, [0])], {
          delimiter: ";",
          columnTypes: { a: type },
        }).values[0]!.map(BigInt);
      const readJson = () => {
        const lines = `{"a":"${text}","b":1}\n{"a":null,"b":1}\n`;
        const source = openNdjsonSource(new MemoryInput(lines), { columnTypes: { a: type } });
        return readCarried(source, openNdjsonDecoder, type);
      };
      if (typeof value === "string") {
        for (const read of [readCsv, readJson]) ok(["DAT002", "DAT004"].includes(errorOf(read).code));
        return;
      }
      deepStrictEqual(readCsv(), [BigInt(value), BigInt(value)]);
      deepStrictEqual(readJson(), [BigInt(value), null]);
      numTaken++;
    }),
    { numRuns: 1000 },
  );
  ok(numTaken > 40, String(numTaken));
});

Deno.test("decode() carries numbers of every dtype, and their nulls, from JSON lines", () => {
  for (const dtype of DTYPES.filter((one) => DTYPE[one].kind !== "b")) {
    const { range, isBigInt } = DTYPE[dtype], [low, high] = range ?? [-0.1, 3.25];
    const rows = [low, null, high].map((value) => `{"a":${value},"b":1}\n`).join("");
    const read = (text: string) =>
      readCarried(
        openNdjsonSource(new MemoryInput(text), { columnTypes: { a: dtype } }),
        openNdjsonDecoder,
        dtype,
      );
    const stored = (value: number | bigint) =>
      isBigInt ? value : dtype === "f32" ? Math.fround(Number(value)) : Number(value);
    deepStrictEqual(read(rows), [stored(low), null, stored(high)], dtype);
    if (range === null) continue;
    const { code, message } = errorOf(() => read(`{"a":${range[1] + 1n},"b":1}\n`));
    deepStrictEqual([code, message.includes(`out of the range of ${dtype}`)], ["DAT004", true], message);
  }
});

const DIALECTS: readonly { readonly options: CsvOptions; readonly quoted: (text: string) => string }[] = [
  { options: {}, quoted: (text) => `"${text.replaceAll('"', '""')}"` },
  { options: { escape: "\\" }, quoted: (text) => `"${text.replace(/["\\]/g, "\\$&")}"` },
  { options: { escape: "\\" }, quoted: (text) => text.replace(/[",\\\r\n]/g, "\\$&") || '""' },
  { options: { quote: "'" }, quoted: (text) => `'${text.replaceAll("'", "''")}'` },
  // an empty field without quotes is a null; a byte order mark amid the file is text
  { options: { quote: null }, quoted: (text) => text.replace(/[,\r\n]/g, "") || "\ufeff" },
];

Deno.test("decode() carries any text of CSV, quoted and escaped, in every dialect", () => {
  const part = of(
    '"',
    '""',
    "\\",
    ",",
    "\n",
    "\r\n",
    "'",
    "a",
    "é",
    "\ufeff",
    "plain text of some length",
    "𝄞",
  );
  const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
  const texts = fc.array(fc.option(text), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(texts, of(...DIALECTS), (rows, { options, quoted }) => {
    const fields = rows.map((row) => row === null ? "" : quoted(row));
    const expected = options.quote === null ? fields.map((field) => field === "" ? null : field) : rows;
    deepStrictEqual(carriedOf(fields.map((field, i) => `${field},${i}`), "utf8", options), expected);
    // a field that nothing asks for is passed over
    const table = `a,b\n${fields.map((field, i) => `${field},${i}`).join("\n")}\n`;
    deepStrictEqual(readTable(table, [textBinding("f64", [1])], options).values[0], rows.map((_, i) => i));
  }));
});

Deno.test("decode() gives a time that names no zone, or is too fine, its own words and place", () => {
  const words = (lines: readonly string[], type: TextType): NdpipeError =>
    errorOf(() => carriedOf(lines, type));
  const zone = words(["2026-01-31T00:00:00Z,1", "2026-01-31T00:00:00,1"], "timestamp[us, UTC]");
  ok(zone.message.includes("names no zone"), zone.message);
  deepStrictEqual([zone.place?.line, zone.place?.column], [3, 1]);
  const fine = words(['"2026-01-31T00:00:00.0000001",1'], "timestamp[us]");
  ok(fine.message.includes("is finer"), fine.message);
  strictEqual(words(["2263-01-31T00:00:00,1"], "timestamp[ns]").code, "DAT004");
  const whole = words(["1,1", "2.5,1"], "i64");
  ok(whole.message.includes("is no integer, as i64 asks"), whole.message);
  ok(words(["99999999999999999999,1"], "i64").message.includes("the range of i64"));
});
