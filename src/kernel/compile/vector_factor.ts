/**
 * The vector factor: how many elements one step of the vector loop takes.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";

/** operations whose code holds many registers of its own: one register of work at a time fills the machine */
const HEAVY: ReadonlySet<ElementwiseOp> = new Set<ElementwiseOp>([
  "exp",
  "expm1",
  "log",
  "log1p",
  "log2",
  "log10",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "pow",
]);

/** values alive at once above which a second register of each would spill */
const MAX_LIVE = 6;

/** The dtypes that a kernel holds in registers. */
function dtypesOf(kernel: LoopKernel): DType[] {
  const instructions = [...kernel.body, ...kernel.epilogue];
  const dtypes = instructions.map((instruction) => instruction.dtype);
  for (const instruction of instructions) {
    if (instruction.op === "elementwise") dtypes.push(instruction.compute);
  }
  for (const { op, dtype } of kernel.accumulators) {
    dtypes.push(dtype);
    if (op === "argmin" || op === "argmax") dtypes.push("i32");
  }
  return dtypes;
}

/** The largest number of values of a list that are alive at once; constants do not count. */
export function maxLive(instructions: readonly Instruction[], roots: readonly number[]): number {
  const last = new Map<number, number>(roots.map((ref) => [ref, instructions.length]));
  instructions.forEach((instruction, at) => {
    if (!("args" in instruction)) return;
    for (const ref of instruction.args) last.set(ref, Math.max(last.get(ref) ?? -1, at));
  });
  let most = 0;
  const ends = new Map<number, number>();
  let live = 0;
  instructions.forEach((instruction, at) => {
    const end = last.get(at);
    if (instruction.op !== "constant" && end !== undefined) {
      live++;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    most = Math.max(most, live);
    live -= ends.get(at) ?? 0;
  });
  return most;
}

/**
 * Elements per step: the lanes of the widest dtype, twice that (adjacent pairs of loads and stores) where the
 * registers allow it. The order in which a floating-point sum with `vector: "reduced"` adds its elements follows
 * from it, so it depends on the kernel alone.
 */
export function vectorFactor(kernel: LoopKernel): number {
  const widest = Math.max(1, ...dtypesOf(kernel).map((dtype) => DTYPE[dtype].itemsize));
  const numLanes = 16 / widest;
  const heavy = [...kernel.body, ...kernel.epilogue].some((instruction) =>
    instruction.op === "elementwise" && HEAVY.has(instruction.name) && instruction.compute.startsWith("f")
  );
  const bodyRoots = [
    ...kernel.accumulators.map(({ value }) => value),
    ...kernel.stores.filter(({ at }) => at === "body").map(({ value }) => value),
  ];
  const live = maxLive(kernel.body, bodyRoots) + kernel.accumulators.length;
  return heavy || live > MAX_LIVE ? numLanes : numLanes * 2;
}
