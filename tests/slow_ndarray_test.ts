/**
 * Arrays over a long time: nothing that operations allocate stays.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { runOperations } from "../src/ndarray/testing/many_operations.ts";

Deno.test("100,000 operations run in bounded memory", () => {
  const residentBefore = Deno.memoryUsage().rss;
  runOperations(100_000);
  const grown = Deno.memoryUsage().rss - residentBefore;
  ok(grown < 200 * 2 ** 20, `${grown} bytes more are resident`);
});
