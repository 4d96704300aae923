/**
 * Stacks of matrices as the kernels take them: row-major copies in f64, whatever the dtype. Arrays of f32 are computed
 * in f64 and rounded once.
 *
 * @module
 */
import { LinAlgError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { duplicate } from "../elementwise/operations.ts";
import { shapeText, sizeOfShape } from "../storage/layout.ts";
import { addressOf, allocate, describe } from "../storage/strided.ts";

/** The dtypes of a result. */
export type RealDType = "f32" | "f64";

/** f32 of f32 alone, f64 of everything else. */
export function realDType(...arrays: readonly NDArray[]): RealDType {
  return arrays.every(({ dtype }) => dtype === "f32") ? "f32" : "f64";
}

/** Matrices one after the other. */
export interface MatrixStack {
  /** f64, row-major, (…batch, numRows, numColumns) */
  readonly array: NDArray;
  readonly batch: readonly number[];
  readonly numMatrices: number;
  readonly numRows: number;
  readonly numColumns: number;
}

/** The address of a matrix of a stack. */
export function matrixAddress({ array, numRows, numColumns }: MatrixStack, index: number): number {
  return addressOf(array.view) + 8 * numRows * numColumns * index;
}

/** Refuses what is no stack of matrices, or of square ones. Refused: LIN004. */
export function refuseNoMatrices(
  operation: string,
  a: NDArray,
  { isSquare }: { readonly isSquare: boolean },
): void {
  const operands = [describe(a.view)];
  if (a.ndim < 2) {
    throw new LinAlgError("LIN004", `${operation} takes matrices, not ${operands[0]}`, {
      operands,
      help: "give an array of two axes or more; expandDims makes a row or a column of a vector",
    });
  }
  const [numRows, numColumns] = a.shape.slice(-2);
  if (isSquare && numRows !== numColumns) {
    throw new LinAlgError("LIN004", `${operation} takes square matrices, not ${numRows} by ${numColumns}`, {
      operands,
      help: "pinv and lstsq take matrices that are not square",
    });
  }
}

/** A copy of the matrices of an array as f64, transposed if wanted. */
export function copyStack(a: NDArray, { isTransposed = false } = {}): MatrixStack {
  const source = isTransposed ? a.swapaxes(-1, -2) : a;
  return stackOver(new NDArray(duplicate(source.view, { dtype: "f64" })));
}

/** A stack over an array that is row-major f64. */
export function stackOver(array: NDArray): MatrixStack {
  const { shape } = array, batch = shape.slice(0, -2);
  const [numRows, numColumns] = shape.slice(-2) as [number, number];
  return { array, batch, numMatrices: sizeOfShape(batch), numRows, numColumns };
}

/** A new stack whose elements are not set. Refused: MEM005. */
export function newStack(
  operation: string,
  batch: readonly number[],
  [numRows, numColumns]: readonly [number, number],
): MatrixStack {
  return stackOver(newArray(operation, [...batch, numRows, numColumns]));
}

/** A new f64 array whose elements are not set. Refused: MEM005. */
export function newArray(operation: string, shape: readonly number[]): NDArray {
  const sentence = `${operation} gives ${describe({ dtype: "f64", shape })}`;
  return new NDArray(allocate("f64", shape, { demand: { sentence, operands: [] } }));
}

/** The result in its dtype. */
export function asReal(array: NDArray, dtype: RealDType): NDArray {
  return array.dtype === dtype ? array : array.astype(dtype);
}

/** "matrix (2, 0) of the stack", or "the matrix" where it is the only one. */
export function matrixName({ batch }: Pick<MatrixStack, "batch">, index: number): string {
  if (batch.length === 0) return "the matrix";
  const position: number[] = [];
  let rest = index;
  for (const size of batch.toReversed()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `matrix ${shapeText(position)} of the stack`;
}
