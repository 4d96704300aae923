/** What traced operations compute: the reference interpreter on traced graphs, against values from NumPy. */
import assert from "node:assert/strict";
import type { DType } from "../src/dtype/mod.ts";
import { concat, GraphBuilder, stack, TracedTensor, where } from "../src/expr/mod.ts";
import { interpret, type Tensor, tensor, type Value } from "../src/reference/mod.ts";
import type { Shape } from "../src/shape/mod.ts";

interface Given {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: readonly Value[];
  readonly numRows?: number;
}

/** Traces the text over the given tensors and evaluates the graph. */
function compute(text: string, given: Readonly<Record<string, Given>>): Tensor {
  const builder = new GraphBuilder();
  const inputs = new Map<string, Tensor>();
  const scope: Record<string, unknown> = { where, concat, stack };
  for (const [name, { dtype, shape, data }] of Object.entries(given)) {
    const sizes = shape.map((dim) => typeof dim === "number" ? dim : NaN);
    const known = sizes.filter((size) => !Number.isNaN(size)).reduce((a, b) => a * b, 1);
    const bound = sizes.map((size) => Number.isNaN(size) ? data.length / known : size);
    inputs.set(name, tensor(dtype, bound, data));
    scope[name] = new TracedTensor(builder, builder.addLeaf("input", name, { dtype, shape }));
  }
  const result: TracedTensor = new Function(...Object.keys(scope), `return ${text};`)(
    ...Object.values(scope),
  );
  const graph = builder.finish([{ name: "y", node: result.id }]);
  const value = interpret(graph, { inputs, params: new Map() }).get("y")!;
  assert.equal(value.dtype, result.dtype);
  return value;
}

const f64 = (data: readonly number[], shape: Shape = ["N"]): Given => ({ dtype: "f64", shape, data });
const f32 = (data: readonly number[], shape: Shape = ["N"]): Given => ({ dtype: "f32", shape, data });
const X = f64([1, 2, 4, -1, 0, 7], ["N", 3]);

function closeTo(actual: Tensor, shape: readonly number[], expected: readonly number[]): void {
  assert.deepEqual(actual.shape, shape);
  assert.equal(actual.data.length, expected.length);
  for (const [i, want] of expected.entries()) {
    const have = Number(actual.data[i]);
    const isClose = Object.is(have, want) || Math.abs(have - want) <= 4 * Number.EPSILON * Math.abs(want);
    assert(isClose, `element ${i} is ${have}, not ${want}`);
  }
}

Deno.test("mean(), var() and std() are NumPy's, with correction and several axes", () => {
  closeTo(compute("x.mean(1)", { x: X }), [2], [7 / 3, 2]);
  closeTo(compute("x.var(1)", { x: X }), [2], [1.5555555555555556, 12.666666666666666]);
  closeTo(compute("x.std(1, { correction: 1, keepdims: true })", { x: X }), [2, 1], [
    1.5275252316519465,
    4.358898943540674,
  ]);
  closeTo(compute("x.mean([0, 1])", { x: X }), [], [2.1666666666666665]);
  closeTo(compute("x.expandDims(0).mean(1, { keepdims: true })", { x: X }), [1, 1, 3], [0, 1, 5.5]);
  closeTo(compute("x.var(0)", { x: X }), [3], [1, 1, 2.25]);
});

Deno.test("var() of one element with a correction of 1 divides by zero, as NumPy does", () => {
  closeTo(compute("x.var(1, { correction: 1 })", { x: f64([3], ["N", 1]) }), [1], [NaN]);
  closeTo(compute("x.var(1, { correction: 5 })", { x: f64([3, 5], ["N", 2]) }), [1], [Infinity]);
});

Deno.test("sum() and mean() of f32 accumulate in f64 and return f32", () => {
  const x = f32([2 ** 25, 1, 1, -(2 ** 25)], ["N", 4]);
  assert.deepEqual(compute("x.sum(1)", { x }), tensor("f32", [1], [2]));
  assert.deepEqual(compute("x.mean(1)", { x }), tensor("f32", [1], [0.5]));
});

