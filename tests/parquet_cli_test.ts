/** Parquet on the command line: the same bytes come out whatever format the table came in. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { ndpipe } from "./ndpipe_process.ts";

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

Deno.test("a Parquet file through a pipe is refused with exit 7", async () => {
  const stdin = Deno.readFileSync(`${PARQUET}pyarrow_none.parquet`);
  const { code, stderr } = await ndpipe(["convert", "-i", "-", "--from", "parquet", "-o", "-"], { stdin });
  strictEqual(code, 7, stderr);
  ok(stderr.includes("FMT005") && stderr.includes("comes through a pipe"), stderr);
});
