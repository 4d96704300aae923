/**
 * What the decompositions promise, whatever their signs: that their factors multiply to the matrix, and are orthogonal or
 * triangular, within a few units in the last place of the matrix's size times its order. Orders go over the edges of
 * the blocks in which the kernels work.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import * as nd from "../mod.ts";

const { linalg } = nd;
const EPSILON = 2 ** -52;
const ORDERS = [1, 2, 3, 4, 5, 8, 31, 32, 33, 65, 70];

let state = 7;
function random(...shape: readonly number[]): nd.NDArray {
  const size = shape.reduce((product, one) => product * one, 1);
  const elements = Float64Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  return nd.fromTypedArray(elements, { shape });
}

function largest(a: nd.NDArray): number {
  return a.size === 0 ? 0 : a.abs().max().item() as number;
}

/** refuses a difference of more than `units` epsilons of the scale */
function refuseFar(difference: nd.NDArray, units: number, scale = 1): void {
  const far = largest(difference);
  ok(far <= units * EPSILON * scale, `off by ${far / EPSILON / scale} epsilons, not ${units}`);
}

function refuseNotOrthogonal(q: nd.NDArray): void {
  const n = q.shape.at(-1)!;
  refuseFar(q.swapaxes(-1, -2).matmul(q).sub(nd.eye(n)), 6 * Math.max(q.shape.at(-2)!, 4));
}

Deno.test("solve() and inv() leave a residual of rounding errors only", () => {
  for (const n of ORDERS) {
    nd.scope(() => {
      const a = random(n, n), b = random(n, 3), x = linalg.solve(a, b), inverse = linalg.inv(a);
      refuseFar(a.matmul(x).sub(b), 4 * n, largest(x) + 1);
      refuseFar(a.matmul(inverse).sub(nd.eye(n)), 4 * n, largest(inverse));
      const sign = linalg.det(a).item() as number;
      const { sign: signOf, logabsdet } = linalg.slogdet(a);
      strictEqual(signOf.item(), Math.sign(sign));
      ok(Math.abs(Math.log(Math.abs(sign)) - (logabsdet.item() as number)) < 1e-10);
    });
  }
});

Deno.test("cholesky() gives a triangle whose square is the matrix, whichever triangle is read", () => {
  for (const n of ORDERS) {
    nd.scope(() => {
      const b = random(n, n), a = b.matmul(b.T).add(nd.eye(n)), lower = linalg.cholesky(nd.tril(a));
      refuseFar(lower.matmul(lower.T).sub(a), 4 * n, largest(a));
      deepStrictEqual(nd.triu(lower, 1).any().item(), false);
      deepStrictEqual(linalg.cholesky(nd.triu(a), { upper: true }).toList(), lower.T.toList());
    });
  }
});

const SHAPES = ORDERS.flatMap((n) => [[n, n], [n + 5, n], [n, n + 5], [n + 40, n], [n, n + 40]] as const);

Deno.test("qr() gives an orthogonal matrix and a triangle in every mode", () => {
  for (const [m, n] of SHAPES) {
    nd.scope(() => {
      const a = random(m, n),
        k = Math.min(m, n),
        whole = linalg.qr(a, { mode: "complete" }),
        { q, r } = linalg.qr(a);
      deepStrictEqual([whole.q!.shape, whole.r.shape], [[m, m], [m, n]]);
      deepStrictEqual([q!.shape, r.shape], [[m, k], [k, n]]);
      refuseNotOrthogonal(whole.q!);
      refuseNotOrthogonal(q!);
      refuseFar(whole.q!.matmul(whole.r).sub(a), 4 * (m + n));
      refuseFar(q!.matmul(r).sub(a), 4 * (m + n));
      strictEqual(nd.tril(r, -1).any().item(), false);
      const alone = linalg.qr(a, { mode: "r" });
      strictEqual(alone.q, null);
      deepStrictEqual(alone.r.toList(), r.toList());
    });
  }
});

function refuseBadSvd(a: nd.NDArray): void {
  const [m, n] = a.shape as [number, number], k = Math.min(m, n), scale = Math.max(largest(a), 1);
  for (const fullMatrices of [true, false]) {
    const { u, s, vh } = linalg.svd(a, { fullMatrices });
    deepStrictEqual(
      [u.shape, s.shape, vh.shape],
      fullMatrices ? [[m, m], [k], [n, n]] : [[m, k], [k], [k, n]],
    );
    refuseNotOrthogonal(u);
    refuseNotOrthogonal(vh.T);
    const product = u.slice(`:, :${k}`).mul(s).matmul(vh.slice(`:${k}`));
    refuseFar(product.sub(a), 6 * (m + n), scale);
    ok(nd.diff(s).le(0).all().item(), "singular values descend");
    refuseFar(linalg.svd(a, { computeUv: false }).sub(s), 6 * (m + n), scale);
  }
}

