/**
 * A work with its data in one wasm memory, planned, compiled and run chunk by chunk on one thread, as a run does.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../src/dtype/mod.ts";
import { type Graph, GraphBuilder, TracedTensor } from "../src/expr/mod.ts";
import type { Numerics } from "../src/kernel/numerics.ts";
import { type InputView, ProgramRunner } from "../src/kernel/program_runner.ts";
import {
  type CompiledProgram,
  compileProgram,
  constantBytes,
  outputRowBytes,
  workerBytes,
  writeConstants,
} from "../src/kernel/run_program.ts";
import { OUTPUT_SLACK_BYTES } from "../src/plan/memory_plan.ts";
import { Arena, ARENA_OVERHEAD_BYTES, createMemory, type Region, view } from "../src/memory/mod.ts";
import { chunkRowsFor } from "../src/plan/chunk_choice.ts";
import { planProgram } from "../src/plan/planner.ts";
import { sizeOf } from "../src/shape/mod.ts";
import type { PipelineWork, WorkLeaf } from "./works.ts";

/** The graph of a work. */
export function traceWork({ leaves, transform }: PipelineWork): Graph {
  const builder = new GraphBuilder();
  const tensors = Object.entries(leaves).map(([name, { kind, dtype, shape }]) => {
    const id = builder.add({ kind, name }, [], { dtype, shape });
    builder.setName(id, name);
    return [name, new TracedTensor(builder, id)] as const;
  });
  const outputs = transform(Object.fromEntries(tensors));
  return builder.finish(Object.entries(outputs).map(([name, { id }]) => ({ name, node: id })));
}

/** Values between the bounds, denser in the middle: the halves of a xorshift generator's words, added. */
export function fillRandom(data: TypedArray, { range: [low, high], seed }: {
  readonly range: readonly [number, number];
  readonly seed: number;
}): void {
  const target = data as Float32Array, scale = (high - low) / 2 ** 17;
  let state = (seed * 2654435761) | 1;
  for (let i = 0; i < target.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    target[i] = low + ((state & 0xffff) + (state >>> 16)) * scale;
  }
}

