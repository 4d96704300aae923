/** Whether bytes are UTF-8, without loading Node's modules where they are few. @module */
import { builtinModule } from "../load_module.ts";

/**
 * More, of all calls together, are looked at by node:buffer, ten times as fast, which takes as long to be loaded as ten
 * times as many do here.
 */
const FEW_BYTES = 2 ** 18;
/** a call takes as long as so many bytes */
const CALL_BYTES = 128;

/** of the calls so far, this one too */
let seenBytes = 0;

const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Whether bytes, of shared memory too, are UTF-8.
 *
 * @example
 * ```ts
 * import { isUtf8 } from "./utf8.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([isUtf8(Uint8Array.of(0x61)), isUtf8(Uint8Array.of(0xff))], [true, false]);
 * ```
 */
export function isUtf8(bytes: Uint8Array): boolean {
  seenBytes += CALL_BYTES + bytes.length;
  if (seenBytes > FEW_BYTES) return builtinModule("node:buffer").isUtf8(bytes);
  try {
    // a copy: a TextDecoder takes no shared memory
    strict.decode(bytes.slice());
    return true;
  } catch {
    return false;
  }
}
