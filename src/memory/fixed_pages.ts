/**
 * Modules for a memory whose size never changes. Of a memory that may grow the engine reads the size again behind every
 * store, for the check of the next access; of one whose least pages are its most, once for each call (V8 15: sorting
 * and selecting take a tenth less).
 *
 * Source: WebAssembly core specification, section 5.5.5 (import section) and 5.3.8 (limits).
 *
 * @module
 */
const MEMORY = 2, IMPORTS = 2, HEADER_BYTES = 8;
/** the limits of a shared memory with a maximum begin with this byte */
const SHARED = 3;

/** an unsigned integer and where it ends */
function unsignedAt(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0, scale = 1, end = at;
  for (;;) {
    const byte = bytes[end++]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, end];
    scale *= 128;
  }
}

function unsignedBytes(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value;; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push(rest % 128 + 128);
  }
}

/** behind a name */
function skipName(bytes: Uint8Array, at: number): number {
  const [length, start] = unsignedAt(bytes, at);
  return start + length;
}

/** where the limits of the imported memory begin and end, in an import section from `at` on; null without one */
function memoryLimits(bytes: Uint8Array, at: number): readonly [start: number, end: number] | null {
  let [numImports, place] = unsignedAt(bytes, at);
  for (; numImports > 0; numImports--) {
    place = skipName(bytes, skipName(bytes, place));
    const kind = bytes[place]!;
    if (kind === MEMORY && bytes[place + 1] === SHARED) {
      const start = place + 2, [, most] = unsignedAt(bytes, start), [, end] = unsignedAt(bytes, most);
      return [start, end];
    }
    // functions only: the index of a type
    if (kind !== 0) return null;
    [, place] = unsignedAt(bytes, place + 1);
  }
  return null;
}

/**
 * A module that imports functions and a shared memory, with that memory's pages as its least and its most; such as it
 * is where there is no such import.
 *
 * @example
 * ```ts
 * import { withFixedPages } from "./fixed_pages.ts";
 * import { throws } from "node:assert/strict";
 * // one import, `env.memory`, shared, of 1 to 65,536 pages
 * const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 2, 18, 1, 3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121];
 * const module = Uint8Array.of(...bytes, 2, 3, 1, 128, 128, 4);
 * const fixed = new WebAssembly.Module(withFixedPages(module, 2));
 * const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
 * new WebAssembly.Instance(fixed, { env: { memory } });
 * const other = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
 * throws(() => new WebAssembly.Instance(fixed, { env: { memory: other } }), WebAssembly.LinkError);
 * ```
 */
export function withFixedPages(module: Uint8Array<ArrayBuffer>, pages: number): Uint8Array<ArrayBuffer> {
  for (let at = HEADER_BYTES; at < module.length;) {
    const [size, start] = unsignedAt(module, at + 1), end = start + size;
    if (module[at] !== IMPORTS) {
      at = end;
      continue;
    }
    const limits = memoryLimits(module, start);
    if (limits === null) return module;
    const written = [...unsignedBytes(pages), ...unsignedBytes(pages)];
    const changed = size - (limits[1] - limits[0]) + written.length;
    const front = [...module.subarray(0, at + 1), ...unsignedBytes(changed)];
    const before = [...front, ...module.subarray(start, limits[0]), ...written];
    const made = new Uint8Array(before.length + module.length - limits[1]);
    made.set(before);
    made.set(module.subarray(limits[1]), before.length);
    return made;
  }
  return module;
}
