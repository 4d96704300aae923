import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { alignUp, DTYPE, DTYPES } from "../dtype/mod.ts";
import { MemoryError } from "../errors.ts";
import { createMemory } from "./linear_memory.ts";
import { view } from "./region.ts";

Deno.test("createMemory() makes a shared memory in whole pages that cannot grow", () => {
  for (const [bytes, pages] of [[0, 0], [1, 1], [65536, 1], [65537, 2]] as const) {
    const memory = createMemory({ bytes });
    strictEqual(memory.buffer.byteLength, pages * 65536);
    strictEqual(Object.prototype.toString.call(memory.buffer), "[object SharedArrayBuffer]");
    throws(() => memory.grow(1), RangeError);
  }
});

Deno.test("createMemory() refuses more than 4 GiB and sizes that are no number of bytes", () => {
  throws(
    () => createMemory({ bytes: 2 ** 32 + 1 }),
    (error) =>
      error instanceof MemoryError && error.code === "MEM005" && error.message.includes("4,294,967,297 B"),
  );
  for (const bytes of [-1, 0.5, NaN]) throws(() => createMemory({ bytes }), RangeError);
});

Deno.test("alignUp() gives the next multiple of 64, also beyond 2 GiB", () => {
  deepStrictEqual([0, 1, 64, 65, 2 ** 31 + 1].map(alignUp), [0, 64, 64, 128, 2 ** 31 + 64]);
});

Deno.test("view() gives every dtype its typed array over the same bytes", () => {
  const region = { memory: createMemory({ bytes: 65536 }), byteOffset: 64, byteLength: 24 };
  for (const dtype of DTYPES) {
    const array = view(region, dtype);
    strictEqual(array.constructor, DTYPE[dtype].TypedArray);
    strictEqual(array.length, 24 / DTYPE[dtype].itemsize);
    strictEqual(array.byteOffset, 64);
  }
  view(region, "f64")[0] = 1;
  strictEqual(view(region, "u32")[1], 0x3ff00000);
  throws(() => view({ ...region, byteOffset: 66 }, "f32"), RangeError);
});
