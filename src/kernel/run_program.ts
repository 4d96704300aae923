/**
 * What a run of a program needs before its chunks: how much memory, and constants, which are written once.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import { type Region, view } from "../memory/mod.ts";
import type { Program } from "../plan/program.ts";
import { compressTable } from "./compile/compress.ts";
import { packB } from "./compile/gemm.ts";
import { mapsOf } from "./compile/program.ts";
import { type CompiledProgram, tablesOf } from "./compiled_program.ts";
import {
  addressOf,
  instantiate,
  locateConstants,
  newFrame,
  type StageFunction,
  strideBytes,
  writeStrides,
  writeTile,
} from "./program_frame.ts";

export {
  compileEmitted,
  compileProgram,
  emitProgram,
  type EmittedProgram,
  moduleBytes,
} from "./compile/program.ts";
export type { CompiledProgram } from "./compiled_program.ts";

/** A parameter's value: row-major. */
export interface ConstantValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Bytes of the region that all workers read. */
export function constantBytes(program: Program): number {
  return mapsOf(program).constants.numBytes;
}

/** Bytes of the region that each worker has of its own. */
export function workerBytes(program: Program): number {
  return mapsOf(program).work.numBytes;
}

/** Bytes of one row of every output, in the outputs' order. */
export function outputRowBytes(program: Program): number[] {
  const bytes: number[] = [];
  for (const buffer of program.buffers) {
    if (buffer.kind === "output") bytes[buffer.index] = buffer.width * DTYPE[buffer.dtype].itemsize;
  }
  return bytes;
}

/**
 * Writes parameters, runs the set-up stages, packs matrices and writes tables. Once a run, before any worker.
 *
 * @param region `constantBytes(program)` bytes
 */
export function writeConstants(
  compiled: CompiledProgram,
  region: Region,
  params: ReadonlyMap<string, ConstantValue>,
): void {
  const { program } = compiled;
  const map = compiled.maps.constants;
  const { memory } = region;
  const frame = newFrame(memory, program.buffers.length);
  locateConstants(program, map, region, frame);
  program.buffers.forEach((buffer, id) => {
    if (buffer.kind !== "constant" || buffer.param === null) return;
    const value = params.get(buffer.param);
    if (value === undefined || value.data.length !== buffer.numElements || value.dtype !== buffer.dtype) {
      throw new NdpipeError("BUG001", `parameter ${buffer.param} does not have the planned type`);
    }
    const byteLength = buffer.numElements * DTYPE[buffer.dtype].itemsize;
    const target = view({ memory, byteOffset: frame.bases[id]!, byteLength }, buffer.dtype);
    // both arrays have the dtype's own class, which the union of their types cannot say
    (target as Float64Array).set(value.data as Float64Array);
  });
  const exports = instantiate(compiled, memory);
  program.setup.forEach((stage, i) => {
    const descriptor = region.byteOffset + map.offsets.get(`descriptor ${i}`)!;
    const places = { descriptor, packed: 0, tables: [], gemmScratch: 0 };
    writeStrides(frame, stage, places);
    writeTile(frame, stage, places);
    (exports[compiled.functions[i]!] as StageFunction)(descriptor);
  });
  program.stages.forEach((stage, i) => {
    if (stage.kind === "gemm") {
      const [rowStride, columnStride] = stage.b.strides.map((stride) => strideBytes(frame, stride));
      packB(memory, {
        pointer: addressOf(frame, stage.b),
        rowStride: rowStride!,
        columnStride: columnStride!,
        k: stage.k,
        n: stage.n,
        dtype: stage.dtype,
      }, region.byteOffset + map.offsets.get(`packed ${i}`)!);
    }
    for (const itemsize of tablesOf(stage)) {
      const table = compressTable(itemsize);
      const byteOffset = region.byteOffset + map.offsets.get(`table ${itemsize}`)!;
      new Uint8Array(memory.buffer, byteOffset, table.length).set(table);
    }
  });
}
