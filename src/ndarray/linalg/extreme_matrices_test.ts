/** Matrices on which iterations do not end, or lose digits, where nothing is done about it. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { array, eye, linalg, type NDArray, zeros } from "../mod.ts";

function largestDifference(a: NDArray, b: NDArray): number {
  return a.sub(b).abs().max().item() as number;
}

/** a full matrix whose rows are of very different sizes: 10 ** powers[i] */
function graded(powers: readonly number[]): number[][] {
  return powers.map((power, i) =>
    powers.map((_, j) => Math.sin(1 + 7 * i + 3 * j + i * j * j) * 10 ** power)
  );
}

Deno.test("eig() gives the diagonal of a triangular matrix to the bit, whatever order its rows are in", () => {
  const order = [3, 0, 4, 2, 5, 1];
  const upper = order.map((_, i) => order.map((_, j) => j < i ? 0 : i === j ? 1 + i % 2 : 1 + (i * j) % 3));
  const rows = order.map((i) => order.map((j) => upper[i]![j]!));
  for (const matrix of [upper, array(upper).T, rows, array(rows).T]) {
    const { re, im } = linalg.eigvals(matrix), { eigenvalues } = linalg.eig(matrix);
    deepStrictEqual((re.toList() as number[]).toSorted(), [1, 1, 1, 2, 2, 2]);
    deepStrictEqual(im.toList(), [0, 0, 0, 0, 0, 0]);
    deepStrictEqual(eigenvalues.re.toList(), re.toList());
  }
});

Deno.test("eig() gives NumPy's vectors of matrices that have too few", () => {
  const vectorsOf = (matrix: number[][]) => linalg.eig(matrix).eigenvectors.re.toList();
  deepStrictEqual(vectorsOf([[2, 0], [1, 2]]), [[0, 4.440892098500626e-16], [1, -1]]);
  deepStrictEqual(vectorsOf([[0, 1], [0, 0]]), [[1, -1], [0, 2.004168360008973e-292]]);
  deepStrictEqual(vectorsOf([[0, 0], [0, 0]]), [[1, 0], [0, 1]]);
});

Deno.test("eigvals() gives NumPy's order", () => {
  const { re, im } = linalg.eigvals([[0, 1, 0], [0, 0, 1], [1, 0, 0]]);
  ok(largestDifference(re, array([-0.5, -0.5, 1])) < 1e-15);
  ok(largestDifference(im, array([0.8660254037844387, -0.8660254037844387, 0])) < 1e-15);
  const companion = [[10, -35, 50, -24], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]];
  ok(largestDifference(linalg.eigvals(companion).re, array([4, 3, 2, 1])) < 1e-12);
});

Deno.test("eigvals() keeps the eigenvalues of a part whose squares underflow", () => {
  const pair = linalg.eigvals([[1, 0, 0], [0, 0, 1e-170], [0, 1e-170, 0]]).re.toList() as number[];
  deepStrictEqual(pair.map(Math.abs).toSorted((a, b) => a - b), [1e-170, 1e-170, 1]);
  // the elements of each row, less what those above take: LAPACK loses the second
  const values = linalg.eigvals([
    [-5.705241023560826e-40, -3.8196012767219806e-40, 7.485178469968689e-40],
    [1.2367621516570315e-92, -3.563151863073141e-93, -8.675207550469233e-93],
    [-7.140162366343041e-63, 1.2010721946503063e-62, 5.514052641656158e-63],
  ]).re.toList() as number[];
  [-5.70524102e-40, -3.85371804e-63, 1.53409171e-92].forEach((value, i) =>
    ok(Math.abs(values[i]! / value - 1) < 1e-8, `${values[i]}`)
  );
});

