/**
 * When a run hears signals: before it leaves anything that it would have to take away again.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { inScratchFolder, startNdpipe } from "./support/ndpipe_process.ts";

const PIPELINE = new URL("fixtures/score_csv.ts", import.meta.url).pathname;

/** A `cat` that answers late, as any does on a machine that has much to do; the PATH where it comes first. */
async function slowCat(folder: string): Promise<string> {
  await Deno.mkdir(`${folder}/bin`);
  await Deno.writeTextFile(`${folder}/bin/cat`, '#!/bin/sh\nsleep 1\nexec /bin/cat "$@"\n', { mode: 0o755 });
  return `${folder}/bin:${Deno.env.get("PATH")}`;
}

Deno.test("SIGHUP is heard as soon as a run has a temporary file", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const run = ["run", PIPELINE], convert = ["convert", "--to", "csv"];
  for (const command of [run, convert, [...run, "--report", "report.json"]]) {
    await inScratchFolder(async (folder) => {
      const env = { PATH: await slowCat(folder) }, words = ["-i", "-", "--from", "csv", "-o", "out.csv"];
      const child = startNdpipe([...command, ...words], { stdin: "", cwd: folder, env });
      // the pipe stays open: the run waits for rows until it hears the signal
      const writer = child.stdin.getWriter();
      const rows = new TextEncoder().encode("profile_id,f0,f1\n".padEnd(6_000_017, "4,5,6\n"));
      const written = writer.write(rows).catch(() => {});
      while (![...Deno.readDirSync(folder)].some(({ name }) => name.startsWith("."))) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      child.kill("SIGHUP");
      const [status, stderr] = await Promise.all([
        child.status,
        new Response(child.stderr).text(),
        child.stdout.cancel(),
      ]);
      await written;
      await writer.abort().catch(() => {});
      strictEqual(status.code, 129, stderr);
      deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["bin"]);
    });
  }
});
