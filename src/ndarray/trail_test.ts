import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as nd from "./mod.ts";

Deno.test("trail says where a view came from", () => {
  nd.scope(() => {
    const a = nd.arange(12).reshape([3, 4]);
    deepStrictEqual(a.slice("1:, ::2").T.trail, [
      "array: i64 (12,)",
      ".reshape([3,4]): i64 (3, 4)",
      '.slice("1:, ::2"): i64 (2, 2)',
      ".transpose(): i64 (2, 2)",
    ]);
    deepStrictEqual(a.add(1).trail, ["array: i64 (3, 4)"]);
    ok(a.broadcastTo([2, 3, 4]).trail.at(-1)!.endsWith("read-only"));
    let b = a;
    for (let i = 0; i < 100; i++) b = b.T;
    ok(b.trail.length < 40);
  });
});

Deno.test("trail says bigints, typed arrays and arrays as the integers that they were at the call", () => {
  nd.scope(() => {
    const a = nd.arange(6).reshape([2, 3]), given = (value: unknown) => value as never;
    const lastOf = (view: nd.NDArray) => view.trail.at(-1);
    strictEqual(lastOf(nd.arange(6).slice([{ start: given(1n) }])), '.slice([{"start":1}]): i64 (5,)');
    strictEqual(lastOf(a.transpose(given([1n, 0n]))), ".transpose([1,0]): i64 (3, 2)");
    strictEqual(lastOf(a.transpose(given(1n), given(0n))), ".transpose([1,0]): i64 (3, 2)");
    strictEqual(lastOf(a.permuteDims(given([1n, 0n]))), ".permuteDims([1,0]): i64 (3, 2)");
    strictEqual(lastOf(a.swapaxes(given(0n), given(1n))), ".swapaxes(0, 1): i64 (3, 2)");
    strictEqual(lastOf(a.moveaxis(given(0n), given([1n]))), ".moveaxis(0, [1]): i64 (3, 2)");
    strictEqual(lastOf(a.flip(given([0n]))), ".flip([0]): i64 (2, 3)");
    strictEqual(lastOf(a.expandDims(given(0n))), ".expandDims(0): i64 (1, 2, 3)");
    strictEqual(lastOf(a.transpose(given(Int32Array.of(1, 0)))), ".transpose([1,0]): i64 (3, 2)");

    const [shape, axes, none] = [nd.array([3, 2]), nd.array([1, 0]), nd.array(0)], listed = [3, 2];
    const range = { start: 1 };
    const views = [
      a.reshape(given(shape)),
      a.reshape(listed),
      a.reshape(given([none.add(3), 2])),
      a.transpose(given(axes)),
      a.permuteDims(given(axes)),
      a.moveaxis(given(axes), [0, 1]),
      a.expandDims(given(none)),
      a.slice([range]),
    ];
    for (const each of [shape, axes, none]) each.dispose();
    listed[0] = 6;
    range.start = 0;
    deepStrictEqual(views.map(lastOf), [
      ".reshape([3,2]): i64 (3, 2)",
      ".reshape([3,2]): i64 (3, 2)",
      ".reshape([3,2]): i64 (3, 2)",
      ".transpose([1,0]): i64 (3, 2)",
      ".permuteDims([1,0]): i64 (3, 2)",
      ".moveaxis([1,0], [0,1]): i64 (3, 2)",
      ".expandDims(0): i64 (1, 2, 3)",
      '.slice([{"start":1}]): i64 (1, 3)',
    ]);
  });
});
