import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

function scoped(name: string, run: () => void): void {
  Deno.test(name, () => nd.scope(run));
}

scoped("out takes a result though it overlaps the operands", () => {
  const a = nd.arange(6);
  const out = a.slice("1:");
  strictEqual(nd.add(a.slice(":-1"), 10, { out }), out);
  deepStrictEqual(a.toList(), [0, 10, 11, 12, 13, 14]);
  nd.mul(a, a.slice("::-1"), { out: a });
  deepStrictEqual(a.toList(), [0, 130, 132, 132, 130, 0]);
});

scoped("where leaves out as it is, and a new array 0", () => {
  const mask = nd.array([true, false, true]);
  const out = nd.array([7, 8, 9]);
  nd.add(nd.array([1, 2, 3]), 1, { out, where: mask });
  deepStrictEqual(out.toList(), [2, 8, 4]);
  deepStrictEqual(nd.array([1, 2, 3]).sub(5, { where: mask }).toList(), [-4, 0, -2]);
  deepStrictEqual(nd.neg(nd.array([1, 2, 3]), { out, where: false }).toList(), [2, 8, 4]);
  const rows = nd.array([[true], [false]]);
  deepStrictEqual(nd.add(nd.array([1, 2]), 1, { where: rows }).toList(), [[2, 3], [0, 0]]);
  throws(() => nd.neg(out, { where: nd.array([1, 0, 1]) }), { code: "DTY001" });
  deepStrictEqual(
    nd.array([1, 2]).clip(0, 1, { where: nd.array([false, true]), out: nd.array([5, 5]) }).toList(),
    [
      5,
      1,
    ],
  );
});

scoped("dtype is what is computed in and given, and casting says which casts are made", () => {
  const bytes = nd.array([200, 100], { dtype: "u8" });
  deepStrictEqual(nd.add(bytes, bytes, { dtype: "i64" }).toList(), [400, 200]);
  deepStrictEqual(bytes.add(300, { dtype: "i64" }).toList(), [500, 400]);
  strictEqual(nd.sqrt(bytes, { dtype: "f64" }).dtype, "f64");
  throws(() => nd.sqrt(bytes, { dtype: "i64" }), { code: "DTY001" });
  throws(() => nd.less(bytes, 1, { dtype: "f64" }), { code: "DTY001" });
  const halves = nd.array([1.5, 2.5]);
  throws(() => nd.add(halves, 1, { dtype: "i64" }), { code: "DTY004" });
  deepStrictEqual(nd.add(halves, 1, { dtype: "i64", casting: "unsafe" }).toList(), [2, 3]);
  const out = nd.zeros(2, { dtype: "i32" });
  throws(() => nd.add(halves, 1, { out }), { code: "DTY004" });
  deepStrictEqual(nd.add(halves, 1, { out, casting: "unsafe" }).toList(), [2, 3]);
  throws(
    () =>
      nd.add(nd.array([1, 2], { dtype: "i32" }), 1, { out: nd.zeros(2, { dtype: "i8" }), casting: "safe" }),
    {
      code: "DTY004",
    },
  );
});

scoped("integers out of the range of the dtype compare by their side", () => {
  const bytes = nd.array([0, 255], { dtype: "u8" });
  for (
    const [result, wanted] of [
      [bytes.eq(300), false],
      [bytes.ne(300), true],
      [bytes.lt(300), true],
      [bytes.ge(300), false],
      [bytes.lt(-1), false],
      [bytes.gt(-1), true],
      [nd.lt(300, bytes), false],
      [nd.gt(300, bytes), true],
      [nd.le(-1, bytes), true],
      [nd.array([1]).eq(2n ** 80n), false],
    ] as const
  ) {
    strictEqual(result.all().item(), wanted);
    strictEqual(result.any().item(), wanted);
  }
});

scoped("pow refuses integers to negative integer powers", () => {
  const a = nd.array([2, 3]);
  throws(() => a.pow(-1), { code: "ARR002" });
  throws(() => a.pow(nd.array([1, -1])), { code: "ARR002" });
  deepStrictEqual(a.pow(nd.array([1, -1]), { where: nd.array([true, false]) }).toList(), [2, 0]);
  deepStrictEqual(a.astype("f64").pow(-1).at(0), 0.5);
  deepStrictEqual(nd.zeros(0, { dtype: "i64" }).pow(-1).size, 0);
});

