/**
 * Loops that are longer than a kernel counts. Views of stride 0 have any number of elements without memory, and bytes
 * more than 2^31 within it; a kernel counts in 32 bits with a sign. A long loop over what is kept is run in parts. One
 * that is reduced is cut into blocks, each with a row of partial results, and a second kernel combines these.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import { accessOf } from "../../plan/loop_order.ts";
import {
  type BlockCall,
  type BlockedReduction,
  type BlockOperand,
  bodyLoads,
  combination,
  type KernelCall,
  madeOnce,
  partialStrides,
  renumbered,
} from "./blocked_reduction.ts";

/** How far kernels count, and how loops beyond that are cut. */
export interface LoopLimits {
  /** the largest size of a loop */
  readonly longest: number;
  /** elements of a part of a loop over what is kept */
  readonly part: number;
  /** elements of a block of a loop that is reduced: few enough for small rounding errors of their sum */
  readonly block: number;
}

/** The limits of all kernels. */
export const LOOP_LIMITS: LoopLimits = { longest: 2 ** 31 - 1, part: 2 ** 30, block: 2 ** 20 };

/** The first loop that is too long, or -1. */
export function longLoop({ sizes }: Pick<KernelCall, "sizes">, { longest }: LoopLimits): number {
  for (let loop = 0; loop < sizes.length; loop++) if (sizes[loop]! > longest) return loop;
  return -1;
}

/** The parts of a call, cut along a loop over what is kept. */
export function* partsOf(call: KernelCall, loop: number, { part }: LoopLimits): Generator<KernelCall> {
  const size = call.sizes[loop]!;
  for (let start = 0; start < size; start += part) {
    yield {
      kernel: call.kernel,
      sizes: call.sizes.with(loop, Math.min(part, size - start)),
      operands: call.operands.map(({ pointer, strides }) => ({
        pointer: pointer + start * strides[loop]!,
        strides,
      })),
    };
  }
}

/**
 * The calls of a reduction, cut along a reduced loop.
 *
 * @throws {NdpipeError} ARR002 of positions: those in a block do not say of which block they are
 */
export function longReduction(call: KernelCall, loop: number, { block }: LoopLimits): BlockedReduction {
  const { kernel, sizes } = call, { accumulators, numKept } = kernel;
  const position = accumulators.find(({ op }) => op === "argmin" || op === "argmax");
  if (position !== undefined) {
    throw new NdpipeError(
      "ARR002",
      `${position.op} is not fused over the ${sizes[loop]} elements of an axis`,
      {
        notes: [`a fused one counts up to ${LOOP_LIMITS.longest}`],
        help: `call it on the array: a.${position.op}(axis)`,
      },
    );
  }
  const kept = sizes.slice(0, numKept), numWhole = Math.floor(sizes[loop]! / block);
  const left = sizes[loop]! % block, numBlocks = numWhole + (left > 0 ? 1 : 0);
  const calls = [
    ...(numWhole === 0 ? [] : [blockCall(call, loop, { block, first: 0, count: numWhole, length: block })]),
    ...(left === 0 ? [] : [blockCall(call, loop, { block, first: numWhole, count: 1, length: left })]),
  ];
  return {
    partials: accumulators.map(({ dtype }) => dtype),
    numPartials: kept.reduce((product, size) => product * size, numBlocks),
    calls: [...calls, combination(call, numBlocks)],
  };
}

/** Blocks that are alike. */
interface Blocks {
  /** elements from one block to the next */
  readonly block: number;
  readonly first: number;
  readonly count: number;
  /** elements of a block that are there */
  readonly length: number;
}

/** the call that gives the partial results of blocks, which are its outermost loop */
function blockCall(call: KernelCall, loop: number, { block, first, count, length }: Blocks): BlockCall {
  const { kernel, sizes } = call, { accumulators, numKept, numReduced } = kernel, loads = bodyLoads(kernel);
  const operands: BlockOperand[] = [
    ...loads.map((place) => {
      const { strides } = call.operands[place]!, step = block * strides[loop]!;
      return { place, offset: first * step, strides: [step, ...strides] };
    }),
    ...accumulators.map(({ dtype }, i) => {
      const strides = partialStrides(sizes.slice(0, numKept), DTYPE[dtype].itemsize);
      const place = kernel.operands.length + i, offset = first * strides[0]!;
      return { place, offset, strides: [...strides, ...new Array<number>(numReduced).fill(0)] };
    }),
  ];
  return { kernel: partialKernel(kernel, operands), sizes: [count, ...sizes.with(loop, length)], operands };
}

/** the kernel that stores accumulators as they are, with one more kept loop */
function partialKernel(kernel: LoopKernel, operands: readonly BlockOperand[]): LoopKernel {
  const { accumulators, numReduced, vector, body } = kernel, numKept = kernel.numKept + 1;
  const vectorAxis = vector === "kept" ? numKept - 1 : numKept + numReduced - 1, loads = bodyLoads(kernel);
  const dtypes = [
    ...loads.map((operand) => kernel.operands[operand]!.dtype),
    ...accumulators.map(({ dtype }) => dtype),
  ];
  const placed = dtypes.map((dtype, i) => ({
    dtype,
    access: accessOf(operands[i]!.strides[vectorAxis]!, dtype),
  }));
  return madeOnce(kernel, `long ${placed.map(({ access }) => access)}`, () => ({
    numKept,
    numReduced,
    vector,
    operands: placed,
    body: renumbered(body, loads, 0),
    accumulators,
    epilogue: accumulators.map(({ dtype }, index) => ({ op: "accumulator", dtype, index })),
    stores: accumulators.map((_, i) => ({ operand: loads.length + i, value: i, at: "epilogue" })),
  }));
}
