import { strictEqual } from "node:assert/strict";
import { isUtf8 as byNode } from "node:buffer";
import { assert, oneof, property, string, uint8Array } from "fast-check";
import { isUtf8 } from "./utf8.ts";

Deno.test("isUtf8() is what isUtf8() of node:buffer says, of few bytes and of many", () => {
  const text = string({ unit: "binary", maxLength: 200 }).map((text) => new TextEncoder().encode(text));
  const cut = text.map((bytes) => bytes.subarray(0, -1));
  const check = (bytes: Uint8Array) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    strictEqual(isUtf8(shared), byNode(bytes));
  };
  assert(property(oneof(text, cut, uint8Array({ maxLength: 8 })), check), { numRuns: 200 });
  for (const last of [0x61, 0xc3]) {
    for (const numBytes of [2 ** 18, 2 ** 18 + 1]) check(new Uint8Array(numBytes).fill(last, numBytes - 1));
  }
});
