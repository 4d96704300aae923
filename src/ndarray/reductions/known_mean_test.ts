/** var and std about a mean that is known, as NumPy 2's `mean`. */
import { deepStrictEqual, ok, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("var() and std() about their own mean promise what they give without it, over every kind of axes", () => {
  nd.scope(() => {
    const a = nd.arange(24, { dtype: "f64" }).reshape(2, 3, 4).sin().mul(3);
    for (const dtype of ["f32", "f64"] as const) {
      const x = a.astype(dtype);
      for (const axis of [null, 0, -1, [0, 2], []]) {
        const mean = x.astype("f64").mean(axis, { keepdims: true });
        for (const name of ["var", "std"] as const) {
          const options = { correction: axis === null ? 1 : 0 };
          const plain = x[name](axis, options), known = x[name](axis, { ...options, mean });
          deepStrictEqual([known.dtype, known.shape], [plain.dtype, plain.shape]);
          ok(nd.allclose(known, plain, { rtol: dtype === "f32" ? 1e-6 : 1e-14 }));
        }
      }
    }
  });
});

Deno.test("var() and std() promise squares of the distances from what is given, beside where, out and dtype", () => {
  nd.scope(() => {
    const m = nd.array([[1, 2, 3], [4, 5, 9]]);
    // numpy.var(m, axis=1, mean=[[1], [5]]) and so on
    deepStrictEqual(m.var(1, { mean: [[1], [5]] }).toList(), [5 / 3, 17 / 3]);
    deepStrictEqual(m.var(1, { mean: [[1], [5]], ddof: 1 }).toList(), [2.5, 8.5]);
    deepStrictEqual(m.var({ mean: 4, keepdims: true }).toList(), [[40 / 6]]);
    deepStrictEqual(m.std(0, { mean: nd.array([[0, 0, 0]]) }).toList(), [17 / 2, 29 / 2, 45].map(Math.sqrt));
    const where = nd.array([[true, true, false], [true, false, true]]);
    deepStrictEqual(m.var(1, { mean: [[1], [5]], where }).toList(), [0.5, 8.5]);
    const out = nd.zeros(2, "f32");
    ok(m.var(1, { mean: [[1], [5]], out }) === out);
    deepStrictEqual(out.toList(), [5 / 3, 17 / 3].map(Math.fround));
    deepStrictEqual(m.var(1, { mean: [[1], [5]], dtype: "f32" }).dtype, "f32");
    deepStrictEqual(nd.nanvar([[1, NaN, 3]], 1, { mean: [[1]] }).toList(), [2]);
    deepStrictEqual(nd.std(nd.array(5), { mean: 3 }).item(), 2);
    throws(() => m.var(1, { mean: [1, 5] }), { code: "SHP001" });
    throws(() => m.var(1, { mean: [[[1]]] }), { code: "SHP001" });
    throws(() => m.var(1, { mean: {} as never }), { code: "ARR002" });
  });
});

Deno.test("var() about a mean of one call is not answered with that of another", () => {
  nd.scope(() => {
    const a = nd.array([1, 2, 3, 4]);
    deepStrictEqual([0, 1, 2].map((mean) => a.var({ mean }).item()), [7.5, 3.5, 1.5]);
    deepStrictEqual(a.var().item(), 1.25);
  });
});
