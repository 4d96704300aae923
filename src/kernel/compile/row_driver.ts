/**
 * The driver of programs that go over wide rows several times, such as those that take a row's mean away from it: it
 * runs all stages over the few rows that the nearest cache holds, then over the next few, as many as there are. Calls
 * from outside would take longer than a row, and the processor's prefetch would begin anew with each.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import type { Program, Stage } from "../../plan/program.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { wideSteps } from "./pairs.ts";
import { isArg } from "./reduction.ts";
import { isChain, vectorFactor } from "./vector_factor.ts";

/**
 * Bytes of rows that are gone through again before they leave the nearest cache: of two stages, whose reads and writes
 * take turns the sooner, and of more, where calls count.
 */
const CACHE_BYTES = { two: 4 * 1024, more: 8 * 1024 };
/** Narrower rows run in lanes across rows, or are so many that calls count. */
const LEAST_ROW_BYTES = 1024;
/** Steps of a driven stage that may be taken in one turn of its loop. */
const STEPS_AT_ONCE = [2, 3, 5, 7] as const;
/** Parameters of the driver beyond the rows. */
const MOST_STAGES = 16;

/** A stage that may be driven. */
type LoopStage = Extract<Stage, { kind: "loop" }>;

/** What of a stage's descriptor depends on its rows. */
interface DrivenStage {
  /** the word with the size of the loop over rows, and how many elements of it a row is */
  readonly size: { readonly word: number; readonly times: number };
  /** the words with addresses, and how far they move for a row */
  readonly pointers: readonly { readonly word: number; readonly rowBytes: number }[];
}

/** A driver's plan. */
export interface RowDriver {
  /** rows that pass all stages together */
  readonly numRows: number;
  readonly stages: readonly DrivenStage[];
}

/** null: a stage's lanes run across rows, or its operands move by what is known at run time only */
function drivenStage(stage: Stage, { inputSymbol, buffers }: Program): DrivenStage | null {
  if (stage.kind !== "loop" || stage.symbol !== undefined || stage.kernel.block !== undefined) return null;
  const { sizes, operands, kernel } = stage, rank = sizes.length;
  const axes = sizes.flatMap((size, axis) => typeof size === "number" ? [] : [{ axis, ...size }]);
  const [rows] = axes;
  if (rows === undefined || axes.length > 1 || rows.symbol !== inputSymbol) return null;
  const vectorAxis = kernel.vector === "reduced" ? rank - 1 : kernel.numKept - 1;
  // what is computed once a row, such as the root of its variance, takes next to no time in either order
  const isOnce = rows.times === 1 && kernel.numReduced === 0;
  if (rows.axis === vectorAxis && !isOnce && rows.times < LEAST_ROW_BYTES / 8) return null;
  const pointers: { word: number; rowBytes: number }[] = [];
  for (const [index, { strides, buffer }] of operands.entries()) {
    const stride = strides[rows.axis]!;
    if (typeof stride !== "number") return null;
    // what one stage leaves for another is used up within the few rows
    const moves = stride !== 0 && buffers[buffer]!.kind !== "scratch";
    if (moves) pointers.push({ word: rank + index * (1 + rank), rowBytes: stride * rows.times });
  }
  return { size: { word: rows.axis, times: rows.times }, pointers };
}

/** The driver of a program; null where stages over whole tiles are as good. */
export function rowDriver(program: Program): RowDriver | null {
  const { stages, buffers } = program;
  if (stages.length < 2 || stages.length > MOST_STAGES) return null;
  const driven = stages.map((stage) => drivenStage(stage, program));
  if (!driven.every((stage) => stage !== null)) return null;
  const widths = buffers.flatMap((buffer) =>
    buffer.kind === "input" ? [buffer.width * DTYPE[buffer.dtype].itemsize] : []
  );
  const rowBytes = Math.max(0, ...widths);
  if (rowBytes < LEAST_ROW_BYTES) return null;
  const cacheBytes = stages.length > 2 ? CACHE_BYTES.more : CACHE_BYTES.two;
  return { numRows: Math.max(1, Math.floor(cacheBytes / rowBytes)), stages: driven };
}

/**
 * How many steps a turn takes where rows come from memory: what leaves the fewest over. Those are loads at another place
 * in the code, by which the processor's prefetch goes: it begins anew behind them, and rows take up to twice as long.
 */
function readingSteps(numElements: number, vf: number): number {
  const left = (steps: number) => Math.floor(numElements / vf) % steps;
  return STEPS_AT_ONCE.reduce((best, steps) => left(steps) < left(best) ? steps : best);
}

/**
 * The kernel of a driven stage: where one loop goes along the row, with several steps in one turn of it. Rows that lie in
 * the nearest cache are bound by the number of instructions, where those from memory are not.
 */
export function drivenKernel({ kernel, sizes }: Pick<LoopStage, "kernel" | "sizes">): LoopKernel {
  const { body, accumulators, operands, filter, block, numKept, numReduced, vector } = kernel;
  const isOneLoop = numKept > 0 && filter === undefined && block === undefined &&
    (vector === "reduced" || numReduced === 0) && !accumulators.some(({ op }) => isArg(op));
  const isOfNeighbours = operands.every(({ access }) => access === "unit" || access === "zero");
  // chains have steps of their own
  const hasChain = body.some((one) => one.op === "elementwise" && isChain(one.name, one.compute));
  if (!isOneLoop || !isOfNeighbours || hasChain || wideSteps(kernel) !== "none") return kernel;
  const along = sizes.at(-1);
  const reads = numReduced > 0 && typeof along === "number";
  return { ...kernel, stepsAtOnce: reads ? readingSteps(along, vectorFactor(kernel)) : STEPS_AT_ONCE[0] };
}

/**
 * Emits `name(rows, descriptor of each stage)`: the descriptors hold the first rows' addresses, and are used up. `calls`
 * are the functions of the stages.
 */
export function emitRowDriver(
  module: ModuleBuilder,
  name: string,
  { numRows, stages }: RowDriver,
  calls: readonly ModuleFunction[],
): ModuleFunction {
  return module.add(name, ["i32", ...stages.map(() => "i32" as const)], [], (f) => {
    const [left, ...descriptors] = f.params, rows = f.local("i32");
    f.loop((again) => {
      f.get(left!).i32(numRows).get(left!).i32(numRows).op("i32.lt_u").select("i32").set(rows);
      stages.forEach(({ size, pointers }, i) => {
        const descriptor = descriptors[i]!;
        f.get(descriptor).get(rows).i32(size.times).op("i32.mul").op("i32.store", 4 * size.word);
        f.get(descriptor).call(calls[i]!);
        for (const { word, rowBytes } of pointers) {
          f.get(descriptor).get(descriptor).op("i32.load", 4 * word);
          f.get(rows).i32(rowBytes).op("i32.mul").op("i32.add").op("i32.store", 4 * word);
        }
      });
      f.get(left!).get(rows).op("i32.sub").tee(left!).brIf(again);
    });
  });
}
