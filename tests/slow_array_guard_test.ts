/**
 * The guard of arrays over every exported function: near the memory limit each is refused before it allocates, or gives
 * little.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import * as nd from "ndpipe/ndarray";

/** what takes a shape or a count, in which an array has no meaning */
const OF_SHAPES = "full zeros ones empty indices fromfunction tri eye identity broadcastShapes".split(" ");
/** what runs code, changes a mode or throws text */
const NOT_OF_ARRAYS =
  "NDArray fuse scope vectorize piecewise setMemoryLimit memoryStatistics setBroadcast setPrintoptions "
    .concat("getPrintoptions withPrintoptions array2string arrayRepr arrayStr ndindex ndenumerate nditer")
    .split(" ");

Deno.test("every function promises near the limit to be refused or to give little, and to leave nothing", () => {
  nd.scope(() => {
    const room = 8_000;
    const a = nd.ones([50, 50]), whole = nd.zeros([50, 50], "i64"), bools = nd.ones([50, 50], "bool");
    const row = nd.arange(2_500), floats = row.astype("f64");
    const own = [a, whole, bools, row, floats];
    const argumentLists: readonly (readonly unknown[])[] = [
      [a],
      [a, a],
      [whole],
      [whole, whole],
      [row],
      [row, row],
      [floats],
      [floats, floats],
      [floats, floats, floats],
      [a, 0],
      [row, 2],
      [bools],
      [bools, a, a],
      [[a, a]],
      [[row, row]],
      [a, whole, 0],
      [whole, [50, 50]],
      [0, 1, { num: 10_000 }],
      [8_000],
      [a, "i64"],
    ];
    const functions = Object.entries({ ...nd, ...nd.linalg, ...nd.fft }).filter(([name, value]) =>
      typeof value === "function" && !OF_SHAPES.includes(name) && !NOT_OF_ARRAYS.includes(name) &&
      name !== "LinAlgError"
    ) as unknown as [string, (...args: readonly unknown[]) => unknown][];
    ok(functions.length > 300, String(functions.length));
    const before = nd.memoryStatistics();
    nd.setMemoryLimit(before.bytesInUse + room);
    let numRefused = 0;
    try {
      for (const [name, run] of functions) {
        let isRefused = false;
        for (const args of argumentLists) {
          try {
            nd.scope(() => {
              const result = run(...args);
              const parts = result instanceof nd.NDArray || typeof result !== "object"
                ? [result]
                : Object.values(result ?? {});
              const made = parts.filter((part) =>
                part instanceof nd.NDArray && part.flags.ownData
              ) as nd.NDArray[];
              for (const array of made) {
                const isNew = !own.some((one) => nd.sharesMemory(array, one));
                ok(!isNew || array.nbytes <= room, `${name} made ${array.nbytes} bytes`);
              }
            });
          } catch (error) {
            if ((error as { code?: string }).code !== "MEM005") {
              // what the types refuse is refused in many words
              if (error instanceof Error && error.name === "AssertionError") throw error;
              continue;
            }
            isRefused = true;
          }
          const { bytesInUse, numStorages } = nd.memoryStatistics();
          deepStrictEqual([name, bytesInUse, numStorages], [name, before.bytesInUse, before.numStorages]);
        }
        numRefused += Number(isRefused);
      }
    } finally {
      nd.setMemoryLimit(before.limitBytes);
    }
    // the others give views, bools, numbers, or take something else
    ok(numRefused > 200, `${numRefused} of ${functions.length} were refused`);
  });
});
