/**
 * `carry()` of every type of Arrow: views, dictionaries, nested types to any depth. flechette, which we did not write,
 * says what the values are.
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import type { PrepareOptions } from "../src/exec/prepare.ts";
import { run } from "../src/exec/run.ts";
import { settings } from "../src/exec/testing.ts";
import { carry, definePipeline, input, type Pipeline } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { AtomicFile } from "../src/sink/atomic_file.ts";
import { MessageSink } from "../src/sink/arrow/message_sink.ts";
import { openRawMessages } from "../src/source/arrow/raw_messages.ts";
import { ndpipe } from "./support/ndpipe_process.ts";
import { refusalOf } from "./support/refusal.ts";
import { plain } from "./support/plain_values.ts";

const TYPES = new URL("../testdata/arrow-types/", import.meta.url).pathname;
const scratch = Deno.makeTempDirSync({ prefix: "ndpipe-types-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

const ALL = `${TYPES}all_none.arrow`;
const NAMES = tableFromIPC(Deno.readFileSync(ALL)).names;

/** by column, its values; maps and dates as flechette has them */
function valuesOf(bytes: Uint8Array): Record<string, unknown[]> {
  const table = tableFromIPC(bytes, { useDecimalInt: true, useMap: true });
  return Object.fromEntries(table.names.map((name) => [name, [...table.getChild(name)].map(plain)]));
}

/** carries the columns; those of rows where `float16`, the row's number, is in question */
function pipelineOf(names: readonly string[], isFiltered: boolean): Pipeline {
  const inputs = Object.fromEntries(names.map((name, i) => [`c${i}`, carry({ column: name })]));
  return definePipeline({
    name: "types",
    inputs: { ...inputs, row: input("f32", ["N"], { column: "float16" }) },
    transform({ row, ...columns }) {
      const carried = columns as unknown as Record<string, { filter(mask: unknown, label: string): unknown }>;
      // neighbours, gaps, and both ends
      const mask = row.lt(3).logicalOr(row.gt(7).logicalAnd(row.lt(9))).logicalOr(
        row.gt(21).logicalAnd(row.lt(29)),
      ).logicalOr(row.gt(38));
      return Object.fromEntries(
        names.map((name, i) => [name, isFiltered ? carried[`c${i}`]!.filter(mask, "K") : carried[`c${i}`]!]),
      ) as never;
    },
  });
}

const isKept = (row: number) => row < 3 || row === 8 || (row > 21 && row < 29) || row > 38;

let numOutputs = 0;
async function outputOf(pipeline: Pipeline, given: Partial<PrepareOptions>): Promise<Uint8Array> {
  const output = `${scratch}/out-${numOutputs++}.arrow`;
  const prepared = await prepare(pipeline, settings({ batchRows: 9, ...given }));
  await run(prepared, { output, to: null, force: false, compress: given.compress ?? null });
  return Deno.readFileSync(output);
}

const expected = valuesOf(Deno.readFileSync(ALL));

for (const isFiltered of [false, true]) {
  for (const codec of ["none", "lz4", "zstd"]) {
    for (const ending of ["arrow", "arrows"]) {
      Deno.test(`carry() promises ${isFiltered ? "the chosen rows" : "all rows"} of every type and the same bytes for every chunk size and worker count, from ${codec}.${ending}`, async () => {
        const inputs = [`${TYPES}all_${codec}.${ending}`], pipeline = pipelineOf(NAMES, isFiltered);
        const first = await outputOf(pipeline, { inputs, chunkRows: 1, workers: 1 });
        const others = codec === "none" ? [[3, 2], [7, 1], [null, 2]] as const : [[7, 2]] as const;
        for (const [chunkRows, workers] of others) {
          deepStrictEqual(await outputOf(pipeline, { inputs, chunkRows, workers }), first);
        }
        const found = valuesOf(first);
        for (const name of NAMES) {
          deepStrictEqual(found[name], expected[name]!.filter((_, row) => !isFiltered || isKept(row)), name);
        }
      });
    }
  }
}

Deno.test("carry() promises types as they were, but for what refers to values: these are written", async () => {
  const typesOf = (bytes: Uint8Array) =>
    Object.fromEntries(
      tableFromIPC(bytes).schema.fields.map(({ name, type }) => [name, JSON.stringify(type)]),
    );
  const before = typesOf(Deno.readFileSync(ALL));
  const after = typesOf(await outputOf(pipelineOf(NAMES, false), { inputs: [ALL] }));
  const written: Record<string, string | undefined> = {
    utf8_view: before.utf8,
    binary_view: before.binary,
    dictionary: before.utf8,
    run_end_encoded: before.utf8,
  };
  const others = [
    "list_view",
    "large_list_view",
    "dictionary_in_list",
    "dictionary_of_structs",
    "ordered_dictionary",
  ];
  for (const name of NAMES.filter((name) => !others.includes(name))) {
    strictEqual(after[name], written[name] ?? before[name], name);
  }
  const kind = (name: string) => JSON.parse(after[name]!).typeId;
  deepStrictEqual(others.map(kind), [12, 21, 12, 13, 3]);
});

