/**
 * What a stage moves for each row of the input: bytes read and written, whether they lie in memory or in a tile.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import {
  type AxisSize,
  type BufferId,
  isPrologue,
  type Program,
  type ProgramBuffer,
  type Stage,
  type StageOperand,
} from "./program.ts";

/** Bytes per row of one buffer. */
export interface BufferTraffic {
  readonly buffer: BufferId;
  readonly bytesPerRow: number;
  /** of what a filter keeps: for each row that is kept */
  readonly isFiltered: boolean;
}

/** Bytes per row of one stage; what depends on parameters only is read once and counts as 0. */
export interface StageTraffic {
  readonly reads: readonly BufferTraffic[];
  /** of what a filter keeps: as if all rows were kept */
  readonly writes: readonly BufferTraffic[];
}

interface Moved {
  readonly operand: StageOperand;
  readonly elementsPerRow: number;
  readonly isFiltered?: boolean;
}

/** the elements that a nest of loops reaches through an operand for each row */
function elementsReached(operand: StageOperand, sizes: readonly AxisSize[]): number {
  return sizes.reduce<number>((product, size, axis) => {
    if (operand.strides[axis] === 0) return product;
    return product * (typeof size === "number" ? size : size.times);
  }, 1);
}

/** the elements of a row of a matrix that a stage goes through with a stride of rows and one of elements */
function rowElements(operand: StageOperand, width: number): Moved {
  return { operand, elementsPerRow: operand.strides[1] === 0 ? 1 : width };
}

function movedBy(stage: Stage): { reads: Moved[]; writes: Moved[] } {
  switch (stage.kind) {
    case "loop": {
      const stored = new Set(stage.kernel.stores.map(({ operand }) => operand));
      const filtered = new Set(
        stage.kernel.stores.filter(({ at }) => at === "filter").map(({ operand }) => operand),
      );
      const all = stage.operands.map((operand, i) => ({
        operand,
        elementsPerRow: elementsReached(operand, stage.sizes),
        isFiltered: filtered.has(i),
      }));
      return {
        reads: all.filter((_, i) => !stored.has(i)),
        writes: all.filter((_, i) => stored.has(i)),
      };
    }
    case "gemm": {
      const left = isPrologue(stage.a) ? stage.a.places : [stage.a];
      return {
        reads: [...left.map((operand) => rowElements(operand, stage.k)), {
          operand: stage.b,
          elementsPerRow: 0,
        }],
        writes: [rowElements(stage.c, stage.n)],
      };
    }
    case "compress":
      return {
        reads: [{ operand: stage.mask, elementsPerRow: 1 }, {
          operand: stage.source,
          elementsPerRow: stage.width,
        }],
        writes: [{ operand: stage.destination, elementsPerRow: stage.width, isFiltered: true }],
      };
    default:
      return stage satisfies never;
  }
}

function itemsizeOf(buffer: ProgramBuffer): number {
  const dtype: DType = buffer.dtype;
  return DTYPE[dtype].itemsize;
}

/** by buffer, in the order of the operands: no more than the buffer has */
function byBuffer(moved: readonly Moved[], { buffers }: Program): BufferTraffic[] {
  const elements = new Map<BufferId, { count: number; isFiltered: boolean }>();
  for (const { operand, elementsPerRow, isFiltered = false } of moved) {
    const known = elements.get(operand.buffer);
    elements.set(operand.buffer, { count: (known?.count ?? 0) + elementsPerRow, isFiltered });
  }
  return [...elements].map(([id, { count, isFiltered }]) => {
    const buffer = buffers[id]!;
    const perRow = buffer.kind === "constant" ? 0 : Math.min(count, buffer.width);
    return { buffer: id, bytesPerRow: perRow * itemsizeOf(buffer), isFiltered };
  });
}

/** What a stage has moved: bytes, by the rows that it went through and, of a filter, those that it kept. */
export interface MovedBytes {
  readonly read: number;
  readonly written: number;
}

/** The bytes that a stage moves for so many rows. */
export function movedBytes(
  { reads, writes }: StageTraffic,
  { rows, keptRows }: { readonly rows: number; readonly keptRows: number },
): MovedBytes {
  const sum = (traffic: readonly BufferTraffic[]) =>
    traffic.reduce(
      (total, { bytesPerRow, isFiltered }) => total + bytesPerRow * (isFiltered ? keptRows : rows),
      0,
    );
  return { read: sum(reads), written: sum(writes) };
}

/** The bytes that a stage of the program moves for each row. */
export function stageTraffic(stage: Stage, program: Program): StageTraffic {
  const { reads, writes } = movedBy(stage);
  return { reads: byBuffer(reads, program), writes: byBuffer(writes, program) };
}
