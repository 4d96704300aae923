/**
 * The layering of ARCHITECTURE.md: imports run one way. The list below is the law; an edge that is not in it (or
 * in what follows from it) fails, and so does a cycle between files.
 *
 * @module
 */
import assert from "node:assert/strict";

/** A folder of src/ may import itself, these folders, what they may import, and the files of `COMMON`. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  cli: ["pipeline"],
  pipeline: ["exec"],
  exec: ["source", "sink", "kernel"],
  source: ["schema", "memory", "text", "compression"],
  sink: ["schema", "memory", "text", "compression"],
  batch: ["ndarray"],
  ndarray: ["kernel"],
  kernel: ["plan"],
  reference: ["expr"],
  plan: ["expr", "memory"],
  expr: ["shape", "dtype", "wording"],
  schema: ["dtype", "wording"],
  memory: ["dtype", "wording"],
  shape: [],
  dtype: [],
  wording: [],
  text: [],
  compression: [],
};

/** Files that stand above the folders: the command's entry, and what the package exports. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli"],
  "src/mod.ts": ["pipeline"],
};

/** Files that everybody may import. */
const COMMON = [
  "src/errors.ts",
  "src/error_codes.ts",
  "src/load_module.ts",
  "src/open_files.ts",
  "src/package_errors.ts",
  "src/standard_streams.ts",
  "deno.json",
];

/** Files by path from the project's root, each with the specifiers that it imports. */
type ImportMap = ReadonlyMap<string, readonly string[]>;

function reach(folder: string): Set<string> {
  const reached = new Set<string>();
  const visit = (one: string) => {
    if (reached.has(one)) return;
    reached.add(one);
    for (const next of LAYERS[one] ?? []) visit(next);
  };
  visit(folder);
  return reached;
}

function allowedFolders(file: string): Set<string> {
  const entry = ENTRIES[file];
  if (entry !== undefined) return new Set(entry.flatMap((folder) => [...reach(folder)]));
  return reach(folderOf(file));
}

function folderOf(file: string): string {
  return /^src\/([^/]+)\//.exec(file)?.[1] ?? "";
}

/** The project's file that a relative specifier names; null for a package. */
function resolve(file: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** Static and dynamic imports, type imports and re-exports; comments (with their examples) do not count. */
function specifiersOf(text: string): string[] {
  const code = withoutComments(text);
  const pattern =
    /(?:^|[;}\s])(?:import|export)\s[^"'`;]*?from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|new URL\(\s*"(\.[^"]+\.ts)"/gm;
  return [...code.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
}

/** Every breach of the law, each in a sentence. */
function findBreaches(imports: ImportMap): string[] {
  const breaches: string[] = [];
  const edges = new Map<string, string[]>();
  for (const [file, specifiers] of imports) {
    const folder = folderOf(file);
    if (ENTRIES[file] === undefined && !COMMON.includes(file) && LAYERS[folder] === undefined) {
      breaches.push(`${file} is in no folder of the list`);
      continue;
    }
    const allowed = allowedFolders(file);
    const targets: string[] = [];
    for (const specifier of specifiers) {
      if (specifier === "ndpipe" || specifier.startsWith("ndpipe/")) {
        breaches.push(`${file} imports "${specifier}", the package that it is part of`);
      }
      const target = resolve(file, specifier);
      if (target === null) continue;
      targets.push(target);
      if (COMMON.includes(target)) continue;
      if (!allowed.has(folderOf(target))) breaches.push(`${file} imports ${target}`);
    }
    edges.set(file, targets);
  }
  return [...breaches, ...findCycles(edges).map((cycle) => `cycle: ${cycle.join(" → ")}`)];
}

/** Cycles between files, each told once. A worker's file that imports types of the file that starts it is one. */
function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const state = new Map<string, "open" | "done">();
  const path: string[] = [];
  const visit = (file: string) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push([...path.slice(path.indexOf(file)), file]);
      return;
    }
    state.set(file, "open");
    path.push(file);
    for (const target of edges.get(file) ?? []) visit(target);
    path.pop();
    state.set(file, "done");
  };
  for (const file of edges.keys()) visit(file);
  return cycles;
}

function readImports(root: URL): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  const add = (path: string) => {
    if (/_test\.ts$/.test(path) || !path.endsWith(".ts")) return;
    imports.set(path, specifiersOf(Deno.readTextFileSync(new URL(path, root))));
  };
  const walk = (folder: string) => {
    for (const entry of Deno.readDirSync(new URL(folder, root))) {
      if (entry.name === "node_modules") continue;
      // AssemblyScript: a language of its own, compiled apart
      if (entry.name === "assembly") continue;
      if (entry.isDirectory) walk(`${folder}${entry.name}/`);
      else add(`${folder}${entry.name}`);
    }
  };
  walk("src/");
  add("main.ts");
  return imports;
}

