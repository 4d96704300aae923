/**
 * The singular value decomposition: where there are more rows than columns a QR factorisation first, then
 * QR steps on the bidiagonal form.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { triu } from "../creation/triangles.ts";
import { concatenate, where } from "../functions.ts";
import { takeAlongAxis } from "../indexing/indexing.ts";
import { argsort, sort } from "../sorting/sort.ts";
import { computed } from "../storage/computed.ts";
import { withArrays } from "../storage/rows.ts";
import { addressOf, elementsOf } from "../storage/strided.ts";
import { symmetricCopy, symmetricEigen } from "./eigen.ts";
import { factorQR, formQ } from "./factoring.ts";
import { refuseUnended, scaleStack, unscale } from "./finite.ts";
import {
  asReal,
  copyStack,
  matrixAddress,
  type MatrixStack,
  newArray,
  newStack,
  realDType,
  refuseNoMatrices,
  stackOver,
} from "./matrices.ts";
import { optionsOf } from "../storage/arguments.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** Which vectors are wanted: none, the first min(m, n), or all. */
type Vectors = "none" | "reduced" | "full";

interface Singular {
  readonly values: NDArray;
  /** (…, m, n) with orthonormal columns; null where none are wanted */
  readonly left: NDArray | null;
  /** (…, n, n) with orthonormal rows; null where none are wanted */
  readonly right: NDArray | null;
}

/** Values and rows of vectors of square matrices, which become the vectors from the right. */
function decomposeSquare(
  operation: string,
  stack: MatrixStack,
  isWanted: boolean,
): { readonly values: NDArray; readonly turns: NDArray } {
  const { batch, numMatrices, numRows: n } = stack, { bidiagonalSvd, svdWork } = arrayKernels();
  const values = newArray(operation, [...batch, n]);
  const turns = newStack(operation, batch, isWanted ? [n, n] : [0, 0]);
  using work = new WorkSpace(operation, 8 * svdWork(n, isWanted ? 1 : 0));
  for (let i = 0; n > 0 && i < numMatrices; i++) {
    const target = addressOf(values.view) + 8 * n * i, turn = isWanted ? matrixAddress(turns, i) : 0;
    if (bidiagonalSvd(n, matrixAddress(stack, i), turn, target, work.address) !== 0) {
      refuseUnended(operation, stack, i);
    }
  }
  return { values, turns: turns.array };
}

/** The decomposition of matrices (…, m, n) with m >= n; the stack is overwritten. */
function decomposeTall(operation: string, stack: MatrixStack, vectors: Vectors): Singular {
  const { numRows: m, numColumns: n } = stack, isWanted = vectors !== "none";
  const powers = scaleStack(operation, stack), numColumns = vectors === "full" ? m : n;
  const unscaled = (values: NDArray) => unscale(elementsOf(values.view) as Float64Array, n, powers);
  if (m === n) {
    const { values, turns } = decomposeSquare(operation, stack, isWanted);
    unscaled(values);
    return { values, left: isWanted ? turns.swapaxes(-1, -2) : null, right: isWanted ? stack.array : null };
  }
  using factored = factorQR(operation, stack, numColumns);
  const rows = stackOver(triu(stack.array.slice(`..., :${n}, :`)).copy());
  const { values, turns } = decomposeSquare(operation, rows, isWanted);
  unscaled(values);
  if (!isWanted) return { values, left: null, right: null };
  const q = formQ(operation, factored, numColumns).array;
  const turned = q.slice(`..., :${n}`).matmul(turns.swapaxes(-1, -2));
  const left = numColumns === n ? turned : concatenate([turned, q.slice(`..., ${n}:`)], q.ndim - 1);
  return { values, left, right: rows.array };
}

/** u, s and vh in f64 of symmetric matrices, of which the lower triangle is read; without vectors s alone. */
function decomposeSymmetric(operation: string, a: NDArray, isWanted: boolean): Decomposed {
  const { values, vectors } = symmetricEigen(operation, symmetricCopy(operation, a, {}), isWanted);
  const sizes = values.abs();
  if (!isWanted) return { u: null, s: sort(sizes).slice("..., ::-1"), vh: null };
  const order = argsort(sizes).slice("..., ::-1");
  const u = takeAlongAxis(vectors.swapaxes(-1, -2), order.expandDims(-2), -1);
  const signs = where(takeAlongAxis(values, order, -1).lt(0), -1, 1);
  return { u, s: takeAlongAxis(sizes, order, -1), vh: u.mul(signs.expandDims(-2)).swapaxes(-1, -2) };
}

