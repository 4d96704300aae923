/** Tables that are odd but valid, and one that lies about a length: by the real command line. */
import { ok, strictEqual } from "node:assert/strict";
import { ndpipe } from "./ndpipe_process.ts";

const TESTDATA = new URL("../testdata/", import.meta.url).pathname;

/** What the conversion wrote to standard output. */
async function converted(input: string, ...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ndpipe(["convert", "-i", input, "-o", "-", ...flags]);
  strictEqual(code, 0, stderr);
  return stdout;
}

/** A folder that is gone when the test is over. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("convert promises a column of type null as empty fields of CSV and as null of JSON lines", async () => {
  const table = `${TESTDATA}arrow-types/all_none.arrow`, columns = ["--columns", "null,float16"];
  const csv = (await converted(table, "--to", "csv", ...columns)).trimEnd().split("\n");
  strictEqual(csv.length, 41);
  strictEqual(csv[0], "null,float16");
  ok(csv.slice(1).every((line) => /^,-?[\d.]+$/.test(line)), csv.join("\n"));
  const json = (await converted(table, "--to", "ndjson", ...columns)).trimEnd().split("\n");
  ok(json.every((line) => /^\{"null":null,"float16":[^n]/.test(line)), json.join("\n"));
});

Deno.test("convert refuses a Parquet page that claims more lengths than it has entries", async () => {
  await inFolder(async (folder) => {
    const bytes = Deno.readFileSync(`${TESTDATA}parquet_carried/v1_lengths.parquet`),
      damaged = `${folder}/d.parquet`;
    // DELTA_BINARY_PACKED: blocks of 128 in 4 parts, then how many there are
    const at = bytes.findIndex((byte, i) => byte === 0x80 && bytes[i + 1] === 1 && bytes[i + 2] === 4) + 3;
    bytes[at] = 126;
    Deno.writeFileSync(damaged, bytes);
    const { code, stderr } = await ndpipe([
      "convert",
      "-i",
      damaged,
      "-o",
      `${folder}/o.csv`,
      "--columns",
      "utf8",
    ]);
    strictEqual(code, 7, stderr);
    ok(stderr.includes("FMT004") && stderr.includes("126 lengths in a page of "), stderr);
  });
});
