/** copy, order and ndmin of new arrays: dtype, shape and strides as NumPy 2.4 gives them. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { NdpipeError } from "../../errors.ts";
import * as nd from "../mod.ts";

const columns = () => nd.arange(6).reshape(2, 3).T;
/** axes in none of the named orders */
const mixed = () => nd.arange(24).reshape(2, 3, 4).slice(":, :, ::2").transpose(1, 0, 2).slice("::-1");

function refuses(call: () => unknown): void {
  throws(() => nd.scope(call), (error: unknown) => {
    ok(error instanceof NdpipeError && error.code === "ARR002", String(error));
    return true;
  });
}

Deno.test("array() keeps the order of an array's axes, and makes another that is asked for", () => {
  nd.scope(() => {
    const strides = (a: nd.NDArray, options: nd.ArrayOptions = {}) => nd.array(a, options).strides;
    deepStrictEqual(strides(columns()), [8, 24]);
    deepStrictEqual(strides(columns(), { dtype: "f32" }), [4, 12]);
    deepStrictEqual(strides(columns(), { order: "C" }), [16, 8]);
    deepStrictEqual(strides(columns(), { order: "C", dtype: "f32" }), [8, 4]);
    deepStrictEqual(strides(columns(), { order: "A" }), [8, 24]);
    deepStrictEqual(strides(mixed()), [16, 48, 8]);
    deepStrictEqual(strides(mixed(), { order: "A" }), [32, 16, 8]);
    deepStrictEqual(nd.array(mixed(), { order: "F" }).toList(), mixed().toList());
    deepStrictEqual(nd.array([[1, 2], [3, 4]], { order: "F" }).strides, [8, 16]);
    deepStrictEqual(nd.array([[1, 2], [3, 4]], { order: "f", dtype: "u8" }).strides, [1, 2]);
    deepStrictEqual(nd.array(new Int8Array([1, 2]), { order: "F" }).toList(), [1, 2]);
    refuses(() => nd.array([1], { order: "Z" as "C" }));
  });
});

Deno.test("array() promises as many axes as ndmin says", () => {
  nd.scope(() => {
    deepStrictEqual(nd.array([1, 2], { ndmin: 3 }).shape, [1, 1, 2]);
    deepStrictEqual(nd.array(5, { ndmin: 2 }).toList(), [[5]]);
    deepStrictEqual(nd.array([[1]], { ndmin: 1 }).shape, [1, 1]);
    const made = nd.array([1, 2], { ndmin: 2 });
    deepStrictEqual([made.base, made.flags.writeable], [null, true]);
    const a = nd.array([1, 2]), view = nd.array(a, { ndmin: 2, copy: false });
    ok(nd.sharesMemory(a, view) && view.ndim === 2);
    refuses(() => nd.array([1], { ndmin: 1.5 }));
  });
});

Deno.test("array() and asarray() copy always, never, or where they must", () => {
  nd.scope(() => {
    const a = nd.array([[1, 2], [3, 4]]);
    strictEqual(nd.asarray(a, { copy: false }), a);
    strictEqual(nd.array(a, { copy: false }), a);
    strictEqual(nd.asarray(a, { copy: null }), a);
    strictEqual(nd.asarray(a, { order: "C", dtype: "i64" }), a);
    for (const copied of [nd.asarray(a, { copy: true }), nd.array(a), nd.array(a, { copy: true })]) {
      ok(!nd.sharesMemory(a, copied));
      deepStrictEqual(copied.toList(), a.toList());
    }
    const turned = nd.asarray(a, { order: "F" });
    deepStrictEqual([turned.strides, turned.toList()], [[8, 16], a.toList()]);
    deepStrictEqual(nd.asarray([1], { copy: true }).toList(), [1]);
    refuses(() => nd.asarray([1, 2], { copy: false }));
    refuses(() => nd.array(new Float32Array(2), { copy: false }));
    refuses(() => nd.asarray(a, { copy: false, dtype: "f32" }));
    refuses(() => nd.asarray(a, { copy: false, order: "F" }));
    refuses(() => nd.asarray(a, { dtype: "int63" as "i64" }));
  });
});

Deno.test("zeros(), ones(), empty() and full() lie in the order that is asked for, of every dtype", () => {
  nd.scope(() => {
    for (const dtype of nd.DTYPES) {
      const { itemsize } = nd.zeros(0, dtype), byColumns = [itemsize, 2 * itemsize, 6 * itemsize];
      const made = [
        nd.zeros([2, 3, 4], { dtype, order: "F" }),
        nd.ones([2, 3, 4], dtype, "F"),
        nd.empty([2, 3, 4], { dtype, order: "f" }),
        nd.full([2, 3, 4], 1, { dtype, order: "F" }),
        nd.full([2, 3, 4], [1, 0, 1, 0], { dtype, order: "F" }),
      ];
      for (const a of made) deepStrictEqual([a.dtype, a.shape, a.strides], [dtype, [2, 3, 4], byColumns]);
      deepStrictEqual(made[1]!.sum().item(), 24);
      deepStrictEqual(made[4]!.at(1, 2, 2), dtype === "bool" ? true : 1);
    }
    deepStrictEqual(nd.zeros([2, 3], { order: "C" }).strides, [24, 8]);
    refuses(() => nd.zeros([2, 3], { order: "K" as "C" }));
  });
});

Deno.test("zerosLike() and its kin lie as the other does, or in the order that is asked for", () => {
  nd.scope(() => {
    deepStrictEqual(nd.zerosLike(columns()).strides, [8, 24]);
    deepStrictEqual(nd.onesLike(columns(), { order: "C" }).strides, [16, 8]);
    deepStrictEqual(nd.emptyLike(columns(), { order: "A" }).strides, [8, 24]);
    deepStrictEqual(nd.fullLike(mixed(), 7, { order: "A" }).strides, [32, 16, 8]);
    deepStrictEqual(nd.fullLike(nd.zeros([2, 3]), [1, 2, 3], { order: "F" }).strides, [8, 16]);
    deepStrictEqual(nd.zerosLike(mixed(), { order: "F", dtype: "u8" }).strides, [1, 3, 6]);
  });
});