const IMPORTS = readImports(new URL("../", import.meta.url));

Deno.test("src/ imports along the list only, and in no cycle", () => {
  assert.deepEqual(findBreaches(IMPORTS), []);
});

Deno.test("findBreaches() reads real imports: known edges are seen", () => {
  const edgesOf = (file: string) => (IMPORTS.get(file) ?? []).map((specifier) => resolve(file, specifier));
  assert.ok(edgesOf("main.ts").includes("src/cli/main.ts"));
  assert.ok(edgesOf("src/cli/main.ts").includes("src/cli/diagnostic.ts"), "a dynamic import");
  assert.ok(edgesOf("src/cli/explain.ts").includes("src/cli/command_flags.ts"), "a type import");
  assert.ok(edgesOf("src/dtype/mod.ts").includes("src/dtype/dtype.ts"), "a re-export");
  for (const [file, specifiers] of IMPORTS) {
    for (const specifier of specifiers) {
      const target = resolve(file, specifier);
      if (target !== null) assert.ok(IMPORTS.has(target) || COMMON.includes(target), `${file}: ${specifier}`);
    }
  }
});

Deno.test("src/ says of a module that it loads when needed which one it is", () => {
  let numLoaded = 0;
  for (const file of IMPORTS.keys()) {
    if (file === "src/load_module.ts") continue;
    const code = withoutComments(Deno.readTextFileSync(new URL(`../${file}`, import.meta.url)));
    assert.ok(!/\bimport\(\s*import\.meta/.test(code), `${file} imports what loadModule() is for`);
    const calls = [...code.matchAll(/\bloadModule</g)].length;
    const typed = [
      ...code.matchAll(
        /\bloadModule<\s*typeof import\("([^"]+)"\)\s*>\(\s*import\.meta\.resolve\("([^"]+)"\),?\s*\)/g,
      ),
    ];
    assert.equal(typed.length, calls, file);
    for (const [, type = "", path] of typed) {
      assert.equal(type, path, file);
      assert.ok(IMPORTS.has(resolve(file, type) ?? ""), `${file}: ${type}`);
    }
    numLoaded += calls;
  }
  assert.ok(numLoaded > 10);
});