scoped("reductions take axis, keepdims, dtype, out, initial and where", () => {
  const a = nd.array([[1, 2, 3], [4, 5, 6]], { dtype: "i8" });
  deepStrictEqual(a.sum({ axis: 0, keepdims: true }).toList(), [[5, 7, 9]]);
  deepStrictEqual(a.sum(1, { initial: 10 }).toList(), [16, 25]);
  strictEqual(a.sum({ dtype: "i8" }).dtype, "i8");
  deepStrictEqual(a.prod({ dtype: "i8" }).item(), 720 - 768);
  const mask = nd.array([true, false, true]);
  deepStrictEqual(a.sum(1, { where: mask }).toList(), [4, 10]);
  deepStrictEqual(a.mean(0, { where: nd.array([[true], [false]]) }).toList(), [1, 2, 3]);
  deepStrictEqual(a.mean(1, { where: false }).toList(), [NaN, NaN]);
  deepStrictEqual(a.var(1, { where: mask, ddof: 1 }).toList(), [2, 2]);
  deepStrictEqual(a.max(1, { where: mask, initial: 4 }).toList(), [4, 6]);
  throws(() => a.max(1, { where: mask }), { code: "ARR002" });
  deepStrictEqual(nd.zeros([0, 2]).min(0, { initial: 3 }).toList(), [3, 3]);
  throws(() => nd.zeros([0, 2]).min(0), { code: "ARR003" });
  const out = nd.zeros(3);
  strictEqual(a.sum(0, { out }), out);
  deepStrictEqual(out.toList(), [5, 7, 9]);
  throws(() => a.sum(0, { out: nd.zeros([1, 3]) }), { code: "SHP001" });
  throws(() => a.sum(0, { where: nd.ones([4, 2, 3], { dtype: "bool" }) }), { code: "SHP001" });
  deepStrictEqual(a.any(1, { where: false }).toList(), [false, false]);
  deepStrictEqual(a.all({ axis: [0, 1] }).item(), true);
  deepStrictEqual(a.argmax({ axis: 1, keepdims: true, out: nd.zeros([2, 1], { dtype: "i64" }) }).toList(), [[
    2,
  ], [2]]);
  deepStrictEqual(nd.median(a, { axis: 1, out: nd.zeros(2) }).toList(), [2, 5]);
  deepStrictEqual(nd.cumsum(a, { axis: 1, dtype: "i8", out: nd.zeros([2, 3]) }).toList(), [[1, 3, 6], [
    4,
    9,
    15,
  ]]);
});

scoped("reduce() folds by any primitive of two operands", () => {
  const a = nd.arange(6).reshape([2, 3]);
  deepStrictEqual(nd.add.reduce(a).toList(), [3, 5, 7]);
  strictEqual(nd.add.reduce(a, { axis: null }).item(), 15);
  deepStrictEqual(nd.sub.reduce(a, { axis: 1 }).toList(), [-3, -6]);
  deepStrictEqual(nd.bitwiseXor.reduce(a, { axis: [0, 1], keepdims: true }).toList(), [[1]]);
  deepStrictEqual(nd.bitwiseAnd.reduce(nd.zeros([0, 2], { dtype: "i8" })).toList(), [-1, -1]);
  deepStrictEqual(nd.pow.reduce([2, 3, 2]).item(), 64);
  deepStrictEqual(nd.gcd.reduce([12, 18, 27]).item(), 3);
  deepStrictEqual(
    nd.sub.reduce([10, 1, 2], { initial: 100, where: nd.array([true, false, true]) }).item(),
    88,
  );
  deepStrictEqual(nd.div.reduce([8, 2, 2]).item(), 2);
  throws(() => nd.sub.reduce(a, { axis: [0, 1] }), { code: "ARR002" });
  throws(() => nd.sub.reduce(nd.zeros([0, 2])), { code: "ARR003" });
  throws(() => nd.lt.reduce(a), { code: "DTY001" });
});

