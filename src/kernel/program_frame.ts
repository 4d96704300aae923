/**
 * What running a program's stages has in common, for constants and for chunks: where buffers are, and the descriptors
 * through which the emitted functions are told.
 *
 * @module
 */
import type { Region } from "../memory/region.ts";
import {
  type AxisSize,
  isPrologue,
  type PlacedPrologue,
  type Program,
  type Stage,
  type StageOperand,
  type Stride,
} from "../plan/program.ts";
import type { CompiledProgram, RegionMap } from "./compiled_program.ts";

/** A stage, given where its descriptor is; a filter gives the rows that it kept. */
export type StageFunction = (descriptor: number) => number | undefined;
/** What the stages of one run share: where buffers are now, and how many rows each symbol has. */
export interface Frame {
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
  /** by buffer: the address of the tile's first row */
  readonly bases: Float64Array;
  /** by buffer: the distance of an input's columns */
  readonly elementStrides: Float64Array;
  readonly rows: Map<string, number>;
}

/** The frame of a thread. */
export function newFrame(memory: WebAssembly.Memory, numBuffers: number): Frame {
  return {
    memory,
    words: new Int32Array(memory.buffer),
    bases: new Float64Array(numBuffers),
    elementStrides: new Float64Array(numBuffers),
    rows: new Map(),
  };
}

/** A stride in bytes. */
export function strideBytes(frame: Frame, stride: Stride): number {
  return typeof stride === "number" ? stride : frame.elementStrides[stride.input]! * stride.times;
}

/** Where an operand's first element is. */
export function addressOf(frame: Frame, operand: StageOperand): number {
  return frame.bases[operand.buffer]! + strideBytes(frame, operand.offset);
}

function numRowsOf(frame: Frame, size: AxisSize): number {
  return typeof size === "number" ? size : frame.rows.get(size.symbol)! * size.times;
}

/** Where a stage's packed matrix, table and scratch are. */
export interface StagePlaces {
  readonly descriptor: number;
  readonly packed: number;
  /** addresses of the tables of shuffles, in the order of `tablesOf` */
  readonly tables: readonly number[];
  readonly gemmScratch: number;
}

/** Writes what stays the same for a whole chunk: strides, and where tables are. */
export function writeStrides(frame: Frame, stage: Stage, { descriptor, tables }: StagePlaces): void {
  if (stage.kind !== "loop") return;
  const rank = stage.sizes.length;
  let word = descriptor / 4 + rank;
  for (const operand of stage.operands) {
    word++;
    for (const stride of operand.strides) frame.words[word++] = strideBytes(frame, stride);
  }
  for (const table of tables) frame.words[word++] = table;
}

/** The pointer and the strides of a product's left operand; nobody reads those of one that is computed. */
function leftWords(frame: Frame, a: StageOperand | PlacedPrologue): number[] {
  if (isPrologue(a)) return [0, 0, 0];
  return [addressOf(frame, a), strideBytes(frame, a.strides[0]!), strideBytes(frame, a.strides[1]!)];
}

/** The pointer and the row stride of each operand of a prologue. */
function prologueWords(frame: Frame, a: StageOperand | PlacedPrologue): number[] {
  if (!isPrologue(a)) return [];
  return a.places.flatMap((place) => [addressOf(frame, place), strideBytes(frame, place.strides[0]!)]);
}

/** Writes what changes from tile to tile: sizes and addresses. */
export function writeTile(frame: Frame, stage: Stage, places: StagePlaces): void {
  const { words } = frame;
  let word = places.descriptor / 4;
  switch (stage.kind) {
    case "loop": {
      const rank = stage.sizes.length;
      for (const size of stage.sizes) words[word++] = numRowsOf(frame, size);
      for (const operand of stage.operands) {
        words[word] = addressOf(frame, operand);
        word += 1 + rank;
      }
      return;
    }
    case "gemm":
      for (
        const value of [
          ...leftWords(frame, stage.a),
          numRowsOf(frame, stage.rows),
          stage.k,
          places.packed,
          stage.n,
          addressOf(frame, stage.c),
          strideBytes(frame, stage.c.strides[0]!),
          strideBytes(frame, stage.c.strides[1]!),
          places.gemmScratch,
          ...prologueWords(frame, stage.a),
        ]
      ) words[word++] = value;
      return;
    case "compress":
      for (
        const value of [
          addressOf(frame, stage.mask),
          numRowsOf(frame, stage.rows),
          addressOf(frame, stage.source),
          strideBytes(frame, stage.source.strides[0]!),
          stage.width,
          strideBytes(frame, stage.source.strides[1]!),
          addressOf(frame, stage.destination),
          places.tables[0]!,
        ]
      ) words[word++] = value;
      return;
    default:
      stage satisfies never;
  }
}

/** The stages' functions on a memory. */
export function instantiate(compiled: CompiledProgram, memory: WebAssembly.Memory): WebAssembly.Exports {
  return new WebAssembly.Instance(compiled.module, { env: { memory } }).exports;
}

/** Sets where constants are. */
export function locateConstants(program: Program, map: RegionMap, region: Region, frame: Frame): void {
  program.buffers.forEach((buffer, id) => {
    if (buffer.kind === "constant") frame.bases[id] = region.byteOffset + map.offsets.get(`buffer ${id}`)!;
  });
}
