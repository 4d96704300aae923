/** Parquet of many writers (testdata/parquet_testing): each file is what pyarrow reads from it, or refused by name. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { NdpipeError } from "../src/errors.ts";
import { run } from "../src/exec/run.ts";
import { settings } from "../src/exec/testing.ts";
import { carry, definePipeline } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { openParquetSource } from "../src/source/parquet/mod.ts";
import { plain } from "./support/plain_values.ts";

const FOLDER = new URL("../testdata/parquet_testing/", import.meta.url).pathname;
const REFUSED: Readonly<Record<string, string>> = JSON.parse(Deno.readTextFileSync(`${FOLDER}refused.json`));
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".parquet") || name.endsWith(".encrypted")
).sort();
/** in Arrow's union `Type` */
const MAP = 17;
const scratch = Deno.makeTempDirSync({ prefix: "ndpipe-parquet-testing-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

function namesOf(path: string): readonly string[] {
  const source = openParquetSource(path), { fields } = source.info.schema;
  source.close();
  return fields.map(({ name }) => name);
}

/** carries all columns to an Arrow file */
async function carried(path: string, chunkRows: number): Promise<Uint8Array> {
  const names = namesOf(path), output = `${scratch}/out.arrow`;
  const pipeline = definePipeline({
    name: "all",
    inputs: Object.fromEntries(names.map((name, i) => [`c${i}`, carry({ column: name })])),
    transform: (inputs) => inputs as never,
  });
  const prepared = await prepare(pipeline, settings({ inputs: [path], chunkRows }));
  await run(prepared, { output, to: null, force: true, compress: null });
  return Deno.readFileSync(output);
}

/** by column, its values */
function valuesOf(bytes: Uint8Array): readonly unknown[][] {
  const table = tableFromIPC(bytes, { useDecimalInt: true, useMap: true, useBigInt: true });
  return table.names.map((_, i) => [...table.getChildAt(i)].map(plain));
}

/** a column's type, but for what the parts of a map are called: readers name them each in their own way */
function withoutMapNames(type: unknown): unknown {
  if (type === null || typeof type !== "object") return type;
  return JSON.parse(JSON.stringify(type, (key, value) => {
    if (value?.typeId !== MAP) return typeof value === "bigint" ? `${value}` : value;
    const [entries] = value.children as { type: { children: { type: unknown }[] } }[];
    return { typeId: MAP, key, parts: entries!.type.children.map((part) => part.type) };
  }));
}

Deno.test("testdata/parquet_testing has an answer for every file", () => {
  const answers = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
    name.endsWith(".arrow")
  );
  const answered = answers.map((name) => name.replace(/\.arrow$/, ".parquet"));
  deepStrictEqual([...answered, ...Object.keys(REFUSED)].sort(), FILES);
});

for (const name of FILES) {
  const path = FOLDER + name, code = REFUSED[name];
  if (code !== undefined) {
    Deno.test(`openParquetSource() refuses ${name} with ${code}`, async () => {
      try {
        await carried(path, 100);
      } catch (error) {
        ok(error instanceof NdpipeError, `${error}`);
        return strictEqual(error.code, code);
      }
      throw new Error("it was read");
    });
    continue;
  }
  Deno.test(`carry() gives ${name} as pyarrow reads it, in chunks of 3 and of all rows`, async () => {
    const expected = Deno.readFileSync(FOLDER + name.replace(/parquet$/, "arrow"));
    if (namesOf(path).length === 0) return;
    for (const chunkRows of [3, 10_000]) {
      const bytes = await carried(path, chunkRows);
      deepStrictEqual(valuesOf(bytes), valuesOf(expected));
      const types = (one: Uint8Array) =>
        tableFromIPC(one).schema.fields.map(({ type }) => withoutMapNames(type));
      deepStrictEqual(types(bytes), types(expected));
    }
  });
}
