/**
 * Arrays over a long time: nothing that operations allocate stays.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { runOperations } from "../src/ndarray/testing/many_operations.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Bytes that something holds on to. What waits for the collector is as much as the machine left it no time for. */
async function heldBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

Deno.test("100,000 operations run in bounded memory", async () => {
  // kernels are compiled
  runOperations(20_000);
  const before = await heldBytes();
  runOperations(100_000);
  const grown = await heldBytes() - before;
  ok(grown < 16 * 2 ** 20, `${grown} bytes more are held`);
});
