import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { ClockCache } from "./clock_cache.ts";

Deno.test("ClockCache promises a bound, and that what was asked for outlives what was not", () => {
  const cache = new ClockCache<number>(4);
  for (let i = 0; i < 4; i++) cache.set(`k${i}`, i);
  cache.get("k0");
  cache.get("k2");
  cache.set("new", 9);
  cache.set("newer", 10);
  strictEqual(cache.size, 4);
  deepStrictEqual(["k0", "k1", "k2", "k3", "new", "newer"].map((key) => cache.get(key)), [
    0,
    undefined,
    2,
    undefined,
    9,
    10,
  ]);
});

Deno.test("ClockCache promises what is used at every turn a place, however many others pass", () => {
  const cache = new ClockCache<string>(16);
  cache.set("hot", "kept");
  for (let i = 0; i < 1000; i++) {
    strictEqual(cache.get("hot"), "kept", `after ${i}`);
    cache.set(`cold ${i}`, "passing");
  }
  strictEqual(cache.size, 16);
});

Deno.test("ClockCache promises the last value of a key or none, and never another's", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 12 })), { maxLength: 200 });
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 8 }), (all, max) => {
    const cache = new ClockCache<number>(max), last = new Map<string, number>();
    for (const [i, [isSet, number]] of all.entries()) {
      const key = `k${number}`;
      if (isSet) {
        cache.set(key, i);
        last.set(key, i);
        strictEqual(cache.get(key), i);
      } else {
        const value = cache.get(key);
        if (value !== undefined) strictEqual(value, last.get(key));
      }
      if (cache.size > max) throw new Error(`${cache.size} entries of ${max}`);
    }
  }));
});
