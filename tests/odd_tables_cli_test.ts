/** Tables that are odd but valid, and one that lies about a length: by the command line. */
import { ok, strictEqual } from "node:assert/strict";
import {
  columnFromArray,
  field,
  int32,
  list,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { ndpipe } from "./support/ndpipe_in_thread.ts";

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

Deno.test("what a number is refused with counts records as the file has them, and calls keys keys", async () => {
  await inFolder(async (folder) => {
    const json = `${folder}/a.ndjson`, csv = `${folder}/a.csv`, output = `${folder}/o.arrow`;
    Deno.writeTextFileSync(json, '{"a":1}\n{"a":300}\n');
    Deno.writeTextFileSync(csv, "1\n300\n");
    const types = ["-o", output, "--types"];
    const { code, stderr } = await ndpipe(["convert", "-i", json, ...types, "a=u8"]);
    strictEqual(code, 5, stderr);
    ok(
      /"300" in key "a" is out of the range of u8[^]*from key "a"[^]*= record 2 of the file\n/.test(stderr),
      stderr,
    );
    const headless = await ndpipe(["convert", "-i", csv, "--no-header", ...types, "column_0=u8"]);
    strictEqual(headless.code, 5, headless.stderr);
    ok(/in column "column_0" is [^]*= record 2 of the file\n/.test(headless.stderr), headless.stderr);
    const headed = await ndpipe(["convert", "-i", csv, ...types, "1=u8"]);
    ok(/= record 1 of the file, the header not counted\n/.test(headed.stderr), headed.stderr);
  });
});

Deno.test("run promises of data that it refuses where the pipeline declares the input, whatever the format", async () => {
  await inFolder(async (folder) => {
    const pipeline = new URL("fixtures/any_format.ts", import.meta.url).pathname, csv = `${folder}/a.csv`;
    Deno.writeTextFileSync(csv, "id,x,y\n1,0.5,2.5\n2,,1.25\n");
    const refusal = async (input: string) => {
      const { code, stderr } = await ndpipe([
        "run",
        pipeline,
        "-i",
        input,
        "-o",
        `${folder}/o.arrow`,
        "--workers",
        "2",
      ]);
      strictEqual(code, 5, stderr);
      ok(/input xy: f64 from (column|key) "x"/.test(stderr), stderr);
      return stderr;
    };
    for (const name of ["a.arrow", "a.parquet", "a.ndjson"]) {
      const { code, stderr } = await ndpipe([
        "convert",
        "-i",
        csv,
        "-o",
        `${folder}/${name}`,
        "--nulls",
        "keep",
      ]);
      strictEqual(code, 0, stderr);
    }
    for (const name of ["a.arrow", "a.parquet"]) {
      ok(/--> .*any_format\.ts:8:9\n {3}\| {2}xy: input/.test(await refusal(`${folder}/${name}`)), name);
    }
    for (const name of ["a.csv", "a.ndjson"]) {
      const stderr = await refusal(`${folder}/${name}`);
      ok(/--> .*a\.(csv|ndjson):/.test(stderr), stderr);
      ok(/= input xy is declared at .*any_format\.ts:8:9\n/.test(stderr), stderr);
    }
  });
});

Deno.test("an array of an .npz that has no dtype here is refused where it is asked for, and else beside the others", async () => {
  await inFolder(async (folder) => {
    const archive = `${TESTDATA}npy_tables/mixed.npz`, output = `${folder}/o.npz`;
    const { stdout } = await ndpipe(["inspect", archive]);
    for (const type of ["str192", "complex128", "datetime64[ns]", "u16[5] in Fortran order", "object"]) {
      ok(stdout.includes(` ${type} `), stdout);
    }
    const refused = await ndpipe(["convert", "-i", archive, "-o", output]);
    strictEqual(refused.code, 3, refused.stderr);
    ok(/SCH005[^]*column "names" [^]*is str192[^]*--columns NAME/.test(refused.stderr), refused.stderr);
    const { code, stderr } = await ndpipe([
      "convert",
      "-i",
      archive,
      "-o",
      output,
      "--columns",
      "matrix,vector",
    ]);
    strictEqual(code, 0, stderr);
    const expected = `${TESTDATA}npy_tables/stored.npz`, text = ["--to", "csv", "--columns", "vector,matrix"];
    strictEqual(await converted(output, ...text), await converted(expected, ...text));
  });
});

Deno.test("lists of many parts are written to Parquet, in row groups that are as small as that takes", async () => {
  await inFolder(async (folder) => {
    const arrow = `${folder}/a.arrow`, parquet = `${folder}/a.parquet`, NUM_PARTS = 62, NUM_ROWS = 40;
    const parts = Array.from({ length: NUM_PARTS }, (_, i) => field(`p${i}`, i % 2 === 0 ? int32() : utf8()));
    const value = (i: number, part: number) => part % 2 === 0 ? i * part : `text ${i}`;
    const item = (i: number) => Object.fromEntries(parts.map(({ name }, part) => [name, value(i, part)]));
    const items = Array.from({ length: NUM_ROWS }, (_, i) => Array.from({ length: i % 3 }, () => item(i)));
    const columns = Array.from(
      { length: 8 },
      (_, i) => [`c${i}`, columnFromArray(items, list(struct(parts)))],
    );
    const table = tableFromColumns(columns as [string, ReturnType<typeof columnFromArray>][]);
    Deno.writeFileSync(arrow, tableToIPC(table, { format: "file" })!);
    const { code, stderr } = await ndpipe(["convert", "-i", arrow, "-o", parquet, "--memory", "1GiB"]);
    strictEqual(code, 0, stderr);
    const lines = await converted(parquet, "--to", "ndjson");
    strictEqual(lines, await converted(arrow, "--to", "ndjson"));
    strictEqual(lines.split("\n").length, NUM_ROWS + 1);
  });
});

Deno.test("lines of spaces are blank lines of JSON, and rows of CSV", async () => {
  await inFolder(async (folder) => {
    const json = `${folder}/a.ndjson`, csv = `${folder}/a.csv`, output = `${folder}/o.csv`;
    Deno.writeTextFileSync(json, '  \n{"a":1}\n   \n\t \r\n\n {"a":2}\n \n{"a":3}\n  ');
    for (const chunkRows of ["1", "2", "100"]) {
      strictEqual(await converted(json, "--to", "csv", "--chunk-rows", chunkRows), "a\n1\n2\n3\n");
    }
    const { code, stderr } = await ndpipe(["convert", "-i", json, "-o", output, "--types", "a=bool"]);
    ok(code === 5 && stderr.includes("/a.ndjson:2:6"), stderr);
    Deno.writeTextFileSync(csv, "a,b\n1,2\n  \n");
    const ragged = await ndpipe(["convert", "-i", csv, "-o", output]);
    ok(ragged.code === 5 && ragged.stderr.includes("DAT003"), ragged.stderr);
  });
});
