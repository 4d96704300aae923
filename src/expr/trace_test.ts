import assert from "node:assert/strict";
import type { DType } from "../dtype/mod.ts";
import { NdpipeError, PipelineError, ShapeError } from "../errors.ts";
import type { Shape } from "../shape/mod.ts";
import {
  concat,
  type Graph,
  GraphBuilder,
  graphJson,
  placeInStack,
  printGraph,
  stack,
  TracedTensor,
  where,
} from "./mod.ts";
import { graphHash } from "./graph_hash.ts";
import { ELEMENTWISE } from "./primitives.ts";

const OPERANDS: Readonly<Record<string, readonly [DType, Shape]>> = {
  features: ["f32", ["N", "feature=4"]],
  image: ["f64", ["N", 2, 3]],
  score: ["f32", ["N"]],
  ids: ["i64", ["N"]],
  mask: ["bool", ["N"]],
  perCluster: ["f32", ["cluster=10"]],
  weights: ["f64", ["feature=4", "cluster=2"]],
};

/** Traces the text, in which the operands stand by their names. */
function trace(text: string): Graph {
  const builder = new GraphBuilder();
  const scope: Record<string, unknown> = { where, concat, stack };
  for (const [name, [dtype, shape]] of Object.entries(OPERANDS)) {
    if (!new RegExp(`\\b${name}\\b`).test(text)) continue;
    scope[name] = new TracedTensor(builder, builder.addLeaf("input", name, { dtype, shape }));
  }
  const result: TracedTensor = new Function(...Object.keys(scope), `return ${text};`)(
    ...Object.values(scope),
  );
  return builder.finish([{ name: "y", node: result.id }]);
}

function errorOf(text: string): NdpipeError {
  try {
    trace(text);
  } catch (error) {
    assert(error instanceof NdpipeError, String(error));
    return error;
  }
  return assert.fail(`${text} is not refused`);
}

function snapshot(text: string, expected: string): void {
  assert.equal(printGraph(trace(text)), expected.trim());
}

// ---------------------------------------------------------------- structure
Deno.test("softmax() of f32 sums in f64", () =>
  snapshot(
    'features.softmax("feature")',
    `
%0 = input features f32 (N, feature=4)
%1 = max[1] keepdims f32 (N, 1)  %0   # step 0 features.softmax("feature")
%2 = sub f32 (N, feature=4)  %0  %1
%3 = exp f32 (N, feature=4)  %2
%4 = cast f64 (N, feature=4)  %3
%5 = sum[1] keepdims f64 (N, 1)  %4
%6 = cast f32 (N, 1)  %5
%7 = div f32 (N, feature=4)  %3  %6
return y = %7`,
  ));

Deno.test("std() is computed in f64 and cast at the end", () =>
  snapshot(
    "features.std(1, { correction: 1 })",
    `
%0 = input features f32 (N, feature=4)
%1 = cast f64 (N, feature=4)  %0   # step 0 features.std(1, { correction: 1 })
%2 = constant 4 f64 ()
%3 = sum[1] keepdims f64 (N, 1)  %1
%4 = div f64 (N, 1)  %3  %2
%5 = sub f64 (N, feature=4)  %1  %4
%6 = square f64 (N, feature=4)  %5
%7 = sum[1] f64 (N)  %6
%8 = constant 3 f64 ()
%9 = div f64 (N)  %7  %8
%10 = sqrt f64 (N)  %9
%11 = cast f32 (N)  %10
return y = %11`,
  ));

Deno.test("matmul() casts to the common dtype, and makes a vector a matrix", () => {
  snapshot(
    "features.matmul(weights)",
    `
%0 = input features f32 (N, feature=4)
%1 = input weights f64 (feature=4, cluster=2)
%2 = cast f64 (N, feature=4)  %0   # step 0 features.matmul(weights)
%3 = matmul f64 (N, cluster=2)  %2  %1
return y = %3`,
  );
  snapshot(
    "image.matmul(image.slice('..., 0, :').expandDims(-1)).squeeze(-1)",
    `
%0 = input image f64 (N, 2, 3)
%1 = slice[:, 0, :] f64 (N, 3)  %0   # step 0 image.slice("..., 0, :")
%2 = expandDims[2] f64 (N, 3, 1)  %1   # step 1 image.expandDims(-1)
%3 = matmul f64 (N, 2, 1)  %0  %2   # step 2 image.matmul(image)
%4 = squeeze[2] f64 (N, 2)  %3   # step 3 image.matmul(image).squeeze(-1)
return y = %4`,
  );
});

