import { deepStrictEqual, throws } from "node:assert/strict";
import { withFixedPages } from "./fixed_pages.ts";

const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
/** a type () -> (), and imports of it and of a memory of 1 to 65,536 pages */
const TYPES = section(1, [1, 0x60, 0, 0]);
const FUNCTION = [...name("env"), ...name("done"), 0, 0];
const memory = (flags: number) => [...name("env"), ...name("memory"), 2, flags, 1, 0x80, 0x80, 4];
const moduleOf = (...imports: number[][]) =>
  Uint8Array.of(...HEADER, ...TYPES, ...section(2, [imports.length, ...imports.flat()]), ...section(3, [0]));

function links(module: Uint8Array<ArrayBuffer>, limits: { initial: number; maximum: number }): void {
  const given = new WebAssembly.Memory({ ...limits, shared: true });
  new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory: given, done: () => {} } });
}

Deno.test("withFixedPages() makes a module take a memory of exactly these pages", () => {
  const FIXED = { initial: 300, maximum: 300 }, OTHER = { initial: 300, maximum: 301 };
  for (const module of [moduleOf(memory(3)), moduleOf(FUNCTION, memory(3)), moduleOf(memory(3), FUNCTION)]) {
    links(module, OTHER);
    const fixed = withFixedPages(module, 300);
    links(fixed, FIXED);
    for (const limits of [OTHER, { initial: 299, maximum: 300 }]) {
      throws(() => links(fixed, limits), WebAssembly.LinkError);
    }
  }
});

Deno.test("withFixedPages() leaves a module without a shared memory as it is", () => {
  for (const module of [moduleOf(FUNCTION), moduleOf(memory(1)), Uint8Array.from(HEADER)]) {
    deepStrictEqual(withFixedPages(module, 300), module);
  }
});
