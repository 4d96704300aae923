/**
 * The sums of squared distances from the mean, down the columns of arrays that are larger than the cache, in one
 * pass over the memory. Rows are taken in blocks, each three times as long as all before it at most. Within a block, the
 * distances d from s, the mean of all m rows before it, are summed, and their squares. What the rounding of s leaves
 * out is kept as r, the sum of the earlier distances from s. Then, for the n rows that are known with the block,
 *
 *     M2 += r² / m + Σd² − (r + Σd)² / n,   s' = s + (r + Σd) / n,   r' = (r + Σd) − n · (s' − s).
 *
 * As a block is no longer than three times what is before it, the last term of M2 is three quarters of Σd² at most, so
 * two bits cancel at worst, and M2 is as exact as by two passes: within (1024 + n / 1024) · 2^-50 of its value, far less
 * as a rule. The first block is gone through twice: for its mean as distances from the first row, then for M2.
 *
 * Source: T. Chan, G. Golub, R. LeVeque, "Algorithms for computing the sample variance", 1983.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import type { KernelCall } from "../evaluate/blocked_reduction.ts";
import { ClockCache } from "../evaluate/clock_cache.ts";
import { copyElements, demandOf, fill } from "../evaluate/evaluate.ts";
import { type RecordedCall, recordLoopKernels, scalarAddress } from "../evaluate/kernel_cache.ts";
import { type PartialResults, runKernel, runRecorded } from "../evaluate/run_kernel.ts";
import { rowMajorStrides, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory, guard } from "../storage/storage.ts";
import { addressOf, allocate, dropAxis, numBytesOf, type Strided } from "../storage/strided.ts";

/** Rows of the first block, and the fewest rows for which one pass is worth its extra ones. */
const FIRST_ROWS = 256, LEAST_ROWS = 2048;
/** Fewer columns than these are a reduction along the rows. */
const LEAST_COLUMNS = 32;

/** The array's axes: those that stay, neighbours last, and those that are reduced, the longest first. */
interface Axes {
  readonly kept: readonly number[];
  readonly reduced: readonly number[];
}

/** null: two passes are as good */
function orderedAxes({ dtype, shape, strides }: Strided, reduced: readonly number[]): Axes | null {
  const kept = [...shape.keys()].filter((axis) => !reduced.includes(axis));
  const columns = kept.find((axis) =>
    strides[axis] === DTYPE[dtype].itemsize && shape[axis]! >= LEAST_COLUMNS
  );
  const rows = reduced.toSorted((a, b) => shape[b]! - shape[a]!);
  if (columns === undefined || rows.length === 0 || shape[rows[0]!]! < LEAST_ROWS || shape.includes(0)) {
    return null;
  }
  return { kept: [...kept.filter((axis) => axis !== columns), columns], reduced: rows };
}

/** The operands of the kernel by their names above; the last three are one number each. */
const X = 0, MEAN = 1, REST = 2, SQUARES = 3, INVERSE_BEFORE = 4, INVERSE = 5, COUNT = 6;

const kernels = new Map<string, LoopKernel>();

/** what all sums are computed in */
const compute = "f64" as const;

function binary(name: "add" | "sub" | "mul" | "minimum", a: number, b: number): Instruction {
  return { op: "elementwise", name, dtype: compute, compute, args: [a, b] };
}

function load(operand: number): Instruction {
  return { op: "load", dtype: compute, operand };
}

/** from Σd and Σd² of a block to s', r' and M2, by the equations above */
const EPILOGUE: readonly Instruction[] = [
  { op: "accumulator", dtype: compute, index: 0 },
  { op: "accumulator", dtype: compute, index: 1 },
  load(MEAN),
  load(REST),
  load(INVERSE),
  binary("add", 3, 0),
  binary("mul", 5, 4),
  binary("add", 2, 6), // 7: s'
  binary("sub", 7, 2),
  load(COUNT),
  binary("mul", 9, 8),
  binary("sub", 5, 10), // 11: r'
  // where the squares alone are too large for f64, M2 is infinite; where an element is, M2 is NaN
  binary("mul", 5, 6),
  { op: "constant", dtype: compute, value: Number.MAX_VALUE },
  binary("minimum", 12, 13),
  binary("sub", 1, 14),
  binary("sub", 0, 0),
  binary("add", 15, 16),
  load(INVERSE_BEFORE),
  binary("mul", 3, 18),
  binary("mul", 19, 3),
  binary("add", 17, 20),
  load(SQUARES),
  binary("add", 22, 21), // 23: M2
];