Deno.test("svd() gives orthogonal factors, also of matrices without full rank", () => {
  for (const [m, n] of SHAPES) nd.scope(() => refuseBadSvd(random(m, n)));
  for (const n of ORDERS) {
    nd.scope(() => {
      for (const a of [nd.ones([n, n]), nd.zeros([n + 1, n]), random(n, 2).matmul(random(2, n + 3))]) {
        refuseBadSvd(a);
      }
    });
  }
});

Deno.test("svdvals() finds small singular values with high relative accuracy", () => {
  nd.scope(() => {
    // columns of very different length: the values are the lengths of nearly orthogonal columns
    const sizes = nd.array([1, 1e-6, 1e-12, 1e-18, 1e-24]), { q } = linalg.qr(random(5, 5));
    const values = linalg.svdvals(q!.mul(sizes));
    refuseFar(values.div(sizes).sub(1), 40);
  });
});

Deno.test("eigh() gives orthonormal vectors that the matrix stretches by its eigenvalues", () => {
  for (const n of ORDERS) {
    nd.scope(() => {
      const b = random(n, n), a = b.add(b.T);
      for (const uplo of ["L", "U"] as const) {
        const half = uplo === "L" ? nd.tril(a) : nd.triu(a);
        const { eigenvalues, eigenvectors } = linalg.eigh(half, { uplo });
        refuseNotOrthogonal(eigenvectors);
        refuseFar(a.matmul(eigenvectors).sub(eigenvectors.mul(eigenvalues)), 8 * n + 8);
        ok(nd.diff(eigenvalues).ge(0).all().item());
        refuseFar(linalg.eigvalsh(half, { uplo }).sub(eigenvalues), 8 * n + 8);
      }
    });
  }
});

Deno.test("eig() gives unit vectors that the matrix stretches by its complex eigenvalues, conjugates in pairs", () => {
  const diagonals = nd.array([1, 2, 2, 3]);
  const special = [nd.diag(diagonals), nd.triu(nd.ones([6, 6])), nd.eye(5, 5, { k: 1 }), nd.zeros([3, 3])];
  const badlyScaled = random(6, 6).mul(nd.logspace(-8, 8, { num: 6 })).div(
    nd.logspace(-8, 8, { num: 6 }).expandDims(1),
  );
  // eigenvalues are isolated on both sides of a block, which has a pair of complex ones
  const isolated = [[2, 3, 2], [1, 4, 3], [3, 2, 1], [2, 5, 0], [0, 5, 2]].flatMap(
    ([before, block, behind]) => {
      const n = before! + block! + behind!, a = nd.triu(random(n, n)), inner = random(block!, block!);
      inner.set("0, 1", 2);
      inner.set("1, 0", -2);
      a.set(`${before}:${before! + block!}, ${before}:${before! + block!}`, inner);
      return Array.from({ length: 12 }, () => {
        const order = nd.argsort(random(n));
        return a.take(order, 0).take(order, 1);
      });
    },
  );
  for (const a of isolated) ok(largest(linalg.eigvals(a).im) > 0.5);
  for (const a of [...ORDERS.map((n) => random(n, n)), ...special, badlyScaled, ...isolated]) {
    nd.scope(() => {
      const n = a.shape[0]!, { eigenvalues: w, eigenvectors: v } = linalg.eig(a), scale = largest(a) + 1;
      const re = v.re.mul(w.re).sub(v.im.mul(w.im)), im = v.re.mul(w.im).add(v.im.mul(w.re));
      refuseFar(a.matmul(v.re).sub(re), 20 * n + 20, scale);
      refuseFar(a.matmul(v.im).sub(im), 20 * n + 20, scale);
      refuseFar(v.re.square().add(v.im.square()).sum(0).sub(1), 20 * n);
      refuseFar(w.re.sum().sub(nd.trace(a)), 20 * n + 20, scale);
      ok(Math.abs(w.im.sum().item() as number) < 1e-9);
      const alone = linalg.eigvals(a);
      refuseFar(alone.re.sub(w.re), 20 * n + 20, scale);
    });
  }
});