Deno.test("outer() repeats both operands before it multiplies", () =>
  snapshot(
    "score.outer(perCluster)",
    `
%0 = input score f32 (N)
%1 = input perCluster f32 (cluster=10)
%2 = expandDims[1] f32 (N, 1)  %0   # step 0 score.outer(perCluster)
%3 = broadcastTo f32 (N, cluster=10)  %2
%4 = broadcastTo f32 (N, cluster=10)  %1
%5 = mul f32 (N, cluster=10)  %3  %4
return y = %5`,
  ));

Deno.test("clip() takes the data first, so that NaN stays; where() and numbers share a dtype", () => {
  snapshot(
    "score.clip(-3, 3)",
    `
%0 = input score f32 (N)
%1 = constant -3 f32 ()   # step 0 score.clip(-3, 3)
%2 = constant 3 f32 ()
%3 = maximum f32 (N)  %0  %1
%4 = minimum f32 (N)  %3  %2
return y = %4`,
  );
  snapshot(
    "where(mask, 0.5, ids)",
    `
%0 = input ids i64 (N)
%1 = input mask bool (N)
%2 = cast f64 (N)  %0   # step 0 where(mask, 0.5, ids)
%3 = constant 0.5 f64 ()
%4 = where f64 (N)  %1  %3  %2
return y = %4`,
  );
});

Deno.test("what changes nothing adds no node", () => {
  const same = [
    "features.astype('f32')",
    "ids.fillNan(0)",
    "features.as(['N', 'feature=4'])",
    "score.reshape(['N'])",
  ];
  for (const text of same) assert.equal(trace(text).nodes.length, 1, text);
  assert.equal(trace("features.broadcastLike(features)").nodes.length, 1);
});

Deno.test("every primitive has a method, and adds a node of its own", () => {
  for (const [op, { arity }] of Object.entries(ELEMENTWISE)) {
    const graph = trace(`ids.${op}(${arity === 2 ? "ids" : ""})`);
    assert(graph.nodes.some(({ operation }) => operation.kind === "elementwise" && operation.op === op), op);
  }
});

// ---------------------------------------------------------------- names and refusals
Deno.test("steps tell each call as the author wrote it, and movements keep the operand's name", () => {
  const graph = trace("features.sub(score.expandDims(-1)).mul(2).max('feature', { keepdims: true })");
  assert.deepEqual(graph.steps.map(({ text }) => text), [
    "score.expandDims(-1)",
    "features.sub(score)",
    "features.sub(score).mul(2)",
    'features.sub(score).mul(2).max("feature", { keepdims: true })',
  ]);
  for (const [i, { result }] of graph.steps.entries()) assert.equal(graph.nodes[result]!.step, i);
});

Deno.test("names of long chains are cut between two calls", () => {
  const graph = trace(
    "features.mul(0.125).add(2.5).clip(-3.25, 3.25).sum('feature', { keepdims: true })",
  );
  assert.equal(graph.names.get(graph.outputs[0]!.node), '….sum("feature", { keepdims: true })');
  for (const name of graph.names.values()) assert(name.length <= 40, name);
});

Deno.test("placeInStack() finds the author's frame: the innermost outside this library", () => {
  const stack = [
    "Error",
    `    at GraphBuilder.step (${new URL("graph_builder.ts", import.meta.url)}:1:2)`,
    "    at transform (file:///home/ada/my%20pipeline.ts:14:19)",
    "    at file:///home/ada/outer.ts:1:1",
  ].join("\n");
  assert.deepEqual(placeInStack(stack), { file: "/home/ada/my pipeline.ts", line: 14, column: 19 });
  assert.equal(placeInStack("Error\n    at ext:cli/40_test.js:1:1"), null);
  // a file that is no module is loaded from the command's entry
  assert.equal(placeInStack(`Error\n    at async ${new URL("../../main.ts", import.meta.url)}:4:33`), null);
});

Deno.test("the incident is refused with both operands' names, the bytes and two fixes", () => {
  const error = errorOf("features.expandDims(-1).mul(perCluster)");
  assert(error instanceof ShapeError);
  assert.equal(error.code, "SHP003");
  assert.deepEqual(error.operands, ["features    f32 (N, feature=4, 1)", "perCluster  f32 (cluster=10)"]);
  assert.deepEqual(error.notes, ["result f32 (N, feature=4, cluster=10): 10 MiB per chunk of 65,536 rows"]);
  assert.deepEqual(error.growth, { dtype: "f32", shape: ["N", "feature=4", "cluster=10"] });
  assert.equal(
    error.help,
    "for one weight a feature, perCluster needs shape (feature=4) and features no axis of size 1; " +
      "for the outer product, write .outer(perCluster) on features without the axis of size 1",
  );
  trace("features.outer(perCluster)");
});

