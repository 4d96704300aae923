/**
 * Arrays over a long time: nothing that operations allocate stays.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { runOperations } from "../src/ndarray/testing/many_operations.ts";

Deno.test("100,000 operations run in bounded memory", () => {
  // kernels are compiled, and the collector has found its pace, which on a busy machine takes 100 MB and more
  runOperations(20_000);
  const residentBefore = Deno.memoryUsage().rss;
  runOperations(100_000);
  const grown = Deno.memoryUsage().rss - residentBefore;
  ok(grown < 160 * 2 ** 20, `${grown} bytes more are resident`);
});
