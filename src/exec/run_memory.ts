/** The one wasm memory of a run, divided as the plan says. @module */
import { constantBytes, workerBytes } from "../kernel/run_program.ts";
import { Arena } from "../memory/arena.ts";
import { createMemory } from "../memory/linear_memory.ts";
import type { Region } from "../memory/region.ts";
import { type MemoryPlan, tilesOf } from "../plan/memory_plan.ts";
import type { Program } from "../plan/program.ts";
import type { ChunkSlot } from "./chunk_computer.ts";

/** Where everything of a run lies. */
export interface RunMemory {
  readonly memory: WebAssembly.Memory;
  readonly constants: Region;
  /** scratch, one a worker; where these are threads, another one for the main thread */
  readonly work: readonly Region[];
  readonly slots: readonly ChunkSlot[];
  /** of the numbers of a chunk's rows; 0 where nothing is carried */
  readonly rowNumbers: number;
  /** of each output, its buffer for a record batch */
  readonly batchPointers: readonly number[];
}

/**
 * Makes the memory of the plan's size and divides it.
 *
 * @throws MemoryError MEM005 when the system has no address space for it
 */
export function createRunMemory(plan: MemoryPlan, program: Program): RunMemory {
  const memory = createMemory({ bytes: plan.wasmBytes });
  const arena = new Arena(memory);
  const constants = arena.allocate(constantBytes(program), "params and constants");
  const work = Array.from(
    { length: tilesOf(plan.workers, plan.isThreaded) },
    () => arena.allocate(workerBytes(program), "tile"),
  );
  const slots = Array.from({ length: plan.numSlots }, () => {
    const { byteOffset, byteLength } = arena.allocate(plan.slotBytes, "input chunk");
    const outputs = plan.chunkOutputBytes.map((bytes) => arena.allocate(bytes, "output chunk").byteOffset);
    return { input: { memory, byteOffset, byteLength }, outputs };
  });
  const batchPointers = plan.batchBytes.map((bytes) => arena.allocate(bytes, "record batch").byteOffset);
  return { memory, constants, work, slots, rowNumbers: writeRowNumbers(plan, arena, memory), batchPointers };
}

function writeRowNumbers(
  { rowNumberBytes, chunkRows }: MemoryPlan,
  arena: Arena,
  memory: WebAssembly.Memory,
): number {
  if (rowNumberBytes === 0) return 0;
  const { byteOffset } = arena.allocate(rowNumberBytes, "row numbers");
  const numbers = new Uint32Array(memory.buffer, byteOffset, chunkRows);
  for (let row = 0; row < chunkRows; row++) numbers[row] = row;
  return byteOffset;
}
