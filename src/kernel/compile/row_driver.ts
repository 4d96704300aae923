/**
 * The driver of programs that go over wide rows several times, such as those that take a row's mean away from it: it
 * runs all stages over the few rows that the nearest cache holds, then over the next few, as many as there are. Calls
 * from outside would take longer than a row, and the processor's prefetch would begin anew with each.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import type { LoopStage, Program, Stage } from "../../plan/program.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import type { WovenRows } from "./loop.ts";
import { drivenKernel, readingSteps } from "./several_steps.ts";
import { vectorFactor } from "./vector_factor.ts";

/**
 * Bytes of rows that are gone through again before they leave the nearest cache: of two stages, whose reads and writes
 * take turns the sooner, and of more, where calls count.
 */
const CACHE_BYTES = { two: 4 * 1024, more: 8 * 1024 };
/** Narrower rows run in lanes across rows, or are so many that calls count. */
const LEAST_ROW_BYTES = 1024;
/** Parameters of the driver beyond the rows. */
const MOST_STAGES = 16;

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

/**
 * The rows of two stages whose loops can be woven: while a row is mapped the next one is reduced, so that the memory is
 * read and written at the same time, and computing goes on beside. Null: the second takes more of the first than a number
 * a row, or either takes one step at a time, or a row of the chunk is several of the loops'.
 */
export function wovenRows(
  { stages: driven }: RowDriver,
  { stages, buffers }: Program,
): { readonly kernels: readonly [LoopKernel, LoopKernel]; readonly rows: WovenRows } | null {
  if (stages.length !== 2 || driven.some(({ size }) => size.times !== 1)) return null;
  const [first, second] = stages as readonly [LoopStage, LoopStage];
  const [reduction, map] = [first, second].map(drivenKernel) as [LoopKernel, LoopKernel];
  const isRow = reduction.numKept === 1 && reduction.numReduced === 1 && map.numKept === 2 &&
    map.numReduced === 0;
  const numElements = first.sizes.at(-1)!;
  if (!isRow || typeof numElements !== "number" || second.sizes[1] !== numElements) return null;
  if (reduction.stepsAtOnce === undefined || map.stepsAtOnce === undefined) return null;
  if (reduction.stores.some(({ at }) => at === "body")) return null;
  const left = new Set(
    first.operands.flatMap(({ buffer }) => buffers[buffer]!.kind === "scratch" ? [buffer] : []),
  );
  if (second.operands.some(({ buffer, strides }) => left.has(buffer) && strides[1] !== 0)) return null;
  const vf = Math.max(vectorFactor(reduction), vectorFactor(map));
  const moves = driven.map(({ pointers }, i) => {
    const rank = [first, second][i]!.sizes.length;
    return pointers.map(({ word, rowBytes }) => ({ operand: (word - rank) / (1 + rank), rowBytes }));
  });
  const steps = readingSteps(numElements, vf);
  return {
    kernels: [first.kernel, second.kernel],
    rows: { numElements: steps * vf, moves },
  };
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
 * Emits `name(rows, descriptor of each stage)`: the descriptors hold the first rows' addresses, and are used up. `calls`
 * are the functions of the stages.
 */
export function emitRowDriver(
  module: ModuleBuilder,
  name: string,
  { numRows, stages }: RowDriver,
  calls: readonly ModuleFunction[],
  woven: ModuleFunction | null,
): ModuleFunction {
  if (woven !== null) return emitWovenDriver(module, name, stages, [...calls, woven]);
  return module.add(name, ["i32", ...stages.map(() => "i32" as const)], [], (f) => {
    const [left, ...descriptors] = f.params, rows = f.local("i32");
    f.loop((again) => {
      f.get(left!).i32(numRows).get(left!).i32(numRows).op("i32.lt_u").select("i32").set(rows);
      stages.forEach((stage, i) => {
        const descriptor = descriptors[i]!;
        const { size } = stage;
        f.get(descriptor).get(rows).i32(size.times).op("i32.mul").op("i32.store", 4 * size.word);
        f.get(descriptor).call(calls[i]!);
        moveRows(f, stage, { descriptor, rows });
      });
      f.get(left!).get(rows).op("i32.sub").tee(left!).brIf(again);
    });
  });
}

/** Reduces the first row, maps each row while the next is reduced, and maps the last. */
function emitWovenDriver(
  module: ModuleBuilder,
  name: string,
  stages: readonly DrivenStage[],
  [reduce, map, woven]: readonly ModuleFunction[],
): ModuleFunction {
  return module.add(name, ["i32", "i32", "i32"], [], (f) => {
    const [rows, ...descriptors] = f.params;
    stages.forEach(({ size }, i) => f.get(descriptors[i]!).i32(size.times).op("i32.store", 4 * size.word));
    f.get(descriptors[0]!).call(reduce!);
    f.get(rows!).i32(1).op("i32.gt_u").if(() => {
      f.get(rows!).i32(1).op("i32.sub").set(rows!);
      moveRows(f, stages[0]!, { descriptor: descriptors[0]!, rows: null });
      f.get(rows!).get(descriptors[0]!).get(descriptors[1]!).call(woven!);
      moveRows(f, stages[1]!, { descriptor: descriptors[1]!, rows: rows! });
    });
    f.get(descriptors[1]!).call(map!);
  });
}

/** Moves a descriptor's addresses by so many rows; null: one. */
function moveRows(
  f: FunctionBuilder,
  { pointers }: DrivenStage,
  { descriptor, rows }: { readonly descriptor: Local; readonly rows: Local | null },
): void {
  for (const { word, rowBytes } of pointers) {
    f.get(descriptor).get(descriptor).op("i32.load", 4 * word).i32(rowBytes);
    if (rows !== null) f.get(rows).op("i32.mul");
    f.op("i32.add").op("i32.store", 4 * word);
  }
}
