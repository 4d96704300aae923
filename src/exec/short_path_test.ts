import assert from "node:assert/strict";
import { shortPath } from "./short_path.ts";

Deno.test("shortPath() is relative to the working directory where that is shorter", () => {
  for (
    const [file, cwd, expected] of [
      ["/home/ann/a.ts", "/home/ann", "a.ts"],
      ["/home/ann/a.ts", "/home/ann/jobs", "../a.ts"],
      ["/a.ts", "/home/ann/jobs/deep", "/a.ts"],
      ["/home/ann", "/home/ann", "../ann"],
      ["jobs/a.ts", "/home/ann", "jobs/a.ts"],
      ["stdin", "/home/ann", "stdin"],
      ["file:///home/ann/a%20b.ts", "/home/ann", "a b.ts"],
    ] as const
  ) assert.equal(shortPath(file, cwd), expected);
});
