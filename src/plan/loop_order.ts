/**
 * Orders the loops of a kernel: which one runs in the lanes, which collapse into one.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import type { DType } from "../dtype/mod.ts";
import type { Access } from "./loop_kernel.ts";
import type { AxisSize, StageOperand, Stride } from "./program.ts";
import { times } from "./access.ts";

/** A loop before it is ordered: its size, whether it is reduced, and every operand's stride along it. */
export interface Loop {
  readonly size: AxisSize;
  readonly isReduced: boolean;
  readonly strides: readonly Stride[];
}

/** The loops in their final order, and which kind of loop the lanes run along. */
export interface OrderedLoops {
  readonly loops: readonly Loop[];
  readonly numKept: number;
  readonly vector: "kept" | "reduced";
  /** operands that are transposed: their elements are neighbours along the last kept loop but one */
  readonly transposed: ReadonlySet<number>;
}

/** What the order of the loops depends on beside them. */
export interface OrderOptions {
  /** of each operand */
  readonly dtypes: readonly DType[];
  readonly isStore: readonly boolean[];
  /** whether elements must be visited in the order given */
  readonly keepOrder: boolean;
}

/** Rows of a tile, when only their order of magnitude matters. */
const TYPICAL_ROWS = 256;
/** cost of one element by the way it is reached, relative to a vector load */
const COST = {
  unit: 1,
  zero: 0.2,
  reversed: 1.3,
  second: 2,
  strided: 5,
  /** along a reduced axis: the line of the cache is gone before its next element is asked for */
  far: 7,
  transposed: 2.5,
  transposedStore: 3,
} as const;
/** cost of starting and ending the loop along the lanes: of a map, of results of a reduction, along a reduced axis */
const START = { map: 20, kept: 6, reduced: 20 } as const;
/** A stride beyond this finds every element in a line of its own. */
const LINE_BYTES = 64;
/** Shorter loops are not run in blocks. */
const LEAST_BLOCK = 4;

/** The layout class of a stride. */
export function accessOf(stride: Stride, dtype: DType): Access | "reversed" | "second" {
  if (stride === 0) return "zero";
  const { itemsize } = DTYPE[dtype];
  switch (stride) {
    case itemsize:
      return "unit";
    case -itemsize:
      return "reversed";
    case 2 * itemsize:
      return "second";
    default:
      return "strided";
  }
}

function typicalSize(size: AxisSize): number {
  return typeof size === "number" ? size : TYPICAL_ROWS * size.times;
}

/** The operands that can be transposed when the lanes run along one loop and blocks of rows along another. */
function transposable(vector: Loop, block: Loop | null, { dtypes }: OrderOptions): ReadonlySet<number> {
  if (block === null || typicalSize(block.size) < LEAST_BLOCK) return new Set();
  return new Set(
    dtypes.flatMap((dtype, i) =>
      ["strided", "second"].includes(accessOf(vector.strides[i]!, dtype)) &&
        accessOf(block.strides[i]!, dtype) === "unit"
        ? [i]
        : []
    ),
  );
}

/** Whether a reduction along the loop goes down a column of rows. */
function isFar(stride: Stride, { isReduced }: Loop): boolean {
  return isReduced && typeof stride === "number" && Math.abs(stride) > LINE_BYTES;
}

/** The estimated cost per element of running the lanes along a loop. */
function vectorCost(
  loop: Loop,
  { block, isMap }: { block: Loop | null; isMap: boolean },
  options: OrderOptions,
): number {
  const length = typicalSize(loop.size);
  const transposed = transposable(loop, block, options);
  const perElement = loop.strides.reduce<number>((sum, stride, i) => {
    if (!transposed.has(i)) {
      return sum + COST[isFar(stride, loop) ? "far" : accessOf(stride, options.dtypes[i]!)];
    }
    return sum + (options.isStore[i] ? COST.transposedStore : COST.transposed);
  }, 0.5);
  const lanes = 8;
  const occupied = Math.ceil(length / lanes) * lanes / length;
  return perElement * occupied + (loop.isReduced ? START.reduced : isMap ? START.map : START.kept) / length;
}

function sameStride(outer: Stride, inner: Stride, innerSize: number): boolean {
  const wanted = times(inner, innerSize);
  if (typeof outer === "number" || typeof wanted === "number") return outer === wanted;
  return outer.input === wanted.input && outer.times === wanted.times;
}

/** Two neighbouring loops as one, where every operand goes on evenly; else null. */
function collapsed(outer: Loop, inner: Loop): Loop | null {
  if (typeof inner.size !== "number" || outer.isReduced !== inner.isReduced) return null;
  const innerSize = inner.size;
  if (!outer.strides.every((stride, i) => sameStride(stride, inner.strides[i]!, innerSize))) return null;
  const size = typeof outer.size === "number"
    ? outer.size * innerSize
    : { symbol: outer.size.symbol, times: outer.size.times * innerSize };
  return { size, isReduced: inner.isReduced, strides: inner.strides };
}

function collapseRun(loops: readonly Loop[]): Loop[] {
  const result: Loop[] = [];
  for (const loop of loops) {
    const merged = result.length > 0 ? collapsed(result.at(-1)!, loop) : null;
    if (merged === null) result.push(loop);
    else result[result.length - 1] = merged;
  }
  return result;
}

/** Orders the loops. */
export function orderLoops(loops: readonly Loop[], options: OrderOptions): OrderedLoops {
  const { dtypes, keepOrder } = options;
  const sized = loops.filter((loop) => loop.size !== 1);
  const kept = collapseRun(sized.filter((loop) => !loop.isReduced));
  const reduced = collapseRun(sized.filter((loop) => loop.isReduced));
  const one: Loop = { size: 1, isReduced: false, strides: dtypes.map((dtype) => DTYPE[dtype].itemsize) };
  if (reduced.length === 0 && loops.some((loop) => loop.isReduced)) {
    reduced.push({ ...one, isReduced: true });
  }
  if (kept.length === 0 && reduced.length === 0) kept.push(one);
  const isMap = reduced.length === 0;
  const vectors = keepOrder ? [kept.at(-1)!] : [...kept, ...reduced];
  const isBlockable = isMap && !keepOrder;
  const candidates = vectors.flatMap((vector) => [
    { vector, block: null },
    ...(isBlockable ? kept.filter((loop) => loop !== vector).map((block) => ({ vector, block })) : []),
  ]);
  const costs = candidates.map(({ vector, block }) => vectorCost(vector, { block, isMap }, options));
  const { vector, block } = candidates[costs.indexOf(Math.min(...costs))]!;
  const last = (run: Loop[]): Loop[] =>
    run.includes(vector)
      ? [
        ...run.filter((loop) => loop !== vector && loop !== block),
        ...(block === null ? [] : [block]),
        vector,
      ]
      : run;
  return {
    loops: [...last(kept), ...last(reduced)],
    numKept: kept.length,
    vector: vector.isReduced ? "reduced" : "kept",
    transposed: transposable(vector, block, options),
  };
}

/** An operand with its strides in the order of the loops. */
export function orderedOperand(operand: StageOperand, order: OrderedLoops, index: number): StageOperand {
  return { ...operand, strides: order.loops.map((loop) => loop.strides[index]!) };
}