Deno.test("eig(), eigh() and svd() end for rows of very different sizes, with unit vectors", () => {
  const sizes = [
    [41, 48, 105, 95, 143, -17, 23, -6],
    [-30, 108, -41, -150, -37, 120, -89, -49],
    [-123, -122, -72, 79, -22, -137, -145],
    [148, -24, -99, -36, -31, -11],
    [128, -82, -145, -64, -88, -112],
    [-127, -102, -53, -67, 118],
  ];
  for (const powers of sizes) {
    const a = array(graded(powers)), size = a.abs().max(), n = powers.length, unit = eye(n);
    const { u, s, vh } = linalg.svd(a);
    ok(largestDifference(u.T.matmul(u), unit) < 1e-13);
    ok(largestDifference(vh.matmul(vh.T), unit) < 1e-13);
    ok(largestDifference(u.mul(s.div(size)).matmul(vh), a.div(size)) < 1e-13);
    const { eigenvalues, eigenvectors } = linalg.eigh(a.add(a.T));
    ok(largestDifference(eigenvectors.T.matmul(eigenvectors), unit) < 1e-13);
    const back = eigenvectors.mul(eigenvalues.div(size)).matmul(eigenvectors.T);
    ok(largestDifference(back, a.add(a.T).div(size)) < 1e-13);
    const { re, im } = linalg.eig(a).eigenvectors;
    ok(largestDifference(re.square().add(im.square()).sum(0), array(new Array(n).fill(1))) < 1e-12);
  }
});

Deno.test("eig() gives finite vectors where balancing scales a block by more than 1e200", () => {
  // a cycle between a row and a column of isolated eigenvalues, which are scaled with it
  for (const sizes of [[86, 86, 88, 81, 27, -303], [-300, -300, -300, -251, 99, 99, 99, -300]]) {
    const n = sizes.length + 2, matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    sizes.forEach((size, i) => {
      matrix[0]![i + 1] = matrix[i + 1]![n - 1] = 9e99;
      matrix[i + 1]![1 + (i + 1) % sizes.length] = 10 ** size;
    });
    matrix[0]![0] = 1;
    matrix[n - 1]![n - 1] = 2;
    const { eigenvalues, eigenvectors: { re, im } } = linalg.eig(matrix);
    for (const part of [eigenvalues.re, eigenvalues.im, re, im]) ok(part.isFinite().all().item());
    ok(largestDifference(re.square().add(im.square()).sum(0), array(new Array(n).fill(1))) < 1e-12);
  }
});

Deno.test("eigh() has orthonormal vectors and its eigenvalues of a subnormal part", () => {
  for (const size of [5e-324, 1e-322, 1e-310, 1e-300, 1e-160]) {
    const { eigenvalues, eigenvectors } = linalg.eigh([[1, 0, 0], [0, 0, size], [0, size, 0]]);
    deepStrictEqual(eigenvalues.toList(), [-size, size, 1]);
    ok(largestDifference(eigenvectors.T.matmul(eigenvectors), eye(3)) < 1e-15);
  }
});

Deno.test("eigh() gives NumPy's vectors with their signs", () => {
  const { eigenvectors } = linalg.eigh([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]);
  const expected = [
    [-0.5, -0.7071067811865475, 0.5],
    [-0.7071067811865475, 0, -0.7071067811865475],
    [-0.5, 0.7071067811865475, 0.5],
  ];
  ok(largestDifference(eigenvectors, array(expected)) < 1e-14);
});

Deno.test("qr() gives NumPy's signs also where an element of the diagonal is 0", () => {
  const { q, r } = linalg.qr([[0, 1], [1, 0]]);
  deepStrictEqual(r.toList(), [[-1, 0], [0, -1]]);
  deepStrictEqual(q!.toList(), [[0, -1], [-1, 0]]);
});

