/**
 * What follows from singular values: pseudo-inverses, ranks, condition numbers, least squares.
 *
 * @module
 */
import { LinAlgError, ShapeError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { type ArrayLike, asarray, full, zeros } from "../creation/creation.ts";
import { where } from "../functions.ts";
import { computed } from "../storage/computed.ts";
import { textOf } from "../storage/option_kinds.ts";
import { refuseArgument, withArrays } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";
import { asReal, realDType, refuseNoMatrices } from "./matrices.ts";
import { norm, type NormOrder } from "./norms.ts";
import { decomposeSingular, singularValues, type SymmetricOption } from "./singular.ts";
import { inv } from "./solving.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** The unit in the last place of 1. */
function epsilonOf(a: NDArray): number {
  return realDType(a) === "f32" ? 2 ** -23 : 2 ** -52;
}

function largerSize(a: NDArray): number {
  return Math.max(...a.shape.slice(-2));
}

/** Options of `pinv`. */
export interface PinvOptions extends SymmetricOption {
  /** singular values up to so much of the largest count as 0; default 1e-15 */
  readonly rcond?: ArrayLike;
  /** the same, with max(m, n) times the dtype's epsilon as the default where it is null */
  readonly rtol?: ArrayLike | null;
}

/**
 * The Moore–Penrose pseudo-inverses (…, n, m) of matrices (…, m, n). Refused: LIN003, LIN004, ARR002, MEM005.
 * By position, as in NumPy: `rcond`, `hermitian`; then options.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.pinv([[2, 0], [0, 0], [0, 4]]).toList(), [[0.5, 0, 0], [0, 0, 0.25]]);
 * ```
 */
export function pinv(a: ArrayLike, ...args: Positional<PinvOptions, ["rcond", "hermitian"]>): NDArray {
  const { rcond, rtol, hermitian = false } = optionsOf<PinvOptions>("pinv", args, ["rcond", "hermitian"]);
  return computed([a], (x) => {
    refuseNoMatrices("pinv", x!, { isSquare: false });
    if (rcond !== undefined && rtol !== undefined) {
      refuseArgument("pinv takes rcond or rtol, which are the same");
    }
    const [m, n] = x!.shape.slice(-2) as [number, number], dtype = realDType(x!);
    if (m === 0 || n === 0) return zeros([...x!.shape.slice(0, -2), n, m], { dtype: x!.dtype });
    const share = asarray(rcond ?? (rtol === null ? largerSize(x!) * epsilonOf(x!) : rtol) ?? 1e-15);
    const { u, s, vh } = decomposeSingular("pinv", x!, "reduced", { hermitian });
    const cutoff = s.max(-1, { keepdims: true }).mul(share.ndim === 0 ? share : share.expandDims(-1));
    const inverse = where(s.gt(cutoff), s.reciprocal(), 0);
    const product = vh!.swapaxes(-1, -2).mul(inverse.expandDims(-2)).matmul(u!.swapaxes(-1, -2));
    return asReal(product, dtype);
  });
}

/** Options of `matrixRank`. */
export interface RankOptions extends SymmetricOption {
  /** singular values up to this count as 0 */
  readonly tol?: ArrayLike | null;
  /** the same as a share of the largest; default max(m, n) times the dtype's epsilon */
  readonly rtol?: ArrayLike | null;
}

/**
 * The ranks (i64) of matrices (…, m, n): how many singular values are above the tolerance. Refused: LIN003, LIN004, ARR002,
 * MEM005.
 * By position, as in NumPy: `tol`, `hermitian`; then options.
 *
 * @example
 * ```ts
 * import { eye, linalg, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([eye(4), ones([4, 4])].map((a) => linalg.matrixRank(a).item()), [4, 1]);
 * ```
 */
export function matrixRank(a: ArrayLike, ...args: Positional<RankOptions, ["tol", "hermitian"]>): NDArray {
  const names = ["tol", "hermitian"] as const;
  const { tol = null, rtol = null, hermitian = false } = optionsOf<RankOptions>("matrixRank", args, names);
  return computed([a], (x) => {
    if (tol !== null && rtol !== null) refuseArgument("matrixRank takes tol or rtol, not both");
    if (x!.ndim < 2) return x!.any().astype("i64");
    const s = singularValues("matrixRank", x!, { hermitian });
    if (s.shape.at(-1) === 0) return zeros(s.shape.slice(0, -1), { dtype: "i64" });
    const perMatrix = (value: ArrayLike) => {
      const array = asarray(value);
      return array.ndim === 0 ? array : array.expandDims(-1);
    };
    const cutoff = tol !== null
      ? perMatrix(tol)
      : s.max(-1, { keepdims: true }).mul(perMatrix(rtol ?? largerSize(x!) * epsilonOf(x!)));
    return s.gt(cutoff).sum(-1).astype("i64");
  });
}

/**
 * The condition numbers of matrices in a norm; default the 2-norm, in which they are the ratio of the largest singular
 * value to the smallest. Infinite of a singular matrix. Refused: LIN003, LIN004, ARR002, MEM005.
 * By position, as in NumPy: `p`; then options.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(linalg.cond([[2, 0], [0, 8]]).item(), 4);
 * strictEqual(linalg.cond([[1, 2], [2, 4]], { p: 1 }).item(), Infinity);
 * ```
 */
export function cond(x: ArrayLike, ...args: Positional<{ readonly p?: NormOrder }, ["p"]>): NDArray {
  const { p = null } = optionsOf<{ readonly p?: NormOrder }>("cond", args, ["p"]);
  return computed([x], (a) => {
    refuseNoMatrices("cond", a!, { isSquare: false });
    if (a!.shape.at(-1) === 0 || a!.shape.at(-2) === 0) {
      throw new LinAlgError("LIN004", `cond takes matrices with elements, not ${describe(a!.view)}`);
    }
    const dtype = realDType(a!);
    if (p === null || p === 2 || p === -2) {
      const s = singularValues("cond", a!), largest = s.max(-1), smallest = s.min(-1);
      const ratio = p === -2 ? smallest.div(largest) : largest.div(smallest);
      // 0 / 0 of a matrix of zeros
      return where(ratio.isNan(), full([], Infinity, { dtype }), ratio);
    }
    const of = (matrices: NDArray) => norm(matrices, { ord: p, axis: [-2, -1] });
    const product = of(a!).mul(of(inverseOrInfinity(a!)));
    // 0 · infinity of a matrix of zeros; a NaN of the matrix stays
    const hasNan = a!.isNan().any([-2, -1]);
    return where(product.isNan().logicalAnd(hasNan.logicalNot()), full([], Infinity, { dtype }), product);
  });
}

/** The inverses; a singular matrix has infinities. */
function inverseOrInfinity(a: NDArray): NDArray {
  try {
    return inv(a);
  } catch (error) {
    if (!(error instanceof LinAlgError) || error.code !== "LIN001") throw error;
    const matrices = a.reshape([-1, ...a.shape.slice(-2)]);
    const inverses = zeros(matrices.shape, { dtype: realDType(a) });
    for (let i = 0; i < matrices.shape[0]!; i++) {
      try {
        inverses.set([i], inv(matrices.slice([i])));
      } catch (single) {
        if (!(single instanceof LinAlgError) || single.code !== "LIN001") throw single;
        inverses.set([i], Infinity);
      }
    }
    return inverses.reshape(a.shape);
  }
}

interface LeastSquaresParts {
  /** (n,) or (n, k) */
  readonly x: NDArray;
  /** the squared length of b - a x for each column, of a matrix of full rank with more rows than columns; else empty */
  readonly residuals: NDArray;
  readonly rank: number;
  /** the singular values of a */
  readonly s: NDArray;
}

/** What `lstsq` gives; it unpacks in this order. */
export type LeastSquares = NamedTuple<LeastSquaresParts, ["x", "residuals", "rank", "s"]>;

/**
 * The x of least length with the least |b - a x|, for a matrix a (m, n) and b (m,) or (m, k). Singular values up to
 * `rcond` times the largest count as 0; default max(m, n) times the dtype's epsilon. An `rcond` not between 0 and 1
 * stands for half the epsilon.
 * Refused: LIN003, LIN004, SHP007, ARR002, MEM005.
 * By position, as in NumPy: `rcond`; then options.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [x, , rank] = linalg.lstsq([[0, 1], [1, 1], [2, 1], [3, 1]], [-1, 0.2, 0.9, 2.1]);
 * deepStrictEqual(x.mul(100).round().div(100).toList(), [1, -0.95]);
 * deepStrictEqual(rank, 2);
 * ```
 */
export function lstsq(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<{ readonly rcond?: number | null }, ["rcond"]>
): LeastSquares {
  const { rcond = null } = optionsOf<{ readonly rcond?: number | null }>("lstsq", args, ["rcond"]);
  if (rcond !== null && typeof rcond !== "number") {
    refuseArgument(`lstsq takes a number as rcond, not ${textOf(rcond)}`);
  }
  return withArrays([a, b], (matrix, given) => {
    if (matrix!.ndim !== 2) {
      throw new LinAlgError("LIN004", `lstsq takes one matrix, not ${describe(matrix!.view)}`);
    }
    const isVector = given!.ndim === 1, side = isVector ? given!.expandDims(1) : given!;
    const [m, n] = matrix!.shape as [number, number];
    if (side.ndim !== 2 || side.shape[0] !== m) {
      const operands = [describe(matrix!.view), describe(given!.view)];
      throw new ShapeError(
        "SHP007",
        `cannot lstsq ${operands.join(" and ")}: ${m} rows vs ${side.shape[0]}`,
        {
          operands,
        },
      );
    }
    const dtype = realDType(matrix!, given!), epsilon = dtype === "f32" ? 2 ** -23 : 2 ** -52;
    const { u, s, vh } = decomposeSingular("lstsq", matrix!, "reduced");
    const share = rcond ?? epsilon * Math.max(m, n);
    const values = s.toTypedArray() as Float64Array;
    // LAPACK's gelsd takes half the epsilon for a share that is none
    const cutoff = (values[0] ?? 0) * (share > 0 && share < 1 ? share : epsilon / 2);
    const rank = values.filter((value) => value > cutoff).length;
    const right = side.astype("f64");
    const parts = u!.slice(`:, :${rank}`).swapaxes(0, 1).matmul(right).div(s.slice(`:${rank}`).expandDims(1));
    const x = vh!.slice(`:${rank}`).swapaxes(0, 1).matmul(parts);
    const isOver = rank === n && m > n;
    const residuals = isOver ? right.sub(matrix!.astype("f64").matmul(x)).square().sum(0) : zeros([0]);
    return unpacked(
      {
        x: asReal(isVector ? x.reshape([n]).copy() : x, dtype),
        residuals: asReal(residuals, dtype),
        rank,
        s: asReal(s, dtype),
      },
      "x",
      "residuals",
      "rank",
      "s",
    );
  });
}