/** The factors; u and vh are null where no vectors are wanted. */
interface Decomposed {
  readonly u: NDArray | null;
  readonly s: NDArray;
  readonly vh: NDArray | null;
}

/** Whether matrices are symmetric, of which the lower triangle is read then. */
export interface SymmetricOption {
  /** the matrices are symmetric, and their lower triangle is read: the eigenvalues tell; default false */
  readonly hermitian?: boolean;
}

/** u, s and vh of matrices in f64; without vectors s alone. */
export function decomposeSingular(
  operation: string,
  a: NDArray,
  vectors: Vectors,
  { hermitian = false }: SymmetricOption = {},
): Decomposed {
  refuseNoMatrices(operation, a, { isSquare: hermitian });
  if (hermitian) return decomposeSymmetric(operation, a, vectors !== "none");
  const isWide = a.shape.at(-2)! < a.shape.at(-1)!;
  const { values, left, right } = decomposeTall(operation, copyStack(a, { isTransposed: isWide }), vectors);
  if (!isWide || left === null || right === null) return { u: left, s: values, vh: right };
  return { u: right.swapaxes(-1, -2), s: values, vh: left.swapaxes(-1, -2) };
}

/** The singular values in the dtype of the result. */
export function singularValues(operation: string, a: NDArray, options: SymmetricOption = {}): NDArray {
  return asReal(decomposeSingular(operation, a, "none", options).s, realDType(a));
}

/** Options of `svd`. */
export interface SVDOptions extends SymmetricOption {
  /** all columns of u and rows of vh, not the first min(m, n); default true */
  readonly fullMatrices?: boolean;
  /** false: s alone, as `svdvals` gives it; default true */
  readonly computeUv?: boolean;
}

/** The three factors; it unpacks in this order. */
export type SVDResult = NamedTuple<
  { readonly u: NDArray; readonly s: NDArray; readonly vh: NDArray },
  ["u", "s", "vh"]
>;

/**
 * The singular value decomposition of matrices (…, m, n): u (…, m, m) and vh (…, n, n) orthogonal, s (…, min(m, n))
 * descending, and u[:, :k] · diag(s) · vh[:k] = a. With `computeUv: false` it gives s alone.
 * Refused: LIN003 of NaN and infinities, LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { u, s, vh } = linalg.svd([[3, 0], [0, -2], [0, 0]], { fullMatrices: false });
 * deepStrictEqual([u.shape, s.toList(), vh.shape], [[3, 2], [3, 2], [2, 2]]);
 * ```
 */
export function svd(a: ArrayLike, options?: SVDOptions & { readonly computeUv?: true }): SVDResult;
export function svd(a: ArrayLike, options: SVDOptions & { readonly computeUv: false }): NDArray;
/** by position, as NumPy's full_matrices, compute_uv and hermitian */
export function svd(a: ArrayLike, fullMatrices: boolean, computeUv?: true, hermitian?: boolean): SVDResult;
export function svd(a: ArrayLike, fullMatrices: boolean, computeUv: false, hermitian?: boolean): NDArray;
export function svd(
  a: ArrayLike,
  ...args: readonly unknown[]
): SVDResult | NDArray {
  const { fullMatrices = true, computeUv = true, hermitian = false } = optionsOf<SVDOptions>("svd", args, [
    "fullMatrices",
    "computeUv",
    "hermitian",
  ]);
  if (!computeUv) return computed([a], (x) => singularValues("svd", x!, { hermitian }));
  return withArrays([a], (x) => {
    const { u, s, vh } = decomposeSingular("svd", x!, fullMatrices ? "full" : "reduced", { hermitian });
    const dtype = realDType(x!),
      own = (array: NDArray) => asReal(array.base === null ? array : array.copy(), dtype);
    return unpacked({ u: own(u!), s: own(s), vh: own(vh!) }, "u", "s", "vh");
  });
}

/**
 * The singular values of matrices (…, m, n), descending: (…, min(m, n)). Refused: LIN003, LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.svdvals([[0, 4], [3, 0]]).toList(), [4, 3]);
 * ```
 */
export function svdvals(a: ArrayLike): NDArray {
  return computed([a], (x) => singularValues("svdvals", x!));
}
