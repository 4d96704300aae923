/**
 * Linear systems, inverses and determinants, by Gaussian elimination with partial pivoting.
 *
 * @module
 */
import { LinAlgError, ShapeError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import { type ArrayLike } from "../creation/creation.ts";
import { eye } from "../creation/triangles.ts";
import { broadcastOf } from "../elementwise/operations.ts";
import { computed } from "../storage/computed.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { textOf } from "../storage/option_kinds.ts";
import { arrayOf, refuseArgument, withArrays } from "../storage/rows.ts";
import { describe, elementsOf } from "../storage/strided.ts";
import {
  asReal,
  copyStack,
  matrixAddress,
  matrixName,
  type MatrixStack,
  realDType,
  refuseNoMatrices,
} from "./matrices.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** Work space of the factorisation of n rows, with its pivots in front. */
function luSpace(
  operation: string,
  n: number,
): { readonly space: WorkSpace; readonly pivots: number; readonly work: number } {
  const pivotBytes = Math.ceil(n / 16) * 64;
  const space = new WorkSpace(operation, pivotBytes + 8 * arrayKernels().luWork!(n));
  return { space, pivots: space.address, work: space.address + pivotBytes };
}

function refuseSingular(operation: string, stack: MatrixStack, index: number, column: number): never {
  throw new LinAlgError("LIN001", `cannot ${operation}: ${matrixName(stack, index)} is singular`, {
    operands: [describe(stack.array.view)],
    notes: [`elimination finds no pivot in column ${column}: it depends on the columns before it`],
    help: "pinv and lstsq take singular matrices",
  });
}

/** X of A X = B, in the place of B; A is one matrix for all, or as many as B has. */
function solveStack(operation: string, a: MatrixStack, b: MatrixStack): void {
  const { luFactor, luSolve } = arrayKernels(), n = a.numRows;
  if (n === 0 || b.numMatrices === 0) return;
  const { space, pivots, work } = luSpace(operation, n);
  using _ = space;
  for (let i = 0; i < b.numMatrices; i++) {
    const matrix = matrixAddress(a, a.numMatrices === 1 ? 0 : i);
    if (i === 0 || a.numMatrices > 1) {
      const missing = luFactor(n, matrix, pivots, work);
      if (missing >= 0) refuseSingular(operation, a, i, missing);
    }
    luSolve(n, matrix, pivots, b.numColumns, matrixAddress(b, i), work);
  }
}

/**
 * X of A X = B for square matrices A (…, n, n); B is (…, n, k), or (n,) as one column. Leading axes broadcast.
 * Refused: LIN001 of a singular matrix, LIN004, SHP007, SHP001, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.solve([[2, 1], [0, 4]], [5, 4]).toList(), [2, 1]);
 * ```
 */
export function solve(a: ArrayLike, b: ArrayLike): NDArray {
  return computed([a, b], (x, y) => {
    refuseNoMatrices("solve", x!, { isSquare: true });
    const isVector = y!.ndim === 1, right = isVector ? y!.expandDims(1) : y!;
    if (right.ndim < 2) refuseNoMatrices("solve", right, { isSquare: false });
    const [n, k] = right.shape.slice(-2) as [number, number];
    if (n !== x!.shape.at(-1)) {
      const operands = [describe(x!.view), describe(y!.view)];
      throw new ShapeError(
        "SHP007",
        `cannot solve ${operands.join(" and ")}: ${x!.shape.at(-1)} rows vs ${n}`,
        {
          operands,
          help: "the right side has as many rows as the matrix",
        },
      );
    }
    const sizes = [x!, right].map(({ view }) => ({ ...view, shape: view.shape.slice(0, -2) }));
    const batch = broadcastOf("solve", sizes, "numpy");
    const isShared = sizeOfShape(x!.shape.slice(0, -2)) === 1;
    const matrices = copyStack(isShared ? x!.reshape([n, n]) : x!.broadcastTo([...batch, n, n]));
    const sides = copyStack(right.broadcastTo([...batch, n, k]));
    solveStack("solve", matrices, sides);
    const result = asReal(sides.array, realDType(x!, y!));
    return isVector ? result.squeeze(-1) : result;
  });
}

/**
 * The inverses of square matrices (…, n, n). Refused: LIN001 of a singular matrix, LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.inv([[2, 0], [0, 4]]).toList(), [[0.5, 0], [0, 0.25]]);
 * ```
 */
export function inv(a: ArrayLike): NDArray {
  return computed([a], (x) => {
    refuseNoMatrices("inv", x!, { isSquare: true });
    const result = copyStack(eye(x!.shape.at(-1)!).broadcastTo(x!.shape));
    solveStack("inv", copyStack(x!), result);
    return asReal(result.array, realDType(x!));
  });
}

/** For each matrix the diagonal of its U, and the sign of its row exchanges. */
function* pivotsOf(
  operation: string,
  x: NDArray,
): Generator<{ readonly diagonal: Float64Array; readonly sign: number }> {
  const stack = copyStack(x), { numMatrices, numRows: n } = stack;
  const { space, pivots, work } = luSpace(operation, n);
  using _ = space;
  const elements = elementsOf(stack.array.view) as Float64Array;
  const rows = new Int32Array(stack.array.view.storage.region.memory.buffer, pivots, n);
  for (let i = 0; i < numMatrices; i++) {
    if (n > 0) arrayKernels().luFactor(n, matrixAddress(stack, i), pivots, work);
    let sign = 1;
    for (let row = 0; row < n; row++) if (rows[row] !== row) sign = -sign;
    const diagonal = Float64Array.from({ length: n }, (_, row) => elements[i * n * n + row * (n + 1)]!);
    yield { diagonal, sign };
  }
}

/** a product of many numbers, without overflow or underflow between; 0 where one is, whatever the others */
function productOf(factors: Float64Array, sign: number): number {
  if (factors.includes(0)) return 0;
  let product = sign, exponent = 0;
  /** nearer to 1, so that the product of two such numbers has all its digits */
  const reduced = (value: number) => {
    for (; Math.abs(value) > 2 ** 400 && Math.abs(value) < Infinity; exponent += 400) value *= 2 ** -400;
    for (; Math.abs(value) < 2 ** -400; exponent -= 400) value *= 2 ** 400;
    return value;
  };
  for (const factor of factors) product = reduced(product * reduced(factor));
  for (; exponent > 0; exponent -= 400) product *= 2 ** 400;
  for (; exponent < 0; exponent += 400) product *= 2 ** -400;
  return product;
}

/**
 * The determinants of square matrices (…, n, n): (…). Refused: LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(linalg.det([[0, 2], [3, 4]]).item(), -6);
 * ```
 */
export function det(a: ArrayLike): NDArray {
  return computed([a], (x) => {
    refuseNoMatrices("det", x!, { isSquare: true });
    const values = Array.from(pivotsOf("det", x!), ({ diagonal, sign }) => productOf(diagonal, sign));
    return asReal(arrayOf(Float64Array.from(values), "f64", x!.shape.slice(0, -2)), realDType(x!));
  });
}

/** What `slogdet` gives; it unpacks in this order. */
export type SlogdetResult = NamedTuple<
  { readonly sign: NDArray; readonly logabsdet: NDArray },
  ["sign", "logabsdet"]
>;

/**
 * The determinants of square matrices as sign (-1, 0, 1) and natural logarithm of the absolute value, which neither
 * overflows nor underflows. Refused: LIN004, MEM005.
 *
 * @example
 * ```ts
 * import { eye, linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [sign, logabsdet] = linalg.slogdet(eye(500).mul(0.01));
 * deepStrictEqual([sign.item(), Math.round(logabsdet.item() as number)], [1, -2303]);
 * ```
 */
export function slogdet(a: ArrayLike): SlogdetResult {
  return withArrays([a], (x) => {
    refuseNoMatrices("slogdet", x!, { isSquare: true });
    const shape = x!.shape.slice(0, -2), dtype = realDType(x!);
    const signs: number[] = [], logarithms: number[] = [];
    for (const { diagonal, sign } of pivotsOf("slogdet", x!)) {
      const isZero = diagonal.includes(0);
      signs.push(isZero ? 0 : diagonal.reduce((product, value) => value < 0 ? -product : product, sign));
      logarithms.push(
        isZero ? -Infinity : diagonal.reduce((sum, value) => sum + Math.log(Math.abs(value)), 0),
      );
    }
    const asArray = (values: number[]) => asReal(arrayOf(Float64Array.from(values), "f64", shape), dtype);
    return unpacked({ sign: asArray(signs), logabsdet: asArray(logarithms) }, "sign", "logabsdet");
  });
}

/**
 * Square matrices to the power of an integer, by repeated squaring; below zero, of the inverse. Integers stay integers
 * and wrap; beyond 2^53 the power is a bigint. Refused: LIN001, LIN004, ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.matrixPower([[1, 1], [1, 0]], 10).toList(), [[89, 55], [55, 34]]);
 * ```
 */
export function matrixPower(a: ArrayLike, n: number | bigint): NDArray {
  return computed([a], (x) => {
    const isExact = typeof n === "bigint" || Number.isSafeInteger(n);
    if (!isExact) return refuseArgument(`matrixPower takes an integer, not ${textOf(n)}`);
    const power = BigInt(n);
    refuseNoMatrices("matrixPower", x!, { isSquare: true });
    if (power === 0n) {
      return eye(x!.shape.at(-1)!, x!.shape.at(-1)!, { dtype: x!.dtype }).broadcastTo(x!.shape).copy();
    }
    let square = power < 0n ? inv(x!) : x!, result: NDArray | null = null;
    for (let rest = power < 0n ? -power : power;; square = square.matmul(square)) {
      if (rest % 2n === 1n) result = result === null ? square : result.matmul(square);
      rest /= 2n;
      if (rest === 0n) return result === x! ? result.copy() : result!;
    }
  });
}

/**
 * x of `tensordot(a, x, x.ndim) = b`: a's first axes, as many as b has, are the rows of one matrix, the others its
 * columns. Refused: LIN001, LIN004, SHP006, MEM005.
 * By position, as in NumPy: `axes`; then options.
 *
 * @example
 * ```ts
 * import { eye, linalg, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.tensorsolve(eye(6).reshape([2, 3, 6]), ones([2, 3])).shape, [6]);
 * ```
 */
export function tensorsolve(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<{ readonly axes?: readonly number[] | null }, ["axes"]>
): NDArray {
  const { axes = null } = optionsOf<{ readonly axes?: readonly number[] | null }>("tensorsolve", args, [
    "axes",
  ]);
  return computed([a, b], (x, y) => {
    const order = axes === null ? x! : x!.moveaxis(axes, axes.map((_, i) => i - axes.length));
    const shape = order.shape.slice(y!.ndim);
    if (sizeOfShape(shape) !== y!.size) refuseTensor("tensorsolve", x!, y!.ndim);
    return solve(order.reshape([y!.size, y!.size]), y!.ravel()).reshape(shape);
  });
}

function refuseTensor(operation: string, a: NDArray, split: number): never {
  throw new LinAlgError(
    "LIN004",
    `${operation} takes a square: ${describe(a.view)} split at axis ${split} is none`,
    {
      operands: [describe(a.view)],
    },
  );
}

/**
 * The inverse of an array under `tensordot` over `ind` axes (default 2): its first `ind` axes are the rows of one
 * matrix. Refused: LIN001, LIN004, ARR002, MEM005.
 * By position, as in NumPy: `ind`; then options.
 *
 * @example
 * ```ts
 * import { eye, linalg } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linalg.tensorinv(eye(24).reshape([4, 6, 8, 3])).shape, [8, 3, 4, 6]);
 * ```
 */
export function tensorinv(a: ArrayLike, ...args: Positional<{ readonly ind?: number }, ["ind"]>): NDArray {
  const { ind = 2 } = optionsOf<{ readonly ind?: number }>("tensorinv", args, ["ind"]);
  return computed([a], (x) => {
    if (!Number.isInteger(ind) || ind <= 0) refuseArgument(`tensorinv takes an ind from 1, not ${ind}`);
    const rows = x!.shape.slice(0, ind), columns = x!.shape.slice(ind), size = sizeOfShape(rows);
    if (size !== sizeOfShape(columns)) refuseTensor("tensorinv", x!, ind);
    return inv(x!.reshape([size, size])).reshape([...columns, ...rows]);
  });
}