/** What running the file loads before it runs: not types, and not what is imported when it is needed. */
function staticImports(file: string): string[] {
  const code = withoutComments(Deno.readTextFileSync(new URL(`../${file}`, import.meta.url)));
  const pattern = /^(?:import|export)\s(?!type\b)[^"'`;]*?from\s*"([^"]+)"|^\s*import\s*"([^"]+)"/gm;
  return [...code.matchAll(pattern)].map((match) => match[1] ?? match[2]!);
}

/** The file and all that it imports, as the function tells what that is. */
function reachedFrom(file: string, importsOf: (file: string) => readonly string[]): Set<string> {
  const reached = new Set([file]);
  // a set that is iterated yields what is added meanwhile
  for (const from of reached) {
    for (const specifier of importsOf(from)) {
      const target = resolve(from, specifier);
      if (target !== null) reached.add(target);
    }
  }
  return reached;
}

Deno.test("src/exec/worker.ts loads nothing that compiles: a thread starts in a third of the time", () => {
  const loaded = reachedFrom("src/exec/worker.ts", staticImports);
  assert.ok(loaded.has("src/kernel/program_runner.ts"));
  assert.deepEqual([...loaded].filter((file) => /^src\/kernel\/(?:compile|wasm)\//.test(file)), []);
});

Deno.test("src/mod.ts imports no reader, not even its types: the type check of a pipeline goes over all of it", () => {
  const checked = reachedFrom("src/mod.ts", (file) => IMPORTS.get(file) ?? []);
  assert.ok(checked.has("src/expr/tensor_types.ts"));
  const folders = new Set(
    [...checked].map((file) => file.split("/").at(1)!).filter((name) => !name.endsWith(".ts")),
  );
  assert.deepEqual([...folders].sort(), ["dtype", "expr", "pipeline", "schema", "shape", "wording"]);
});

Deno.test("src/ has CSV and JSON lines apart: neither imports the other, and what they share imports neither", () => {
  const crossings = [...IMPORTS].flatMap(([file, specifiers]) => {
    const [, side, own] = /^src\/(source|sink)\/(csv|ndjson|text)\//.exec(file) ?? [];
    if (side === undefined) return [];
    const others = ["csv", "ndjson"].filter((format) => format !== own).map((format) =>
      `src/${side}/${format}/`
    );
    const targets = specifiers.map((specifier) => resolve(file, specifier) ?? "");
    return targets.filter((target) => others.some((folder) => target.startsWith(folder)))
      .map((target) => `${file} imports ${target}`);
  });
  assert.deepEqual(crossings, []);
});

Deno.test("src/ imports what is there for tests (testing.ts, testing/) from tests only", () => {
  const isForTests = (file: string) => /\/testing(?:\.ts$|\/)|_test\.ts$/.test(file);
  const users = [...IMPORTS].filter(([file, specifiers]) =>
    !isForTests(file) && specifiers.some((specifier) => isForTests(resolve(file, specifier) ?? ""))
  );
  assert.deepEqual(users.map(([file]) => file), []);
});

Deno.test("src/ imports a package only where Arrow's metadata is written, so that all else needs no registry", () => {
  const isPackage = (specifier: string) => !/^(?:\.|node:)/.test(specifier);
  const users = [...IMPORTS].filter(([file, specifiers]) =>
    !/\/testing[./]/.test(file) && specifiers.some(isPackage)
  );
  const metadata = "src/sink/arrow/encode_metadata.ts";
  // an export of its own, whose users have Arrow's tables
  assert.deepEqual(users.map(([file]) => file).sort(), ["src/batch/arrow.ts", metadata]);

  const imports = new Map([...IMPORTS.keys()].map((file) => [file, staticImports(file)]));
  const dependents = new Set([metadata]);
  // a set that is iterated yields what is added meanwhile
  for (const target of dependents) {
    for (const [file, specifiers] of imports) {
      if (specifiers.some((specifier) => resolve(file, specifier) === target)) dependents.add(file);
    }
  }
  const beyondSinks = [...dependents].filter((file) => !/^src\/sink\/|\/testing\.ts$/.test(file)).sort();
  assert.deepEqual(beyondSinks, ["src/exec/recompress.ts", "src/exec/relay.ts"]);
});

Deno.test("src/ imports none of Node's modules: the first takes 4 ms of a start", () => {
  const isNodes = (specifier: string) => specifier.startsWith("node:");
  const users = [...IMPORTS.keys()].filter((file) =>
    !/\/testing[./]/.test(file) && staticImports(file).some(isNodes)
  );
  assert.deepEqual(users, []);
});

Deno.test("src/ asks the engine for nothing of languages: the first call takes 15 to 30 ms, countText() none", () => {
  const isOfLanguages = (code: string) => /\.toLocale\w*\(|\bIntl\./.test(code);
  assert.ok(isOfLanguages('count.toLocaleString("en-US")') && isOfLanguages("new Intl.NumberFormat()"));
  const users = [...IMPORTS.keys()].filter((file) =>
    isOfLanguages(withoutComments(Deno.readTextFileSync(new URL(`../${file}`, import.meta.url))))
  );
  assert.deepEqual(users, []);
});

Deno.test("findBreaches() finds a planted edge, cycle, folder and self-import", () => {
  const planted = (file: string, text: string) => {
    const imports = new Map(IMPORTS);
    imports.set(file, [...(IMPORTS.get(file) ?? []), ...specifiersOf(text)]);
    return findBreaches(imports);
  };
  assert.deepEqual(planted("src/plan/budget.ts", 'import { x } from "../exec/rss.ts";'), [
    "src/plan/budget.ts imports src/exec/rss.ts",
  ]);
  const upwards = planted("src/dtype/promote.ts", 'const x = await import("../cli/main.ts");');
  assert.ok(upwards.includes("src/dtype/promote.ts imports src/cli/main.ts"), "a dynamic import");
  assert.ok(upwards.some((breach) => breach.startsWith("cycle: ")), "the cycle that it closes");
  assert.deepEqual(
    planted("src/plan/budget.ts", 'import type {\n  A,\n  B,\n} from "../kernel/planted.ts";'),
    [
      "src/plan/budget.ts imports src/kernel/planted.ts",
    ],
  );
  assert.deepEqual(planted("src/utils/planted.ts", ""), ["src/utils/planted.ts is in no folder of the list"]);
  assert.deepEqual(planted("src/exec/planted.ts", 'export * from "ndpipe";'), [
    'src/exec/planted.ts imports "ndpipe", the package that it is part of',
  ]);
  assert.deepEqual(planted("src/dtype/dtype.ts", 'export * from "./mod.ts";'), [
    "cycle: src/dtype/mod.ts → src/dtype/dtype.ts → src/dtype/mod.ts",
  ]);
  assert.deepEqual(
    planted("src/plan/budget.ts", '/** import { x } from "../cli/main.ts"; */ // import("../cli/a.ts")'),
    [],
  );
});
