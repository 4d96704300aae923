/**
 * Eigenvalues and eigenvectors.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { computed } from "../storage/computed.ts";
import { refuseArgument, withArrays } from "../storage/rows.ts";
import { addressOf, elementsOf } from "../storage/strided.ts";
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
} from "./matrices.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** Complex numbers as two arrays of one shape and dtype. */
export interface ComplexPair {
  readonly re: NDArray;
  readonly im: NDArray;
}

/** Eigenvalues and eigenvectors; it unpacks in this order. */
type EigenParts<Part> = NamedTuple<
  { readonly eigenvalues: Part; readonly eigenvectors: Part },
  ["eigenvalues", "eigenvectors"]
>;
/** What `eigh` gives. */
export type EighResult = EigenParts<NDArray>;
/** What `eig` gives. */
export type EigResult = EigenParts<ComplexPair>;

/** Which triangle of a symmetric matrix is read; default "L". */
export interface TriangleOption {
  readonly uplo?: "L" | "U" | "l" | "u";
}

/** A copy in which both triangles are the one that is read. Refused: LIN004, ARR002, MEM005. */
export function symmetricCopy(operation: string, a: NDArray, { uplo = "L" }: TriangleOption): MatrixStack {
  const triangle = String(uplo).toUpperCase();
  if (triangle !== "L" && triangle !== "U") {
    refuseArgument(`${operation} reads the triangle "L" or "U", not ${String(uplo)}`);
  }
  refuseNoMatrices(operation, a, { isSquare: true });
  const stack = copyStack(a, { isTransposed: triangle === "U" }), n = stack.numRows;
  const elements = elementsOf(stack.array.view);
  for (let i = 0; i < stack.numMatrices; i++) {
    const start = i * n * n;
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < row; column++) {
        elements[start + column * n + row] = elements[start + row * n + column]!;
      }
    }
  }
  return stack;
}

/**
 * Eigenvalues (…, n), ascending, and eigenvectors (…, n, n), as rows, of symmetric matrices; without vectors these are
 * (…, 0, 0). The stack is overwritten. Refused: LIN003, MEM005, as of the operation.
 */
export function symmetricEigen(
  operation: string,
  stack: MatrixStack,
  isWanted: boolean,
): { readonly values: NDArray; readonly vectors: NDArray } {
  const { batch, numMatrices, numRows: n } = stack, powers = scaleStack(operation, stack);
  const values = newArray(operation, [...batch, n]);
  const vectors = newStack(operation, batch, isWanted ? [n, n] : [0, 0]);
  using work = new WorkSpace(operation, 24 * n);
  for (let i = 0; n > 0 && i < numMatrices; i++) {
    const failed = arrayKernels().symmetricEigen(
      n,
      matrixAddress(stack, i),
      addressOf(values.view) + 8 * n * i,
      isWanted ? matrixAddress(vectors, i) : 0,
      work.address,
    );
    if (failed !== 0) refuseUnended(operation, stack, i);
  }
  unscale(elementsOf(values.view) as Float64Array, n, powers);
  return { values, vectors: vectors.array };
}

/**
 * Eigenvalues, ascending, and orthonormal eigenvectors (columns) of symmetric matrices (…, n, n), of which one triangle
 * is read. Refused: LIN003 of NaN and infinities, LIN004, ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [eigenvalues, eigenvectors] = linalg.eigh([[2, 0], [0, 1]]);
 * deepStrictEqual(eigenvalues.toList(), [1, 2]);
 * deepStrictEqual(eigenvectors.abs().toList(), [[0, 1], [1, 0]]);
 * ```
 */
export function eigh(
  a: ArrayLike,
  ...args: Positional<TriangleOption>
): EighResult {
  const options = optionsOf<TriangleOption>("eigh", args);
  return withArrays([a], (x) => {
    const { values, vectors } = symmetricEigen("eigh", symmetricCopy("eigh", x!, options), true),
      dtype = realDType(x!);
    const eigenvalues = asReal(values, dtype), eigenvectors = asReal(vectors.swapaxes(-1, -2).copy(), dtype);
    return unpacked({ eigenvalues, eigenvectors }, "eigenvalues", "eigenvectors");
  });
}

