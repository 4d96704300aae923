import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { MemoryError } from "../errors.ts";
import { Arena, ARENA_OVERHEAD_BYTES } from "./arena.ts";
import { createMemory } from "./linear_memory.ts";

const memory = createMemory({ bytes: 65536 });

Deno.test("new Arena() keeps guards at both ends of the memory", () => {
  const arena = new Arena(memory);
  strictEqual(arena.limit, 65536 - ARENA_OVERHEAD_BYTES);
  const all = arena.allocate(arena.limit, "all");
  strictEqual(all.byteOffset, 64);
  strictEqual(all.byteOffset + all.byteLength, 65536 - 64);
  strictEqual(new Arena(createMemory({ bytes: 0 })).limit, 0);
});

Deno.test("allocate() refuses what is not left, by label and numbers, and changes nothing", () => {
  const arena = new Arena(memory);
  arena.allocate(500, "features");
  arena.allocate(10, "mask");
  throws(() => arena.allocate(64833, "scores"), (error) => {
    if (!(error instanceof MemoryError)) return false;
    strictEqual(error.code, "MEM005");
    strictEqual(error.message, "64,833 B for scores do not fit the arena");
    deepStrictEqual(error.notes, ["576 B of 65,408 B are in use", "features: 512 B", "mask: 64 B"]);
    return true;
  });
  strictEqual(arena.allocate(64832, "scores").byteOffset, 64 + 576);
});

Deno.test("allocate() refuses sizes that are no number of bytes", () => {
  const arena = new Arena(memory);
  for (const size of [-1, 1.5, NaN, Infinity]) throws(() => arena.allocate(size, "x"), RangeError);
});

Deno.test("allocate() hands out aligned regions one behind the other, without a gap but to the alignment", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 20 }), (sizes) => {
      const arena = new Arena(memory);
      let end = 64;
      for (const size of sizes) {
        const { byteOffset, byteLength } = arena.allocate(size, `${size}`);
        strictEqual(byteOffset % 64, 0);
        strictEqual(byteLength, size);
        ok(byteOffset >= end && byteOffset - end < 64, `${byteOffset} behind ${end}`);
        end = byteOffset + byteLength;
      }
    }),
    { numRuns: 100 },
  );
});
