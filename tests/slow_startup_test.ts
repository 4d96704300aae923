/** How long the command line takes to start, beside bare Deno on the same machine in the same minute. @module */
import assert from "node:assert/strict";
import { startNdpipe } from "./support/ndpipe_process.ts";

const PIPELINE = new URL("../pipelines/profile_scoring.ts", import.meta.url).pathname;

async function milliseconds(start: () => Deno.ChildProcess): Promise<number> {
  const begin = performance.now();
  const child = start();
  const [{ code }] = await Promise.all([child.status, child.stdout.cancel(), child.stderr.cancel()]);
  assert.equal(code, 0);
  return performance.now() - begin;
}

/** The medians of ten runs each, taken in turn so that a busy moment meets all. */
async function medians(starts: readonly (() => Deno.ChildProcess)[]): Promise<number[]> {
  const times = starts.map(() => [] as number[]);
  for (let round = 0; round < 11; round++) {
    for (const [index, start] of starts.entries()) {
      const time = await milliseconds(start);
      if (round > 0) times[index]?.push(time); // the first fills Deno's caches
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[4] ?? Number.NaN);
}

Deno.test("--help starts within 100 ms and plan within 300 ms of bare Deno", async () => {
  const bare = () =>
    new Deno.Command(Deno.execPath(), {
      args: ["eval", "0"],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  const [base = 0, help = 0, plan = 0] = await medians([
    bare,
    () => startNdpipe(["--help"]),
    () => startNdpipe(["plan", PIPELINE]),
  ]);
  console.log(`bare ${base.toFixed(0)} ms, --help ${help.toFixed(0)} ms, plan ${plan.toFixed(0)} ms`);
  assert.ok(help - base < 100, `--help takes ${help - base} ms more than bare Deno`);
  assert.ok(plan - base < 300, `plan takes ${plan - base} ms more than bare Deno`);
});
