/**
 * What the iterations ask of a matrix: finite numbers of a size whose squares neither overflow nor underflow.
 *
 * @module
 */
import { LinAlgError } from "../../errors.ts";
import { describe, elementsOf } from "../storage/strided.ts";
import { matrixName, type MatrixStack } from "./matrices.ts";

/** Refuses what an iteration did not end for. */
export function refuseUnended(operation: string, stack: MatrixStack, index: number): never {
  throw new LinAlgError("LIN003", `${operation} does not end for ${matrixName(stack, index)}`, {
    operands: [describe(stack.array.view)],
  });
}

/**
 * Multiplies each matrix whose elements are very large or very small by a power of 2. Gives the powers by which results
 * are to be multiplied. Refused: LIN003 of NaN and infinities.
 */
export function scaleStack(operation: string, stack: MatrixStack): Float64Array {
  const { numMatrices, numRows, numColumns } = stack, size = numRows * numColumns;
  const elements = elementsOf(stack.array.view), powers = new Float64Array(numMatrices).fill(1);
  for (let i = 0; i < numMatrices; i++) {
    let largest = 0;
    for (let at = i * size; at < (i + 1) * size; at++) {
      const value = Math.abs(elements[at] as number);
      if (!(value <= largest)) largest = value;
      if (largest < Infinity) continue;
      throw new LinAlgError(
        "LIN003",
        `cannot compute ${operation}: ${matrixName(stack, i)} holds NaN or an infinity`,
        {
          operands: [describe(stack.array.view)],
          help: "replace such elements first: where(isFinite(a), a, 0)",
        },
      );
    }
    if (largest === 0 || (largest > 1e-100 && largest < 1e100)) continue;
    const power = 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
    for (let at = i * size; at < (i + 1) * size; at++) elements[at] = elements[at] as number / power;
    powers[i] = power;
  }
  return powers;
}

/** Multiplies the results of each matrix, `count` of them, by its power. */
export function unscale(elements: Float64Array, count: number, powers: Float64Array): void {
  powers.forEach((power, i) => {
    if (power === 1) return;
    for (let at = i * count; at < (i + 1) * count; at++) elements[at] = elements[at]! * power;
  });
}