scoped("accumulate(), reduceat(), outer() and at() do what NumPy's do", () => {
  deepStrictEqual(nd.maximum.accumulate([1, 3, 2, 5, 4]).toList(), [1, 3, 3, 5, 5]);
  deepStrictEqual(nd.sub.accumulate(nd.arange(6).reshape([2, 3]), { axis: 1 }).toList(), [[0, -1, -3], [
    3,
    -1,
    -6,
  ]]);
  deepStrictEqual(nd.mul.accumulate([[1, 2], [3, 4]]).toList(), [[1, 2], [3, 8]]);
  deepStrictEqual(nd.add.reduceat(nd.arange(8), [0, 4, 1, 5]).toList(), [6, 4, 10, 18]);
  deepStrictEqual(nd.add.reduceat(nd.arange(6).reshape([2, 3]), nd.array([0, 2]), { axis: 1 }).toList(), [[
    1,
    2,
  ], [
    7,
    5,
  ]]);
  throws(() => nd.add.reduceat(nd.arange(3), [3]), { code: "SHP010" });
  deepStrictEqual(nd.mul.outer([1, 2], [3, 4, 5]).toList(), [[3, 4, 5], [6, 8, 10]]);
  deepStrictEqual(nd.sub.outer(nd.ones([2, 1]), nd.ones([3])).shape, [2, 1, 3]);
  const counts = nd.zeros(4, { dtype: "i32" });
  nd.add.at(counts, nd.array([0, 2, 2, 2]), 1);
  deepStrictEqual(counts.toList(), [1, 0, 3, 0]);
  const powers = nd.array([2, 3, 5]);
  nd.pow.at(powers, [[0, 0, 2]], nd.array([2, 3, 1]));
  deepStrictEqual(powers.toList(), [64, 3, 5]);
  nd.neg.at(powers, [[1, 1, 2]]);
  deepStrictEqual(powers.toList(), [64, 3, -5]);
  throws(() => nd.add.at(powers.broadcastTo([2, 3]), 0, 1), { code: "ARR001" });
  strictEqual(nd.add.identity, 0);
  strictEqual(nd.sub.identity, null);
  strictEqual(nd.add.name, "add");
});

scoped("functions take lists and typed arrays, and free what they made of them", () => {
  const before = nd.memoryStatistics().numStorages;
  const sum = nd.add([[1, 2], [3, 4]], new Float32Array([10, 20]));
  strictEqual(sum.dtype, "f64");
  deepStrictEqual(sum.toList(), [[11, 22], [13, 24]]);
  strictEqual(nd.memoryStatistics().numStorages, before + 1);
  deepStrictEqual(nd.sqrt([4, 9]).toList(), [2, 3]);
  throws(() => nd.add("1" as unknown as number, 2), { code: "ARR002" });
});

scoped("functions of reals take the dtype that holds each operand, not what integers have together", () => {
  const a = nd.array([3], { dtype: "i16" }),
    b = nd.array([4], { dtype: "u16" }),
    c = nd.array([1], { dtype: "f32" });
  strictEqual(nd.add(a, b).dtype, "i32");
  deepStrictEqual([nd.hypot(a, b).dtype, nd.logaddexp(a, b).dtype, nd.resultType(a, b, c)], [
    "f32",
    "f32",
    "f32",
  ]);
  deepStrictEqual([nd.concatenate([a, b, c]).dtype, nd.clip(a, b, c).dtype], ["f32", "f32"]);
  const mask = nd.array([true]);
  deepStrictEqual([nd.atan2(mask, 2).dtype, nd.atan2(mask, mask).dtype, nd.atan2(mask, true).dtype], [
    "f64",
    "f32",
    "f32",
  ]);
});

scoped("rint() gives floats of integers, round() keeps them", () => {
  const a = nd.array([3, -4], { dtype: "i16" });
  deepStrictEqual([nd.rint(a).dtype, nd.rint([1, 2]).dtype, nd.rint(nd.array([2.5])).item()], [
    "f32",
    "f64",
    2,
  ]);
  deepStrictEqual([nd.round(a).dtype, a.round().dtype], ["i16", "i16"]);
});

