/** `--compress` by the real command line. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { ndpipe } from "./ndpipe_process.ts";

/** numbers that repeat, and some that do not */
const TABLE = "id,price,share\n" +
  Array.from({ length: 3000 }, (_, i) => `${i},${(i * 37) % 100}.5,${Math.sin(i)}\n`).join("");

async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ndpipe(args);
  strictEqual(code, 0, stderr);
  return stdout;
}

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

Deno.test("--compress is refused where the format has no such compression, before anything is written", async () => {
  const args = ["convert", "-i", "-", "--from", "csv", "-o", "-", "--to", "csv", "--compress", "lz4"];
  const { code, stdout, stderr } = await ndpipe(args, { stdin: TABLE });
  strictEqual(code, 2);
  strictEqual(stdout, "");
  match(stderr, /error\[USE001\]: --compress lz4 is for Arrow.*, and the output is csv/);
  match(stderr, /\.csv\.gz or \.csv\.zst/);
});
