/**
 * Reductions down the columns of arrays that are larger than the cache. A kernel whose lanes run along columns goes
 * down all rows for a few columns at a time, and would bring the whole array from memory for each of these few. So
 * the rows are cut into blocks that stay in the cache: a first kernel leaves the partial result of every block, and a
 * second one combines them. Where blocks begin depends on the sizes alone, so results do not change from run to run.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { vectorFactor } from "../kernel/compile/vector_factor.ts";
import type { Instruction, LoopKernel } from "../plan/loop_kernel.ts";

/** Where an operand lies: its pointer, and one stride a loop, in bytes. */
export interface PlacedOperand {
  readonly pointer: number;
  readonly strides: readonly number[];
}

/** A kernel with its sizes and operands. */
export interface KernelCall {
  readonly kernel: LoopKernel;
  readonly sizes: readonly number[];
  readonly operands: readonly PlacedOperand[];
}

/** Bytes that may be gone through once for each few columns: they stay in the second-level cache. */
const WHOLE_BYTES = 256 * 1024;
/** Bytes of a block, and its rows. */
const BLOCK = { bytes: 64 * 1024, leastRows: 16, mostRows: 1024 } as const;

/** The kernel calls of a reduction in blocks. */
export interface BlockedReduction {
  /** the dtype of each accumulator's partial results: an array of (blocks, kept elements) for each */
  readonly partials: readonly DType[];
  /** elements of one array of partial results */
  readonly numPartials: number;
  /** the calls, given the addresses of the arrays of partial results */
  readonly calls: (pointers: readonly number[]) => KernelCall[];
}

function bodyLoads({ body }: LoopKernel): number[] {
  return [...new Set(body.flatMap((one) => one.op === "load" ? [one.operand] : []))];
}

/** Rows of a block; null: the reduction is done in one. */
function rowsOfBlock({ kernel, sizes, operands }: KernelCall): number | null {
  const { numKept, numReduced, vector, accumulators, stores } = kernel;
  if (vector !== "kept" || numKept === 0 || numReduced === 0) return null;
  if (accumulators.some(({ op }) => op === "argmin" || op === "argmax")) return null;
  if (stores.some(({ at }) => at !== "epilogue")) return null;
  const numColumns = sizes[numKept - 1]!, numRows = sizes[numKept]!;
  if (numColumns <= vectorFactor(kernel)) return null;
  const inner = sizes.slice(numKept + 1).reduce((product, size) => product * size, 1);
  const widths = bodyLoads(kernel).filter((operand) => operands[operand]!.strides[numKept] !== 0)
    .map((operand) => DTYPE[kernel.operands[operand]!.dtype].itemsize);
  const rowBytes = numColumns * inner * widths.reduce((sum, width) => sum + width, 0);
  if (rowBytes * numRows <= WHOLE_BYTES) return null;
  const fitting = 2 ** Math.floor(Math.log2(Math.max(1, BLOCK.bytes / rowBytes)));
  const rows = Math.min(BLOCK.mostRows, Math.max(BLOCK.leastRows, fitting));
  return numRows >= 2 * rows ? rows : null;
}

/** the instructions with the operands of their loads renumbered */
function renumbered(list: readonly Instruction[], operands: readonly number[], first: number): Instruction[] {
  return list.map((one) =>
    one.op === "load" ? { ...one, operand: first + operands.indexOf(one.operand) } : one
  );
}

/** The reduction in blocks, or null where one call is as good. */
export function blockedReduction(call: KernelCall): BlockedReduction | null {
  const rows = rowsOfBlock(call);
  if (rows === null) return null;
  const { kernel, sizes } = call, { numKept } = kernel;
  const kept = sizes.slice(0, numKept), numRows = sizes[numKept]!;
  const numBlocks = Math.ceil(numRows / rows),
    numKeptElements = kept.reduce((product, size) => product * size, 1);
  const partials = kernel.accumulators.map(({ dtype }) => dtype);
  return {
    partials,
    numPartials: numBlocks * numKeptElements,
    calls: (pointers) => [
      ...partialCalls(call, { rows, pointers }),
      combination(call, { numBlocks, pointers }),
    ],
  };
}