Deno.test("sum(), prod() and countNonzero() of integers and bools widen to 64 bits", () => {
  const x: Given = { dtype: "u8", shape: ["N", 3], data: [200, 100, 0] };
  assert.deepEqual(compute("x.sum(1)", { x }), tensor("u64", [1], [300n]));
  assert.deepEqual(compute("x.add(1).prod(1)", { x }), tensor("u64", [1], [20301n]));
  assert.deepEqual(compute("x.countNonzero(1)", { x }), tensor("i64", [1], [2n]));
  assert.deepEqual(compute("x.gt(150).countNonzero(1)", { x }), tensor("i64", [1], [1n]));
  assert.deepEqual(compute("x.gt(150).sum(1)", { x }), tensor("i64", [1], [1n]));
  assert.deepEqual(compute("x.all(1)", { x }), tensor("bool", [1], [0]));
  assert.deepEqual(compute("x.any(1)", { x }), tensor("bool", [1], [1]));
});

Deno.test("softmax() does not overflow, and gives NaN where no element is finite", () => {
  const x = f64([1000, 1000, 0, Math.log(3), -Infinity, -Infinity], ["N", 2]);
  closeTo(compute("x.softmax(1)", { x }), [3, 2], [0.5, 0.5, 0.25, 0.75, NaN, NaN]);
  assert.equal(compute("x.softmax(1)", { x: { dtype: "u8", shape: ["N", 2], data: [5, 5] } }).dtype, "f32");
});

Deno.test("logSumExp() takes infinities and NaN as they are", () => {
  const inf = Infinity;
  const x = f64([1000, 1000, -inf, -inf, inf, 1, inf, -inf, NaN, 0], ["N", 2]);
  closeTo(compute("x.logSumExp(1)", { x }), [5], [1000 + Math.LN2, -inf, inf, inf, NaN]);
});

Deno.test("norm() of f32 and of integers is computed in f64", () => {
  assert.deepEqual(compute("x.norm(1)", { x: f32([3 * 2 ** 100, 4 * 2 ** 100], ["N", 2]) }).data, [
    5 * 2 ** 100,
  ]);
  closeTo(compute("x.norm(1)", { x: { dtype: "i8", shape: ["N", 2], data: [-100, 100] } }), [1], [
    141.4213562373095,
  ]);
});

Deno.test("norm() and logSumExp() keep the axis where asked, with the same numbers", () => {
  const x = f64([3, 4, 0, 5], ["N", 2]);
  assert.deepEqual(compute("x.norm(1, { keepdims: true })", { x }), tensor("f64", [2, 1], [5, 5]));
  const dropped = compute("x.logSumExp(1)", { x }),
    kept = compute("x.logSumExp(1, { keepdims: true })", { x });
  assert.deepEqual([kept.shape, kept.data], [[2, 1], dropped.data]);
});

// source: numpy.round of the same values, NumPy 2.4.6
Deno.test("round() takes decimals, halves to even; integers change before the point only", () => {
  const x = f64([1.25, -2.345, 1234.5, NaN, Infinity]);
  assert.deepEqual(compute("x.round(1)", { x }).data, [1.2, -2.3, 1234.5, NaN, Infinity]);
  assert.deepEqual(compute("x.round(-2)", { x }).data, [0, -0, 1200, NaN, Infinity]);
  assert.deepEqual(compute("x.round(0)", { x }), compute("x.round()", { x }));
  const i = { dtype: "i32", shape: ["N"], data: [123, 155, -25] } as const;
  assert.deepEqual(compute("i.round(2)", { i }), tensor("i32", [3], [123, 155, -25]));
  assert.deepEqual(compute("i.round(-1)", { i }), tensor("i32", [3], [120, 160, -20]));
});

