import assert from "node:assert/strict";
import fc from "fast-check";
import { squeeze } from "./axes.ts";
import { broadcastAll, broadcastShapes, broadcastTo } from "./broadcast.ts";
import { matmulShape, outerShape } from "./matmul.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import { asShape, reshapeShape } from "./reshape.ts";
import type { Dim, Rule, Shape } from "./shape.ts";

/** A naive twin: an axis is its size's text and its name, missing axes are padded with 1. */
function naiveBroadcast(a: Shape, b: Shape): Dim[] | "sizes" | "labels" | "grows" {
  const parse = (dim: Dim): [size: string, name: string] => {
    const text = String(dim);
    const [label = "", size] = text.split("=");
    return size !== undefined ? [size, label] : /^\d/.test(text) ? [text, ""] : [text, text];
  };
  const rank = Math.max(a.length, b.length);
  const pad = (shape: Shape): Shape => [...Array<Dim>(rank - shape.length).fill(1), ...shape];
  const result: Dim[] = [];
  for (let i = rank - 1; i >= 0; i--) {
    const x = pad(a)[i]!, y = pad(b)[i]!;
    const [xs, xn] = parse(x), [ys, yn] = parse(y);
    if (xs !== ys && xs !== "1" && ys !== "1") return "sizes";
    if (xn !== "" && yn !== "" && xn !== yn) return "labels";
    result.unshift(xs === ys ? (xn === "" ? y : x) : xs === "1" ? y : x);
  }
  const sizes = (shape: Shape) => shape.map((dim) => parse(dim)[0]).join();
  return [a, b].some((s) => s.length === rank && sizes(s) === sizes(result)) ? result : "grows";
}

const dims = fc.constantFrom<Dim>(1, 2, 3, "N", "M", "x=2", "y=2", "x=3", "x=1", "y=1");
const shapes = fc.array(dims, { maxLength: 4 });

function codeOf(answer: Rule): string | Shape {
  return isRefusal(answer) ? answer.code : answer;
}

Deno.test("broadcastShapes() is NumPy's rule, but for labels and growth", () => {
  const codes = { sizes: "SHP001", labels: "SHP002", grows: "SHP003" };
  const seen = new Set<string>();
  fc.assert(
    fc.property(shapes, shapes, (a, b) => {
      const naive = naiveBroadcast(a, b);
      seen.add(typeof naive === "string" ? naive : "result");
      assert.deepEqual(codeOf(broadcastShapes(a, b)), typeof naive === "string" ? codes[naive] : naive);
    }),
    { numRuns: 3000 },
  );
  assert.equal(seen.size, 4, "the property met every outcome");
});

Deno.test("broadcastShapes() refuses the same whichever operand stands first", () => {
  fc.assert(fc.property(shapes, shapes, (a, b) => {
    const one = codeOf(broadcastShapes(a, b)), other = codeOf(broadcastShapes(b, a));
    assert.equal(typeof one === "string" ? one : "", typeof other === "string" ? other : "");
  }));
});

Deno.test("broadcastTo() reaches what broadcasting with the shape alone would give", () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.constantFrom<Dim>(1, 2, 3, "N", "M"), { maxLength: 4 }), (a, to) => {
      const naive = naiveBroadcast(a, to);
      const sizes = (shape: Shape) => shape.map((dim) => String(dim).replace(/.*=/, "")).join();
      const reached = Array.isArray(naive) && naive.length === to.length && sizes(naive) === sizes(to);
      const answer = broadcastTo(a, to);
      assert.deepEqual(isRefusal(answer) ? "refused" : answer, reached ? naive : "refused");
    }),
  );
});

Deno.test("broadcastTo() is how a growth is asked for: afterwards the operands broadcast", () => {
  let numGrown = 0;
  fc.assert(
    fc.property(shapes, shapes, (a, b) => {
      const refused = broadcastShapes(a, b);
      if (!isRefusal(refused) || refused.code !== "SHP003") return;
      numGrown++;
      const literal = /\.broadcastTo\((\[.*?\])\)/.exec(refused.hint ?? "");
      if (literal === null) return;
      if (refused.hint!.startsWith("rows come first")) {
        const [rows, other] = a.length === 1 ? [a, b] : [b, a];
        const pairs = accept(broadcastTo([...rows, 1], JSON.parse(literal[1]!.replaceAll("'", '"'))));
        assert(!isRefusal(broadcastShapes(pairs, accept(squeeze(other, -1)))));
        return;
      }
      const grown = broadcastTo(a, JSON.parse(literal[1]!.replaceAll("'", '"')));
      // a label that stands twice in the result cannot be declared
      if (isRefusal(grown)) return assert.equal(grown.code, "SHP013");
      assert(!isRefusal(broadcastShapes(grown, b)));
    }),
    { numRuns: 3000 },
  );
  assert(numGrown > 100, `${numGrown} growths`);
});

function accept(answer: Rule): Shape {
  assert(!isRefusal(answer), isRefusal(answer) ? answer.sentence : "");
  return answer;
}
function refusal(answer: Rule): Refusal {
  assert(isRefusal(answer));
  return answer;
}

Deno.test("the hint on the incident works both ways when it is applied", () => {
  const features: Shape = ["N", "feature=1000"], perCluster: Shape = ["cluster=10"];
  const { hint } = refusal(broadcastShapes([...features, 1], perCluster));
  assert.equal(
    hint,
    "for one weight a feature, use shape (feature=1000) and no axis of size 1; " +
      "for the outer product, use .outer(...) and no axis of size 1",
  );
  assert.deepEqual(broadcastShapes(features, ["feature=1000"]), features);
  assert.deepEqual(outerShape(features, perCluster), ["N", "feature=1000", "cluster=10"]);
});

