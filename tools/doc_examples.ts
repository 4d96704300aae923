/**
 * The examples in comments and pages, as a test each. `deno test --doc` starts a thread for every example, which
 * loads anew all that the example imports: a minute of processor time. Here all are modules of one thread.
 *
 * @module
 */
import { filesBelow } from "./steps.ts";

const ROOT = new URL("../", import.meta.url);
const FENCE = "```(?:ts|js|typescript|javascript)\\b(?!.*\\bignore\\b)";

/** A block of code between fences. */
export interface DocExample {
  /** the file that it is in, and its lines there: "src/shape/shape.ts#12-17" */
  readonly name: string;
  readonly code: string;
}

/**
 * The examples in the comments of a module, or in a page of Markdown. A fence that says `ignore` has none.
 *
 * @param path names the examples; its ending tells a page from a module
 *
 * @example
 * ```ts
 * import { findExamples } from "./doc_examples.ts";
 * import assert from "node:assert/strict";
 *
 * const page = "# Sums\n\n~~~ts\nconst sum = 1 + 2;\n~~~\n".replaceAll("~", "`");
 * assert.deepEqual(findExamples("sums.md", page), [{ name: "sums.md#3-5", code: "const sum = 1 + 2;\n" }]);
 * ```
 */
export function findExamples(path: string, text: string): DocExample[] {
  const isPage = path.endsWith(".md"), margin = isPage ? "" : "\\s*\\* ";
  const opening = new RegExp(`^${margin}${FENCE}`), closing = new RegExp(`^${margin}\`\`\`\\s*$`);
  const lines = text.split("\n");
  const examples: DocExample[] = [];
  for (let first = 0; first < lines.length; first++) {
    if (!opening.test(lines[first]!)) continue;
    const last = lines.findIndex((line, row) => row > first && closing.test(line));
    if (last === -1) throw new Error(`${path}:${first + 1}: the example is never closed`);
    const code = lines.slice(first + 1, last).map((line) =>
      (isPage ? line : line.replace(/^\s*\* ?/, "")) + "\n"
    );
    examples.push({ name: `${path}#${first + 1}-${last + 1}`, code: code.join("") });
    first = last;
  }
  return examples;
}

/**
 * Writes each example as a module below the folder, what it imports by relative paths resolved against its own
 * file, and beside them one module that tests them all.
 *
 * @returns that module's path; to be checked and run with this project's deno.json
 */
export function writeExampleTests(folder: string): string {
  const tests: string[] = [];
  for (const path of documentedFiles()) {
    for (const { name, code } of findExamples(path, Deno.readTextFileSync(new URL(path, ROOT)))) {
      // the number tells src/a/b.ts from src/a_b.ts
      const file = `${tests.length + 1}_${name.replaceAll(/[/#]/g, "_")}.ts`;
      Deno.writeTextFileSync(`${folder}/${file}`, resolveImports(code, new URL(path, ROOT)) + "export {};\n");
      tests.push(`Deno.test(${JSON.stringify(name)}, async () => void await import("./${file}"));\n`);
    }
  }
  const path = `${folder}/examples_test.ts`;
  Deno.writeTextFileSync(path, tests.join(""));
  return path;
}

function resolveImports(code: string, base: URL): string {
  return code.replace(
    /(\bfrom\s+|\bimport\s+|\bimport\(|\bresolve\()"(\.[^"]*)"/g,
    (_, before: string, specifier: string) => `${before}"${new URL(specifier, base).href}"`,
  );
}

/** Modules and pages that may have examples. Tests are run as such. */
function documentedFiles(): string[] {
  const modules = ["src", "tools"].flatMap(filesBelow).filter((path) =>
    path.endsWith(".ts") && !path.endsWith("_test.ts")
  );
  const pages = [...Deno.readDirSync(".")].map(({ name }) => name).concat(filesBelow("docs"));
  return [...modules, ...pages.filter((path) => path.endsWith(".md")).sort()];
}
