/**
 * The pipelines of `pipelines/broken/`: each is refused as the transcript beside it says, by the real command line,
 * and each suggested fix works when it is applied.
 *
 * A transcript (`NAME.expected.txt`) holds commands and what they print on stderr:
 *
 *     $ ndpipe plan pipelines/broken/NAME.ts
 *     error[SHP003]: …
 *     [exit 3]
 *
 * A pipeline without a transcript or without a fix fails, and so does a transcript without a pipeline.
 * `UPDATE_GOLDEN=1 deno test -A tests/broken_pipelines_test.ts` rewrites the transcripts; read the difference.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFindings } from "../src/pipeline/type_check.ts";
import { isUpdatingGoldens } from "./support/golden.ts";
import { ndpipe } from "./support/ndpipe_process.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDER = "pipelines/broken";
const CONFIG = new URL("deno.json", ROOT).pathname;

/** What a refusal suggests, applied: a change to the text of the pipeline or to the command. */
interface Fix {
  readonly from: string;
  readonly to: string;
  /** what the refusal must say, so that it is its own suggestion that is tried; `$1` in `to` is its first group */
  readonly suggested: RegExp;
}
type Fixes = { readonly text?: readonly Fix[]; readonly command?: readonly Fix[] };

/** The fixes by pipeline. Several of one kind are alternatives: each must do on its own. */
const FIXES: Readonly<Record<string, Fixes>> = {
  incident: {
    text: [
      {
        suggested: /for one weight a feature, perCluster needs shape \((feature=1000)\)/,
        from: `param("f32", ["cluster=10"]) },
  transform({ features }, { perCluster }) {
    return { weighted: features.expandDims(-1).mul(perCluster)`,
        to: `param("f32", ["$1"]) },
  transform({ features }, { perCluster }) {
    return { weighted: features.mul(perCluster)`,
      },
    ],
  },
  outer: {
    command: [
      { suggested: /(--batch-rows \d+)/, from: "--memory 512MiB", to: "--memory 512MiB $1" },
      { suggested: /allow more: (--memory \d+MiB)/, from: "--memory 512MiB", to: "$1" },
    ],
  },
  rank_added: {
    text: [{
      suggested: /write (\.outer\(perCluster\)) on score without the axis of size 1/,
      from: "score.expandDims(-1).mul(perCluster)",
      to: "score$1",
    }],
  },
  both_grow: {
    text: [{
      suggested: /use (\.broadcastTo\(.*\)) on features \(N, feature=300, 1\)/,
      from: "features.expandDims(2).mul",
      to: "features.expandDims(2)$1.mul",
    }],
  },
  label_mismatch: {
    text: [{
      suggested: /rename it: (\.as\(\S+\))/,
      from: "embedding.add(bias)",
      to: "embedding.add(bias$1)",
    }],
  },
  rows_minus_column: {
    text: [{ suggested: /use (\.squeeze\(-1\))/, from: "sub(predicted)", to: "sub(predicted$1)" }],
  },
  value_per_row: {
    text: [{
      suggested: /use (\.expandDims\(-1\)) on it/,
      from: "div(exposure)",
      to: "div(exposure$1)",
    }],
  },
  matmul_inner: {
    text: [{
      suggested: /use (\.transpose\(\)) on \(cluster=10, feature=784\)/,
      from: "matmul(weights)",
      to: "matmul(weights$1)",
    }],
  },
  params_shape: {
    command: [{ suggested: /the transposed array fits/, from: "by_cluster.json", to: "by_feature.json" }],
  },
  element_guard: {
    command: [{ suggested: /(--chunk-rows \d+);/, from: "--chunk-rows 65536", to: "$1" }],
    text: [{
      suggested: /(limits: \{ elements: \d+ \})/,
      from: `name: "element-guard",`,
      to: `name: "element-guard", $1,`,
    }],
  },
  budget: {
    text: [{ suggested: /limits: \{ (memory: "\d+MiB") \}/, from: `memory: "128MiB"`, to: "$1" }],
  },
  row_reduction: {
    text: [{
      suggested: /a statistic of all rows is computed beforehand and given as a param/,
      from: `  transform({ features }) {
    return { centred: features.sub(features.mean("N")) };`,
      to: `  params: { mean: param("f32", ["feature=100"]) },
  transform({ features }, { mean }) {
    return { centred: features.sub(mean) };`,
    }],
  },
  weak_scalar: {
    text: [{ suggested: /(\.astype\('i64'\))/, from: "pixels.add", to: "pixels$1.add" }],
  },
  column_name: {
    text: [{ suggested: /did you mean "(features)"/, from: `{ column: "feature" }`, to: `{ column: "$1" }` }],
  },
};

/** Passes: the incident as it was meant. */
const FIXED = "incident_fixed";

const names = [...Deno.readDirSync(new URL(FOLDER, ROOT))].map(({ name }) => name);
const pipelines = names.filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3)).sort();

interface Entry {
  readonly command: string;
  readonly stderr: string;
  readonly code: number;
}

function readTranscript(name: string): Entry[] {
  const text = Deno.readTextFileSync(new URL(`${FOLDER}/${name}.expected.txt`, ROOT));
  const entries = [...text.matchAll(/^\$ ndpipe (.*)\n([^]*?)^\[exit (\d+)\]\n/gm)].map((
    [, command = "", stderr = "", code],
  ) => ({ command, stderr, code: Number(code) }));
  assert.equal(text, showTranscript(entries), `${name}.expected.txt has lines that belong to no command`);
  return entries;
}

