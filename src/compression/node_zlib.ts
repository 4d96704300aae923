/**
 * `node:zlib`, loaded at its first use: importing it takes longer than a small run, and most runs compress nothing.
 *
 * @module
 */

let loaded: typeof import("node:zlib") | null = null;

/** The module. Without waiting, as the readers that call it are synchronous. */
export function zlib(): typeof import("node:zlib") {
  // deno-lint-ignore no-process-global -- importing node:process is what is put off
  return loaded ??= process.getBuiltinModule("node:zlib");
}