Deno.test("decompositions of stacks are those of each matrix, whatever the strides", () => {
  nd.scope(() => {
    const stack = random(5, 2, 4, 3).transpose([1, 3, 2, 0]).slice("::-1, ..., ::-1");
    deepStrictEqual(stack.shape, [2, 3, 4, 5]);
    const square = stack.slice("..., :4"), each = (i: number, j: number) => square.slice([i, j]);
    for (
      const f of [
        linalg.inv,
        linalg.det,
        linalg.svdvals,
        linalg.eigvalsh,
        (a: nd.NDArray) => linalg.eigvals(a).re,
      ]
    ) {
      const all = f(square);
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 3; j++) deepStrictEqual(all.slice([i, j]).toList(), f(each(i, j)).toList());
      }
    }
  });
});

Deno.test("results of f32 are f32: those of f64, rounded", () => {
  nd.scope(() => {
    const a = random(6, 6).astype("f32"), wide = a.astype("f64");
    const pairs: [nd.NDArray, nd.NDArray][] = [
      [linalg.inv(a), linalg.inv(wide)],
      [linalg.det(a), linalg.det(wide)],
      [linalg.svd(a).u, linalg.svd(wide).u],
      [linalg.eig(a).eigenvectors.im, linalg.eig(wide).eigenvectors.im],
      [linalg.pinv(a), linalg.pinv(wide)],
    ];
    for (const [narrow, full] of pairs) {
      strictEqual(narrow.dtype, "f32");
      deepStrictEqual(narrow.toList(), full.astype("f32").toList());
    }
    strictEqual(linalg.inv(nd.eye(2, 2, { dtype: "i8" })).dtype, "f64");
  });
});

Deno.test("decompositions refuse what they have no answer for, by name and place", () => {
  const stack = nd.ones([2, 2, 2]);
  throws(() => linalg.inv(stack), {
    code: "LIN001",
    name: "LinAlgError",
    message: "cannot inv: matrix (0,) of the stack is singular",
  });
  throws(() => linalg.solve([[1, 2], [2, 4]], [1, 2]), { code: "LIN001" });
  throws(() => linalg.cholesky([[1, 2], [2, 1]]), { code: "LIN002", message: /the matrix is not positive/ });
  for (const bad of [NaN, Infinity]) {
    for (const f of [linalg.svd, linalg.eigh, linalg.eig, linalg.pinv, linalg.matrixRank, linalg.cond]) {
      throws(() => f([[1, bad], [bad, 1]]), { code: "LIN003" });
    }
  }
  for (const f of [linalg.inv, linalg.det, linalg.eig, linalg.eigh, linalg.cholesky]) {
    throws(() => f([[1, 2, 3], [4, 5, 6]]), { code: "LIN004", message: /square matrices, not 2 by 3/ });
    throws(() => f([1, 2]), { code: "LIN004" });
  }
  throws(() => linalg.solve([[1, 2], [3, 4]], [1, 2, 3]), { code: "SHP007" });
  throws(() => linalg.qr([[1]], { mode: "raw" as "r" }), { code: "ARR002" });
  throws(() => linalg.cond(nd.zeros([0, 0])), { code: "LIN004" });
});

Deno.test("NaN reaches the results of elimination", () => {
  nd.scope(() => {
    const a = nd.array([[NaN, 1], [1, 1]]);
    for (const f of [linalg.inv, linalg.det, linalg.cholesky]) ok(f(a).isNan().any().item());
    ok(linalg.solve(a, [1, 1]).isNan().all().item());
    ok(linalg.slogdet(a).logabsdet.isNan().item());
  });
});

Deno.test("very large and very small matrices neither overflow nor underflow between", () => {
  nd.scope(() => {
    for (const power of [1e-200, 1e200]) {
      const a = nd.array([[3, 1], [1, 2]], { dtype: "f64" }).mul(power);
      const relative = (b: nd.NDArray) => b.div(power);
      refuseFar(relative(linalg.svdvals(a)).sub(linalg.svdvals([[3, 1], [1, 2]])), 16);
      refuseFar(relative(linalg.eigvalsh(a)).sub(linalg.eigvalsh([[3, 1], [1, 2]])), 16);
      refuseFar(relative(linalg.eigvals(a).re).sub(linalg.eigvals([[3, 1], [1, 2]]).re), 16);
      refuseFar(linalg.solve(a, nd.array([4, 3], { dtype: "f64" }).mul(power)).sub(1), 16);
    }
    strictEqual(linalg.det(nd.diag(nd.array([1e200, 1e200, 1e-300, 1e-100]))).item(), 1);
  });
});

