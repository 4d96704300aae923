/** Text beyond a mebibyte, which `--max-record-bytes` lets in. @module */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { parquetReadObjects } from "hyparquet";
import type { PrepareOptions } from "../src/exec/prepare.ts";
import { run } from "../src/exec/run.ts";
import { settings } from "../src/exec/testing.ts";
import { carry, definePipeline, input } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { openCsvSource } from "../src/source/csv/mod.ts";
import { sampleCsv } from "../src/source/csv/sample.ts";
import { ndpipe } from "./support/ndpipe_process.ts";
import { refusal } from "./support/refusal.ts";

const MIB = 1024 ** 2;
const MAX_RECORD_BYTES = 6 * MIB;
const folder = Deno.makeTempDirSync({ prefix: "ndpipe-long-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** longer than a record batch has room for where nothing is said of long records; short ones, and a null, between */
const TEXTS: readonly (string | null)[] = [3, 1.2 * MIB, 0, 2.6 * MIB, null, MIB, MIB + 1, 10].map((
  size,
  i,
) => size === null ? null : i === 1 ? "p".repeat(size) : `${i}"\n,é\t\\x`.repeat(size / 8));
const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
Deno.writeTextFileSync(
  `${folder}/long.csv`,
  "id,text\n" + TEXTS.map((text, id) => `${id},${text === null ? "" : quote(text)}\n`).join(""),
);
Deno.writeTextFileSync(
  `${folder}/long.ndjson`,
  TEXTS.map((text, id) => JSON.stringify({ id, text }) + "\n").join(""),
);

const inputs = { id: input("i32", ["N"]), text: carry() };
const passed = definePipeline({ name: "long", inputs, transform: ({ id, text }) => ({ id, text }) });
const filtered = definePipeline({
  name: "long",
  inputs,
  transform: ({ id, text }) => {
    const isLater = id.gt(0);
    return { id: id.filter(isLater, "M"), text: text.filter(isLater, "M") };
  },
});

async function convert(
  from: string,
  to: string,
  { pipeline = passed, ...given }: Partial<PrepareOptions> & { pipeline?: typeof passed | typeof filtered },
): Promise<Uint8Array<ArrayBuffer>> {
  const output = `${folder}/out.${to}`, { outputFormat = "arrow-file", compress = null } = given;
  const prepared = await prepare(
    pipeline,
    settings({
      inputs: [`${folder}/long.${from}`],
      memoryBytes: 2 ** 31,
      csv: { maxRecordBytes: MAX_RECORD_BYTES },
      ...given,
    }),
  );
  const summary = await run(prepared, { output, to: outputFormat, force: true, compress });
  strictEqual(summary.rows, TEXTS.length);
  return Deno.readFileSync(output);
}

async function textsOf(format: string, bytes: Uint8Array<ArrayBuffer>): Promise<(string | null)[]> {
  switch (format) {
    case "parquet":
      return (await parquetReadObjects({ file: bytes.buffer })).map(({ text }) => text ?? null);
    case "ndjson":
      return new TextDecoder().decode(bytes).trimEnd().split("\n").map((line) => JSON.parse(line).text);
    default:
      return [...tableFromIPC(bytes).getChild("text")];
  }
}

Deno.test("a value longer than a mebibyte goes to every format, whatever the chunks and threads", async () => {
  for (
    const [from, to, more] of [
      ["csv", "arrow", {}],
      ["csv", "arrow", { batchRows: 1 }],
      ["csv", "arrows", { outputFormat: "arrow-stream" }],
      ["csv", "parquet", { outputFormat: "parquet" }],
      ["csv", "ndjson", { outputFormat: "ndjson" }],
      ["ndjson", "parquet", { outputFormat: "parquet", compress: "none" }],
      ["ndjson", "arrow", { batchRows: 2 }],
    ] as const
  ) {
    const one = await convert(from, to, { ...more, workers: 1 });
    deepStrictEqual(await textsOf(to, one), TEXTS, `${from} to ${to}`);
    const other = await convert(from, to, { ...more, workers: 2, chunkRows: 3 });
    ok(one.length === other.length && one.every((byte, i) => byte === other[i]), `${from} to ${to}: bytes`);
  }
});

Deno.test("a value longer than a mebibyte is written to CSV as it was read", async () => {
  const written = await convert("csv", "csv", { outputFormat: "csv" });
  const read = await convert("csv", "arrow", {});
  Deno.writeFileSync(`${folder}/long.again.csv`, written);
  const again = await convert("again.csv", "arrow", {});
  deepStrictEqual(again, read);
});

Deno.test("a filter passes values longer than a mebibyte", async () => {
  const bytes = await convert("csv", "arrow", { pipeline: filtered, chunkRows: 2 });
  deepStrictEqual(await textsOf("arrow", bytes), TEXTS.slice(1));
});

Deno.test("an input of text says how long a value may be, and a record batch has room for one", async () => {
  const longest = (maxRecordBytes?: number) => {
    const source = openCsvSource(
      `${folder}/long.csv`,
      maxRecordBytes === undefined ? {} : { maxRecordBytes },
    );
    source.close();
    return source.longestValueBytes;
  };
  deepStrictEqual([longest(), longest(4096), longest(MAX_RECORD_BYTES)], [MIB, MIB, MAX_RECORD_BYTES]);
  const prepared = await prepare(
    passed,
    settings({
      inputs: [`${folder}/long.csv`],
      batchRows: 1,
      csv: { maxRecordBytes: MAX_RECORD_BYTES },
    }),
  );
  ok(prepared.memory.batchBytes[1]! >= MAX_RECORD_BYTES, String(prepared.memory.batchBytes));
});

Deno.test("a first record beyond the limit is refused by who looks at it, and the advice holds", async () => {
  const path = `${folder}/first.csv`, text = "y".repeat(1.5 * MIB);
  Deno.writeTextFileSync(path, `id,text\n1,${text}\n2,b\n`);
  refusal("MEM004", () => sampleCsv(path));
  deepStrictEqual(sampleCsv(path, { maxRecordBytes: 2 * MIB }).kinds, ["integer", "text"]);
  const inspected = await ndpipe(["inspect", path]);
  strictEqual(inspected.code, 4, inspected.stdout);
  ok(inspected.stderr.includes("--max-record-bytes"), inspected.stderr);
  const advised = await ndpipe(["inspect", path, "--max-record-bytes", "2MiB"]);
  strictEqual(advised.code, 0, advised.stderr);
});
