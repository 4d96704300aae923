/**
 * Pages that show the command line at work: the files that they write down are written, the lines behind `$` are run in
 * a shell, one after the other in one folder, and what they print is what stands below them, but for times, rates and
 * memory that was measured. UPDATE_GOLDEN=1 writes what they print; read the diff.
 *
 * A file's block stands behind a line that ends with its name, as in: `readings.csv`:
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createProgress } from "../src/cli/progress.ts";
import { isUpdatingGoldens } from "./support/golden.ts";
import { ndpipe } from "./support/ndpipe_process.ts";

const ROOT = new URL("../", import.meta.url).pathname;
/** a file with its name in front, or lines that are run */
const BLOCK = /`([\w.]+)`:\n\n```\w+\n([\s\S]*?)```|```text\n(\$ [\s\S]*?)```/g;

/** Places of a server that pages speak of. */
function placed(text: string, folder: string): string {
  return text.replaceAll("/srv/ndpipe", ROOT.replace(/\/$/, "")).replaceAll("/srv/jobs", folder)
    .replaceAll("/usr/local/bin/deno", Deno.execPath());
}

/** What differs from run to run, as one sign. */
function steady(text: string): string {
  return text.replace(/of [\d.]+ [MG]iB \([^)]*\)/g, "of …").replace(
    /[\d.,]+ (?:ms|s|[kMG]?B\/s|(?:[kM] )?rows\/s|MiB|KiB)(?= |,|;|:|\)|\n)/g,
    "…",
  )
    // machines without a fused multiply-add compute with strict numerics
    .replace(/\b(?:fused|strict)(?= numerics)|(?<=numerics )(?:fused|strict)\b/g, "…")
    .replace(/\(…(?:, …)?\)/g, "(…)").replace(/ \(…\)/g, "").replace(/ {2,}/g, "  ");
}

/** Runs the lines behind `$`, and gives the block as it should be. */
async function session(lines: string, folder: string): Promise<string> {
  let shown = "";
  for (const [line, command] of lines.matchAll(/^\$ (.*)\n/gm)) {
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", placed(command!, folder)],
      cwd: folder,
      env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    shown += line + decoder.decode(stderr) + decoder.decode(stdout);
  }
  return shown;
}

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/bin`);
    const command = `exec ${Deno.execPath()} run -q -P ${ROOT}main.ts "$@"`;
    Deno.writeTextFileSync(`${folder}/bin/ndpipe`, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    return await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

for (const [name, atLeast] of [["first_pipeline.md", 10], ["inputs.md", 3], ["cli.md", 3]] as const) {
  Deno.test(`the files and the commands of docs/${name} work as it shows`, async () => {
    const page = `${ROOT}docs/${name}`,
      text = Deno.readTextFileSync(page),
      blocks = [...text.matchAll(BLOCK)];
    ok(blocks.length >= atLeast, `${blocks.length} blocks`);
    const printed = await inFolder(async (folder) => {
      const all: string[] = [];
      for (const [, file, content, lines] of blocks) {
        if (file !== undefined) Deno.writeTextFileSync(`${folder}/${file}`, placed(content!, folder));
        else all.push(await session(lines!, folder));
      }
      return all;
    });
    if (isUpdatingGoldens()) {
      const rest = [...printed];
      const updated = text.replace(
        BLOCK,
        (block, _file, _content, lines) =>
          lines === undefined || steady(lines) === steady(rest[0]!)
            ? (lines === undefined || rest.shift(), block)
            : "```text\n" + rest.shift() + "```",
      );
      Deno.writeTextFileSync(page, updated);
      return;
    }
    const shown = blocks.flatMap(([, , , lines]) => lines === undefined ? [] : [lines]);
    printed.forEach((found, i) => strictEqual(steady(found), steady(shown[i]!)));
  });
}

Deno.test("pages hold on machines with and without a fused multiply-add", () => {
  for (const line of ["graph 15d0, numerics fused\n", "1 chunk, 1 worker, fused numerics\n"]) {
    strictEqual(steady(line.replace("fused", "strict")), steady(line));
  }
  ok(steady("fused kernels") !== steady("strict kernels"));
});

/** The first column of a table's row, and the words in backticks of its last column that stand in no brackets. */
function fieldsOf(text: string, name: string): string[] {
  const row = new RegExp(`^\\| \`${name}\` .*\\|$`, "m").exec(text)?.[0] ?? "";
  const last = row.split("|").at(-2)!.replace(/\([^)]*\)/g, "");
  return Array.from(last.matchAll(/`(\w+)`/g), ([, field]) => field!).sort();
}

Deno.test("docs/cli.md names the fields of every JSON line and of the report", async () => {
  const text = Deno.readTextFileSync(`${ROOT}docs/cli.md`),
    pipeline = /`fahrenheit.ts`:\n\n```ts\n([\s\S]*?)```/.exec(text)!;
  const common = ["event", "level", "time"];
  const keys = (value: object) => Object.keys(value).filter((key) => !common.includes(key)).sort();
  await inFolder(async (cwd) => {
    Deno.writeTextFileSync(`${cwd}/f.ts`, `console.log("loaded");\n${pipeline[1]}`);
    Deno.writeTextFileSync(`${cwd}/t.csv`, "sensor,celsius\n1,2\n");
    Deno.writeTextFileSync(`${cwd}/bad.csv`, "sensor,celsius\n1,x\n");
    const run = (input: string) =>
      ndpipe(
        `run f.ts -i ${input} -o out.csv --force --param offset=1 --log json --report report.json`.split(" "),
        { cwd },
      );
    const good = await run("t.csv"), bad = await run("bad.csv");
    const report = JSON.parse(Deno.readTextFileSync(`${cwd}/report.json`));
    deepStrictEqual(keys(report), ["ndpipe", "plan", "summary"]);
    const progress: string[] = [];
    createProgress({
      mode: "json",
      isTerminal: false,
      columns: () => 80,
      write: (line) => progress.push(line),
    })
      .update({
        rows: 1,
        totalRows: 2,
        bytes: 3,
        totalBytes: 4,
        elapsedMs: 5000,
        rssBytes: 6,
        predictedBytes: 7,
      });
    const lines = [good.stderr, bad.stderr, ...progress].join("").trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    const seen = new Set<string>();
    for (const line of lines) {
      deepStrictEqual(Object.keys(line).slice(0, 3), ["time", "level", "event"]);
      match(line.time, /^\d{4}-\d\d-\d\dT.*Z$/);
      deepStrictEqual(fieldsOf(text, line.event), keys(line), line.event);
      seen.add(line.event);
    }
    deepStrictEqual([...seen].sort(), ["error", "printed", "progress", "summary"]);
    const { measured } = report.summary;
    for (const [name, of] of Object.entries(measured)) {
      deepStrictEqual(fieldsOf(text, name), keys(Array.isArray(of) ? of[0] : of as object), name);
    }
    const rows = /\| field of `plan`[\s\S]*?\n\n/.exec(text)![0].matchAll(/^\| `(\w+)`/gm);
    deepStrictEqual(Array.from(rows, ([, name]) => name!).sort(), keys(report.plan));
    deepStrictEqual(fieldsOf(text, "memory"), keys(report.plan.memory));
    for (const name of ["steps", "inputs", "outputs"]) {
      deepStrictEqual(fieldsOf(text, name), keys(report.plan[name][0]), name);
    }
  });
});