Deno.test("the hints on a column, on rows and on labels work when they are applied", () => {
  const rows: Shape = ["N"], column: Shape = ["N", 1];
  const squeezed = refusal(broadcastShapes(rows, column));
  assert.match(
    squeezed.hint!,
    /use \.squeeze\(-1\) on \(N, 1\); rows are not paired with each other/,
  );
  assert.deepEqual(broadcastShapes(rows, accept(squeeze(column, -1))), ["N"]);

  const matrix: Shape = ["N", "feature=1000"];
  assert.match(
    refusal(broadcastShapes(matrix, rows)).hint!,
    /\(N\) belongs to the leading axes, use \.expandDims\(-1\)/,
  );
  assert.deepEqual(broadcastShapes(matrix, [...rows, 1]), matrix);

  const tens: Shape = ["N", "feature=10"], perCluster: Shape = ["cluster=10"];
  const { hint } = refusal(broadcastShapes(tens, perCluster));
  assert.equal(hint, "if it is the same axis, rename it: .as(['feature=10']) on (cluster=10)");
  assert.deepEqual(broadcastShapes(tens, accept(asShape(perCluster, ["feature=10"]))), tens);
});

Deno.test("the hints on what is transposed, unaligned or a product work when they are applied", () => {
  const tens: Shape = ["N", "feature=10"], rows: Shape = ["N"], perCluster: Shape = ["cluster=4"];
  const columnParam: Shape = ["feature=10", 1];
  assert.equal(
    refusal(broadcastShapes(tens, columnParam)).hint,
    "if (feature=10, 1) belongs to the last axes, use .squeeze(-1) on it",
  );
  assert.deepEqual(broadcastShapes(tens, accept(squeeze(columnParam, -1))), tens);

  assert.equal(
    refusal(broadcastShapes(perCluster, rows)).hint,
    "for every pair, use .expandDims(-1).broadcastTo(['N', 'cluster=4']) on (N)",
  );
  const pairs = accept(broadcastTo(["N", 1], ["N", "cluster=4"]));
  assert.deepEqual(broadcastShapes(perCluster, pairs), pairs);

  const image: Shape = ["N", "row=2", "column=3"];
  assert.equal(
    refusal(broadcastShapes(image, rows)).hint,
    "if (N) belongs to the leading axes, use .reshape(['N', 1, 1]) on it",
  );
  assert.deepEqual(broadcastShapes(image, accept(reshapeShape(rows, ["N", 1, 1]))), image);

  const perRow: Shape = ["N", "column=3"];
  assert.equal(
    refusal(broadcastShapes(image, perRow)).hint,
    "if (N, column=3) lacks the axis behind the first, use .expandDims(1) on it",
  );
  assert.deepEqual(broadcastShapes(image, ["N", 1, "column=3"]), image);

  // a label alone does not mend it
  assert.equal(refusal(broadcastShapes(tens, ["cluster=4", "other=10"])).hint, null);

  const weights: Shape = ["feature=10", "cluster=4"];
  assert.equal(
    refusal(broadcastShapes(tens, weights)).hint,
    "for the product of matrices, use .matmul(...)",
  );
  assert.deepEqual(matmulShape(tens, weights), ["N", "cluster=4"]);

  const centroids: Shape = ["cluster=4", "feature=10"];
  assert.equal(
    refusal(broadcastShapes(tens, centroids)).hint,
    "for every pair of rows, use .expandDims(1).broadcastTo(['N', 'cluster=4', 'feature=10']) on (N, feature=10)",
  );
  const each = accept(broadcastTo(["N", 1, "feature=10"], ["N", "cluster=4", "feature=10"]));
  assert.deepEqual(broadcastShapes(each, centroids), each);

  assert.equal(
    refusal(broadcastShapes(rows, ["K"])).hint,
    "filter both by the same mask, so that they have the same rows",
  );
});

Deno.test("matmulShape() never hints at a sum over rows", () => {
  const tens: Shape = ["N", "feature=10"], vector: Shape = ["feature=10"];
  assert.equal(
    refusal(matmulShape(tens, tens)).hint,
    "for one product a row, use .mul(...) and .sum(-1)",
  );
  assert.equal(
    refusal(matmulShape(vector, tens)).hint,
    "rows come first: use .matmul(...) on (N, feature=10)",
  );
  assert.deepEqual(matmulShape(tens, vector), ["N"]);
  const weights: Shape = ["k=10", "cluster=4"];
  assert.equal(
    refusal(matmulShape(tens, weights)).hint,
    "if it is the same axis, rename it: .as(['feature=10', 'cluster=4']) on (k=10, cluster=4)",
  );
  assert.deepEqual(matmulShape(tens, accept(asShape(weights, ["feature=10", "cluster=4"]))), [
    "N",
    "cluster=4",
  ]);
});

Deno.test("broadcastAll() lets two operands grow to the shape of a third, and no further", () => {
  const column: Shape = ["N", 1], vector: Shape = ["feature=8"], matrix: Shape = ["N", "feature=8"];
  for (const shapes of [[matrix, column, vector], [column, vector, matrix], [vector, matrix, column]]) {
    assert.deepEqual(broadcastAll(shapes), matrix);
  }
  const grown = refusal(broadcastAll([column, vector, []]));
  assert.deepEqual(grown, refusal(broadcastShapes(column, vector)));
  assert.deepEqual(refusal(broadcastAll([column, vector, ["N", 1, 1]])), grown);
  assert.equal(refusal(broadcastAll([["N"], vector, matrix])).code, "SHP001");
  assert.deepEqual(broadcastAll([]), []);
});
