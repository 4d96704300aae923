/**
 * The Cholesky and QR factorisations.
 *
 * @module
 */
import { LinAlgError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { triu } from "../creation/triangles.ts";
import { computed } from "../storage/computed.ts";
import { refuseArgument, withArrays } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";
import {
  asReal,
  copyStack,
  matrixAddress,
  matrixName,
  type MatrixStack,
  newStack,
  realDType,
  refuseNoMatrices,
} from "./matrices.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/**
 * The lower triangles L of L Lᵀ = A for symmetric positive definite matrices (…, n, n), of which the lower triangle is
 * read; with `upper`, the upper triangle is read and is Lᵀ. Refused: LIN002 of a matrix that is not positive
 * definite, LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.cholesky([[4, 2], [2, 10]]).toList(), [[2, 0], [1, 3]]);
 * ```
 */
export function cholesky(a: ArrayLike, ...args: Positional<{ readonly upper?: boolean }>): NDArray {
  const { upper = false } = optionsOf<{ readonly upper?: boolean }>("cholesky", args);
  return computed([a], (x) => {
    refuseNoMatrices("cholesky", x!, { isSquare: true });
    const stack = copyStack(x!, { isTransposed: upper }), { numMatrices, numRows: n } = stack;
    const { choleskyFactor, choleskyWork } = arrayKernels();
    using work = new WorkSpace("cholesky", 8 * choleskyWork(n));
    for (let i = 0; n > 0 && i < numMatrices; i++) {
      const failed = choleskyFactor(n, matrixAddress(stack, i), work.address);
      if (failed < 0) continue;
      throw new LinAlgError("LIN002", `cannot factor: ${matrixName(stack, i)} is not positive definite`, {
        operands: [describe(x!.view)],
        notes: [`the leading ${failed + 1} by ${failed + 1} part has no root of its last pivot`],
        help: "eigh takes every symmetric matrix",
      });
    }
    const result = asReal(stack.array, realDType(x!));
    return upper ? result.swapaxes(-1, -2).copy() : result;
  });
}

/** Which factors `qr` gives: the first min(m, n) columns of Q, all m, or R alone. */
export type QRMode = "reduced" | "complete" | "r";

/** A factored stack: R above the diagonal, reflections below it. */
export interface Reflections {
  readonly stack: MatrixStack;
  /** addresses of the factors of the reflections, and of work space */
  readonly tau: number;
  readonly work: number;
}

/** Factors each matrix of a stack in place. The work space is for `numColumns` columns of Q. */
export function factorQR(
  operation: string,
  stack: MatrixStack,
  numColumns: number,
): Reflections & Disposable {
  const { numRows: m, numColumns: n, numMatrices } = stack;
  const rank = Math.min(m, n), { qrFactor, qrWork } = arrayKernels();
  // one space for both: the factors of the reflections, then the work space
  const tauBytes = Math.ceil(rank * Math.max(1, numMatrices) / 8) * 64;
  const space = new WorkSpace(operation, tauBytes + 8 * qrWork(m, Math.max(n, numColumns)));
  const tau = space.address, work = tau + tauBytes;
  for (let i = 0; rank > 0 && i < numMatrices; i++) {
    qrFactor(m, n, matrixAddress(stack, i), tau + 8 * rank * i, work);
  }
  return { stack, tau, work, [Symbol.dispose]: () => space[Symbol.dispose]() };
}

/** So many columns of each Q. */
export function formQ(operation: string, { stack, tau, work }: Reflections, numColumns: number): MatrixStack {
  const { batch, numMatrices, numRows: m, numColumns: n } = stack, rank = Math.min(m, n);
  const q = newStack(operation, batch, [m, numColumns]);
  for (let i = 0; i < numMatrices; i++) {
    const factors = tau + 8 * rank * i;
    arrayKernels().qrForm(
      m,
      n,
      matrixAddress(stack, i),
      factors,
      numColumns,
      matrixAddress(q, i),
      work,
    );
  }
  return q;
}

/** Both factors; it unpacks in this order. */
export type QRResult = NamedTuple<{ readonly q: NDArray; readonly r: NDArray }, ["q", "r"]>;
/** R, and Q where the mode is not "r". */
export type QRParts = NamedTuple<{ readonly q: NDArray | null; readonly r: NDArray }, ["q", "r"]>;

/**
 * Q with orthonormal columns and upper triangles R of Q R = A, for matrices (…, m, n). With the mode "reduced" (the
 * default) Q has min(m, n) columns, with "complete" m, with "r" there is only R (as `q` null).
 * Refused: LIN004, ARR002, MEM005.
 * By position, as in NumPy: `mode`; then options.
 *
 * @example
 * ```ts
 * import { linalg, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [q, r] = linalg.qr(ones([9, 6]));
 * deepStrictEqual([q.shape, r.shape], [[9, 6], [6, 6]]);
 * ```
 */
export function qr(
  a: ArrayLike,
  ...args: Positional<{ readonly mode?: Exclude<QRMode, "r"> }, ["mode"]>
): QRResult;
/** R alone, where the mode is "r" */
export function qr(
  a: ArrayLike,
  ...args: Positional<{ readonly mode?: QRMode }, ["mode"]>
): QRParts;
export function qr(a: ArrayLike, ...args: Positional<{ readonly mode?: QRMode }, ["mode"]>): QRParts {
  const { mode = "reduced" } = optionsOf<{ readonly mode?: QRMode }>("qr", args, ["mode"]);
  return withArrays([a], (x) => {
    if (mode !== "reduced" && mode !== "complete" && mode !== "r") {
      return refuseArgument(`qr has the modes reduced, complete and r, not ${String(mode)}`);
    }
    refuseNoMatrices("qr", x!, { isSquare: false });
    const stack = copyStack(x!), dtype = realDType(x!), rank = Math.min(stack.numRows, stack.numColumns);
    const numColumns = mode === "complete" ? stack.numRows : rank;
    using factored = factorQR("qr", stack, numColumns);
    const rows = stack.array.slice(`..., :${mode === "complete" ? stack.numRows : rank}, :`);
    const r = asReal(triu(rows), dtype);
    const q = mode === "r" ? null : asReal(formQ("qr", factored, numColumns).array, dtype);
    return unpacked({ q, r }, "q", "r");
  });
}
