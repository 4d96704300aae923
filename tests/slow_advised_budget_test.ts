/**
 * The budgets that refusals of memory advise are enough.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { ndpipe } from "./support/ndpipe_process.ts";

Deno.test("the budget that MEM001 advises is enough, also where text is carried and inputs are several", async () => {
  const cwd = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(
      `${cwd}/text.ts`,
      `import { carry, definePipeline, input } from "ndpipe";
export default definePipeline({
  name: "text",
  inputs: { id: input("i64", ["N"]), name: carry() },
  transform: (columns) => columns,
});
`,
    );
    const rows = Array.from({ length: 50 }, (_, i) => `${i},${"t".repeat((i * 37) % 200)}\n`).join("");
    Deno.writeTextFileSync(`${cwd}/t.csv`, `id,name\n${rows}`);
    for (
      const line of [
        "convert -i t.csv -o t.parquet",
        "run text.ts -i t.csv t.csv -o both.csv",
        "run text.ts -i t.parquet -o one.ndjson",
      ]
    ) {
      const refused = await ndpipe([...line.split(" "), "--memory", "1MiB"], { cwd });
      strictEqual(refused.code, 4, refused.stderr);
      const [, advised] = /allow more: --memory (\w+)\n/.exec(refused.stderr) ?? [];
      const done = await ndpipe([...line.split(" "), "--memory", advised!], { cwd });
      strictEqual(done.code, 0, `${line}: ${advised}\n${done.stderr}`);
    }
  } finally {
    Deno.removeSync(cwd, { recursive: true });
  }
});

const PIPELINE = `import { definePipeline, input, param } from "ndpipe";
export default definePipeline({
  name: "first",
  inputs: { id: input("i64", ["N"]), x: input("f64", ["N"]) },
  params: { k: param("f64", []) },
  transform: ({ id, x }, { k }) => ({ id, z: x.mul(k) }),
});
`;

/** A stream of a small record batch and a large one, which convert wrote. */
async function grownStream(cwd: string, compression: readonly string[]): Promise<Uint8Array> {
  const [small, large] = await Promise.all([10, 1_500_000].map(async (numRows) => {
    const name = `${cwd}/${numRows}.csv`, made = `${cwd}/${numRows}.arrows`;
    Deno.writeTextFileSync(name, `id,x\n${"1,1.5\n".repeat(numRows)}`);
    const options = ["-i", name, "-o", made, "--force", "--batch-rows", String(numRows), ...compression];
    const { code, stderr } = await ndpipe(["convert", ...options], { cwd });
    strictEqual(code, 0, stderr);
    return Deno.readFileSync(made);
  }));
  // the end of the first is 8 bytes; the schema of the second has its size in front
  const schemaBytes = 8 + new DataView(large!.buffer, large!.byteOffset).getInt32(4, true);
  return new Uint8Array(await new Blob([small!.slice(0, -8), large!.slice(schemaBytes)]).arrayBuffer());
}

Deno.test("a pipe's batch that is larger than the first is taken where the budget has room, else MEM003 says what does", async () => {
  const cwd = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${cwd}/first.ts`, PIPELINE);
    const base = "run first.ts -i - --from arrow-stream -o o.arrows --force --param k=2";
    for (const compression of [[], ["--compress", "zstd"]]) {
      const stdin = await grownStream(cwd, compression), numRows = 1_500_010;
      const ask = (more: string) => ndpipe(`${base} ${more}`.split(" "), { cwd, stdin });
      const whole = await ask("--memory 1GiB");
      strictEqual(whole.code, 0, whole.stderr);
      ok(whole.stderr.includes("1,500,010 rows"), whole.stderr);

      // the plan fits, the batch does not
      const refused = await ask("--memory 152MiB");
      strictEqual(refused.code, 4, refused.stderr);
      const [, advised] = /= help: .*allow more: (--memory \d+MiB); or/.exec(refused.stderr) ?? [];
      ok(refused.stderr.includes("MEM003") && advised !== undefined, refused.stderr);
      const followed = await ask(advised);
      strictEqual(followed.code, 0, followed.stderr);

      ok(refused.stderr.includes("or write the stream to a file and give its path"), refused.stderr);
      Deno.writeFileSync(`${cwd}/all.arrows`, stdin);
      const line = "run first.ts -i all.arrows -o - --to csv --param k=2 --memory 200MiB";
      const file = await ndpipe(line.split(" "), { cwd });
      strictEqual(file.stdout.split("\n").length, numRows + 2, file.stderr);
    }
  } finally {
    Deno.removeSync(cwd, { recursive: true });
  }
});