Deno.test("the help for a growth that is no product works when it is applied", () => {
  const help = errorOf("features.expandDims(-1).add(perCluster)").help!;
  const [, fix] = /write (\.broadcastTo\(.*\)\.add\(perCluster\)) on features/.exec(help) ??
    assert.fail(help);
  trace(`features.expandDims(-1)${fix}`);
  const squeezed = errorOf("score.expandDims(-1).sub(score)").help!;
  assert.match(squeezed, /use \.squeeze\(-1\) on score \(N, 1\); rows are not paired/);
  trace("score.expandDims(-1).squeeze(-1).sub(score)");
  // nothing that is written makes pairs of rows
  const pairs = errorOf("features.expandDims(1).sub(features.expandDims(0))").help!;
  assert.match(pairs, /^rows are not paired .* give that one as a param$/);
});

Deno.test("the help for a growth within where() is no method that there is not", () => {
  const error = errorOf("where(score.expandDims(-1).gt(0), perCluster, 0)");
  assert.deepEqual([error.code, error.help], [
    "SHP003",
    "for every pair, use .broadcastTo(['N', 'cluster=10']) on score.gt(0) (N, 1)",
  ]);
  assert.deepEqual(error.growth, { dtype: "f32", shape: ["N", "cluster=10"] });
  trace("where(score.expandDims(-1).gt(0).broadcastTo(['N', 'cluster=10']), perCluster, 0)");
});

Deno.test("growth of a comparison is counted in bools", () =>
  assert.equal(errorOf("score.expandDims(-1).gt(perCluster)").growth?.dtype, "bool"));

Deno.test("filter() lets a symbol stand for one mask only, and never for an input's rows", () => {
  trace("features.filter(mask, 'K').sum(1).add(score.filter(mask, 'K'))");
  trace("features.filter(score.gt(2), 'K').sum(1).add(score.filter(score.gt(2), 'K'))");
  const other = errorOf("score.filter(mask, 'K').add(score.filter(score.gt(0), 'K'))");
  assert.equal(
    errorOf("score.filter(score.gt(0), 'K').add(score.filter(score.gt(-0.0), 'K'))").code,
    "SHP009",
  );
  assert.equal(other.code, "SHP009");
  assert.match(other.message, /into K: K stands for the rows kept by mask$/);
  const input = errorOf("score.filter(mask, 'K').filter(score.filter(mask, 'K').gt(0), 'N')");
  assert.match(input.message, /N stands for the rows of input score$/);
});

Deno.test("what no type lets pass is refused, not computed", () => {
  const refused: readonly [string, string][] = [
    ["mask.expandDims(-1).matmul(mask.expandDims(0))", "DTY001"],
    ["mask.dot(mask)", "DTY001"],
    ["score.astype('f16')", "DTY001"],
    ["score.add('1')", "PIP003"],
    ["score.add()", "PIP003"],
    ["score.add(null)", "PIP003"],
    ["score.std(0, { correction: NaN })", "PIP003"],
    ["score.fillNan('0')", "PIP003"],
    ["score.nanToNum({ nan: '0x' })", "PIP003"],
    ["score.nanToNum({ posinf: [7] })", "PIP003"],
    ["score.isclose(score, { rtol: 'a' })", "PIP003"],
    ["score.isclose(score, { atol: [] })", "PIP003"],
    ["where(true, score, 0)", "PIP003"],
    ["where(1, 2, 3)", "PIP003"],
    ["concat([], 0)", "PIP003"],
  ];
  for (const [text, code] of refused) assert.equal(errorOf(text).code, code, text);
});

