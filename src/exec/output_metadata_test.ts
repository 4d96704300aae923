import { deepStrictEqual, ok } from "node:assert/strict";
import {
  columnFromArray,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  timestamp,
  TimeUnit,
} from "@uwdata/flechette";
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
/** what Spark and others read rather than the file's schema; what pandas remembers; a note */
const SCHEMAS: KeyValues = [
  ["org.apache.spark.sql.parquet.row.metadata", '{"type":"struct","fields":[]}'],
  ["parquet.avro.schema", "{}"],
];
const PANDAS: KeyValues[number] = ["pandas", "{}"];
const NOTE: KeyValues[number] = ["origin", "sensor 7"];

function writeInput(path: string, metadata: KeyValues = [...SCHEMAS, PANDAS, NOTE]): string {
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

Deno.test("run() keeps schemas of others where the output has the input's columns, whatever their values", async () => {
  for (const ending of ["arrow", "parquet"]) {
    const path = writeInput(`${folder}/in.${ending}`), all = [...SCHEMAS, PANDAS, NOTE];
    const same = definePipeline({ name: "s", inputs: { id, x }, transform: ({ id, x }) => ({ id, x }) });
    deepStrictEqual(await metadataOf(same, path), all);
    const carried = definePipeline({
      name: "c",
      inputs: { id: carry(), x: carry() },
      transform: ({ id, x }) => ({ id, x }),
    });
    deepStrictEqual(await metadataOf(carried, path), all);
    const others = definePipeline({
      name: "o",
      inputs: { id: carry(), x },
      transform({ id, x }) {
        const mask = x.gt(0);
        return { id: id.filter(mask, "K"), x: x.filter(mask, "K").add(1) };
      },
    });
    deepStrictEqual(await metadataOf(others, path), all);
  }
});

Deno.test("run() leaves schemas of others out where columns are new, fewer, renamed or in another order", async () => {
  const others = [
    definePipeline({ name: "n", inputs: { id, x }, transform: ({ id, x }) => ({ id, x, y: x.add(1) }) }),
    definePipeline({ name: "f", inputs: { id }, transform: ({ id }) => ({ id }) }),
    definePipeline({ name: "r", inputs: { id, x }, transform: ({ id, x }) => ({ id, z: x }) }),
    definePipeline({ name: "o", inputs: { id, x }, transform: ({ id, x }) => ({ x, id }) }),
    definePipeline({ name: "k", inputs: { id: carry() }, transform: ({ id }) => ({ id }) }),
  ];
  for (const ending of ["arrow", "parquet"]) {
    const path = writeInput(`${folder}/in.${ending}`);
    for (const pipeline of others) {
      deepStrictEqual(await metadataOf(pipeline, path), [PANDAS, NOTE], pipeline.name);
    }
  }
});

Deno.test("run() leaves a file's schemas out where folders give it more columns", async () => {
  const path = writeInput(`${folder}/in.parquet`);
  const pipeline = definePipeline({
    name: "day",
    inputs: { id, x, day: input("i64", ["N"]) },
    transform: ({ id, x, day }) => ({ id, x, day }),
  });
  const partitions = new Map([[path, [{ name: "day", value: "3" }]]]);
  deepStrictEqual(await metadataOf(pipeline, path, { partitions }), [PANDAS, NOTE]);
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

Deno.test("run() leaves what pandas remembers out where a column has another type under its old name", async () => {
  const path = writeInput(`${folder}/in.parquet`);
  const cast = definePipeline({ name: "t", inputs: { x }, transform: ({ x }) => ({ id: x, x }) });
  deepStrictEqual(await metadataOf(cast, path), [NOTE]);
  const swapped = definePipeline({
    name: "s",
    inputs: { id: carry(), x: carry() },
    transform: ({ id, x }) => ({ x: id, id: x }),
  });
  deepStrictEqual(await metadataOf(swapped, path), [NOTE]);
});

Deno.test("run() takes a timestamp that is computed with as numbers for another type", async () => {
  const path = `${folder}/time.arrow`;
  const table = tableFromColumns([["at", columnFromArray([1, 2], timestamp(TimeUnit.MICROSECOND))]]);
  const metadata = new Map([...SCHEMAS, PANDAS, NOTE]);
  const plain = { ...table.schema, metadata };
  Object.assign(table.schema, plain);
  Deno.writeFileSync(path, tableToIPC(table, { format: "file" })!);
  const numbers = definePipeline({
    name: "n",
    inputs: { at: input("i64", ["N"]) },
    transform: ({ at }) => ({ at }),
  });
  deepStrictEqual(await metadataOf(numbers, path), [NOTE]);
  const times = definePipeline({ name: "t", inputs: { at: carry() }, transform: ({ at }) => ({ at }) });
  deepStrictEqual(await metadataOf(times, path), [...metadata]);
});

Deno.test("run() keeps what GeoParquet says of columns while they are carried under their names", async () => {
  const geo = ["geo", JSON.stringify({ primary_column: "id", columns: { id: {} } })] as const;
  const path = writeInput(`${folder}/geo.parquet`, [geo, NOTE]);
  const inputs = { id: carry(), x };
  const more = definePipeline({ name: "m", inputs, transform: ({ id, x }) => ({ y: x.add(1), id }) });
  deepStrictEqual(await metadataOf(more, path), [geo, NOTE]);
  const renamed = definePipeline({ name: "r", inputs, transform: ({ id, x }) => ({ shape: id, x }) });
  deepStrictEqual(await metadataOf(renamed, path), [NOTE]);
  const fewer = definePipeline({ name: "f", inputs: { x }, transform: ({ x }) => ({ x }) });
  deepStrictEqual(await metadataOf(fewer, path), [NOTE]);
  const damaged = writeInput(`${folder}/damaged.parquet`, [["geo", "{"], NOTE]);
  deepStrictEqual(await metadataOf(more, damaged), [NOTE]);
});
