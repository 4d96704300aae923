/**
 * The vector factor: how many elements one step of the vector loop takes.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel, ValueRef } from "../../plan/loop_kernel.ts";
import type { VectorBits } from "../vector_bits.ts";

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
export function isChain(name: ElementwiseOp, compute: DType): compute is "f32" | "f64" {
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
  let bytes = 1;
  for (const instruction of instructions) {
    bytes = Math.max(bytes, DTYPE[instruction.dtype].itemsize);
    if (instruction.op === "elementwise") bytes = Math.max(bytes, DTYPE[instruction.compute].itemsize);
  }
  return bytes;
}

/** For each instruction of a list, how many of the values are alive with its own; `starts`: where a value begins. */
function liveCounts(
  instructions: readonly Instruction[],
  roots: readonly number[],
  starts: (ref: number, firstUse: number) => number | null,
): number[] {
  const first = new Map<number, number>(), last = new Map<number, number>();
  for (let at = 0; at < instructions.length; at++) {
    const instruction = instructions[at]!;
    for (const ref of "args" in instruction ? instruction.args : []) {
      if (!first.has(ref)) first.set(ref, at);
      last.set(ref, at);
    }
  }
  for (const ref of roots) last.set(ref, instructions.length);
  const changes = Array<number>(instructions.length + 2).fill(0);
  for (const [ref, end] of last) {
    const start = starts(ref, first.get(ref) ?? ref);
    if (start === null) continue;
    changes[start]!++;
    changes[end + 1]!--;
  }
  const counts: number[] = [];
  let live = 0;
  for (let at = 0; at < instructions.length; at++) counts.push(live += changes[at]!);
  return counts;
}

/** The largest number of values of a list that are alive at once; constants do not count. */
export function maxLive(instructions: readonly Instruction[], roots: readonly number[]): number {
  const starts = (ref: number) => instructions[ref]!.op === "constant" ? null : ref;
  return Math.max(0, ...liveCounts(instructions, roots, starts));
}

/** registers for the values of a step; the rest is for constants and what an operation makes on its way */
const NUM_REGISTERS = 12;
/**
 * What a chain in a step of one, two or four registers waits for itself, in spilled values that take as long. Measured
 * on bodies of 4 to 12 live values with 9 to 120 plain operations beside each function that alternates.
 */
const WAIT = { 1: 24, 2: 7, 4: 0 } as const;
/** the chains that are longest: they wait three times as long */
const LONG: ReadonlySet<ElementwiseOp> = new Set<ElementwiseOp>([
  "sin",
  "cos",
  "tan",
  "atan",
  "atan2",
  "asinh",
  "acosh",
  "erf",
  "pow",
]);

/** Which values of the body are the same in all lanes: they are computed before the loop. */
export function uniformValues({ body, operands }: LoopKernel): readonly boolean[] {
  const isUniform: boolean[] = [];
  for (const instruction of body) {
    let isEqual = instruction.op !== "load" || operands[instruction.operand]!.access === "zero";
    if ("args" in instruction) { for (const ref of instruction.args) isEqual &&= isUniform[ref]!; }
    isUniform.push(isEqual);
  }
  return isUniform;
}

/** The chains of a list. */
function chainsOf(instructions: readonly Instruction[]): Extract<Instruction, { op: "elementwise" }>[] {
  const chains: Extract<Instruction, { op: "elementwise" }>[] = [];
  for (const instruction of instructions) {
    if (instruction.op === "elementwise" && isChain(instruction.name, instruction.compute)) {
      chains.push(instruction);
    }
  }
  return chains;
}

/** The values of the body that a step must leave: of the accumulators, of its stores, the filter. */
export function wantedOfBody({ accumulators, stores, filter }: LoopKernel): ValueRef[] {
  const roots: ValueRef[] = [];
  for (const { value } of accumulators) roots.push(value);
  for (const { value, at } of stores) if (at !== "epilogue") roots.push(value);
  if (filter !== undefined) roots.push(filter);
  return roots;
}

/** For each operation of a body that is no chain and depends on none, how many values are alive with its own. */
function liveOfPlain(kernel: LoopKernel, roots: readonly number[]): number[] {
  const { body } = kernel, isUniform = uniformValues(kernel), dependsOnChain: boolean[] = [];
  for (const instruction of body) {
    const args = "args" in instruction ? instruction.args : [];
    const isOfChain = instruction.op === "elementwise" && isChain(instruction.name, instruction.compute);
    let depends = isOfChain;
    for (const ref of args) depends ||= dependsOnChain[ref]!;
    dependsOnChain.push(depends);
  }
  // a load is emitted where it is first used
  const counts = liveCounts(body, roots, (ref, firstUse) => {
    if (isUniform[ref]) return null;
    return body[ref]!.op === "load" ? firstUse : ref;
  });
  const plain: number[] = [];
  for (let at = 0; at < body.length; at++) {
    if ("args" in body[at]! && !isUniform[at] && !dependsOnChain[at]) plain.push(counts[at]!);
  }
  return plain;
}

/**
 * How many registers of each value are best where all chains alternate. Spills at the chains themselves are few
 * beside their code, and what depends on a chain waits for it, so that it gains by alternating as the chain does: it
 * is the plain operations before and beside the chains, with many values alive, that pay for more registers.
 */
