/**
 * Reductions down the columns of arrays that are larger than the cache. A kernel whose lanes run along columns goes
 * down all rows for a few columns at a time, and would bring the whole array from memory for each of these few. So
 * the rows are cut into blocks, and each has a row of partial results, which stays in a near cache: a first kernel
 * joins several rows of the array to it at once, from end to end; a second one combines the blocks. The rows that are
 * joined are a quarter of the block apart, so that the processor sees few sequences, each from a row's end on in the
 * next row: neighbouring rows would each begin anew where no bytes are foreseen. Blocks keep the rounding errors of
 * long sums small; where they begin depends on the sizes alone, so results do not change from run to run.
 *
 * How many rows are joined at once, and from which size on there are blocks, depends on how many operands have rows of
 * their own: a factor that is written out in each row gives sums that may differ in their last bits from those of one
 * that is repeated. One order for both, in quarters whatever moves, took 2.4 times as long for three such operands.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { identity } from "../../kernel/compile/reduction.ts";
import { vectorFactor } from "../../kernel/compile/vector_factor.ts";
import { type Instruction, kernelKey, type KernelOperand, type LoopKernel } from "../../plan/loop_kernel.ts";
import { accessOf } from "../../plan/loop_order.ts";
import { joiningKernel } from "./joining_kernel.ts";

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

/** An operand of a call of a blocked reduction. */
export interface BlockOperand {
  /** the reduction's operand of that index, or behind them, the partial results of an accumulator */
  readonly place: number;
  /** bytes from the place's address on */
  readonly offset: number;
  readonly strides: readonly number[];
}

/** One of the calls of a blocked reduction. */
export interface BlockCall {
  readonly kernel: LoopKernel;
  readonly sizes: readonly number[];
  readonly operands: readonly BlockOperand[];
}

/** Bytes that may be gone through once for each few columns: they stay in the second-level cache. */
const WHOLE_BYTES = 1024 * 1024;
/** Rows of a block; and how few are left to the kernel that goes down all of them. */
const BLOCK_ROWS = 1024, LEAST_ROWS = 16;
/** Rows that are joined at once, when a row is of one operand: with more, fewer bytes of each are foreseen. */
const ROWS_AT_ONCE = 4;
/** Columns whose partial results are gone through together: shorter pieces of rows are not foreseen. */
const TILE_COLUMNS = 16_384;

/** The most partial results of one accumulator. */
const MAX_PARTIALS = 2 ** 31 - 1;

/** The kernel calls of a reduction in blocks: they depend on sizes and strides, and on no address. */
export interface BlockedReduction {
  /** the dtype of each accumulator's partial results: an array of (blocks, kept elements) for each */
  readonly partials: readonly DType[];
  /** elements of one array of partial results */
  readonly numPartials: number;
  readonly calls: readonly BlockCall[];
}

/** The operands that a kernel's body reads. */
export function bodyLoads({ body }: LoopKernel): number[] {
  return [...new Set(body.flatMap((one) => one.op === "load" ? [one.operand] : []))];
}

/** Rows of a block; null: the reduction is done in one. */
function rowsOfBlock({ kernel, sizes, operands }: KernelCall): number | null {
  const { numKept, numReduced, vector, accumulators, stores } = kernel;
  if (vector !== "kept" || numKept === 0 || numReduced === 0) return null;
  if (accumulators.some(({ op }) => op === "argmin" || op === "argmax")) return null;
  if (stores.some(({ at }) => at !== "epilogue")) return null;
  const numColumns = sizes[numKept - 1]!, numRows = sizes[numKept]!;
  if (numColumns <= vectorFactor(kernel) || numRows < LEAST_ROWS) return null;
  const inner = sizes.slice(numKept + 1).reduce((product, size) => product * size, 1);
  const widths = bodyLoads(kernel).filter((operand) => operands[operand]!.strides[numKept] !== 0)
    .map((operand) => DTYPE[kernel.operands[operand]!.dtype].itemsize);
  const rowBytes = numColumns * inner * widths.reduce((sum, width) => sum + width, 0);
  return rowBytes * numRows <= WHOLE_BYTES ? null : Math.min(BLOCK_ROWS, numRows);
}

/** The instructions with the operands of their loads renumbered. */
export function renumbered(
  list: readonly Instruction[],
  operands: readonly number[],
  first: number,
): Instruction[] {
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
  const numPartials = numBlocks * numKeptElements;
  // so many would be more than one loop counts
  if (numPartials > MAX_PARTIALS) return null;
  return {
    partials: kernel.accumulators.map(({ dtype }) => dtype),
    numPartials,
    calls: [
      startOfPartials(kernel, numPartials),
      ...partialCalls(call, rows),
      combination(call, numBlocks),
    ],
  };
}

