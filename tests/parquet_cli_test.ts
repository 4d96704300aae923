/** Parquet on the command line: the same bytes come out whatever format the table came in. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { ndpipe } from "./support/ndpipe_in_thread.ts";
import { ndpipe as ndpipeApart } from "./support/ndpipe_process.ts";

const PARQUET = new URL("../testdata/parquet/", import.meta.url).pathname;
const COLUMNS = "i8,i16,i32,u8,u16,u32,f32,f64,bool,same";

async function convert(input: string, output: string, ...flags: readonly string[]): Promise<Uint8Array> {
  const { code, stderr } = await ndpipe(["convert", "-i", input, "-o", output, "--force", ...flags]);
  strictEqual(code, 0, stderr);
  return Deno.readFileSync(output);
}

Deno.test("convert gives the same Arrow bytes from every Parquet form of a table, and back again", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const columns = ["--columns", COLUMNS] as const;
    const plain = await convert(`${PARQUET}pyarrow_none.parquet`, `${folder}/a.arrow`, ...columns);
    const encoded = `${PARQUET}pyarrow_v2_encoded_required.parquet`;
    deepStrictEqual(
      await convert(encoded, `${folder}/b.arrow`, ...columns, "--chunk-rows", "7", "--workers", "2"),
      plain,
    );
    await convert(`${folder}/a.arrow`, `${folder}/c.parquet`);
    deepStrictEqual(await convert(`${folder}/c.parquet`, `${folder}/d.arrow`), plain);
    const { code, stdout } = await ndpipe(["inspect", `${folder}/c.parquet`]);
    strictEqual(code, 0);
    ok(/Parquet file, .*\n60 rows in 1 row group\n/.test(stdout), stdout);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert keeps columns of float16 in Arrow and Parquet, and writes their values elsewhere", async () => {
  const folder = Deno.makeTempDirSync();
  const typesOf = async (path: string) => {
    const { stdout } = await ndpipe(["inspect", path, "--json"]);
    return JSON.parse(stdout).columns.map(({ type }: { type: string }) => type);
  };
  try {
    const input = `${PARQUET}pyarrow_v1_half_plain.parquet`;
    const flags = ["--columns", "half,null_half,half_list"];
    const types = ["float16", "float16", "FixedSizeList<float16>[2]"];
    deepStrictEqual((await typesOf(input)).slice(0, 3), types);
    const arrow = await convert(input, `${folder}/a.arrow`, ...flags);
    await convert(`${folder}/a.arrow`, `${folder}/b.parquet`, ...flags);
    deepStrictEqual(await convert(`${folder}/b.parquet`, `${folder}/c.arrow`, ...flags), arrow);
    for (const path of ["a.arrow", "b.parquet"]) deepStrictEqual(await typesOf(`${folder}/${path}`), types);
    // float32 in one input is float32 in the output, whichever comes first
    const single = ["--columns", "half"], floats = `${folder}/f32.arrow`;
    await convert(input, `${folder}/f16.arrow`, ...single);
    await convert(input, floats, ...single, "--nulls", "error");
    for (const inputs of [[`${folder}/f16.arrow`, floats], [floats, `${folder}/f16.arrow`]]) {
      await convert(inputs[0]!, `${folder}/both.parquet`, "-i", inputs[1]!);
      deepStrictEqual(await typesOf(`${folder}/both.parquet`), ["f32"]);
    }
    const text = new TextDecoder().decode(
      await convert(`${folder}/b.parquet`, `${folder}/d.csv`, "--columns", "half", "--nulls", "error"),
    );
    deepStrictEqual(text.split("\n").slice(0, 5), ["half", "-0", "5.9604645e-8", "65504", "-0.33325195"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a Parquet file through a pipe is refused with exit 7", async () => {
  const stdin = Deno.readFileSync(`${PARQUET}pyarrow_none.parquet`);
  const { code, stderr } = await ndpipeApart(["convert", "-i", "-", "--from", "parquet", "-o", "-"], {
    stdin,
  });
  strictEqual(code, 7, stderr);
  ok(stderr.includes("FMT005") && stderr.includes("comes through a pipe"), stderr);
});

Deno.test("inspect promises types in Arrow's notation, dates and times as such, and how each can be an input", async () => {
  const columnsOf = async (name: string) => {
    const path = new URL(`../testdata/${name}`, import.meta.url).pathname;
    const { code, stdout, stderr } = await ndpipe(["inspect", path, "--json"]);
    strictEqual(code, 0, stderr);
    const { columns } = JSON.parse(stdout) as { columns: Record<string, unknown>[] };
    return new Map(columns.map((column) => [column["name"], column]));
  };
  const nested = await columnsOf("parquet_nested/v1_plain.parquet");
  const types = Object.entries({
    ints: "list<int32>",
    large: "large_list<int64>",
    fixed_texts: "fixed_size_list<utf8>[2]",
    points: "list<struct<x: float32, label: utf8, id: int64>>",
    map_of_lists: "map<int32, list<utf8>>",
    times: "list<timestamp[us, UTC]>",
    decimals: "list<decimal128(10, 2)>",
  });
  for (const [name, type] of types) strictEqual(nested.get(name)!["type"], type);
  match(String(nested.get("ints")!["layout"]), /carry\(\) passes it on; i32 \(N, k\) where all lists have k/);
  match(String(nested.get("point")!["layout"]), /carry\(\) passes it on/);
  const flat = await columnsOf("parquet_carried/v1_plain.parquet");
  for (
    const [name, type, dtype] of [["date", "date32", "i32"], ["ts_ms", "timestamp[ms, UTC]", "i64"]] as const
  ) {
    strictEqual(flat.get(name)!["type"], type);
    strictEqual(flat.get(name)!["dtype"], dtype);
  }
  strictEqual(flat.get("utf8")!["type"], "utf8");
  match(String(flat.get("utf8")!["layout"]), /carry\(\)/);
});

Deno.test("convert refuses text in Parquet that is not UTF-8, whole or cut amid a character", async () => {
  const folder = Deno.makeTempDirSync(), input = `${folder}/table.parquet`;
  const patched = (bytes: Uint8Array, from: string, to: readonly number[]) => {
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    const at = text.indexOf(from);
    ok(at > 0, `${from} is not there`);
    bytes.set(to, at);
    return bytes;
  };
  const refused = async (bytes: Uint8Array, message: RegExp) => {
    Deno.writeFileSync(input, bytes);
    const { code, stderr } = await ndpipe(["convert", "-i", input, "-o", `${folder}/o.arrow`, "--force"]);
    strictEqual(code, 7, stderr);
    match(stderr, message);
  };
  try {
    Deno.writeTextFileSync(`${folder}/t.ndjson`, '{"a":"plain"}\n{"a":"[ab]"}\n{"a":"[cd]"}\n');
    const plain = await convert(`${folder}/t.ndjson`, `${folder}/t.parquet`, "--compress", "none");
    const place =
      /error\[FMT006\]: column "a" of .*table\.parquet holds text that is not UTF-8\n.*row group 0, row 1, /;
    await refused(patched(plain.slice(), "[ab]", [0xff]), place);
    // the two values are text together, but not each
    const cut = patched(plain.slice(), "[ab]", [0x5b, 0x61, 0x62, 0xc3]);
    await refused(patched(cut, "[cd]", [0xa9]), place);
    const lists = Deno.readFileSync(
      new URL("../testdata/parquet_testing/list_columns.parquet", import.meta.url),
    );
    await refused(patched(lists, "efg", [0xff]), /column "utf8_list.list.item" .* not UTF-8\n.*row group 0/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
