/**
 * The commands that plan and run, as a user meets them: the real `main.ts` in a process of its own. What durability
 * means is tested in slow_durability_test.ts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ERRORS } from "../src/error_codes.ts";
import { inScratchFolder, ndpipe, PERMISSIONS, startNdpipe } from "./support/ndpipe_process.ts";

const SCALE = fixture("scale.ts");
const MAIN = new URL("../main.ts", import.meta.url).pathname;
const GROWS = fixture("grows.ts");
const CSV = "id,x\n1,0.5\n2,-3\n9007199254740993,1e10\n";
const SCALED = "id,y\n1,0.5\n2,18\n9007199254740993,200000000000000000000\n";

function fixture(name: string): string {
  return new URL(`fixtures/${name}`, import.meta.url).pathname;
}

/** A folder with the table in it. */
function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  return inScratchFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/in.csv`, CSV);
    await body(folder);
  });
}

Deno.test("run writes the output file, nothing to stdout, and a summary to stderr", async () => {
  await inFolder(async (folder) => {
    const args = ["run", SCALE, "-i", "in.csv", "-o", "out.csv", "--param", "factor=2"];
    const { code, stdout, stderr } = await ndpipe(args, { cwd: folder });
    assert.deepEqual([code, stdout], [0, ""], stderr);
    assert.equal(Deno.readTextFileSync(`${folder}/out.csv`), SCALED);
    assert.match(
      stderr,
      /^wrote out\.csv: 3 rows, \d+ B\nread 38 B in .*; 1 chunk, 1 worker, \w+ numerics\npeak memory .* predicted\ntime reading .*\nkernel 2 {2}square \+ mul: 3 rows; read 24 B as predicted, wrote 24 B as predicted; .*\n$/,
    );

    const again = await ndpipe(args, { cwd: folder });
    assert.equal(again.code, 8);
    assert.match(again.stderr, /^error\[OUT002\]: out\.csv exists\n/);
    assert.equal((await ndpipe([...args, "--force", "--progress", "none"], { cwd: folder })).stderr, "");
  });
});

Deno.test("run reads stdin and writes stdout, where only data goes", async () => {
  const args = ["run", SCALE, "-i", "-", "--from", "csv", "-o", "-", "--to", "csv", "--param", "factor=2"];
  const { code, stdout, stderr } = await ndpipe(args, { stdin: CSV });
  assert.deepEqual([code, stdout], [0, SCALED], stderr);
  assert.match(stderr, /^wrote stdout: 3 rows/);
});

Deno.test("run --progress json and --log json write JSON lines that end with a summary", async () => {
  for (const flags of [["--progress", "json"], ["--log", "json"]]) {
    const args = [
      "run",
      SCALE,
      "-i",
      "-",
      "--from",
      "csv",
      "-o",
      "-",
      "--to",
      "csv",
      "--param",
      "factor=2",
      ...flags,
    ];
    const { stderr } = await ndpipe(args, { stdin: CSV });
    const events = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
    const { event, rows, outputRows, output, chunks } = events.at(-1);
    assert.deepEqual([event, rows, outputRows, output, chunks], ["summary", 3, 3, "-", 1]);
  }
});

Deno.test("run --report writes the plan and the summary, and time only there", async () => {
  await inFolder(async (folder) => {
    const args = [
      "run",
      SCALE,
      "-i",
      "in.csv",
      "-o",
      "out.csv",
      "--param",
      "factor=2",
      "--report",
      "report.json",
    ];
    const { code, stderr } = await ndpipe(args, { cwd: folder });
    assert.equal(code, 0, stderr);
    const { ndpipe: version, plan, summary } = JSON.parse(Deno.readTextFileSync(`${folder}/report.json`));
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.equal(plan.pipeline, "scale");
    assert.equal(summary.rows, 3);
    assert.ok(summary.elapsedMs >= 0);

    const refused = await ndpipe([...args, "--force", "-i", "gone.csv"], { cwd: folder });
    assert.equal(refused.code, 7);
    assert.equal(
      JSON.parse(Deno.readTextFileSync(`${folder}/report.json`)).summary.rows,
      3,
      "the old report stays",
    );
  });
});

Deno.test("a refused shape ends with exit 3 before inputs are looked at, with place, line and a fix", async () => {
  for (const command of ["plan", "run"]) {
    const output = command === "run" ? ["-o", "never.arrow"] : [];
    const { code, stdout, stderr } = await ndpipe([command, GROWS, "-i", "no/such/input.arrow", ...output]);
    assert.deepEqual([code, stdout], [3, ""], stderr);
    assert.match(stderr, /^error\[SHP003\]: cannot broadcast/);
    assert.match(stderr, /^ {2}--> tests\/fixtures\/grows\.ts:10:\d+$/m);
    assert.match(stderr, /^ {3}\| {2}return \{ y: features\.expandDims\(-1\)\.mul\(perCluster\)/m);
    assert.match(stderr, /^ {3}= help: /m);
  }
});

Deno.test("--log json prints a refusal's place relative to the working directory", async () => {
  const { code, stderr } = await ndpipe(["plan", GROWS, "--log", "json"]);
  const refusal = JSON.parse(stderr);
  assert.deepEqual([code, refusal.code, refusal.place.file, refusal.place.line], [
    3,
    "SHP003",
    "tests/fixtures/grows.ts",
    10,
  ]);
});

Deno.test("a budget that does not fit ends with exit 4 before inputs are looked at", async () => {
  const args = ["plan", SCALE, "-i", "no/such/input.arrow", "--memory", "20MiB"];
  const { code, stderr } = await ndpipe(args);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /^error\[MEM001\]/);
  assert.match(stderr, /= the budget of 20 MiB is --memory/);
});

Deno.test("check makes the type check too, and tells what a planner's refusal tells only once", async () => {
  await inFolder(async (folder) => {
    const good = await ndpipe(["check", SCALE, "-i", `${folder}/in.csv`, "--param", "factor=2"]);
    assert.deepEqual([good.code, good.stderr], [0, ""]);
    assert.match(
      good.stdout,
      /^scale: all proofs hold, no data was read\nok {2}types .*\nok {2}shapes .*\nok {2}params .*\nok {2}input .*2 columns bound.*\nok {2}memory /,
    );

    const text = Deno.readTextFileSync(GROWS).replace(/^.*@ts-expect-error.*\n/m, "");
    Deno.writeTextFileSync(`${folder}/grows.ts`, text.replace("name:", "nmae:"));
    const typo = await ndpipe(["check", `${folder}/grows.ts`]);
    assert.equal(typo.code, 3);
    assert.match(typo.stderr, /error\[TYP001\].*nmae/);

    Deno.writeTextFileSync(`${folder}/grows.ts`, text);
    const bad = await ndpipe(["check", `${folder}/grows.ts`]);
    assert.equal(bad.code, 3);
    assert.equal(bad.stderr.match(/^error\[/gm)?.length, 1, bad.stderr);
    assert.match(bad.stderr, /features {4}f32 \(N, feature=4, 1\)/);
  });
});

Deno.test("plan prints text for people and JSON for machines, the same without an input", async () => {
  const text = await ndpipe(["plan", SCALE, "--rows", "1000000"]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^pipeline scale\n/);
  const { code, stdout } = await ndpipe(["plan", SCALE, "--rows", "1000000", "--json"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).pipeline, "scale");
  assert.ok((await ndpipe(["plan", SCALE, "--verbose"])).stdout.length > text.stdout.length);
});

Deno.test("a pipeline that is not there, or is none, ends with exit 3", async () => {
  assert.match((await ndpipe(["plan", "no/such.ts"])).stderr, /^error\[PIP001\]/);
  const { code, stderr } = await ndpipe(["plan", new URL("../src/errors.ts", import.meta.url).pathname]);
  assert.equal(code, 3);
  assert.match(stderr, /^error\[PIP002\]/);
});

Deno.test("a signal ends a run that waits for a silent pipe, and leaves nothing", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inFolder(async (folder) => {
    const args = [
      "run",
      SCALE,
      "-i",
      "-",
      "--from",
      "csv",
      "-o",
      "out.csv",
      "--param",
      "factor=2",
      "--log",
      "json",
    ];
    const child = startNdpipe(args, { cwd: folder, stdin: "" });
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(CSV));
    const isRunning = () => [...Deno.readDirSync(folder)].some(({ name }) => name.endsWith(".ndpipe-tmp"));
    let hasEnded = false;
    child.status.finally(() => hasEnded = true);
    while (!isRunning() && !hasEnded) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGINT");
    const [{ code }, stderr] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
      child.stdout.cancel(),
    ]);
    writer.closed.catch(() => {});
    await writer.close().catch(() => {});
    assert.equal(code, 130, stderr);
    const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ time: _, ...line }) => line), [
      { level: "warning", event: "ending", message: "ending the chunk; a second signal quits at once" },
      {
        level: "warning",
        event: "interrupted",
        message: "interrupted: out.csv is as it was before the run",
        exitCode: 130,
      },
    ]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["in.csv"]);
  });
});

Deno.test("plan and inspect say of compressed batches that they are decompressed and copied", async () => {
  const file = new URL("../testdata/arrow/pyarrow_zstd.arrow", import.meta.url).pathname;
  const pipeline = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(
    pipeline,
    `import { definePipeline, input } from "ndpipe";
     export default definePipeline({
       name: "compressed",
       inputs: { f64: input("f64", ["N"]) },
       transform: ({ f64 }) => ({ y: f64.add(1) }),
     });`,
  );
  try {
    const plan = await ndpipe(["plan", pipeline, "-i", file]);
    assert.match(plan.stdout, /^ {2}input f64: decompressed \(ZSTD\), then copied into its chunk$/m);
    const inspected = await ndpipe(["inspect", file]);
    assert.match(inspected.stdout, /^f64 .* decompressed \(ZSTD\), then copied$/m);
    assert.doesNotMatch(plan.stdout + inspected.stdout, /0 B copied|no copy|\(0 B\)/);
  } finally {
    Deno.removeSync(pipeline);
  }
});

Deno.test("plan says of every form of a table what happens between the read and the kernel, in JSON too", async () => {
  const pipeline = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(
    pipeline,
    `import { definePipeline, input } from "ndpipe";
     export default definePipeline({
       name: "forms",
       inputs: { f64: input("f64", ["N"], { nulls: "nan" }) },
       transform: ({ f64 }) => ({ y: f64.add(1) }),
     });`,
  );
  const view = "view on the bytes read, 0 B copied";
  try {
    for (
      const [file, preparation] of [
        ["arrow/pyarrow_zstd.arrow", "decompressed (ZSTD), then copied into its chunk"],
        ["parquet/pyarrow_none.parquet", "decoded from pages"],
        ["arrow/pyarrow_numbers.arrow", view],
      ] as const
    ) {
      const path = new URL(`../testdata/${file}`, import.meta.url).pathname;
      const { code, stdout, stderr } = await ndpipe(["plan", pipeline, "-i", path, "--json"]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout).inputs, [{
        name: "f64",
        preparation,
        isCopied: preparation !== view,
      }]);
      const text = await ndpipe(["plan", pipeline, "-i", path]);
      assert(text.stdout.includes(preparation), text.stdout);
    }
  } finally {
    Deno.removeSync(pipeline);
  }
});

Deno.test("text that standard output has no room for ends with exit 8", async () => {
  const script = Deno.makeTempFileSync({ suffix: ".sh" });
  try {
    const run = `deno run --no-prompt -A ${new URL("../main.ts", import.meta.url).pathname}`;
    Deno.writeTextFileSync(script, `${run} plan ${SCALE} > /dev/full`);
    const { code, stderr } = await new Deno.Command("sh", { args: [script] }).output();
    assert.match(
      new TextDecoder().decode(stderr),
      /^error\[OUT001\]: cannot write to standard output: No space left/,
    );
    assert.equal(code, 8);
  } finally {
    Deno.removeSync(script);
  }
});

Deno.test("a run and a plan need no package of any registry, but for Arrow: without one, that is refused", async () => {
  await inFolder(async (folder) => {
    const env = { DENO_DIR: `${folder}/deno`, NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/" };
    const input = ["-i", "-", "--from", "csv", "--param", "factor=2"];
    const run = await ndpipe(["run", SCALE, ...input, "-o", "-", "--to", "csv"], { stdin: CSV, env });
    assert.equal(run.code, 0, run.stderr);
    const plan = await ndpipe(["plan", SCALE], { env });
    assert.equal(plan.code, 0, plan.stderr);
    for (const { stderr } of [run, plan]) assert.ok(!stderr.includes("Download"), stderr);

    const arrow = await ndpipe(["run", SCALE, ...input, "-o", `${folder}/out.arrow`], { stdin: CSV, env });
    assert.match(
      arrow.stderr,
      /error\[ENV002\]: a package cannot be downloaded: failed caching npm package '/,
    );
    assert.match(arrow.stderr, /= help: run deno install once/);
    assert.equal(arrow.code, ERRORS.ENV002.exit);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["deno", "in.csv"]);
  });
});

Deno.test("paths may be given as file URLs", async () => {
  await inFolder(async (folder) => {
    const input = `${folder}/a b#1.csv`, output = `${folder}/out ü.csv`;
    Deno.writeTextFileSync(input, CSV);
    const urlOf = (path: string) => `file://${encodeURI(path).replaceAll("#", "%23")}`;
    const [pipeline, from, to] = [urlOf(SCALE), urlOf(input), urlOf(output)];
    const { code, stderr } = await ndpipe(["run", pipeline, "-i", from, "-o", to, "--param", "factor=2"]);
    assert.equal(code, 0, stderr);
    assert.ok(Deno.statSync(output).isFile);
    const other = await ndpipe(["inspect", "file://elsewhere/data.csv"]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /USE002.*file:\/\/elsewhere\/data.csv names no file of this machine/);
  });
});

