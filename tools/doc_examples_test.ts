import assert from "node:assert/strict";
import { findExamples, writeExampleTests } from "./doc_examples.ts";

Deno.test("findExamples() takes the code between fences of a comment, with its lines, and leaves ignored ones out", () => {
  const text = [
    "  /**",
    "   * Doubles.",
    "   *",
    "   * ```ts",
    "   * if (true) {",
    "   *   double(2);",
    "   *",
    "   * }",
    "   * ```",
    "   *",
    "   * ```ts ignore",
    "   * double(three);",
    "   * ```",
    "   *",
    "   * ```text",
    "   * 4",
    "   * ```",
    "   */",
  ].join("\n");
  assert.deepEqual(findExamples("src/double.ts", text), [
    { name: "src/double.ts#4-9", code: "if (true) {\n  double(2);\n\n}\n" },
  ]);
});

Deno.test("findExamples() leaves a page's lines as they are, also those that begin with a star", () => {
  const code = "/**\n * Doubles.\n */\nconst six = 2\n  * 3;\n";
  assert.deepEqual(findExamples("page.md", `\`\`\`ts\n${code}\`\`\`\n`), [{ name: "page.md#1-7", code }]);
});

Deno.test("findExamples() refuses a fence that is never closed", () => {
  assert.throws(
    () => findExamples("page.md", "Text\n\n```ts\nf();\n"),
    /^Error: page\.md:3: .* never closed$/,
  );
});

Deno.test("writeExampleTests() writes a test an example, whose relative imports are those of its file", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const tests = Deno.readTextFileSync(writeExampleTests(folder));
    const names = [...tests.matchAll(/^Deno\.test\("([^"]+)", async .*import\("\.\/([^"]+)"\)/gm)];
    assert.equal(names.length, tests.trimEnd().split("\n").length);
    assert.equal(new Set(names.map(([, , file]) => file)).size, names.length);
    assert.ok(names.some(([, name]) => name!.startsWith("README.md#")));
    const [, , file] = names.find(([, name]) => name!.startsWith("src/expr/sentences.ts#"))!;
    await import(`file://${folder}/${file}`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
