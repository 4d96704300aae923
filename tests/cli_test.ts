/**
 * The command line as a user meets it: the real `main.ts` in a process of its own, with the permissions of
 * `deno task ndpipe` and no more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { COMMANDS } from "../src/cli/commands.ts";
import { ERRORS } from "../src/error_codes.ts";
import { ndpipe, startNdpipe } from "./support/ndpipe_process.ts";

Deno.test("ndpipe --help lists every command and the exit codes on stdout", async () => {
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const { code, stdout, stderr } = await ndpipe(args);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const { syntax } of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${syntax.name}\\b`, "m"));
    assert.match(stdout, /70 a bug/);
    assert.match(stdout, /^ndpipe: .* tables of Arrow, Parquet, CSV, JSON lines and NumPy;/);
  }
});

Deno.test("ndpipe COMMAND --help prints every flag of the command, whatever else is wrong", async () => {
  for (const { syntax } of COMMANDS) {
    const { code, stdout, stderr } = await ndpipe([syntax.name, "--help", "--nonsense"]);
    assert.deepEqual([code, stderr], [0, ""], syntax.name);
    assert.match(stdout, new RegExp(`^Usage: ndpipe ${syntax.name}`));
    assert.equal((await ndpipe(["help", syntax.name])).stdout, stdout);
  }
});

Deno.test("ndpipe --version prints the version of deno.json", async () => {
  const { version } = JSON.parse(Deno.readTextFileSync(new URL("../deno.json", import.meta.url)));
  const { code, stdout } = await ndpipe(["--version"]);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^ndpipe ${version.replaceAll(".", "\\.")} \\(deno `));
});

Deno.test("an unknown command, flag or missing word ends with exit 2, USE001 and a suggestion", async () => {
  for (
    const [line, message] of [
      ["", "error[USE001]: no command is given\n   = help: see ndpipe --help\n"],
      ["chekc", 'error[USE001]: there is no command "chekc"\n   = help: did you mean check?\n'],
      [
        "--verison",
        'error[USE001]: there is no flag before the command "--verison"\n   = help: did you mean --version?\n',
      ],
      [
        "run p.ts -i a -o b --worker 2",
        "error[USE001]: run has no flag --worker\n   = help: did you mean --workers?\n",
      ],
      ["plan", "error[USE001]: plan needs PIPELINE\n"],
      [
        "convert -i a",
        "error[USE001]: convert needs -o OUTPUT\n   = help: ndpipe convert -i INPUT… -o OUTPUT [flags]\n",
      ],
    ] as const
  ) {
    const { code, stdout, stderr } = await ndpipe(line.split(" ").filter((word) => word !== ""));
    assert.deepEqual([code, stdout], [2, ""], line);
    assert.ok(stderr.startsWith(message), stderr);
  }
});

Deno.test("a bad value ends with exit 2 and USE002", async () => {
  const { code, stderr } = await ndpipe(["run", "p.ts", "-i", "a", "-o", "b", "--memory", "12 parsecs"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^error\[USE002\]: --memory takes a size .*"12 parsecs"\n {3}= help: --memory 512MiB\n$/,
  );
});

Deno.test("--log json prints a refusal as one JSON object, also of the command line itself", async () => {
  for (const args of [["run", "--log", "json"], ["run", "--log=json", "p.ts"]]) {
    const { code, stderr } = await ndpipe(args);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
    const parsed = JSON.parse(stderr);
    assert.deepEqual([parsed.level, parsed.code, parsed.exitCode, code], ["error", "USE001", 2, 2]);
  }
});

Deno.test("ndpipe explain prints every code's page, the list, and refuses what is no code", async () => {
  const list = await ndpipe(["explain"]);
  assert.equal(list.code, 0);
  assert.deepEqual(list.stdout.trimEnd().split("\n").map((line) => line.slice(0, 6)), Object.keys(ERRORS));
  const page = await ndpipe(["explain", "shp003"]);
  assert.match(
    page.stdout,
    /^SHP003: broadcast would create a shape that neither operand has\nexit code 3 \(check failed\)\n\n/,
  );
  assert.ok(page.stdout.split("\n").every((line) => line.length <= 100));
  const wrong = await ndpipe(["explain", "SHP03"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /did you mean SHP0\d\d\?/);
});

Deno.test("nothing is coloured where there is no terminal, with and without NO_COLOR", async () => {
  for (const env of [{}, { NO_COLOR: "1" }]) {
    const { stderr } = await ndpipe(["nonsense"], { env });
    assert.ok(stderr.startsWith("error[USE001]"), stderr);
    assert.ok(!stderr.includes("\x1b"));
  }
});

Deno.test("inspect reads metadata of Arrow files, and says what CSV shows", async () => {
  const file = new URL("../testdata/arrow/pyarrow_lists.arrow", import.meta.url).pathname;
  const { code, stdout } = await ndpipe(["inspect", file]);
  assert.equal(code, 0);
  assert.match(stdout, /^list {9}FixedSizeList<f32>\[3\] {3}0 {6}f32 \(N, 3\) {3}no copy$/m);
  const report = JSON.parse((await ndpipe(["inspect", file, "--json"])).stdout);
  assert.deepEqual([report.rows, report.batches.length, report.columns[1].nulls], [7, 2, 4]);

  const csv = await ndpipe(["inspect", "-", "--from", "csv", "--delimiter", ";"], {
    stdin: "id;x\n1;2.5\n2;\n",
  });
  assert.equal(csv.code, 0, csv.stderr);
  assert.match(csv.stdout, /^stdin: CSV\n2 rows\n/);
  assert.match(csv.stdout, /^x +text: numbers +1 +f64 \(N\) +parsed from text$/m);
});

Deno.test("an input that is not there, or is not what its name says, ends with exit 7", async () => {
  const missing = await ndpipe(["inspect", "no/such/file.arrow"]);
  assert.equal(missing.code, 7);
  assert.match(missing.stderr, /^error\[FMT001\]/);
  const mislabelled = await ndpipe([
    "inspect",
    new URL("../LICENSE", import.meta.url).pathname,
    "--from",
    "arrow",
  ]);
  assert.equal(mislabelled.code, 7);
  assert.match(mislabelled.stderr, /^error\[FMT002\]/);
  const unknown = await ndpipe(["inspect", "table.xyz"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /^error\[USE003\][^]*there is no file or folder of that name/);
});

Deno.test("a reader of stdout that goes away early ends ndpipe quietly with exit 0", async () => {
  const { code, stderr } = await ndpipe(["explain"], { closeStdout: true });
  assert.deepEqual([code, stderr], [0, ""]);
});

/** Runs the command line with a fault planted where it writes to stdout. */
async function withFault(fault: string, permissions?: readonly string[]) {
  const url = JSON.stringify(new URL("../src/cli/main.ts", import.meta.url).href);
  const script = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(
    script,
    `import { main } from ${url};
     Deno.stdout.writeSync = () => { ${fault} };
     const code = await main(["--help"]);
     await new Promise((resolve) => setTimeout(resolve, 20));
     Deno.exit(code);`,
  );
  try {
    return await ndpipe([], { script, ...(permissions === undefined ? {} : { permissions }) });
  } finally {
    Deno.removeSync(script);
  }
}

Deno.test("a reader of stderr that goes away takes no exit code with it", async () => {
  const child = startNdpipe(["inspect", "nowhere.arrow"]);
  const [{ code }] = await Promise.all([child.status, child.stderr.cancel(), child.stdout.cancel()]);
  assert.equal(code, 7);
});

Deno.test("an exception that nobody meant ends with exit 70, BUG001 and a stack", async () => {
  for (
    const fault of [
      'throw new TypeError("planted");',
      'Promise.reject(new TypeError("planted")); return 1e9;',
    ]
  ) {
    const { code, stderr } = await withFault(fault);
    assert.equal(code, 70, stderr);
    assert.match(stderr, /^error\[BUG001\]: TypeError: planted\n/);
    assert.match(stderr, /\.ts:\d+/);
    assert.match(stderr, /= help: please report it/);
  }
});

Deno.test("a missing permission is named, with exit 1 and a way to grant it", async () => {
  const { code, stderr } = await withFault('Deno.readTextFileSync("x"); return 1e9;', []);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^error\[ENV001\]: a permission is missing: requires read access to "x"/);
  assert.match(stderr, /deno run -P/);
});
