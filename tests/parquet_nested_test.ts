/**
 * Columns with parts through Parquet: what other writers wrote comes out as the very bytes of the Arrow table that they
 * had, and what is written here is read back so, and by readers that are not ours.
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  columnFromArray,
  float64,
  int32,
  list,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { run } from "../src/exec/run.ts";
import { settings } from "../src/exec/testing.ts";
import { carry, definePipeline, input } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { bindInputs } from "../src/schema/bind.ts";
import { openParquetSource } from "../src/source/parquet/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";
import { refusalOf } from "./support/refusal.ts";
import { plain } from "./support/plain_values.ts";
import { type CarryOptions, carryTo, namesOf } from "./support/carrying.ts";
import { carriedColumn } from "./support/requested_columns.ts";

const FOLDER = new URL("../testdata/parquet_nested/", import.meta.url).pathname;
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".parquet")
);
const TABLE = `${FOLDER}table.arrow`;
const scratch = Deno.makeTempDirSync({ prefix: "ndpipe-nested-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

const ALL = namesOf(TABLE);

let numOutputs = 0;

/** Carries columns from a file to another. */
const convert = (path: string, ending: "arrow" | "parquet" | "ndjson" | "csv", options: CarryOptions) =>
  carryTo(scratch, path, ending, options);

/** by column, its values as flechette has them */
function valuesOf(path: string): Record<string, unknown[]> {
  const table = tableFromIPC(Deno.readFileSync(path), { useBigInt: true, useDecimalInt: true, useMap: true });
  return Object.fromEntries(table.names.map((name) => [name, [...table.getChild(name)].map(plain)]));
}

const expected = valuesOf(TABLE);
/** the Arrow table itself, carried */
let whole: string | null = null;

for (const file of FILES) {
  Deno.test(`carry() promises every value of ${file} as its writer had it, and the same bytes for every chunk size and worker count`, async () => {
    const path = FOLDER + file, names = namesOf(path).filter((name) => name !== "pair");
    const first = await convert(path, "arrow", { names, chunkRows: 1 });
    for (const [chunkRows, workers] of [[7, 2], [null, 1]] as const) {
      const other = await convert(path, "arrow", { names, chunkRows, workers });
      deepStrictEqual(Deno.readFileSync(other), Deno.readFileSync(first), `chunks of ${chunkRows}`);
    }
    const found = valuesOf(first);
    for (const name of names) {
      const values = expected[name]!;
      deepStrictEqual(found[name], file === "no_rows.parquet" ? [] : values, name);
    }
    // pyarrow's files have Arrow's own schema too, so that even types and names come back
    if (!/^v\d/.test(file)) return;
    whole ??= await convert(TABLE, "arrow", { names: ALL, chunkRows: 13 });
    deepStrictEqual(Deno.readFileSync(first), Deno.readFileSync(whole));
  });
}

const isKept = (row: number) => row < 3 || row === 8 || (row > 57 && row < 66) || row > 127;

Deno.test("carry() promises the chosen rows of columns with parts, whatever the chunks", async () => {
  const pipeline = definePipeline({
    name: "chosen",
    inputs: { row: input("i32", ["N"]), ...Object.fromEntries(ALL.slice(1).map((name) => [name, carry()])) },
    transform({ row, ...carried }) {
      const mask = row.lt(3).logicalOr(row.eq(8)).logicalOr(row.gt(57).logicalAnd(row.lt(66)))
        .logicalOr(row.gt(127));
      const columns = carried as unknown as Record<string, { filter(mask: unknown, label: string): unknown }>;
      return Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, column.filter(mask, "K")]),
      ) as never;
    },
  });
  const outputs: Uint8Array[] = [];
  for (const [chunkRows, workers] of [[1, 1], [7, 2], [null, 1]] as const) {
    const output = `${scratch}/chosen-${chunkRows}.arrow`;
    const given = settings({ inputs: [`${FOLDER}v2_dictionary.parquet`], chunkRows, workers, batchRows: 9 });
    await run(await prepare(pipeline, given), { output, to: null, force: false });
    outputs.push(Deno.readFileSync(output));
    const found = valuesOf(output);
    for (const name of ALL.slice(1)) {
      deepStrictEqual(found[name], expected[name]!.filter((_, row) => isKept(row)), name);
    }
  }
  deepStrictEqual(outputs[1], outputs[0]);
  deepStrictEqual(outputs[2], outputs[0]);
});

