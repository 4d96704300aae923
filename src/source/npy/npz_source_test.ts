import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import type { ErrorCode } from "../../error_codes.ts";
import { FormatError } from "../../errors.ts";
import { openNpySink, openNpzSink } from "../../sink/npy/mod.ts";
import { readAll, request } from "../arrow/testing.ts";
import { MemoryAccess } from "../random_access.ts";
import { openNpzDecoder, openNpzSource } from "./mod.ts";

const FOLDER = new URL("../../../testdata/npy_tables/", import.meta.url);
const EXPECTED: Readonly<
  Record<string, { readonly columns: Readonly<Record<string, readonly (number | string)[]>> }>
> = JSON.parse(Deno.readTextFileSync(new URL("expected.json", FOLDER)));

async function read(bytes: Uint8Array, chunkRows: number, names?: readonly string[]) {
  const access = new MemoryAccess(bytes, "t.npz"), source = openNpzSource("t.npz", { open: () => access });
  const { schema } = source.info, wanted = names ?? schema.fields.map(({ name }) => name);
  const requests = wanted.map((name) => request(name, schema));
  const table = await readAll(source, requests, { chunkRows, openDecoder: openNpzDecoder });
  source.close();
  return { ...table, names: wanted, bytesRead: access.bytesRead };
}

function refuses(code: ErrorCode, words: RegExp): (error: unknown) => boolean {
  return (error) => {
    ok(error instanceof FormatError, String(error));
    strictEqual(error.code, code);
    ok(words.test([error.message, ...error.notes].join("\n")), error.message);
    return true;
  };
}

for (const file of ["stored", "deflated"]) {
  const bytes = Deno.readFileSync(new URL(`${file}.npz`, FOLDER));
  Deno.test(`openNpzSource() reads ${file}.npz as NumPy does, in chunks of 1, 7 and all rows`, async () => {
    const expected = Object.entries(EXPECTED).filter(([name]) =>
      name !== "empty" && !name.startsWith("fortran")
    )
      .flatMap(([, { columns }]) => Object.entries(columns));
    for (const chunkRows of [1, 7, 1000]) {
      const { numRows, names, columns } = await read(bytes, chunkRows);
      strictEqual(numRows, 23);
      deepStrictEqual(names, expected.map(([name]) => name));
      for (const [i, [name, cells]] of expected.entries()) {
        deepStrictEqual(
          columns[i],
          cells.map((cell) => typeof cell === "string" ? BigInt(cell) : cell),
          name,
        );
      }
    }
  });

  Deno.test(`openNpzSource() refuses ${file}.npz where any byte of a column's values is damaged, by its checksum`, async () => {
    let numRefused = 0;
    const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
    for (let position = 128; position < directory; position += 37) {
      const damaged = bytes.slice();
      damaged[position]! ^= 0x10;
      try {
        const { columns } = await read(damaged, 1000, ["vector", "matrix"]);
        // the damage is elsewhere: in another array, in padding
        deepStrictEqual(columns[0], EXPECTED["vector"]!.columns["vector"]);
        deepStrictEqual(columns[1], EXPECTED["matrix"]!.columns["matrix"]);
      } catch (error) {
        ok(error instanceof FormatError, String(error));
        numRefused++;
      }
    }
    ok(numRefused > 5, String(numRefused));
  });
}

/** An archive of one stored entry. */
function archiveOf(numRows: number): Uint8Array<ArrayBuffer> {
  const path = `${Deno.makeTempDirSync()}/x.npz`;
  const sink = openNpzSink(path, { fields: [{ name: "x", dtype: "f64", width: null }], force: true });
  sink.writeBatch(new WebAssembly.Memory({ initial: 1 }), numRows, [64]);
  sink.finish();
  const bytes = Deno.readFileSync(path);
  Deno.removeSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
  return bytes;
}

Deno.test("openNpzSource() refuses sizes that an entry cannot have, before anything is read of it", () => {
  const bytes = archiveOf(100), view = new DataView(bytes.buffer);
  const central = bytes.length - 22 - 46 - "x.npy".length;
  strictEqual(view.getUint32(central, true), 0x02014b50);
  const open = () => openNpzSource("t.npz", { open: () => new MemoryAccess(bytes, "t.npz") });
  view.setUint32(central + 24, 0xfffffff0, true);
  throws(open, refuses("FMT004", /cannot have 4,294,967,280 bytes/));
  // deflate cannot make so much of so little
  view.setUint16(central + 10, 8, true);
  throws(open, refuses("FMT004", /cannot have 4,294,967,280 bytes/));
});

Deno.test("openNpzSource() refuses a checksum that differs, at the end of the entry", async () => {
  const bytes = archiveOf(100), view = new DataView(bytes.buffer);
  const central = bytes.length - 22 - 46 - "x.npy".length;
  view.setUint32(central + 16, view.getUint32(central + 16, true) ^ 1, true);
  await rejects(read(bytes, 7), refuses("FMT004", /the checksum of entry x\.npy differs/));
});

Deno.test("openNpzSource() refuses arrays of other lengths, archives without arrays, pipes and other files", () => {
  const shapes = Deno.readFileSync(new URL("../npy/shapes.npz", FOLDER));
  const open = (bytes: Uint8Array) => () =>
    openNpzSource("t.npz", { open: () => new MemoryAccess(bytes, "t.npz") });
  throws(open(shapes), (error) => error instanceof FormatError && error.code === "FMT005");
  const empty = new Uint8Array(22);
  empty.set([0x50, 0x4b, 5, 6]);
  throws(open(empty), refuses("FMT005", /holds no array/));
  throws(open(new Uint8Array(100)), refuses("FMT002", /is no \.npz archive/));
  throws(() => openNpzSource("-"), refuses("FMT005", /through a pipe/));
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/x.npy`;
    openNpySink(path, { fields: [{ name: "x", dtype: "f32", width: null }], force: true }).finish();
    throws(() => openNpzSource(path), refuses("FMT002", /is no \.npz archive/));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