/** Strides of partial results over (blocks, kept axes). */
export function partialStrides(kept: readonly number[], itemsize: number): number[] {
  const strides: number[] = [];
  let stride = itemsize;
  for (const size of [...kept].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return [stride, ...strides];
}

/** the call that sets all partial results to what changes nothing */
function startOfPartials(kernel: LoopKernel, numPartials: number): BlockCall {
  const { accumulators, operands } = kernel;
  return {
    kernel: madeOnce(kernel, "start", () => ({
      numKept: 1,
      numReduced: 0,
      vector: "kept",
      operands: accumulators.map(({ dtype }) => ({ dtype, access: "unit" })),
      body: accumulators.map(({ op, dtype }) => ({ op: "constant", dtype, value: identity(op, dtype) })),
      accumulators: [],
      epilogue: [],
      stores: accumulators.map((_, i) => ({ operand: i, value: i, at: "body" })),
    })),
    sizes: [numPartials],
    operands: accumulators.map(({ dtype }, i) => ({
      place: operands.length + i,
      offset: 0,
      strides: [DTYPE[dtype].itemsize],
    })),
  };
}

/** The most reductions that are kept; the one that was met first goes. */
const MAX_KERNELS = 128;
/** of each reduction, by its key, the first kernel that was met */
const firstMet = new Map<string, LoopKernel>();
/** by the kernels that were met first: what was made of them */
const madeOf = new WeakMap<LoopKernel, Map<string, unknown>>();

/** the kernels of a reduction, by what they are; the long key is looked up once for each kernel object */
function madeKernels(kernel: LoopKernel): Map<string, unknown> {
  const known = madeOf.get(kernel);
  if (known !== undefined) return known;
  const key = kernelKey(kernel), first = firstMet.get(key) ?? kernel;
  const made = madeOf.get(first) ?? new Map<string, unknown>();
  if (first === kernel) {
    if (firstMet.size >= MAX_KERNELS) firstMet.delete(firstMet.keys().next().value!);
    firstMet.set(key, kernel);
  }
  madeOf.set(kernel, made);
  return made;
}

/** What is made of a reduction's kernel, the same object each time: its function is then found without a key. */
export function madeOnce<Made>(kernel: LoopKernel, what: string, make: () => Made): Made {
  const kernels = madeKernels(kernel), known = kernels.get(what);
  // its name says what is made, and so its type
  if (known !== undefined) return known as Made;
  const made = make();
  kernels.set(what, made);
  return made;
}

/** A part of the domain: blocks of rows, in each of them groups of rows that are joined at once, and columns. */
interface Part {
  readonly firstBlock: number;
  readonly numBlocks: number;
  /** within its block */
  readonly firstRow: number;
  /** also how far the rows of a group are apart */
  readonly numGroups: number;
  readonly rowsAtOnce: number;
  readonly firstColumn: number;
  readonly numTiles: number;
  readonly tileColumns: number;
}

/** The blocks that a part's calls have in common. */
interface BlockOptions {
  /** rows of a block */
  readonly rows: number;
  /** whether an operand is the same in all rows */
  readonly isFixed: (operand: number) => boolean;
}

/** how many rows are joined at once */
function rowsTogether({ kernel }: KernelCall, isFixed: (operand: number) => boolean): number {
  const numMoving = bodyLoads(kernel).filter((operand) => !isFixed(operand)).length;
  return Math.max(1, 2 ** Math.floor(Math.log2(ROWS_AT_ONCE / Math.max(1, numMoving))));
}

/** the calls that join all rows to the partial results */
function partialCalls(call: KernelCall, rows: number): BlockCall[] {
  const { kernel, sizes, operands } = call, { numKept } = kernel;
  const isFixed = (operand: number) => operands[operand]!.strides[numKept] === 0;
  const most = rowsTogether(call, isFixed);
  const numRows = sizes[numKept]!, numColumns = sizes[numKept - 1]!;
  const numWhole = Math.floor(numRows / rows), left = numRows % rows;
  const columns = numColumns <= 2 * TILE_COLUMNS
    ? [{ firstColumn: 0, numTiles: 1, tileColumns: numColumns }]
    : [
      { firstColumn: 0, numTiles: Math.floor(numColumns / TILE_COLUMNS), tileColumns: TILE_COLUMNS },
      {
        firstColumn: numColumns - numColumns % TILE_COLUMNS,
        numTiles: 1,
        tileColumns: numColumns % TILE_COLUMNS,
      },
    ];
  const groups = (length: number) => {
    const numGroups = Math.floor(length / most);
    return [
      { firstRow: 0, numGroups, rowsAtOnce: most },
      { firstRow: numGroups * most, numGroups: length % most, rowsAtOnce: 1 },
    ];
  };
  const parts = [
    ...groups(rows).map((group) => ({ firstBlock: 0, numBlocks: numWhole, ...group })),
    ...groups(left).map((group) => ({ firstBlock: numWhole, numBlocks: 1, ...group })),
  ].filter(({ numBlocks, numGroups }) => numBlocks * numGroups > 0);
  return parts.flatMap((part) =>
    columns.filter(({ tileColumns }) => tileColumns > 0).map((tiles) =>
      partCall(call, { ...part, ...tiles }, { rows, isFixed })
    )
  );
}

/** the call that joins the rows of one part to their partial results */
function partCall(call: KernelCall, part: Part, block: BlockOptions): BlockCall {
  const { kernel, sizes, operands } = call, { numKept, accumulators } = kernel;
  const { numBlocks, numGroups, rowsAtOnce, numTiles, tileColumns } = part;
  const outer = sizes.slice(0, numKept - 1), inner = sizes.slice(numKept + 1);
  const loops = [numBlocks, ...outer, numTiles, numGroups, ...inner, tileColumns];
  const { isFixed } = block;
  const { kernel: joining, sources } = madeOnce(
    kernel,
    `join ${loops.length} ${rowsAtOnce} ${[...operands.keys()].filter(isFixed)}`,
    () => joiningKernel(kernel, { numLoops: loops.length, numRows: rowsAtOnce, isFixed }),
  );
  return {
    kernel: joining,
    sizes: loops,
    operands: [
      ...accumulators.map((_, i) => placedPartial(call, part, i)),
      ...sources.map((source) => placedRow(call, part, { ...source, rows: block.rows })),
    ],
  };
}

/** an accumulator's partial results over the loops of a part */
function placedPartial(
  { kernel, sizes }: KernelCall,
  { firstBlock, firstColumn }: Part,
  index: number,
): BlockOperand {
  const { numKept, numReduced, accumulators } = kernel;
  const { itemsize } = DTYPE[accumulators[index]!.dtype];
  const [block, ...strides] = partialStrides(sizes.slice(0, numKept), itemsize);
  return {
    place: kernel.operands.length + index,
    offset: firstBlock * block! + firstColumn * itemsize,
    strides: [
      block!,
      ...strides.slice(0, -1),
      TILE_COLUMNS * itemsize,
      ...new Array<number>(numReduced).fill(0),
      itemsize,
    ],
  };
}

/** an operand over the loops of a part, from the first of its sequences of rows that are joined at once */
function placedRow(
  { kernel: { numKept }, operands }: KernelCall,
  { firstBlock, firstRow, numGroups, firstColumn }: Part,
  { operand, row, rows }: { readonly operand: number; readonly row: number; readonly rows: number },
): BlockOperand {
  const { strides } = operands[operand]!, column = numKept - 1;
  const rowStride = strides[numKept]!, columnStride = strides[column]!;
  return {
    place: operand,
    offset: (firstBlock * rows + firstRow + row * numGroups) * rowStride + firstColumn * columnStride,
    strides: [
      rows * rowStride,
      ...strides.slice(0, column),
      TILE_COLUMNS * columnStride,
      rowStride,
      ...strides.slice(numKept + 1),
      columnStride,
    ],
  };
}

/** The call that combines the partial results, and does what follows the reduction. */
export function combination({ kernel, sizes, operands }: KernelCall, numBlocks: number): BlockCall {
  const { numKept, accumulators, epilogue, stores } = kernel, numPartials = accumulators.length;
  const kept = sizes.slice(0, numKept);
  const others = [
    ...new Set([
      ...epilogue.flatMap((one) => one.op === "load" ? [one.operand] : []),
      ...stores.map(({ operand }) => operand),
    ]),
  ];
  // lanes run along the last kept axis, which in a kernel whose lanes run along reduced ones they did not
  const placed = others.map((operand): KernelOperand => {
    const { dtype, access } = kernel.operands[operand]!;
    const stride = operands[operand]!.strides[numKept - 1] ?? 0;
    return { dtype, access: kernel.vector === "kept" ? access : accessOf(stride, dtype) };
  });
  return {
    kernel: madeOnce(kernel, `combine ${placed.map(({ access }) => access)}`, () => ({
      numKept,
      numReduced: 1,
      vector: "kept",
      operands: [
        ...accumulators.map(({ dtype }) => ({ dtype, access: "unit" as const })),
        ...placed,
      ],
      body: accumulators.map(({ dtype }, operand) => ({ op: "load", dtype, operand })),
      accumulators: accumulators.map(({ op, dtype }, value) => ({ op, dtype, value, fuseMultiply: false })),
      epilogue: renumbered(epilogue, others, numPartials),
      stores: stores.map((store) => ({ ...store, operand: numPartials + others.indexOf(store.operand) })),
    })),
    sizes: [...kept, numBlocks],
    operands: [
      ...accumulators.map(({ dtype }, i) => {
        const [block, ...strides] = partialStrides(kept, DTYPE[dtype].itemsize);
        return { place: kernel.operands.length + i, offset: 0, strides: [...strides, block!] };
      }),
      ...others.map((operand) => {
        const { strides } = operands[operand]!;
        return { place: operand, offset: 0, strides: [...strides.slice(0, numKept), 0] };
      }),
    ],
  };
}
