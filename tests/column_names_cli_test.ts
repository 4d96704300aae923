import { match, ok, strictEqual } from "node:assert/strict";
import { openArrowSource } from "../src/source/arrow/mod.ts";
import { openParquetSource } from "../src/source/parquet/mod.ts";
import { ndpipe } from "./support/ndpipe_in_thread.ts";

/** as tables of others have them: a space, a line break with a colour after it, quotes and slashes, a turn to the left */
const NAMES = ["user id", "ratio, %\n\u001b[31m", 'a/../"b\u202e'];

const PIPELINE = `import { carry, definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "names\\u001b[32m",
  inputs: { id: carry({ column: ${JSON.stringify(NAMES[0])} }), x: input("f32", ["N"]) },
  transform({ id, x }) {
    return { ${JSON.stringify(NAMES[0])}: id, ${JSON.stringify(NAMES[1])}: x.mul(2), ${
  JSON.stringify(NAMES[2])
}: x };
  },
});
`;

Deno.test("an output takes any text as its name, in every format and in the transform's order", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ndpipe_names_" });
  try {
    const pipeline = `${folder}/names.ts`, table = `${folder}/table.csv`;
    await Deno.writeTextFile(pipeline, PIPELINE);
    await Deno.writeTextFile(table, `${NAMES[0]},x\nann,1\nbob,2\n`);
    for (const format of ["arrow", "parquet", "csv", "ndjson"]) {
      const { code, stderr } = await ndpipe(["run", pipeline, "-i", table, "-o", `${folder}/out.${format}`]);
      strictEqual(code, 0, stderr);
    }
    for (
      const source of [openArrowSource(`${folder}/out.arrow`), openParquetSource(`${folder}/out.parquet`)]
    ) {
      strictEqual(JSON.stringify(source.info.schema.fields.map(({ name }) => name)), JSON.stringify(NAMES));
      source.close();
    }
    strictEqual(
      await Deno.readTextFile(`${folder}/out.csv`),
      `user id,"ratio, %\n\u001b[31m","a/../""b\u202e"\nann,2,1\nbob,4,2\n`,
    );
    const [line] = (await Deno.readTextFile(`${folder}/out.ndjson`)).split("\n");
    strictEqual(line, JSON.stringify({ [NAMES[0]!]: "ann", [NAMES[1]!]: 2, [NAMES[2]!]: 1 }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("plan, inspect and check show names without what a terminal would act on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ndpipe_names_" });
  try {
    const pipeline = `${folder}/names.ts`,
      table = `${folder}/table\u2066.csv`,
      output = `${folder}/out.arrow`;
    await Deno.writeTextFile(pipeline, PIPELINE);
    await Deno.writeTextFile(table, `${NAMES[0]},x\nann,1\nbob,2\n`);
    strictEqual((await ndpipe(["run", pipeline, "-i", table, "-o", output])).code, 0);
    for (
      const [command, shown] of [
        [["plan", pipeline, "--verbose"], /^return ratio, %\\n\\u001b\[31m = %\d+$/m],
        [["inspect", output, "--stats"], /ratio, %\\n\\u001b\[31m/],
        [["check", pipeline, "-i", table], /^names\\u001b\[32m: all .*^ok +input +.*table\\u2066\.csv: /ms],
      ] as const
    ) {
      const { code, stdout, stderr } = await ndpipe(command);
      strictEqual(code, 0, stderr);
      match(stdout, shown);
      for (const letter of "\u001b\u202e\u2066") ok(!stdout.includes(letter), stdout);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