function numAlternating(
  kernel: LoopKernel,
  roots: readonly number[],
  chains: ReturnType<typeof chainsOf>,
  bits: VectorBits,
): 1 | 2 | 4 {
  const plain = liveOfPlain(kernel, roots);
  let numWaits = 0;
  for (const { name } of chains) numWaits += LONG.has(name) ? 3 : 1;
  // the part of each operation's values that find no register, and the waits
  const numRegisters = NUM_REGISTERS * bits / 128;
  let best: 1 | 2 | 4 = 4, least = Infinity;
  for (const unroll of bits === 256 ? [4, 2] as const : [4, 2, 1] as const) {
    let cost = WAIT[unroll] * numWaits;
    for (const live of plain) cost += Math.max(0, 1 - numRegisters / (live * unroll));
    if (cost < least) [best, least] = [unroll, cost];
  }
  return best;
}

/**
 * Elements per step: the lanes of the widest dtype, times the number of registers that fit: two (adjacent pairs of
 * loads and stores), four where accumulators or long chains would otherwise wait for each other, one where a value's
 * code is large.
 * The order in which a floating-point sum with `vector: "reduced"` adds its elements follows from it, so it depends
 * on the kernel alone. A value is never wider than 64 bytes.
 *
 * @param wideFor of wide steps (see `pairs.ts`), whose sums keep the order of ordinary ones all the same: the engine's
 * vectors. For those of 256 bits registers are pairs, so two or four.
 */
export function vectorFactor(kernel: LoopKernel, wideFor: VectorBits | null = null): number {
  const { body, epilogue, accumulators, vector } = kernel;
  const unroll = numUnrolled(kernel, wideFor);
  const indexBytes = accumulators.some(({ op }) => op === "argmin" || op === "argmax") ? 4 : 1;
  // the epilogue is rare: it may take all of 64 bytes; with "reduced" it works on single elements
  const epilogueBytes = vector === "kept" ? (widest(epilogue) * unroll) / 4 : 1;
  return (16 / Math.max(widest(body), indexBytes, epilogueBytes)) * unroll;
}

/** Chains of which eight registers at once gain; of others too many values go to memory and back on their way. */
const IN_EIGHT: ReadonlySet<ElementwiseOp> = new Set<ElementwiseOp>([
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "log2",
  "log10",
  "tanh",
  "asin",
  "atan",
  "asinh",
  "cbrt",
  "erf",
  "sigmoid",
]);

/** A body with more chains is longer to compile than most runs gain: its code is three times that of its other steps. */
const MOST_IN_EIGHT = 2;

/**
 * Elements of the steps with which a kernel begins whose steps all are wide, for vectors of 256 bits: eight registers of
 * each value, four pairs, so that a chain waits less for itself, and a constant that is read again is read for more.
 * Null: the other steps are as good, as where the values of plain operations would not find registers.
 */
export function leadingFactor(kernel: LoopKernel): number | null {
  const { body, filter, stores } = kernel, chains = chainsOf(body);
  if (filter !== undefined || chains.length === 0 || chains.length > MOST_IN_EIGHT) return null;
  if (!chains.every(({ name }) => IN_EIGHT.has(name))) return null;
  const numRegisters = NUM_REGISTERS * 256 / 128, unroll = 8;
  const live = Math.max(0, ...liveOfPlain(kernel, stores.map(({ value }) => value)));
  return live * unroll > numRegisters ? null : (16 / widest(body)) * unroll;
}

/** Whether elements of 8 bytes are only cast to narrower ones: two registers of them would store a few bytes at once. */
function isNarrowing(body: readonly Instruction[]): boolean {
  let narrows = false;
  for (const { op, dtype } of body) {
    if (op !== "load" && op !== "cast") return false;
    if (op === "cast" && DTYPE[dtype].itemsize < 8) narrows = true;
  }
  return narrows && widest(body) === 8;
}

function numUnrolled(kernel: LoopKernel, wideFor: VectorBits | null): 1 | 2 | 4 {
  const { body, accumulators, filter, block, vector, numKept, numReduced } = kernel;
  // a block has a register of every row
  if (block !== undefined || kernel.registers === 1) return 1;
  const chains = chainsOf(body);
  // rows may be short, and sums have registers of their own
  const isPlain = numKept === 1 && numReduced === 0 && accumulators.length === 0 && filter === undefined;
  let alternates = chains.length > 0, hasPart = false, isHeavy = false;
  for (const { name, compute } of chains) {
    if (!isAlternating(name, compute)) alternates = false;
    if (DTYPE[compute].itemsize < widest(body)) hasPart = true;
    if (HEAVY.has(name)) isHeavy = true;
  }
  const roots = wantedOfBody(kernel);
  if (isPlain && isNarrowing(body)) return 4;
  // where V8 joins nothing, wide steps gain by chains that alternate, and by those that had but a part of a register
  const gains = wideFor === 256 || (wideFor === 128 && (alternates || hasPart));
  if (gains || (isPlain && alternates)) return numAlternating(kernel, roots, chains, wideFor ?? 128);
  if (isHeavy) return 1;
  const live = maxLive(body, roots) + accumulators.length;
  // columns are far apart: four registers of a row are a whole cache line of f32 sums in f64; along a row, two
  // sums would wait for their last addition
  if (accumulators.length > 0 && live <= MAX_LIVE / 2) return 4;
  if (accumulators.length > 0 && vector === "kept" && live <= MAX_LIVE_OF_COLUMNS) return 4;
  // what limits a filter is the number of its instructions; the bits of single bytes in four masks fill more than a word
  if (filter !== undefined && live <= MAX_LIVE / 2 && widest(body) > 1) return 4;
  return live > MAX_LIVE ? 1 : 2;
}