/** An operand's values: row-major, or column after column. */
export interface PlacedLeaf {
  readonly name: string;
  readonly leaf: WorkLeaf;
  /** sizes as the values lie: of a "column" input, the columns come first */
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** One output's values after a run. */
export interface WorkOutput {
  readonly name: string;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** A work with its operands in place. */
export interface RunnableWork {
  readonly leaves: readonly PlacedLeaf[];
  /** milliseconds from the graph to the instance; null where each call looks its kernels up */
  readonly compileMilliseconds: number | null;
  /** runs over all rows; returns the seconds that it took */
  run(): number;
  /** the values of the last run: valid until the next */
  outputs(): WorkOutput[];
}

/** Sizes of a leaf. */
export function sizesOf(leaf: WorkLeaf, numRows: number): number[] {
  return leaf.shape.map((dim) => {
    const size = sizeOf(dim);
    return typeof size === "string" ? numRows : size;
  });
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

/** Where everything of a work lies, for whoever runs its chunks. */
export interface WorkPlacement {
  readonly constants: Region;
  /** scratch, one a thread */
  readonly scratch: readonly Region[];
  /** one an input: all its rows */
  readonly inputs: readonly InputView[];
  /** one an output: room for all its rows, and behind every chunk's for what a kernel may write beyond */
  readonly outputs: readonly Region[];
  /** bytes of a row, one an output */
  readonly rowBytes: readonly number[];
}

/** How a work is run. */
export interface InMemoryOptions {
  /** how many threads are to have scratch; `run` takes that of the first; 1 unless given */
  readonly numThreads?: number;
  /** as in a run unless given */
  readonly maxChunkRows?: number;
}

/** A pipeline's work that can be run any number of times. */
export class InMemoryWork implements RunnableWork {
  readonly compiled: CompiledProgram;
  readonly leaves: readonly PlacedLeaf[];
  readonly chunkRows: number;
  /** milliseconds from the graph to the instance */
  readonly compileMilliseconds: number;
  readonly placement: WorkPlacement;
  readonly #work: PipelineWork;
  readonly #runner: ProgramRunner;
  #outputRows = 0;

  constructor(work: PipelineWork, numerics: Numerics, options: InMemoryOptions = {}) {
    const { numThreads = 1, maxChunkRows = Infinity } = options;
    this.#work = work;
    const { numRows } = work;
    const entries = Object.entries(work.leaves);
    const started = performance.now();
    const inputs = entries.flatMap(([name, { kind, layout = "row" }]) =>
      kind === "input" ? [{ name, layout }] : []
    );
    const program = planProgram(traceWork(work), { inputs });
    const planMilliseconds = performance.now() - started;
    const rowBytes = outputRowBytes(program);
    const bytesOf = ([, leaf]: readonly [string, WorkLeaf]) =>
      product(sizesOf(leaf, numRows)) * DTYPE[leaf.dtype].itemsize;
    const inputBytes = entries.reduce((sum, entry) => sum + bytesOf(entry) + 256, 0);
    const outputBytes = rowBytes.reduce((sum, bytes) => sum + bytes * numRows + 256, 0);
    const columns = entries.filter(([, { kind }]) => kind === "input");
    const bytesPerRow = columns.reduce((sum, entry) => sum + bytesOf(entry) / numRows, 0) +
      rowBytes.reduce((sum, bytes) => sum + bytes, 0);
    const readsRows = inputs.every(({ layout }) => layout === "row");
    this.chunkRows = Math.min(maxChunkRows, chunkRowsFor(bytesPerRow, readsRows));
    const slackBytes = Math.ceil(numRows / this.chunkRows) * OUTPUT_SLACK_BYTES;
    const memory = createMemory({
      bytes: constantBytes(program) + numThreads * (workerBytes(program) + 64) + inputBytes + outputBytes +
        rowBytes.length * slackBytes + ARENA_OVERHEAD_BYTES + 4096,
    });
    const compiling = performance.now();
    this.compiled = compileProgram(program, numerics, memory);
    this.compileMilliseconds = planMilliseconds + performance.now() - compiling;
    const arena = new Arena(memory);
    const constants = arena.allocate(constantBytes(program), "constants");
    const scratch = Array.from({ length: numThreads }, () => arena.allocate(workerBytes(program), "work"));
    this.leaves = entries.map(([name, leaf], seed) => {
      const sizes = sizesOf(leaf, numRows);
      const shape = leaf.layout === "column" ? sizes.toReversed() : sizes;
      const numElements = product(shape), { itemsize } = DTYPE[leaf.dtype];
      const { byteOffset } = arena.allocate(numElements * itemsize + 64, name);
      const data = view({ memory, byteOffset, byteLength: numElements * itemsize }, leaf.dtype);
      fillRandom(data, { range: leaf.range, seed: seed + 1 });
      return { name, leaf, shape, data };
    });
    const params = this.leaves.filter(({ leaf }) => leaf.kind === "param");
    writeConstants(
      this.compiled,
      constants,
      new Map(params.map(({ name, leaf, shape, data }) => [name, { dtype: leaf.dtype, shape, data }])),
    );
    const outputs = rowBytes.map((bytes) => arena.allocate(bytes * numRows + slackBytes, "output"));
    const views = this.leaves.filter(({ leaf }) => leaf.kind === "input").map(({ leaf, data }) => {
      const { itemsize } = DTYPE[leaf.dtype], width = data.length / numRows;
      const isColumn = leaf.layout === "column";
      return {
        pointer: data.byteOffset,
        rowStride: isColumn ? itemsize : width * itemsize,
        elementStride: isColumn ? numRows * itemsize : itemsize,
      };
    });
    this.placement = { constants, scratch, inputs: views, outputs, rowBytes };
    this.#runner = new ProgramRunner(this.compiled, { constants, work: scratch[0]! });
  }

  /** runs over all rows; returns the seconds that it took */
  run(): number {
    const { numRows } = this.#work, { chunkRows, placement: { inputs, outputs, rowBytes } } = this;
    const started = performance.now();
    let written = 0;
    for (let start = 0; start < numRows; start += chunkRows) {
      const columns = inputs.map((view) => ({ ...view, pointer: view.pointer + start * view.rowStride }));
      const pointers = outputs.map(({ byteOffset }, i) => byteOffset + written * rowBytes[i]!);
      written += this.#runner.runChunk(Math.min(chunkRows, numRows - start), columns, pointers);
    }
    this.#outputRows = written;
    return (performance.now() - started) / 1000;
  }

  /** the values of the last run: views, valid until the next */
  outputs(): WorkOutput[] {
    return this.compiled.program.buffers.flatMap((buffer) => {
      if (buffer.kind !== "output") return [];
      const { memory, byteOffset } = this.placement.outputs[buffer.index]!;
      const byteLength = this.placement.rowBytes[buffer.index]! * this.#outputRows;
      return [{
        name: buffer.name,
        dtype: buffer.dtype,
        data: view({ memory, byteOffset, byteLength }, buffer.dtype),
      }];
    });
  }
}
