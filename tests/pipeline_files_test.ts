/** Pipeline files that misbehave while they are loaded: a refusal with its place, exit 3, and no output. */
import assert from "node:assert/strict";
import { ndpipe } from "./support/ndpipe_process.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-files-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
Deno.writeTextFileSync(`${folder}/in.csv`, "x\n1\n2\n");
Deno.writeTextFileSync(
  `${folder}/good.ts`,
  `import { definePipeline, input } from "ndpipe";
await new Promise((resolve) => setTimeout(resolve, 20));
export default definePipeline({
  name: "good",
  inputs: { x: input("f32", ["N"]) },
  transform: ({ x }) => ({ y: x.mul(2) }),
});
`,
);

function runOf(file: string) {
  return ndpipe(["run", file, "-i", "in.csv", "-o", `${file}.csv`, "--progress", "none"], { cwd: folder });
}

const FROM_GOOD = `export { default } from "./good.ts";\n`;
const FILES: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ["throws.ts", `\nthrow new Error("boom");\n${FROM_GOOD}`, /cannot be loaded: boom\n +--> throws\.ts:2:7\n/],
  ["exits.ts", `\nDeno.exit(0);\n${FROM_GOOD}`, /ends the process while it is loaded\n +--> exits\.ts:2:6\n/],
  [
    "exits_in_transform.ts",
    `import { definePipeline, input } from "ndpipe";
export default definePipeline({
  name: "exits",
  inputs: { x: input("f32", ["N"]) },
  transform({ x }) {
    Deno.exit(0);
    return { y: x };
  },
});
`,
    /ends the process\n +--> exits_in_transform\.ts:6:10\n/,
  ],
  [
    "exits_later.ts",
    `\nsetTimeout(() => Deno.exit(0), 0);\n${FROM_GOOD}`,
    /ends the process( while it is loaded)?\n +--> exits_later\.ts:2:23\n/,
  ],
  [
    "later.ts",
    `\nqueueMicrotask(() => {\n  throw new Error("later");\n});\n${FROM_GOOD}`,
    /later\.ts threw outside of its transform: later\n +--> later\.ts:3:9\n/,
  ],
  [
    "rejects.ts",
    `\nPromise.reject(new Error("no one waits"));\n${FROM_GOOD}`,
    /rejects\.ts threw outside of its transform: no one waits\n +--> rejects\.ts:2:16\n/,
  ],
];

Deno.test("a pipeline file may wait for what comes", async () => {
  const { code, stderr } = await runOf("good.ts");
  assert.equal(code, 0, stderr);
  assert.equal(Deno.readTextFileSync(`${folder}/good.ts.csv`), "y\n2\n4\n");
});

for (const [name, text, message] of FILES) {
  Deno.test(`a pipeline file that misbehaves is refused with its place, and is no bug of ours: ${name}`, async () => {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
    const { code, stdout, stderr } = await runOf(name);
    assert.deepEqual([code, stdout], [3, ""], stderr);
    assert.ok(stderr.startsWith("error[PIP001]: "), stderr);
    assert.match(stderr, message);
  });
}

Deno.test("what a pipeline file prints is a JSON object a line where messages are JSON", async () => {
  Deno.writeTextFileSync(
    `${folder}/prints.ts`,
    `console.log("a\\nb", { c: 1 });\nconsole.log("%d%", 3);\nconsole.warn("w");\nconsole.error("d");\n${FROM_GOOD}`,
  );
  const args = ["run", "prints.ts", "-i", "in.csv", "-o", "-", "--to", "csv", "--log", "json"];
  const { code, stdout, stderr } = await ndpipe(args, { cwd: folder });
  assert.deepEqual([code, stdout], [0, "y\n2\n4\n"], stderr);
  const all = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const { time } of all) assert.ok(Number.isFinite(Date.parse(time)), time);
  const lines = all.map(({ time: _, ...line }) => line);
  assert.deepEqual(lines.slice(0, 4), [
    { level: "info", event: "printed", message: "a\nb { c: 1 }" },
    { level: "info", event: "printed", message: "3%" },
    { level: "warning", event: "printed", message: "w" },
    { level: "error", event: "printed", message: "d" },
  ]);
});

