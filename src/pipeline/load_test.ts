import assert from "node:assert/strict";
import { join } from "node:path";
import { loadPipeline } from "./load.ts";
import { refusalOf } from "../../tests/support/refusal.ts";

/** Writes the text to a file of its own and loads it. */
async function load<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const file = join(folder, "pipeline.ts");
    await Deno.writeTextFile(file, text);
    return await use(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const INCIDENT = `import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "incident",
  inputs: { features: input("f32", ["N", "feature=1000"]) },
  params: { perCluster: param("f32", ["cluster=10"]) },
  transform({ features }, { perCluster }) {
    // deno-lint-ignore no-explicit-any
    return { scaled: features.expandDims(-1).mul(perCluster as any) };
  },
});
`;

Deno.test("loadPipeline() loads a pipeline, whose refusals have places in the file", () =>
  load(INCIDENT, async (file) => {
    const pipeline = await loadPipeline(file);
    assert.equal(pipeline.name, "incident");
    assert.deepEqual(pipeline.declarationPlace, { file, line: 3, column: 16 });
    const error = await refusalOf((async () => await Promise.resolve(pipeline.trace()))());
    assert.equal(error.code, "SHP003");
    assert.deepEqual(error.place, { file, line: 9, column: 46 });
    assert.deepEqual(error.notes, [
      "result f32 (N, feature=1000, cluster=10): 2.44 GiB per chunk of 65,536 rows",
    ]);
  }));

Deno.test("loadPipeline() says why a file cannot be read", {
  ignore: Deno.build.os === "windows",
}, () =>
  load(INCIDENT, async (file) => {
    const loop = `${file.slice(0, -3)}_loop.ts`;
    await Deno.symlink(loop, loop);
    const reasons = [[loop, "Too many levels of symbolic links", "check where its symbolic links lead"]];
    // nothing is forbidden to root
    if (Deno.uid() !== 0) reasons.push([file, "Permission denied", "check its permissions"]);
    await Deno.chmod(file, 0o000);
    for (const [name, reason, help] of reasons) {
      const error = await refusalOf(loadPipeline(name!));
      assert.equal(error.message, `the pipeline file ${name} cannot be read: ${reason}`);
      assert.equal(error.help, help);
    }
  }));

Deno.test("loadPipeline() says what is wrong with a file, and where", async () => {
  const head = 'import { definePipeline, input } from "ndpipe";\n';
  const files: readonly [text: string, code: string, sentence: RegExp, line: number | null][] = [
    ["export const a = 1;\n\nconst = 2;\n", "PIP001", /cannot be parsed: Unexpected token/, 3],
    ['import "./missing.ts";\n', "PIP001", /cannot be loaded: Module not found/, 1],
    ["const list: number[] = [];\nlist[0]!.toFixed();\n", "PIP001", /cannot be loaded: Cannot read/, 2],
    ["export const a = 1;\n", "PIP002", /exports no pipeline: it has no default export$/, 1],
    ["export default { name: 'x' };\n", "PIP002", /it has another default export$/, 1],
    [`${head}export default input("f32", ["N", 0] as never);\n`, "SHP013", /malformed/, 2],
    [`${head}\nexport default definePipeline({} as never);\n`, "PIP003", /has no name/, 3],
  ];
  for (const [text, code, sentence, line] of files) {
    await load(text, async (file) => {
      const error = await refusalOf(loadPipeline(file));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, sentence);
      assert.deepEqual([error.place?.file, error.place?.line], [file, line], error.message);
      assert(error.help !== null);
    });
  }
});

Deno.test("loadPipeline() refuses a path that is missing or no file", async () => {
  assert.match(
    (await refusalOf(loadPipeline("no/such/pipeline.ts"))).message,
    /no\/such\/pipeline.ts does not exist$/,
  );
  assert.match((await refusalOf(loadPipeline("."))).message, /is no file$/);
});

Deno.test("loadPipeline() refuses a file Deno.exit and process.exit, also where others are loaded at once", async () => {
  const { exit } = Deno, head = 'import { definePipeline, input } from "ndpipe";\n';
  const waitingFor = (promise: string) =>
    `${head}await ${promise};
export default definePipeline({ name: "w", inputs: { x: input("f32", ["N"]) }, transform: ({ x }) => ({ x }) });
`;
  const { promise, resolve } = Promise.withResolvers<void>(), key = Symbol.for("ndpipe-test-load");
  Object.assign(globalThis, { [key]: promise });
  await load(
    waitingFor('Reflect.get(globalThis, Symbol.for("ndpipe-test-load"))'),
    (long) =>
      load(waitingFor("null"), async (short) => {
        const first = loadPipeline(short), second = loadPipeline(long);
        await first;
        assert.notEqual(Deno.exit, exit);
        resolve();
        await second;
        assert.equal(Deno.exit, exit);
      }),
  );
  Reflect.deleteProperty(globalThis, key);
  for (const text of ["Deno.exit(0);\n", 'import process from "node:process";\nprocess.exit(0);\n']) {
    await load(text, async (file) => {
      const error = await refusalOf(loadPipeline(file));
      assert.equal(error.message, `${file} ends the process while it is loaded`);
      assert.equal(error.place?.file, file);
    });
  }
  assert.equal(Deno.exit, exit);
});