function showTranscript(entries: readonly Entry[]): string {
  return entries.map(({ command, stderr, code }) => `$ ndpipe ${command}\n${stderr}[exit ${code}]\n`).join(
    "\n",
  );
}

/** Runs a command of a transcript; options of the machine (its cores) must not show in what it prints. */
async function runEntry(command: string): Promise<Entry> {
  const { code, stderr } = await ndpipe(command.split(" "), { cwd: ROOT.pathname });
  return { command, stderr, code };
}

/** Puts what the refusal suggests into the fix. */
function filledIn(name: string, { suggested, from, to }: Fix, stderr: string): { from: string; to: string } {
  const match = suggested.exec(stderr);
  assert.ok(match !== null, `${name} is not told ${suggested}`);
  return { from, to: to.replaceAll("$1", () => match[1] ?? "") };
}

/** The pipeline with its text changed, in a folder of its own. */
function writeFixed(folder: string, name: string, { from, to }: { from: string; to: string }): string {
  const text = Deno.readTextFileSync(new URL(`${FOLDER}/${name}.ts`, ROOT));
  assert.equal(text.split(from).length, 2, `${name}.ts has ${JSON.stringify(from)} once`);
  const imported = to.includes("param(")
    ? text.replace("definePipeline, input }", "definePipeline, input, param }")
    : text;
  const path = `${folder}/${name}_${crypto.randomUUID().slice(0, 8)}.ts`;
  Deno.writeTextFileSync(path, imported.replace(from, () => to));
  return path;
}

Deno.test("pipelines/broken/ has a transcript and a fix for each pipeline, and no other", () => {
  const transcripts = names.filter((name) => name.endsWith(".expected.txt")).map((name) =>
    name.slice(0, -".expected.txt".length)
  );
  assert.deepEqual(transcripts.sort(), pipelines);
  assert.deepEqual(Object.keys(FIXES).concat(FIXED).sort(), pipelines);
  assert.ok(pipelines.length >= 10);
});

for (const name of pipelines) {
  Deno.test(`pipelines/broken/${name}.ts is told as its transcript says`, async () => {
    const expected = readTranscript(name);
    assert.ok(expected.length > 0);
    const found = await Promise.all(expected.map(({ command }) => runEntry(command)));
    if (isUpdatingGoldens()) {
      Deno.writeTextFileSync(new URL(`${FOLDER}/${name}.expected.txt`, ROOT), showTranscript(found));
      return;
    }
    assert.equal(showTranscript(found), showTranscript(expected));
    if (name === FIXED) assert.ok(expected.every(({ code }) => code === 0));
    else assert.ok(expected.every(({ code }) => code === 3 || code === 4));
  });
}

Deno.test("each fix that a refusal suggests works when it is applied", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const files: string[] = [];
    for (const [name, { text = [], command = [] }] of Object.entries(FIXES)) {
      const refused = readTranscript(name)[0]!;
      const changed = [
        ...command.map((fix) => {
          const { from, to } = filledIn(name, fix, refused.stderr);
          return refused.command.replace(from, () => to);
        }),
        ...text.map((fix) => {
          const path = writeFixed(folder, name, filledIn(name, fix, refused.stderr));
          files.push(path);
          return refused.command.replace(`${FOLDER}/${name}.ts`, () => path);
        }),
      ];
      for (const line of changed) {
        assert.notEqual(line, refused.command);
        const { code, stderr } = await runEntry(line);
        assert.deepEqual([code, stderr], [0, ""], line);
      }
    }
    // and the types agree: one check for all of them
    const { success, stderr } = await denoCheck(files);
    assert.ok(success, stderr);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("what is a matter of shapes or dtypes is refused by the types as well, with the same code and sentence", async () => {
  const { stderr } = await denoCheck(pipelines.map((name) => `${FOLDER}/${name}.ts`));
  const byTypes = new Map(
    readFindings(stderr).map(({ place, code, sentence }) => [
      place?.file.split("/").at(-1)?.slice(0, -3),
      `${code}: ${sentence}`,
    ]),
  );
  const byPlanner = new Map<string, string>();
  for (const name of pipelines) {
    const refusal = /^error\[((?:SHP|DTY)\d+)\]: (.*)$/m.exec(readTranscript(name)[0]!.stderr);
    if (refusal !== null) byPlanner.set(name, `${refusal[1]}: ${refusal[2]}`);
  }
  assert.ok(byPlanner.size >= 7);
  assert.deepEqual(Object.fromEntries(byTypes), Object.fromEntries(byPlanner));
});

async function denoCheck(files: readonly string[]): Promise<{ success: boolean; stderr: string }> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-lock", "--config", CONFIG, ...files],
    cwd: ROOT.pathname,
    env: { NO_COLOR: "1" },
  }).output();
  return { success, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("the incident is refused at its 5,000,000 rows", async () => {
  const { code } = await ndpipe(["plan", `${FOLDER}/incident.ts`, "--rows", "5000000"], {
    cwd: ROOT.pathname,
  });
  assert.equal(code, 3);
});