Deno.test("einsum() gives the sum over all labels that a plain loop gives, in whatever order it contracts", () => {
  const labels = fc.array(fc.constantFrom("i", "j", "k"), { minLength: 0, maxLength: 3 });
  const terms = fc.array(labels, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(terms, fc.constantFrom("greedy", "optimal", "written"), (inputs, optimize) => {
      nd.scope(() => {
        const sizes: Record<string, number> = { i: 2, j: 3, k: 4 };
        const all = [...new Set(inputs.flat())], output = all.filter((_, at) => at % 2 === 0);
        const operands = inputs.map((term) =>
          nd.arange(1, 1 + term.reduce((size, label) => size * sizes[label]!, 1)).reshape(
            term.map((label) => sizes[label]!),
          )
        );
        const subscripts = `${inputs.map((term) => term.join("")).join(",")}->${output.join("")}`;
        const expected = nd.zeros(output.map((label) => sizes[label]!), { dtype: "i64" });
        const visit = (at: number, index: Record<string, number>): void => {
          if (at === all.length) {
            const product = operands.reduce(
              (value, operand, n) => value * Number(operand.at(...inputs[n]!.map((label) => index[label]!))),
              1,
            );
            const place = output.map((label) => index[label]!);
            expected.set(place, Number(expected.at(...place)) + product);
            return;
          }
          for (let i = 0; i < sizes[all[at]!]!; i++) visit(at + 1, { ...index, [all[at]!]: i });
        };
        visit(0, {});
        deepStrictEqual(nd.einsum(subscripts, operands, { optimize }).toList(), expected.toList());
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("what does not fit the memory limit is refused without a trace, wherever it runs out", () => {
  using a = random(40, 40);
  const before = nd.memoryStatistics(), rng = nd.random.defaultRng(1);
  const operations: (() => unknown)[] = [
    () => linalg.inv(a),
    () => linalg.svd(a),
    () => linalg.eig(a),
    () => linalg.eigh(a),
    () => linalg.qr(a),
    () => linalg.lstsq(a, a),
    () => nd.einsum("ij,jk,kl", [a, a, a]),
    () => nd.fft.fft2(a),
    () => nd.fft.irfft(a, { n: 211 }),
    () => rng.normal(0, 1, { size: 5000 }),
    () => rng.permutation(a, { axis: 1 }),
  ];
  try {
    for (const operation of operations) {
      let numRefused = 0;
      for (let room = 0; room < 400_000; room += 9000) {
        nd.setMemoryLimit(before.bytesInUse + room);
        try {
          nd.scope(() => void operation());
        } catch (error) {
          if (!(error instanceof Error && "code" in error && error.code === "MEM005")) throw error;
          numRefused++;
        }
        const now = nd.memoryStatistics();
        deepStrictEqual(
          [now.numStorages, now.bytesInUse],
          [before.numStorages, before.bytesInUse],
          `${operation}`,
        );
      }
      ok(numRefused > 1, `${operation}`);
    }
  } finally {
    nd.setMemoryLimit(before.limitBytes);
  }
});

Deno.test("linear algebra leaves no storage behind but its results", () => {
  using a = random(5, 5);
  const { numStorages, bytesInUse } = nd.memoryStatistics();
  const operations: (() => unknown)[] = [
    () => linalg.solve(a, a),
    () => linalg.det(a),
    () => linalg.slogdet(a),
    () => linalg.qr(a, { mode: "complete" }),
    () => linalg.svd(a),
    () => linalg.eigh(a),
    () => linalg.eig(a).eigenvectors,
    () => linalg.lstsq(a, a),
    () => linalg.norm(a, { ord: "nuc" }),
    () => linalg.matrixPower(a, -3),
    () => nd.einsum("ij,jk,kl", [a, a, a]),
    () => nd.kron(a, a),
    () => nd.cross(a.slice(":, :3"), [1, 2, 3]),
  ];
  for (const operation of operations) {
    nd.scope(() => void operation());
    const now = nd.memoryStatistics();
    deepStrictEqual([now.numStorages, now.bytesInUse], [numStorages, bytesInUse], operation.toString());
  }
  throws(() => linalg.inv(nd.ones([2, 2])), { code: "LIN001" });
});

Deno.test("norms of no elements are 0, but for the smallest, which there is none of", () => {
  nd.scope(() => {
    const none = nd.zeros([0, 3]);
    for (const ord of [1, 2, Infinity, "fro", "nuc"] as const) {
      strictEqual(nd.linalg.norm(none, { ord, axis: [0, 1] }).item(), 0, String(ord));
    }
    strictEqual(nd.linalg.vectorNorm(nd.zeros(0), { ord: Infinity }).item(), 0);
    throws(() => nd.linalg.norm(none, { ord: -2, axis: [0, 1] }), { code: "ARR003" });
    strictEqual(nd.linalg.norm(nd.array([NaN, 1]), { ord: Infinity }).item(), NaN);
  });
});
