import { deepStrictEqual, ok } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { carry, definePipeline, input } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import type { KeyValues } from "../schema/arrow_tree.ts";
import { openArrowSink } from "../sink/arrow/mod.ts";
import { openParquetSink } from "../sink/parquet/mod.ts";
import type { OutputField } from "../sink/sink.ts";
import { placeBatch } from "../sink/testing.ts";
import type { PrepareOptions } from "./prepare.ts";
import { run } from "./run.ts";
import { settings } from "./testing.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-metadata-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const FIELDS: readonly OutputField[] = [
  { name: "id", dtype: "i64", width: null },
  { name: "x", dtype: "f32", width: null },
];
/** what Spark and others read rather than the file's schema, and a note */
const SCHEMAS: KeyValues = [
  ["org.apache.spark.sql.parquet.row.metadata", '{"type":"struct","fields":[]}'],
  ["parquet.avro.schema", "{}"],
  ["pandas", "{}"],
];
const NOTE: KeyValues[number] = ["origin", "sensor 7"];

function writeInput(path: string, metadata: KeyValues = [...SCHEMAS, NOTE]): string {
  const sink = path.endsWith(".parquet")
    ? openParquetSink(path, { fields: FIELDS, metadata, force: true })
    : openArrowSink(path, { format: "arrow-file", fields: FIELDS, metadata, force: true });
  const memory = new WebAssembly.Memory({ initial: 4 });
  sink.writeBatch(memory, 3, placeBatch(memory, { fields: FIELDS, numRows: 3 }, () => {}));
  sink.finish();
  return path;
}

/** Metadata of what a pipeline makes of the inputs. */
async function metadataOf(
  pipeline: Parameters<typeof prepare>[0],
  path: string,
  given: Partial<PrepareOptions> = {},
): Promise<KeyValues> {
  const output = `${folder}/out.arrow`,
    prepared = await prepare(pipeline, settings({ inputs: [path], ...given }));
  await run(prepared, { output, to: null, force: true });
  return [...tableFromIPC(Deno.readFileSync(output)).schema.metadata ?? []];
}

const id = input("i64", ["N"]), x = input("f32", ["N"]);

Deno.test("run() keeps metadata that describes columns where the output has the input's columns, as they are", async () => {
  for (const ending of ["arrow", "parquet"]) {
    const path = writeInput(`${folder}/in.${ending}`), all = [...SCHEMAS, NOTE];
    const same = definePipeline({ name: "s", inputs: { id, x }, transform: ({ id, x }) => ({ id, x }) });
    deepStrictEqual(await metadataOf(same, path), all);
    const carried = definePipeline({
      name: "c",
      inputs: { id: carry(), x: carry() },
      transform: ({ id, x }) => ({ id, x }),
    });
    deepStrictEqual(await metadataOf(carried, path), all);
  }
});

Deno.test("run() leaves metadata that describes columns out where columns are new, fewer, renamed or in another order", async () => {
  const others = [
    definePipeline({ name: "n", inputs: { id, x }, transform: ({ id, x }) => ({ id, x, y: x.add(1) }) }),
    definePipeline({ name: "v", inputs: { id, x }, transform: ({ id, x }) => ({ id, x: x.add(1) }) }),
    definePipeline({ name: "f", inputs: { id }, transform: ({ id }) => ({ id }) }),
    definePipeline({ name: "r", inputs: { id, x }, transform: ({ id, x }) => ({ id, z: x }) }),
    definePipeline({ name: "o", inputs: { id, x }, transform: ({ id, x }) => ({ x, id }) }),
    definePipeline({ name: "k", inputs: { id: carry() }, transform: ({ id }) => ({ id }) }),
  ];
  for (const ending of ["arrow", "parquet"]) {
    const path = writeInput(`${folder}/in.${ending}`);
    for (const pipeline of others) {
      deepStrictEqual(await metadataOf(pipeline, path), [NOTE], pipeline.name);
    }
  }
});

Deno.test("run() leaves metadata that describes a file's columns out where folders give more of them", async () => {
  const path = writeInput(`${folder}/in.parquet`);
  const pipeline = definePipeline({
    name: "day",
    inputs: { id, x, day: input("i64", ["N"]) },
    transform: ({ id, x, day }) => ({ id, x, day }),
  });
  const partitions = new Map([[path, [{ name: "day", value: "3" }]]]);
  deepStrictEqual(await metadataOf(pipeline, path, { partitions }), [NOTE]);
});

Deno.test("prepare() counts what the table's metadata takes while it is written", async () => {
  const short = writeInput(`${folder}/short.parquet`, [["note", "a"]]);
  const long = writeInput(`${folder}/long.parquet`, [["note", "é".repeat(1_000_000)]]);
  const pipeline = definePipeline({ name: "x", inputs: { x }, transform: ({ x }) => ({ x }) });
  for (const outputFormat of ["parquet", "arrow-file", "arrow-stream"] as const) {
    const [few, many] = await Promise.all(
      [short, long].map((path) => prepare(pipeline, settings({ inputs: [path], outputFormat }))),
    );
    ok(many!.memory.peakBytes - few!.memory.peakBytes >= 4 * 2_000_000, outputFormat);
  }
});