Deno.test("clip() keeps NaN, and a number stands in the dtype that is computed in", () => {
  assert.deepEqual(compute("x.clip(-1, 2)", { x: f64([NaN, -5, 5, 1]) }).data, [NaN, -1, 2, 1]);
  const x = f32([0, 1]), hi = f64([1, 1]);
  assert.deepEqual(compute("x.clip(0.1, hi)", { x, hi }), tensor("f64", [2], [0.1, 1]));
  assert.deepEqual(compute("x.clip(-0.5, 1)", { x: { dtype: "i8", shape: ["N"], data: [-3, 3] } }).data, [
    -0.5,
    1,
  ]);
});

Deno.test("fillNan() replaces NaN only, and leaves integers alone", () => {
  assert.deepEqual(compute("x.fillNan(7)", { x: f32([NaN, Infinity, 1]) }).data, [7, Infinity, 1]);
  assert.deepEqual(compute("x.fillNan(7)", { x: { dtype: "i8", shape: ["N"], data: [1] } }).data, [1]);
});

Deno.test("where() takes numbers on either side", () => {
  const x: Given = { dtype: "i16", shape: ["N"], data: [1, -2, 3] };
  assert.deepEqual(compute("where(x.gt(0), x, 0)", { x }), tensor("i16", [3], [1, 0, 3]));
  assert.deepEqual(compute("where(x.gt(0), 0.5, x)", { x }), tensor("f64", [3], [0.5, -2, 0.5]));
  assert.deepEqual(compute("where(x.gt(0), true, 2)", { x }), tensor("i64", [3], [1n, 2n, 1n]));
});

Deno.test("numbers join logical operations, comparisons and divisions as NumPy's weak scalars", () => {
  const x: Given = { dtype: "u8", shape: ["N"], data: [0, 7, 255] };
  assert.deepEqual(compute("x.logicalAnd(2)", { x }), tensor("bool", [3], [0, 1, 1]));
  assert.deepEqual(compute("x.ge(7)", { x }), tensor("bool", [3], [0, 1, 1]));
  assert.deepEqual(compute("x.div(2)", { x }), tensor("f64", [3], [0, 3.5, 127.5]));
  assert.deepEqual(compute("x.add(1)", { x }), tensor("u8", [3], [1, 8, 0]));
  const id: Given = { dtype: "i64", shape: ["N"], data: [1n] };
  assert.deepEqual(compute("x.add(9007199254740993n)", { x: id }), tensor("i64", [1], [9007199254740994n]));
});

Deno.test("filter(), take(), concat() and stack() give NumPy's elements", () => {
  assert.deepEqual(compute("x.filter(x.max(1).gt(5), 'K')", { x: X }), tensor("f64", [1, 3], [-1, 0, 7]));
  assert.deepEqual(compute("x.take([-1, 0, 0], 1)", { x: X }).data, [4, 1, 1, 7, -1, -1]);
  assert.deepEqual(compute("concat([x, x.slice(':, ::-2')], 1)", { x: X }), {
    ...tensor("f64", [2, 5], [1, 2, 4, 4, 1, -1, 0, 7, 7, -1]),
  });
  const n: Given = { dtype: "i8", shape: ["N", 3], data: [9, 8, 7, 6, 5, 4] };
  const stacked = compute("stack([x, n], -1)", { x: X, n });
  assert.deepEqual(stacked, tensor("f64", [2, 3, 2], [1, 9, 2, 8, 4, 7, -1, 6, 0, 5, 7, 4]));
});

Deno.test("matmul() takes vectors on either side, and outer() every pair", () => {
  const w = f64([1, 0, 2], [3]), m = f64([1, 2, 3, 4, 5, 6], [2, 3]), two = f64([1, 10], [2]);
  assert.deepEqual(compute("x.matmul(w)", { x: X, w }), tensor("f64", [2], [9, 13]));
  assert.deepEqual(compute("two.dot(m)", { two, m }), tensor("f64", [3], [41, 52, 63]));
  assert.deepEqual(compute("w.dot(w)", { w }), tensor("f64", [], [5]));
  assert.deepEqual(compute("x.matmul(m.transpose())", { x: X, m }), tensor("f64", [2, 2], [17, 38, 20, 38]));
  const b = f64([1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 3, 3], [2, 3, 2]);
  assert.deepEqual(compute("w.matmul(b)", { w, b }), tensor("f64", [2, 2], [5, 4, 7, 6]));
  const outer = compute("two.outer(w)", { two, w });
  assert.deepEqual(outer, tensor("f64", [2, 3], [1, 0, 2, 10, 0, 20]));
});

