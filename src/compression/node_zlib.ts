/**
 * `node:zlib`, loaded at its first use: importing it takes longer than a small run, and most runs compress nothing.
 *
 * @module
 */
import { builtinModule } from "../load_module.ts";

/** The module. Without waiting, as the readers that call it are synchronous. */
export function zlib(): typeof import("node:zlib") {
  return builtinModule("node:zlib");
}
