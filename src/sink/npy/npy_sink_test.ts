import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { readAll, request } from "../../source/arrow/testing.ts";
import { openNpyDecoder, openNpySource } from "../../source/npy/mod.ts";
import type { OutputField } from "../sink.ts";
import { bytesOf, placeBatch } from "../testing.ts";
import { openNpySink } from "./mod.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-npy-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const DTYPES = Object.keys(DTYPE) as DType[];

/** Writes 5 and 300 rows, and reads them back. */
async function roundTrip(name: string, fields: readonly OutputField[]) {
  const path = `${folder}/${name}.npy`, sink = openNpySink(path, { fields, force: false });
  const memory = new WebAssembly.Memory({ initial: 32 });
  const expected = fields.map((): (number | bigint)[] => []);
  for (const numRows of [5, 0, 300]) {
    const pointers = placeBatch(memory, { fields, numRows }, (elements, i) => {
      const bytes = bytesOf(elements), isBool = fields[i]!.dtype === "bool";
      for (let b = 0; b < bytes.length; b++) bytes[b] = isBool ? b % 2 : (b * 31 + i) & 0x3f;
      for (const value of elements as Float64Array) expected[i]!.push(value);
    });
    sink.writeBatch(memory, numRows, pointers);
  }
  sink.finish();
  const source = openNpySource(path), { schema } = source.info;
  const requests = schema.fields.map(({ name }) => request(name, schema));
  const table = await readAll(source, requests, { chunkRows: 64, openDecoder: openNpyDecoder });
  source.close();
  strictEqual(table.numRows, 305);
  deepStrictEqual(table.columns, expected);
  return { path, schema };
}

for (const dtype of DTYPES) {
  Deno.test(`openNpySink() writes ${dtype} of shape (N) and (N, 3) as plain arrays`, async () => {
    await roundTrip(`one_${dtype}`, [{ name: "x", dtype, width: null }]);
    const { path } = await roundTrip(`three_${dtype}`, [{ name: "x", dtype, width: 3 }]);
    const bytes = Deno.readFileSync(path), text = new TextDecoder("latin1").decode(bytes.subarray(10, 128));
    ok(text.includes("'shape': (305, 3), }"), text);
    strictEqual((bytes.length - 305 * 3 * DTYPE[dtype].itemsize) % 64, 0, "elements begin on a boundary");
  });
}

Deno.test("openNpySink() writes several outputs as the fields of a structured array", async () => {
  const fields = DTYPES.map((dtype, i) => ({ name: `${dtype}'s · ä`, dtype, width: i % 3 === 0 ? 2 : null }));
  const { schema } = await roundTrip("structured", fields);
  deepStrictEqual(schema.fields.map(({ name }) => name), fields.map(({ name }) => name));
});

Deno.test("openNpySink() refuses carried columns, no columns and pipes; an abort leaves the old file", () => {
  const fields = [{ name: "x", dtype: "f32", width: null }] as const;
  const type = { name: "utf8", bitWidth: null, isLarge: false, typeId: 5, slots: [] };
  const carried = [{ ...fields[0], carried: { type, nullable: false } }];
  for (
    const [target, given, words] of [["x.npy", carried, /output x is carried/], [
      "x.npy",
      [],
      /without columns/,
    ], [
      "-",
      fields,
      /a pipe does not take back/,
    ], ["/dev/null", fields, /a pipe does not take back/]] as const
  ) {
    throws(() => openNpySink(target, { fields: given, force: true }), (error) => {
      ok(error instanceof OutputError && error.code === "OUT003" && words.test(error.message), String(error));
      return true;
    });
  }
  const path = `${folder}/old.npy`;
  Deno.writeTextFileSync(path, "old");
  const sink = openNpySink(path, { fields, force: true });
  sink.writeBatch(new WebAssembly.Memory({ initial: 1 }), 3, [64]);
  sink.abort();
  strictEqual(Deno.readTextFileSync(path), "old");
});
