/**
 * The prologue of a matrix product: the elementwise instructions that compute its left operand on the way, vector
 * by vector, so that it is never stored.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { Instruction, ValueRef } from "./loop_kernel.ts";

/**
 * The most bytes of a row of C for which its columns fit one tile of registers (two vectors and a half): each
 * element of A is then needed once, and may be computed where it is needed.
 */
export const PRODUCT_TILE_BYTES = 40;

/** The least K from which a prologue pays: a few vectors behind each row's end are computed for nothing. */
export const PROLOGUE_LEAST_K = 64;

/** How an element (m, k) of the left operand is computed. */
export interface GemmPrologue {
  /** `access`: along K; `isPerRow`: whether it differs from row to row */
  readonly operands: readonly {
    readonly dtype: DType;
    readonly access: "unit" | "zero";
    readonly isPerRow: boolean;
  }[];
  readonly body: readonly Instruction[];
  /** the instruction of the body that is the element */
  readonly value: ValueRef;
}

/** Behind the words of the product's descriptor, each operand has two: its pointer, and its row stride in bytes. */
export function descriptorPointerBytes(operand: number): number {
  return operand * 8;
}