/** Doubles a matrix and writes it as CSV. */
async function doubled(
  file: string,
  { column, dtype, width, chunkRows }: {
    column: string;
    dtype: "f32" | "i32";
    width: number;
    chunkRows: number | null;
  },
): Promise<string> {
  const pipeline = definePipeline({
    name: "doubled",
    inputs: { x: input(dtype, ["N", width], { column }) },
    transform: ({ x }) => ({ x: x.add(x) }),
  });
  const output = `${scratch}/own-${numOutputs++}.csv`;
  const given = settings({ inputs: [FOLDER + file], chunkRows, workers: 2 });
  await run(await prepare(pipeline, given), { output, to: null, force: false });
  return Deno.readTextFileSync(output);
}

for (
  const [file, column, width] of [["duckdb.parquet", "pair", 2], ["no_hints.parquet", "whole", 3]] as const
) {
  Deno.test(`input() of shape (N, ${width}) promises lists of ${width} whose size ${file} does not state`, async () => {
    const lines = Array.from(
      { length: 130 },
      (_, row) => Array.from({ length: width }, (_, k) => 2 * (row + k)).join(","),
    );
    const header = Array.from({ length: width }, (_, k) => `x_${k}`).join(",");
    for (const chunkRows of [1, 7, null]) {
      const text = await doubled(file, { column, dtype: "f32", width, chunkRows });
      strictEqual(text, [header, ...lines].join("\n") + "\n");
    }
  });
}

Deno.test("input() of shape (N, k) promises that a list of another size is refused by its row, whatever the chunks", async () => {
  // pyarrow's first row group: 60 rows of three elements, none null
  for (const width of [2, 4]) {
    for (const chunkRows of [1, 7, null]) {
      const refusal = await refusalOf(
        doubled("no_hints.parquet", { column: "whole", dtype: "f32", width, chunkRows }),
      );
      strictEqual(refusal.code, "DAT005");
      match(refusal.message, new RegExp(`column "whole" that has not ${width} elements`));
      match(refusal.notes.join(" "), /row group 0, column whole, row 0/);
    }
  }
  // a null list is what its input says, and one of another size is refused
  const row = expected["ints"]!.findIndex((list) => list !== null && (list as unknown[]).length !== 3);
  const filled = definePipeline({
    name: "filled",
    inputs: { x: input("i32", ["N", 3], { column: "ints", nulls: { fill: 0 } }) },
    transform: ({ x }) => ({ x }),
  });
  for (const chunkRows of [1, 7, null]) {
    const prepared = await prepare(filled, settings({ inputs: [`${FOLDER}v1_whole.parquet`], chunkRows }));
    const output = `${scratch}/filled.csv`;
    const refusal = await refusalOf(run(prepared, { output, to: null, force: false }));
    strictEqual(refusal.code, "DAT005");
    match(refusal.notes.join(" "), new RegExp(`column ints, row ${row},`));
  }
});

Deno.test("input() promises to say how a column of lists can be read", async () => {
  const scalar = definePipeline({
    name: "scalar",
    inputs: { x: input("f32", ["N"], { column: "whole" }) },
    transform: ({ x }) => ({ x }),
  });
  const refusal = await refusalOf(prepare(scalar, settings({ inputs: [`${FOLDER}no_hints.parquet`] })));
  strictEqual(refusal.code, "SCH005");
  match(refusal.help ?? "", /input\("f32", \["N", k\]\).*carry\(\)/);
});

for (const compress of ["none", "snappy", "lz4", "zstd", "gzip"] as const) {
  Deno.test(`carry() of columns with parts to Parquet with --compress ${compress} promises every value, type and name, and the same bytes whatever the chunks`, async () => {
    const whole = await convert(TABLE, "arrow", { names: ALL });
    const written = await convert(TABLE, "parquet", { names: ALL, compress, chunkRows: 31 });
    const back = await convert(written, "arrow", { names: ALL, chunkRows: 11, workers: 2 });
    deepStrictEqual(Deno.readFileSync(back), Deno.readFileSync(whole));
    for (const [chunkRows, workers] of [[1, 1], [7, 2], [null, 1]] as const) {
      const again = await convert(TABLE, "parquet", { names: ALL, compress, chunkRows, workers });
      deepStrictEqual(Deno.readFileSync(again), Deno.readFileSync(written));
    }
  });
}

