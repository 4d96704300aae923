import { notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { giveBack, takeBuffer } from "./spare_buffers.ts";

Deno.test("takeBuffer() gives what was given back where it fits, and holds no more than was used at once", () => {
  const first = takeBuffer(1000);
  giveBack(first);
  strictEqual(takeBuffer(900), first);
  giveBack(first);
  notStrictEqual(takeBuffer(100), first, "a small page does not hold a large buffer");
  // that took the one that was spare away
  const next = takeBuffer(1000);
  notStrictEqual(next, first);
  giveBack(next);
  const larger = takeBuffer(2000);
  ok(larger.length > 2000, "the next file's pages may be a little larger");
});
