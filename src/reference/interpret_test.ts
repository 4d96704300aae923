import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import type { DType } from "../dtype/mod.ts";
import type { AxisSlice, Graph, Node, Operation } from "../expr/graph.ts";
import type { ReduceOp } from "../expr/primitives.ts";
import type { Shape } from "../shape/mod.ts";
import { interpret } from "./interpret.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** Builds a graph node by node; `input` names its inputs a, b, c, …. */
class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #inputs = new Map<string, Tensor>();
  readonly #params = new Map<string, Tensor>();

  node(operation: Operation, inputs: readonly number[], dtype: DType, shape: Shape): number {
    return this.#nodes.push({ id: this.#nodes.length, operation, inputs, dtype, shape, step: 0 }) - 1;
  }

  input(value: Tensor, shape: Shape = value.shape): number {
    const name = String.fromCharCode(97 + this.#inputs.size);
    this.#inputs.set(name, value);
    return this.node({ kind: "input", name }, [], value.dtype, shape);
  }

  param(value: Tensor): number {
    const name = `p${this.#params.size}`;
    this.#params.set(name, value);
    return this.node({ kind: "param", name }, [], value.dtype, value.shape);
  }

  run(...outputs: readonly number[]): Tensor[] {
    const graph: Graph = {
      nodes: this.#nodes,
      steps: [],
      outputs: outputs.map((node, i) => ({ name: `out${i}`, node })),
      names: new Map(),
    };
    const results = interpret(graph, { inputs: this.#inputs, params: this.#params });
    deepStrictEqual([...results.keys()], outputs.map((_, i) => `out${i}`));
    return [...results.values()];
  }
}

/** one operation on input tensors */
function apply(
  operation: Operation,
  inputs: readonly Tensor[],
  result: { dtype: DType; shape: Shape },
): Tensor {
  const graph = new GraphBuilder();
  const ids = inputs.map((input) => graph.input(input));
  return graph.run(graph.node(operation, ids, result.dtype, result.shape))[0]!;
}

const count = (length: number) => Array.from({ length }, (_, i) => i);
const range = tensor("i32", [2, 3, 2], count(12));
const floats = (shape: readonly number[], data: readonly number[]) => tensor("f32", shape, data);

Deno.test("interpret() binds N by the inputs and a filter's symbol by the mask, and broadcasts params", () => {
  const graph = new GraphBuilder();
  const x = graph.input(floats([3, 2], [1, -2, 3, 4, -5, 6]), ["N", "feature=2"]);
  const weights = graph.param(floats([2], [10, 1]));
  const product = graph.node({ kind: "elementwise", op: "mul" }, [x, weights], "f32", ["N", "feature=2"]);
  const sums = graph.node({ kind: "reduce", op: "sum", axes: [1], keepdims: false }, [product], "f32", ["N"]);
  const zero = graph.node({ kind: "constant", value: 0 }, [], "f32", []);
  const mask = graph.node({ kind: "elementwise", op: "gt" }, [sums, zero], "bool", ["N"]);
  const rows = graph.node({ kind: "filter" }, [product, mask], "f32", ["M", "feature=2"]);
  const kept = graph.node({ kind: "filter" }, [sums, mask], "f32", ["M"]);
  deepStrictEqual(graph.run(rows, kept, mask), [
    floats([2, 2], [10, -2, 30, 4]),
    floats([2], [8, 34]),
    tensor("bool", [3], [1, 1, 0]),
  ]);
});

Deno.test("interpret() takes tables of no rows, and filters that keep none", () => {
  const graph = new GraphBuilder();
  const x = graph.input(floats([0, 2], []), ["N", 2]);
  const sums = graph.node({ kind: "reduce", op: "sum", axes: [1], keepdims: false }, [x], "f32", ["N"]);
  const mask = graph.input(tensor("bool", [0], []), ["N"]);
  const kept = graph.node({ kind: "filter" }, [x, mask], "f32", ["M", 2]);
  deepStrictEqual(graph.run(sums, kept), [floats([0], []), floats([0, 2], [])]);
});

Deno.test("interpret() broadcasts the operands of elementwise, where and cast", () => {
  deepStrictEqual(
    apply({ kind: "elementwise", op: "add" }, [
      tensor("i8", [2, 1], [100, 1]),
      tensor("i8", [3], [27, 28, 1]),
    ], {
      dtype: "i8",
      shape: [2, 3],
    }),
    tensor("i8", [2, 3], [127, -128, 101, 28, 29, 2]),
  );
  const branches = [tensor("bool", [2, 1], [1, 0]), tensor("u64", [2], [1n, 2n]), tensor("u64", [], [9n])];
  deepStrictEqual(
    apply({ kind: "where" }, branches, { dtype: "u64", shape: [2, 2] }),
    tensor("u64", [2, 2], [1n, 2n, 9n, 9n]),
  );
  deepStrictEqual(
    apply({ kind: "cast" }, [floats([3], [1.5, -2.5, 300])], { dtype: "u8", shape: [3] }),
    tensor("u8", [3], [1, 254, 44]),
  );
});

Deno.test("interpret() gives constants their dtype", () => {
  const cases = [[0.1, "f32", Math.fround(0.1)], [7, "i64", 7n], [2n ** 63n, "u64", 2n ** 63n], [
    true,
    "bool",
    1,
  ], [
    true,
    "f64",
    1,
  ]] as const;
  for (const [value, dtype, expected] of cases) {
    const graph = new GraphBuilder();
    deepStrictEqual(graph.run(graph.node({ kind: "constant", value }, [], dtype, [])), [
      tensor(dtype, [], [expected]),
    ]);
  }
});

Deno.test("interpret() reduces over any axes as NumPy does", () => {
  const reduce = (
    op: ReduceOp,
    axes: number[],
    keepdims: boolean,
    source: Tensor,
    dtype: DType,
    shape: Shape,
  ) => apply({ kind: "reduce", op, axes, keepdims }, [source], { dtype, shape }).data;
  deepStrictEqual(reduce("sum", [0, 2], false, range, "i32", [3]), [14, 22, 30]);
  deepStrictEqual(reduce("max", [1], true, range, "i32", [2, 1, 2]), [4, 5, 10, 11]);
  deepStrictEqual(reduce("argmax", [2], false, range, "i64", [2, 3]), [1n, 1n, 1n, 1n, 1n, 1n]);
  deepStrictEqual(reduce("sum", [], false, range, "i32", [2, 3, 2]), count(12));
  deepStrictEqual(reduce("sum", [0], false, tensor("u8", [2], [200, 100]), "u8", []), [44]);
  deepStrictEqual(reduce("prod", [0], false, tensor("i64", [3], [2n ** 40n, 2n ** 23n, 3n]), "i64", []), [
    -(2n ** 63n),
  ]);
  const nan = floats([4], [3, NaN, 1, NaN]);
  deepStrictEqual(reduce("argmin", [0], false, nan, "i64", []), [1n]);
  deepStrictEqual(reduce("max", [0], false, nan, "f32", []), [NaN]);
  deepStrictEqual(reduce("argmin", [0], false, floats([4], [2, 1, 1, 5]), "i64", []), [1n]);
  const flags = tensor("bool", [2, 2], [0, 1, 1, 1]);
  deepStrictEqual(reduce("any", [1], false, flags, "bool", [2]), [1, 1]);
  deepStrictEqual(reduce("all", [1], false, flags, "bool", [2]), [0, 1]);
});

Deno.test("interpret() gives the neutral values of reductions over nothing, and refuses an extreme of nothing", () => {
  const empty = floats([2, 0], []);
  const reduce = (op: ReduceOp, source: Tensor, dtype: DType) =>
    apply({ kind: "reduce", op, axes: [1], keepdims: false }, [source], { dtype, shape: [2] }).data;
  deepStrictEqual(reduce("sum", empty, "f32"), [0, 0]);
  deepStrictEqual(reduce("prod", empty, "f32"), [1, 1]);
  deepStrictEqual(reduce("all", tensor("bool", [2, 0], []), "bool"), [1, 1]);
  deepStrictEqual(reduce("any", tensor("bool", [2, 0], []), "bool"), [0, 0]);
  throws(() => reduce("min", empty, "f32"), /extreme of no values/);
});

Deno.test("interpret() sums f32 in f64", () => {
  const values = floats([3], [2 ** 24, 1, 1]);
  const operation = { kind: "reduce", op: "sum", axes: [0], keepdims: false } as const;
  deepStrictEqual(apply(operation, [values], { dtype: "f32", shape: [] }).data, [2 ** 24 + 2]);
});

Deno.test("interpret() multiplies matrices of every kind, with batches", () => {
  const matmul = (a: Tensor, b: Tensor, shape: Shape) =>
    apply({ kind: "matmul" }, [a, b], { dtype: a.dtype, shape }).data;
  const a = floats([2, 3], [1, 2, 3, 4, 5, 6]), b = floats([3, 2], [1, -1, 0.5, 2, 3, 0]);
  deepStrictEqual(matmul(a, b, [2, 2]), [11, 3, 24.5, 6]);
  const stacked = tensor("i64", [2, 2, 2], count(8).map(BigInt)),
    single = tensor("i64", [2, 2], [0n, 1n, 2n, 3n]);
  deepStrictEqual(matmul(stacked, single, [2, 2, 2]), [2n, 3n, 6n, 11n, 10n, 19n, 14n, 27n]);
  deepStrictEqual(matmul(single, stacked, [2, 2, 2]), [2n, 3n, 6n, 11n, 6n, 7n, 26n, 31n]);
  const wrapping = tensor("i8", [2, 2], [100, 100, 1, -1]);
  deepStrictEqual(matmul(wrapping, wrapping, [2, 2]), [116, -84, 99, 101]);
  const flags = tensor("bool", [2, 2], [1, 0, 0, 0]);
  deepStrictEqual(matmul(flags, tensor("bool", [2, 2], [1, 1, 1, 1]), [2, 2]), [1, 1, 0, 0]);
  deepStrictEqual(matmul(floats([1, 0], []), floats([0, 2], []), [1, 2]), [0, 0]);
  throws(() => matmul(a, a, [2, 3]), /axes differ/);
});

Deno.test("interpret() moves axes: transpose, expandDims, squeeze, reshape, broadcastTo", () => {
  const move = (operation: Operation, source: Tensor, shape: Shape) =>
    apply(operation, [source], { dtype: source.dtype, shape }).data;
  const transposed = [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11];
  deepStrictEqual(move({ kind: "transpose", axes: [2, 0, 1] }, range, [2, 2, 3]), transposed);
  deepStrictEqual(move({ kind: "expandDims", axis: 3 }, range, [2, 3, 2, 1]), count(12));
  deepStrictEqual(move({ kind: "squeeze", axis: 0 }, tensor("i32", [1, 2], [5, 6]), [2]), [5, 6]);
  deepStrictEqual(move({ kind: "reshape" }, range, [4, 3]), count(12));
  deepStrictEqual(move({ kind: "broadcastTo" }, tensor("i32", [2, 1], [5, 6]), [3, 2, 2]), [
    5,
    5,
    6,
    6,
    5,
    5,
    6,
    6,
    5,
    5,
    6,
    6,
  ]);
  throws(() => move({ kind: "broadcastTo" }, tensor("i32", [2], [5, 6]), [1]), /does not reach/);
  throws(() => move({ kind: "reshape" }, range, [5, 2]), /number of elements/);
  throws(() => move({ kind: "squeeze", axis: 0 }, range, [3, 2]), /has 2 elements/);
});

Deno.test("interpret() reshapes and broadcasts to symbols that are bound", () => {
  const graph = new GraphBuilder();
  const x = graph.input(tensor("i32", [3, 2], count(6)), ["N", 2]);
  const reshaped = graph.node({ kind: "reshape" }, [x], "i32", ["N", 1, 2]);
  const scalar = graph.param(tensor("i32", [1], [7]));
  const repeated = graph.node({ kind: "broadcastTo" }, [scalar], "i32", ["N", "k=2"]);
  deepStrictEqual(graph.run(reshaped, repeated), [
    tensor("i32", [3, 1, 2], count(6)),
    tensor("i32", [3, 2], [7, 7, 7, 7, 7, 7]),
  ]);
});

Deno.test("interpret() slices by ranges of either direction and by indices, and takes", () => {
  const slices: AxisSlice[] = [{ kind: "index", index: 1 }, { kind: "range", start: 2, step: -2, size: 2 }, {
    kind: "all",
  }];
  deepStrictEqual(apply({ kind: "slice", slices }, [range], { dtype: "i32", shape: [2, 2] }).data, [
    10,
    11,
    6,
    7,
  ]);
  const take = { kind: "take", axis: 1, indices: [2, 0, 2] } as const;
  deepStrictEqual(apply(take, [range], { dtype: "i32", shape: [2, 3, 2] }).data, [
    4,
    5,
    0,
    1,
    4,
    5,
    10,
    11,
    6,
    7,
    10,
    11,
  ]);
  throws(
    () => apply({ ...take, indices: [3] }, [range], { dtype: "i32", shape: [2, 1, 2] }),
    /index 3 on axis 1/,
  );
});

Deno.test("interpret() joins tensors along an old axis and a new one", () => {
  const a = tensor("i32", [2, 1], [1, 2]),
    b = tensor("i32", [2, 2], [3, 4, 5, 6]),
    c = tensor("i32", [2, 0], []);
  const concat = { kind: "concat", axis: 1 } as const, shape = [2, 3];
  deepStrictEqual(apply(concat, [a, c, b], { dtype: "i32", shape }).data, [1, 3, 4, 2, 5, 6]);
  throws(
    () => apply({ kind: "concat", axis: 0 }, [a, b], { dtype: "i32", shape: [4, 2] }),
    /differ in more than axis 0/,
  );
  const stack = (axis: number, shape: Shape) =>
    apply({ kind: "stack", axis }, [b, b], { dtype: "i32", shape }).data;
  deepStrictEqual(stack(0, [2, 2, 2]), [3, 4, 5, 6, 3, 4, 5, 6]);
  deepStrictEqual(stack(2, [2, 2, 2]), [3, 3, 4, 4, 5, 5, 6, 6]);
});

Deno.test("interpret() agrees with NumPy on a softmax of scores", () => {
  const graph = new GraphBuilder();
  const x = graph.input(tensor("f64", [2, 3], [1, 2, 3, -1, 0, 1000]), ["N", 3]);
  const reduce = (op: "max" | "sum", node: number) =>
    graph.node({ kind: "reduce", op, axes: [1], keepdims: true }, [node], "f64", ["N", 1]);
  const binary = (op: "sub" | "div", a: number, b: number) =>
    graph.node({ kind: "elementwise", op }, [a, b], "f64", ["N", 3]);
  const e = graph.node({ kind: "elementwise", op: "exp" }, [binary("sub", x, reduce("max", x))], "f64", [
    "N",
    3,
  ]);
  const [softmax] = graph.run(binary("div", e, reduce("sum", e)));
  const expected = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218, 0, 0, 1];
  softmax!.data.forEach((value, i) => ok(Math.abs(Number(value) - expected[i]!) < 1e-15, `${value} at ${i}`));
});

Deno.test("interpret() refuses values that do not fit their node", () => {
  const wrongShape = new GraphBuilder();
  wrongShape.input(tensor("i32", [2], [1, 2]), [3]);
  throws(() => wrongShape.run(0), /node 0 \(input\) is declared \(3\), its value is \(2\)/);
  const wrongRows = new GraphBuilder();
  wrongRows.input(tensor("i32", [2], [1, 2]), ["N"]);
  wrongRows.input(tensor("i32", [3], [1, 2, 3]), ["N"]);
  throws(() => wrongRows.run(0), /node 1 \(input\) is declared \(N\)/);
  const wrongDType = new GraphBuilder();
  wrongDType.node({ kind: "elementwise", op: "eq" }, [wrongDType.input(range), 0], "i32", [2, 3, 2]);
  throws(() => wrongDType.run(1), /is declared i32, its value is bool/);
  const unbound = new GraphBuilder();
  unbound.node({ kind: "param", name: "weights" }, [], "f32", [1]);
  throws(() => unbound.run(0), /param weights is not bound/);
});

Deno.test("tensor() refuses values that its dtype cannot hold", () => {
  for (
    const [dtype, value] of [["f32", 0.1], ["i8", 128], ["i8", 0.5], ["i64", 1], ["i32", 1n], ["bool", 2], [
      "u64",
      -1n,
    ]] as const
  ) {
    throws(() => tensor(dtype, [1], [value]), / is no /);
  }
  throws(() => tensor("i8", [2], [1]), /1 values for a tensor of shape \(2\)/);
  strictEqual(tensor("f32", [1], [NaN]).data.length, 1);
});
