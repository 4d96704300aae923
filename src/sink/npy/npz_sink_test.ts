import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { openNpz } from "../../source/npy/mod.ts";
import { FileAccess } from "../../source/random_access.ts";
import { bytesOf, placeBatch } from "../testing.ts";
import { openNpzSink } from "./mod.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-npz-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const DTYPES = Object.keys(DTYPE) as DType[];
const ONE = [{ name: "x", dtype: "f32", width: null }] as const;

for (const zip64From of [undefined, 0]) {
  const form = zip64From === undefined ? "32" : "64";
  Deno.test(`openNpzSink() promises an array an output, of every dtype, with sizes of ${form} bits`, () => {
    const fields = DTYPES.map((dtype, i) => ({ name: `${dtype} ä`, dtype, width: i % 2 === 0 ? 3 : null }));
    const path = `${folder}/all_${form}.npz`, memory = new WebAssembly.Memory({ initial: 4 });
    const sink = openNpzSink(path, {
      fields,
      force: false,
      ...(zip64From === undefined ? {} : { zip64From }),
    });
    const expected = fields.map((): (number | bigint)[] => []);
    for (const numRows of [5, 0, 300]) {
      const pointers = placeBatch(memory, { fields, numRows }, (elements, i) => {
        const bytes = bytesOf(elements), isBool = fields[i]!.dtype === "bool";
        for (let b = 0; b < bytes.length; b++) bytes[b] = isBool ? b % 2 : (b * 31 + i) & 0x3f;
        expected[i]!.push(...elements as unknown as number[]);
      });
      sink.writeBatch(memory, numRows, pointers);
    }
    sink.finish();
    strictEqual(sink.numBytes, Deno.statSync(path).size);
    const access = FileAccess.open(path), archive = openNpz(access);
    deepStrictEqual(archive.names, fields.map(({ name }) => name));
    for (const [i, { name, width }] of fields.entries()) {
      const { shape, data } = archive.read(name);
      deepStrictEqual(shape, width === null ? [305] : [305, width]);
      deepStrictEqual([...data as unknown as number[]], expected[i]);
    }
    access.close();
  });
}

Deno.test("openNpzSink() refuses carried columns, no columns, standard output and names that are not found again", () => {
  const type = { name: "utf8", bitWidth: null, isLarge: false, typeId: 5, slots: [] };
  const carried = [{ ...ONE[0], carried: { type, nullable: false } }];
  const refused = [["x.npz", carried, /output x is carried/], ["x.npz", [], /without columns/], [
    "-",
    ONE,
    /at its end/,
  ], [
    "x.npz",
    [{ ...ONE[0], name: "x.npy" }, ...ONE],
    /output "x" becomes the entry "x\.npy"/,
  ], ["x.npz", [{ ...ONE[0], name: "a\0b" }], /output "a\\u0000b" has a NUL/]];
  for (const [target, fields, words] of refused as [string, typeof ONE, RegExp][]) {
    throws(() => openNpzSink(target, { fields, force: true }), (error) => {
      ok(error instanceof OutputError && error.code === "OUT003" && words.test(error.message), String(error));
      return true;
    });
  }
});

Deno.test("openNpzSink() promises that an abort leaves the old file, and nothing beside it", () => {
  const path = `${folder}/old/x.npz`;
  Deno.mkdirSync(`${folder}/old`);
  Deno.writeTextFileSync(path, "old");
  const sink = openNpzSink(path, { fields: ONE, force: true });
  sink.writeBatch(new WebAssembly.Memory({ initial: 1 }), 3, [64]);
  sink.abort();
  strictEqual(Deno.readTextFileSync(path), "old");
  deepStrictEqual([...Deno.readDirSync(`${folder}/old`)].map(({ name }) => name), ["x.npz"]);
});

Deno.test("openNpzSink() promises more arrays than a process may have files, and one file beside the output", () => {
  Deno.mkdirSync(`${folder}/many`);
  const path = `${folder}/many/x.npz`, memory = new WebAssembly.Memory({ initial: 8 });
  const fields = Array.from(
    { length: 20_000 },
    (_, i) => ({ name: `c${i}`, dtype: "u8", width: null }) as const,
  );
  const sink = openNpzSink(path, { fields, force: false });
  const bytes = new Uint8Array(memory.buffer), pointers = fields.map((_, i) => 64 + 3 * i);
  for (const numRows of [3, 3, 1]) {
    for (const [i, pointer] of pointers.entries()) bytes.fill(i + numRows, pointer, pointer + numRows);
    sink.writeBatch(memory, numRows, pointers);
  }
  ok([...Deno.readDirSync(`${folder}/many`)].length <= 1, "the temporary sibling");
  sink.finish();
  const access = FileAccess.open(path), archive = openNpz(access);
  strictEqual(archive.names.length, 20_000);
  for (const i of [0, 1, 777, 19_999]) {
    const [a, b] = [(i + 3) & 255, (i + 1) & 255];
    deepStrictEqual([...archive.read(`c${i}`).data as unknown as number[]], [a, a, a, a, a, a, b]);
  }
  access.close();
  deepStrictEqual([...Deno.readDirSync(`${folder}/many`)].map(({ name }) => name), ["x.npz"]);
});
