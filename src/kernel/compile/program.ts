/**
 * A program's functions as one WebAssembly module, and the map of the memory that its runs need.
 *
 * @module
 */
import { alignUp, DTYPE } from "../../dtype/mod.ts";
import { PAGE_BYTES } from "../../memory/linear_memory.ts";
import { descriptorWords, type Itemsize, kernelKey } from "../../plan/loop_kernel.ts";
import { isPrologue, type Program, type Stage } from "../../plan/program.ts";
import { type CompiledProgram, type RegionMap, tablesOf } from "../compiled_program.ts";
import type { Numerics } from "../numerics.ts";
import { engineVectorBits } from "../vector_bits.ts";
import { type FinishedModule, ModuleBuilder, type ModuleFunction } from "../wasm/module_builder.ts";
import { COMPRESS_DESCRIPTOR_BYTES, compressTable, emitCompress } from "./compress.ts";
import {
  emitGemm,
  GEMM_DESCRIPTOR_BYTES,
  gemmScratchBytes,
  type GemmSpec,
  packedBytes,
  prologueDescriptorBytes,
} from "./gemm.ts";
import { emitLoopKernel, emitWovenKernels } from "./loop.ts";
import { emitRowDriver, rowDriver, wovenRows } from "./row_driver.ts";
import { drivenKernel, rowMapKernel } from "./several_steps.ts";

/** Behind every buffer: vector loads may pass its last element by as much, compress writes as much. */
const SLACK_BYTES = 64;

/** What lies in a region: its key, and how many bytes it has. */
type Part = readonly [key: string, numBytes: number];

function mapOf(parts: readonly Part[]): RegionMap {
  const offsets = new Map<string, number>();
  let numBytes = 0;
  for (const part of parts) {
    if (offsets.has(part[0])) continue;
    offsets.set(part[0], numBytes);
    numBytes += alignUp(part[1] + SLACK_BYTES);
  }
  return { offsets, numBytes };
}

function gemmSpec(stage: Extract<Stage, { kind: "gemm" }>, numerics: Numerics): GemmSpec {
  const prologue = isPrologue(stage.a) ? stage.a : null;
  return { dtype: stage.dtype, numerics, a: stage.aLayout, c: stage.cLayout, n: stage.n, prologue };
}

function descriptorBytes(stage: Stage): number {
  switch (stage.kind) {
    case "loop":
      return descriptorWords(stage.kernel) * 4;
    case "gemm":
      return isPrologue(stage.a) ? prologueDescriptorBytes(stage.a.places.length) : GEMM_DESCRIPTOR_BYTES;
    case "compress":
      return COMPRESS_DESCRIPTOR_BYTES;
    default:
      return stage satisfies never;
  }
}

function descriptorParts(stages: readonly Stage[]): Part[] {
  return stages.map((stage, i) => [`descriptor ${i}`, descriptorBytes(stage)]);
}

const known = new WeakMap<Program, CompiledProgram["maps"]>();

/** Where everything lies: asked for by the plan, and for the code. */
export function mapsOf(program: Program): CompiledProgram["maps"] {
  const maps = known.get(program) ?? { constants: constantMap(program), work: workMap(program) };
  known.set(program, maps);
  return maps;
}

/** Parameters, what is computed from them, packed matrices, tables: written once, read by all workers. */
function constantMap(program: Program): RegionMap {
  const { buffers, stages, setup } = program, parts: Part[] = [];
  for (let id = 0; id < buffers.length; id++) {
    const buffer = buffers[id]!;
    if (buffer.kind !== "constant") continue;
    parts.push([`buffer ${id}`, buffer.numElements * DTYPE[buffer.dtype].itemsize]);
  }
  for (let i = 0; i < stages.length; i++) {
    const stage = stages[i]!;
    if (stage.kind === "gemm") parts.push([`packed ${i}`, packedBytes(stage.k, stage.n, stage.dtype)]);
    for (const itemsize of tablesOf(stage)) parts.push([`table ${itemsize}`, compressTable(itemsize).length]);
  }
  return mapOf([...parts, ...descriptorParts(setup)]);
}

