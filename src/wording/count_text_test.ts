import { strictEqual } from "node:assert/strict";
import { assert, bigInt, integer, oneof, property } from "fast-check";
import { countText } from "./count_text.ts";

Deno.test("countText() is what toLocaleString() says in English", () => {
  const count = oneof(integer({ min: -1e7, max: Number.MAX_SAFE_INTEGER }), integer(), bigInt());
  assert(property(count, (value) => strictEqual(countText(value), value.toLocaleString("en-US"))));
});
