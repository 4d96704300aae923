/**
 * Corners in which a wrong result would pass without a word: outs of another shape, integers beyond what floats hold,
 * indices of arrays without elements. What is expected is what NumPy 2.4 gives.
 */
import { deepStrictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

Deno.test("argmax() of all elements with keepdims refuses an out of another shape", () => {
  nd.scope(() => {
    const a = nd.array([[1, 5], [2, 3]]);
    for (const shape of [[1], [1, 1, 1], []]) {
      throws(() => a.argmax(null, { keepdims: true, out: nd.zeros(shape, "i64") }), { code: "SHP001" });
    }
    const out = nd.zeros([1, 1], "i64");
    deepStrictEqual(a.argmax(null, { keepdims: true, out }).toList(), [[1]]);
    deepStrictEqual(out.toList(), [[1]]);
  });
});