Deno.test("check and plan tell steps that no output needs: a tensor in an if is true", async () => {
  Deno.writeTextFileSync(
    `${folder}/branches.ts`,
    `import { definePipeline, input } from "ndpipe";
export default definePipeline({
  name: "branches",
  inputs: { x: input("f32", ["N"]) },
  transform: ({ x }) => x.gt(0) ? { y: x.sqrt() } : { y: x },
});
`,
  );
  const checked = await ndpipe(["check", "branches.ts"], { cwd: folder });
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(
    checked.stdout,
    /^note {2}unused {2}1 step for no output: x\.gt\(0\) \(line 5\); a tensor in an if is true/m,
  );
  assert.match(checked.stdout, /^ok +input +none given: 1 declaration taken at its word$/m);
  const planned = await ndpipe(["plan", "branches.ts"], { cwd: folder });
  assert.match(planned.stdout, /^ +1 +x\.gt\(0\) +bool +\(N\) +1 +unused$/m);
  assert.match(planned.stdout, /^ +2 +x\.sqrt\(\) +f32 +\(N\) +4 +1$/m);
});

Deno.test("check tells which entries of a file no param takes: a misspelt one leaves the declared value", async () => {
  Deno.writeTextFileSync(
    `${folder}/scaled.ts`,
    `import { definePipeline, input, param } from "ndpipe";
export default definePipeline({
  name: "scaled",
  inputs: { x: input("f32", ["N"]) },
  params: { scale: param("f32", [], { value: 1 }), shift: param("f32", [], { value: 0 }) },
  transform: ({ x }, { scale, shift }) => ({ y: x.mul(scale).add(shift) }),
});
`,
  );
  const noteOf = async (values: Record<string, number>, ...flags: readonly string[]) => {
    Deno.writeTextFileSync(`${folder}/params.json`, JSON.stringify(values));
    const { code, stdout, stderr } = await ndpipe(
      ["check", "scaled.ts", "--params", "params.json", ...flags],
      {
        cwd: folder,
      },
    );
    assert.equal(code, 0, stderr);
    return stdout.split("\n").filter((line) => line.startsWith("note"));
  };
  assert.deepEqual(await noteOf({ scael: 2, shift: 1 }), [
    "note  params  1 entry of params.json that no param takes: scael (did you mean scale?)",
  ]);
  assert.deepEqual(await noteOf({ scale: 2, a1: 0, "b\n2": 0, c3: 0, d4: 0, e5: 0 }), [
    "note  params  5 entries of params.json that no param takes: a1, b\\n2, c3 and 2 more",
  ]);
  // what the command line overrides was named twice on purpose
  assert.deepEqual(await noteOf({ scale: 2, shift: 1 }, "--param", "scale=3"), []);
});

Deno.test("a mask that is written again for a second column is no step for no output", async () => {
  Deno.writeTextFileSync(
    `${folder}/masks.ts`,
    `import { definePipeline, input } from "ndpipe";
export default definePipeline({
  name: "masks",
  inputs: { x: input("f32", ["N"]), y: input("f32", ["N"]) },
  transform: ({ x, y }) => ({ a: x.filter(x.abs().gt(0), "K"), b: y.filter(x.abs().gt(0), "K") }),
});
`,
  );
  const checked = await ndpipe(["check", "masks.ts"], { cwd: folder });
  assert.equal(checked.code, 0, checked.stderr);
  assert.doesNotMatch(checked.stdout, /^note/m);
  const planned = await ndpipe(["plan", "masks.ts"], { cwd: folder });
  assert.doesNotMatch(planned.stdout, /unused/);
});
