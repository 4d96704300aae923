/**
 * What a terminal gets, as `script` makes one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { COLOURED } from "../src/cli/terminal.ts";
import { inScratchFolder, PERMISSIONS } from "./support/ndpipe_process.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const SCALE = new URL("fixtures/scale.ts", import.meta.url).pathname;

/** Whether util-linux's `script` is there, which runs a command on a terminal of its own. */
function hasScript(): boolean {
  try {
    return new Deno.Command("script", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Runs the command line in a folder, on a terminal whose lines end as a file's. */
function onTerminal(
  words: readonly string[],
  cwd: string,
  env: Record<string, string> = { NO_COLOR: "1" },
): { readonly code: number; readonly shown: string } {
  const line = ["stty -onlcr;", Deno.execPath(), "run", "-q", "--no-prompt", ...PERMISSIONS, MAIN, ...words];
  const { code, stdout } = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", line.join(" "), "/dev/null"],
    cwd,
    env,
    stdin: "null",
  }).outputSync();
  return { code, shown: new TextDecoder().decode(stdout) };
}

Deno.test(
  "what is no text is refused on a terminal, and text is shown there",
  { ignore: !hasScript() },
  async () => {
    await inScratchFolder((folder) => {
      Deno.writeTextFileSync(`${folder}/in.csv`, "id,x\n1,0.5\n");
      const run = ["run", SCALE, "-i", "in.csv", "-o", "-", "--param", "factor=2", "--progress", "none"];
      for (const [format, flags] of [["arrow-stream", []], ["parquet", ["--to", "parquet"]]] as const) {
        const refused = onTerminal([...run, ...flags], folder);
        const start = `error[USE002]: standard output is a terminal, and ${format} is no text\n`;
        assert.deepEqual([refused.code, refused.shown.slice(0, start.length)], [2, start]);
      }
      // as the help says
      assert.deepEqual(onTerminal([...run, "--to", "csv"], folder), { code: 0, shown: "id,y\n1,0.5\n" });
      return Promise.resolve();
    });
  },
);

Deno.test(
  "a terminal has colours, and one that is dumb, or where NO_COLOR is set, has none",
  { ignore: !hasScript() },
  async () => {
    await inScratchFolder((folder) => {
      const shownWith = (env: Record<string, string>) => onTerminal(["nothing"], folder, env).shown;
      const coloured = COLOURED("error", "error[USE001]"), plain = "error[USE001]: ";
      assert.ok(shownWith({ TERM: "xterm", NO_COLOR: "" }).startsWith(coloured));
      assert.ok(shownWith({ TERM: "xterm", NO_COLOR: "1" }).startsWith(plain));
      assert.ok(shownWith({ TERM: "dumb", NO_COLOR: "" }).startsWith(plain));
      return Promise.resolve();
    });
  },
);
