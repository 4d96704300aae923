/**
 * A process that may open few files: whichever it was that could not be opened, it is no bug of ours.
 *
 * @module
 */
import { deepStrictEqual, match } from "node:assert/strict";
import { inScratchFolder, PERMISSIONS, succeed } from "./support/ndpipe_process.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const PROFILES = new URL("../testdata/profiles/profiles.csv", import.meta.url).pathname;

Deno.test("with few open files allowed a command says so, and advises ulimit -n", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inScratchFolder(async (folder) => {
    const input = `${folder}/in.parquet`;
    await succeed("convert", "--nulls", "keep", "-i", PROFILES, "-o", input);
    const words = [
      "run",
      "-q",
      "--no-prompt",
      ...PERMISSIONS,
      MAIN,
      "convert",
      "--nulls",
      "keep",
      "-i",
      input,
    ];
    // below, Deno does not start; above, they are enough
    const limits = Array.from({ length: 10 }, (_, index) => 21 + index);
    const ended = await Promise.all(limits.map(async (limit) => {
      const { code, stderr } = await new Deno.Command("sh", {
        args: [
          "-c",
          `ulimit -n ${limit}; exec "$0" "$@"`,
          Deno.execPath(),
          ...words,
          "-o",
          `${folder}/${limit}.csv.gz`,
        ],
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output();
      return { code, text: new TextDecoder().decode(stderr) };
    }));
    const refused = ended.filter(({ text }) => text.startsWith("error["));
    for (const { text } of refused) match(text, /Too many open files[^]*ulimit -n/);
    deepStrictEqual(ended.filter(({ code }) => code === 70), []);
  });
});
