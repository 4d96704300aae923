/**
 * The vector factor: how many elements one step of the vector loop takes.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";

/** operations that are long chains, of one register as many values as the machine has registers */
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

/** operations that are chains as well, but of fewer registers */
const LIGHTER: ReadonlySet<ElementwiseOp> = new Set<ElementwiseOp>([
  "exp2",
  "sinh",
  "cosh",
  "tan",
  "asin",
  "acos",
  "atan",
  "asinh",
  "acosh",
  "atanh",
  "cbrt",
  "erf",
  "hypot",
  "atan2",
]);

/** Of these, what gains less than a twentieth by four registers whose code alternates (see `wasm/streams.ts`). */
const STRAIGHT: Readonly<Record<"f32" | "f64", ReadonlySet<ElementwiseOp>>> = {
  f32: new Set<ElementwiseOp>([
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "sin",
    "cos",
    "acos",
    "atanh",
    "hypot",
  ]),
  f64: new Set<ElementwiseOp>(["log", "acos", "atanh"]),
};

/** Whether the operation is a long chain of floats. */
function isChain(name: ElementwiseOp, compute: DType): compute is "f32" | "f64" {
  return isFloat(compute) && (HEAVY.has(name) || LIGHTER.has(name));
}

/** Whether the operation's code is to alternate between registers, where a step has several. */
export function isAlternating(name: ElementwiseOp, compute: DType): boolean {
  return isChain(name, compute) && !STRAIGHT[compute].has(name);
}

/** values alive at once above which a second register of each would spill */
const MAX_LIVE = 6;
/** the same for the sums of columns, which are the faster the more of a line of the cache they take at once */
const MAX_LIVE_OF_COLUMNS = 4;

/** The widest element of a list's values, in bytes. */
function widest(instructions: readonly Instruction[]): number {
  const dtypes: DType[] = instructions.flatMap((instruction) =>
    instruction.op === "elementwise" ? [instruction.dtype, instruction.compute] : [instruction.dtype]
  );
  return Math.max(1, ...dtypes.map((dtype) => DTYPE[dtype].itemsize));
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
 * Elements per step: the lanes of the widest dtype, times the number of registers that fit: two (adjacent pairs of
 * loads and stores), four where accumulators or long chains would otherwise wait for each other, one where a value's
 * code is large.
 * The order in which a floating-point sum with `vector: "reduced"` adds its elements follows from it, so it depends
 * on the kernel alone. A value is never wider than 64 bytes.
 */
export function vectorFactor(kernel: LoopKernel): number {
  const { body, epilogue, accumulators, vector } = kernel;
  const unroll = numUnrolled(kernel);
  const indexBytes = accumulators.some(({ op }) => op === "argmin" || op === "argmax") ? 4 : 1;
  // the epilogue is rare: it may take all of 64 bytes; with "reduced" it works on single elements
  const epilogueBytes = vector === "kept" ? (widest(epilogue) * unroll) / 4 : 1;
  return (16 / Math.max(widest(body), indexBytes, epilogueBytes)) * unroll;
}

function numUnrolled(kernel: LoopKernel): 1 | 2 | 4 {
  const { body, accumulators, stores, filter, block, vector, numKept, numReduced } = kernel;
  // a block has a register of every row
  if (block !== undefined) return 1;
  const chains = body.flatMap((instruction) =>
    instruction.op === "elementwise" && isChain(instruction.name, instruction.compute) ? [instruction] : []
  );
  // rows may be short, and sums have registers of their own
  const isPlain = numKept === 1 && numReduced === 0 && accumulators.length === 0 && filter === undefined;
  const alternates = chains.length > 0 && chains.every(({ name, compute }) => isAlternating(name, compute));
  if (isPlain && alternates) return 4;
  if (chains.some(({ name }) => HEAVY.has(name))) return 1;
  const values = [...accumulators, ...stores.filter(({ at }) => at !== "epilogue")].map(({ value }) => value);
  const roots = filter === undefined ? values : [...values, filter];
  const live = maxLive(body, roots) + accumulators.length;
  // columns are far apart: four registers of a row are a whole cache line of f32 sums in f64; along a row, two
  // sums would wait for their last addition
  if (accumulators.length > 0 && live <= MAX_LIVE / 2) return 4;
  if (accumulators.length > 0 && vector === "kept" && live <= MAX_LIVE_OF_COLUMNS) return 4;
  return live > MAX_LIVE ? 1 : 2;
}
