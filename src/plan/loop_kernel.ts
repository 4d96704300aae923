/**
 * The loop kernel: what one fused group of elementwise work and reductions is, before it is WebAssembly. It is
 * specialised on dtypes and on layout classes, never on sizes: sizes, strides and pointers arrive at run time
 * in a descriptor. Its canonical text is the key of the kernel cache.
 *
 * Axes are loops, outermost first: first the kept axes, then the reduced ones. The vector axis is either the last
 * kept axis (`vector: "kept"`: reductions run in the lanes of many results at once) or the last reduced axis
 * (`vector: "reduced"`: one result at a time, lanes folded at the end in a fixed order).
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import type { ScalarValue } from "../expr/graph.ts";
import type { ElementwiseOp, ReduceOp } from "../expr/primitives.ts";

/** How an operand moves along the vector axis: neighbours, the same element, or a stride known at run time. */
export type Access = "unit" | "zero" | "strided";

/**
 * An operand's place in memory is a pointer and one byte stride per axis; only the class is fixed here. "transposed"
 * is a stride along the vector axis that is known at run time, with neighbours along the block axis; "reversed" are
 * neighbours of which the first comes last, "second" every second of neighbours.
 */
export interface KernelOperand {
  readonly dtype: DType;
  readonly access: Access | "transposed" | "reversed" | "second";
}

/** The index of an instruction in its list. */
export type ValueRef = number;

/** One instruction; its result's dtype is `dtype`. Arguments are earlier instructions of the same list. */
export type Instruction =
  | { readonly op: "load"; readonly dtype: DType; readonly operand: number }
  | { readonly op: "constant"; readonly dtype: DType; readonly value: ScalarValue }
  /** NumPy's `astype`: floats to integers truncate; NaN and what is out of range saturate as `trunc_sat` does */
  | { readonly op: "cast"; readonly dtype: DType; readonly from: DType; readonly args: readonly [ValueRef] }
  | {
    readonly op: "elementwise";
    readonly name: ElementwiseOp;
    /** the result's dtype; the arguments all have `compute` */
    readonly dtype: DType;
    readonly compute: DType;
    readonly args: readonly ValueRef[];
  }
  /** condition (bool), then, otherwise */
  | { readonly op: "where"; readonly dtype: DType; readonly args: readonly [ValueRef, ValueRef, ValueRef] }
  /** a · b + c, rounded once where the numerics are fused */
  | {
    readonly op: "multiplyAdd";
    readonly dtype: "f32" | "f64";
    readonly args: readonly [ValueRef, ValueRef, ValueRef];
  }
  /** only in an epilogue: the folded value of an accumulator */
  | { readonly op: "accumulator"; readonly dtype: DType; readonly index: number };

/** A reduction over all reduced axes. `value` is an instruction of the body and has dtype `dtype`. */
export interface Accumulator {
  readonly op: ReduceOp;
  readonly dtype: DType;
  readonly value: ValueRef;
  /** for `sum`: the value is a product of two and may be fused with the addition (a dot product) */
  readonly fuseMultiply: boolean;
}

/** One fused group. */
export interface LoopKernel {
  readonly numKept: number;
  readonly numReduced: number;
  readonly vector: "kept" | "reduced";
  readonly operands: readonly KernelOperand[];
  /** runs for every element of the whole domain */
  readonly body: readonly Instruction[];
  readonly accumulators: readonly Accumulator[];
  /** runs once per element of the kept domain, after the reduced loops */
  readonly epilogue: readonly Instruction[];
  /**
   * For kernels with transposed operands, which neither reduce nor filter: the last kept axis but one is the block
   * axis, of which several rows run at once. `fixed` are the operands that do not move along it.
   */
  readonly block?: { readonly fixed: readonly number[] };
  /**
   * Steps along the vector axis that are taken in one turn of the loop while so many are left, one pointer moving once
   * for all; of kernels whose operands are neighbours or do not move, and which neither filter nor look for an index
   * nor go through reduced axes step by step of what is kept. Default 1.
   */
  readonly stepsAtOnce?: number;
  /** registers of the widest value in a step of a map; default: as many as `vectorFactor` takes to be best */
  readonly registers?: 1;
  /** a bool of the body: the elements for which it holds are what `at: "filter"` stores; no reductions then */
  readonly filter?: ValueRef;
  /**
   * `at: "body"` stores per element of the whole domain, `at: "epilogue"` per kept element, and `at: "filter"`
   * stores the elements of the body that pass the filter one behind the other, in the order of the loops.
   */
  readonly stores: readonly {
    readonly operand: number;
    readonly value: ValueRef;
    readonly at: "body" | "epilogue" | "filter";
  }[];
}

/** Bytes of one element, as the tables of shuffles tell them apart. */
export type Itemsize = 1 | 2 | 4 | 8;

/** The itemsizes of what a kernel filters, the smallest first: it reads a table of shuffles for each. */
export function filteredItemsizes({ stores, operands, filter }: LoopKernel): Itemsize[] {
  if (filter === undefined) return [];
  const sizes = stores.filter(({ at }) => at === "filter").map(({ operand }) =>
    DTYPE[operands[operand]!.dtype].itemsize
  );
  return [...new Set(sizes)].sort((a, b) => a - b);
}

/**
 * The run-time descriptor of a loop kernel: 32-bit words. First the size of every axis (kept, then reduced), then
 * for each operand its pointer followed by its byte stride on every axis. A reduced axis has stride 0 for an
 * operand of the epilogue; of a filtered one the strides are not read. A size may be 0. Last, for each of
 * `filteredItemsizes`, the address of its table of shuffles.
 */
export function descriptorWords(kernel: LoopKernel): number {
  const rank = kernel.numKept + kernel.numReduced;
  return rank + kernel.operands.length * (1 + rank) + filteredItemsizes(kernel).length;
}

const keys = new WeakMap<LoopKernel, string>();

/** The canonical key of the kernel cache: equal keys, equal code. Floats are written as their bits. */
export function kernelKey(kernel: LoopKernel): string {
  const known = keys.get(kernel);
  if (known !== undefined) return known;
  const hasConstant = [kernel.body, kernel.epilogue].some((list) => list.some(({ op }) => op === "constant"));
  // all other numbers are small integers, and without a function JSON.stringify is ten times as fast
  const made = hasConstant ? JSON.stringify(kernel, constantText) : JSON.stringify(kernel);
  keys.set(kernel, made);
  return made;
}

function constantText(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && (!Number.isInteger(value) || Object.is(value, -0))) {
    const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
    return `0x${bits.toString(16)}`;
  }
  return value;
}
