import assert from "node:assert/strict";
import type { DType } from "../dtype/mod.ts";
import { ShapeError } from "../errors.ts";
import { concat, GraphBuilder, stack, TracedTensor, where } from "../expr/mod.ts";
import type { Shape } from "../shape/mod.ts";
import { checkRows, type Rows } from "./rows.ts";

const INPUTS: Readonly<Record<string, readonly [DType, Shape]>> = {
  x: ["f32", ["N", "feature=4"]],
  score: ["f32", ["N"]],
  image: ["f32", ["N", 4, 4]],
};
const PARAMS: Readonly<Record<string, readonly [DType, Shape]>> = {
  w: ["f32", ["feature=4"]],
  keep: ["bool", [3]],
  p: ["f32", [3]],
};

/** Checks the graph of a transform's returned object, given as text. */
function check(text: string): Rows {
  const builder = new GraphBuilder();
  const scope: Record<string, unknown> = { where, concat, stack };
  for (const [kind, leaves] of [["input", INPUTS], ["param", PARAMS]] as const) {
    for (const [name, [dtype, shape]] of Object.entries(leaves)) {
      scope[name] = new TracedTensor(builder, builder.addLeaf(kind, name, { dtype, shape }));
    }
  }
  const run = new Function(...Object.keys(scope), `return ${text};`);
  const returned: Record<string, TracedTensor> = run(...Object.values(scope));
  return checkRows(builder.finish(Object.entries(returned).map(([name, { id: node }]) => ({ name, node }))));
}

function refusal(text: string): ShapeError {
  try {
    check(text);
  } catch (error) {
    assert(error instanceof ShapeError, String(error));
    return error;
  }
  return assert.fail(`${text} is not refused`);
}

Deno.test("checkRows() lets pass what keeps rows apart", () => {
  const texts = [
    "{ x }",
    "{ y: x.sub(w).softmax(1), z: x.sum('feature') }",
    "{ y: x.expandDims(-1), z: image.transpose([0, 2, 1]), s: image.slice(':, 0') }",
    "{ y: x.matmul(w), z: image.matmul(x.expandDims(-1)) }",
    "{ y: concat([x, x], 1), z: stack([score, score], 1) }",
    "{ y: x.reshape(['N', 2, 2]), z: image.reshape(['N', 16]) }",
    "{ y: x.outer(p), z: w.broadcastLike(x), c: w.sum(0).broadcastTo(['N']) }",
    "{ y: where(score.gt(0), score, 0) }",
    "{ y: w.matmul(image) }",
  ];
  for (const text of texts) assert.deepEqual(check(text), { rowSymbol: "N", outputSymbol: "N" }, text);
});

Deno.test("checkRows() tells the order of an outer product whose second operand has the rows", () => {
  const refused: readonly [text: string, help: string][] = [
    ["p.outer(score)", "rows come first: write score.outer(p)"],
    ["p.add(1).outer(x.sum(1))", "rows come first: write x.sum(1).outer(p.add(1))"],
  ];
  for (const [text, help] of refused) {
    assert.equal(refusal(`{ y: ${text} }`).help, help);
    check(`{ y: ${help.slice("rows come first: write ".length)} }`);
  }
});

Deno.test("checkRows() gives a filter's symbol as the output's", () => {
  assert.deepEqual(check("{ y: x.filter(score.gt(0), 'K').sum(1) }"), { rowSymbol: "N", outputSymbol: "K" });
  const twice =
    "{ y: (() => { const k = score.filter(score.gt(0), 'K'); return k.filter(k.gt(1), 'L'); })() }";
  assert.deepEqual(check(twice), { rowSymbol: "N", outputSymbol: "L" });
});

