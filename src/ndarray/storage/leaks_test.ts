import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { MemoryError } from "../../errors.ts";
import * as nd from "../mod.ts";

const { fft, linalg, random } = nd;

/** operations of an invertible symmetric matrix; what they leave behind but their results would leak */
const OPERATIONS: Readonly<Record<string, (a: nd.NDArray) => unknown>> = {
  inv: (a) => linalg.inv(a),
  solve: (a) => linalg.solve(a, a),
  det: (a) => linalg.det(a),
  slogdet: (a) => linalg.slogdet(a),
  cholesky: (a) => linalg.cholesky(a),
  qr: (a) => linalg.qr(a, { mode: "complete" }),
  svd: (a) => linalg.svd(a),
  pinv: (a) => linalg.pinv(a),
  lstsq: (a) => linalg.lstsq(a, a),
  eigh: (a) => linalg.eigh(a),
  eig: (a) => linalg.eig(a),
  norm: (a) => linalg.norm(a, { ord: 2 }),
  cond: (a) => linalg.cond(a, { p: 1 }),
  matrixRank: (a) => linalg.matrixRank(a),
  matrixPower: (a) => linalg.matrixPower(a, -3),
  tensorinv: (a) => linalg.tensorinv(a, { ind: 1 }),
  einsum: (a) => nd.einsum("ij,jk->ik", [a, a]),
  kron: (a) => nd.kron(a, a),
  fft: (a) => fft.fft(a),
  "fft of 7": (a) => fft.fft(a, { n: 7 }),
  rfft: (a) => fft.rfft(a),
  irfft: (a) => fft.irfft(a),
  fftn: (a) => fft.fftn(a),
  irfft2: (a) => fft.irfft2(a),
  normal: (a) => random.defaultRng(1).normal(0, 1, { size: a.shape }),
  integers: (a) => random.defaultRng(1).integers(0, 9, { size: a.shape }),
  permutation: (a) => random.defaultRng(1).permutation(a),
  choice: (a) => random.defaultRng(1).choice(a, { size: 3, replace: false }),
  linspace: (a) => nd.linspace(a, 2, { num: 5 }),
  geomspace: (a) => nd.geomspace(a, 2, { num: 5, axis: -1 }),
  histogram: (a) => nd.histogram(a, { bins: "auto" }),
  quantile: (a) => nd.quantile(a, [0.1, 0.5], 0),
  isclose: (a) => nd.isclose(a, a, { atol: a }),
  average: (a) => nd.average(a, 0, { weights: [1, 2, 3, 4] }),
};

/** every array in a result */
function arraysOf(result: unknown): nd.NDArray[] {
  if (result instanceof nd.NDArray) return [result];
  return typeof result === "object" && result !== null ? Object.values(result).flatMap(arraysOf) : [];
}

/** a symmetric positive definite matrix */
function matrix(size: number): nd.NDArray {
  return nd.scope(() => nd.eye(size).mul(size).add(1));
}

/** what is not held by the results of an operation once they are disposed of */
function numLeft(run: (a: nd.NDArray) => unknown, a: nd.NDArray): number {
  const before = nd.memoryStatistics().numStorages;
  for (const array of arraysOf(run(a))) {
    // views hold the storage of their base
    array.base?.dispose();
    array.dispose();
  }
  return nd.memoryStatistics().numStorages - before;
}

Deno.test("linear algebra, transforms and random numbers promise to leave nothing but their results", () => {
  using a = matrix(4);
  // what is dropped is seen
  deepStrictEqual(numLeft((m) => [m.mul(2), m.add(1)][0], a), 1);
  for (const [name, run] of Object.entries(OPERATIONS)) {
    numLeft(run, a); // tables that stay are made once
    deepStrictEqual([name, numLeft(run, a)], [name, 0]);
  }
});

Deno.test("linear algebra, transforms and random numbers refuse what passes the memory limit, and leave nothing", () => {
  const large: readonly string[] = ["inv", "solve", "cholesky", "svd", "eigh", "eig", "qr", "pinv", "kron"];
  const others: readonly string[] = ["fft", "rfft", "fftn", "normal", "integers", "permutation"];
  using a = matrix(200);
  const before = nd.memoryStatistics();
  nd.setMemoryLimit(before.bytesInUse + 100_000);
  try {
    for (const name of [...large, ...others]) {
      let caught: unknown = null;
      try {
        nd.scope(() => void OPERATIONS[name]!(a));
      } catch (error) {
        caught = error;
      }
      ok(caught instanceof MemoryError && caught.code === "MEM005", `${name}: ${caught}`);
      deepStrictEqual([name, nd.memoryStatistics().numStorages], [name, before.numStorages]);
    }
  } finally {
    nd.setMemoryLimit(before.limitBytes);
  }
});

Deno.test("linear algebra promises to leave nothing where a matrix is refused", () => {
  using singular = nd.ones([3, 3]);
  using negative = singular.neg();
  const before = nd.memoryStatistics().numStorages;
  throws(() => linalg.inv(singular), { code: "LIN001" });
  throws(() => linalg.solve(singular, singular), { code: "LIN001" });
  throws(() => linalg.cholesky(negative), { code: "LIN002" });
  throws(() => fft.fft(singular, { n: 0 }), { code: "ARR002" });
  deepStrictEqual(nd.memoryStatistics().numStorages, before);
});
