/**
 * Kernels for vectors of 256 bits. V8 joins two operations on vectors of 128 bits where both stand in one block, are the
 * same, and so are those that made their operands: it goes back from a *seed*, where it begins, to *leaves*, which it
 * puts together from two halves (see `wasm/function_builder.ts`). So the registers of a value are *pairs* here, low and
 * high, whose code alternates; values are leaves where they come from memory or from what V8 cannot join, and seeds
 * where they go there. What is computed does not change. V8 *weighs* as well: it leaves alone what saves fewer
 * operations than the ends of pairs cost; `wasm/streams.ts` outweighs that, and here is weighed what was measured.
 *
 * V8 calls all this revectorization, and what it joins a pack, as superword-level parallelism does (S. Larsen,
 * S. Amarasinghe, "Exploiting Superword Level Parallelism with Multimedia Instruction Sets", 2000).
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel, ValueRef } from "../../plan/loop_kernel.ts";
import { isChain, uniformValues, vectorFactor, wantedOfBody } from "./vector_factor.ts";

type Savings = Readonly<Partial<Record<ElementwiseOp, Readonly<Record<"f32" | "f64", number>>>>>;

function savings(f32: number, f64: number, names: readonly ElementwiseOp[]): Savings {
  return Object.fromEntries(names.map((name) => [name, { f32, f64 }]));
}

/** Comparisons, whose masks are as wide as what they compare. */
const COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge", "isNan", "isInf", "isFinite"] as const;
/** What joining an operation of floats saves, by what an addition does; of what is missing V8 joins nothing. */
const SAVED: Savings = {
  ...savings(1, 1, ["neg", "abs", "square", "deg2rad", "rad2deg", "add", "sub", "mul", "minimum", "maximum"]),
  ...savings(1, 1, COMPARISONS),
  ...savings(2, 2, ["fmin", "fmax", "copysign", "sign"]),
  // 256 bits take as long as 128
  ...savings(6, 12, ["div", "reciprocal"]),
  ...savings(9, 12, ["sqrt"]),
};
/** the same of chains, in the least */
const SAVED_BY_CHAIN = 20;
/**
 * What each end of pairs costs, a leaf or a seed, and what all of them together cost less: a line through what was
 * measured of kernels with two ends to six, in additions.
 */
const COST_OF_END = 4, LESS_IN_ALL = 2;

/**
 * For each instruction of a list, what V8 saves that joins its code where registers are in pairs; 0: it does not, as of
 * rounding, casts, and masks that change their width.
 */
export function savedByJoining(instructions: readonly Instruction[]): readonly number[] {
  const saved: number[] = [];
  const isMaskOf = (ref: ValueRef, dtype: DType) => {
    const one = instructions[ref]!;
    return saved[ref]! > 0 && one.op === "elementwise" && one.dtype === "bool" && one.compute === dtype;
  };
  for (const instruction of instructions) saved.push(savedByOne(instruction, isMaskOf));
  return saved;
}

function savedByOne(
  instruction: Instruction,
  isMaskOf: (ref: ValueRef, dtype: DType) => boolean,
): number {
  switch (instruction.op) {
    case "multiplyAdd":
      return 1;
    case "where":
      return isFloat(instruction.dtype) && isMaskOf(instruction.args[0], instruction.dtype) ? 1 : 0;
    case "elementwise": {
      const { name, compute } = instruction;
      if (isChain(name, compute)) return SAVED_BY_CHAIN;
      return isFloat(compute) ? SAVED[name]?.[compute] ?? 0 : 0;
    }
    default:
      return 0;
  }
}

/** Whether joining a kernel's body saves more than its ends cost. */
function gains(kernel: LoopKernel): boolean {
  const { body } = kernel, isUniform = uniformValues(kernel), saved = savedByJoining(body);
  // what is taken by instructions that V8 joins, and by others
  const byJoined = new Set<ValueRef>(), byOthers = new Set(wantedOfBody(kernel));
  for (let ref = 0; ref < body.length; ref++) {
    const one = body[ref]!;
    if (isUniform[ref] || !("args" in one)) continue;
    for (const arg of one.args) (saved[ref]! > 0 ? byJoined : byOthers).add(arg);
  }
  let gain = 0, numEnds = 0;
  for (let ref = 0; ref < body.length; ref++) {
    if (isUniform[ref]) continue;
    gain += saved[ref]!;
    if ((saved[ref]! > 0 ? byOthers : byJoined).has(ref)) numEnds++;
  }
  return gain > 0 && gain >= COST_OF_END * numEnds - LESS_IN_ALL;
}

/** Which steps of the vector loop are wide: of two or four registers of each value, which are pairs. */
export type WideSteps =
  /** all; those of some kernels begin with steps of eight registers, see `leadingFactor` */
  | "all"
  /** those before the ordinary ones, while as many elements are left */
  | "first"
  | "none";

/**
 * Which steps of a kernel are wide when vectors have 256 bits: in those that compute so much that joining it gains
 * a tenth at least. Measured in the cache, for 256 bits by for 128: functions 0.55 (erf) to 0.83 (exp2, sin and cos of
 * f32), a quotient by a constant 0.7 (f32) and 0.55 (f64), square roots 0.55, four multiply-adds 0.9, eight 0.6; one
 * multiply-add 1.2.
 *
 * Rows may be short, kept columns few, and the order in which a row is summed must stay: there, wide steps go before
 * the ordinary ones, where there is a chain. Of sums these are wide where vectors have 128 bits as well, see `loop.ts`.
 */
export function wideSteps(kernel: LoopKernel): WideSteps {
  const { accumulators, epilogue, filter, block, stepsAtOnce = 1, numKept, numReduced, vector } = kernel;
  const hasAxis = vector === "reduced" || numKept > 0;
  if (!hasAxis || block !== undefined || stepsAtOnce > 1) return "none";
  const isMap = numReduced === 0 && accumulators.length === 0 && epilogue.length === 0;
  const isList = isMap && numKept === 1;
  if ((!(isList && filter === undefined) && !hasChain(kernel)) || !gains(kernel)) return "none";
  if (isList) return "all";
  if (filter !== undefined) return "none";
  if (vector === "kept" && !isMap) return "first";
  return isOfNeighbours(kernel) && sumsWhole(kernel) ? "first" : "none";
}

/** whether a chain is computed of what is not the same in all lanes */
function hasChain(kernel: LoopKernel): boolean {
  const isUniform = uniformValues(kernel);
  for (let ref = 0; ref < kernel.body.length; ref++) {
    const one = kernel.body[ref]!;
    if (one.op === "elementwise" && isChain(one.name, one.compute) && !isUniform[ref]) return true;
  }
  return false;
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
