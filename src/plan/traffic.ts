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
      const all = stage.operands.map((operand) => ({
        operand,
        elementsPerRow: elementsReached(operand, stage.sizes),
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
        writes: [{ operand: stage.destination, elementsPerRow: stage.width }],
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
  const elements = new Map<BufferId, number>();
  for (const { operand, elementsPerRow } of moved) {
    elements.set(operand.buffer, (elements.get(operand.buffer) ?? 0) + elementsPerRow);
  }
  return [...elements].map(([id, count]) => {
    const buffer = buffers[id]!;
    const perRow = buffer.kind === "constant" ? 0 : Math.min(count, buffer.width);
    return { buffer: id, bytesPerRow: perRow * itemsizeOf(buffer) };
  });
}

/** The bytes that a stage of the program moves for each row. */
export function stageTraffic(stage: Stage, program: Program): StageTraffic {
  const { reads, writes } = movedBy(stage);
  return { reads: byBuffer(reads, program), writes: byBuffer(writes, program) };
}
