import { strictEqual } from "node:assert/strict";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { absolutePath, fileUrl, parentFolder } from "./file_path.ts";

const PARTS = oneof(
  constantFrom("/", "//", ".", "..", "../", "a", "b.ts", " ", "%", "%2e", "\\", "?", "#", "\t", "\n", "\r"),
  constantFrom("ü", "日本", "😀", "~", "|", ":", "file:", "C:"),
  string({ maxLength: 3 }),
);
const PATH = array(PARTS, { minLength: 1, maxLength: 8 }).map((parts) => parts.join("").replaceAll("\0", ""));
const ignore = Deno.build.os === "windows";

Deno.test({ name: "absolutePath() is what resolve() of node:path says", ignore }, () => {
  assert(property(PATH, (path) => strictEqual(absolutePath(path), resolve(path))), { numRuns: 2000 });
});

Deno.test({ name: "fileUrl() names the file, as fileURLToPath() of node:url reads it", ignore }, () => {
  assert(
    property(PATH, (path) => strictEqual(fileURLToPath(fileUrl(resolve(path))), resolve(path))),
    { numRuns: 2000 },
  );
});

Deno.test({ name: "parentFolder() is what dirname() of node:path says of an absolute path", ignore }, () => {
  assert(property(PATH, (path) => strictEqual(parentFolder(resolve(path)), dirname(resolve(path)))));
});
