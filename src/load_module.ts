/** Importing what only some runs need. @module */

/**
 * Imports a module when it is needed, and not before.
 *
 * A plain `import("./x.ts")` is no such thing in Deno: before a program starts, Deno reads and resolves every module
 * that it can see from it, also those of branches that are never taken, and with them the packages that they import.
 * What `import.meta.resolve` gives is out of its sight. Neither sees TypeScript the type, so it is stated; a test
 * holds that the two name one file.
 *
 * @param url of the module, by `import.meta.resolve`
 * @throws what evaluating the module throws; TypeError where it, or a package that it imports, cannot be loaded
 *
 * @example
 * ```ts
 * import { loadModule } from "./load_module.ts";
 * import { strictEqual } from "node:assert/strict";
 * const { bytesText } = await loadModule<typeof import("./wording/bytes_text.ts")>(
 *   import.meta.resolve("./wording/bytes_text.ts"),
 * );
 * strictEqual(bytesText(2 ** 20), "1 MiB");
 * ```
 */
export function loadModule<Module>(url: string): Promise<Module> {
  return import(url);
}

/** Modules of Node's that are needed in the middle of what cannot wait. */
interface BuiltinModules {
  readonly "node:buffer": typeof import("node:buffer");
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:path": typeof import("node:path");
  readonly "node:url": typeof import("node:url");
  readonly "node:util": typeof import("node:util");
  readonly "node:v8": typeof import("node:v8");
  readonly "node:vm": typeof import("node:vm");
  readonly "node:zlib": typeof import("node:zlib");
}

const loaded: Partial<BuiltinModules> = {};

/**
 * A module of Node's, at its first use. Imported, it would be set up before a program starts: the first of them takes
 * Deno 4 ms, each further one up to 15.
 *
 * @example
 * ```ts
 * import { builtinModule } from "./load_module.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(builtinModule("node:path").basename("/data/x.arrow"), "x.arrow");
 * ```
 */
export function builtinModule<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] {
  // deno-lint-ignore no-process-global -- importing node:process is what is put off
  return loaded[name] ??= process.getBuiltinModule(name) as BuiltinModules[Name];
}
