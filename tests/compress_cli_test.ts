/** `--compress` by the real command line. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { openRawMessages } from "../src/source/arrow/raw_messages.ts";
import { ndpipe, succeed } from "./support/ndpipe_process.ts";

/** numbers that repeat, and some that do not */
const TABLE = "id,price,share\n" +
  Array.from({ length: 3000 }, (_, i) => `${i},${(i * 37) % 100}.5,${Math.sin(i)}\n`).join("");

Deno.test("--compress gives the same bytes for every chunk size and worker count, and the same values as none", async () => {
  const folder = Deno.makeTempDirSync(), input = `${folder}/table.csv`;
  try {
    Deno.writeTextFileSync(input, TABLE);
    await succeed("convert", "-i", input, "-o", `${folder}/plain.arrow`, "--compress", "none");
    const plain = await succeed("convert", "-i", `${folder}/plain.arrow`, "-o", "-", "--to", "csv");
    for (const codec of ["lz4", "zstd"]) {
      const compress = async (name: string, ...flags: readonly string[]) => {
        const path = `${folder}/${codec}_${name}`;
        await succeed("convert", "-i", input, "-o", path, "--compress", codec, ...flags);
        return path;
      };
      const whole = await compress("whole.arrow"), expected = Deno.readFileSync(whole);
      const chunked = await compress("chunked.arrow", "--chunk-rows", "7", "--workers", "2");
      deepStrictEqual(Deno.readFileSync(chunked), expected);
      ok(expected.byteLength < Deno.statSync(`${folder}/plain.arrow`).size);
      const stream = await compress("stream.arrows", "--chunk-rows", "100");
      for (const path of [whole, stream]) {
        strictEqual(await succeed("convert", "-i", path, "-o", "-", "--to", "csv"), plain);
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert --compress writes metadata V5, in which a body's codec has a place, also where the input has V4", async () => {
  const file = Deno.readFileSync(new URL("../testdata/arrow/pyarrow_v4.arrow", import.meta.url));
  const footerBytes = new DataView(file.buffer).getUint32(file.length - 10, true);
  // a file's footer is of V5 all the same, a stream says what its messages are
  const stream = file.subarray(8, file.length - 10 - footerBytes);
  const folder = Deno.makeTempDirSync(), input = `${folder}/v4.arrows`, output = `${folder}/v5.arrow`;
  const versionOf = async (path: string) => {
    const messages = await openRawMessages(path);
    messages.close();
    return messages.schema.version;
  };
  try {
    Deno.writeFileSync(input, stream);
    const plain = await succeed("convert", "-i", input, "-o", "-", "--to", "ndjson");
    await succeed("convert", "-i", input, "-o", output, "--compress", "zstd");
    deepStrictEqual([await versionOf(input), await versionOf(output)], [3, 4]);
    strictEqual(await succeed("convert", "-i", output, "-o", "-", "--to", "ndjson"), plain);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("--compress is refused where the format has no such compression, before anything is written", async () => {
  const args = ["convert", "-i", "-", "--from", "csv", "-o", "-", "--to", "csv", "--compress", "lz4"];
  const { code, stdout, stderr } = await ndpipe(args, { stdin: TABLE });
  strictEqual(code, 2);
  strictEqual(stdout, "");
  match(stderr, /error\[USE001\]: --compress lz4 is for Arrow.*, and the output is csv/);
  match(stderr, /\.csv\.gz or \.csv\.zst/);
});

Deno.test("a pipe whose compressed record batches keep growing takes what the largest needs, and half of that more", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const parts = Array.from({ length: 10 }, (_, i) => `${folder}/part_${i}.arrow`);
    for (const [i, part] of parts.entries()) {
      const x = Float64Array.from({ length: 300_000 + 60_000 * i }, (_, row) => Math.sin(row));
      Deno.writeFileSync(part, tableToIPC(tableFromArrays({ x, y: x.map(Math.fround) }), "file"));
    }
    const stream = `${folder}/growing.arrows`, report = `${folder}/report.json`;
    await succeed("convert", "-i", ...parts, "-o", stream, "--compress", "zstd");
    const stdin = Deno.readFileSync(stream);
    const read = (memory: string) =>
      ndpipe(
        ["convert", "-i", "-", "-o", `${folder}/${memory}.parquet`, "--workers", "1", "--memory", memory]
          .concat(
            ["--report", report, "--progress", "none"],
          ),
        { stdin },
      );
    const { code, stderr } = await read("2GiB");
    strictEqual(code, 0, stderr);
    const { plan, summary } = JSON.parse(Deno.readTextFileSync(report));
    strictEqual(summary.rows, 5_700_000);
    const planned = plan.memory.predictedPeakBytes, taken = summary.predictedPeakBytes - planned;
    // as stored and decompressed, of the last one, beyond the first one's
    const missing = 2 * 16 * (840_000 - 300_000);
    ok(taken >= missing && taken <= 1.6 * missing + 0.5 * 2 * 16 * 300_000, `${taken} of ${missing}`);
    // what is missing alone does too
    const least = Math.ceil((planned + 1.1 * missing) / 2 ** 20);
    const tight = await read(`${least}MiB`);
    strictEqual(tight.code, 0, tight.stderr);
    deepStrictEqual(
      Deno.readFileSync(`${folder}/${least}MiB.parquet`),
      Deno.readFileSync(`${folder}/2GiB.parquet`),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