Deno.test("arguments and options that a method does not take are refused with the one that was meant", () => {
  const refused: readonly [text: string, message: string, help: string][] = [
    [
      "features.std(1, { ddof: 1 })",
      "std takes the options keepdims and correction, not ddof",
      "write { correction: 1 }",
    ],
    [
      "features.sum(1, { keepDims: true })",
      "sum takes the option keepdims, not keepDims",
      "write { keepdims: true }",
    ],
    [
      "features.sum(1, { keepDims: 1 })",
      "sum takes the option keepdims, not keepDims",
      "write { keepdims: true }",
    ],
    [
      "features.sum(1, score)",
      "sum takes the option keepdims in an object, not score",
      "write { keepdims: true }",
    ],
    [
      "features.sum(1, true)",
      "sum takes the option keepdims in an object, not true",
      "write { keepdims: true }",
    ],
    ["features.sum(1, { keepdims: 1 })", "sum takes true or false as keepdims, not 1", "write true"],
    ["features.norm(1, { ord: 1 })", "norm takes the option keepdims, not ord", "leave ord out"],
    [
      "score.isclose(score, { equal_nan: true })",
      "isclose takes the options rtol, atol and equalNan, not equal_nan",
      "write { equalNan: true }",
    ],
    [
      "score.nanToNum({ NaN: 0 })",
      "nanToNum takes the options nan, posinf and neginf, not NaN",
      "write { nan: 0 }",
    ],
    ["score.add(score, 2)", "add takes one argument, and is given 2 as well", "leave 2 out"],
    ["score.sqrt(2)", "sqrt takes no argument, and is given 2 as well", "leave 2 out"],
    ["score.clip(0, 1, 2)", "clip takes 2 arguments, and is given 2 as well", "leave 2 out"],
    ["score.round(0.5)", "round takes a whole number of decimals, not 0.5", "write .round(2)"],
    ["features.sum()", "sum takes the axis or the axes to reduce", 'write .sum("feature")'],
    ["image.mean()", "mean takes the axis or the axes to reduce", "write .mean(2)"],
    ["features.softmax()", "softmax takes the axis", 'write .softmax("feature")'],
    ["score.clip(0)", "clip takes two bounds", "for one bound, write .maximum(lo) or .minimum(hi)"],
    [
      "features.add([1, 2])",
      "add takes a tensor of this transform, not [1, 2]",
      'declare the list as a param with that value: param("f64", [2], { value: [1, 2] })',
    ],
  ];
  for (const [text, message, help] of refused) {
    const error = errorOf(text);
    assert.deepEqual([error.code, error.message, error.help], ["PIP003", message, help]);
  }
  trace("features.add(score.expandDims(-1), undefined).sum(1, undefined)");
});

Deno.test("operators of JavaScript are refused, which would compute with a tensor's text", () => {
  const texts = [
    "score.add(score * 2)",
    "score.add(score > 0 ? 1 : 2)",
    "score.add(Math.sqrt(score))",
    "score.add([1, 2][ids])",
    "-score",
  ];
  for (const text of texts) {
    const error = errorOf(text);
    assert.equal(error.code, "PIP003", text);
    assert.match(error.message, /^(score|ids) has no value while the transform is traced/);
    assert.match(error.help!, /\.gt\(0\).*where\(condition, a, b\)/);
  }
  const builder = new GraphBuilder();
  const x = new TracedTensor(builder, builder.addLeaf("input", "x", { dtype: "f32", shape: ["N", "k=2"] }));
  assert.equal(Deno.inspect(x.sum(1)), "x.sum(1) f32 (N)");
});

Deno.test("a tensor of another trace is refused", () => {
  const leaf = (builder: GraphBuilder) =>
    new TracedTensor(builder, builder.addLeaf("input", "x", { dtype: "f32", shape: ["N"] }));
  assert.throws(() => leaf(new GraphBuilder()).matmul(leaf(new GraphBuilder())), PipelineError);
});

// ---------------------------------------------------------------- JSON and hash
Deno.test("graphJson() survives JSON, and graphHash() tells graphs apart, -0 and NaN included", async () => {
  const texts = ["0", "-0", "1", "NaN", "Infinity", "0.5"].map((value) => `score.add(${value})`)
    .concat(["score.sub(0)", "score.expandDims(0)", "score.expandDims(1)", "ids.add(0)"]);
  assert.equal(new Set(await Promise.all(texts.map((text) => graphHash(trace(text))))).size, texts.length);
  for (const text of texts) {
    const json = graphJson(trace(text));
    assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
  }
});

Deno.test("graphHash() does not depend on names of steps, only on what is computed", async () => {
  const graph = trace("score.mul(2)");
  const renamed: Graph = { ...graph, steps: [], names: new Map() };
  assert.equal(await graphHash(graph), await graphHash(renamed));
  assert.match(await graphHash(graph), /^[0-9a-f]{64}$/);
});