Deno.test("what a pipeline file prints goes to stderr, and never among the data on stdout", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_prints_" });
  try {
    Deno.writeTextFileSync(
      `${folder}/prints.ts`,
      `import { definePipeline, input } from "ndpipe";
       console.log("log"); console.info("info"); console.debug("debug"); console.dir({ dir: 1 });
       console.dirxml("dirxml"); console.table([{ table: 1 }]); console.count("count"); console.group("group");
       console.time("time"); console.timeLog("time"); console.timeEnd("time");
       export default definePipeline({
         name: "prints",
         inputs: { x: input("f64", ["N"]) },
         transform({ x }) { console.log("traced"); return { y: x.add(1) }; },
       });`,
    );
    const args = ["run", `${folder}/prints.ts`, "-i", "-", "--from", "csv", "-o", "-", "--to", "csv"];
    const { code, stdout, stderr } = await ndpipe(args, { stdin: "x\n1\n2\n" });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "y\n2\n3\n");
    for (
      const word of ["log", "info", "debug", "dir", "dirxml", "table", "count", "group", "time", "traced"]
    ) {
      assert.ok(stderr.includes(word), `${word} is not told`);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the exit code says how a command went though a full disk takes nothing of what is said on stderr", async () => {
  await inFolder(async (folder) => {
    const codeOf = async (...args: readonly string[]) => {
      const words = [Deno.execPath(), "run", "--no-prompt", ...PERMISSIONS, MAIN, ...args];
      const shell = ["-c", 'exec "$@" 2> /dev/full', "sh", ...words];
      return (await new Deno.Command("sh", { args: shell, cwd: folder }).output()).code;
    };
    for (const log of ["text", "json"]) {
      const flags = ["--log", log, "--force"];
      assert.equal(await codeOf("convert", "-i", "missing.csv", "-o", "out.csv", ...flags), 7);
      assert.equal(await codeOf("convert", "-i", "in.csv", "-o", "out.csv", ...flags), 0);
      assert.equal(Deno.readTextFileSync(`${folder}/out.csv`).split("\n").length, CSV.split("\n").length);
      Deno.removeSync(`${folder}/out.csv`);
    }
    assert.equal(await codeOf("frobnicate"), 2);
  });
});
