import assert from "node:assert/strict";
import { NdpipeError, ShapeError } from "../errors.ts";
import {
  type DiagnosticOptions,
  formatDiagnostic,
  type JsonDiagnostic,
  toNdpipeError,
} from "./diagnostic.ts";
import { COLOURED, PLAIN } from "./terminal.ts";

const TEXT: DiagnosticOptions = { log: "text", paint: PLAIN, columns: null };

function withPipelineFile(body: (file: string) => void): void {
  const file = Deno.makeTempFileSync({ dir: ".", suffix: "_incident.ts" });
  try {
    Deno.writeTextFileSync(file, "// a line\n   features.expandDims(-1).mul(perCluster)  \n");
    body(Deno.realPathSync(file));
  } finally {
    Deno.removeSync(file);
  }
}

function incident(file: string): ShapeError {
  return new ShapeError("SHP003", "broadcast would create a shape that neither operand has", {
    place: { file, line: 2, column: 4 },
    operands: ["features  f32 (N, feature=1000, 1)", "perCluster  f32 (cluster=10)"],
    notes: ["result f32 (N, 1000, 10): 2.44 GiB per chunk"],
    help: "write .outer(perCluster)",
  });
}

Deno.test("formatDiagnostic() prints code, place, source line, operands, notes and help", () => {
  withPipelineFile((file) => {
    const name = file.slice(file.lastIndexOf("/") + 1);
    const expected = `error[SHP003]: broadcast would create a shape that neither operand has
  --> ${name}:2:4
   |  features.expandDims(-1).mul(perCluster)
   |  features  f32 (N, feature=1000, 1)
   |  perCluster  f32 (cluster=10)
   = result f32 (N, 1000, 10): 2.44 GiB per chunk
   = help: write .outer(perCluster)
`;
    assert.equal(formatDiagnostic(incident(file), TEXT), expected);
    assert.equal(formatDiagnostic(incident(`file://${file}`), TEXT), expected);
  });
});

Deno.test("formatDiagnostic() shows what a terminal would act on, and keeps each item on its line", () => {
  const error = new ShapeError("SHP003", "a \u001b[31mred\u001b[0m name", {
    place: { file: "/data/new\nline.csv", line: 2, column: 4 },
    operands: ["column a\rb\u0007  f32"],
    notes: ["one\ntwo\u001b[2J"],
    help: "rename \u009b2J",
  });
  assert.equal(
    formatDiagnostic(error, TEXT),
    `error[SHP003]: a \\u001b[31mred\\u001b[0m name
  --> /data/new\\nline.csv:2:4
   |  column a\\u000db\\u0007  f32
   = one
     two\\u001b[2J
   = help: rename \\u009b2J
`,
  );
});

Deno.test("formatDiagnostic() quotes of a very long line what is around the place", () => {
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    const line = `${"a".repeat(5000)}HERE${"b".repeat(5000)}`;
    Deno.writeTextFileSync(file, line);
    const error = (column: number) => new ShapeError("SHP003", "no", { place: { file, line: 1, column } });
    const quoted = (column: number) => /\| {2}(.*)/.exec(formatDiagnostic(error(column), TEXT))?.[1] ?? "";
    assert.equal(quoted(5001), `…${"a".repeat(100)}HERE${"b".repeat(96)}…`);
    assert.equal(quoted(1), `${"a".repeat(100)}…`);
    assert.equal(quoted(line.length), `…${"b".repeat(101)}`);
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("formatDiagnostic() prints the same as one line of JSON", () => {
  withPipelineFile((file) => {
    const text = formatDiagnostic(incident(file), { ...TEXT, log: "json" });
    assert.equal(text.indexOf("\n"), text.length - 1);
    const parsed: JsonDiagnostic = JSON.parse(text);
    assert.equal(parsed.code, "SHP003");
    assert.equal(parsed.exitCode, 3);
    assert.equal(parsed.source, "features.expandDims(-1).mul(perCluster)");
    assert.deepEqual(parsed.place, { file: file.slice(file.lastIndexOf("/") + 1), line: 2, column: 4 });
    assert.equal(parsed.operands.length, 2);
  });
});

Deno.test("formatDiagnostic() does without the parts that are not known", () => {
  assert.equal(
    formatDiagnostic(new NdpipeError("USE001", "no command is given"), TEXT),
    "error[USE001]: no command is given\n",
  );
  const gone = new NdpipeError("DAT002", "bad number", {
    place: { file: "/no/data.csv", line: 3, column: 1 },
  });
  assert.equal(formatDiagnostic(gone, TEXT), "error[DAT002]: bad number\n  --> /no/data.csv:3:1\n");
});

Deno.test("formatDiagnostic() does not say the source line twice, and keeps line breaks of notes", () => {
  withPipelineFile((file) => {
    const error = new NdpipeError("SHP001", "s", {
      place: { file, line: 2, column: 1 },
      operands: ["features.expandDims(-1).mul(perCluster)"],
      notes: ["one\ntwo"],
    });
    const text = formatDiagnostic(error, TEXT);
    assert.equal(text.split("features.expandDims").length, 2);
    assert.ok(text.endsWith("   = one\n     two\n"), text);
  });
});

Deno.test("formatDiagnostic() colours and wraps only where it is told to", () => {
  const error = new NdpipeError("MEM001", "too big", { notes: ["word ".repeat(30).trim()], help: "less" });
  const plain = formatDiagnostic(error, { ...TEXT, columns: 60 });
  assert.ok(plain.split("\n").every((line) => line.length <= 60));
  assert.ok(!plain.includes("\x1b"));
  const coloured = formatDiagnostic(error, { ...TEXT, columns: 60, paint: COLOURED });
  assert.ok(coloured.includes("\x1b[1;31merror[MEM001]\x1b[0m"));
  // deno-lint-ignore no-control-regex -- it is the escapes that are taken away
  assert.equal(coloured.replace(/\x1b\[[\d;]*m/g, ""), plain);
});

Deno.test("toNdpipeError() makes a bug of what is none of ours, with the stack and its causes", () => {
  const error = toNdpipeError(new TypeError("x is not a function", { cause: new Error("deeper") }));
  assert.equal(error.code, "BUG001");
  assert.equal(error.exitCode, 70);
  const text = formatDiagnostic(error, TEXT);
  assert.match(text, /^error\[BUG001\]: TypeError: x is not a function\n/);
  assert.match(text, /diagnostic_test\.ts:\d+/);
  assert.match(text, /caused by Error: deeper/);
  assert.match(text, /help: please report/);
  assert.equal(toNdpipeError("a string").code, "BUG001");
  const known = new ShapeError("SHP001", "s");
  assert.equal(toNdpipeError(known), known);
});

Deno.test("toNdpipeError() makes no bug of a process that may open no more files", () => {
  const error = toNdpipeError(new Error("Too many open files (os error 24): readfile '/a/text.wasm'"));
  assert.equal(error.code, "ENV004");
  assert.equal(error.exitCode, 1);
  assert.equal(error.message, "cannot open /a/text.wasm: Too many open files");
  assert.match(error.help!, /ulimit -n/);
});

Deno.test("toNdpipeError() names a missing permission", () => {
  const error = toNdpipeError(
    new Deno.errors.NotCapable('Requires read access to "x", run again with the --allow-read flag'),
  );
  assert.equal(error.message, 'a permission is missing: requires read access to "x"');
  assert.equal(error.exitCode, 1);
});
