import assert from "node:assert/strict";
import { FormatError } from "../errors.ts";
import { expandInputs } from "./inputs.ts";

function withFiles(names: readonly string[], body: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    for (const name of names) {
      const path = `${folder}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, "");
    }
    body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const FILES = [
  "b.csv",
  "a.csv",
  "B.csv",
  "a10.csv",
  "a2.csv",
  ".hidden.csv",
  "x.arrow",
  "in/c.csv",
  "in/deep/d.csv",
  "in/_temporary/d.csv",
  "in/deep/.hidden/d.csv",
  "[1].csv",
];

function expand(folder: string, ...patterns: string[]): string[] {
  return expandInputs(patterns.map((pattern) => `${folder}/${pattern}`)).map((path) =>
    path.slice(folder.length + 1)
  );
}

Deno.test("expandInputs() sorts the files of a pattern by code units", () => {
  withFiles(FILES, (folder) => {
    assert.deepEqual(expand(folder, "*.csv"), ["B.csv", "[1].csv", "a.csv", "a10.csv", "a2.csv", "b.csv"]);
    assert.deepEqual(expand(folder, "a?.csv"), ["a2.csv"]);
    assert.deepEqual(expand(folder, "[!a]*.csv"), ["B.csv", "[1].csv", "b.csv"]);
    assert.deepEqual(expand(folder, "*/*.csv"), ["in/c.csv"]);
    assert.deepEqual(expand(folder, "in/**/*.csv"), ["in/c.csv", "in/deep/d.csv"]);
    assert.deepEqual(expand(folder, "in/**/*.csv"), expand(folder, "in"));
    assert.deepEqual(expand(folder, "in/_temporary/*.csv"), ["in/_temporary/d.csv"]);
    assert.deepEqual(expand(folder, "i*/deep/d.csv"), ["in/deep/d.csv"]);
    assert.deepEqual(expand(folder, ".*.csv"), [".hidden.csv"]);
  });
});

Deno.test("expandInputs() keeps the arguments' order, repetitions and files named like patterns", () => {
  withFiles(FILES, (folder) => {
    assert.deepEqual(expand(folder, "x.arrow", "[ab].csv", "a.csv"), ["x.arrow", "a.csv", "b.csv", "a.csv"]);
    assert.deepEqual(expand(folder, "[1].csv"), ["[1].csv"]);
  });
  assert.deepEqual(expandInputs(["-", "no/such.arrow"]), ["-", "no/such.arrow"]);
});

Deno.test("expandInputs() refuses a pattern that matches nothing, or folders only", () => {
  withFiles(FILES, (folder) => {
    for (const pattern of ["*.parquet", "nothing/*.csv", "a.csv/*", "i?"]) {
      assert.throws(
        () => expand(folder, pattern),
        (error) => error instanceof FormatError && error.code === "FMT001" && error.message.includes(pattern),
      );
    }
  });
});
