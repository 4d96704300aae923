/**
 * Kernels for vectors of 256 bits. V8 joins two operations on vectors of 128 bits where both stand in one block, are the
 * same, and so are those that made their operands, from a seed back to leaves (see `wasm/function_builder.ts`). So the
 * registers of a value are pairs here, low and high, whose code alternates; values are leaves where they come from
 * memory or from what V8 cannot join, and seeds where they go there. What is computed does not change.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { isChain, uniformValues } from "./vector_factor.ts";

/** operations of floats that are a few instructions each, all of which V8 joins */
const SHORT: ReadonlySet<ElementwiseOp> = new Set<ElementwiseOp>([
  "neg",
  "abs",
  "sign",
  "square",
  "sqrt",
  "reciprocal",
  "deg2rad",
  "rad2deg",
  "add",
  "sub",
  "mul",
  "div",
  "minimum",
  "maximum",
  "fmin",
  "fmax",
  "copysign",
]);

/** Whether V8 joins the instruction's code; of rounding, casts and masks it does not. */
export function isJoined(instruction: Instruction): boolean {
  switch (instruction.op) {
    case "multiplyAdd":
      return true;
    case "elementwise": {
      const { name, compute } = instruction;
      return isChain(name, compute) || (isFloat(compute) && SHORT.has(name));
    }
    default:
      return false;
  }
}

/**
 * Whether a kernel's registers are in pairs where vectors have 256 bits: maps along one axis that have a long chain. All
 * chains gain, from a seventh (exp2 of f32) to two fifths (erf), and what their ends cost is small beside them.
 */
export function isInPairs(kernel: LoopKernel): boolean {
  const { body, accumulators, filter, block, stepsAtOnce = 1, numKept, numReduced } = kernel;
  const isMap = numKept === 1 && numReduced === 0 && accumulators.length === 0 && filter === undefined;
  if (!isMap || block !== undefined || stepsAtOnce > 1) return false;
  const isUniform = uniformValues(kernel);
  return body.some((instruction, ref) =>
    instruction.op === "elementwise" && isChain(instruction.name, instruction.compute) && !isUniform[ref]
  );
}