/** strides of partial results over (blocks, kept axes) */
function partialStrides(kept: readonly number[], itemsize: number): number[] {
  const strides: number[] = [];
  let stride = itemsize;
  for (const size of [...kept].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return [stride, ...strides];
}

/** the calls that leave partial results: all whole blocks, and what is left */
function partialCalls(
  { kernel, sizes, operands }: KernelCall,
  { rows, pointers }: { rows: number; pointers: readonly number[] },
): KernelCall[] {
  const { numKept, numReduced, accumulators } = kernel;
  const loaded = bodyLoads(kernel), kept = sizes.slice(0, numKept), inner = sizes.slice(numKept + 1);
  const blocks: LoopKernel = {
    numKept: numKept + 1,
    numReduced,
    vector: "kept",
    operands: [
      ...loaded.map((operand) => kernel.operands[operand]!),
      ...accumulators.map(({ dtype }) => ({ dtype, access: "unit" as const })),
    ],
    body: renumbered(kernel.body, loaded, 0),
    accumulators,
    epilogue: accumulators.map(({ dtype }, index) => ({ op: "accumulator", dtype, index })),
    stores: accumulators.map((_, i) => ({ operand: loaded.length + i, value: i, at: "epilogue" })),
  };
  const numWhole = Math.floor(sizes[numKept]! / rows), left = sizes[numKept]! % rows;
  const callOf = (first: number, numBlocks: number, numRows: number): KernelCall => ({
    kernel: blocks,
    sizes: [numBlocks, ...kept, numRows, ...inner],
    operands: [
      ...loaded.map((operand) => {
        const { pointer, strides } = operands[operand]!, row = strides[numKept]!;
        return { pointer: pointer + first * rows * row, strides: [rows * row, ...strides] };
      }),
      ...accumulators.map(({ dtype }, i) => {
        const strides = partialStrides(kept, DTYPE[dtype].itemsize);
        return {
          pointer: pointers[i]! + first * strides[0]!,
          strides: [...strides, ...new Array<number>(numReduced).fill(0)],
        };
      }),
    ],
  });
  return [callOf(0, numWhole, rows), ...(left === 0 ? [] : [callOf(numWhole, 1, left)])];
}

/** the call that combines the partial results, and does what follows the reduction */
function combination(
  { kernel, sizes, operands }: KernelCall,
  { numBlocks, pointers }: { numBlocks: number; pointers: readonly number[] },
): KernelCall {
  const { numKept, accumulators, epilogue, stores } = kernel, numPartials = accumulators.length;
  const kept = sizes.slice(0, numKept);
  const others = [
    ...new Set([
      ...epilogue.flatMap((one) => one.op === "load" ? [one.operand] : []),
      ...stores.map(({ operand }) => operand),
    ]),
  ];
  return {
    kernel: {
      numKept,
      numReduced: 1,
      vector: "kept",
      operands: [
        ...accumulators.map(({ dtype }) => ({ dtype, access: "unit" as const })),
        ...others.map((operand) => kernel.operands[operand]!),
      ],
      body: accumulators.map(({ dtype }, operand) => ({ op: "load", dtype, operand })),
      accumulators: accumulators.map(({ op, dtype }, value) => ({ op, dtype, value, fuseMultiply: false })),
      epilogue: renumbered(epilogue, others, numPartials),
      stores: stores.map((store) => ({ ...store, operand: numPartials + others.indexOf(store.operand) })),
    },
    sizes: [...kept, numBlocks],
    operands: [
      ...accumulators.map(({ dtype }, i) => {
        const [block, ...strides] = partialStrides(kept, DTYPE[dtype].itemsize);
        return { pointer: pointers[i]!, strides: [...strides, block!] };
      }),
      ...others.map((operand) => {
        const { pointer, strides } = operands[operand]!;
        return { pointer, strides: [...strides.slice(0, numKept), 0] };
      }),
    ],
  };
}
