/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

const a = nd.arange(6).reshape([2, 3]), b = nd.arange(12).reshape([3, 4]);
const c = nd.arange(24).reshape([2, 3, 4]);

Deno.test("einsum() takes lists of labels behind the operands, as NumPy", () => {
  const product = [[20, 23, 26, 29], [56, 68, 80, 92]];
  deepStrictEqual(nd.einsum(a, [0, 1], b, [1, 2], [0, 2]).toList(), product);
  // without labels of the result, these ascend
  deepStrictEqual(nd.einsum(a, [0, 1], b, [1, 2]).toList(), product);
  deepStrictEqual(nd.einsum(a, [30, 2]).toList(), [[0, 3], [1, 4], [2, 5]]);
  deepStrictEqual(nd.einsum(a, [51, 0], [0, 51]).toList(), [[0, 3], [1, 4], [2, 5]]);
  deepStrictEqual(nd.einsum([[1, 2], [3, 4]], [0, 0]).item(), 5);
  deepStrictEqual(nd.einsum(a, [0, 1], []).item(), 15);
  deepStrictEqual(nd.einsum(c, ["...", 3], ["..."]).toList(), [[6, 22, 38], [54, 70, 86]]);
  deepStrictEqual(nd.einsum(c, [0, "..."], ["...", 0]).shape, [3, 4, 2]);
  deepStrictEqual(nd.einsum(a, [0, 1], b, [1, 2], [0, 2], { optimize: "optimal" }).toList(), product);
  deepStrictEqual(nd.einsumPath(a, [0, 1], b, [1, 2], [0, 2]).path, [[0, 1]]);
});

Deno.test("einsum() takes numbers among operands with lists of labels", () => {
  const first = a.slice(":, 0"), three = 3n as unknown as number;
  deepStrictEqual(nd.einsum(first, [0], 2, [], [0]).toList(), [0, 6]);
  deepStrictEqual(nd.einsum(2, [], a, [0, 1], [1]).toList(), [6, 10, 14]);
  deepStrictEqual(nd.einsum(2, [], three, []).item(), 6);
  deepStrictEqual(nd.einsum(2, [], first, [0], null as never, undefined as never).toList(), [0, 6]);
  deepStrictEqual(nd.einsum(2, [], first, [0], { optimize: "optimal" }).toList(), [0, 6]);
});

Deno.test("einsum() says where the text stands if it is behind the operands", () => {
  for (const given of [[[a, b], "ij,jk->ik"], [a, b, "ij,jk->ik"], [a, "ij"]]) {
    throws(() => nd.einsum(...given as [never, never]), {
      code: "ARR002",
      message: /^einsum takes subscripts that are text, as "ij/,
      help: /^write einsum\("ij/,
    });
  }
  for (const first of [a, 2, null, {}]) {
    throws(() => nd.einsum(...[first] as unknown as [never, never]), {
      code: "ARR002",
      message: /^einsum takes text as subscripts, or operands with lists of labels, not/,
    });
  }
});

Deno.test("einsum() refuses labels that are none", () => {
  for (const labels of [[52, 0], [-1, 0], [0.5, 1], ["i", "j"], [0], "ij", null, [a, 1]]) {
    throws(() => nd.einsum(a, labels as never), { code: "ARR002" });
  }
  for (const labels of [[52, 0], [-1, 0], [0.5], ["i"], [2], [0, 0], "ij", [a]]) {
    throws(() => nd.einsum(a, [0, 1], labels as never), { code: "ARR002" });
  }
  throws(() => nd.einsum(a, [0, 1], b), { code: "ARR002" });
  throws(() => nd.einsum(a, [0, 1], b, [0, 2]), { code: "SHP001" });
});
