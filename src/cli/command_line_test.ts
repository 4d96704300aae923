import assert from "node:assert/strict";
import { UsageError } from "../errors.ts";
import { type CommandSyntax, resolveArguments, usageLine } from "./command_line.ts";
import { type FlagName, FLAGS } from "./flags.ts";
import { suggest } from "./suggest.ts";

const ALL = Object.keys(FLAGS) as FlagName[];
const SYNTAX = {
  name: "run",
  operands: ["PIPELINE"],
  flags: ALL,
  required: ["input"],
} as const satisfies CommandSyntax<
  FlagName,
  FlagName
>;

function resolve(line: string) {
  return resolveArguments(SYNTAX, line.split(" "));
}

function refusal(line: string): UsageError {
  try {
    resolve(line);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error;
  }
  assert.fail(`accepted: ${line}`);
}

Deno.test("resolveArguments() gives -i every word up to the next flag, in order", () => {
  const { operands, flags } = resolve("p.ts -i a b - -o x -i c --force");
  assert.deepEqual(operands, ["p.ts"]);
  assert.deepEqual(flags.input, ["a", "b", "-", "c"]);
  assert.equal(flags.output, "x");
  assert.equal(flags.force, true);
  assert.deepEqual(resolve("-i a -o - p.ts").operands, ["p.ts"]);
  assert.deepEqual(resolve("-i a -- p.ts").operands, ["p.ts"]);
});

Deno.test("resolveArguments() resolves values of every kind, and null or false where a flag is absent", () => {
  const { flags } = resolve(
    "p -i a --memory=1.5GiB --chunk-rows 7 --param a=[1] --param b=x=y --delimiter tab --from arrow --types a=f32,b=i8",
  );
  assert.equal(flags.memory, 1.5 * 1024 ** 3);
  assert.equal(flags.chunkRows, 7);
  assert.deepEqual([...flags.param], [["a", "[1]"], ["b", "x=y"]]);
  assert.equal(flags.delimiter, "\t");
  assert.equal(flags.from, "arrow-file");
  assert.deepEqual([...flags.types ?? []], [["a", "f32"], ["b", "i8"]]);
  assert.equal(flags.workers, null);
  assert.equal(flags.noHeader, false);
  assert.deepEqual(flags.missing, []);
  assert.deepEqual(resolve("p -i a --missing=-999 --missing=").flags.missing, ["-999", ""]);
});

Deno.test("resolveArguments() refuses unknown flags and suggests the nearest", () => {
  assert.equal(refusal("p -i a --chunk-row 3").help, "did you mean --chunk-rows?");
  assert.equal(refusal("p -i a --wrkers=2").help, "did you mean --workers?");
  assert.equal(refusal("p -i a --mem 1GB").help, "did you mean --memory?");
  assert.equal(refusal("p -i a --zzzzzz").help, "see ndpipe run --help");
  assert.match(refusal("p -i a -x").message, /-x/);
  assert.equal(refusal("p -i a -x").code, "USE001");
});

Deno.test("resolveArguments() refuses missing, swallowed, repeated and needless values", () => {
  for (
    const [line, message] of [
      ["p -i a -o", "-o has no value"],
      ["p -i a -o --force", "-o has no value"],
      ["p -i", "-i has no value"],
      ["p -i a -o b --missing -999", "--missing has no value"],
      ["p -i a --memory 1GB --memory 2GB", "--memory is given twice"],
      ["p -i a --force --force", "--force is given twice"],
      ["p -i a --force=yes", '--force takes no value, but has "yes"'],
      ["p", "run needs -i INPUT…"],
      ["-i p", "run needs PIPELINE"],
      ["p q -i a", 'run does not know what to do with "q"'],
    ] as const
  ) {
    const error = refusal(line);
    assert.equal(error.message, message, line);
    assert.equal(error.code, "USE001");
    assert.ok(error.help !== null);
  }
});

