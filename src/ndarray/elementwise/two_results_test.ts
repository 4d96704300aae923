/** Results that are written where they are asked for: two at once, and to a larger out, as NumPy 2.4 does. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

const list = (arrays: readonly nd.NDArray[]) => arrays.map((each) => each.toList());
const x = () => nd.array([1.5, 8, -3]);

Deno.test("frexp(), modf() and divmod() write to two outs, as an option or by position", () => {
  const outs = () => [nd.zeros(3), nd.zeros(3, "i32")] as const;
  const parts = [[0.75, 0.5, -0.75], [1, 4, 2]];
  for (
    const call of [
      (m: nd.NDArray, e: nd.NDArray) => nd.frexp(x(), { out: [m, e] }),
      (m: nd.NDArray, e: nd.NDArray) => nd.frexp(x(), m, e),
      (m: nd.NDArray, e: nd.NDArray) => nd.frexp(x(), m, e, { where: true }),
    ]
  ) {
    const [m, e] = outs(), found = call(m, e);
    strictEqual(found[0], m);
    strictEqual(found[1], e);
    deepStrictEqual(list(found), parts);
  }
  const [m, e] = nd.frexp(x(), { out: [nd.zeros(3, "f32"), nd.zeros([2, 3], "i16")] });
  deepStrictEqual([m.dtype, e.dtype, e.toList()], ["f32", "i16", [[1, 4, 2], [1, 4, 2]]]);
  deepStrictEqual(list(nd.frexp(x(), null, nd.zeros(3, "i64"))), parts);
  deepStrictEqual(list(nd.modf(x(), nd.zeros([2, 3]))), [[[0.5, 0, -0], [0.5, 0, -0]], [1, 8, -3]]);
  const same = x();
  deepStrictEqual(list(nd.modf(same, same)), [[0.5, 0, -0], [1, 8, -3]]);
  deepStrictEqual(list(nd.divmod(x(), 2, nd.zeros(3), nd.zeros(3))), [[0, 4, -2], [1.5, 0, 1]]);
});

Deno.test("frexp() and modf() take where, casting and a dtype as NumPy's do", () => {
  const where = nd.array([true, false, true]);
  const [m, e] = nd.frexp(x(), { where, out: [nd.full(3, 9, "f64"), nd.full(3, 9, "i32")] });
  deepStrictEqual(list([m, e]), [[0.75, 9, -0.75], [1, 9, 2]]);
  const [fractions, wholes] = nd.modf(x(), { dtype: "f32" });
  deepStrictEqual([fractions.dtype, wholes.dtype, wholes.toList()], ["f32", "f32", [1, 8, -3]]);
  strictEqual(nd.modf(nd.array([1.5], "f32"), { dtype: "f64" })[0].dtype, "f64");
  throws(() => nd.modf(x(), { dtype: "i32" }), { code: "DTY001" });
  throws(() => nd.frexp(x(), { dtype: "f64" }), { code: "ARR002", message: /dtype/ });
  throws(() => nd.modf(x(), { keepdims: true } as never), { code: "ARR002", message: /keepdims/ });
});

Deno.test("frexp() writes nothing where the exponents do not fit their out", () => {
  const bad: readonly (readonly [unknown, string])[] = [
    [nd.zeros(2, "i32"), "SHP001"],
    [nd.zeros(3, "bool"), "DTY004"],
    [nd.broadcastTo(nd.array([1, 2, 3]), [3]), "ARR001"],
    [5, "ARR002"],
  ];
  for (const [second, code] of bad) {
    const first = nd.full(3, 7, "f64");
    throws(() => nd.frexp(x(), first, second as never), { code });
    throws(() => nd.frexp(x(), { out: [first, second as never] }), { code });
    deepStrictEqual(first.toList(), [7, 7, 7]);
  }
  throws(() => nd.frexp(x(), { out: nd.zeros(3) as never }), { code: "ARR002" });
  throws(() => nd.frexp(x(), nd.zeros(3), { out: [null, null] }), { code: "ARR002", message: /twice/ });
  throws(() => nd.modf(x(), ...[null, null, {}, 3] as never), { code: "ARR002" });
});

Deno.test("accumulate() and reduceat() take null as the axis of an array that has one", () => {
  deepStrictEqual(nd.add.reduceat(nd.arange(6), [0, 2], { axis: null }).toList(), [1, 14]);
  deepStrictEqual(nd.subtract.reduceat(nd.arange(6), [0, 2], [0]).toList(), [-1, -10]);
  deepStrictEqual(nd.add.accumulate([1, 2, 3], { axis: null }).toList(), [1, 3, 6]);
  deepStrictEqual(nd.add.accumulate([[1, 2], [3, 4]], [1]).toList(), [[1, 3], [3, 7]]);
  for (const ufunc of [nd.add, nd.multiply, nd.maximum, nd.subtract]) {
    for (const axis of [null, [0, 1], []]) {
      throws(() => ufunc.accumulate([[1, 2], [3, 4]], { axis }), { code: "ARR002", message: /one axis/ });
      throws(() => ufunc.reduceat([[1, 2], [3, 4]], [0], { axis }), { code: "ARR002", message: /one axis/ });
    }
  }
  throws(() => nd.add.reduceat([[1, 2]], [0], 2), { code: "SHP004" });
});

Deno.test("quantile() of one q, vecdot() and matmul() repeat their result to a larger out", () => {
  const a = nd.array([[0, 1, 2], [3, 4, 5]], "f64"), out = nd.zeros([2, 3]);
  const middle = [1.5, 2.5, 3.5];
  strictEqual(nd.percentile(a, 50, 0, { out }), out);
  deepStrictEqual(out.toList(), [middle, middle]);
  deepStrictEqual(nd.nanquantile(a, nd.array(0.5), 0, { out: nd.zeros([1, 3]) }).toList(), [middle]);
  deepStrictEqual(nd.quantile(a, 0.5, null, { out: nd.zeros(2) }).toList(), [2.5, 2.5]);
  throws(() => nd.percentile(a, [50, 60], 0, { out: nd.zeros([4, 2, 3]) }), { code: "SHP001" });
  throws(() => nd.percentile(a, 50, 0, { out: nd.zeros(2) }), { code: "SHP001" });
  throws(() => nd.median(a, 0, { out }), { code: "SHP001" });
  deepStrictEqual(nd.vecdot(a, a, nd.zeros([2, 2])).toList(), [[5, 50], [5, 50]]);
  throws(() => nd.vecdot(a, a, { out: nd.zeros(3) }), { code: "SHP001" });
  const product = [[5, 14], [14, 50]];
  deepStrictEqual(nd.matmul(a, a.T, nd.zeros([2, 2, 2])).toList(), [product, product]);
  throws(() => nd.matmul([[1, 2]], [[1], [2]], { out: nd.zeros([2, 2]) }), { code: "SHP001" });
  throws(() => nd.vecdot(a, a, { out: nd.broadcastTo(nd.zeros(2), [2, 2]) }), { code: "ARR001" });
});

Deno.test("vecdot() takes an axis for each array, keepdims and a dtype", () => {
  const a = nd.array([[0, 1, 2], [3, 4, 5]], "f64");
  deepStrictEqual(nd.vecdot(a, a, { keepdims: true }).toList(), [[5], [50]]);
  deepStrictEqual(nd.vecdot(a, a, { axis: 0, keepdims: true }).toList(), [[9, 17, 29]]);
  deepStrictEqual(nd.vecdot(a, a.T, { axes: [0, 1] }).toList(), [9, 17, 29]);
  const [five, two] = [nd.ones([5, 2, 3]), nd.ones([2, 3])];
  deepStrictEqual(nd.vecdot(five, two, { axes: [2, 1], keepdims: true }).shape, [5, 2, 1]);
  deepStrictEqual(nd.vecdot(five, two, { axes: [1, 0], keepdims: true }).shape, [5, 3, 1]);
  deepStrictEqual(nd.vecdot(five, two, { axes: [2, 1, 0], keepdims: true }).shape, [1, 5, 2]);
  deepStrictEqual(nd.vecdot(five, two, { axis: -2, keepdims: true }).shape, [5, 1, 3]);
  strictEqual(nd.vecdot(a, a, { dtype: "f32" }).dtype, "f32");
  throws(() => nd.vecdot(a, a, { dtype: "f32", casting: "safe" }), { code: "DTY004" });
  throws(() => nd.vecdot(a, a, { axis: 0, axes: [0, 0] }), { code: "ARR002", message: /not both/ });
  for (const axes of [[0], [0, 0, 0], 3]) {
    throws(() => nd.vecdot(a, a, { axes: axes as never }), { code: "ARR002", message: /vecdot .*axes/ });
  }
});
