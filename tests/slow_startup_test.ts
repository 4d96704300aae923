/** What the command line loads before it begins: that is what its start takes, which `deno task bench:start` times. @module */
import assert from "node:assert/strict";
import { inScratchFolder } from "./support/ndpipe_process.ts";

const ROOT = new URL("../", import.meta.url);

/** The modules of this repository that a command loads, by what V8 covered, and the bytes of their text. */
async function loaded(...command: readonly string[]): Promise<{ paths: string[]; numBytes: number }> {
  let paths: string[] = [];
  await inScratchFolder(async (folder) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", `--coverage=${folder}`, "main.ts", ...command],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const covered = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"));
    const urls = covered.map(({ name }) =>
      String(JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)).url)
    );
    paths = urls.filter((url) => url.startsWith(ROOT.href)).map((url) => url.slice(ROOT.href.length)).sort();
  });
  const numBytes = paths.reduce((sum, path) => sum + Deno.statSync(new URL(path, ROOT)).size, 0);
  return { paths, numBytes };
}

Deno.test("--help loads the flags and no part of the engine", async () => {
  const { paths, numBytes } = await loaded("--help");
  assert.ok(paths.includes("src/cli/help.ts"));
  for (const folder of ["src/expr", "src/kernel", "src/ndarray", "src/pipeline", "src/sink"]) {
    assert.ok(!paths.some((path) => path.startsWith(`${folder}/`)), `${folder} of ${paths}`);
  }
  // 150,000 when this was written
  assert.ok(numBytes < 220_000, `${numBytes} bytes`);
});

Deno.test("plan loads neither the arrays nor what reads and writes", async () => {
  const { paths, numBytes } = await loaded("plan", "pipelines/profile_scoring.ts");
  assert.ok(paths.includes("src/plan/planner.ts"));
  for (
    const folder of ["src/ndarray", "src/text", "src/source/parquet", "src/sink/csv", "src/sink/parquet"]
  ) {
    assert.ok(!paths.some((path) => path.startsWith(`${folder}/`)), `${folder} of ${paths}`);
  }
  // 1,290,000 when this was written
  assert.ok(numBytes < 1_500_000, `${numBytes} bytes`);
});
