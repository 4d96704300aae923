/**
 * Fused functions against the same operations one after the other.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { where } from "../expr/mod.ts";
import {
  arange,
  array,
  fuse,
  type FusedTensor,
  memoryStatistics,
  type NDArray,
  ones,
  scope,
  zeros,
} from "./mod.ts";

// the types of `where` want known shapes
const chooseOf = where as unknown as (...tensors: FusedTensor[]) => FusedTensor;

Deno.test("fuse() promises what its operations give one after the other", () => {
  scope(() => {
    const chain = fuse((x, y) => x.mul(2).add(y).abs().sqrt());
    const variants: ((a: NDArray) => NDArray)[] = [(a) => a, (a) => a.slice("::-1"), (a) => a.slice("::3")];
    for (const dtype of ["f32", "f64"] as const) {
      for (const length of [...Array(67).keys(), 5000]) {
        for (const vary of variants) {
          const x = vary(arange(length).astype(dtype).sub(20)),
            y = vary(arange(length).astype(dtype).mul(-3));
          deepStrictEqual(chain(x, y).toList(), x.mul(2).add(y).abs().sqrt().toList());
          deepStrictEqual(chain(x, y).dtype, dtype);
        }
      }
    }
  });
});

Deno.test("fuse() promises reductions, products, where and broadcast operands", () => {
  scope(() => {
    const a = arange(12).reshape([3, 4]), row = array([1, 0, 2, 1]);
    const centred = fuse((x) => x.sub(x.mean(1, { keepdims: true })));
    deepStrictEqual(centred(a).toList(), [[-1.5, -0.5, 0.5, 1.5], [-1.5, -0.5, 0.5, 1.5], [
      -1.5,
      -0.5,
      0.5,
      1.5,
    ]]);
    deepStrictEqual(fuse((x, r) => x.mul(r).sum(1))(a, row).toList(), [7, 23, 39]);
    deepStrictEqual(fuse((x, r) => x.matmul(r))(a, row).toList(), [7, 23, 39]);
    const chosen = fuse((x, r) => chooseOf(x.gt(5), r, x));
    deepStrictEqual(chosen(a, row).toList(), [[0, 1, 2, 3], [4, 5, 2, 1], [1, 0, 2, 1]]);
    const same = fuse((x) => x)(a);
    same.set([0, 0], 99);
    strictEqual(a.at(0, 0), 0);
  });
});

Deno.test("fuse() promises infinity for a number beyond f32, as the operations on arrays and NumPy's", () => {
  scope(() => {
    const x = array([1, NaN], { dtype: "f32" });
    const operations: readonly ((x: FusedTensor) => FusedTensor)[] = [
      (x) => x.add(1e300),
      (x) => x.fillNan(-1e300),
      (x) => x.lt(1e300),
    ];
    const given = operations.map((operation) => fuse(operation)(x).toList());
    deepStrictEqual(given, [[Infinity, NaN], [1, -Infinity], [true, false]]);
    deepStrictEqual(x.add(1e300).toList(), [Infinity, NaN]);
  });
});

Deno.test("fuse() promises no array for what lies between", () => {
  using x = zeros(100_000);
  const before = memoryStatistics().bytesInUse;
  using made = fuse((t) => t.add(1).mul(2).sub(3).abs())(x);
  strictEqual(memoryStatistics().bytesInUse - before, made.nbytes);
});

Deno.test("fuse() refuses growth, moves of elements, and what is no array or tensor", () => {
  using x = zeros([3, 1]);
  using y = zeros(4);
  throws(() => fuse((a, b) => a.add(b))(x, y), { code: "SHP003" });
  throws(() => fuse((a) => a.reshape([1, 3]))(x), { code: "ARR002", message: /does not take reshape/ });
  throws(() => fuse(() => 3 as unknown as FusedTensor)(x), { code: "ARR002" });
  throws(() => fuse((a) => a)([1] as unknown as NDArray), { code: "ARR002" });
});

Deno.test("fuse() runs its function once for operands of some dtypes and shapes", () => {
  scope(() => {
    let numRuns = 0;
    const twice = fuse((x) => {
      numRuns++;
      return x.mul(2);
    });
    for (const start of [0, 5]) {
      deepStrictEqual(twice(arange(start, start + 2)).toList(), [2 * start, 2 * start + 2]);
    }
    strictEqual(numRuns, 1);
    deepStrictEqual(twice(arange(3).astype("f32")).dtype, "f32");
    deepStrictEqual(twice(arange(4).slice("::-2")).toList(), [6, 2]);
    strictEqual(numRuns, 2);
  });
});

Deno.test("fuse() promises work that grows with the steps, not with the paths through them: a recurrence of forty", () => {
  let [before, last] = [1, 2];
  for (let i = 0; i < 40; i++) [before, last] = [last, before + last];
  const recurrence = fuse((x: FusedTensor) => {
    let [a, b]: FusedTensor[] = [x, x.add(1)];
    for (let i = 0; i < 40; i++) [a, b] = [b!, a!.add(b!)];
    return b!;
  });
  scope(() => deepStrictEqual(recurrence(ones(3)).toList(), [last, last, last]));
});