Deno.test("resolveArguments() says of a negative number what the flag takes, and not how it is written", () => {
  for (
    const [line, message] of [
      ["p -i a -o b --chunk-rows -1", '--chunk-rows takes a whole number from 1 to 2147483647, not "-1"'],
      ["p -i a -o b --memory -1GiB", '--memory takes a size such as 512MiB, 2GB or plain bytes, not "-1GiB"'],
    ] as const
  ) {
    const error = refusal(line);
    assert.deepEqual([error.code, error.message], ["USE002", message]);
  }
});

Deno.test("resolveArguments() refuses bad values with USE002 and a value that would do", () => {
  for (
    const [flag, value] of [
      ["memory", "12q"],
      ["memory", "0"],
      ["chunk-rows", "0"],
      ["chunk-rows", "1e3"],
      ["chunk-rows", "-1"],
      ["chunk-rows", "99999999999"],
      ["batch-rows", "1.5"],
      ["workers", "257"],
      ["numerics", "fast"],
      ["progress", "yes"],
      ["log", "xml"],
      ["from", "orc"],
      ["to", "orc"],
      ["to", "xlsx"],
      ["delimiter", "ab"],
      ["delimiter", "."],
      ["delimiter", "é"],
      ["delimiter", '"'],
      ["param", "novalue"],
      ["param", "=3"],
      ["types", "a=float"],
      ["types", "a"],
      ["types", "a=f32,a=f64"],
      ["rows", "many"],
      ["output", ""],
    ] as const
  ) {
    const error = refusal(`p -i a --${flag}=${value}`);
    assert.equal(error.code, "USE002", `--${flag}=${value}: ${error.message}`);
    assert.ok(error.message.includes(`--${flag}`), error.message);
    assert.ok(error.help !== null && error.help !== "");
  }
  assert.equal(refusal("p -i a --param a=1 --param a=2").message, "--param a is given twice");
});

Deno.test("resolveArguments() refuses an empty word where a file is named: a variable of the shell was not set", () => {
  const cases = [
    ["--input", ["p.ts", "-i", ""]],
    ["PIPELINE", ["", "-i", "a"]],
    ["--output", ["p.ts", "-i", "a", "-o", ""]],
  ] as const;
  for (const [what, words] of cases) {
    assert.throws(() => resolveArguments(SYNTAX, words), {
      code: "USE002",
      message: `${what} is empty`,
      help: "name a file; a variable of the shell that is not set leaves an empty word",
    });
  }
});

Deno.test("--delimiter takes the control characters that Hive and others separate with", () => {
  for (const delimiter of ["\x01", "\x1f", "\t", ";"]) {
    assert.equal(resolve(`p -i a --delimiter=${delimiter}`).flags.delimiter, delimiter);
  }
});

Deno.test("FLAGS has a name, a short name and documentation of its own for every flag", () => {
  const names = ALL.map((key) => FLAGS[key].name);
  const shorts = ALL.map((key) => FLAGS[key].short).filter((short) => short !== null);
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(shorts).size, shorts.length);
  for (const key of ALL) {
    assert.equal(FLAGS[key].name, key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
    assert.match(FLAGS[key].docs, /^[A-Z].*\.$/s);
  }
});

Deno.test("usageLine() shows what must be given", () => {
  assert.equal(usageLine(SYNTAX), "ndpipe run PIPELINE -i INPUT… [flags]");
});

Deno.test("suggest() forgives swaps, omissions and abbreviations, but not other words", () => {
  const words = ["run", "check", "plan", "convert"];
  for (
    const [word, nearest] of [["rnu", "run"], ["cehck", "check"], ["conver", "convert"], ["conv", "convert"]]
  ) {
    assert.equal(suggest(word ?? "", words), nearest);
  }
  assert.equal(suggest("plot", ["run"]), null);
  assert.equal(suggest("", words), null);
});
