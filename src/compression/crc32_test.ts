import { strictEqual } from "node:assert/strict";
import { crc32 as byZlib } from "node:zlib";
import { assert, property, uint8Array } from "fast-check";
import { crc32 } from "./crc32.ts";

Deno.test("crc32() is what crc32() of node:zlib says, of few bytes and of many", () => {
  assert(property(uint8Array({ maxLength: 300 }), (bytes) => strictEqual(crc32(bytes), byZlib(bytes))));
  for (const numBytes of [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1]) {
    const bytes = Uint8Array.from({ length: numBytes }, (_, i) => (i * 2654435761) >>> 13);
    strictEqual(crc32(bytes), byZlib(bytes), `${numBytes} bytes`);
  }
});