Deno.test("hyparquet reads columns with parts as they were written here", async () => {
  const names = [
    "ints",
    "texts",
    "fixed",
    "points",
    "of_lists",
    "deep",
    "map",
    "bools",
    "numbers",
    "empty",
    "all_null",
  ];
  const path = await convert(TABLE, "parquet", { names, batchRows: 50 });
  const rows = await parquetReadObjects({ file: Deno.readFileSync(path).buffer });
  // it gives maps as objects, and whole numbers of 64 bits as bigints
  const comparable = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(comparable);
    if (value === null || typeof value !== "object") {
      return typeof value === "bigint" ? Number(value) : value ?? null;
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, comparable(part)]));
  };
  for (const name of names) {
    const values = expected[name]!.map((value) =>
      name === "map" && value !== null ? Object.fromEntries(value as [string, unknown][]) : value
    );
    deepStrictEqual(rows.map((row) => comparable(row[name])), values.map(comparable), name);
  }
});

Deno.test("carry() to Parquet promises lists of more elements and more text than a page has, cut between rows", async () => {
  const numRows = 3000, path = `${scratch}/long.arrow`;
  const ints = Array.from(
    { length: numRows },
    (_, row) => Array.from({ length: row % 200 }, (_, k) => row * k),
  );
  const texts = Array.from(
    { length: numRows },
    (_, row) => Array.from({ length: row % 7 }, (_, k) => `${row} ${k} `.repeat(40)),
  );
  const table = tableFromColumns({
    ints: columnFromArray(ints, list(int32())),
    texts: columnFromArray(texts, list(utf8())),
  });
  Deno.writeFileSync(path, tableToIPC(table, { format: "file" })!);
  const names = ["ints", "texts"], batchRows = 2500;
  const written = await convert(path, "parquet", { names, batchRows });
  const rows = await parquetReadObjects({ file: Deno.readFileSync(written).buffer });
  deepStrictEqual(rows.map((row) => row["ints"]), ints);
  deepStrictEqual(rows.map((row) => row["texts"]), texts);
  const back = valuesOf(await convert(written, "arrow", { names, batchRows, chunkRows: 999 }));
  deepStrictEqual(back, { ints, texts });
  const { row_groups: [first] } = parquetMetadata(Deno.readFileSync(written).buffer);
  // 248,750 elements of four bytes: more than one page
  ok(first!.columns[0]!.meta_data!.num_values > 131_072n);
});

for (const [name, what] of [["dense_union", "a union"], ["month_day_nano", "an interval"]] as const) {
  Deno.test(`carry() promises to refuse ${what} where Parquet is written, by name`, async () => {
    const path = new URL("../testdata/arrow-types/all_none.arrow", import.meta.url).pathname;
    const refusal = await refusalOf(convert(path, "parquet", { names: [name] }));
    strictEqual(refusal.code, "OUT003");
    match(refusal.message, new RegExp(name));
  });
}

Deno.test("carry() promises to refuse columns with parts where CSV is written, with a way out", async () => {
  const refusal = await refusalOf(convert(TABLE, "csv", { names: ["ints"] }));
  strictEqual(refusal.code, "OUT003");
  match(`${refusal.message} ${refusal.help}`, /column ints is list<int32>.*(Arrow|Parquet)/);
});

Deno.test("carry() of columns with parts to JSON lines promises arrays, objects and nulls, and the same bytes whatever the chunks", async () => {
  const names = [
    "ints",
    "texts",
    "large",
    "fixed",
    "point",
    "points",
    "of_lists",
    "deep",
    "map",
    "map_of_lists",
    "bools",
    "numbers",
    "nothing",
    "empty",
    "all_null",
  ];
  const first = Deno.readFileSync(await convert(TABLE, "ndjson", { names, chunkRows: 1 }));
  for (const [chunkRows, workers] of [[7, 2], [null, 1]] as const) {
    deepStrictEqual(
      Deno.readFileSync(
        await convert(`${FOLDER}v2_encoded.parquet`, "ndjson", { names, chunkRows, workers }),
      ),
      first,
    );
  }
  const rows = new TextDecoder().decode(first).trimEnd().split("\n").map((line) => JSON.parse(line));
  // a map by text is an object, any other a list of its entries; whole numbers of 64 bits are compared as numbers
  const comparable = (value: unknown): unknown => {
    if (typeof value === "bigint") return Number(value);
    if (Array.isArray(value)) return value.map(comparable);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, comparable(part)]));
  };
  for (const name of names) {
    const values = expected[name]!.map((value) => {
      if (value === null || !name.startsWith("map")) return comparable(value);
      const entries = value as [string, unknown][];
      return name === "map"
        ? comparable(Object.fromEntries(entries))
        : entries.map(([key, part]) => ({ key, value: part }));
    });
    deepStrictEqual(rows.map((row) => row[name]), values, name);
  }
});

