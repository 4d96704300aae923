/**
 * docs/tour.md: each of its programs prints what stands below it. UPDATE_GOLDEN=1 writes what they print; read the diff.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";

const PAGE = new URL("../docs/tour.md", import.meta.url);
const PAIR = /```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g;

/** what a program prints; one after the other, as there is one console */
async function printed(code: string): Promise<string> {
  const lines: string[] = [], { log } = console;
  console.log = (...values: unknown[]) => {
    const texts = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    lines.push(`${texts.join(" ")}\n`);
  };
  try {
    await import(`data:application/typescript;charset=utf-8,${encodeURIComponent(code)}`);
  } finally {
    console.log = log;
  }
  return lines.join("");
}

const text = Deno.readTextFileSync(PAGE);

Deno.test("the programs of docs/tour.md print what it says", async () => {
  const programs = [...text.matchAll(PAIR)];
  ok(programs.length >= 9);
  let updated = text;
  for (const [whole, code, wanted] of programs) {
    const actual = await printed(code!);
    updated = updated.replace(
      whole,
      () => whole.replace(/```text\n[\s\S]*```$/, () => `\`\`\`text\n${actual}\`\`\``),
    );
    if (Deno.env.get("UPDATE_GOLDEN") !== "1") strictEqual(actual, wanted);
  }
  if (updated !== text) Deno.writeTextFileSync(PAGE, updated);
});
