import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import type { ErrorCode } from "../../error_codes.ts";
import { NdpipeError } from "../../errors.ts";
import { readAll, request } from "../arrow/testing.ts";
import { MemoryAccess } from "../random_access.ts";
import { openNpyDecoder, openNpySource } from "./mod.ts";

const FOLDER = new URL("../../../testdata/npy_tables/", import.meta.url);
const EXPECTED: Readonly<
  Record<
    string,
    { readonly rows: number; readonly columns: Readonly<Record<string, readonly (number | string)[]>> }
  >
> = JSON.parse(Deno.readTextFileSync(new URL("expected.json", FOLDER)));
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".npy"))
  .sort();

Deno.test("testdata/npy_tables has an expectation for every file", () =>
  deepStrictEqual(FILES, Object.keys(EXPECTED).map((name) => `${name}.npy`).sort()));

for (const file of FILES) {
  const path = new URL(file, FOLDER).pathname, { rows, columns } = EXPECTED[file.replace(".npy", "")]!;
  Deno.test(`openNpySource() reads ${file} as NumPy does, in chunks of 1, 7 and all rows`, async () => {
    for (const chunkRows of [1, 7, 1000]) {
      const source = openNpySource(path), { schema } = source.info;
      deepStrictEqual(schema.fields.map(({ name }) => name), Object.keys(columns));
      strictEqual(source.countRows(), rows);
      const requests = Object.keys(columns).map((name) => request(name, schema));
      const table = await readAll(source, requests, { chunkRows, openDecoder: openNpyDecoder });
      source.close();
      strictEqual(table.numRows, rows);
      for (const [i, [name, cells]] of Object.entries(columns).entries()) {
        const expected = cells.map((cell) => typeof cell === "string" ? BigInt(cell) : cell);
        deepStrictEqual(table.columns[i], expected, name);
      }
    }
  });
}

/** a file of version 1 with that header */
function fileOf(header: string, numBytes: number): MemoryAccess {
  const text = new TextEncoder().encode(header), bytes = new Uint8Array(10 + text.length + numBytes);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8]);
  bytes.set(text, 10);
  return new MemoryAccess(bytes, "x.npy");
}

function refused(access: MemoryAccess, code: ErrorCode, words: RegExp): void {
  throws(() => openNpySource("x.npy", { open: () => access }), (error) => {
    ok(error instanceof NdpipeError, String(error));
    strictEqual(error.code, code, error.message);
    ok(words.test(error.message), error.message);
    return true;
  });
}

const header = (type: string, shape: string, order = "False") =>
  `{'descr': ${type}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

Deno.test("openNpySource() refuses what is no table, contradictions and claims beyond the file", () => {
  throws(() => openNpySource("-"), /through a pipe/);
  refused(new MemoryAccess(new Uint8Array(20), "x.npy"), "FMT002", /no .npy file/);
  refused(fileOf(header("'<f4'", "()"), 4), "FMT005", /single number/);
  refused(fileOf(header("'<f4'", "(3,)"), 11), "FMT003", /ends before its 3 rows/);
  refused(fileOf(header("'<f4'", "(3,)"), 13), "FMT004", /1 bytes follow/);
  refused(fileOf(header("'<f4'", "(9007199254740991, 9007199254740991)"), 8), "FMT003", /ends before/);
  refused(fileOf(header("'<f4'", "(3, 0)"), 0), "FMT005", /rows without elements/);
  refused(fileOf(header("'|O'", "(1,)"), 8), "FMT005", /Python objects/);
  refused(fileOf(header("'<U4'", "(1,)"), 16), "FMT005", /strings/);
  refused(fileOf(header("'<f4'", "(1, 2, 2)", "True"), 16), "FMT005", /Fortran/);
  refused(fileOf(header("[('a', [('b', '<f4')])]", "(1,)"), 4), "FMT005", /field a that has fields/);
  refused(fileOf(header("[('a', '<f4')]", "(1, 2)"), 8), "FMT005", /several structures/);
  refused(fileOf(header("[(1, '<f4')]", "(1,)"), 4), "FMT004", /no name/);
  refused(fileOf(header("'<f4'", "(-3,)"), 12), "FMT004", /no valid shape/);
  refused(fileOf(header("'<f4'", "(3,)", "Maybe"), 12), "FMT004", /cannot be read/);
  refused(fileOf("{'descr': ".repeat(50), 0), "FMT004", /nested too deep/);
  refused(fileOf("{'descr': '<f4", 0), "FMT004", /ends inside a text/);
});
