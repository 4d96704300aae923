/** Files that readers of CSV disagree on: what each is here. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { ErrorCode } from "../../error_codes.ts";
import { refusal } from "../../../tests/support/refusal.ts";
import { openCsvDecoder } from "./csv_decoder.ts";
import { openCsvSource } from "./csv_source.ts";
import { MemoryInput, readCarried } from "./testing.ts";

/** The first column. */
function textsOf(text: string | Uint8Array): unknown {
  return readCarried(openCsvSource(new MemoryInput(text)), openCsvDecoder, "utf8");
}

const TAKEN: Readonly<Record<string, readonly [string, readonly (string | null)[]]>> = {
  "CR alone": ["a,b\rx,2\ry,4\r", ["x", "y"]],
  "line ends of all kinds": ["a,b\r\nx,2\ny,4\rz,6\n", ["x", "y", "z"]],
  "CR CR LF": ["a,b\r\r\nx,2\r\r\n", ["x"]],
  "no line end behind the last row": ["a,b\nx,2", ["x"]],
  "NUL within a field": ["a,b\nx\0y,1\n", ["x\0y"]],
  "CR within quotes": ['a,b\n"x\ry",1\n', ["x\ry"]],
  "quotes amid a field": ['a,b\nx"y"z,1\nx"y,2\n', ['x"y"z', 'x"y']],
  "a space before a quote": ['a,b\n "x",1\n', [' "x"']],
  "an empty text and none": ['a,b\n"",1\n,1\n', ["", null]],
  "a byte order mark in front": ["\ufeffa,b\nx,1\n", ["x"]],
  "a byte order mark amid the text": ["a,b\n\ufeffx,1\n", ["\ufeffx"]],
  "blank lines in front and amid": ["\n\na,b\nx,1\n\ny,2\n", ["x", "y"]],
  "only delimiters": ["a,b\n,\n", [null]],
};

const REFUSED: Readonly<Record<string, readonly [string | Uint8Array, ErrorCode, number?, number?]>> = {
  "nothing": ["", "FMT003"],
  "only a byte order mark": ["\ufeff", "FMT003"],
  "only line ends": ["\r\n\n\r", "FMT003"],
  "NUL in the header": ["a\0,b\n1,2\n", "FMT002"],
  "text behind a closing quote": ['a,b\n"x"y,1\n', "FMT007", 2, 3],
  "a space behind a closing quote": ['a,b\n"x" ,1\n', "FMT007", 2, 3],
  "a quote that is never closed": ['a,b\nx,1\n"y,2\n', "FMT007", 3, 1],
  "a line of spaces": ["a,b\nx,1\n  \ny,2\n", "DAT003", 3, 1],
  "a field too many": ["a,b\nx,1,2\n", "DAT003", 2, 1],
  "a field too few": ["a,b\nx,1\ny\n", "DAT003", 3, 1],
  "Latin-1": [Uint8Array.from([97, 44, 98, 10, 0xe9, 44, 49, 10]), "FMT006", 2, 1],
  "an overlong form": [Uint8Array.from([97, 44, 98, 10, 0xc0, 0xaf, 44, 49, 10]), "FMT006", 2, 1],
  "an encoded surrogate": [Uint8Array.from([97, 44, 98, 10, 0xed, 0xa0, 0x80, 44, 49, 10]), "FMT006", 2, 1],
};

Deno.test("odd files are read as they stand, where no reader of CSV could mean anything else", () => {
  for (const [what, [text, values]] of Object.entries(TAKEN)) deepStrictEqual(textsOf(text), values, what);
});

Deno.test("files that are broken are refused, with line and column where there is one", () => {
  for (const [what, [text, code, line, column]] of Object.entries(REFUSED)) {
    const { place } = refusal(code, () => textsOf(text));
    if (line !== undefined) deepStrictEqual([place?.line, place?.column], [line, column], what);
    else strictEqual(place?.line === undefined || place.line >= 1, true, what);
  }
});

Deno.test("a space before a quote is part of the text, so that no carried number stands there", () => {
  for (const type of ["i64", "f64"] as const) {
    const source = openCsvSource(new MemoryInput('a,b\n "12",1\n'), { columnTypes: { a: type } });
    refusal("DAT002", () => readCarried(source, openCsvDecoder, type));
  }
});

Deno.test("openCsvSource() takes columns named as members of JavaScript's objects for text, or what columnTypes says", () => {
  const text = "constructor,toString,__proto__\nx,2,2024-02-29\n";
  deepStrictEqual(textsOf(text), ["x"]);
  const columnTypes = { ["__proto__"]: "date32" } as const;
  const { schema } = openCsvSource(new MemoryInput(text), { columnTypes }).info;
  deepStrictEqual(schema.fields.map(({ carried }) => carried?.name), ["utf8", "utf8", "date32"]);
});
