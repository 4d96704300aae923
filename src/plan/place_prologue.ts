/**
 * From the instructions that a walk has gathered to the prologue of a product.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import type { KernelBuilder } from "./kernel_builder.ts";
import type { ValueRef } from "./loop_kernel.ts";
import type { PlacedPrologue } from "./program.ts";

/**
 * The prologue of what a kernel builder has gathered, over the loops M and K; null where an operand is not made of
 * neighbours along K, or wider than the product: vectors of it would be read too far behind its end.
 */
export function placedPrologue(
  builder: KernelBuilder,
  value: ValueRef,
  dtype: "f32" | "f64",
): PlacedPrologue | null {
  const gathered = builder.gathered();
  const operands = gathered.operands.map(({ operand: { strides: [row, k] }, dtype: own }) => {
    const { itemsize } = DTYPE[own];
    const access = k === 0 ? "zero" as const : k === itemsize ? "unit" as const : null;
    return access === null || itemsize > DTYPE[dtype].itemsize
      ? null
      : { dtype: own, access, isPerRow: row !== 0 };
  });
  if (!operands.every((operand) => operand !== null)) return null;
  return { operands, places: gathered.operands.map(({ operand }) => operand), body: gathered.body, value };
}
