/** Results of several parts have names, and unpack in the order of NumPy's tuples. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { inspect } from "node:util";
import * as nd from "./mod.ts";

const a = nd.array([[2, 1], [1, 3]], "f64"), v = nd.array([3, 1, 3, 2]);

/** every function whose result NumPy gives as a tuple, and the names of ours in its order */
const RESULTS: readonly (readonly [name: string, call: () => readonly unknown[], names: string])[] = [
  ["eig", () => nd.linalg.eig(a), "eigenvalues eigenvectors"],
  ["eigh", () => nd.linalg.eigh(a), "eigenvalues eigenvectors"],
  ["svd", () => nd.linalg.svd(a), "u s vh"],
  ["qr", () => nd.linalg.qr(a), "q r"],
  ["slogdet", () => nd.linalg.slogdet(a), "sign logabsdet"],
  ["lstsq", () => nd.linalg.lstsq(a, [1, 2]), "x residuals rank s"],
  ["uniqueAll", () => nd.uniqueAll(v), "values indices inverseIndices counts"],
  ["uniqueAll of rows", () => nd.uniqueAll(a, { axis: 0 }), "values indices inverseIndices counts"],
  ["uniqueCounts", () => nd.uniqueCounts(v), "values counts"],
  ["uniqueInverse", () => nd.uniqueInverse(v), "values inverseIndices"],
  ["histogram", () => nd.histogram(v), "counts edges"],
  ["histogramdd", () => nd.histogramdd(a), "counts edges"],
  ["polydiv", () => nd.polydiv([1, 5, 6], [1, 2]), "quotient remainder"],
  [
    "polyfitAll",
    () => nd.polyfitAll([0, 1, 2], [1, 3, 6], 1),
    "coefficients residuals rank singularValues rcond",
  ],
  ["einsumPath", () => nd.einsumPath("ij,jk", a, a), "path description"],
];

for (const [name, call, names] of RESULTS) {
  Deno.test(`${name}() gives parts that unpack in NumPy's order, and live on behind a scope`, () => {
    const given = nd.scope(call), parts = [...given];
    deepStrictEqual(Object.keys(given).filter((each) => each !== "covariance"), names.split(" "));
    strictEqual(parts.length, names.split(" ").length);
    names.split(" ").forEach((each, i) =>
      ok(parts[i] === (given as unknown as Record<string, unknown>)[each])
    );
    for (const part of parts) if (part instanceof nd.NDArray) ok(part.toList() !== null);
  });
}

Deno.test("histogram2d() unpacks as the counts and the edges of x and of y", () => {
  const [counts, x, y] = nd.histogram2d([0, 1, 1], [0, 2, 2], { bins: 2 });
  deepStrictEqual([counts.toList(), x.toList(), y.toList()], [[[1, 0], [0, 2]], [0, 0.5, 1], [0, 1, 2]]);
});

Deno.test("unpacked results read as NumPy's lines do", () => {
  const [w, vectors] = nd.linalg.eigh(a), [u, s, vh] = nd.linalg.svd(a), [q, r] = nd.linalg.qr(a);
  ok(nd.allclose(vectors.mul(w).matmul(vectors.T), a));
  ok(nd.allclose(u.mul(s).matmul(vh), a));
  ok(nd.allclose(q.matmul(r), a));
  const [values, counts] = nd.uniqueCounts(v);
  deepStrictEqual([values.toList(), counts.toList()], [[1, 2, 3], [1, 1, 2]]);
  const [none, upper] = nd.linalg.qr(a, "r");
  strictEqual(none, null);
  deepStrictEqual(upper!.shape, [2, 2]);
});

Deno.test("unpacked results are the tuples that they stand for: arrays, whatever takes them", () => {
  const parts = nd.linalg.qr(a), [q, r] = parts;
  ok(Array.isArray(parts));
  deepStrictEqual(nd.array(parts).toList(), nd.stack([q, r]).toList());
  ok(nd.allclose(nd.einsum("ij,jk", parts), a));
  ok(nd.allclose(nd.linalg.multiDot(parts), a));
  deepStrictEqual([a].concat(parts).length, 3);
  const sizes = nd.uniqueCounts(v).map(({ size }) => size);
  deepStrictEqual([sizes, Object.getPrototypeOf(sizes) === Array.prototype], [[3, 3], true]);
  deepStrictEqual(nd.concatenate(nd.uniqueCounts(v)).toList(), [1, 2, 3, 1, 1, 2]);
});

Deno.test("unpacked results of lists keep their names", () => {
  deepStrictEqual(Object.keys(nd.uniqueCounts([1, 1, 2])), ["values", "counts"]);
  deepStrictEqual(Object.keys(nd.linalg.qr([[1, 2], [3, 4]])), ["q", "r"]);
  deepStrictEqual(Object.keys(nd.histogram([1, 2, 3])), ["counts", "edges"]);
});

Deno.test("unpacked results do not change, and are copied, printed and written as JSON by their names", () => {
  const parts = nd.einsumPath("ij,jk", a, a), list = parts as unknown as unknown[];
  throws(() => list.push(1), TypeError);
  throws(() => list.reverse(), TypeError);
  throws(() => Object.assign(parts, { path: [] }), TypeError);
  deepStrictEqual({ ...parts }, { path: parts.path, description: parts.description });
  deepStrictEqual(JSON.parse(JSON.stringify(parts)), { ...parts });
  for (const text of [Deno.inspect(nd.uniqueCounts([1, 1, 2])), inspect(nd.uniqueCounts([1, 1, 2]))]) {
    strictEqual(text, "{ values: array([1, 2]), counts: array([2, 1]) }");
  }
});

Deno.test("unpacked results that were cloned have the names of their parts, and no places", () => {
  const parts = nd.einsumPath("ij,jk", a, a), clone = structuredClone(parts);
  deepStrictEqual({ ...clone }, { ...parts });
  deepStrictEqual([clone.length, 0 in clone, 1 in clone], [2, false, false]);
});

Deno.test("a part called values is an array, and the method of lists that it hides is none by type", () => {
  const parts = nd.uniqueAll(v), list: readonly nd.NDArray[] = parts, length: 4 = parts.length;
  const [values, indices, inverseIndices, counts] = parts;
  deepStrictEqual([values, indices, inverseIndices, counts].map(({ size }) => size), [3, 3, 4, 3]);
  const hidden: undefined = parts.values.length;
  deepStrictEqual([list.length, hidden], [length, undefined]);
  // @ts-expect-error: it is the part
  throws(() => parts.values(), TypeError);
  // @ts-expect-error: nor by itself
  throws(() => nd.uniqueInverse(v).values.call(list), TypeError);
});