Deno.test("checkRows() refuses operations across the rows, each with what to do instead", () => {
  const texts: readonly [string, RegExp][] = [
    ["{ y: x.sum(0), x }", /^sum works across the row axis N/],
    ["{ y: x.sub(x.mean(0)) }", /^mean works/],
    ["{ y: x.sub(x.max('N', { keepdims: true })) }", /^max works/],
    ["{ y: x.std([0, 1]).broadcastTo(['N']) }", /^std works/],
    ["{ y: image.argmax('N') }", /^argmax works/],
    ["{ y: score.softmax(0) }", /^softmax works/],
    ["{ y: score.dot(score).broadcastTo(['N']) }", /^dot works/],
    ["{ y: x.transpose().matmul(x) }", /^transpose works/],
    ["{ y: x.matmul(x.transpose()) }", /^transpose works/],
    ["{ y: image.transpose([1, 0, 2]) }", /^transpose works/],
    ["{ y: x.expandDims(0) }", /^expandDims works/],
    ["{ y: x.reshape([2, 'N', 2]) }", /^reshape works/],
    ["{ y: stack([score, score], 0) }", /^stack works/],
    ["{ y: score.outer(score) }", /^outer works/],
    ["{ y: score.expandDims(1).broadcastTo(['N', 'N']) }", /^broadcastTo works/],
    ["{ y: p.filter(keep, 'K') }", /^filter works across the row axis K/],
    ["{ y: w.broadcastTo(['Q', 4]) }", /^broadcastTo works across the row axis Q/],
  ];
  for (const [text, sentence] of texts) {
    const error = refusal(text);
    assert.equal(error.code, "STR001", text);
    assert.match(error.message, sentence);
    assert.equal(error.notes.length, 1);
    assert(error.help !== null && error.operands.length > 0, text);
  }
});

Deno.test("checkRows() tells rows that are moved from rows that are summed", () => {
  const moved = refusal("{ y: x.transpose() }");
  assert.match(moved.notes[0]!, /^in the result \(feature=4, N\) the rows are no longer the first axis/);
  assert.match(moved.help!, /^keep N the first axis: .* a product over all rows is computed beforehand/);
  const stacked = refusal("{ y: stack([score, score], 0) }");
  assert.match(stacked.notes[0]!, /^in the result \(2, N\)/);
  assert.equal(stacked.help, "stack behind the rows: stack([...], 1)");
  check("{ y: stack([score, score], 1) }");
});

Deno.test("checkRows() names the step and its operands", () => {
  const error = refusal("{ y: x.sub(x.mean('N')) }");
  assert.deepEqual(error.operands, ['x.mean("N")', "x  f32 (N, feature=4)"]);
  assert.match(
    error.notes[0]!,
    /^rows arrive in chunks: a result over N would be one of each chunk/,
  );
});

Deno.test("checkRows() refuses outputs that do not share one row axis", () => {
  const texts: readonly [string, string][] = [
    ["{ x, k: score.filter(score.gt(0), 'K') }", "outputs x and k have different rows: N and K"],
    [
      "{ k: score.filter(score.gt(0), 'K'), l: score.filter(score.lt(0), 'L') }",
      "outputs k and l have different rows: K and L",
    ],
    ["{ x, w }", "output w has no row axis: its shape is (feature=4)"],
    ["{ w: w.sum(0) }", "output w has no row axis: its shape is ()"],
    ["{ }", "there is no output"],
  ];
  for (const [text, sentence] of texts) {
    const error = refusal(text);
    assert.deepEqual([error.code, error.message], ["STR002", sentence], text);
    assert(error.help !== null);
  }
  check("{ x, w: w.broadcastTo(['N', 'feature=4']), s: w.sum(0).broadcastTo(['N']) }");
});

Deno.test("checkRows() takes more outputs than a call takes arguments", () => {
  const builder = new GraphBuilder();
  const node = builder.addLeaf("input", "x", { dtype: "f32", shape: ["N"] });
  const outputs = Array.from({ length: 300_000 }, (_, i) => ({ name: `x${i}`, node }));
  assert.deepEqual(checkRows(builder.finish(outputs)), { rowSymbol: "N", outputSymbol: "N" });
});