/** the kernel of one block, made once so that it is found again by what it is */
function blockKernel(dtype: DType, numKept: number, numReduced: number): LoopKernel {
  const key = `${dtype} ${numKept} ${numReduced}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const made: LoopKernel = {
    numKept,
    numReduced,
    vector: "kept",
    operands: [
      { dtype, access: "unit" },
      ...[MEAN, REST, SQUARES].map(() => ({ dtype: compute, access: "unit" as const })),
      ...[INVERSE_BEFORE, INVERSE, COUNT].map(() => ({ dtype: compute, access: "zero" as const })),
    ],
    body: [
      { op: "load", dtype, operand: X },
      { op: "cast", dtype: compute, from: dtype, args: [0] },
      load(MEAN),
      binary("sub", 1, 2),
      binary("mul", 3, 3),
    ],
    accumulators: [3, 4].map((value) => ({ op: "sum", dtype: compute, value, fuseMultiply: value === 4 })),
    epilogue: EPILOGUE,
    stores: [
      { operand: MEAN, value: 7, at: "epilogue" },
      { operand: REST, value: 11, at: "epilogue" },
      { operand: SQUARES, value: 23, at: "epilogue" },
    ],
  };
  kernels.set(key, made);
  return made;
}

/**
 * M2, the sums in f64 of the squared distances from the mean over the reduced axes, in a new array over the
 * kept ones; null where the layout gains nothing by one pass.
 *
 * @param operation what messages call it
 * @throws {MemoryError} MEM005
 */
export function columnSquares(
  source: Strided,
  reduced: readonly number[],
  operation: string,
): Strided | null {
  const axes = orderedAxes(source, reduced);
  if (axes === null) return null;
  const shape = source.shape.filter((_, axis) => !reduced.includes(axis));
  const demand = demandOf(operation, [source], { dtype: "f64", shape });
  guard({ ...demand, numBytes: 3 * numBytesOf("f64", shape) });
  // the columns of the results are neighbours as those of the array are
  const ordered = rowMajorStrides(axes.kept.map((axis) => source.shape[axis]!), DTYPE.f64.itemsize);
  const ascending = axes.kept.toSorted((a, b) => a - b);
  const strides = ascending.map((axis) => ordered[axes.kept.indexOf(axis)]!);
  const made: Strided[] = [];
  try {
    for (let i = 0; i < 3; i++) made.push(allocate("f64", shape, { strides, demand }));
    const [squares, mean, rest] = made as [Strided, Strided, Strided];
    const firstRow = reduced.toSorted((a, b) => b - a).reduce((view, axis) => dropAxis(view, axis), source);
    copyElements(firstRow, mean);
    sumBlocks(source, axes, { mean, rest, squares, operation });
    made.shift();
    return squares;
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/** A block of rows. */
interface Block {
  readonly firstRow: number;
  readonly numRows: number;
  /** the last three operands */
  readonly numbers: readonly number[];
}

/** The blocks, the first of them twice; `perRow`: elements of a column in each row. */
function blocksOf(numRows: number, perRow: number): Block[] {
  const block = (firstRow: number, numRows: number, numBefore: number): Block => {
    const count = numBefore + numRows * perRow;
    return { firstRow, numRows, numbers: [numBefore === 0 ? 0 : 1 / numBefore, 1 / count, count] };
  };
  const blocks = [block(0, FIRST_ROWS, 0)];
  for (let row = 0; row < numRows; row += blocks.at(-1)!.numRows) {
    blocks.push(block(row, Math.min(Math.max(FIRST_ROWS, 3 * row), numRows - row), row * perRow));
  }
  return blocks;
}

/** The most layouts whose calls are kept: planning them takes a sixth of what 100,000 rows of 100 elements take. */
const MAX_LAYOUTS = 256;
/** of a layout, the calls of each block; their pointers are bytes behind where each operand begins */
const callsOf = new ClockCache<readonly (readonly RecordedCall[])[]>(MAX_LAYOUTS);

function sumBlocks(
  source: Strided,
  axes: Axes,
  { mean, rest, squares, operation }: {
    mean: Strided;
    rest: Strided;
    squares: Strided;
    operation: string;
  },
): void {
  const { dtype, shape, strides } = source, [rowAxis, ...inner] = axes.reduced;
  const key = `${dtype} ${shape} ${strides} ${axes.reduced}`, known = callsOf.get(key);
  const begins = [...[source, mean, rest, squares].map(addressOf), ...[0, 1, 2].map(scalarAddress)];
  const ofPartials = (result: PartialResults) => demandOf(operation, [source], result);
  const blocks = blocksOf(shape[rowAxis!]!, sizeOfShape(inner.map((axis) => shape[axis]!)));
  const calls = blocks.map((block, i) => {
    // the first block is gone through for its mean, then for all
    if (i < 2) { for (const state of [rest, squares]) fill(state, 0); }
    new Float64Array(arraysMemory().buffer, scalarAddress(0), block.numbers.length).set(block.numbers);
    if (known === undefined) {
      const made = recordLoopKernels(() => runKernel(callOf(source, axes, { block, begins }), ofPartials));
      return moved(made, begins, -1);
    }
    for (const call of moved(known[i]!, begins, 1)) runRecorded(call, ofPartials);
    return known[i]!;
  });
  if (known === undefined) callsOf.set(key, calls);
}

/** the calls with each pointer moved by where its operand begins */
function moved(calls: readonly RecordedCall[], begins: readonly number[], sign: 1 | -1): RecordedCall[] {
  return calls.map(({ call, pointers }) => ({
    call,
    pointers: pointers.map((pointer, operand) => pointer + sign * begins[operand]!),
  }));
}

/** the call of the kernel for a block */
function callOf(
  { dtype, shape, strides }: Strided,
  { kept, reduced }: Axes,
  { block: { firstRow, numRows }, begins }: { readonly block: Block; readonly begins: readonly number[] },
): KernelCall {
  const [rowAxis, ...inner] = reduced, loops = [...kept, ...reduced];
  const ofResult = [
    ...rowMajorStrides(kept.map((axis) => shape[axis]!), DTYPE.f64.itemsize),
    ...reduced.map(() => 0),
  ];
  const stridesOf = (operand: number) => {
    if (operand === X) return loops.map((axis) => strides[axis]!);
    return operand <= SQUARES ? ofResult : loops.map(() => 0);
  };
  return {
    kernel: blockKernel(dtype, kept.length, reduced.length),
    sizes: [...kept.map((axis) => shape[axis]!), numRows, ...inner.map((axis) => shape[axis]!)],
    operands: begins.map((begin, operand) => ({
      pointer: operand === X ? begin + firstRow * strides[rowAxis!]! : begin,
      strides: stridesOf(operand),
    })),
  };
}
