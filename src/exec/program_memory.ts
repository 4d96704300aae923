/**
 * What a long transform takes beside its data: its graph, its plan and its compiled code, on the heaps of the runtime.
 *
 * Measured as VmHWM of `ndpipe run` on Deno 2.9.6, Linux x86-64, over chains of 30 to 20,000 steps of seven kinds
 * (sums, comparisons, exp and log, sin, softmax, std, matmul, concat): 4 to 9 KiB a node, less where there are more; 16
 * KiB a stage, which has a kernel and a descriptor. While V8 optimises a function it takes 350 to 400 times its bytes,
 * and it optimises two at a time; no function has more than half a MiB. With two threads more it was up to 430 times.
 *
 * @module
 */
import type { Graph } from "../expr/graph.ts";
import { ELEMENTWISE } from "../expr/primitives.ts";
import { emitProgram, type EmittedProgram, moduleBytes } from "../kernel/run_program.ts";
import type { Numerics } from "../kernel/numerics.ts";
import type { Program } from "../plan/program.ts";

const NODE_BYTES = 5 * 1024;
const STAGE_BYTES = 16 * 1024;
/** Of so many bytes of code, which are optimised at the same time; the others are compiled, and kept. */
const OPTIMISED_BYTES = 1024 ** 2;
const OPTIMISED_TIMES = 500;
const COMPILED_TIMES = 100;
/** A worker has a copy of the plan, and functions of its own at work. */
const THREAD_OPTIMISED_TIMES = 150;
const THREAD_NODE_BYTES = 512;
const THREAD_STAGE_BYTES = 4 * 1024;

/** So much of it is part of what the runtime takes: the programs that that was measured with have steps too. */
const COUNTED_BYTES = 8 * 1024 ** 2;
/** Fewer nodes, of no more work for an element in all, take no more than that. */
const FEW_NODES = 32;
const LITTLE_COST = 200;

/** Bytes on the heap of the main thread, and of each worker's. */
export interface ProgramMemory {
  readonly mainBytes: number;
  readonly threadBytes: number;
  /** its functions, which had to be made to know their length, and need not be made again; null: they were not */
  readonly emitted: EmittedProgram | null;
}

/**
 * What the program takes beyond what the runtime is counted with; inputs that are only read or copied are counted
 * with the inputs.
 */
export function programMemory(
  { nodes, outputs }: Graph,
  { program, numerics }: { readonly program: Program; readonly numerics: Numerics },
): ProgramMemory {
  const computed = nodes.map(({ operation }) => operation)
    .filter(({ kind }) => kind !== "input" && kind !== "param");
  const numNodes = computed.length;
  const cost = computed.reduce(
    (sum, operation) => sum + (operation.kind === "elementwise" ? ELEMENTWISE[operation.op].cost : 1),
    0,
  );
  if (numNodes < FEW_NODES && cost < LITTLE_COST) return { mainBytes: 0, threadBytes: 0, emitted: null };
  const copied = new Set(
    outputs.map(({ node }) => node).filter((id) => nodes[id]!.operation.kind === "input"),
  );
  const numStages = program.setup.length + program.stages.length - copied.size;
  const emitted = emitProgram(program, numerics), codeBytes = moduleBytes(emitted);
  const optimised = Math.min(codeBytes, OPTIMISED_BYTES);
  const mainBytes = numNodes * NODE_BYTES + numStages * STAGE_BYTES + optimised * OPTIMISED_TIMES +
    (codeBytes - optimised) * COMPILED_TIMES;
  const threadBytes = numNodes * THREAD_NODE_BYTES + numStages * THREAD_STAGE_BYTES +
    Math.min(codeBytes, OPTIMISED_BYTES / 2) * THREAD_OPTIMISED_TIMES;
  return {
    mainBytes: Math.max(0, mainBytes - COUNTED_BYTES),
    threadBytes: Math.max(0, threadBytes - COUNTED_BYTES / 2),
    emitted,
  };
}