/** One worker's scratch and descriptors. */
function workMap(program: Program): RegionMap {
  const { buffers, stages, tileRows } = program, parts: Part[] = [];
  for (let id = 0; id < buffers.length; id++) {
    const buffer = buffers[id]!;
    if (buffer.kind !== "scratch") continue;
    parts.push([`buffer ${id}`, tileRows * buffer.width * DTYPE[buffer.dtype].itemsize]);
  }
  let gemmBytes = 0;
  for (const stage of stages) {
    if (stage.kind !== "gemm") continue;
    gemmBytes = Math.max(gemmBytes, gemmScratchBytes({ a: stage.aLayout, dtype: stage.dtype }));
  }
  return mapOf([...parts, ["gemm scratch", gemmBytes], ...descriptorParts(stages)]);
}

/** A stage's function and the name that it is exported under. */
interface StageFunction {
  readonly name: string;
  readonly call: ModuleFunction;
}

/** The functions of a program in a module that is not compiled yet. */
export interface EmittedProgram {
  readonly program: Program;
  readonly numerics: Numerics;
  readonly module: FinishedModule;
  /** the names of the set-up's functions and of the stages', in their order */
  readonly functions: readonly string[];
  readonly driver: string | null;
}

/** Emits every stage's function once; stages of equal key share one. */
export function emitProgram(program: Program, numerics: Numerics): EmittedProgram {
  const module = new ModuleBuilder({ vectorBits: engineVectorBits() });
  const made = new Map<string, StageFunction>();
  const named = (key: string, emit: (name: string) => ModuleFunction): StageFunction => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const name = `stage${made.size}`;
    const stage = { name, call: emit(name) };
    made.set(key, stage);
    return stage;
  };
  const plan = rowDriver(program);
  const functions = [...program.setup, ...program.stages].map((stage, index) => {
    switch (stage.kind) {
      case "loop": {
        const isSetUp = index < program.setup.length;
        const kernel = isSetUp ? stage.kernel : (plan === null ? rowMapKernel : drivenKernel)(stage);
        return named(kernelKey(kernel), (name) => emitLoopKernel(module, name, kernel, numerics));
      }
      case "gemm": {
        const spec = gemmSpec(stage, numerics);
        // a prologue's instructions are part of the code: the stage keeps it for itself
        const key = spec.prologue === null ? JSON.stringify(spec) : `of stage ${index}`;
        return named(`gemm ${key}`, (name) => emitGemm(module, name, spec));
      }
      case "compress": {
        const itemsize: Itemsize = stage.itemsize;
        return named(`compress ${itemsize}`, (name) => emitCompress(module, name, itemsize));
      }
      default:
        return stage satisfies never;
    }
  });
  const calls = functions.slice(program.setup.length).map(({ call }) => call);
  const driver = plan === null ? null : "driver";
  if (plan !== null) {
    const rows = wovenRows(plan, program);
    const woven = rows === null ? null : emitWovenKernels(module, "woven", rows, numerics);
    emitRowDriver(module, "driver", plan, calls, woven);
  }
  return { program, numerics, module: module.finish(), functions: functions.map(({ name }) => name), driver };
}

/**
 * Compiles a program.
 *
 * @param memory where it will run, of a size that never changes; absent: on any memory, a little slower, because the
 *   engine reads its size again behind every store
 */
export function compileProgram(
  program: Program,
  numerics: Numerics,
  memory?: WebAssembly.Memory,
): CompiledProgram {
  return compileEmitted(emitProgram(program, numerics), memory);
}

/** As `compileProgram`, of a program whose functions are there already. */
export function compileEmitted(
  { program, numerics, module, functions, driver }: EmittedProgram,
  memory?: WebAssembly.Memory,
): CompiledProgram {
  return {
    program,
    module: new WebAssembly.Module(
      module.encode(memory === undefined ? null : memory.buffer.byteLength / PAGE_BYTES),
    ),
    numerics,
    functions,
    driver,
    maps: mapsOf(program),
  };
}

/** How long the program's module is in bytes: what compiling it takes grows with it. */
export function moduleBytes({ module }: EmittedProgram): number {
  return module.encode().byteLength;
}
