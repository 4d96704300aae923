/**
 * Loops along rows of known length, several steps in one turn: the count is checked and pointers move once for all, and
 * turns are chosen that leave few steps over.
 *
 * @module
 */
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import type { Stage } from "../../plan/program.ts";
import { wideSteps } from "./pairs.ts";
import { isArg } from "./reduction.ts";
import { isChain, vectorFactor } from "./vector_factor.ts";

/** Steps that may be taken in one turn of a loop. */
const STEPS_AT_ONCE = [2, 3, 5, 7] as const;
/** The same of maps whose rows pass once, the best first where as many are left. */
const STEPS_OF_MAP = { one: [5, 7, 6, 4, 3, 2], several: [3, 2] } as const;
/** Longer bodies gain less, and their code is long to compile. */
const MOST_INSTRUCTIONS = 12;

/** A kernel and the sizes of its loops. */
type SizedKernel = Pick<Extract<Stage, { kind: "loop" }>, "kernel" | "sizes">;

/** how many steps of a turn leave the fewest over, of a row's */
function fewestOver(numSteps: number, turns: readonly number[]): number {
  return turns.reduce((best, steps) => numSteps % steps < numSteps % best ? steps : best);
}

/**
 * How many steps a turn takes where rows come from memory: what leaves the fewest over. Those are loads at another place
 * in the code, by which the processor's prefetch goes: it begins anew behind them, and rows take up to twice as long.
 */
export function readingSteps(numElements: number, vf: number): number {
  return fewestOver(Math.floor(numElements / vf), STEPS_AT_ONCE);
}

/** Whether one loop goes along each row, of which several steps can be taken in one turn. */
function takesSeveral(kernel: LoopKernel): boolean {
  const { body, accumulators, operands, filter, block, numKept, numReduced, vector } = kernel;
  const isOneLoop = numKept > 0 && filter === undefined && block === undefined &&
    (vector === "reduced" || numReduced === 0) && !accumulators.some(({ op }) => isArg(op));
  const isOfNeighbours = operands.every(({ access }) => access === "unit" || access === "zero");
  // chains have steps of their own
  const hasChain = body.some((one) => one.op === "elementwise" && isChain(one.name, one.compute));
  return isOneLoop && isOfNeighbours && !hasChain && wideSteps(kernel) === "none";
}

/**
 * The kernel of a driven stage: where one loop goes along the row, with several steps in one turn of it. Rows that lie in
 * the nearest cache are bound by the number of instructions, where those from memory are not.
 */
export function drivenKernel({ kernel, sizes }: SizedKernel): LoopKernel {
  if (!takesSeveral(kernel)) return kernel;
  const along = sizes.at(-1);
  const reads = kernel.numReduced > 0 && typeof along === "number";
  return { ...kernel, stepsAtOnce: reads ? readingSteps(along, vectorFactor(kernel)) : STEPS_AT_ONCE[0] };
}

/**
 * The kernel of a map whose rows pass once: several steps in one turn, and steps of one register where those leave a
 * smaller part of a step over, for which there is longer code.
 */
export function rowMapKernel({ kernel, sizes }: SizedKernel): LoopKernel {
  const { body, numKept, numReduced } = kernel, along = sizes.at(-1);
  const isMap = numReduced === 0 && numKept > 1 && body.length <= MOST_INSTRUCTIONS;
  if (!isMap || typeof along !== "number" || !takesSeveral(kernel)) return kernel;
  const narrow: LoopKernel = { ...kernel, registers: 1 };
  const whole = vectorFactor(kernel), vf = vectorFactor(narrow);
  const isNarrow = along % vf < along % whole || vf === whole;
  const numSteps = Math.floor(along / (isNarrow ? vf : whole));
  const stepsAtOnce = fewestOver(numSteps, isNarrow ? STEPS_OF_MAP.one : STEPS_OF_MAP.several);
  if (stepsAtOnce > numSteps) return kernel;
  return isNarrow ? { ...narrow, stepsAtOnce } : { ...kernel, stepsAtOnce };
}
