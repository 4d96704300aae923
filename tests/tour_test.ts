/**
 * docs/tour.md: each of its programs prints what stands below it. UPDATE_GOLDEN=1 writes what they print; read the diff.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { isUpdatingGoldens } from "./support/golden.ts";

const PAGE = new URL("../docs/tour.md", import.meta.url);
const PAIR = /```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g;

/** what a program prints, in a process of its own: messages say how much memory arrays hold */
async function printed(code: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    // sorting, medians and linear algebra read their kernels from a file beside the code
    args: ["run", "--no-check", "--allow-read=src/ndarray", "--ext=ts", "-"],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stdout } = await child.output();
  ok(success, code);
  return new TextDecoder().decode(stdout);
}

Deno.test("the programs of docs/tour.md print what it says", async () => {
  const text = Deno.readTextFileSync(PAGE), programs = [...text.matchAll(PAIR)];
  ok(programs.length >= 9);
  const outputs = await Promise.all(programs.map(([, code]) => printed(code!)));
  if (isUpdatingGoldens()) {
    const rest = [...outputs];
    Deno.writeTextFileSync(
      PAGE,
      text.replace(PAIR, (_, code) => "```ts\n" + code + "```\n\n```text\n" + rest.shift() + "```"),
    );
    return;
  }
  programs.forEach(([, , wanted], i) => strictEqual(outputs[i], wanted));
});
