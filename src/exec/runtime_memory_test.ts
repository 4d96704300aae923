import { ok, strictEqual } from "node:assert/strict";
import { inputsBytes, inputsThreadBytes, parquetColumnsBytes } from "./runtime_memory.ts";

Deno.test("inputsBytes() counts a hundred thousand inputs as what was measured of them, and never fewer of more", () => {
  strictEqual(inputsBytes(0), 0);
  strictEqual(inputsBytes(1000), 1000 * 22 * 1024);
  // 12 KiB each, and no less than the 10 KiB that convert was seen to take
  const most = inputsBytes(100_000) / 100_000 / 1024;
  ok(most > 11 && most < 12.5, String(most));
  for (const bytesOf of [inputsBytes, inputsThreadBytes, parquetColumnsBytes]) {
    for (let count = 1; count < 1e6; count *= 3) {
      ok(bytesOf(count) < bytesOf(count + 1) && bytesOf(2 * count) <= 2 * bytesOf(count) + 1, String(count));
    }
  }
});
