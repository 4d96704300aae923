/**
 * What we write of every type, in every format and compression, as pyarrow, Polars and DuckDB read it. They run in
 * Python, where it has them; the tests of an engine that is not there are skipped, and say so. What flechette reads is
 * checked always: `slow_carried_types_test.ts`.
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { ndpipe } from "./support/ndpipe_process.ts";

const ORIGINAL = new URL("../testdata/arrow-types/all_none.arrow", import.meta.url).pathname;
const READER = new URL("./support/read_with_peers.py", import.meta.url).pathname;
const NAMES = tableFromIPC(Deno.readFileSync(ORIGINAL)).names;
const NUM_ROWS = 40;

// Parquet has no unions and no intervals of nanoseconds
const inParquet = NAMES.filter((name) => !/union|month_day_nano/.test(name));
const text = [
  "utf8",
  "large_utf8",
  "utf8_view",
  "bool",
  "dictionary",
  "ordered_dictionary",
  "run_end_encoded",
];

/** an output: its ending, the flags that make it, and what it can hold */
const OUTPUTS: readonly (readonly [ending: string, flags: readonly string[], names: readonly string[]])[] = [
  ["arrow", [], NAMES],
  ["arrow", ["--compress", "lz4"], NAMES],
  ["arrow", ["--compress", "zstd"], NAMES],
  ["arrows", [], NAMES],
  ["arrows", ["--compress", "lz4"], NAMES],
  ["arrows", ["--compress", "zstd"], NAMES],
  ...["none", "snappy", "lz4", "zstd", "gzip"].map((codec) =>
    ["parquet", ["--compress", codec], inParquet] as const
  ),
  ["csv", [], text],
  ["ndjson", [], [...text, "list", "large_list", "list_view", "struct", "fixed_size_list_of_text"]],
];

/** what an engine has no type for, or reads as another one, by the output's ending */
const UNKNOWN: Readonly<Record<string, (ending: string) => RegExp>> = {
  pyarrow: () => /^$/,
  polars: () => /union|decimal256|date64|month_day_nano/,
  // it has one type of intervals for all durations, and reads those of Parquet as integers
  duckdb: (ending) =>
    ending === "parquet" ? /^duration_(s|ms|us)$/ : /float16|union|decimal256|duration|month_day_nano/,
};

/** The first python3 of the path that has the engine: what starts Deno may put another folder in front. */
function pythonWith(engine: string): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const python of new Set(folders.map((folder) => `${folder}/python3`))) {
    try {
      const args = ["-c", `import pyarrow, ${engine}`];
      if (new Deno.Command(python, { args, stdout: "null", stderr: "null" }).outputSync().success) {
        return python;
      }
    } catch {
      continue; // there is none in this folder
    }
  }
  return null;
}

interface Found {
  readonly rows: number;
  readonly compared: number;
  readonly differing: Readonly<Record<string, string>>;
}

async function readBy(
  { python, engine }: { readonly python: string; readonly engine: string },
  tables: readonly { path: string; format: string }[],
): Promise<Found[]> {
  const command = new Deno.Command(python, {
    args: [READER, engine, ORIGINAL],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn(), writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(tables.map((table) => JSON.stringify(table)).join("\n")));
  await writer.close();
  const { stdout, stderr, success } = await child.output(), decoder = new TextDecoder();
  strictEqual(success, true, decoder.decode(stderr));
  return decoder.decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line) as Found);
}

for (const [engine, unknown] of Object.entries(UNKNOWN)) {
  const python = pythonWith(engine);
  Deno.test({
    name: `${engine} reads every type that it has, in every format and compression, as it was written${
      python !== null ? "" : ` (skipped: python3 with pyarrow and ${engine} is not there)`
    }`,
    ignore: python === null,
    fn: async () => {
      const folder = Deno.makeTempDirSync();
      try {
        const tables: { path: string; format: string }[] = [], wanted: unknown[] = [];
        for (const [i, [format, flags, names]] of OUTPUTS.entries()) {
          const path = `${folder}/${i}.${format}`;
          const chosen = names.filter((name) => !unknown(format).test(name));
          const columns = ["--columns", chosen.join(",")], rows = ["--batch-rows", "16", "--nulls", "keep"];
          const { code, stderr } = await ndpipe([
            "convert",
            "-i",
            ORIGINAL,
            "-o",
            path,
            ...columns,
            ...rows,
            ...flags,
          ]);
          strictEqual(code, 0, stderr);
          tables.push({ path, format });
          wanted.push({ path, rows: NUM_ROWS, compared: chosen.length, differing: {} });
        }
        const found = await readBy({ python: python!, engine }, tables);
        deepStrictEqual(found.map((one, i) => ({ path: tables[i]!.path, ...one })), wanted);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}