scoped("a NaN beside integers is true, and so is a number that their dtype does not hold", () => {
  const a = nd.array([0, 1], { dtype: "u8" });
  deepStrictEqual(nd.logicalOr(a, NaN).toList(), [true, true]);
  deepStrictEqual(nd.logicalAnd(NaN, a).toList(), [false, true]);
  deepStrictEqual(nd.logicalXor(a, 1e300).toList(), [true, false]);
});

scoped("clip() takes bounds beyond an integer dtype as none, and refuses those that leave no element", () => {
  const a = nd.array([0, 200], { dtype: "u8" });
  const clipped = nd.clip(a, -1, 100);
  deepStrictEqual([clipped.dtype, clipped.toList()], ["u8", [0, 100]]);
  deepStrictEqual(nd.clip(a, -5, 256).toList(), [0, 200]);
  throws(() => nd.clip(a, 256, null), { code: "DTY002" });
  throws(() => nd.clip(a, null, -1), { code: "DTY002" });
});

scoped("ldexp() takes integer exponents of any sign, whatever the first operand, and refuses others", () => {
  deepStrictEqual(nd.ldexp(nd.array([8], { dtype: "u32" }), -2).toList(), [2]);
  deepStrictEqual(nd.ldexp(1.5, nd.array([1, -1], { dtype: "i8" })).toList(), [3, 0.75]);
  for (const exponent of [nd.array([1.5]), nd.array([1], { dtype: "u64" }), 0.5]) {
    throws(() => nd.ldexp(nd.array([1]), exponent), { code: "DTY001" });
  }
});

scoped("canCast() and astype() know five rules of casting and no other", () => {
  strictEqual(nd.canCast("i32", "i32", "equiv"), true);
  throws(() => nd.array([1.5]).astype("i32", { casting: "equiv" }), { code: "DTY004" });
  // as a caller without types would write it
  throws(() => nd.array([1]).astype("f32", { casting: "samekind" as "same_kind" }), { code: "ARR002" });
});

scoped("reduce, accumulate and reduceat take axis, dtype and out by position, as NumPy does", () => {
  const a = nd.arange(6).reshape([2, 3]), out = nd.zeros(3);
  deepStrictEqual(nd.add.reduce(a, 1).toList(), [3, 12]);
  strictEqual(nd.add.reduce(a, null, "f32").dtype, "f32");
  strictEqual(nd.add.reduce(a, 0, undefined, out), out);
  deepStrictEqual(nd.add.reduce(a, 1, null, null, true, 10).toList(), [[13], [22]]);
  deepStrictEqual(nd.maximum.reduce(a, 0, null, null, false, -1, nd.array([[true], [false]])).toList(), [
    0,
    1,
    2,
  ]);
  deepStrictEqual(nd.multiply.accumulate(a, 1, "f64").toList(), [[0, 0, 0], [3, 12, 60]]);
  deepStrictEqual(nd.add.reduceat(a, [0, 2], 1).toList(), [[1, 2], [7, 5]]);
});

scoped("functions of elements take out behind their operands, as NumPy, and clip() behind its bounds", () => {
  const a = nd.array([1, 4, 9], "f64"), out = nd.zeros(3);
  strictEqual(nd.add(a, 1, out), out);
  deepStrictEqual(out.toList(), [2, 5, 10]);
  strictEqual(nd.sqrt(a, out), out);
  deepStrictEqual(out.toList(), [1, 2, 3]);
  strictEqual(nd.rint(nd.array([1, 2]), nd.zeros(2)).dtype, "f64");
  strictEqual(nd.multiply(a, a, a), a);
  deepStrictEqual(a.toList(), [1, 16, 81]);
  const where = nd.array([true, false, true]);
  strictEqual(nd.neg(a, out, { where }), out);
  deepStrictEqual(out.toList(), [-1, 2, -81]);
  strictEqual(nd.clip(a, 2, 20, out), out);
  deepStrictEqual(out.toList(), [2, 16, 20]);
  deepStrictEqual(nd.add(a, 1, null).toList(), [2, 17, 82]);
  throws(() => nd.add(a, 1, out, { out }), { code: "ARR002" });
  throws(() => nd.add(a, 1, "f32" as never), { code: "ARR002" });
  throws(() => nd.sqrt(a, nd.zeros(2)), { code: "SHP001" });
});
