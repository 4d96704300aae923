import assert from "node:assert/strict";
import { packageError } from "./package_errors.ts";

Deno.test("packageError() knows Deno's words for packages that cannot be downloaded, and no others", () => {
  const failures = [
    'Failed loading http://127.0.0.1:9/aws4fetch for package "aws4fetch"',
    "Failed caching npm package '@uwdata/flechette@2.6.0'\n    0: error sending request for url (http://x)",
    "JSR package manifest for '@std/cli' failed to load. Import 'https://jsr.io/@std/cli/meta.json' failed",
    'npm package not found in cache: "aws4fetch", --cached-only is specified.',
  ];
  for (const failure of failures) {
    const error = packageError(failure);
    assert.equal(error?.code, "ENV002", failure);
    assert.equal(error.exitCode, 1);
    assert.doesNotMatch(error.message, /\n/);
    assert.equal(error.notes.includes("error sending request for url (http://x)"), failure.includes("0: "));
  }
  const others = ["npm package 'x' does not exist", 'Module not found "file:///x.ts"', "it failed"];
  for (const other of others) assert.equal(packageError(other), null, other);
});