Deno.test("carry() to JSON lines promises values longer than a piece, escapes, NaN, dates and unions", async () => {
  const path = `${scratch}/odd.arrow`, long = `"\\\n\u0001${"ä".repeat(70_000)}`;
  const table = tableFromColumns({
    texts: columnFromArray([[long, ""], null, ["😀"]], list(utf8())),
    floats: columnFromArray([[NaN, Infinity, -Infinity, -0, 0.1], [], [1e300]], list(float64())),
  });
  Deno.writeFileSync(path, tableToIPC(table, { format: "file" })!);
  const text = Deno.readTextFileSync(await convert(path, "ndjson", { names: ["texts", "floats"] }));
  deepStrictEqual(text.trimEnd().split("\n"), [
    `{"texts":[${JSON.stringify(long)},""],"floats":["NaN","Infinity","-Infinity",-0,0.1]}`,
    `{"texts":null,"floats":[]}`,
    `{"texts":["😀"],"floats":[1e+300]}`,
  ]);
  const dates = await convert(TABLE, "ndjson", { names: ["dates", "times"] });
  const [, , third, fourth] = Deno.readTextFileSync(dates).split("\n").map((line) =>
    line && JSON.parse(line)
  );
  deepStrictEqual(third.dates, ["1970-01-21", "1970-01-22"]);
  deepStrictEqual(fourth.times, [null, "1970-01-01T00:00:31.000000Z", "1970-01-01T00:00:32.000000Z"]);
  const unions = new URL("../testdata/arrow-types/all_none.arrow", import.meta.url).pathname;
  const names = ["dense_union", "sparse_union"];
  const lines = Deno.readTextFileSync(await convert(unions, "ndjson", { names })).trimEnd().split("\n");
  const values = valuesOf(unions);
  for (const name of names) {
    deepStrictEqual(
      lines.map((line) => JSON.parse(line)[name]),
      values[name]!.map((value) => typeof value === "bigint" ? Number(value) : value),
    );
  }
  const decimals = Deno.readTextFileSync(await convert(TABLE, "ndjson", { names: ["decimals"] }));
  deepStrictEqual(decimals.split("\n").slice(1, 5), [
    '{"decimals":[-122.50,-122.25]}',
    '{"decimals":null}',
    '{"decimals":[-117.50,null,null]}',
    '{"decimals":[-115.00,-114.75,-114.50]}',
  ]);
  const refusal = await refusalOf(convert(TABLE, "ndjson", { names: ["binary"] }));
  strictEqual(refusal.code, "OUT003");
});

Deno.test("openParquetSource() promises that of columns with parts only those that are carried are read", async () => {
  const bytes = Deno.readFileSync(`${FOLDER}v1_whole.parquet`), access = new MemoryAccess(bytes, "counted");
  const source = openParquetSource("counted", { open: () => access });
  const { schema } = source.info, read = access.bytesRead;
  const [binding] = bindInputs([carriedColumn("ints")], schema, "counted");
  const byteLength = source.slotBytes([binding!], 1000);
  ok(source.residentBytes([binding!], 1000) > 0);
  source.begin([binding!], 1000);
  const memory = new WebAssembly.Memory({
    initial: Math.ceil(byteLength / 65536),
    maximum: 1000,
    shared: true,
  });
  strictEqual((await source.next({ memory, byteOffset: 0, byteLength }))?.numRows, 130);
  const { row_groups: [group] } = parquetMetadata(bytes.buffer);
  const { meta_data: own } = group!.columns.find(({ meta_data }) => meta_data!.path_in_schema[0] === "ints")!;
  // its pages, and headers: read once for the plan, once for the values, 256 bytes each time
  const pages = Number(own!.total_compressed_size), headers = 2 * 2 * 256;
  ok(access.bytesRead - read <= pages + headers, `${access.bytesRead - read} bytes of ${pages}`);
  ok(access.bytesRead - read < bytes.byteLength / 10);
});