Deno.test("det() neither overflows between nor minds what is beside a pivot of 0", () => {
  const diagonal = (values: number[]) => values.map((value, i) => values.map((_, j) => i === j ? value : 0));
  deepStrictEqual(linalg.det(diagonal([2 ** 333, 2 ** 1000, 2 ** -1000, 2 ** -333])).item(), 1);
  deepStrictEqual(linalg.det(diagonal([2 ** -1000, 2 ** -333, 2 ** 333, -(2 ** 1000)])).item(), -1);
  deepStrictEqual(linalg.det(diagonal([5e-324, 2 ** 1023, 2 ** 51])).item(), 1);
  deepStrictEqual(linalg.det(diagonal([Infinity, 0])).item(), 0);
  deepStrictEqual(linalg.det(diagonal([1e200, 1e200])).item(), Infinity);
});

Deno.test("multiDot() writes into out, and cholesky() of an upper triangle is row-major", () => {
  const out = zeros([2]), chain = [[1, 2], [[1, 2], [3, 4]], [[1, 0], [0, 2]]];
  strictEqual(linalg.multiDot(chain, { out }), out);
  deepStrictEqual(out.toList(), [7, 20]);
  throws(() => linalg.multiDot(chain, { out: zeros([3]) }), { code: /SHP/ });
  const upper = linalg.cholesky([[4, 2], [2, 10]], { upper: true });
  deepStrictEqual([upper.toList(), upper.strides], [[[2, 1], [0, 3]], [16, 8]]);
});

Deno.test("svd(), pinv() and matrixRank() of hermitian matrices read the lower triangle", () => {
  const lower = array([[[2, 9, 9], [-1, -3, 9], [0.5, 4, 1]], [[1, 9, 9], [1, 1, 9], [1, 1, 1]]]);
  const whole = array([[[2, -1, 0.5], [-1, -3, 4], [0.5, 4, 1]], [[1, 1, 1], [1, 1, 1], [1, 1, 1]]]);
  const { u, s, vh } = linalg.svd(lower, { hermitian: true });
  ok(largestDifference(s, linalg.svdvals(whole)) < 1e-14);
  ok(largestDifference(u.mul(s.expandDims(-2)).matmul(vh), whole) < 1e-14);
  ok(largestDifference(vh.matmul(vh.mT), eye(3)) < 1e-14);
  deepStrictEqual(linalg.svd(lower, true, false, true).toList(), s.toList());
  ok(largestDifference(linalg.pinv(lower, 1e-12, true), linalg.pinv(whole, 1e-12)) < 1e-14);
  deepStrictEqual(linalg.matrixRank(lower, { hermitian: true }).toList(), [3, 1]);
  strictEqual(linalg.pinv(lower.astype("f32"), { hermitian: true }).dtype, "f32");
  throws(() => linalg.pinv([[1, 2]], { hermitian: true }), { code: "LIN004" });
});

Deno.test("svd(), pinv() and matrixRank() of hermitian matrices are refused by their own names", () => {
  const bad = [[1, NaN], [NaN, 1]], refused = /^cannot compute (svd|pinv|matrixRank): the matrix holds NaN/;
  throws(() => linalg.svd(bad, { hermitian: true }), { code: "LIN003", message: refused });
  throws(() => linalg.svd(bad, { hermitian: true, computeUv: false }), { code: "LIN003", message: refused });
  throws(() => linalg.pinv(bad, { hermitian: true }), { code: "LIN003", message: refused });
  throws(() => linalg.matrixRank(bad, { hermitian: true }), { code: "LIN003", message: refused });
  throws(() => linalg.matrixRank([[1, 2]], { hermitian: true }), { code: "LIN004", message: /matrixRank/ });
});

Deno.test("lstsq() takes a share that is not between 0 and 1 as half the epsilon, as LAPACK", () => {
  const a = [[1, 0], [0, 1.5e-16]];
  const ranks = [-1, 0, 1, 2, 1e-17, 0.5].map((rcond) => linalg.lstsq(a, [1, 1], { rcond }).rank);
  deepStrictEqual(ranks, [2, 2, 2, 2, 2, 1]);
  deepStrictEqual(linalg.lstsq([[1, 0], [0, 1e-16]], [1, 1], { rcond: 0 }).rank, 1);
});