Deno.test("carry() promises custom metadata of the columns and of the table, where all inputs have it", async () => {
  const inputs = [ALL, `${TYPES}all_lz4.arrow`];
  const { schema } = tableFromIPC(await outputOf(pipelineOf(NAMES, true), { inputs }));
  const before = tableFromIPC(Deno.readFileSync(ALL)).schema;
  ok(before.metadata!.size > 0);
  deepStrictEqual(schema.metadata, before.metadata);
  deepStrictEqual(
    schema.fields.map(({ metadata }) => metadata),
    before.fields.map(({ metadata }) => metadata),
  );
});

Deno.test("carry() promises dictionaries that grow, are replaced, and differ from file to file, as their values", async () => {
  const words = ["delta_dictionary.arrow", "delta_dictionary.arrows", "replaced_dictionary.arrows"];
  const pipeline = definePipeline({
    name: "words",
    inputs: { word: carry({ maxBytesPerRow: 16 }) },
    transform: ({ word }) => ({ word }),
  });
  const values = words.map((name) => valuesOf(Deno.readFileSync(TYPES + name)).word!);
  deepStrictEqual(values[2], ["a", "b", "c", "d"]);
  const inputs = words.map((name) => TYPES + name);
  for (const chunkRows of [1, 2, null]) {
    deepStrictEqual(valuesOf(await outputOf(pipeline, { inputs, chunkRows })).word, values.flat());
  }
});

for (const name of ["all_none.arrows", "all_zstd.arrows", "replaced_dictionary.arrows", "all_lz4.arrow"]) {
  Deno.test(`carry() promises through a pipe what it promises of a file: ${name}`, async () => {
    const output = `${scratch}/piped.arrow`;
    const path = TYPES + name,
      flags = ["--force", "--nulls", "keep", "--batch-rows", "16", "--chunk-rows", "7"];
    const { code, stderr } = await ndpipe(["convert", "-i", "-", "-o", output, ...flags], {
      stdin: Deno.readFileSync(path),
    });
    strictEqual(code, 0, stderr);
    const piped = Deno.readFileSync(output);
    deepStrictEqual(
      await ndpipe(["convert", "-i", path, "-o", output, ...flags]).then(() => Deno.readFileSync(output)),
      piped,
    );
  });
}

Deno.test("carry() promises that unions of metadata V4, whose nulls cannot be written, are refused by name", async () => {
  const messages = await openRawMessages(`${TYPES}all_none.arrows`);
  const { tree } = messages.schema;
  messages.close();
  const path = `${scratch}/v4.arrow`;
  const fields = tree.fields.filter(({ name }) => name === "dense_union" || name === "float16");
  new MessageSink(AtomicFile.open(path, { force: false }), true, { tree: { ...tree, fields }, version: 3 })
    .finish();
  const refusal = await refusalOf(prepare(pipelineOf(["dense_union"], false), settings({ inputs: [path] })));
  strictEqual(refusal.code, "SCH005");
  match(refusal.message, /dense_union<.*>, which is not carried/);
});

Deno.test("carry() promises that a packed value of more than a mebibyte is refused", async () => {
  const { columnFromArray, float32, list, tableFromColumns, tableToIPC, utf8 } = await import(
    "@uwdata/flechette"
  );
  const path = `${scratch}/long.arrow`;
  const table = tableFromColumns({
    float16: columnFromArray([0, 1], float32()),
    texts: columnFromArray([["short"], ["x".repeat(700_000), "y".repeat(700_000)]], list(utf8())),
  });
  Deno.writeFileSync(path, tableToIPC(table, { format: "file" })!);
  const refusal = await refusalOf(outputOf(pipelineOf(["texts"], false), { inputs: [path] }));
  strictEqual(refusal.code, "MEM003");
  match(`${refusal.message} ${refusal.notes.join(" ")}`, /texts.*row 1/);
});

Deno.test("convert --nulls keep promises FixedSizeLists with their nulls, and those of them in their elements", async () => {
  const path = new URL("../testdata/arrow/pyarrow_lists.arrow", import.meta.url).pathname;
  const output = `${scratch}/lists.arrow`, expected = valuesOf(Deno.readFileSync(path));
  const { code, stderr } = await ndpipe([
    "convert",
    "-i",
    path,
    "-o",
    output,
    "--nulls",
    "keep",
    "--batch-rows",
    "2",
  ]);
  strictEqual(code, 0, stderr);
  deepStrictEqual(valuesOf(Deno.readFileSync(output)), expected);
  ok(Object.values(expected).flat(1).includes(null) && Object.values(expected).flat(2).includes(null));
});
