import { deepStrictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

// what is expected is what NumPy 2.4 gives
Deno.test("applyAlongAxis() promises the results' axes in the place of the axis", () => {
  nd.scope(() => {
    const a = nd.arange(24).reshape([2, 3, 4]);
    deepStrictEqual(nd.applyAlongAxis((v) => v.sum(), 2, a).toList(), [[6, 22, 38], [54, 70, 86]]);
    const firsts = nd.applyAlongAxis((v) => v.slice(":2").mul(10), 1, a);
    deepStrictEqual([firsts.shape, firsts.get([1, 1]).toList()], [[2, 2, 4], [160, 170, 180, 190]]);
    const squares = nd.applyAlongAxis((v) => nd.outer(v, v), 0, a);
    deepStrictEqual([squares.shape, squares.get([1, 0, 0]).toList()], [[2, 2, 3, 4], [0, 13, 28, 45]]);
    const diagonals = nd.applyAlongAxis((v) => nd.diag(v), -1, [[1, 2], [3, 4]]);
    deepStrictEqual(diagonals.toList(), [[[1, 0], [0, 2]], [[3, 0], [0, 4]]]);
    deepStrictEqual(nd.applyAlongAxis((v) => v.size, 0, nd.zeros([0, 2])).toList(), [0, 0]);
    throws(() => nd.applyAlongAxis((v) => v, 0, nd.zeros([2, 0])), { code: "ARR002" });
    throws(() => nd.applyAlongAxis((v) => v, 3, a), { code: "SHP004" });
    throws(() => nd.applyAlongAxis((v) => v, 0, 5), { code: "ARR002" });
  });
});

Deno.test("applyOverAxes() promises each axis that is dropped kept with size 1", () => {
  nd.scope(() => {
    const a = nd.arange(24).reshape([2, 3, 4]);
    const sum = (x: nd.NDArray, axis: number) => nd.sum(x, { axis });
    deepStrictEqual(nd.applyOverAxes(sum, a, [0, -1]).toList(), [[[60], [92], [124]]]);
    deepStrictEqual(nd.applyOverAxes(nd.flip, [1, 2], 0).toList(), [2, 1]);
    throws(() => nd.applyOverAxes((x) => x.sum(), a, 0), { code: "ARR002" });
  });
});

Deno.test("piecewise() promises the last piece whose condition holds, cast to the dtype of x", () => {
  nd.scope(() => {
    const x = nd.array([-2.5, -1, 0, 2.5]), isLow = x.lt(0);
    deepStrictEqual(nd.piecewise(x, [isLow], [(part) => part.neg(), 5]).toList(), [2.5, 1, 5, 5]);
    const whole = nd.arange(4);
    const pieces = [1.7, (part: nd.NDArray) => part.div(2)];
    deepStrictEqual(nd.piecewise(whole, [whole.lt(2), whole.gt(0)], pieces).toList(), [1, 0, 1, 1]);
    deepStrictEqual(nd.piecewise([0, 1, 2], [[false, false, true]], [9]).toList(), [0, 0, 9]);
    deepStrictEqual(nd.piecewise([1, 2], [[false, false]], [() => nd.array([7])]).toList(), [0, 0]);
    throws(() => nd.piecewise(x, [isLow], []), { code: "ARR002" });
    throws(() => nd.piecewise(x, [isLow], [1, 2, 3]), { code: "ARR002" });
  });
});
