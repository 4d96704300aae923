import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { FormatError } from "../errors.ts";
import { expandInputs, isPattern, nameMatcher } from "./glob.ts";

/** A folder with files, removed afterwards; paths in and out are relative to it. */
function withFolder(
  files: readonly string[],
  call: (expand: (...args: string[]) => string[], folder: string) => void,
): void {
  const folder = Deno.makeTempDirSync();
  try {
    for (const file of files) {
      const path = `${folder}/${file}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (!file.endsWith("/")) Deno.writeTextFileSync(path, "");
    }
    const expand = (...args: string[]) =>
      expandInputs(args.map((argument) => argument === "-" ? argument : `${folder}/${argument}`)).map((
        path,
      ) => path.replace(`${folder}/`, ""));
    call(expand, folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const FILES = [
  "b.csv",
  "a.csv",
  "B.csv",
  "a1.csv",
  "x[1].csv",
  ".hidden.csv",
  "d/c.csv",
  "d/e/f.csv",
  "d/.h/g.csv",
  "é.csv",
  "n.csv/",
];

Deno.test("expandInputs() keeps the arguments' order and sorts each pattern's matches by code units", () => {
  withFolder(FILES, (expand) => {
    deepStrictEqual(expand("*.csv"), ["B.csv", "a.csv", "a1.csv", "b.csv", "x[1].csv", "é.csv"]);
    deepStrictEqual(expand("d/*.csv", "-", "[ab].csv", "a.csv"), ["d/c.csv", "-", "a.csv", "b.csv", "a.csv"]);
    deepStrictEqual(expand("not/there.csv"), ["not/there.csv"]);
  });
});

Deno.test("expandInputs() matches within one name, and ** across folders", () => {
  withFolder(FILES, (expand) => {
    deepStrictEqual(expand("a?.csv"), ["a1.csv"]);
    deepStrictEqual(expand("[!a-z].csv"), ["B.csv", "é.csv"]);
    deepStrictEqual(expand("**/[cf].csv"), ["d/c.csv", "d/e/f.csv"]);
    deepStrictEqual(expand("d/**"), ["d/c.csv", "d/e/f.csv"]);
    deepStrictEqual(expand("d/**/e/**/*"), ["d/e/f.csv"]);
    deepStrictEqual(expand("*/*/f.csv"), ["d/e/f.csv"]);
    deepStrictEqual(expand("d//*.csv"), ["d/c.csv"]);
    deepStrictEqual(expand("d/../b*"), ["d/../b.csv"]);
    deepStrictEqual(expand(".*"), [".hidden.csv"]);
  });
});

Deno.test("expandInputs() takes an existing file for itself, and a backslash takes a character's meaning", () => {
  withFolder([...FILES, "x1.csv", "q*.csv", "qq.csv"], (expand) => {
    deepStrictEqual(expand("x[1].csv"), ["x[1].csv"]);
    deepStrictEqual(expand("x\\[*.csv"), ["x[1].csv"]);
    deepStrictEqual(expand("x[1]*"), ["x1.csv"]);
    deepStrictEqual(expand("[q]\\*.csv"), ["q*.csv"]);
  });
});

Deno.test("expandInputs() passes over folders and follows links to files, but no links in **", () => {
  withFolder(FILES, (expand, folder) => {
    Deno.symlinkSync("..", `${folder}/d/loop`);
    Deno.symlinkSync("a.csv", `${folder}/link.csv`);
    Deno.symlinkSync("nowhere", `${folder}/l2.csv`);
    deepStrictEqual(expand("l*"), ["link.csv"]);
    deepStrictEqual(expand("**/c.csv"), ["d/c.csv"]);
    deepStrictEqual(expand("[bn]*"), ["b.csv"]);
  });
});

Deno.test("expandInputs() refuses a pattern that matches no file", () => {
  withFolder(FILES, (expand) => {
    for (const pattern of ["nope*", "n*", "a.csv/*", "no/such/*.csv", "[ab", "d/*/*/x?"]) {
      throws(() => expand("a.csv", pattern), (error) => {
        ok(error instanceof FormatError && error.code === "FMT001");
        strictEqual(error.exitCode, 7);
        match(error.message, /no file matches/);
        return true;
      });
    }
  });
});

Deno.test("isPattern() tells patterns from paths", () => {
  deepStrictEqual(["*.csv", "a?", "[a]", "a.csv", "a{b}", "-"].map(isPattern), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("nameMatcher() matches what the same regular expression does", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "-", "]", "é", "😀"), maxLength: 8 });
  const part = fc.constantFrom("a", "b", "*", "?", "[ab]", "[!a]", "[a-b]", "[]a]", "[a-]", "é", "😀");
  const toRegExp = (parts: readonly string[]) =>
    new RegExp(
      "^" +
        parts.map((p) =>
          p === "*"
            ? ".*"
            : p === "?"
            ? "."
            : p.startsWith("[")
            ? "[" + p.slice(1, -1).replace("!", "^").replace("]", "\\]").replace(/-$/, "\\-") + "]"
            : p
        ).join("") +
        "$",
      "us",
    );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), name, (parts, text) => {
      strictEqual(nameMatcher(parts.join(""))(text), toRegExp(parts).test(text));
    }),
    { numRuns: 2000 },
  );
  // stars do not make it slow
  strictEqual(nameMatcher("*a".repeat(50) + "b")("a".repeat(5000)), false);
});