/**
 * The eigenvalues of symmetric matrices (…, n, n), ascending. Refused: as `eigh`.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.eigvalsh([[3, 0], [0, -3]]).toList(), [-3, 3]);
 * ```
 */
export function eigvalsh(a: ArrayLike, ...args: Positional<TriangleOption>): NDArray {
  const options = optionsOf<TriangleOption>("eigvalsh", args);
  return computed([a], (x) => {
    const { values } = symmetricEigen("eigvalsh", symmetricCopy("eigvalsh", x!, options), false);
    return asReal(values, realDType(x!));
  });
}

interface General {
  readonly re: NDArray;
  readonly im: NDArray;
  /** columns as `generalEigen` leaves them; (…, 0, 0) where not wanted */
  readonly vectors: MatrixStack;
}

function general(operation: string, a: NDArray, isWanted: boolean): General {
  refuseNoMatrices(operation, a, { isSquare: true });
  const stack = copyStack(a),
    { batch, numMatrices, numRows: n } = stack,
    powers = scaleStack(operation, stack);
  const re = newArray(operation, [...batch, n]), im = newArray(operation, [...batch, n]);
  const vectors = newStack(operation, batch, isWanted ? [n, n] : [0, 0]);
  using work = new WorkSpace(operation, 8 * arrayKernels().eigenWork(n));
  for (let i = 0; n > 0 && i < numMatrices; i++) {
    const failed = arrayKernels().generalEigen(
      n,
      matrixAddress(stack, i),
      isWanted ? matrixAddress(vectors, i) : 0,
      addressOf(re.view) + 8 * n * i,
      addressOf(im.view) + 8 * n * i,
      work.address,
    );
    if (failed !== 0) refuseUnended(operation, stack, i);
  }
  for (const part of [re, im]) unscale(elementsOf(part.view) as Float64Array, n, powers);
  return { re, im, vectors };
}

/** Columns of real and imaginary parts in turn, as pairs of complex columns. */
function complexColumns({ im, vectors }: General): ComplexPair {
  const { array, numMatrices, numRows: n } = vectors;
  const parts = newArray("eig", array.shape);
  const values = elementsOf(im.view), real = elementsOf(array.view), imaginary = elementsOf(parts.view);
  imaginary.fill(0 as never);
  for (let i = 0; i < numMatrices; i++) {
    for (let column = 0; column + 1 < n; column++) {
      if (!(values[i * n + column]! > 0)) continue;
      for (let row = 0; row < n; row++) {
        const at = (i * n + row) * n + column, part = real[at + 1] as number;
        imaginary[at] = part;
        imaginary[at + 1] = -part;
        real[at + 1] = real[at]!;
      }
      column++;
    }
  }
  return { re: array, im: parts };
}

/**
 * Eigenvalues (…, n) and eigenvectors (…, n, n; columns of length 1) of square matrices, both as pairs of real arrays.
 * Complex ones come in conjugate pairs, the one with the positive imaginary part first. Refused: LIN003 of NaN and
 * infinities, LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { eigenvalues } = linalg.eig([[0, -1], [1, 0]]);
 * deepStrictEqual([eigenvalues.re.toList(), eigenvalues.im.toList()], [[0, 0], [1, -1]]);
 * ```
 */
export function eig(a: ArrayLike): EigResult {
  return withArrays([a], (x) => {
    const found = general("eig", x!, true), dtype = realDType(x!), columns = complexColumns(found);
    const eigenvalues = { re: asReal(found.re, dtype), im: asReal(found.im, dtype) };
    const eigenvectors = { re: asReal(columns.re, dtype), im: asReal(columns.im, dtype) };
    return unpacked({ eigenvalues, eigenvectors }, "eigenvalues", "eigenvectors");
  });
}

/**
 * The eigenvalues of square matrices (…, n, n) as a pair of real arrays. Refused: as `eig`.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.eigvals([[1, 5], [0, 2]]).re.toList(), [1, 2]);
 * ```
 */
export function eigvals(a: ArrayLike): ComplexPair {
  return withArrays([a], (x) => {
    const { re, im } = general("eigvals", x!, false), dtype = realDType(x!);
    return { re: asReal(re, dtype), im: asReal(im, dtype) };
  });
}
