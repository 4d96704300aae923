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

/** What joining an operation of floats saves, beside an addition; of what is missing V8 joins nothing. */
const SAVED: Readonly<Partial<Record<ElementwiseOp, Readonly<Record<"f32" | "f64", number>>>>> = {
  ...savings(1, 1, ["neg", "abs", "square", "deg2rad", "rad2deg", "add", "sub", "mul", "minimum", "maximum"]),
  ...savings(2, 2, ["fmin", "fmax", "copysign", "sign"]),
  // 256 bits take as long as 128
  ...savings(6, 12, ["div", "reciprocal"]),
  ...savings(9, 12, ["sqrt"]),
};
/** the same of chains, in the least */
const SAVED_BY_CHAIN = 20;
/** what a leaf or a seed costs, and how much less they do in all: so fit the measured, of two ends to six */
const COST = 4, LESS = 2;

function savings(f32: number, f64: number, names: readonly ElementwiseOp[]): typeof SAVED {
  return Object.fromEntries(names.map((name) => [name, { f32, f64 }]));
}

/** what joining the instruction saves; 0: V8 does not join its code, that of rounding, casts and masks */
function saved(instruction: Instruction): number {
  if (instruction.op === "multiplyAdd") return 1;
  if (instruction.op !== "elementwise") return 0;
  const { name, compute } = instruction;
  if (isChain(name, compute)) return SAVED_BY_CHAIN;
  return isFloat(compute) ? SAVED[name]?.[compute] ?? 0 : 0;
}

/** Whether V8 joins the instruction's code where registers are in pairs. */
export function isJoined(instruction: Instruction): boolean {
  return saved(instruction) > 0;
}

/** Whether joining a kernel's body saves more than its ends cost. */
function gains(kernel: LoopKernel): boolean {
  const { body, accumulators, stores } = kernel, isUniform = uniformValues(kernel);
  const varying = [...body.entries()].filter(([ref]) => !isUniform[ref]);
  const taken = (isTaker: (instruction: Instruction) => boolean) =>
    varying.flatMap(([, one]) => "args" in one && isTaker(one) ? one.args : []);
  const byJoined = new Set(taken(isJoined));
  const wanted = [...accumulators, ...stores.filter(({ at }) => at === "body")].map(({ value }) => value);
  const byOthers = new Set([...taken((one) => !isJoined(one)), ...wanted]);
  const gain = varying.reduce((sum, [, one]) => sum + saved(one), 0);
  const ends = varying.filter(([ref, one]) => (isJoined(one) ? byOthers : byJoined).has(ref));
  return gain > 0 && gain >= COST * ends.length - LESS;
}

/** Which steps of the vector loop have their registers in pairs. */
export type Pairing =
  /** all */
  | "steps"
  /** longer ones, taken before the ordinary ones while so many elements are left */
  | "turns"
  | "none";

/**
 * Where a kernel's registers are in pairs when vectors have 256 bits: in those that compute so much that joining it gains
 * a tenth at least. Measured in the cache, for 256 bits by for 128: functions 0.55 (erf) to 0.83 (exp2, sin and cos of
 * f32), a quotient by a constant 0.7 (f32) and 0.55 (f64), square roots 0.55, four multiply-adds 0.9, eight 0.6; one
 * multiply-add 1.2.
 *
 * Rows may be short, and the order in which a row is summed must stay: such loops have turns, where they have a chain.
 */
export function pairing(kernel: LoopKernel): Pairing {
  const { accumulators, epilogue, filter, block, stepsAtOnce = 1, numKept, numReduced, vector } = kernel;
  const hasAxis = vector === "reduced" || numKept > 0;
  if (!hasAxis || filter !== undefined || block !== undefined || stepsAtOnce > 1 || !gains(kernel)) {
    return "none";
  }
  const isMap = numReduced === 0 && accumulators.length === 0 && epilogue.length === 0;
  if (isMap && numKept === 1) return "steps";
  if (!hasChain(kernel)) return "none";
  if (vector === "kept" && !isMap) return "steps";
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