Deno.test("comparisons of signed integers with u64 are exact, as in NumPy 2", () => {
  const a: Given = { dtype: "i64", shape: ["N"], data: [-1n, 9007199254740993n, 9223372036854775807n, 0n] };
  const b: Given = {
    dtype: "u64",
    shape: ["N"],
    data: [18446744073709551615n, 9007199254740992n, 9223372036854775808n, 0n],
  };
  const bools = (text: string) => compute(text, { a, b }).data.map(Boolean);
  assert.deepEqual(bools("a.lt(b)"), [true, false, true, false]);
  assert.deepEqual(bools("a.le(b)"), [true, false, true, true]);
  assert.deepEqual(bools("a.gt(b)"), [false, true, false, false]);
  assert.deepEqual(bools("a.ge(b)"), [false, true, false, true]);
  assert.deepEqual(bools("a.eq(b)"), [false, false, false, true]);
  assert.deepEqual(bools("a.ne(b)"), [true, true, true, false]);
  assert.deepEqual(bools("b.lt(a)"), [false, true, false, false]);
  assert.deepEqual(bools("b.gt(a)"), [true, false, true, false]);
  assert.deepEqual(bools("b.eq(a)"), [false, false, false, true]);
});

Deno.test("logaddexp(), sinc(), nanToNum() and isclose() are NumPy's", () => {
  const x = f64([0, 0.5, -1.25, 1000, Infinity, -Infinity, NaN]);
  closeTo(compute("x.logaddexp(0)", { x }), [7], [
    0.6931471805599453,
    0.9740769841801067,
    0.2519290813453729,
    1000,
    Infinity,
    0,
    NaN,
  ]);
  closeTo(compute("x.logaddexp2(x)", { x }), [7], [1, 1.5, -0.25, 1001, Infinity, -Infinity, NaN]);
  closeTo(compute("x.slice(':3').sinc()", { x: f64([0, 0.5, -1.25], [3]) }), [3], [
    1,
    0.6366197723675814,
    -0.18006326323142122,
  ]);
  closeTo(compute("x.nanToNum({ nan: 3, neginf: 4 })", { x }), [7], [
    0,
    0.5,
    -1.25,
    1000,
    Number.MAX_VALUE,
    4,
    3,
  ]);
  const near = compute("x.isclose(y, { atol: 0.1 })", {
    x: f64([1, 1, Infinity, NaN]),
    y: f64([1.05, 1.2, Infinity, NaN]),
  });
  assert.deepEqual(near, tensor("bool", [4], [1, 0, 1, 0]));
  assert.deepEqual(
    compute("x.isclose(x, { equalNan: true })", { x: f64([NaN, 1]) }),
    tensor("bool", [2], [1, 1]),
  );
});

Deno.test("bitwiseCount() counts the bits of magnitudes, ldexp() scales in the dtype of its first operand", () => {
  const x: Given = { dtype: "i16", shape: ["N"], data: [0, 1, -1, 255, -32768, 32767] };
  assert.deepEqual(compute("x.bitwiseCount()", { x }), tensor("u8", [6], [0, 1, 1, 8, 1, 15]));
  const n: Given = { dtype: "i64", shape: ["N"], data: [-149n, 200n, 2n] };
  assert.deepEqual(
    compute("y.ldexp(n)", { y: f32([1, 3, 1]), n }),
    tensor("f32", [3], [2 ** -149, Infinity, 4]),
  );
});
