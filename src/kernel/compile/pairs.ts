/**
 * Kernels for vectors of 256 bits. V8 joins two operations on vectors of 128 bits where both stand in one block, are the
 * same, and so are those that made their operands, from a seed back to leaves (see `wasm/function_builder.ts`). So the
 * registers of a value are pairs here, low and high, whose code alternates; values are leaves where they come from
 * memory or from what V8 cannot join, and seeds where they go there. What is computed does not change.
 *
 * @module
 */
import { DTYPE, isFloat } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { isChain, uniformValues, vectorFactor } from "./vector_factor.ts";

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

/** Which steps of the vector loop have their registers in pairs. */
export type Pairing =
  /** all */
  | "steps"
  /** longer ones, taken before the ordinary ones while so many elements are left */
  | "turns"
  | "none";

/**
 * Where a kernel's registers are in pairs when vectors have 256 bits: in those that compute a long chain. All chains gain,
 * from a sixth (exp2, sin and cos of f32) to two fifths (erf), and what their ends cost is small beside them. Short
 * operations alone gain nothing: their ends take as long as what is joined.
 *
 * Rows may be short, and the order in which a row is summed must stay: such loops have turns.
 */
export function pairing(kernel: LoopKernel): Pairing {
  const { accumulators, epilogue, filter, block, stepsAtOnce = 1, numKept, numReduced, vector } = kernel;
  if (filter !== undefined || block !== undefined || stepsAtOnce > 1 || !hasChain(kernel)) return "none";
  if (vector === "kept") {
    const isMap = numReduced === 0 && accumulators.length === 0 && epilogue.length === 0;
    if (!isMap || numKept === 1) return numKept === 0 ? "none" : "steps";
  }
  return isOfNeighbours(kernel) && sumsWhole(kernel) ? "turns" : "none";
}

/** whether a chain is computed of what is not the same in all lanes */
function hasChain(kernel: LoopKernel): boolean {
  const isUniform = uniformValues(kernel);
  return kernel.body.some((instruction, ref) =>
    instruction.op === "elementwise" && isChain(instruction.name, instruction.compute) && !isUniform[ref]
  );
}

/** whether what the body reads and writes are neighbours or does not move */
function isOfNeighbours({ operands, body, stores }: LoopKernel): boolean {
  return operands.every(({ access }, operand) =>
    access === "unit" || access === "zero" ||
    !(body.some((instruction) => instruction.op === "load" && instruction.operand === operand) ||
      stores.some((store) => store.at === "body" && store.operand === operand))
  );
}

/** whether each accumulator takes whole registers of an ordinary step, and no index */
function sumsWhole(kernel: LoopKernel): boolean {
  const vf = vectorFactor(kernel);
  return kernel.accumulators.every(({ op, dtype }) =>
    isFloat(dtype) && op !== "argmin" && op !== "argmax" && vf * DTYPE[dtype].itemsize >= 16
  );
}
