import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

const { array, concatenate, hstack, stack, vstack } = nd;

Deno.test("concatenate() promises a dtype that is asked for, and refuses casts that lose more than the rule allows", () => {
  nd.scope(() => {
    const a = array([1, 2]), b = array([2.5]);
    for (const joined of [concatenate([a, b], { dtype: "f32" }), hstack([a, b], { dtype: "f32" })]) {
      deepStrictEqual([joined.dtype, joined.toList()], ["f32", [1, 2, 2.5]]);
    }
    const cut = concatenate([a, b], 0, { dtype: "i64", casting: "unsafe" });
    deepStrictEqual([cut.dtype, cut.toList()], ["i64", [1, 2, 2]]);
    deepStrictEqual(vstack([a, a], { dtype: "f64" }).dtype, "f64");
    deepStrictEqual(stack([a, a], { axis: 1, dtype: "i8", casting: "same_kind" }).dtype, "i8");
    throws(() => concatenate([a, b], { dtype: "i64" }), { code: "DTY004" });
    throws(() => concatenate([a, b], { dtype: "f32", casting: "safe" }), { code: "DTY004" });
  });
});

Deno.test("concatenate() and stack() promise to write to out, also where it overlaps what is joined", () => {
  nd.scope(() => {
    const a = array([[1, 2], [3, 4]]), out = nd.zeros([2, 4], { dtype: "f32" });
    strictEqual(concatenate([a, a], 1, { out }), out);
    deepStrictEqual(out.toList(), [[1, 2, 1, 2], [3, 4, 3, 4]]);
    deepStrictEqual(
      concatenate([a, [5]].map((each) => nd.ravel(each)), { axis: null, out: nd.zeros(5) }).toList(),
      [
        1,
        2,
        3,
        4,
        5,
      ],
    );
    const line = nd.arange(6);
    concatenate([line.slice("3:"), line.slice(":3")], { out: line });
    deepStrictEqual(line.toList(), [3, 4, 5, 0, 1, 2]);
    strictEqual(stack([[1, 2], [3, 4]], { axis: 1, out: a }), a);
    deepStrictEqual(a.toList(), [[1, 3], [2, 4]]);
  });
});

Deno.test("concatenate() refuses an out of another shape, that is read-only, or beside a dtype", () => {
  nd.scope(() => {
    const a = array([1, 2]);
    throws(() => concatenate([a, a], { out: nd.zeros(3) }), { code: "SHP001" });
    throws(() => concatenate([a, a], { out: nd.zeros(1).broadcastTo([4]) }), { code: "ARR001" });
    throws(() => concatenate([a, a], { out: nd.zeros(4), dtype: "f64" }), { code: "ARR002" });
    throws(() => concatenate([a.astype("f64"), a], { out: nd.zeros(4, { dtype: "i64" }) }), {
      code: "DTY004",
    });
  });
});

Deno.test("concatenate() and stack() promise options behind options, and stack() refuses null as its axis", () => {
  const parts = [[[1, 2]], [[3, 4]]];
  const joined = nd.concatenate(parts, { axis: 1 }, { dtype: "f32" });
  deepStrictEqual([joined.dtype, joined.shape], ["f32", [1, 4]]);
  const stacked = nd.stack(parts, { axis: -1 }, { dtype: "f32" });
  deepStrictEqual([stacked.dtype, stacked.shape], ["f32", [1, 2, 2]]);
  throws(() => nd.stack(parts, null as unknown as number), { code: "ARR002" });
});
