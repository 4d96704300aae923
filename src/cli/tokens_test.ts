import { deepStrictEqual } from "node:assert/strict";
import { parseArgs } from "node:util";
import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { type FlagShape, type Token, tokensOf } from "./tokens.ts";

const FLAGS: readonly FlagShape[] = [
  { name: "output", short: "o", takesValue: true },
  { name: "force", short: "f", takesValue: false },
  { name: "verbose", short: "v", takesValue: false },
  { name: "rows", short: null, takesValue: true },
];

/** The same words by `parseArgs` of `node:util`. */
function byParseArgs(args: readonly string[]): Token[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(FLAGS.map(({ name, short, takesValue }) => [name, {
      type: takesValue ? "string" as const : "boolean" as const,
      multiple: true,
      ...(short === null ? {} : { short }),
    }])),
    tokens: true,
    strict: false,
    allowPositionals: true,
  });
  return tokens.map((token): Token => {
    const { index } = token;
    if (token.kind === "option-terminator") return { kind: "end of flags", index };
    if (token.kind === "positional") return { kind: "word", index, value: token.value };
    const { name, rawName, value = null, inlineValue } = token;
    return { kind: "flag", index, name, rawName, value, isInline: inlineValue === true };
  });
}

Deno.test("tokensOf() tells words, flags, their values and the end of flags apart", () => {
  deepStrictEqual(tokensOf(["p.ts", "-fo", "x", "--rows=3", "--", "-v"], FLAGS), [
    { kind: "word", index: 0, value: "p.ts" },
    { kind: "flag", index: 1, name: "force", rawName: "-f", value: null, isInline: false },
    { kind: "flag", index: 1, name: "output", rawName: "-o", value: "x", isInline: false },
    { kind: "flag", index: 3, name: "rows", rawName: "--rows", value: "3", isInline: true },
    { kind: "end of flags", index: 4 },
    { kind: "word", index: 5, value: "-v" },
  ]);
});

Deno.test("tokensOf() splits every command line as parseArgs() of node:util does", () => {
  const word = oneof(
    constantFrom("-", "--", "-f", "-o", "-fo", "-fvo", "-ofv", "-fx", "-xo", "-o=1", "--output", "--output="),
    constantFrom(
      "--rows",
      "--rows=-1",
      "--rows=a=b",
      "--force",
      "--force=1",
      "--x",
      "--x=1",
      "--=x",
      "--==",
      "",
      "-1",
    ),
    string({ maxLength: 4 }).filter((text) => !/^-[^-]+-/.test(text)),
    // a dash among letters is an unknown flag; parseArgs takes "-f-" for "-f --"
    string({ maxLength: 4 }).map((text) => `-${text}`).filter((text) => !/^-[^-]+-/.test(text)),
    string({ maxLength: 4 }).map((text) => `--${text}`),
  );
  assert(
    property(
      array(word, { maxLength: 6 }),
      (args) => deepStrictEqual(tokensOf(args, FLAGS), byParseArgs(args)),
    ),
    { numRuns: 3000 },
  );
});
