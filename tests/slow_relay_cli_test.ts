/** `convert` from Arrow to Arrow: every type goes through as it is. By the real command line. */
import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import type { OutputCompression } from "../src/exec/output_compression.ts";
import { relayArrow } from "../src/exec/relay.ts";
import { RELAY_BYTES } from "../src/exec/relay_memory.ts";
import { openRawMessages } from "../src/source/arrow/raw_messages.ts";
import { ndpipe } from "./support/ndpipe_process.ts";

const FOLDERS = ["arrow", "arrow-types"].map((name) =>
  new URL(`../testdata/${name}/`, import.meta.url).pathname
);
const [FOLDER, TYPES] = FOLDERS as [string, string];
const TABLES = FOLDERS.flatMap((folder) => [...Deno.readDirSync(folder)].map(({ name }) => folder + name))
  .filter((path) => /\.arrows?$/.test(path)).sort();
const scratch = Deno.makeTempDirSync({ prefix: "ndpipe-relay-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

/** schema, and every message with its body */
async function contents(path: string) {
  const input = await openRawMessages(path);
  const messages = [];
  for (;;) {
    const message = await input.next();
    if (message === null) break;
    const body = new Uint8Array(message.bodyBytes);
    await input.readBody(body);
    const { dictionary, batch, part } = message;
    messages.push({ dictionary, batch, part, body });
  }
  input.close();
  return { schema: input.schema.tree, version: input.schema.version, messages };
}

function isFile(ending: string): boolean {
  return ending === "arrow";
}

/** a file is read by its footer, which lists all dictionaries first; so the numbers of the parts stay */
function dictionariesFirst(table: Awaited<ReturnType<typeof contents>>) {
  const { messages } = table;
  const [first, rest] = [true, false].map((one) =>
    messages.filter(({ dictionary }) => (dictionary !== null) === one)
  );
  return { ...table, messages: [...first!, ...rest!] };
}

async function relay(
  inputs: readonly string[],
  output: string,
  compress: OutputCompression | null = null,
) {
  return await relayArrow({ inputs, output, to: null, force: true, memoryBytes: null, compress });
}

for (const path of TABLES) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  Deno.test(`relayArrow() keeps ${name} whole: schema, metadata, dictionaries and every buffer, in a file and a stream`, async () => {
    const expected = await contents(path);
    // see below
    const endings = name.startsWith("replaced") ? ["arrows"] : ["arrow", "arrows"];
    for (const ending of endings) {
      const output = `${scratch}/${name}.${ending}`;
      const summary = await relay([path], output);
      const written = await contents(output);
      deepStrictEqual(
        isFile(ending) ? dictionariesFirst(written) : written,
        isFile(ending) ? dictionariesFirst(expected) : expected,
      );
      strictEqual(summary.bytesWritten, Deno.statSync(output).size);
      // in the file its dictionaries stand before the batches that came first
      if (isFile(ending) && name === "delta_dictionary.arrows") continue;
      const again = `${scratch}/again.${ending}`;
      await relay([output], again);
      deepStrictEqual(Deno.readFileSync(again), Deno.readFileSync(output));
    }
  });
}

for (const path of TABLES) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  Deno.test(`relayArrow() compresses ${name} anew, and what is decompressed again is what it was`, async () => {
    const plain = `${scratch}/plain.arrows`, back = `${scratch}/back.arrows`;
    await relay([path], plain, "none");
    const expected = await contents(plain);
    ok(expected.messages.every(({ batch }) => batch.codec === null));
    for (const [compress, codec] of [["lz4", "LZ4_FRAME"], ["zstd", "ZSTD"]] as const) {
      const output = `${scratch}/${compress}.arrows`;
      const { predictedPeakBytes } = await relay([path], output, compress);
      ok(predictedPeakBytes > RELAY_BYTES || expected.messages.length === 0);
      const { messages, schema } = await contents(output);
      ok(messages.every(({ batch }) => batch.codec === codec));
      deepStrictEqual(schema, expected.schema);
      await relay([output], back, "none");
      deepStrictEqual(Deno.readFileSync(back), Deno.readFileSync(plain));
    }
  });
}

Deno.test("relayArrow() refuses to compress what the budget has no room for", async () => {
  const input = `${TYPES}all_lz4.arrows`, output = `${scratch}/refused.arrows`;
  const options = { inputs: [input], output, to: null, force: true, compress: "zstd" } as const;
  await rejects(relayArrow({ ...options, memoryBytes: RELAY_BYTES + 2 ** 19 }), { code: "MEM003" });
  throws(() => Deno.statSync(output), Deno.errors.NotFound);
});

Deno.test("relayArrow() gives flechette the same values of every type that it reads", async () => {
  for (const name of ["pyarrow_all_types.arrow", "pyarrow_all_types.arrows"]) {
    for (const ending of ["arrow", "arrows"]) {
      const output = `${scratch}/values.${ending}`;
      await relay([FOLDER + name], output);
      const options = { useBigInt: true, useMap: true };
      const [before, after] = [FOLDER + name, output].map((path) =>
        tableFromIPC(Deno.readFileSync(path), options)
      );
      ok(before!.numCols > 20);
      deepStrictEqual(after!.toColumns(), before!.toColumns());
      deepStrictEqual(after!.schema, before!.schema);
    }
  }
});

Deno.test("convert relays stdin to stdout, and several inputs of one schema one after the other", async () => {
  const input = `${FOLDER}pyarrow_all_types.arrows`, output = `${scratch}/two.arrows`;
  const piped = `${scratch}/piped.arrow`;
  const { code, stderr } = await ndpipe(["convert", "-i", "-", "-o", piped], {
    stdin: Deno.readFileSync(input),
  });
  strictEqual(code, 0, stderr);
  deepStrictEqual(await contents(piped), await contents(input));
  const joined = await ndpipe(["convert", "-i", input, input, "-o", output]);
  strictEqual(joined.code, 0, joined.stderr);
  match(joined.stderr, /14 rows/);
  const batches = (await contents(output)).messages.filter(({ dictionary }) => dictionary === null);
  strictEqual(batches.length, 4);
  const other = await ndpipe([
    "convert",
    "-i",
    input,
    `${FOLDER}pyarrow_nulls.arrow`,
    "-o",
    output,
    "--force",
  ]);
  strictEqual(other.code, 3);
  match(other.stderr, /error\[SCH004\]: .*pyarrow_nulls\.arrow and .* have different schemas/);
  match(other.stderr, /first column that differs is "first"/);
});

Deno.test("relayArrow() refuses what a file cannot hold and a budget that is too small, and leaves no output", async () => {
  const replaced = `${TYPES}replaced_dictionary.arrows`, output = `${scratch}/none.arrow`;
  const { code, stderr } = await ndpipe(["convert", "-i", replaced, "-o", output]);
  strictEqual(code, 8, stderr);
  match(stderr, /error\[OUT003\]: an Arrow file cannot hold the dictionaries/);
  match(stderr, /--to arrow-stream/);
  const args = ["convert", "-i", replaced, "-o", output, "--memory", "20MB"];
  const small = await ndpipe(args);
  strictEqual(small.code, 4);
  const fix = /--memory \d+MiB/.exec(small.stderr)![0].split(" ");
  const fixed = await ndpipe([...args.slice(0, 4), `${scratch}/fixed.arrows`, ...fix]);
  strictEqual(fixed.code, 0, fixed.stderr);
  ok(!Deno.readDirSync(scratch).some(({ name }) => name.startsWith("none")));
});
